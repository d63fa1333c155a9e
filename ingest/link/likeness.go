package link

import (
	"cmp"
	"math"
	"path"
	"slices"
	"sync"
)

// likeness is how much two commits have in common, each figure from 0 to 1.
// Weights are those of terms.
type likeness struct {
	lines     float64 // of the weight of all their changed lines (Jaccard)
	linesMost float64 // of the smaller of the two
	words     float64 // the same for identifiers
	wordsMost float64
	paths     float64 // of the weight of all their files
	message   float64 // of the weight of all words of their messages
	carried   float64 // share of the upstream commit's weight of lines that the fork commit has
	filled    float64 // share of the fork commit's weight of lines that the upstream commit has
	weight    float64 // of the lines in common, in nats
	said      float64 // of the words of the messages in common, in nats
}

// The odds that a fork commit was made from the upstream commit that its diff is
// most like, by what the two diffs have in common. Fitted by logistic
// regression over 56,905 pairs of three repositories (valkey, namecoin-core,
// openzfs) whose origin other evidence tells; leaving one repository out moves
// no weight by more than 0.15:
//
//	left out       one    lines  linesMost  words  paths
//	none          -0.84    0.82       0.47   0.47   0.46
//	valkey        -0.78    0.70       0.48   0.47   0.56
//	namecoin      -1.07    0.89       0.55   0.44   0.44
//	openzfs       -0.77    0.79       0.45   0.52   0.42
//
// The size of what is in common was tried, too, and got no weight: the shares
// tell it already, because of the one in their denominators.
const (
	oddsOne       = -0.85
	oddsLines     = 0.82
	oddsLinesMost = 0.48
	oddsWords     = 0.47
	oddsPaths     = 0.47
)

// odds is the logarithm of the odds that the two diffs are of one origin, as
// far as they alone tell.
func (l *likeness) odds() float64 {
	if l.weight == 0 && l.words == 0 {
		return never
	}
	odds := oddsOne + oddsLines*logit(l.lines) + oddsLinesMost*logit(l.linesMost) + oddsWords*logit(l.words) + oddsPaths*logit(l.paths)
	if max(l.carried, l.filled) >= whole && l.weight >= partWeight {
		odds = max(odds, min(partOdds+partOddsPerWeight*l.weight, mostPartOdds))
	}
	return odds
}

// One commit that is wholly contained in the other, as a pick of a part of it
// is, was made from it with odds that grow with the weight of what it holds.
// Of fork commits of which nine tenths stand in one upstream commit, no more
// than half of which they are, this many were right, wrong, and on an upstream
// that ends before them (valkey):
//
//	weight   right  wrong  invented
//	 0–6         0      0        13
//	 6–12        2      3        70
//	12–18       10      1        15
//	18–30        3      0         2
const (
	whole             = 0.9
	partWeight        = 14
	partOdds          = -3.2
	partOddsPerWeight = 0.06
	mostPartOdds      = 0
)

// never are odds against everything.
const never = -20

// logit is the logarithm of the odds of a share; those of none and of all are
// taken for 2 and 98 percent.
func logit(p float64) float64 { return math.Log((p + 0.02) / (1.02 - p)) }

// chance turns the logarithm of odds into a probability.
func chance(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

// comparer tells how alike commits of the two sides are.
type comparer struct {
	up, fork            []Commit
	lines, words, texts *terms
	sums                [3][]float32 // by sort of term and upstream commit, -1 until asked for
	tallies             [3]*tally
	paths               map[uint64]int // how many commits change a path
	upPaths             [][]uint64     // by upstream commit
	// of the fork commit that the tallies are of
	own      [3]float32
	nowPaths []uint64
}

func newComparer(up, fork []Commit) *comparer {
	c := &comparer{up: up, fork: fork, paths: map[uint64]int{}}
	var all sync.WaitGroup
	for _, k := range []struct {
		to **terms
		of func(*Commit) []uint64
	}{
		{&c.lines, func(c *Commit) []uint64 { return c.Lines }},
		{&c.words, func(c *Commit) []uint64 { return c.Idents }},
		{&c.texts, func(c *Commit) []uint64 { return c.Message }},
	} {
		all.Go(func() { *k.to = newTerms(up, fork, k.of) })
	}
	for k := range c.sums {
		c.tallies[k] = newTally(len(up))
		c.sums[k] = make([]float32, len(up))
		for i := range c.sums[k] {
			c.sums[k][i] = -1
		}
	}
	for i := range up {
		c.upPaths = append(c.upPaths, pathTerms(&up[i]))
		for _, p := range c.upPaths[i] {
			c.paths[p]++
		}
	}
	for i := range fork {
		for _, p := range pathTerms(&fork[i]) {
			c.paths[p]++
		}
	}
	all.Wait()
	return c
}

func (c *comparer) terms() [3]*terms { return [3]*terms{c.lines, c.words, c.texts} }

// sum is the weight of all of an upstream commit's terms of one sort.
func (c *comparer) sum(k int, u int32) float32 {
	if c.sums[k][u] < 0 {
		c.sums[k][u] = c.terms()[k].sum(&c.up[u])
	}
	return c.sums[k][u]
}

// turn makes f the fork commit that is compared.
func (c *comparer) turn(f *Commit) {
	c.nowPaths = pathTerms(f)
	for k, t := range c.terms() {
		c.tallies[k].clear()
		t.shared(f, c.tallies[k])
		c.own[k] = t.sum(f)
	}
}

// with compares the fork commit whose turn it is with an upstream commit.
func (c *comparer) with(u int32) likeness {
	var l likeness
	both := [3]float64{}
	for k := range both {
		both[k] = float64(c.tallies[k].sum[u])
	}
	l.lines, l.linesMost = shares(both[0], c.own[0], c.sum(0, u))
	l.words, l.wordsMost = shares(both[1], c.own[1], c.sum(1, u))
	l.message, _ = shares(both[2], c.own[2], c.sum(2, u))
	l.carried = both[0] / (float64(c.sum(0, u)) + 1)
	l.filled = both[0] / (float64(c.own[0]) + 1)
	l.weight, l.said = both[0], both[2]
	l.paths = c.likePaths(c.nowPaths, c.upPaths[u])
	if c.own[1]+c.sum(1, u) == 0 {
		l.words = l.lines // prose and data have no identifiers to differ in
	}
	return l
}

// parts returns the upstream commits of which most stands in the fork commit
// whose turn it is, the heaviest first, of those that may be asked for.
func (c *comparer) parts(may func(u int32) bool) []int32 {
	var out []int32
	t := c.tallies[0]
	for _, u := range t.touched {
		if sum := float64(t.sum[u]); sum >= partWeight && sum >= mostOf*float64(c.sum(0, u)) && may(u) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.sum[b], t.sum[a]), cmp.Compare(a, b))
	})
	return out[:min(len(out), maxParts)]
}

const (
	// mostOf is the share of a commit's weight of lines that must stand in
	// another for it to be a part of that.
	mostOf = 0.8
	// maxParts bounds what one commit is taken to be made of.
	maxParts = 300
)

// shares returns what two weights have in common of both and of the smaller.
// The one in the denominators makes little weight count for less.
func shares(both float64, a, b float32) (all, most float64) {
	return both / (float64(a) + float64(b) - both + 1), both / (min(float64(a), float64(b)) + 1)
}

// pathTerms are a commit's files under their paths and their bare names, since
// forks move folders.
func pathTerms(c *Commit) []uint64 {
	var out []uint64
	for _, f := range c.Files {
		out = append(out, hash('p', f.Path), hash('b', path.Base(f.Path)))
		if f.Old != "" {
			out = append(out, hash('p', f.Old), hash('b', path.Base(f.Old)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *comparer) likePaths(a, b []uint64) float64 {
	var both, all float64
	for i, j := 0, 0; i < len(a) || j < len(b); {
		order := 0
		switch {
		case i == len(a):
			order = 1
		case j == len(b):
			order = -1
		default:
			order = cmp.Compare(a[i], b[j])
		}
		at := 0
		if order <= 0 {
			at = c.paths[a[i]]
			i++
		}
		if order >= 0 {
			at = c.paths[b[j]]
			j++
		}
		w := math.Log(1 + float64(max(len(c.up)+len(c.fork), few))/float64(at))
		all += w
		if order == 0 {
			both += w
		}
	}
	return both / (all + 1)
}

// nearest returns the upstream commits that have most in common with the fork
// commit whose turn it is, at most n, of those that may be asked for.
func (c *comparer) nearest(n int, may func(u int32) bool) []int32 {
	type near struct {
		u     int32
		share float64
	}
	var list []near
	for k := range c.tallies {
		for _, u := range c.tallies[k].touched {
			if k > 0 && c.tallies[0].sum[u] > 0 || k > 1 && c.tallies[1].sum[u] > 0 {
				continue // it was met before
			}
			if !may(u) {
				continue
			}
			share := 0.0
			for k, weight := range [3]float64{1, 0.3, 0.3} {
				all, most := shares(float64(c.tallies[k].sum[u]), c.own[k], c.sum(k, u))
				share += weight * (all + 0.2*most)
			}
			list = append(list, near{u, share})
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.u, b.u))
	})
	var out []int32
	for _, x := range list[:min(n, len(list))] {
		out = append(out, x.u)
	}
	return out
}
