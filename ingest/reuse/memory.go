// Package reuse finds, among the conflicts that were resolved before, those that a
// new one is like, and how they were resolved.
//
// It is pure: past conflicts go in, suggestions come out, each with the conflict that
// it comes from.
package reuse

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
	"tracker/internal/pattern"
)

// Past is a conflict that was resolved.
type Past struct {
	ID             string // by which people name it
	Fork, Upstream string // full hashes: the commit that resolved it, and what it picked or merged
	When           int64  // of Fork, Unix seconds
	fact.PastConflict
}

// place is one hunk of a past conflict.
type place struct {
	past         *Past
	hunk         *fact.PastHunk
	ours, theirs sketch
}

// Memory knows past conflicts. It serves one caller at a time.
type Memory struct {
	places []place
	byID   map[string][]int   // places of a hunk id, oldest first
	byWord map[uint32][]int32 // places in which a word stands
	groups map[group][]*Past  // oldest first
	common []int32            // scratch of Near: words in common, by place
}

// group is conflicts of one path, or of one sort.
type group struct {
	match fact.Match
	name  string
}

// New returns a Memory that knows nothing.
func New() *Memory {
	return &Memory{byID: map[string][]int{}, byWord: map[uint32][]int32{}, groups: map[group][]*Past{}}
}

// Learn adds a conflict, which is kept and must not change. Conflicts are learned in
// order of time, the oldest first.
func (m *Memory) Learn(p *Past) {
	for _, g := range groupsOf(p.Path, p.Kind) {
		m.groups[g] = append(m.groups[g], p)
	}
	for i := range p.Hunks {
		h := &p.Hunks[i]
		at := len(m.places)
		x := place{past: p, hunk: h, ours: newSketch(h.Ours), theirs: newSketch(h.Theirs)}
		m.places = append(m.places, x)
		m.byID[h.ID] = append(m.byID[h.ID], at)
		for _, w := range union(x.ours, x.theirs) {
			m.byWord[w] = append(m.byWord[w], int32(at))
		}
	}
}

// Len is how many conflicts are known.
func (m *Memory) Len() int {
	n := 0
	for g, list := range m.groups {
		if g.match == fact.MatchPath {
			n += len(list)
		}
	}
	return n
}

// groupsOf are those that a conflict belongs to, the narrowest first.
func groupsOf(path, kind string) [2]group {
	return [2]group{{fact.MatchPath, path}, {fact.MatchClass, pattern.Class(path) + "\x00" + kind}}
}

// Sides are the lines of a place that conflicts.
type Sides struct {
	ID           string // as fact.PastHunk has it
	Path         string
	Ours, Theirs string
}

// with returns the lines that a resolution by sides leaves; false for any other.
func (s *Sides) with(r fact.Resolution) (string, bool) {
	switch r {
	case fact.ResolvedOurs:
		return s.Ours, true
	case fact.ResolvedTheirs:
		return s.Theirs, true
	case fact.ResolvedBoth:
		return s.Ours + s.Theirs, true
	}
	return "", false
}

// how tells whose lines a text is.
func (s *Sides) how(text string) fact.Resolution {
	for _, r := range []fact.Resolution{fact.ResolvedTheirs, fact.ResolvedOurs, fact.ResolvedBoth} {
		if with, _ := s.with(r); with == text {
			return r
		}
	}
	if text == s.Theirs+s.Ours {
		return fact.ResolvedBoth
	}
	return fact.ResolvedManual
}

// from says which past conflict a suggestion comes from.
func from(s *fact.Suggestion, p *Past) {
	s.Conflict, s.Fork, s.Upstream, s.Beyond = p.ID, p.Fork, p.Upstream, p.Beyond
}

// Exact returns how the very same two sides were resolved, with the text that would
// result: the way taken most first, of ways taken equally often the newest, and those
// of the same path before all others.
func (m *Memory) Exact(s *Sides) []fact.Suggestion {
	type way struct {
		fact.Suggestion
		elsewhere bool // never at this path
		last      int
	}
	var ways []*way
	total := 0
	for _, i := range m.byID[s.ID] {
		x := &m.places[i]
		if x.hunk.Cut || x.hunk.Wide {
			continue // what it became is not the place's alone
		}
		total++
		at := slices.IndexFunc(ways, func(w *way) bool { return w.Text == x.hunk.Result })
		if at < 0 {
			at = len(ways)
			ways = append(ways, &way{Suggestion: fact.Suggestion{Match: fact.MatchExact, Text: x.hunk.Result}, elsewhere: true})
		}
		w := ways[at]
		w.Seen++
		w.last = i
		w.elsewhere = w.elsewhere && x.past.Path != s.Path
		from(&w.Suggestion, x.past)
	}
	slices.SortStableFunc(ways, func(a, b *way) int {
		if a.elsewhere != b.elsewhere {
			if b.elsewhere {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Seen, a.Seen), cmp.Compare(b.last, a.last))
	})
	var out []fact.Suggestion
	for _, w := range ways {
		w.How, w.Of, w.Score = s.how(w.Text), total, float64(w.Seen)/float64(total)
		out = append(out, w.Suggestion)
	}
	return out
}

// Like returns how conflicts of the same path, and of the same sort of file and
// conflict, were resolved most often: the narrower first, one each. sides are those of
// the place that it is for, nil for the path as a whole.
func (m *Memory) Like(path, kind string, sides *Sides) []fact.Suggestion {
	var out []fact.Suggestion
	for _, g := range groupsOf(path, kind) {
		list := m.groups[g]
		if len(list) == 0 {
			continue
		}
		count, lost := map[fact.Resolution]int{}, map[fact.Resolution]int{}
		for _, p := range list {
			count[p.Resolution]++
			if p.LostOurs > 0 && p.Resolution != fact.ResolvedRegenerated {
				lost[p.Resolution]++
			}
		}
		best := list[len(list)-1].Resolution // of equals the newest
		for _, r := range fact.Resolutions {
			if count[r] > count[best] {
				best = r
			}
		}
		s := fact.Suggestion{How: best, Match: g.match, Seen: count[best], Of: len(list), Lost: lost[best], Tool: pattern.Remake(path)}
		s.Score = float64(s.Seen) / float64(s.Of)
		for _, p := range slices.Backward(list) {
			if p.Resolution == best {
				from(&s, p)
				break
			}
		}
		if sides != nil {
			s.Text, _ = sides.with(best)
		}
		out = append(out, s)
	}
	return out
}

// Pasts are the conflicts of replays, in order of time.
func Pasts(replays []fact.Replayed) []Past {
	var out []Past
	for i := range replays {
		r := &replays[i]
		for _, c := range r.Conflicts {
			out = append(out, Past{ID: fact.Short(r.Fork) + ":" + c.Path, Fork: r.Fork, Upstream: r.Upstream, When: r.When, PastConflict: c})
		}
	}
	slices.SortStableFunc(out, func(a, b Past) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Remember returns a Memory of all conflicts of replays.
func Remember(replays []fact.Replayed) *Memory {
	m := New()
	list := Pasts(replays)
	for i := range list {
		m.Learn(&list[i])
	}
	return m
}
