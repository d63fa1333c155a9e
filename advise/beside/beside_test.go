package beside

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/lines"
	_ "tracker/internal/seeded"
)

// file makes a file's change of lines with their signs.
func file(path string, lines ...string) git.File {
	f := git.File{FileChange: fact.FileChange{Path: path, Status: "M"}}
	for _, l := range lines {
		switch l[0] {
		case '+':
			f.Insertions++
		case '-':
			f.Deletions++
		}
	}
	f.Sections = []git.Section{{Hunks: []git.Hunk{{NewStart: 10, Body: []byte(strings.Join(lines, "\n") + "\n")}}}}
	return f
}

func show(files []File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s %s\n", f.Path, f.Fate)
		for _, h := range f.Hunks {
			fmt.Fprintf(&b, " line %d\n", h.Line)
			for _, l := range h.Lines {
				fmt.Fprintf(&b, "  %-8s %s%s\n", l.In, l.Sign, l.Text)
			}
		}
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	generated := file("go.sum", "+x")
	generated.Generated = true
	original := &git.Diff{Files: []git.File{
		file("draw.go", " func draw() {", "-\told()", "+\tfirst()", "+\tsecond()", "+\tthird()", "+\tfourth()", "+\tlast(a)", " }"),
		file("src/tiles.go", "+one"),
		file("left.go", "+nobody took it"),
		generated,
	}}
	pick := &git.Diff{Files: []git.File{
		file("lib/tiles.go", "+one"),
		file("draw.go", " func draw() {", "-\told()", "+\tfirst()", "+\tsecond()", "+\tthird()", "+\tfourth()", "+\tlast(b)", " }"),
		file("extra.go", "+more"),
	}}
	want := `draw.go changed
 line 15
  both     +	third()
  both     +	fourth()
  original +	last(a)
  pick     +	last(b)
lib/tiles.go same
left.go left
extra.go added
`
	if got := show(Compare(original, pick)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	o, p := file("a.png"), file("a.png")
	o.Binary, p.Binary = true, true
	o.Change.NewID, p.Change.NewID = "1", "2"
	if got := Compare(&git.Diff{Files: []git.File{o}}, &git.Diff{Files: []git.File{p}}); len(got) != 1 || got[0].Fate != Unread {
		t.Errorf("%+v", got)
	}
}

// Whatever two lists of lines are, what is shown of either is the list itself,
// and no longer common subsequence exists.
func TestMatch(t *testing.T) {
	line := rapid.Custom(func(t *rapid.T) change {
		return change{sign: rapid.SampledFrom([]byte("+-")).Draw(t, "sign"), text: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "text")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(line, 0, 20).Draw(t, "a"), rapid.SliceOfN(line, 0, 20).Draw(t, "b")
		common := lines.Match(a, b, equal)
		i, j := -1, -1
		for _, m := range common {
			if m[0] <= i || m[1] <= j || !equal(a[m[0]], b[m[1]]) {
				t.Fatalf("%v is no common subsequence", common)
			}
			i, j = m[0], m[1]
		}
		if want := longest(a, b); len(common) != want {
			t.Fatalf("%d lines in common, want %d", len(common), want)
		}
		differ := !slices.EqualFunc(a, b, equal)
		list, left := hunks(a, b, common)
		if got := len(list) > 0; got != differ {
			t.Fatalf("hunks: %v, the lists differ: %v", got, differ)
		}
		// What is left out and what is shown is all there is.
		for _, h := range list {
			left += h.Before + len(h.Lines)
		}
		if want := len(a) + len(b) - len(common); left != want {
			t.Fatalf("%d lines are shown or left out, of %d", left, want)
		}
	})
}

// longest is the length of a longest common subsequence, by the book.
func longest(a, b []change) int {
	table := make([][]int, len(a)+1)
	table[0] = make([]int, len(b)+1)
	for i := range a {
		table[i+1] = make([]int, len(b)+1)
		for j := range b {
			if equal(a[i], b[j]) {
				table[i+1][j+1] = table[i][j] + 1
			} else {
				table[i+1][j+1] = max(table[i][j+1], table[i+1][j])
			}
		}
	}
	return table[len(a)][len(b)]
}
