package term_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/internal/sample"
	"tracker/render/term"
)

// shown returns what a view prints.
func shown(t *testing.T, o term.Options, show func(io.Writer, term.Options) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := show(&out, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheVerdictComesFirst(t *testing.T) {
	settled := func(s fact.Status, why string) *fact.Account { return &fact.Account{Status: s, Why: why} }
	two := []advise.Pick{{Other: sample.Hash("c0ffee05"), Date: "2026-04-09"}, {Other: sample.Hash("c0ffee16")}}
	for want, story := range map[string]*advise.CommitStory{
		"adapted  in the fork as c0ffee050, c0ffee160 since 2026-04-09":   {Side: "upstream", Account: settled(fact.Adapted, "same title"), Picks: two},
		"skipped  decided by M. (mark 3)":                                 {Side: "upstream", Account: settled(fact.Skipped, "decided by M. (mark 3)")},
		"upstream, outside the range":                                     {Side: "upstream"},
		"in both histories: it is older than the base, or was merged":     {Side: "shared"},
		"the fork's own: no upstream commit is known to be in it":         {Side: "fork"},
		"a fork commit that carries 2 upstream commits":                   {Side: "fork", Picks: two},
		"reverted  taken back by c0ffee27, which was a mistake all along": {Side: "upstream", Account: settled(fact.Reverted, "taken back by c0ffee27, which was a mistake all along")},
	} {
		got := shown(t, term.Options{TTY: true, Width: 80}, func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) })
		if lines := strings.Split(got, "\n"); len(lines) < 3 || lines[2] != want {
			t.Errorf("got %q, want %q in its third line", got, want)
		}
	}
}

func TestManyFilesAreCounted(t *testing.T) {
	story := sample.Story()
	story.Commit.Files, story.Account.Left = nil, nil
	for i := range 30 {
		path := fmt.Sprintf("src/%02d.go", i)
		story.Commit.Files = append(story.Commit.Files, fact.FileChange{Path: path, Status: "M", Insertions: 2, Deletions: 1})
		story.Account.Left = append(story.Account.Left, "left/"+path)
		story.Defines = append(story.Defines, fmt.Sprintf("Name%02d", i))
	}
	show := func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) }
	tty, pipe := shown(t, term.Options{TTY: true, Width: 80}, show), shown(t, term.Options{}, show)
	for _, want := range []string{"30 files, +60 −30", "… and 22 more: tracker show --json", "… and 22 more\n", "and 20 more"} {
		if !strings.Contains(tty, want) {
			t.Errorf("no %q in\n%s", want, tty)
		}
	}
	for i := range 30 {
		path, name := fmt.Sprintf("src/%02d.go", i), fmt.Sprintf("Name%02d", i)
		if strings.Count(pipe, path) != 2 || !strings.Contains(pipe, name) {
			t.Errorf("%s or %s is missing in a pipe", path, name)
		}
	}
}

func TestFurtherForksFollow(t *testing.T) {
	s := sample.Standing()
	s.Forks = []advise.Standing{{
		Fork: fact.Ref{Ref: "refs/heads/stable", Commit: sample.Hash("57ab1e")}, Upstream: s.Upstream,
		Total: 12345, Counts: map[fact.Status]int{fact.Integrated: 12000, fact.Skipped: 345},
	}}
	got := shown(t, term.Options{TTY: true, Width: 80}, func(w io.Writer, o term.Options) error { return term.Status(w, o, s) })
	_, second, ok := strings.Cut(got, "stable 57ab1e000 follows upstream/main 9e07d3100 · no common commit\n")
	for _, want := range []string{
		"12 345 commits upstream, 0 unaccounted\n",
		"  integrated 12 000  ████████████████████  the same change is in the fork\n",
		"  skipped       345  █                     someone decided against it\n",
	} {
		if !ok || !strings.Contains(second, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestUndoneDecisionsAreSaidToBe(t *testing.T) {
	undone := []fact.Decision{
		{ID: 1, Subject: "^docs:", Status: fact.Skipped, At: 1773100800, Undone: 1773187200, WaitsFor: []string{"a release"}},
		{ID: 2, Commit: sample.Hash("8e12f0b5"), Status: fact.Adapted, As: sample.Hash("c09d7e16"), At: 1773100800},
	}
	show := func(w io.Writer, o term.Options) error { return term.Marks(w, o, marks(undone)) }
	if got, want := shown(t, term.Options{TTY: true, Width: 120}, show), ""+
		"  1  commits titled ^docs: are skipped; waits for a release  (2026-03-10, undone 2026-03-11)\n"+
		"  2  8e12f0b50 is adapted as c09d7e160  (2026-03-10)\n"; got != want {
		t.Errorf("got\n%s want\n%s", got, want)
	}
	if got, want := shown(t, term.Options{}, show), ""+
		"1\t2026-03-10\tundone\tsubject:^docs:\tskipped\t\t\t\ta release\t\t1\n"+
		"2\t2026-03-10\tstands\t"+sample.Hash("8e12f0b5")+"\tadapted\t"+sample.Hash("c09d7e16")+"\t\t\t\t\t1\n"; got != want {
		t.Errorf("got\n%s want\n%s", got, want)
	}
}

func TestNothingFoundIsSaid(t *testing.T) {
	got := shown(t, term.Options{TTY: true, Width: 80}, func(w io.Writer, o term.Options) error {
		return term.Search(w, o, &term.Results{Query: "no such word", TookMS: 0.6})
	})
	if want := "nothing found for no such word  1 ms\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What git shows is said once, though it settles the commit and contradicts
// two reports.
func TestADisagreementIsSaidOnce(t *testing.T) {
	const undone = "c732e43c was reverted by 1dd4fb88"
	s := sample.Standing()
	s.Commits = []fact.Account{{
		Commit: sample.Hash("4246cb6f"), Subject: "Preload tiles", Status: fact.Reverted, Why: undone,
		Sources: []fact.Source{
			{Report: "A.md", Line: 25, Status: "integrated", Disagrees: undone},
			{Report: "B.md", Line: 7, Status: "integrated", Disagrees: undone},
		},
	}}
	got := shown(t, term.Options{}, func(w io.Writer, o term.Options) error { return term.Status(w, o, s) })
	want := "disagreement  4246cb6f0  reverted  Preload tiles\n              ✗ A.md:25, B.md:7 say integrated: " + undone + "\n\n"
	if !strings.Contains(got, want) || strings.Count(got, undone) != 1 {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
