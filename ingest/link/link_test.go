package link

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

// made builds a commit for the tests: author and date from its number, so that
// two are alike only where a test says so.
func made(n int, subject string, change func(*Commit)) Commit {
	c := Commit{
		Hash:       fmt.Sprintf("%040x", n*7919+1),
		AuthorName: fmt.Sprintf("author %d", n), AuthorMail: fmt.Sprintf("a%d@example.org", n),
		AuthorDate: int64(n) * 1000, CommitDate: int64(n)*1000 + 100_000,
		Subject: Normalise(subject), Words: len(strings.Fields(Normalise(subject))),
		Files: []File{{Path: fmt.Sprintf("f%d.go", n%7)}},
		Lines: lines(n*10, n*10+10),
	}
	c.PatchID, c.DiffID = fmt.Sprintf("p%d", n), fmt.Sprintf("d%d", n)
	if change != nil {
		change(&c)
	}
	return c
}

func lines(from, to int) []uint64 {
	var out []uint64
	for i := from; i < to; i++ {
		out = append(out, uint64(i))
	}
	return out
}

func pairs(links []fact.Link) string {
	var out []string
	for _, l := range links {
		kinds := []string{}
		for _, e := range l.Evidence {
			kinds = append(kinds, string(e.Kind))
		}
		slices.Sort(kinds)
		out = append(out, fmt.Sprintf("%s=%s %s", l.Fork[36:], l.Upstream[36:], strings.Join(kinds, ",")))
	}
	return strings.Join(out, "\n")
}

func TestEveryRungIsKept(t *testing.T) {
	u := made(1, "Fix the loader cache (#12)", func(c *Commit) { c.PR = 12 })
	f := u
	f.Hash = strings.Repeat("f", 40)
	f.Markers = []string{u.Hash[:12]}
	got := Find(Input{
		Upstream: []Commit{u},
		Fork:     []Commit{f},
		Claims:   []Claim{{Fork: f.Hash, Upstream: u.Hash, Report: "R.md", Line: 3}},
	})
	if len(got) != 1 {
		t.Fatalf("got %d links, want 1", len(got))
	}
	want := "ffff=" + u.Hash[36:] + " author-date,diff-id,marker,patch-id,pr,report,similarity,subject"
	if pairs(got) != want {
		t.Errorf("got  %s\nwant %s", pairs(got), want)
	}
	if !got[0].Same || got[0].Score < 0.999 {
		t.Errorf("same %v score %v", got[0].Same, got[0].Score)
	}
	for _, e := range got[0].Evidence {
		without := Find(Input{
			Upstream: []Commit{u}, Fork: []Commit{f},
			Claims:  []Claim{{Fork: f.Hash, Upstream: u.Hash, Report: "R.md", Line: 3}},
			Without: []fact.Kind{e.Kind},
		})
		for _, l := range without {
			for _, g := range l.Evidence {
				if g.Kind == e.Kind {
					t.Errorf("--without %s still shows it", e.Kind)
				}
			}
		}
	}
}

func TestEqualTitlesDoNotCross(t *testing.T) {
	// Two "Patch clippy" in upstream, both picked with their patches changed a
	// little and all other traces gone.
	up := []Commit{made(1, "Patch clippy", nil), made(2, "Patch clippy", nil)}
	var fork []Commit
	for i, u := range []Commit{up[1], up[0]} {
		f := made(50+i, "Patch clippy", nil)
		f.Files, f.Lines = u.Files, u.Lines[:7]
		fork = append(fork, f)
	}
	got := Find(Input{Upstream: up, Fork: fork})
	if len(got) != 2 || got[0].Upstream != up[1].Hash || got[1].Upstream != up[0].Hash {
		t.Errorf("crossed or missed:\n%s", pairs(got))
	}
}

func TestEqualPatchTwiceIsSharedOut(t *testing.T) {
	// The same patch applied, taken back and applied again upstream, and both
	// applications picked: each pick goes to one, in order.
	var up, fork []Commit
	for i := range 2 {
		up = append(up, made(i+1, "Enable it", func(c *Commit) { c.PatchID, c.DiffID, c.Lines = "p", "d", lines(0, 9) }))
		fork = append(fork, made(i+60, "Enable it", func(c *Commit) { c.PatchID, c.DiffID, c.Lines = "p", "d", lines(0, 9) }))
	}
	got := Find(Input{Upstream: up, Fork: fork})
	if len(got) != 2 || got[0].Upstream != up[0].Hash || got[1].Upstream != up[1].Hash {
		t.Errorf("got:\n%s", pairs(got))
	}
}

func TestPickedTwice(t *testing.T) {
	u := made(1, "Fix flash attention on newer drivers", nil)
	first, second := made(70, "Fix flash attention on newer drivers", nil), made(71, "Fix flash attention on newer drivers", nil)
	first.Files, first.Lines, second.Files, second.Lines = u.Files, u.Lines, u.Files, u.Lines[:4]
	got := Find(Input{Upstream: []Commit{u}, Fork: []Commit{first, second}})
	if len(got) != 2 {
		t.Errorf("got:\n%s", pairs(got))
	}
}

func TestRevertIsNotItsTarget(t *testing.T) {
	u := made(1, "Use mmap", nil)
	f := u // same author, date, lines, and by accident the same ids
	f.Hash, f.Revert, f.Markers = strings.Repeat("e", 40), true, nil
	if got := Find(Input{Upstream: []Commit{u}, Fork: []Commit{f}}); len(got) != 0 {
		t.Errorf("a revert was linked to what it reverts:\n%s", pairs(got))
	}
}

func TestWeakRungsNeedTheDiff(t *testing.T) {
	u := made(1, "Update README (#7)", func(c *Commit) { c.PR = 7 })
	for name, change := range map[string]func(*Commit){
		"subject": func(c *Commit) { c.Subject = u.Subject },
		"pr":      func(c *Commit) { c.PR = 7 },
		"crowd":   func(c *Commit) { c.AuthorMail, c.AuthorDate = u.AuthorMail, u.AuthorDate },
	} {
		f, g := made(80, "Something of our own", change), made(81, "More of our own", change)
		f.Files, g.Files = []File{{Path: "ours.go"}}, []File{{Path: "ours.go"}}
		if got := Find(Input{Upstream: []Commit{u}, Fork: []Commit{f, g}}); len(got) != 0 {
			t.Errorf("%s alone made a link:\n%s", name, pairs(got))
		}
	}
}

func TestCorrections(t *testing.T) {
	u := made(1, "Fix it", nil)
	pick := u
	pick.Hash = strings.Repeat("a", 40)
	other := made(90, "Port it by hand", nil)
	got := Find(Input{
		Upstream: []Commit{u}, Fork: []Commit{pick, other},
		Corrections: []Correction{{Fork: pick.Hash, Upstream: u.Hash, Not: true}, {Fork: other.Hash, Upstream: u.Hash, Mark: 2}},
	})
	if len(got) != 1 || got[0].Fork != other.Hash || got[0].Evidence[0].Kind != fact.KindMark {
		t.Errorf("got:\n%s", pairs(got))
	}
}

func TestMarkers(t *testing.T) {
	h := "0123456789abcdef0123456789abcdef01234567"
	yes := []string{
		"(cherry picked from commit " + h + ")",
		"Cherry-picked from upstream " + h[:9] + ".",
		"commit " + h + " upstream.",
		"[ Upstream commit " + h + " ]",
		"Backport-of: " + h,
		"Rebased-From: " + h,
		"Backported from commit " + h[:10] + " with changes",
		"cherry-pick https://example.org/o/r/commit/" + h,
		"Upstream-commit: https://example.org/o/r/commit/" + h,
	}
	for _, m := range yes {
		if got := Markers("Some text.\n\n"+m+"\n", nil); len(got) != 1 || !strings.HasPrefix(h, got[0]) {
			t.Errorf("Markers(%q) = %q", m, got)
		}
	}
	no := []string{
		"This reverts commit " + h + ".",
		"See " + h + " for the reasons.",
		"Fixes: " + h[:12] + ` ("Add it")`,
		"- " + h[:9] + ": Fix auto loader confusion (needs EmbeddingLoader)",
		"Reverts the dependency from cc5ca5e4 back to 175926c9",
	}
	for _, m := range no {
		if got := Markers(m, nil); len(got) != 0 {
			t.Errorf("Markers(%q) = %q, want none", m, got)
		}
	}
}

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		"Fix auto loader confusion (#1707)":                   "fix auto loader confusion",
		"[release-1.2] Fix auto loader confusion (#17) (#99)": "fix auto loader confusion",
		"UPSTREAM: 1234: Fix auto-loader   confusion.":        "fix auto loader confusion",
		"Backport: fix auto loader confusion (cherry-picked)": "fix auto loader confusion",
		"Handle case where q != (k=v) devices (#1653)":        "handle case where q k v devices",
		"(#12)":      "12",
		"修复加载器 (#3)": "修复加载器",
	} {
		if got := Normalise(in); got != want {
			t.Errorf("Normalise(%q) = %q, want %q", in, got, want)
		}
	}
}

// A fork whose commits share nothing with upstream has no links, and however
// picks are shuffled and reduced to one rung, each finds its original.
func TestFindProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "upstream")
		var up, fork []Commit
		for i := range n {
			up = append(up, made(i+1, fmt.Sprintf("Change number %d of the program", i), nil))
		}
		want, times := map[string]string{}, map[string]int{}
		for i := range rapid.IntRange(0, 30).Draw(t, "fork") {
			f := made(1000+i, fmt.Sprintf("Own work %d", i), nil)
			if rapid.Bool().Draw(t, "pick") {
				u := up[rapid.IntRange(0, n-1).Draw(t, "of")]
				by := rapid.IntRange(0, 4).Draw(t, "by")
				if times[u.Hash]++; times[u.Hash] > many {
					by = 0 // beyond that an equal date is a script's
				}
				switch by {
				case 0:
					f.Markers = []string{u.Hash}
				case 1:
					f.PatchID, f.Files, f.Lines = u.PatchID, u.Files, u.Lines
				case 2:
					f.DiffID, f.Files, f.Lines = u.DiffID, u.Files, u.Lines
				case 3:
					f.AuthorMail, f.AuthorDate = u.AuthorMail, u.AuthorDate
					f.Files, f.Lines = u.Files, u.Lines[:5]
				case 4:
					f.Subject, f.Words, f.Files, f.Lines = u.Subject, u.Words, u.Files, u.Lines[5:]
				}
				want[f.Hash] = u.Hash
			}
			fork = append(fork, f)
		}
		links := Find(Input{Upstream: up, Fork: fork})
		got := map[string]string{}
		for _, l := range links {
			if prev, twice := got[l.Fork]; twice {
				t.Fatalf("%s links to %s and %s", l.Fork, prev, l.Upstream)
			}
			got[l.Fork] = l.Upstream
		}
		for f, u := range want {
			if got[f] != u {
				t.Fatalf("%s: got %q, want %s", f, got[f], u)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d links, want %d", len(got), len(want))
		}
	})
}

// A report can pair a commit with any other: only what git shows to have
// something in common is believed.
func TestPairedInAReport(t *testing.T) {
	u := made(1, "Draw tiles off the main thread", nil)
	for name, tt := range map[string]struct {
		change func(*Commit)
		want   bool
	}{
		"nothing in common":        {func(*Commit) {}, false},
		"the title alone":          {func(c *Commit) { c.Subject, c.Words = u.Subject, u.Words }, false},
		"a file":                   {func(c *Commit) { c.Files = u.Files }, true},
		"a file that it renamed":   {func(c *Commit) { c.Files = []File{{Path: "new.go", Old: u.Files[0].Path}} }, true},
		"lines in another file":    {func(c *Commit) { c.Lines = u.Lines[:5] }, true},
		"the title, no lines told": {func(c *Commit) { c.Subject, c.Words, c.Unread = u.Subject, u.Words, true }, true},
	} {
		f := made(80, "Speed", tt.change)
		in := Input{Upstream: []Commit{u}, Fork: []Commit{f}, Claims: []Claim{{Fork: f.Hash, Upstream: u.Hash, Report: "R.md", Line: 3}}}
		got := Find(in)
		if (len(got) == 1) != tt.want || Shares(&f, &u) != tt.want {
			t.Errorf("%s: want linked %v, got %s", name, tt.want, pairs(got))
		}
	}
}
