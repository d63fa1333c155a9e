package gittest_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

// A random repository costs four processes: thirty are enough for every run,
// and -rapid.checks asks for more.
func init() { flag.Set("rapid.checks", seeded.Checks(30)) }

// upstreamAndFork takes every step that a builder offers.
func upstreamAndFork(r *gittest.Repo) {
	r.Commit(gittest.Files{"a.go": "package a\n\nvar x = 1\n", "b.go": "package a\n"}, "Start")
	base := r.Tip()
	fix := r.Commit(gittest.Files{"a.go": "package a\n\nvar x = 2\n"}, "Fix x (#1)\n\nIt was wrong.\n",
		gittest.Author("Bea Up", "bea@example.org"), gittest.Date(gittest.Start.Add(-time.Hour)))
	wide := r.Commit(gittest.Files{"b.go": "package a // b\n", "c.go": "package a\n"}, "Touch two files")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Branch("fork", base)
	r.Commit(gittest.Files{"a.go": "package a\n\nvar x = 3\n"}, "Our x")
	r.CherryPick(fix, gittest.Resolve(gittest.Files{"a.go": "package a\n\nvar x = 23\n"}), gittest.Message("Repair x"))
	pick := r.CherryPick(wide, gittest.Without("b.go"))
	r.Revert(pick)
	r.Branch("side", base)
	r.Commit(gittest.Files{"d/d.go": "package d\n"}, "Add d", gittest.Rename("b.go", "e.go"))
	r.Checkout("fork")
	r.Merge("side")
}

func TestStepsDoWhatGitDoes(t *testing.T) {
	r := gittest.New(t)
	upstreamAndFork(r)
	got := r.Git("log", "--topo-order", "--reverse", "--format=%s|%an|%ad|%cd", "--date=format:%d-%H", "main..fork")
	want := strings.Join([]string{
		"Our x|Fork Maintainer|05-12|05-12",
		"Repair x|Bea Up|05-08|05-13",
		"Touch two files|Fork Maintainer|05-11|05-14",
		"Revert \"Touch two files\"|Fork Maintainer|05-15|05-15",
		"Add d|Fork Maintainer|05-16|05-16",
		"Merge branch 'side' into fork|Fork Maintainer|05-17|05-17",
	}, "\n")
	if got != want {
		t.Errorf("history:\n%s\nwant:\n%s", got, want)
	}
	if got := r.Git("show", "--format=", "--name-status", "fork~2"); got != "A\tc.go" {
		// fork~2 is the pick without b.go.
		t.Errorf("the pick without b.go changed %q", got)
	}
	if got := r.Git("show", "fork:a.go"); got != "package a\n\nvar x = 23" {
		t.Errorf("resolved file: %q", got)
	}
	if got := r.Git("ls-tree", "-r", "--name-only", "fork"); got != "a.go\nd/d.go\ne.go" {
		t.Errorf("merged tree: %q", got)
	}
	r.WorkTree()
	if got := r.Git("status", "--porcelain", "--branch"); got != "## fork" {
		t.Errorf("work tree: %q", got)
	}
}

func TestHashesAreTheSameEverywhere(t *testing.T) {
	one, two := gittest.New(t), gittest.New(t)
	upstreamAndFork(one)
	upstreamAndFork(two)
	if a, b := one.Tip(), two.Tip(); a != b || a != "798d453ac362b091e4d7bc708b297df5b5da1736" {
		t.Errorf("tips %s and %s", a, b)
	}
}

func TestBuildLeavesAWorkTreeOrAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	start := time.Now()
	if err := gittest.Build(context.Background(), dir, upstreamAndFork); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("a small demo took %v", took)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "d", "d.go")); string(got) != "package d\n" {
		t.Errorf("work tree has %q, %v", got, err)
	}
	err := gittest.Build(context.Background(), filepath.Join(t.TempDir(), "bad"), func(r *gittest.Repo) {
		fix := r.Commit(gittest.Files{"a": "1\n"}, "One")
		r.Commit(gittest.Files{"a": "2\n"}, "Two")
		r.Branch("fork")
		r.CherryPick(fix)
	})
	if err == nil || !strings.Contains(err.Error(), "unresolved conflicts in \"a\"") {
		t.Errorf("an unresolved pick: %v", err)
	}
}

func TestSHA256(t *testing.T) {
	r := gittest.New(t, gittest.SHA256, gittest.Bare)
	if hash := r.Commit(gittest.Files{"a": "1\n"}, "One"); len(hash) != 64 || r.Git("rev-parse", "main") != hash {
		t.Errorf("hash %q", hash)
	}
}

func TestRandomRepositoriesAreSound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(scratch{rt, t}, gittest.Bare)
		commits := gittest.Random(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		r.Git("fsck", "--strict", "--no-dangling")
		if n := len(strings.Fields(r.Git("rev-list", "--all"))); n != len(commits) {
			rt.Fatalf("%d commits can be reached, %d were made", n, len(commits))
		}
	})
}

// scratch lends a rapid run the folders of its test.
type scratch struct {
	*rapid.T
	t *testing.T
}

func (s scratch) TempDir() string  { return s.t.TempDir() }
func (s scratch) Cleanup(f func()) { s.T.Cleanup(f) }
