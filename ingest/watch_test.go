package ingest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// waiting is a fork whose upstream has three commits, the last of which the
// fork put off.
type waiting struct {
	*bench
	up []string // store, cache, draw
	t  *testing.T
}

func goFile(decl string) string { return "package tiles\n\n" + decl + "\n" }

// putOff builds the fork, lets before run, ingests, and records that the third
// upstream commit waits for what is given.
func putOff(t *testing.T, waitsFor string, before func(*waiting)) *waiting {
	t.Helper()
	r := gittest.New(t)
	r.Commit(gittest.Files{"go.mod": "module tiles\n", "main.go": goFile("func main() {}")}, "Begin", theirs)
	r.Branch("theirs")
	w := &waiting{}
	w.up = append(w.up,
		r.Commit(gittest.Files{"store/store.go": goFile("// TileStore keeps tiles.\ntype TileStore struct{ open bool }\n\nfunc (s *TileStore) Close() {}")}, "Add the store (#1)", theirs),
		r.Commit(gittest.Files{"cache/cache.go": goFile("func NewTileCache() int { return 17 }")}, "Add the cache (#2)", theirs),
		r.Commit(gittest.Files{"draw.go": goFile("func DrawEverything() int { return 4 }")}, "Draw (#3)", theirs))
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"own.go": goFile("var own = 1")}, "Our own")
	w.bench = newBench(t, r)
	if before != nil {
		before(w)
	}
	w.bench.ingest(t, ingest.Options{})
	w.decide(t, fact.Decision{Commit: w.up[2], Status: fact.Deferred, Reason: "later", WaitsFor: strings.Fields(waitsFor)})
	return w
}

func (w *waiting) decide(t *testing.T, d fact.Decision) {
	t.Helper()
	w.WorkTree()
	if _, _, err := w.in.Decide(context.Background(), d, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
}

// theirs makes an upstream commit.
func (w *waiting) upstream(files gittest.Files, message string) string {
	w.Checkout("theirs")
	defer w.Checkout("main")
	h := w.Commit(files, message, theirs)
	w.SetRef("refs/remotes/upstream/main", h)
	return h
}

func (w *waiting) account(t *testing.T) fact.Account {
	t.Helper()
	return accountOf(t, w.bench.ingest(t, ingest.Options{}), w.up[2])
}

func accountOf(t *testing.T, sum *ingest.Summary, hash string) fact.Account {
	t.Helper()
	for _, a := range sum.Accounts["refs/heads/main"] {
		if a.Commit == hash {
			return a
		}
	}
	t.Fatalf("%s has no account", hash)
	return fact.Account{}
}

func TestReopens(t *testing.T) {
	for name, c := range map[string]struct {
		waitsFor string
		then     func(*waiting) (by string)
		kind     string
		text     string
	}{
		"a symbol": {"TileStore", func(w *waiting) string {
			return w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}")}, "A store of ours")
		}, fact.ByArrival, "brought TileStore in on "},
		"one of two": {"TileStore Missing", func(w *waiting) string {
			return w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}")}, "A store of ours")
		}, fact.ByArrival, "brought TileStore in on "},
		"a method": {"TileStore.Close", func(w *waiting) string {
			w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}\n\nfunc (o *Other) Close() {}")}, "A store of ours")
			return w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}\n\nfunc (o *Other) Close() {}\n\nfunc (s *TileStore) Close() {}")}, "Close it")
		}, fact.ByArrival, "brought TileStore.Close in"},
		"a file": {"store/store.go", func(w *waiting) string {
			return w.Commit(gittest.Files{"store/store.go": goFile("var x = 1")}, "A store of ours")
		}, fact.ByArrival, "brought store/store.go in"},
		"a folder": {"cache/", func(w *waiting) string {
			return w.Commit(gittest.Files{"cache/ours.go": goFile("var x = 1")}, "A cache of ours")
		}, fact.ByArrival, "brought cache/ in"},
		"a commit": {"", func(w *waiting) string {
			w.decide(w.t, fact.Decision{Commit: w.up[2], Status: fact.Deferred, Reason: "later", WaitsFor: []string{w.up[0][:9]}})
			return w.CherryPick(w.up[0])
		}, fact.ByArrival, " in on "},
		"a pull request":      {"#1", func(w *waiting) string { return w.CherryPick(w.up[0]) }, fact.ByArrival, "brought #1 in"},
		"a merge of upstream": {"TileStore", func(w *waiting) string { return w.Merge(w.up[0]) }, fact.ByArrival, "brought TileStore in"},
		"a merged pull request": {"#1", func(w *waiting) string {
			w.Merge(w.up[0])
			return ""
		}, fact.ByArrival, "#1 has come in"},
		"an older branch that was merged": {"TileStore", func(w *waiting) string {
			w.Branch("topic", "main~0")
			h := w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}")}, "A store of ours", gittest.Date(gittest.Start))
			w.Checkout("main")
			w.Commit(gittest.Files{"own.go": goFile("var own = 2")}, "Meanwhile")
			w.Merge("topic")
			return h
		}, fact.ByArrival, "brought TileStore in"},
		"a fix": {"", func(w *waiting) string {
			return w.upstream(gittest.Files{"draw.go": goFile("func DrawEverything() int { return 5 }")}, "Draw five\n\nFixes: "+w.up[2][:12])
		}, fact.ByFix, `"Draw five" mends it`},
		"a fix by pull request": {"", func(w *waiting) string {
			return w.upstream(gittest.Files{"draw.go": goFile("func DrawEverything() int { return 5 }")}, "Draw five (#9)\n\nFollow-up to #3.")
		}, fact.ByFix, "mends it"},
		"a mention": {"", func(w *waiting) string {
			return w.upstream(gittest.Files{"x.go": goFile("var x = 5")}, "Something else\n\nLike "+w.up[2]+" does.")
		}, fact.ByName, "speaks of it"},
		"a revert": {"", func(w *waiting) string {
			return w.upstream(gittest.Files{"draw.go": gittest.Deleted}, "Revert \"Draw (#3)\"\n\nThis reverts commit "+w.up[2]+".")
		}, fact.ByRevert, "takes it back"},
		"what builds on it": {"", func(w *waiting) string {
			return w.upstream(gittest.Files{"x.go": goFile("var x = DrawEverything()")}, "Use it")
		}, fact.ByBuildsOn, "builds on its DrawEverything"},
	} {
		t.Run(name, func(t *testing.T) {
			w := putOff(t, c.waitsFor, nil)
			w.t = t
			by := c.then(w)
			a := w.account(t)
			if !a.Reopened || a.Status != fact.Deferred || len(a.Reopenings) != 1 {
				t.Fatalf("%s, reopened %v: %+v; waits %+v", a.Status, a.Reopened, a.Reopenings, a.Waits)
			}
			if r := a.Reopenings[0]; r.Kind != c.kind || r.By != by || !strings.Contains(r.Text, c.text) {
				t.Errorf("%+v, want %s by %q: %q", r, c.kind, by, c.text)
			}
			if !slices.Contains([]string{"a symbol", "a merged pull request", "a fix", "a revert"}, name) {
				return
			}
			// Whoever decides now has seen it.
			w.decide(t, fact.Decision{Commit: w.up[2], Status: fact.Skipped, Reason: "we know", WaitsFor: strings.Fields(c.waitsFor)})
			if a = w.account(t); a.Reopened {
				t.Errorf("still open after a new decision: %+v", a.Reopenings)
			}
		})
	}
}

func TestStaysClosed(t *testing.T) {
	store := gittest.Files{"ours.go": goFile("type TileStore struct{}")}
	for name, c := range map[string]struct {
		waitsFor     string
		before, then func(*waiting)
		state        string
	}{
		"a comment": {"TileStore", nil, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": goFile("// type TileStore struct is missing\nvar x = 1 // TileStore\n/*\ntype TileStore struct{}\n*/")}, "TileStore is missing")
		}, fact.Lacking},
		"a report": {"TileStore", nil, func(w *waiting) {
			w.Commit(gittest.Files{"SYNC.md": "```go\ntype TileStore struct{}\n```\n"}, "docs: what is missing")
		}, fact.Lacking},
		"a use": {"TileStore", nil, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": goFile("var x = TileStore{}")}, "It does not compile")
		}, fact.Lacking},
		"a longer name": {"TileStore", nil, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": goFile("type TileStoreOptions struct{}")}, "Options")
		}, fact.Lacking},
		"it was there": {"TileStore", func(w *waiting) { w.Commit(store, "A store of ours") }, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{ n int }")}, "More of it")
		}, fact.Before},
		"it was there and moved": {"TileStore", func(w *waiting) { w.Commit(store, "A store of ours") }, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": gittest.Deleted}, "Away")
			w.Commit(gittest.Files{"lib/ours.go": store["ours.go"]}, "And back")
		}, fact.Before},
		"it was there before a rebase": {"TileStore", func(w *waiting) { w.Commit(store, "A store of ours") }, func(w *waiting) {
			w.WorkTree()
			w.Git("branch", "-f", "old", "main")
			w.Git("-c", "user.name=x", "-c", "user.email=x@y", "rebase", "-q", "--force-rebase", "--root", "main")
			w.SetRef("refs/heads/main", strings.TrimSpace(w.Git("rev-parse", "HEAD")))
		}, fact.Before},
		"another branch": {"TileStore", nil, func(w *waiting) {
			w.Branch("topic", "main")
			w.Commit(store, "A store of ours")
			w.Checkout("main")
			w.Commit(gittest.Files{"own.go": goFile("var own = 2")}, "Meanwhile")
		}, fact.Lacking},
		"it came and went": {"TileStore", nil, func(w *waiting) {
			w.Commit(store, "A store of ours")
			w.Commit(gittest.Files{"ours.go": gittest.Deleted}, "Not so")
		}, fact.Lacking},
		"a method of another": {"TileStore.Close", nil, func(w *waiting) {
			w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}\n\nfunc (o *Other) Close() {}")}, "Close another")
		}, fact.Lacking},
		"words": {"patience", nil, func(w *waiting) { w.Commit(store, "A store of ours") }, fact.Lacking},
		"a commit that was there": {"#1", func(w *waiting) { w.CherryPick(w.up[0]) }, func(w *waiting) {
			w.Commit(gittest.Files{"own.go": goFile("var own = 2")}, "Meanwhile")
		}, fact.Before},
		"a fix that is skipped too": {"", nil, func(w *waiting) {
			w.upstream(gittest.Files{"draw.go": goFile("func DrawEverything() int { return 5 }")}, "Draw five\n\nFixes: "+w.up[2])
			w.decide(w.t, fact.Decision{Subject: "^Draw five", Status: fact.Skipped, Reason: "no drawing here"})
		}, ""},
		"a use of a name that is old": {"", nil, func(w *waiting) {
			w.upstream(gittest.Files{"x.go": goFile("func main2() { NewTileCache() }")}, "Use the cache")
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := putOff(t, c.waitsFor, c.before)
			w.t = t
			c.then(w)
			a := w.account(t)
			if a.Reopened || len(a.Reopenings) > 0 {
				t.Errorf("open again: %+v", a.Reopenings)
			}
			for _, x := range a.Waits {
				if x.State != c.state {
					t.Errorf("%s is %s, want %s", x.What, x.State, c.state)
				}
			}
			if len(a.Waits) != len(strings.Fields(c.waitsFor)) {
				t.Errorf("waits %+v", a.Waits)
			}
		})
	}
}

// A report's statement is as old as its line: an edit elsewhere in the report
// does not make it anew, another wording does.
func TestReportsSpeakWhenWritten(t *testing.T) {
	w := putOff(t, "", nil)
	w.bench = newBench(t, w.Repo) // without the mark
	text := func(head, reason string) gittest.Files {
		return gittest.Files{"SYNC.md": fmt.Sprintf("# Sync %s\n\n## Skipped\n\n- %s Draw — %s\n- %s the cache\n- %s the store\n", head, w.up[2][:9], reason, w.up[1][:9], w.up[0][:9])}
	}
	w.Commit(text("one", "needs `TileStore`"), "docs: a report")
	if a := w.account(t); a.Status != fact.Skipped || a.Reopened || len(a.Waits) != 1 || !slices.Equal(a.Waits[0].From, w.up[:1]) {
		t.Fatalf("%+v", a)
	}
	w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}")}, "A store of ours")
	w.Commit(text("two", "needs `TileStore`"), "docs: the heading")
	if a := w.account(t); !a.Reopened {
		t.Errorf("the line is older than the store: %+v", a.Waits)
	}
	w.Commit(text("two", "needs a new `TileStore`, ours is too small"), "docs: what we know now")
	if a := w.account(t); a.Reopened {
		t.Errorf("the line is younger than the store: %+v", a.Reopenings)
	}
}

// Decisions of one second count in their order.
func TestDecisionsOfOneSecond(t *testing.T) {
	w := putOff(t, "", nil)
	for _, s := range []fact.Status{fact.Skipped, fact.Pending, fact.Deferred, fact.Skipped} {
		w.decide(t, fact.Decision{Commit: w.up[2], Status: s, Reason: "once more"})
		if got := w.account(t).Status; got != s {
			t.Fatalf("%s after it was decided to be %s", got, s)
		}
	}
	now := time.Now().Unix()
	list := []fact.Decision{{ID: 3, At: now, Nanos: 5}, {ID: 1, At: now, Nanos: 9}, {ID: 2, At: now, Nanos: 5}, {ID: 4, At: now - 1, Nanos: 99}}
	slices.SortFunc(list, fact.CompareDecisions)
	if got := fmt.Sprint(list[0].ID, list[1].ID, list[2].ID, list[3].ID); got != "4 2 3 1" {
		t.Errorf("order %s", got)
	}
}

// A report from outside the fork knew at most what there was when it was read,
// whatever its file's time says.
func TestGivenReportsSpeakWhenRead(t *testing.T) {
	w := putOff(t, "", nil)
	w.bench = newBench(t, w.Repo)
	path := filepath.Join(t.TempDir(), "notes.md")
	text := fmt.Sprintf("# Notes\n\n## Skipped\n\n- %s Draw — needs `TileStore`\n", w.up[2][:9])
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil { // now, which is long after all commits
		t.Fatal(err)
	}
	a := accountOf(t, w.bench.ingest(t, ingest.Options{Reports: []string{path}}), w.up[2])
	if a.Status != fact.Skipped || a.Reopened || len(a.Waits) != 1 {
		t.Fatalf("%+v", a)
	}
	by := w.Commit(gittest.Files{"ours.go": goFile("type TileStore struct{}")}, "A store of ours")
	fix := w.upstream(gittest.Files{"draw.go": goFile("func DrawEverything() int { return 5 }")}, "Draw five\n\nFixes: "+w.up[2][:12])
	a = w.account(t)
	if len(a.Reopenings) != 2 || a.Reopenings[0].By != by || a.Reopenings[1].By != fix {
		t.Errorf("reopened by %+v, want %s and %s", a.Reopenings, by, fix)
	}
}

// What builds on a commit opens its decision again, however that names it.
func TestReopensWhatIsDecidedWithoutAHash(t *testing.T) {
	report := func(head, what string) string {
		return "# Upstream integration report\n\n## Skipped\n\n| " + head + " | Status | Reason |\n|---|---|---|\n| " + what + " | skipped | too large |\n"
	}
	for name, decide := range map[string]func(*waiting) ingest.Options{
		"subject": func(w *waiting) ingest.Options {
			w.decide(t, fact.Decision{Subject: "^the great", Status: fact.Skipped})
			return ingest.Options{}
		},
		"path": func(w *waiting) ingest.Options {
			w.decide(t, fact.Decision{Path: "atlas/", Status: fact.Deferred, Reason: "too large"})
			return ingest.Options{}
		},
		"pull request": func(*waiting) ingest.Options { return given(t, report("PR", "#4")) },
		"title":        func(*waiting) ingest.Options { return given(t, report("Commit title", "The great atlas of tiles")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := putOff(t, "", nil)
			w.bench = newBench(t, w.Repo)
			atlas := w.upstream(gittest.Files{"atlas/atlas.go": goFile("func NewTileAtlas() int { return 9 }")}, "The great atlas of tiles (#4)")
			w.bench.ingest(t, ingest.Options{})
			if a := accountOf(t, w.bench.ingest(t, decide(w)), atlas); a.Reopened || a.Status != fact.Skipped && a.Status != fact.Deferred {
				t.Fatalf("%+v", a)
			}
			user := w.upstream(gittest.Files{"use.go": goFile("var atlas = NewTileAtlas()")}, "Use the atlas")
			a := accountOf(t, w.bench.ingest(t, ingest.Options{}), atlas)
			if len(a.Reopenings) != 1 || a.Reopenings[0].By != user || a.Reopenings[0].Kind != fact.ByBuildsOn {
				t.Errorf("reopened by %+v", a.Reopenings)
			}
		})
	}
}

// Of several that build on a commit the first is named, and a later one is no
// news, by whatever symbol.
func TestTheFirstToBuildOnItIsNamed(t *testing.T) {
	w := putOff(t, "", nil)
	atlas := w.upstream(gittest.Files{"atlas.go": goFile("func NewTileAtlas() int { return 9 }\n\nfunc FirstTileAtlas() int { return 8 }")}, "The great atlas")
	w.bench.ingest(t, ingest.Options{})
	w.decide(t, fact.Decision{Commit: atlas, Status: fact.Skipped, Reason: "too large"})
	first := w.upstream(gittest.Files{"use.go": goFile("var atlas = NewTileAtlas()")}, "Use the atlas")
	for i, news := range []int{1, 0} {
		sum := w.bench.ingest(t, ingest.Options{})
		a := accountOf(t, sum, atlas)
		if len(a.Reopenings) != 1 || a.Reopenings[0].By != first || len(sum.Reopened) != news {
			t.Errorf("ingest %d: reopened by %+v, %d news", i, a.Reopenings, len(sum.Reopened))
		}
		w.upstream(gittest.Files{"more.go": goFile("var most = FirstTileAtlas()")}, "Use more of the atlas")
	}
}

// What another decision brings to light in the old tree does not count for a
// name that is only the beginning of one there.
func TestALongerNameInTheOldTreeIsAnother(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"old.go": goFile("// TileAtlasOfOld and OldTileChart were here.")}, "Begin", theirs)
	r.Branch("theirs")
	w := &waiting{bench: newBench(t, r)}
	atlas := w.upstream(gittest.Files{"a.go": goFile("func TileAtlas() int { return 9 }")}, "The great atlas")
	chart := w.upstream(gittest.Files{"c.go": goFile("func OldTileChart() int { return 9 }")}, "The old chart")
	w.bench.ingest(t, ingest.Options{})
	w.decide(t, fact.Decision{Commit: atlas, Status: fact.Skipped, Reason: "too large"})
	w.decide(t, fact.Decision{Commit: chart, Status: fact.Skipped, Reason: "too large"})
	user := w.upstream(gittest.Files{"use.go": goFile("var atlas = TileAtlas() + OldTileChart()")}, "Use both")
	sum := w.bench.ingest(t, ingest.Options{})
	if a := accountOf(t, sum, atlas); len(a.Reopenings) != 1 || a.Reopenings[0].By != user {
		t.Errorf("the atlas is reopened by %+v", a.Reopenings)
	}
	if a := accountOf(t, sum, chart); a.Reopened {
		t.Errorf("the chart was there: %+v", a.Reopenings)
	}
}

// Git is asked together which of many commits brought a thing in.
func TestManyThatMayHaveBroughtIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("counts processes with a shell script")
	}
	w := putOff(t, "TileAtlas::openPage", nil)
	for i := range 60 {
		w.Commit(gittest.Files{fmt.Sprintf("use%d.go", i): goFile(fmt.Sprintf("var page%d = openPage(%d)", i, i))}, "Use it")
	}
	by := w.Commit(gittest.Files{"atlas.go": goFile("type TileAtlas struct{}\n\nfunc (t *TileAtlas) openPage() {}")}, "An atlas")
	w.Commit(gittest.Files{"atlas.go": goFile("type TileAtlas struct{ n int }\n\nfunc (t *TileAtlas) openPage() {}")}, "A larger one")
	w.WorkTree()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	calls := filepath.Join(dir, "calls")
	script := fmt.Sprintf("#!/bin/sh\necho call >>'%s'\nexec '%s' \"$@\"\n", calls, git)
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	sum, err := w.in.Run(t.Context(), ingest.Options{Upstream: "refs/remotes/upstream/main", Forks: []string{"refs/heads/main"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := accountOf(t, sum, w.up[2]); len(a.Reopenings) != 1 || a.Reopenings[0].By != by {
		t.Errorf("reopened by %+v, want %s", a.Reopenings, by)
	}
	data, err := os.ReadFile(calls)
	if n := strings.Count(string(data), "call"); err != nil || n == 0 || n > 40 {
		t.Errorf("%d processes (%v)", n, err)
	}
}

// given writes a report outside the fork.
func given(t *testing.T, text string) ingest.Options {
	t.Helper()
	path := filepath.Join(t.TempDir(), "SYNC.md")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return ingest.Options{Reports: []string{path}}
}
