package link

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
)

// foreign makes a commit that shares nothing but what change gives it.
func foreign(n int, change func(*Commit)) Commit {
	return made(n, fmt.Sprintf("Own words %d", n), func(c *Commit) {
		c.Files = []File{{Path: fmt.Sprintf("own%d.go", n)}}
		change(c)
	})
}

func kindsOf(l fact.Link) (kinds []string) {
	for _, e := range l.Evidence {
		kinds = append(kinds, string(e.Kind))
	}
	slices.Sort(kinds)
	return kinds
}

func TestDiffsAloneTell(t *testing.T) {
	var up, fork []Commit
	for i := range 8 {
		up = append(up, made(i+1, fmt.Sprintf("Change %d", i), nil))
		fork = append(fork, foreign(100+i, func(c *Commit) { c.Files, c.Lines = up[i].Files, slices.Clone(up[i].Lines[:7]) }))
		fork = append(fork, foreign(200+i, func(*Commit) {}))
	}
	got := Find(Input{Upstream: up, Fork: fork})
	if len(got) != len(up) {
		t.Fatalf("%d links, want %d:\n%s", len(got), len(up), pairs(got))
	}
	for i, l := range got {
		if l.Fork != fork[2*i].Hash || l.Upstream != up[i].Hash || !slices.Equal(kindsOf(l), []string{"similarity"}) {
			t.Errorf("got %s", pairs(got[i:i+1]))
		}
	}
	if got := Find(Input{Upstream: up, Fork: fork, Without: []fact.Kind{fact.KindSimilarity}}); len(got) != 0 {
		t.Errorf("without similarity:\n%s", pairs(got))
	}
}

// A commit that was built on a pick shares lines with its original, too.
func TestLaterWorkOnAPickIsNone(t *testing.T) {
	u := made(1, "Add the cache", func(c *Commit) { c.Lines = lines(0, 40) })
	pick := foreign(50, func(c *Commit) { c.Files, c.Lines = u.Files, lines(0, 38) })
	work := foreign(51, func(c *Commit) { c.Files, c.Lines = u.Files, lines(20, 80) })
	got := Find(Input{Upstream: []Commit{u}, Fork: []Commit{pick, work}})
	if len(got) != 1 || got[0].Fork != pick.Hash {
		t.Errorf("got:\n%s", pairs(got))
	}
}

func TestSquashAndSplit(t *testing.T) {
	up := []Commit{
		made(1, "First", func(c *Commit) { c.Lines = lines(0, 20) }),
		made(2, "Second", func(c *Commit) { c.Lines = lines(20, 40) }),
		made(3, "Within the first", func(c *Commit) { c.Lines = lines(5, 15) }),
		made(4, "To be split", func(c *Commit) { c.Lines = lines(100, 140) }),
	}
	squash := foreign(70, func(c *Commit) { c.Files, c.Lines = slices.Concat(up[0].Files, up[1].Files), lines(0, 41) })
	one := foreign(71, func(c *Commit) { c.Files, c.Lines = up[3].Files, lines(100, 120) })
	two := foreign(72, func(c *Commit) { c.Files, c.Lines = up[3].Files, lines(120, 140) })
	in := Input{Upstream: up, Fork: []Commit{squash, one, two}}
	got := Find(in)
	var found []string
	for _, l := range got {
		found = append(found, l.Fork[36:]+"="+l.Upstream[36:])
		if !slices.Contains(kindsOf(l), "group") && l.Fork != one.Hash && l.Fork != two.Hash {
			t.Errorf("no group: %s", pairs([]fact.Link{l}))
		}
	}
	want := []string{}
	for _, p := range [][2]Commit{{squash, up[0]}, {squash, up[1]}, {one, up[3]}, {two, up[3]}} {
		want = append(want, p[0].Hash[36:]+"="+p[1].Hash[36:])
	}
	if !slices.Equal(found, want) {
		t.Errorf("got\n%s\nwant %v", pairs(got), want)
	}
	in.Without = []fact.Kind{fact.KindGroup}
	for _, l := range Find(in) {
		if l.Fork == squash.Hash && l.Upstream == up[1].Hash || slices.Contains(kindsOf(l), "group") {
			t.Errorf("without group: %s", pairs([]fact.Link{l}))
		}
	}
}

// A pick that goes from branch to branch leads to the original, an upstream
// commit may be carried once in each branch, and no link joins what no view has.
func TestBranches(t *testing.T) {
	u := made(1, "Fix the cache", nil)
	like := func(n int, marker string) Commit {
		return foreign(n, func(c *Commit) { c.Files, c.Lines, c.Markers = u.Files, u.Lines[:8], []string{marker} })
	}
	stable := like(50, u.Hash)
	older := like(51, stable.Hash[:12])
	merged := foreign(52, func(c *Commit) { c.PatchID, c.DiffID, c.Files, c.Lines = u.PatchID, u.DiffID, u.Files, u.Lines })
	in := Input{
		Upstream: []Commit{u}, Fork: []Commit{stable, older, merged},
		Views: []View{
			{Range: []string{u.Hash}, Own: []string{stable.Hash}},
			{Range: []string{u.Hash}, Own: []string{older.Hash}},
			{Range: nil, Own: []string{merged.Hash, stable.Hash}},
		},
	}
	for _, without := range [][]fact.Kind{nil, {fact.KindMarker}} {
		in.Without = without
		got := Find(in)
		if len(got) != 2 || got[0].Fork != stable.Hash || got[1].Fork != older.Hash {
			t.Errorf("without %v:\n%s", without, pairs(got))
		}
	}
}

// Where nothing was ever picked, the tag of a version has the very patch of an
// older one's.
func TestVersionsAreNoPicks(t *testing.T) {
	var up, fork []Commit
	bump := func(c *Commit) {
		c.DiffID, c.Lines = "bump", lines(1, 3)
		c.Files, c.AuthorName, c.AuthorMail = []File{{Path: "META"}}, "releaser", "r@example.org"
	}
	up = append(up, made(1, "Tag 0.6.0", bump))
	for i := range 400 {
		up = append(up, made(1000+i, fmt.Sprintf("Change %d", i), nil))
		fork = append(fork, foreign(2000+i, func(*Commit) {}))
	}
	fork = append(fork, made(3000, "Tag 2.1.0", bump))
	if got := Find(Input{Upstream: up, Fork: fork}); len(got) != 0 {
		t.Errorf("got:\n%s", pairs(got))
	}
}

func TestMarkersOfASquash(t *testing.T) {
	a, b, c := strings.Repeat("a", 40), strings.Repeat("b", 40), strings.Repeat("c", 40)
	got := Markers("Rebased-From: "+a+" "+b+", "+c+"\nSee "+strings.Repeat("d", 40), nil)
	if !slices.Equal(got, []string{a, b, c}) {
		t.Errorf("got %q", got)
	}
}

// What the index adds up for a fork commit is what its lines and those of each
// upstream commit have in common, one by one.
func TestTermsProperty(t *testing.T) {
	commit := rapid.Custom(func(t *rapid.T) Commit {
		list := rapid.SliceOfN(rapid.Uint64Range(0, 300), 0, 40).Draw(t, "lines")
		slices.Sort(list)
		return Commit{Lines: slices.Compact(list)}
	})
	rapid.Check(t, func(t *rapid.T) {
		up := rapid.SliceOfN(commit, 0, 20).Draw(t, "upstream")
		fork := rapid.SliceOfN(commit, 1, 5).Draw(t, "fork")
		terms := newTerms(up, fork, func(c *Commit) []uint64 { return c.Lines })
		tally := newTally(len(up))
		for i := range fork {
			tally.clear()
			terms.shared(&fork[i], tally)
			for u := range up {
				want := 0.0
				for _, l := range fork[i].Lines {
					if slices.Contains(up[u].Lines, l) {
						want += float64(terms.weigh(l))
					}
				}
				if got := float64(tally.sum[u]); math.Abs(got-want) > 0.01 {
					t.Fatalf("fork %d and upstream %d: %.3f, want %.3f", i, u, got, want)
				}
			}
		}
	})
}
