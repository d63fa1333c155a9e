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
	c.Markers = unresolved(s)
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

// unresolved reports whether a file was committed with the markers of its conflict.
func unresolved(s *Sides) bool {
	has := func(text []byte) bool {
		begun := false
		for line := range bytes.Lines(text) {
			begun = begun || isMarker(line, '<', usualMarker)
			if begun && isMarker(line, '>', usualMarker) {
				return true
			}
		}
		return false
	}
	return has(s.Result) && !has(s.Ours) && !has(s.Theirs)
}

// usualMarker is how long git's markers are in a work tree.
const usualMarker = 7

// resolved tells what became of each place, and of the lines between them.
func (m *Merged) resolved(s *Sides, c *fact.PastConflict) {
	text := s.Result
	// Git ends the last line of a side that has no end of line, in a place at the end.
	atEnd := m.Hunks[len(m.Hunks)-1].At == len(m.Lines)
	unended := atEnd && len(text) > 0 && text[len(text)-1] != '\n'
	if unended {
		text = append(slices.Clone(text), '\n')
	}
	result := lines.Split(text)
	spots, exact := m.walk(result)
	if exact && m.ambiguous(spots, result) {
		for i := range spots {
			spots[i].wide = true
		}
	}
	if !exact {
		spots = m.align(result)
	}
	c.ID = ID(m.Hunks...)
	c.Hunks = places(s, m, result, spots)
	c.Beyond = unended || c.Markers || atEnd && (unendedFile(s.Ours) || unendedFile(s.Theirs)) || !exact && !m.only(result, spots)
	if c.Beyond {
		c.LostOurs, c.LostTheirs = m.lost(s, result)
	}
}

func unendedFile(text []byte) bool { return len(text) > 0 && text[len(text)-1] != '\n' }

// only reports whether nothing but the places was changed.
func (m *Merged) only(result [][]byte, spots []spot) bool {
	size := 0
	for i, at := range spots {
		if at.wide || i > 0 && at.from < spots[i-1].to {
			return false
		}
		size += at.to - at.from
	}
	if size+len(m.Lines) != len(result) {
		return false
	}
	composed := m.compose(func(i int) [][]byte { return result[spots[i].from:spots[i].to] })
	return slices.EqualFunc(composed, result, bytes.Equal)
}

// ambiguous reports whether a place that is resolved by hand might as well end
// elsewhere: what stands between two places stands more than once behind the first.
func (m *Merged) ambiguous(spots []spot, result [][]byte) bool {
	byHand := false
	for i, h := range m.Hunks {
		byHand = byHand || classify(h, result[spots[i].from:spots[i].to]) == fact.ResolvedManual
	}
	if !byHand {
		return false
	}
	for i := range m.Hunks[:len(m.Hunks)-1] {
		between := m.Lines[m.Hunks[i].At:m.Hunks[i+1].At]
		found := 0
		for at := spots[i].from; at+len(between) <= len(result) && found < 2; at++ {
			if slices.EqualFunc(result[at:at+len(between)], between, bytes.Equal) {
				found++
			}
		}
		if found > 1 {
			return true
		}
	}
	return false
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
	return append([]byte{}, bytes.Join(m.compose(hunk), nil)...) // an empty file is one
}

func (m *Merged) compose(hunk func(i int) [][]byte) [][]byte {
	var out [][]byte
	at := 0
	for i, h := range m.Hunks {
		out = append(append(out, m.Lines[at:h.At]...), hunk(i)...)
		at = h.At
	}
	return append(out, m.Lines[at:]...)
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
	before := make([]int, len(m.Lines)+1) // the nearest one before that is still there, and where it ends
	for k := range m.Lines {
		before[k+1] = before[k]
		if to[k] >= 0 {
			before[k+1] = to[k] + 1
		}
	}
	behind := make([]int, len(m.Lines)+1) // the nearest one behind, likewise
	behind[len(m.Lines)] = len(result)
	for k := len(m.Lines) - 1; k >= 0; k-- {
		behind[k] = behind[k+1]
		if to[k] >= 0 {
			behind[k] = to[k]
		}
	}
	spots := make([]spot, 0, len(m.Hunks))
	for i, h := range m.Hunks {
		x := spot{from: before[h.At], to: max(before[h.At], behind[h.At])}
		x.wide = h.At > 0 && to[h.At-1] < 0 || h.At < len(m.Lines) && to[h.At] < 0
		if i > 0 && m.Hunks[i-1].At == h.At {
			x.from, x.wide = x.to, true
		}
		spots = append(spots, x)
	}
	return spots
}

// places words what stands in the resolved file where each place was.
func places(s *Sides, m *Merged, result [][]byte, spots []spot) []fact.PastHunk {
	base, ours := lines.Split(s.Base), lines.Split(s.Ours)
	edits := lines.Edits(base, ours, bytes.Equal)
	in := m.inOurs(ours)
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
		p.Base, _ = keep(original(base, edits, in[i], len(h.Ours)))
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

// inOurs returns where each place stands in ours, -1 where that is not found.
func (m *Merged) inOurs(ours [][]byte) []int {
	to := make([]int, len(m.Lines))
	for i := range to {
		to[i] = -1
	}
	for _, k := range lines.Match(m.Lines, ours, bytes.Equal) {
		to[k[0]] = k[1]
	}
	out := make([]int, len(m.Hunks))
	from, k := 0, 0 // no place stands before from
	for i, h := range m.Hunks {
		for ; k < h.At; k++ {
			if to[k] >= 0 {
				from = max(from, to[k]+1)
			}
		}
		out[i] = -1
		if from+len(h.Ours) <= len(ours) && slices.EqualFunc(ours[from:from+len(h.Ours)], h.Ours, equalButEnd) {
			out[i] = from
			from += len(h.Ours)
		}
	}
	return out
}

// equalButEnd compares lines of which the last of a file may lack its end.
func equalButEnd(a, b []byte) bool {
	return bytes.Equal(bytes.TrimSuffix(a, []byte("\n")), bytes.TrimSuffix(b, []byte("\n")))
}

// original is what stood in the base where the fork has so many lines from at on.
func original(base [][]byte, edits []lines.Edit, at, count int) [][]byte {
	if at < 0 {
		return nil
	}
	for _, e := range edits {
		if e.B0 <= at+count && at <= e.B1 {
			return base[e.A0:e.A1]
		}
	}
	return nil
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
	var out []byte
	for _, line := range list {
		if len(out)+len(line) > fact.MaxHunk {
			return string(append(out, line[:fact.MaxHunk-len(out)]...)), true
		}
		out = append(out, line...)
	}
	return string(out), false
}
