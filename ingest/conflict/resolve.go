package conflict

import (
	"bytes"
	"slices"

	"tracker/internal/fact"
	"tracker/internal/lines"
)

// Sides are the contents of a path that conflicted. A nil one is absent on that side.
type Sides struct {
	Base, Ours, Theirs []byte
	Merged             []byte // as git's merge leaves it, with markers; nil if it is no text
	Result             []byte // as it was committed
	Marker             int    // the length of Merged's markers, or a little less: git adds to it where it nests them
	Generated          bool   // a program writes the file
}

// Resolve tells how a conflict was resolved, place by place. The path and the kind
// are left to the caller.
func Resolve(s *Sides) fact.PastConflict {
	var c fact.PastConflict
	switch {
	case s.Result == nil:
		c.Resolution = gone(s)
		return c
	case same(s.Result, s.Theirs):
		c.Resolution = fact.ResolvedTheirs
	case same(s.Result, s.Ours):
		c.Resolution = fact.ResolvedOurs
	}
	side := c.Resolution
	var m *Merged
	if s.Merged != nil && s.Ours != nil && s.Theirs != nil {
		m = ParseMerged(s.Merged, s.Marker)
	}
	if m != nil {
		m.resolved(s, &c)
	}
	switch {
	case s.Generated && side == "":
		c.Resolution = fact.ResolvedRegenerated
	case side != "":
		// A side taken as it was, where nothing else had merged, is no whole file taken.
		c.Whole = m == nil || !bytes.Equal(m.taken(side), s.Result)
	case len(c.Hunks) == 0:
		c.Resolution = fact.ResolvedManual
	default:
		c.Resolution = c.Hunks[0].Resolution
		for _, h := range c.Hunks[1:] {
			if h.Resolution != c.Resolution {
				c.Resolution = fact.ResolvedManual
			}
		}
	}
	return c
}

// resolved tells what became of each place, and of the lines between them.
func (m *Merged) resolved(s *Sides, c *fact.PastConflict) {
	result := lines.Split(s.Result)
	spots, exact := m.walk(result)
	if !exact {
		spots = m.align(result)
	}
	c.ID = ID(m.Hunks...)
	c.Hunks = places(s, m, result, spots)
	composed := m.Compose(func(i int) [][]byte { return result[spots[i].from:spots[i].to] })
	if c.Beyond = !bytes.Equal(composed, s.Result); c.Beyond {
		c.LostOurs, c.LostTheirs = m.lost(s, result)
	}
}

// taken is the merged file with one side in all places.
func (m *Merged) taken(side fact.Resolution) []byte {
	return m.Compose(func(i int) [][]byte {
		if side == fact.ResolvedTheirs {
			return m.Hunks[i].Theirs
		}
		return m.Hunks[i].Ours
	})
}

// lost counts the merged lines that one side has more often than the other, and that
// the result has less often than the merged file. A line that was moved is not lost.
func (m *Merged) lost(s *Sides, result [][]byte) (ours, theirs int) {
	more := map[string]int{} // in ours than in theirs
	for _, line := range lines.Split(s.Ours) {
		more[string(line)]++
	}
	for _, line := range lines.Split(s.Theirs) {
		more[string(line)]--
	}
	missing := map[string]int{}
	for _, line := range m.Lines {
		missing[string(line)]++
	}
	for _, line := range result {
		missing[string(line)]--
	}
	for line, n := range missing {
		switch extra := more[line]; {
		case n <= 0:
		case extra > 0:
			ours += min(n, extra)
		case extra < 0:
			theirs += min(n, -extra)
		}
	}
	return ours, theirs
}

func same(a, b []byte) bool { return a != nil && b != nil && bytes.Equal(a, b) }

// gone tells whose side won where the file is not there any more.
func gone(s *Sides) fact.Resolution {
	switch {
	case s.Theirs == nil:
		return fact.ResolvedTheirs
	case s.Ours == nil:
		return fact.ResolvedOurs
	}
	return fact.ResolvedManual
}

// Compose puts a file together with the given lines in the place of each hunk.
func (m *Merged) Compose(hunk func(i int) [][]byte) []byte {
	out := []byte{} // an empty file is one
	at := 0
	for i, h := range m.Hunks {
		for ; at < h.At; at++ {
			out = append(out, m.Lines[at]...)
		}
		for _, line := range hunk(i) {
			out = append(out, line...)
		}
	}
	for ; at < len(m.Lines); at++ {
		out = append(out, m.Lines[at]...)
	}
	return out
}

// spot is where a place stands in the resolved file.
type spot struct {
	from, to int
	wide     bool // lines beside it were changed along with it
}

// walk finds the places in a file in which all that merged by itself is as it was.
// It reports false for any other.
func (m *Merged) walk(result [][]byte) ([]spot, bool) {
	starts := func(at int, list [][]byte) bool {
		return at+len(list) <= len(result) && slices.EqualFunc(result[at:at+len(list)], list, bytes.Equal)
	}
	spots := make([]spot, 0, len(m.Hunks))
	at := 0
	for i, h := range m.Hunks {
		if i == 0 {
			if !starts(0, m.Lines[:h.At]) {
				return nil, false
			}
			at = h.At
		}
		last := i == len(m.Hunks)-1
		end := len(m.Lines)
		if !last {
			end = m.Hunks[i+1].At
		}
		next := m.Lines[h.At:end]
		fits := func(to int) bool {
			return to >= at && starts(to, next) && (!last || to+len(next) == len(result))
		}
		to := -1
		for _, list := range [][][]byte{h.Theirs, h.Ours, slices.Concat(h.Ours, h.Theirs), slices.Concat(h.Theirs, h.Ours)} {
			if starts(at, list) && fits(at+len(list)) {
				to = at + len(list)
				break
			}
		}
		switch {
		case to >= 0:
		case last:
			to = len(result) - len(next)
			if !fits(to) {
				return nil, false
			}
		case len(next) == 0:
			return nil, false // two places with nothing between them cannot be told apart
		default:
			for to = at; to <= len(result) && !fits(to); to++ {
			}
			if to > len(result) {
				return nil, false
			}
		}
		spots = append(spots, spot{from: at, to: to})
		at = to + len(next)
	}
	return spots, true
}

// align finds each place between the nearest lines before and behind it that merged
// by themselves and are still there.
func (m *Merged) align(result [][]byte) []spot {
	to := make([]int, len(m.Lines)) // where a merged line stands in the result, -1 if it is gone
	for i := range to {
		to[i] = -1
	}
	for _, k := range lines.Match(m.Lines, result, bytes.Equal) {
		to[k[0]] = k[1]
	}
	spots := make([]spot, 0, len(m.Hunks))
	for i, h := range m.Hunks {
		x := spot{to: len(result)}
		for k := h.At - 1; k >= 0; k-- {
			if to[k] >= 0 {
				x.from = to[k] + 1
				break
			}
			x.wide = true
		}
		for k := h.At; k < len(m.Lines); k++ {
			if to[k] >= 0 {
				x.to = to[k]
				break
			}
			x.wide = true
		}
		if i > 0 && m.Hunks[i-1].At == h.At {
			x.from, x.wide = x.to, true
		}
		x.to = max(x.from, x.to)
		spots = append(spots, x)
	}
	return spots
}

// places words what stands in the resolved file where each place was.
func places(s *Sides, m *Merged, result [][]byte, spots []spot) []fact.PastHunk {
	base, ours := lines.Split(s.Base), lines.Split(s.Ours)
	edits := lines.Edits(base, ours, bytes.Equal)
	var out []fact.PastHunk
	for i, h := range m.Hunks {
		at := spots[i]
		got := result[at.from:at.to]
		p := fact.PastHunk{ID: ID(h), Line: at.from + 1, Heading: heading(result, at.from), Wide: at.wide, Resolution: classify(h, got)}
		if at.wide && p.Resolution != fact.ResolvedManual && len(got) != len(h.Ours) && len(got) != len(h.Theirs) {
			p.Resolution = fact.ResolvedManual
		}
		var c [3]bool
		p.Ours, c[0] = keep(h.Ours)
		p.Theirs, c[1] = keep(h.Theirs)
		p.Result, c[2] = keep(got)
		p.Base, _ = keep(original(base, ours, edits, h))
		p.Cut = c[0] || c[1] || c[2]
		out = append(out, p)
	}
	return out
}

// classify tells whose lines stand where a hunk was.
func classify(h Hunk, got [][]byte) fact.Resolution {
	eq := func(parts ...[][]byte) bool { return slices.EqualFunc(got, slices.Concat(parts...), bytes.Equal) }
	switch {
	case eq(h.Theirs):
		return fact.ResolvedTheirs
	case eq(h.Ours):
		return fact.ResolvedOurs
	case eq(h.Ours, h.Theirs), eq(h.Theirs, h.Ours):
		return fact.ResolvedBoth
	}
	return fact.ResolvedManual
}

// original is what stood in the base where the fork has its side of a hunk.
func original(base, ours [][]byte, edits []lines.Edit, h Hunk) [][]byte {
	at := find(ours, h.Ours)
	if at < 0 {
		return nil
	}
	for _, e := range edits {
		if e.B0 <= at+len(h.Ours) && at <= e.B1 {
			return base[e.A0:e.A1]
		}
	}
	return nil
}

// find returns where a run of lines stands, -1 if it stands nowhere or is empty.
func find(text, run [][]byte) int {
	if len(run) == 0 {
		return -1
	}
	for i := 0; i+len(run) <= len(text); i++ {
		if slices.EqualFunc(text[i:i+len(run)], run, bytes.Equal) {
			return i
		}
	}
	return -1
}

// heading is the nearest line before a place that begins at the margin with a letter
// or an underscore, as git's hunk headers show without a driver.
func heading(text [][]byte, at int) string {
	for i := min(at, len(text)) - 1; i >= 0; i-- {
		line := bytes.TrimRight(text[i], "\r\n")
		if len(line) > 0 && (line[0] == '_' || line[0] == '$' || line[0]|0x20 >= 'a' && line[0]|0x20 <= 'z') {
			return string(line[:min(len(line), 80)])
		}
	}
	return ""
}

func keep(list [][]byte) (text string, cut bool) {
	all := bytes.Join(list, nil)
	if len(all) > fact.MaxHunk {
		return string(all[:fact.MaxHunk]), true
	}
	return string(all), false
}
