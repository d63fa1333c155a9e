// Package beside compares two diffs of one origin: what an upstream commit
// changes and what its pick does. It is a diff of diffs, as git range-diff
// shows one, for people: file by file, the changed lines that one of the two
// has and the other has not, with their neighbours. The package is pure.
package beside

import (
	"strings"

	"tracker/internal/git"
	"tracker/internal/lines"
)

// File is how one file's change fared.
type File struct {
	Path string `json:"path"`           // as the pick has it; the original's where the pick has none
	From string `json:"from,omitempty"` // the original's path if it is another
	Fate Fate   `json:"fate"`
	// Lines added and removed by the original and by the pick.
	Original Count  `json:"original"`
	Pick     Count  `json:"pick"`
	Hunks    []Hunk `json:"hunks,omitempty"` // of a Changed file: where they differ
	After    int    `json:"-"`               // changed lines that both have, after the last hunk
}

// Fate is what became of a file's change in the pick.
type Fate string

const (
	Same    Fate = "same"    // the same lines come and go
	Changed Fate = "changed" // other lines do
	Left    Fate = "left"    // only the original changes the file
	Added   Fate = "added"   // only the pick does
	Unread  Fate = "unread"  // binary, absent or too large: it cannot be told
)

// Count is how many lines a change adds and removes.
type Count struct {
	Insertions int `json:"insertions"`
	Deletions  int `json:"deletions"`
}

// Hunk is a stretch of a file's changed lines in which the two differ.
type Hunk struct {
	Line  int    `json:"line"` // of the file as the pick leaves it; as the original does where the pick has nothing
	Lines []Line `json:"lines"`
	// Before is how many changed lines that both have stand between the hunk before,
	// or the beginning, and this one.
	Before int `json:"-"`
}

// Line is one changed line, and which of the two diffs has it.
type Line struct {
	In   In     `json:"in"`
	Sign string `json:"sign"` // "+" or "-"
	Text string `json:"text"`
}

// In says which diff has a line.
type In string

const (
	Both         In = "both"
	OnlyOriginal In = "original"
	OnlyPick     In = "pick"
)

const (
	// neighbours is how many lines that both have are shown around a difference.
	neighbours = 2
	// maxLines is the number of changed lines of a file beyond which only the
	// counts are compared.
	maxLines = 5000
)

// Compare puts a pick beside its original. Files come in the original's order,
// then those that the pick alone changes; generated ones are left out.
func Compare(original, pick *git.Diff) []File {
	used := make([]bool, len(pick.Files))
	var out []File
	for i := range original.Files {
		o := &original.Files[i]
		if o.Generated {
			continue
		}
		at := counterpart(o, pick.Files, used)
		if at < 0 {
			out = append(out, File{Path: o.Path, Fate: Left, Original: count(o)})
			continue
		}
		used[at] = true
		out = append(out, compare(o, &pick.Files[at]))
	}
	for i := range pick.Files {
		if p := &pick.Files[i]; !used[i] && !p.Generated {
			out = append(out, File{Path: p.Path, Fate: Added, Pick: count(p)})
		}
	}
	return out
}

// counterpart finds the pick's file that o became: of the same path, before or
// after a rename, else of the same bare name if there is but one.
func counterpart(o *git.File, files []git.File, used []bool) int {
	named := -1
	for i := range files {
		p := &files[i]
		if used[i] {
			continue
		}
		if p.Path == o.Path || o.OldPath != "" && p.Path == o.OldPath || p.OldPath != "" && p.OldPath == o.Path {
			return i
		}
		if base(p.Path) == base(o.Path) {
			if named >= 0 {
				named = len(files)
			} else {
				named = i
			}
		}
	}
	if named == len(files) {
		return -1
	}
	return named
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func count(f *git.File) Count { return Count{f.Insertions, f.Deletions} }

func compare(o, p *git.File) File {
	f := File{Path: p.Path, Original: count(o), Pick: count(p), Fate: Same}
	if o.Path != p.Path {
		f.From = o.Path
	}
	if o.Binary || p.Binary || o.Unreadable || p.Unreadable {
		if o.Change.NewID != p.Change.NewID {
			f.Fate = Unread
		}
		return f
	}
	a, b := changed(o), changed(p)
	if len(a) > maxLines || len(b) > maxLines {
		f.Fate = Unread
		return f
	}
	f.Hunks, f.After = hunks(a, b, lines.Match(a, b, equal))
	if len(f.Hunks) > 0 {
		f.Fate = Changed
	}
	return f
}

// change is one added or removed line.
type change struct {
	sign byte
	text string
	line int // of the new file, where it is or would be
}

func equal(a, b change) bool { return a.sign == b.sign && a.text == b.text }

func changed(f *git.File) []change {
	var out []change
	for i := range f.Sections {
		for j := range f.Sections[i].Hunks {
			h := &f.Sections[i].Hunks[j]
			line := h.NewStart
			for sign, text := range h.Lines() {
				if sign == '+' || sign == '-' {
					out = append(out, change{sign, strings.TrimRight(string(text), "\r"), line})
				}
				if sign == '+' || sign == ' ' {
					line++
				}
			}
		}
	}
	return out
}

// hunks merges the two lists along their common lines and cuts out the
// stretches in which they differ. It returns how many lines come after the last, too.
func hunks(a, b []change, common [][2]int) (out []Hunk, after int) {
	var all []Line
	var at []int
	add := func(in In, c change) {
		all = append(all, Line{in, string(c.sign), c.text})
		at = append(at, c.line)
	}
	i, j := 0, 0
	for _, m := range append(common, [2]int{len(a), len(b)}) {
		for ; i < m[0]; i++ {
			add(OnlyOriginal, a[i])
		}
		for ; j < m[1]; j++ {
			add(OnlyPick, b[j])
		}
		if i < len(a) {
			add(Both, b[j])
		}
		i, j = i+1, j+1
	}
	shown := 0
	for from := 0; from < len(all); {
		if all[from].In == Both {
			from++
			continue
		}
		last := from
		for k := from; k < len(all) && k <= last+2*neighbours; k++ {
			if all[k].In != Both {
				last = k
			}
		}
		start, end := max(shown, from-neighbours), min(len(all), last+neighbours+1)
		h := Hunk{Line: at[from], Lines: all[start:end], Before: start - shown}
		for k := from; k <= last; k++ {
			if all[k].In != OnlyOriginal {
				h.Line = at[k]
				break
			}
		}
		out = append(out, h)
		from, shown = end, end
	}
	return out, len(all) - shown
}
