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
	Source         string // one of fact's Source constants
	When           int64  // of Fork, Unix seconds
	Loose          bool   // Fork may hold more than Upstream
	// Became says what became of the resolution later; empty where it stands, or that is
	// not known.
	Became string
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
	known  int
	places []place
	byID   map[string][]int   // places of a hunk id, oldest first
	byWord map[uint32][]int32 // places in which a word stands
	groups map[group]*tally
	common []int32 // scratch of Near: words in common, by place
}

// group is conflicts of one path, or of one sort. Those of upstream's own merges are
// apart: their sides are not the fork's and upstream's.
type group struct {
	match    fact.Match
	upstream bool
	name     string
}

// tally adds the conflicts of a group up.
type tally struct {
	count int
	by    map[fact.Resolution]*way
	last  fact.Resolution // of the newest
}

// way is the conflicts of a group that were resolved in one way.
type way struct {
	count, lost int
	newest      *Past
}

// New returns a Memory that knows nothing.
func New() *Memory {
	return &Memory{byID: map[string][]int{}, byWord: map[uint32][]int32{}, groups: map[group]*tally{}}
}

// Learn adds a conflict, which is kept and must not change. Conflicts are learned in
// order of time, the oldest first. One whose markers were committed teaches nothing.
func (m *Memory) Learn(p *Past) {
	if p.Markers {
		return
	}
	m.known++
	for _, g := range groupsOf(p.Path, p.Kind, p.Source == fact.SourceUpstreamMerge) {
		t := m.groups[g]
		if t == nil {
			t = &tally{by: map[fact.Resolution]*way{}}
			m.groups[g] = t
		}
		w := t.by[p.Resolution]
		if w == nil {
			w = &way{}
			t.by[p.Resolution] = w
		}
		t.count++
		t.last = p.Resolution
		w.count++
		w.newest = p
		if p.LostOurs > 0 && p.Resolution != fact.ResolvedRegenerated {
			w.lost++
		}
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
func (m *Memory) Len() int { return m.known }

// Knows reports whether the fork ever resolved a conflict of a path.
func (m *Memory) Knows(path string) bool {
	return m.groups[group{fact.MatchPath, false, path}] != nil || m.groups[group{fact.MatchPath, true, path}] != nil
}

// groupsOf are those that a conflict belongs to, the narrowest first.
func groupsOf(path, kind string, upstream bool) [2]group {
	return [2]group{{fact.MatchPath, upstream, path}, {fact.MatchClass, upstream, pattern.Class(path) + "\x00" + kind}}
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
	s.Conflict, s.Fork, s.Upstream, s.Became = p.ID, p.Fork, p.Upstream, p.Became
	s.Beyond = s.Beyond || p.Beyond || p.Loose
}

// Exact returns how the very same two sides were resolved, with the text that would
// result: the way taken most first, of ways taken equally often the newest, and those
// of the same path before all others. Of counts those too of which the text cannot be
// told, because what was changed beside the place cannot be told from it.
func (m *Memory) Exact(s *Sides) []fact.Suggestion {
	type found struct {
		fact.Suggestion
		elsewhere bool // never at this path
		last      int
	}
	var ways []*found
	for _, i := range m.byID[s.ID] {
		x := &m.places[i]
		if x.hunk.Cut || x.hunk.Wide {
			continue
		}
		at := slices.IndexFunc(ways, func(w *found) bool { return w.Text == x.hunk.Result })
		if at < 0 {
			at = len(ways)
			ways = append(ways, &found{Suggestion: fact.Suggestion{Match: fact.MatchExact, Text: x.hunk.Result}, elsewhere: true})
		}
		w := ways[at]
		w.Seen++
		w.last = i
		w.elsewhere = w.elsewhere && x.past.Path != s.Path
		from(&w.Suggestion, x.past)
	}
	slices.SortStableFunc(ways, func(a, b *found) int {
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
		w.How, w.Of = s.how(w.Text), len(m.byID[s.ID])
		w.Score = float64(w.Seen) / float64(w.Of)
		out = append(out, w.Suggestion)
	}
	return out
}

// Sure returns how the very same two sides were resolved if that leaves no doubt: always
// to the same text, at least once at this path, with nothing else of the file changed,
// by commits that hold that pick alone, and so that it still stands. Else it says why
// not.
func (m *Memory) Sure(s *Sides) (text string, by []*Past, why string) {
	here := false
	for k, i := range m.byID[s.ID] {
		x := &m.places[i]
		switch {
		case x.hunk.Cut || x.hunk.Wide || x.past.Beyond:
			return "", nil, "other lines of the file were changed along with a place"
		case x.past.Loose:
			return "", nil, "the commit that resolved a place may hold more than that pick"
		case x.past.Became != "":
			return "", nil, "how a place was resolved did not stand: " + x.past.Became
		case k > 0 && x.hunk.Result != text:
			return "", nil, "a place was resolved in more than one way before"
		}
		text, by = x.hunk.Result, append(by, x.past)
		here = here || x.past.Path == s.Path
	}
	switch {
	case len(by) == 0:
		return "", nil, "not every place was resolved before"
	case !here:
		return "", nil, "a place was resolved before in other files alone"
	}
	return text, by, ""
}

// Like returns how conflicts of the same path, and of the same sort of file and
// conflict, were resolved most often by the fork, or by upstream in its own merges: the
// narrower first, one each. sides are those of the place that it is for, nil for the
// path as a whole.
func (m *Memory) Like(path, kind string, upstream bool, sides *Sides) []fact.Suggestion {
	var out []fact.Suggestion
	for _, g := range groupsOf(path, kind, upstream) {
		t := m.groups[g]
		if t == nil {
			continue
		}
		best := t.last // of equals the newest
		for _, r := range fact.Resolutions {
			if w := t.by[r]; w != nil && w.count > t.by[best].count {
				best = r
			}
		}
		w := t.by[best]
		s := fact.Suggestion{How: best, Match: g.match, Seen: w.count, Of: t.count, Lost: w.lost, Tool: pattern.Remake(path)}
		s.Score = float64(s.Seen) / float64(s.Of)
		from(&s, w.newest)
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
			out = append(out, Past{
				ID: fact.Short(r.Fork) + ":" + c.Path, Fork: r.Fork, Upstream: r.Upstream, Source: r.Source,
				When: r.When, Loose: r.Loose, PastConflict: c,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Past) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Remember returns a Memory of conflicts, given in order of time.
func Remember(list []Past) *Memory {
	m := New()
	for i := range list {
		m.Learn(&list[i])
	}
	return m
}
