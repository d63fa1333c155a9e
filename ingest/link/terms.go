package link

import (
	"math"
	"slices"
	"sort"
)

// terms weighs one sort of thing that commits consist of (changed lines,
// changed identifiers, each a hash) by how rare it is among all commits, and
// finds the upstream commits that share one with a fork commit.
//
// A term weighs the logarithm of one over its share of the commits (inverse
// document frequency; Spärck Jones 1972), so that weights add up as the
// surprise of meeting them together. How many commits have a term is counted in
// a table of bytes with a slot for several terms: terms that fall together
// seem a little less rare than they are, and the table of a long history stays
// at a few megabytes.
type terms struct {
	of     func(*Commit) []uint64
	seen   []uint8 // by slot, saturating
	shift  uint
	weight [common + 1]float32

	keys []uint64 // the fork's terms, sorted
	from []int32  // where a key's upstream commits begin in at
	at   []int32
}

// common is from how many commits on a term weighs nothing: it is idiom.
const common = 200

// few is the number of commits that a small range is weighed as, since a term
// that is rare in it is no rarer than in a long one.
const few = 1000

func newTerms(up, fork []Commit, of func(*Commit) []uint64) *terms {
	t := &terms{of: of}
	total := 0
	for _, side := range [][]Commit{up, fork} {
		for i := range side {
			total += len(of(&side[i]))
		}
	}
	bits := uint(10)
	for 1<<bits < 4*total {
		bits++
	}
	t.seen, t.shift = make([]uint8, 1<<bits), 64-bits
	for _, side := range [][]Commit{up, fork} {
		for i := range side {
			for _, term := range of(&side[i]) {
				if n := &t.seen[t.slot(term)]; *n < math.MaxUint8 {
					*n++
				}
			}
		}
	}
	n := float64(max(len(up)+len(fork), few))
	for df := 1; df < common; df++ {
		t.weight[df] = float32(math.Log(n / float64(df)))
	}
	t.post(up, fork)
	return t
}

// slot spreads a term over the table (Knuth's multiplicative hashing).
func (t *terms) slot(term uint64) uint64 { return term * 0x9E3779B97F4A7C15 >> t.shift }

func (t *terms) weigh(term uint64) float32 {
	return t.weight[min(t.seen[t.slot(term)], common)]
}

// sum is the weight of all of a commit's terms.
func (t *terms) sum(c *Commit) (sum float32) {
	for _, term := range t.of(c) {
		sum += t.weigh(term)
	}
	return sum
}

// post lists, for each of the fork's terms that weighs anything, the upstream
// commits that have it.
func (t *terms) post(up, fork []Commit) {
	for i := range fork {
		for _, term := range t.of(&fork[i]) {
			if t.weigh(term) > 0 {
				t.keys = append(t.keys, term)
			}
		}
	}
	slices.Sort(t.keys)
	t.keys = slices.Clip(slices.Compact(t.keys))
	wanted := make([]uint64, len(t.seen)/64)
	for _, k := range t.keys {
		s := t.slot(k)
		wanted[s/64] |= 1 << (s % 64)
	}
	type posting struct{ key, commit int32 }
	var list []posting
	t.from = make([]int32, len(t.keys)+1)
	for i := range up {
		for _, term := range t.of(&up[i]) {
			if s := t.slot(term); wanted[s/64]>>(s%64)&1 == 0 {
				continue
			}
			if k, ok := slices.BinarySearch(t.keys, term); ok {
				list = append(list, posting{int32(k), int32(i)})
				t.from[k+1]++
			}
		}
	}
	for k := range t.keys {
		t.from[k+1] += t.from[k]
	}
	t.at = make([]int32, len(list))
	next := slices.Clone(t.from)
	for _, p := range list {
		t.at[next[p.key]] = p.commit
		next[p.key]++
	}
}

// shared adds up, by upstream commit, the weight of the terms that it has in
// common with a fork commit.
func (t *terms) shared(f *Commit, tally *tally) {
	from := 0
	for _, term := range t.of(f) { // sorted, as the keys are
		w := t.weigh(term)
		if w == 0 {
			continue
		}
		k := from + sort.Search(len(t.keys)-from, func(i int) bool { return t.keys[from+i] >= term })
		if k == len(t.keys) || t.keys[k] != term {
			continue
		}
		from = k
		for _, u := range t.at[t.from[k]:t.from[k+1]] {
			tally.add(u, w)
		}
	}
}

// tally is a sum for each upstream commit, of which few are not zero.
type tally struct {
	sum     []float32
	touched []int32
}

func newTally(n int) *tally { return &tally{sum: make([]float32, n)} }

func (t *tally) add(u int32, w float32) {
	if t.sum[u] == 0 {
		t.touched = append(t.touched, u)
	}
	t.sum[u] += w
}

func (t *tally) clear() {
	for _, u := range t.touched {
		t.sum[u] = 0
	}
	t.touched = t.touched[:0]
}
