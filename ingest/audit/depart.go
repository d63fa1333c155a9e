package audit

import (
	"bytes"
	"iter"
	"maps"

	"tracker/ingest/conflict"
	"tracker/internal/fact"
	"tracker/internal/lines"
)

// Sides are the contents of a path around a pick. A nil one is absent there.
type Sides struct {
	Base   []byte // before the upstream commit
	Theirs []byte // behind it
	Ours   []byte // before the pick
	Merged []byte // as git's merge leaves it, with markers where it conflicts
	Result []byte // as it was committed
	Marker int    // the length of Merged's markers, or a little less
}

// Departures are the lines, by place from 0, in which a committed file departs from
// what git makes of the pick. Lines that say nothing (blank, lone brackets) are left out.
type Departures struct {
	Gone    []Gone    // lines of Ours that merged by themselves
	Given   []Given   // lines of Ours that were a side of a conflict and are gone
	Brought []Brought // lines of Theirs that the upstream commit did not write
	New     []int     // lines of Result that no side has, outside of what conflicted
	Left    []int     // lines of Theirs that the upstream commit wrote, that merged by themselves and are gone
}

// Gone is a line of Ours that merged by itself and is gone.
type Gone struct {
	Line int
	// Cut says that Theirs has it no more, though the upstream commit does not
	// remove it: from From to To (not included) stands what Theirs has there.
	Cut      bool
	From, To int
}

// Given is a line of Ours that was a side of a conflict and is gone.
type Given struct {
	Line int
	// Added says that it took the place of nothing: it stood beside what the upstream
	// commit changes.
	Added bool
}

// Brought is a line of Theirs that came in though the upstream commit did not write it.
type Brought struct {
	Line int
	// From and To (not included) are the lines of Ours that stand in its place.
	From, To int
}

// Depart compares a committed file with what git makes of the pick. Lines are told by
// their text without the white space around them, and how often it stands there, so
// that what merely moved departs in nothing.
func Depart(s *Sides) Departures {
	ours, theirs, base := lines.Split(s.Ours), lines.Split(s.Theirs), lines.Split(s.Base)
	result := lines.Split(s.Result)
	merged := &conflict.Merged{Lines: lines.Split(s.Merged)}
	if m := conflict.ParseMerged(s.Merged, s.Marker); m != nil {
		merged = m
	}
	if s.Ours == nil && s.Base != nil {
		merged = &conflict.Merged{} // nothing merged: the fork has no such file
	}
	whole := tally(merged.Lines)
	there := tally(result)
	var hunks [][]byte
	for _, h := range merged.Hunks {
		hunks = append(hunks, h.Ours...)
	}
	mine := tally(hunks)

	var d Departures
	toOurs, toResult := places(merged.Lines, ours), places(merged.Lines, result)
	toTheirs := places(merged.Lines, theirs)
	theirsIn, inBase := places(ours, theirs), places(theirs, base)
	has := tally(theirs)
	cut := lines.Edits(ours, theirs, bytes.Equal)
	gone := whole.less(there)
	for k, line := range merged.Lines {
		key := text(line)
		if toResult[k] >= 0 || gone[key] == 0 {
			continue
		}
		switch {
		case toOurs[k] >= 0:
			gone[key]--
			g := Gone{Line: toOurs[k]}
			if theirsIn[g.Line] < 0 && has[key] == 0 {
				g.Cut = true
				g.From, g.To = across(cut, g.Line)
			}
			d.Gone = append(d.Gone, g)
		case toTheirs[k] >= 0 && inBase[toTheirs[k]] < 0:
			gone[key]--
			d.Left = append(d.Left, toTheirs[k])
		}
	}
	// What the conflicts gave up: the lines of the fork's sides that the file lacks.
	spare := there.less(whole)
	given := mine.less(spare)
	oursIn := places(ours, result)
	inMerged := taken(toOurs, len(ours))
	edits := lines.Edits(ours, base, bytes.Equal)
	for i, line := range ours {
		if key := text(line); given[key] > 0 && !inMerged[i] && oursIn[i] < 0 {
			given[key]--
			from, to := across(edits, i)
			d.Given = append(d.Given, Given{Line: i, Added: from == to})
		}
	}
	// What came in beyond what merged and beyond what the fork had.
	extra := spare.less(mine.most(tally(ours).less(whole)))
	theirsOurs := lines.Edits(theirs, ours, bytes.Equal)
	theirsMerged, fromMerged := taken(toTheirs, len(theirs)), taken(toResult, len(result))
	// What the upstream commit wrote is no departure, in conflicts or elsewhere.
	for i, line := range theirs {
		if key := text(line); inBase[i] < 0 && !theirsMerged[i] && extra[key] > 0 {
			extra[key]--
		}
	}
	like, near := alike(result, fromMerged), beside(theirs)
	for i, line := range theirs {
		key := text(line)
		if inBase[i] < 0 || theirsMerged[i] || extra[key] == 0 || !like[near[i].before(key)] && !like[near[i].behind(key)] {
			continue
		}
		extra[key]--
		b := Brought{Line: i}
		b.From, b.To = across(theirsOurs, i)
		d.Brought = append(d.Brought, b)
	}
	resolved := resolutions(merged, toResult, len(result))
	for i, line := range result {
		if key := text(line); !fromMerged[i] && !resolved[i] && extra[key] > 0 {
			extra[key]--
			d.New = append(d.New, i)
		}
	}
	return d
}

// counts says how often each text stands somewhere.
type counts map[string]int

func tally(list [][]byte) counts {
	c := counts{}
	for _, line := range list {
		if key := text(line); key != "" {
			c[key]++
		}
	}
	return c
}

// less returns what is left of c behind what o has.
func (c counts) less(o counts) counts {
	out := counts{}
	for key, n := range c {
		if n > o[key] {
			out[key] = n - o[key]
		}
	}
	return out
}

// most returns the greater of both counts.
func (c counts) most(o counts) counts {
	out := maps.Clone(c)
	for key, n := range o {
		out[key] = max(out[key], n)
	}
	return out
}

// text is what a line says, empty if that is nothing: less than two letters or digits.
func text(line []byte) string {
	line = bytes.TrimSpace(line)
	telling := 0
	for _, c := range line {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 {
			if telling++; telling == 2 {
				return string(line)
			}
		}
	}
	return ""
}

// Text is what a line says, without the white space around it; empty if that is
// nothing.
func Text(line []byte) string { return text(line) }

// places returns where each line of one list stands in another, -1 if nowhere.
func places(a, b [][]byte) []int {
	to := make([]int, len(a))
	for i := range to {
		to[i] = -1
	}
	for _, m := range lines.Match(a, b, bytes.Equal) {
		to[m[0]] = m[1]
	}
	return to
}

// taken marks the places that some list leads to.
func taken(to []int, length int) []bool {
	out := make([]bool, length)
	for _, at := range to {
		if at >= 0 {
			out[at] = true
		}
	}
	return out
}

// resolutions marks the lines of a resolved file that stand where a conflict was: between
// the nearest lines before and behind it that merged by themselves and are still there.
func resolutions(m *conflict.Merged, toResult []int, length int) []bool {
	out := make([]bool, length)
	for _, h := range m.Hunks {
		from, to := 0, length
		for k := h.At - 1; k >= 0; k-- {
			if toResult[k] >= 0 {
				from = toResult[k] + 1
				break
			}
		}
		for k := h.At; k < len(toResult); k++ {
			if toResult[k] >= 0 {
				to = toResult[k]
				break
			}
		}
		for i := from; i < to; i++ {
			out[i] = true
		}
	}
	return out
}

// neighbours are what the next lines before and behind one say.
type neighbours struct{ prev, next string }

// pairing is two lines that stand one behind the other.
type pairing struct{ first, second string }

func (n neighbours) before(key string) pairing { return pairing{n.prev, key} }
func (n neighbours) behind(key string) pairing { return pairing{key, n.next} }

// beside returns the neighbours of each line that say something.
func beside(list [][]byte) []neighbours {
	out := make([]neighbours, len(list))
	last := ""
	for i, line := range list {
		out[i].prev = last
		if key := text(line); key != "" {
			last = key
		}
	}
	last = ""
	for i := len(list) - 1; i >= 0; i-- {
		out[i].next = last
		if key := text(list[i]); key != "" {
			last = key
		}
	}
	return out
}

// alike returns the pairs of a file that a line which did not merge is part of: what
// has none of its neighbours along with it only looks the same.
func alike(list [][]byte, merged []bool) map[pairing]bool {
	out := map[pairing]bool{}
	near := beside(list)
	for i, line := range list {
		if key := text(line); key != "" && !merged[i] {
			out[near[i].before(key)], out[near[i].behind(key)] = true, true
		}
	}
	return out
}

// across returns the lines of the other side that stand where an edit has a line.
func across(edits []lines.Edit, line int) (from, to int) {
	for _, e := range edits {
		if e.A0 <= line && line < e.A1 {
			return e.B0, e.B1
		}
	}
	return 0, 0
}

// Texts yields what each line of a file says, those left out that say nothing.
func Texts(content []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range bytes.Lines(content) {
			if t := text(line); t != "" && !yield(t[:min(len(t), fact.MaxDepartedText)]) {
				return
			}
		}
	}
}
