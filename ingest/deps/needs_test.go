package deps_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/ingest/deps"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

// found is what each commit of a repository needs, by titles: "line first hard 2".
func found(t *testing.T, r *gittest.Repo) map[string]string {
	t.Helper()
	h := read(t, r.Dir, strings.Fields(r.Git("for-each-ref", "--format=%(objectname)")), nil)
	title := map[string]string{}
	for _, c := range h.commits {
		title[c.Hash] = c.Subject
	}
	out := map[string]string{}
	f := deps.NewFinder(nil)
	for _, c := range h.commits {
		n := f.Add(&deps.Commit{Hash: c.Hash, Parents: c.Parents, Edits: h.edits[c.Hash], Generated: git.Generated})
		out[c.Subject] = words(n, title)
	}
	return out
}

func words(n fact.Needs, title map[string]string) string {
	var all []string
	for _, x := range n.List {
		strength := "soft"
		if x.Hard {
			strength = "hard"
		}
		if x.Lock {
			strength += " lock"
		}
		all = append(all, fmt.Sprintf("%s %s %s %d", x.Kind, title[x.To], strength, x.Count))
	}
	return strings.Join(all, ", ")
}

// numbered are the lines from 1 to n, with some of them otherwise.
func numbered(n int, otherwise map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if text, ok := otherwise[i]; ok {
			b.WriteString(text)
			continue
		}
		fmt.Fprintf(&b, "%d\n", i)
	}
	return b.String()
}

func expect(t *testing.T, got map[string]string, want map[string]string) {
	t.Helper()
	for title, w := range want {
		if got[title] != w {
			t.Errorf("%s needs %q, want %q", title, got[title], w)
		}
	}
}

func TestLinesAndContext(t *testing.T) {
	for _, c := range []struct {
		name         string
		first, other map[int]string // what the two commits change of twenty lines
		want         string
	}{
		{"changes its line", map[int]string{10: "a\n"}, map[int]string{10: "b\n"}, "line first hard 1"},
		{"removes its lines", map[int]string{10: "a\na\n"}, map[int]string{10: ""}, "line first hard 2"},
		{"changes one of its lines", map[int]string{10: "a\na\n"}, map[int]string{10: "a\nb\n"}, "line first hard 1, context first hard 1"},
		{"stands beside", map[int]string{10: "a\n"}, map[int]string{10: "a\n", 11: "b\n"}, "context first hard 1"},
		{"stands before", map[int]string{10: "a\n"}, map[int]string{10: "a\n", 9: "b\n"}, "context first hard 1"},
		{"puts a line behind", map[int]string{10: "a\n"}, map[int]string{10: "a\nb\n"}, "context first hard 1"},
		{"stands two lines away", map[int]string{10: "a\n"}, map[int]string{10: "a\n", 12: "b\n"}, "context first soft 1"},
		{"stands three lines away", map[int]string{10: "a\n"}, map[int]string{10: "a\n", 7: "b\n"}, "context first soft 1"},
		{"stands four lines away", map[int]string{10: "a\n"}, map[int]string{10: "a\n", 14: "b\n"}, ""},
		{"stands between two", map[int]string{8: "a\n", 12: "a\n"}, map[int]string{8: "a\n", 12: "a\n", 10: "b\n"}, "context first soft 2"},
		{"changes the place of a removed line", map[int]string{10: ""}, map[int]string{10: "", 11: "b\n"}, "deleted-line first hard 1"},
		{"puts a line where one was removed", map[int]string{10: ""}, map[int]string{10: "b\n"}, "deleted-line first hard 1"},
		{"removes the line behind, too", map[int]string{10: ""}, map[int]string{10: "", 11: ""}, "deleted-line first hard 1"},
		{"stands two lines from a removed one", map[int]string{10: ""}, map[int]string{10: "", 12: "b\n"}, ""},
		{"changes what was there before", map[int]string{2: "a\n"}, map[int]string{2: "a\n", 18: "b\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			base := r.Commit(gittest.Files{"f": numbered(20, nil)}, "base")
			first := r.Commit(gittest.Files{"f": numbered(20, c.first)}, "first")
			other := r.Commit(gittest.Files{"f": numbered(20, c.other)}, "other")
			// The base is not of the history.
			r.WorkTree()
			h := read(t, r.Dir, []string{"main"}, []string{base})
			f := deps.NewFinder(nil)
			var got string
			for _, x := range h.commits {
				got = words(f.Add(&deps.Commit{Hash: x.Hash, Parents: x.Parents, Edits: h.edits[x.Hash], Generated: git.Generated}), map[string]string{first: "first"})
			}
			if got != c.want {
				t.Errorf("needs %q, want %q", got, c.want)
			}
			// A hard need is one that git conflicts over, a soft one is not.
			conflicts := conflicts(t, h.repo, git.Question{Onto: base, Commit: other, Parent: first})
			if hard := strings.Contains(got, "hard"); hard != conflicts {
				t.Errorf("hard %v, and git conflicts: %v", hard, conflicts)
			}
		})
	}
}

func conflicts(t *testing.T, repo *git.Repo, q git.Question) bool {
	t.Helper()
	replay, err := repo.Replay(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	answers, err := replay.Ask(context.Background(), []git.Question{q})
	if err != nil {
		t.Fatal(err)
	}
	return !answers[0].Clean()
}

func TestFiles(t *testing.T) {
	r := gittest.New(t)
	long := numbered(30, nil)
	r.Commit(gittest.Files{"a": long, "bin": "\x00one", "dir/x": "x\n"}, "made")
	r.Commit(gittest.Files{"bin": "\x00two"}, "binary")
	r.Commit(gittest.Files{"bin": "\x00three"}, "binary again")
	r.Commit(gittest.Files{"a": gittest.Deleted, "b": long}, "moved")
	r.Commit(gittest.Files{"b": numbered(30, map[int]string{15: "changed\n"})}, "changed")
	r.Commit(gittest.Files{"b": gittest.Deleted}, "removed")
	r.Commit(gittest.Files{"b": "something else\n"}, "made again")
	r.Commit(gittest.Files{"a": "in the old place\n"}, "made in the old place")
	r.Commit(gittest.Files{"dir/x": gittest.Deleted}, "x removed")
	r.Commit(gittest.Files{"dir/x": "something else\n", "b": gittest.Deleted}, "moved where x was")
	r.WorkTree()
	expect(t, found(t, r), map[string]string{
		"made":                  "",
		"binary":                "file made hard 1",
		"binary again":          "file binary hard 1, file made hard 1",
		"moved":                 "file made hard 1",
		"changed":               "file moved soft 1, line made hard 1, file made hard 1, context made hard 6",
		"removed":               "line changed hard 1, file moved soft 1, line made hard 29, file made hard 1",
		"made again":            "file removed hard 1",
		"made in the old place": "file moved hard 1",
		"x removed":             "line made hard 1, file made hard 1",
		"moved where x was":     "file x removed hard 1, file made again hard 1",
	})
}

func TestLockFilesAreApart(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"Cargo.lock": "one\n", "a.rs": "one\n"}, "made")
	r.Commit(gittest.Files{"Cargo.lock": "two\n"}, "lock")
	r.Commit(gittest.Files{"Cargo.lock": "three\n", "a.rs": "three\n"}, "both")
	expect(t, found(t, r), map[string]string{
		"lock": "line made hard lock 1, file made hard lock 1",
		"both": "line lock hard lock 1, line made hard 1, file made hard lock 1, file made hard 1",
	})
}

func TestBranchesAndMerges(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"f": numbered(20, nil)}, "made")
	r.Branch("side")
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{15: "side\n"})}, "side")
	r.Checkout("main")
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{3: "main\n"})}, "main")
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{3: "main\n", 15: "mine\n"})}, "mine")
	r.Checkout("side")
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{4: "on\n", 15: "side\n"})}, "on the side")
	on := r.Tip()
	r.Checkout("main")
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{3: "main\n", 4: "on\n", 10: "merged\n", 15: "side\n"})}, "merge", gittest.Parent(on))
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{3: "x\n", 4: "x\n", 10: "x\n", 15: "x\n"})}, "after")
	got := found(t, r)
	expect(t, got, map[string]string{
		"side":        "line made hard 1, file made hard 1, context made hard 6",
		"on the side": "line made hard 1, file made hard 1, context made hard 6",
		"mine":        "line made hard 1, file made hard 1, context made hard 6",
		"merge":       "",
	})
	for _, want := range []string{"line merge hard 1", "line main hard 1", "line side hard 1", "line on the side hard 1"} {
		if !slices.Contains(strings.Split(got["after"], ", "), want) {
			t.Errorf("after needs %q, and not %q", got["after"], want)
		}
	}
	if strings.Contains(got["after"], "mine") {
		t.Errorf("after needs what the merge dropped: %q", got["after"])
	}
}

// A merge may have a content from its second parent that others made, too, where
// the first one never touched the file.
func TestContentOfTheSecondParent(t *testing.T) {
	r := gittest.New(t)
	changed := numbered(20, map[int]string{5: "five\n"})
	base := r.Commit(gittest.Files{"f": numbered(20, nil), "g": "g\n"}, "base")
	r.Branch("side")
	r.Branch("other")
	r.Commit(gittest.Files{"f": changed}, "the same elsewhere")
	r.Checkout("side")
	r.Commit(gittest.Files{"f": changed}, "side")
	side := r.Tip()
	r.Checkout("main")
	r.Commit(gittest.Files{"g": "another\n"}, "main")
	r.Commit(gittest.Files{"f": changed}, "merge", gittest.Parent(side))
	r.Commit(gittest.Files{"f": numbered(20, map[int]string{5: "5\n"})}, "after")
	r.WorkTree()
	h := read(t, r.Dir, []string{"main", "other"}, []string{base})
	f := deps.NewFinder(nil)
	for _, c := range h.commits {
		n := f.Add(&deps.Commit{Hash: c.Hash, Parents: c.Parents, Edits: h.edits[c.Hash], Generated: git.Generated})
		if c.Subject == "after" && (len(n.List) != 1 || n.List[0].To != side) {
			t.Errorf("needs %+v, want a line of %s", n.List, side)
		}
	}
}

// Behind the last line there is nothing, whoever wrote what stood there once.
func TestEndOfFile(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"f": numbered(5, nil), "empty": ""}, "made")
	r.Commit(gittest.Files{"f": numbered(8, nil)}, "grown")
	r.Commit(gittest.Files{"f": numbered(5, nil)}, "cut")
	r.Commit(gittest.Files{"f": numbered(5, map[int]string{4: "four\n"})}, "before the end")
	r.Commit(gittest.Files{"f": numbered(5, map[int]string{4: "four\n", 5: "five\n"})}, "at the end")
	r.Commit(gittest.Files{"empty": "no more\n"}, "filled")
	expect(t, found(t, r), map[string]string{
		"grown":          "file made hard 1, context made hard 3",
		"cut":            "line grown hard 3, file made hard 1, context made hard 3",
		"before the end": "line made hard 1, file made hard 1, context made hard 4",
		"at the end":     "context before the end hard 1, deleted-line cut hard 1, line made hard 1, file made hard 1, context made soft 2",
		"filled":         "file made hard 1",
	})
}

// A file that comes back to what it was is another's than where it never changed.
func TestContentThatComesBack(t *testing.T) {
	r := gittest.New(t)
	first, second := "x\nfirst\nx\n", "x\nsecond\nx\n"
	r.Commit(gittest.Files{"f": first, "g": first}, "made")
	r.Branch("side")
	r.Checkout("main")
	r.Commit(gittest.Files{"f": second}, "changed")
	r.Commit(gittest.Files{"f": first}, "changed back")
	r.Commit(gittest.Files{"f": second}, "changed again")
	r.Commit(gittest.Files{"g": gittest.Deleted}, "removed")
	r.Commit(gittest.Files{"g": first}, "restored")
	r.Checkout("side")
	r.Commit(gittest.Files{"f": "x\nthird\nx\n"}, "on the side")
	r.Commit(gittest.Files{"g": "x\nthird\nx\n"}, "g on the side")
	expect(t, found(t, r), map[string]string{
		"changed":       "line made hard 1, file made hard 1, context made hard 2",
		"changed back":  "line changed hard 1, file made hard 1, context made hard 2",
		"changed again": "line changed back hard 1, file made hard 1, context made hard 2",
		"restored":      "file removed hard 1",
		"on the side":   "line made hard 1, file made hard 1, context made hard 2",
		"g on the side": "line made hard 1, file made hard 1, context made hard 2",
	})
}

// Where the history begins the file was there already, with nobody's lines.
func TestContentOfTheBaseThatComesBack(t *testing.T) {
	r := gittest.New(t)
	first, second := "x\nfirst\nx\n", "x\nsecond\nx\n"
	base := r.Commit(gittest.Files{"f": first, "g": first}, "base")
	r.Branch("side")
	r.Checkout("main")
	r.Commit(gittest.Files{"f": second, "g": gittest.Deleted}, "changed")
	r.Commit(gittest.Files{"f": first, "g": first}, "changed back")
	r.Checkout("side")
	r.Commit(gittest.Files{"f": "x\nthird\nx\n", "g": "x\nthird\nx\n"}, "on the side")
	r.WorkTree()
	h := read(t, r.Dir, []string{"main", "side"}, []string{base})
	f := deps.NewFinder(nil)
	// The side comes last, whatever the dates.
	slices.SortStableFunc(h.commits, func(a, b *git.Commit) int {
		return strings.Index("changed back, on the side", a.Subject) - strings.Index("changed back, on the side", b.Subject)
	})
	for _, c := range h.commits {
		n := f.Add(&deps.Commit{Hash: c.Hash, Parents: c.Parents, Edits: h.edits[c.Hash], Generated: git.Generated})
		if c.Subject == "on the side" && len(n.List) > 0 {
			t.Errorf("what the base had is said to be another's: %+v", n.List)
		}
	}
}

func TestSymbols(t *testing.T) {
	f := deps.NewFinder(func(word string) bool { return word == "InTheBase" })
	never := func(string) bool { return false }
	add := func(hash string, parents []string, uses, defines []string, near ...string) string {
		e := &fact.Edits{Hash: hash}
		for _, w := range near {
			e.Near = append(e.Near, fact.IdentKey(w))
		}
		n := f.Add(&deps.Commit{Hash: hash, Parents: parents, Edits: e, Generated: never, Uses: uses, Defines: defines})
		return fmt.Sprint(words(n, map[string]string{"a": "a", "b": "b", "c": "c"}), n.Brings)
	}
	for _, c := range []struct{ got, want string }{
		{add("a", nil, []string{"NewThing", "InTheBase", "UsedAlone"}, []string{"NewThing", "InTheBase"}), "[NewThing]"},
		{add("b", []string{"a"}, []string{"NewThing"}, nil), "symbol a soft 1[]"},
		{add("c", []string{"a"}, []string{"InTheBase", "UsedAlone"}, []string{"UsedAlone"}), "[]"},
		{add("d", []string{"c"}, nil, nil, "NewThing"), "symbol a soft 1[]"},
		{add("e", []string{"b"}, []string{"SideThing"}, []string{"SideThing"}), "[SideThing]"},
		{add("f", []string{"d"}, []string{"SideThing"}, nil), "[]"}, // not behind e
		{add("g", []string{"d"}, []string{"NewThing"}, []string{"NewThing"}), "symbol a soft 1[]"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestMarkers(t *testing.T) {
	f := deps.NewFinder(nil)
	never := func(string) bool { return false }
	title := map[string]string{"a": "a", "b": "b"}
	f.Add(&deps.Commit{Hash: "a", Generated: never})
	f.Skip("own", nil, nil)
	f.Add(&deps.Commit{Hash: "b", Parents: []string{"a"}, Generated: never})
	n := f.Add(&deps.Commit{Hash: "c", Parents: []string{"b"}, Generated: never, Named: []deps.Named{
		{Hash: "a", Words: "fixes a"}, {Hash: "own", Words: "fixes own"}, {Hash: "unknown", Words: "fixes it"}, {Hash: "c", Words: "fixes itself"},
	}})
	if got, want := words(n, title), "marker a soft 1"; got != want {
		t.Errorf("needs %q, want %q", got, want)
	}
	if len(n.List) == 1 && n.List[0].Where[0].Text != "fixes a" {
		t.Errorf("evidence %+v", n.List[0].Where)
	}
}
