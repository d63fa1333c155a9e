package ingest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

// A check builds a repository and ingests it three times.
func init() { flag.Set("rapid.checks", seeded.Checks(15)) }

// bench is a repository with a database beside it.
type bench struct {
	*gittest.Repo
	in *ingest.Ingest
}

func newBench(t *testing.T, r *gittest.Repo) *bench {
	t.Helper()
	r.WorkTree()
	repo, err := git.Open(context.Background(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return &bench{Repo: r, in: &ingest.Ingest{Repo: repo, Store: db.At(dir), Index: index.At(dir)}}
}

func (b *bench) ingest(t *testing.T, o ingest.Options) *ingest.Summary {
	t.Helper()
	b.WorkTree()
	if o.Upstream == "" {
		o.Upstream = "refs/remotes/upstream/main"
	}
	if o.Forks == nil {
		o.Forks = []string{"refs/heads/main"}
	}
	sum, err := b.in.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range sum.Views {
		total := 0
		for _, n := range v.Counts {
			total += n
		}
		if total != len(v.Range) || len(sum.Accounts[v.Fork.Ref]) != len(v.Range) {
			t.Fatalf("%s: %d counted, %d accounts, %d in the range", v.Fork.Ref, total, len(sum.Accounts[v.Fork.Ref]), len(v.Range))
		}
		if want := b.list("--no-merges", v.Upstream.Commit, "^"+v.Fork.Commit); !slices.Equal(sorted(v.Range), sorted(want)) {
			t.Fatalf("range of %s differs from git's:\n%v\n%v", v.Fork.Ref, v.Range, want)
		}
		if want := b.list(v.Fork.Commit, "^"+v.Upstream.Commit); !slices.Equal(sorted(v.Own), sorted(want)) {
			t.Fatalf("own commits of %s differ from git's", v.Fork.Ref)
		}
		if want := len(b.list("--merges", v.Upstream.Commit, "^"+v.Fork.Commit)); v.Merges != want {
			t.Fatalf("%d merges, git has %d", v.Merges, want)
		}
	}
	return sum
}

func (b *bench) list(args ...string) []string {
	return strings.Fields(b.Git(append([]string{"rev-list"}, args...)...))
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func status(sum *ingest.Summary, hash string) string {
	for _, list := range sum.Accounts {
		for _, a := range list {
			if a.Commit == hash {
				return string(a.Status)
			}
		}
	}
	return "not in the range"
}

func file(n int) gittest.Files {
	return gittest.Files{fmt.Sprintf("f%d.go", n): fmt.Sprintf("package f\n\n// Value%d is number %d.\nconst Value%d = %d\n", n, n, n, n)}
}

var theirs = gittest.Author("Upstream Author", "author@upstream.example")

// upstreamOf makes n commits on a side branch that upstream's ref names, and
// goes back to main, which has only the first.
func upstreamOf(r *gittest.Repo, n int) []string {
	base := r.Commit(file(0), "Begin", theirs)
	r.Branch("theirs")
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, r.Commit(file(i), fmt.Sprintf("Add value number %d (#%d)", i, i), theirs))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	_ = base
	r.Checkout("main")
	return out
}

func TestForkThatMergesUpstream(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 4)
	b := newBench(t, r)
	if sum := b.ingest(t, ingest.Options{}); len(sum.Views[0].Range) != 4 {
		t.Fatalf("range %v", sum.Views[0].Range)
	}
	r.Merge(up[1])
	sum := b.ingest(t, ingest.Options{})
	if len(sum.Views[0].Range) != 2 || status(sum, up[0]) != "not in the range" || status(sum, up[3]) != "pending" {
		t.Errorf("after the merge: range %v", sum.Views[0].Range)
	}
}

func TestForcePushedUpstreamKeepsDecisions(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	if _, _, err := b.in.Decide(context.Background(), fact.Decision{Commit: up[2], Status: fact.Skipped, Reason: "not ours"}, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	r.SetRef("refs/remotes/upstream/main", up[1])
	if sum := b.ingest(t, ingest.Options{}); status(sum, up[2]) != "not in the range" {
		t.Errorf("a commit that upstream dropped is %s", status(sum, up[2]))
	}
	r.SetRef("refs/remotes/upstream/main", up[2])
	if sum := b.ingest(t, ingest.Options{}); status(sum, up[2]) != "skipped" {
		t.Errorf("what was decided is lost: %s", status(sum, up[2]))
	}
}

func TestRebasedFork(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	r.CherryPick(up[0])
	b := newBench(t, r)
	if sum := b.ingest(t, ingest.Options{}); status(sum, up[0]) != "integrated" {
		t.Fatalf("%s", status(sum, up[0]))
	}
	// The branch now starts elsewhere: its pick has another hash, the first is gone.
	r.Branch("rebased", r.Git("rev-parse", "refs/heads/main~1"))
	r.Commit(file(50), "Our own first")
	again := r.CherryPick(up[0])
	r.Git("update-ref", "refs/heads/main", again)
	sum := b.ingest(t, ingest.Options{})
	links := sum.Links["refs/heads/main"]
	if status(sum, up[0]) != "integrated" || len(links) != 1 || links[0].Fork != again {
		t.Errorf("%s, links %+v", status(sum, up[0]), links)
	}
}

func TestSeveralForkBranches(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	r.Branch("release-1")
	r.CherryPick(up[0])
	r.Branch("release-2")
	r.CherryPick(up[1])
	b := newBench(t, r)
	sum := b.ingest(t, ingest.Options{Forks: []string{"refs/heads/release-*"}})
	if len(sum.Views) != 2 {
		t.Fatalf("%d views", len(sum.Views))
	}
	for _, v := range sum.Views {
		want := map[string]int{"refs/heads/release-1": 1, "refs/heads/release-2": 2}[v.Fork.Ref]
		if v.Counts[fact.Integrated] != want {
			t.Errorf("%s: %v, want %d integrated", v.Fork.Ref, v.Counts, want)
		}
	}
	// One branch less, and nothing of it stays.
	sum = b.ingest(t, ingest.Options{Forks: []string{"refs/heads/release-2"}})
	if len(sum.Views) != 1 || sum.Views[0].Fork.Ref != "refs/heads/release-2" {
		t.Errorf("views %+v", sum.Views)
	}
}

func TestUnrelatedAndEqualHistories(t *testing.T) {
	r := gittest.New(t)
	r.Commit(file(0), "Ours")
	r.Orphan("theirs")
	r.Commit(file(1), "Theirs", theirs)
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	b := newBench(t, r)
	sum := b.ingest(t, ingest.Options{})
	if v := sum.Views[0]; v.Base != "" || len(v.Range) != 1 || len(v.Own) != 1 {
		t.Errorf("unrelated: %+v", v)
	}
	r.SetRef("refs/remotes/upstream/main", r.Git("rev-parse", "refs/heads/main"))
	sum = b.ingest(t, ingest.Options{})
	if v := sum.Views[0]; len(v.Range) != 0 || len(v.Own) != 0 {
		t.Errorf("equal: %+v", v)
	}
}

func TestReportIsKeptWhenItsFileGoes(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 4)
	text := fmt.Sprintf("# Sync\n\n## Skipped\n\n- %s needs a disk\n- %s likewise\n- %s no use\n", up[0][:9], up[1][:9], up[2][:9])
	r.Commit(gittest.Files{"SYNC.md": text}, "docs: the sync")
	b := newBench(t, r)
	if sum := b.ingest(t, ingest.Options{}); status(sum, up[0]) != "skipped" {
		t.Fatalf("%s", status(sum, up[0]))
	}
	r.Git("rm", "-q", "SYNC.md")
	r.Git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "docs: away")
	repo := b.in.Repo
	sum, err := b.in.Run(context.Background(), ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if status(sum, up[0]) != "skipped" || !slices.Equal(sum.Gone, []string{"SYNC.md"}) {
		t.Errorf("%s, gone %v in %s", status(sum, up[0]), sum.Gone, repo.CommonDir())
	}
}

func TestNothingNewWritesNothing(t *testing.T) {
	r := gittest.New(t)
	upstreamOf(r, 3)
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	before, err := os.ReadFile(b.in.Store.Path())
	if err != nil {
		t.Fatal(err)
	}
	if sum := b.ingest(t, ingest.Options{}); sum.Changed || sum.New != 0 {
		t.Errorf("changed %v, new %d", sum.Changed, sum.New)
	}
	after, err := os.ReadFile(b.in.Store.Path())
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the database changed though nothing was new")
	}
}

func TestNoUpstream(t *testing.T) {
	r := gittest.New(t)
	r.Commit(file(0), "Alone")
	b := newBench(t, r)
	if _, err := b.in.Run(context.Background(), ingest.Options{}); !errors.Is(err, ingest.ErrNoUpstream) {
		t.Errorf("error %v", err)
	}
	var ref *ingest.RefError
	if _, err := b.in.Run(context.Background(), ingest.Options{Upstream: "gone"}); !errors.As(err, &ref) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(filepath.Join(b.in.Store.Dir(), "tracker.db")); err == nil {
		t.Error("a failed first ingest left a database")
	}
}

// On random repositories: the range, the fork's own commits and the merges are
// git's, every commit has one status, a pick with an unchanged patch is found,
// and ingesting in two steps ends as ingesting at once.
func TestRandomRepositories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(t)
		commits := gittest.Random(r, func(what string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, what) })
		if len(commits) < 2 {
			return
		}
		up := commits[rapid.IntRange(0, len(commits)-1).Draw(rt, "upstream")]
		fork := commits[rapid.IntRange(0, len(commits)-1).Draw(rt, "fork")]
		half := commits[rapid.IntRange(0, len(commits)-1).Draw(rt, "half")]
		r.Git("update-ref", "refs/heads/fork", fork)
		r.SetRef("refs/remotes/upstream/main", half)
		o := ingest.Options{Forks: []string{"refs/heads/fork"}}

		steps := newBench(t, r)
		steps.ingest(t, o)
		r.SetRef("refs/remotes/upstream/main", up)
		two := steps.ingest(t, o)
		one := newBench(t, r).ingest(t, o)
		if fmt.Sprintf("%+v", one.Views) != fmt.Sprintf("%+v", two.Views) || fmt.Sprintf("%+v", one.Links) != fmt.Sprintf("%+v", two.Links) ||
			fmt.Sprintf("%+v", one.Accounts) != fmt.Sprintf("%+v", two.Accounts) {
			rt.Fatalf("in two steps:\n%+v\nat once:\n%+v", two.Accounts, one.Accounts)
		}
	})
}
