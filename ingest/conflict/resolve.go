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

// Resolve tells how a conflict was resolved, place by place.
func Resolve(s *Sides) (hunks []fact.PastHunk, r fact.Resolution, whole bool) {
	switch {
	case s.Result == nil:
		return nil, gone(s), false
	case same(s.Result, s.Theirs):
		whole, r = true, fact.ResolvedTheirs
	case same(s.Result, s.Ours):
		whole, r = true, fact.ResolvedOurs
	}
	if s.Merged != nil && s.Ours != nil && s.Theirs != nil {
		if m := s.parse(); m != nil {
			hunks = places(s, m)
		}
	}
	switch {
	case s.Generated && r == "":
		return hunks, fact.ResolvedRegenerated, false
	case r != "":
		// A side taken as it was, where nothing else had merged, is no whole file taken.
		return hunks, r, whole && !asHunksSay(s, hunks, r)
	case len(hunks) == 0:
		return nil, fact.ResolvedManual, false
	}
	r = hunks[0].Resolution
	for _, h := range hunks[1:] {
		if h.Resolution != r {
			return hunks, fact.ResolvedManual, false
		}
	}
	return hunks, r, false
}

// parse takes the merged file apart, nil if it cannot be.
func (s *Sides) parse() *Merged { return Apart(s.Merged, s.Marker) }

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

// asHunksSay reports whether taking one side in the hunks alone gives the same file.
func asHunksSay(s *Sides, hunks []fact.PastHunk, r fact.Resolution) bool {
	if len(hunks) == 0 {
		return false
	}
	m := s.parse()
	return m != nil && bytes.Equal(m.Compose(func(i int) [][]byte {
		if r == fact.ResolvedTheirs {
			return m.Hunks[i].Theirs
		}
		return m.Hunks[i].Ours
	}), s.Result)
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

// places finds what stands in the resolved file where each hunk was: between the
// nearest lines before and behind it that merged by themselves and are still there.
func places(s *Sides, m *Merged) []fact.PastHunk {
	result := lines.Split(s.Result)
	to := make([]int, len(m.Lines)) // where a merged line stands in the result, -1 if it is gone
	for i := range to {
		to[i] = -1
	}
	for _, k := range lines.Match(m.Lines, result, bytes.Equal) {
		to[k[0]] = k[1]
	}
	base := lines.Split(s.Base)
	ours := lines.Split(s.Ours)
	edits := lines.Edits(base, ours, bytes.Equal)
	var out []fact.PastHunk
	for i, h := range m.Hunks {
		from, end := 0, len(result)
		lost := false // a neighbour was changed along with it
		for k := h.At - 1; k >= 0; k-- {
			if to[k] >= 0 {
				from = to[k] + 1
				break
			}
			lost = true
		}
		for k := h.At; k < len(m.Lines); k++ {
			if to[k] >= 0 {
				end = to[k]
				break
			}
			lost = true
		}
		if i > 0 && m.Hunks[i-1].At == h.At {
			from = end // two hunks with nothing between them cannot be told apart
		}
		got := result[from:max(from, end)]
		p := fact.PastHunk{ID: ID(h), Line: from + 1, Heading: heading(result, from)}
		p.Resolution = classify(h, got)
		if lost && p.Resolution != fact.ResolvedManual && len(got) != len(h.Ours) && len(got) != len(h.Theirs) {
			p.Resolution = fact.ResolvedManual
		}
		var c [4]bool
		p.Ours, c[0] = keep(h.Ours)
		p.Theirs, c[1] = keep(h.Theirs)
		p.Result, c[2] = keep(got)
		p.Base, c[3] = keep(original(base, ours, edits, h))
		p.Cut = c[0] || c[1] || c[2] || c[3]
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
