package term_test

import (
	"io"
	"strings"
	"testing"

	"tracker/advise"
	"tracker/advise/beside"
	"tracker/internal/fact"
	"tracker/render/internal/sample"
	"tracker/render/term"
)

func TestPickBesideItsOriginal(t *testing.T) {
	long := beside.File{Path: "long.go", Fate: beside.Changed}
	for range 90 {
		long.Hunks = append(long.Hunks, beside.Hunk{Line: 1, Lines: []beside.Line{{In: beside.OnlyPick, Sign: "+", Text: "again"}}})
	}
	story := &advise.CommitStory{Side: "upstream", Picks: []advise.Pick{{
		Link: fact.Link{Fork: sample.Hash("c0ffee05")}, Other: sample.Hash("c0ffee05"),
		Changed: []beside.File{
			{Path: "same.go", Fate: beside.Same},
			{Path: "a.go", From: "old/a.go", Fate: beside.Changed, Original: beside.Count{Insertions: 1}, Pick: beside.Count{Insertions: 1, Deletions: 1}, Hunks: []beside.Hunk{{
				Line: 7, Lines: []beside.Line{
					{In: beside.Both, Sign: "-", Text: "\tgone"},
					{In: beside.OnlyOriginal, Sign: "+", Text: "a \x1b[31mred herring"},
					{In: beside.OnlyPick, Sign: "+", Text: "b"},
				},
			}}},
			{Path: "b.go", Fate: beside.Left, Original: beside.Count{Deletions: 3}},
			long,
			{Path: "never shown.go", Fate: beside.Added},
		},
	}}}
	got := shown(t, term.Options{TTY: true, Width: 80}, func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) })
	for _, want := range []string{
		"changed         on the way to c0ffee050; 1 of 5 files the same",
		"a.go +1 -0, in the pick +1 -1, upstream old/a.go",
		"  line 7\n", "      -    gone\n", "    < +a ", "    > +b\n",
		"b.go left out, +0 -3", "… and more: pipe it to see all",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b[31mred") || strings.Contains(got, "never shown") {
		t.Errorf("%q", got)
	}
	piped := shown(t, term.Options{}, func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) })
	if !strings.Contains(piped, "never shown.go only in the pick") {
		t.Errorf("a pipe gets all:\n%s", piped)
	}
}
