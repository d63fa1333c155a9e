package deps_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/deps"
	"tracker/ingest/patch"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if !given("rapid.checks") {
		flag.Set("rapid.checks", seeded.Checks(10)) // a repository costs hundreds of processes
	}
	flag.Set("rapid.shrinktime", "20s")
	os.Exit(m.Run())
}

func given(name string) (yes bool) {
	flag.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}

// history is what a repository's commits change, oldest first.
type history struct {
	repo    *git.Repo
	commits []*git.Commit
	edits   map[string]*fact.Edits
}

func read(t interface{ Fatal(...any) }, dir string, include, exclude []string) *history {
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	h := &history{repo: repo, edits: map[string]*fact.Edits{}}
	var merges []string
	err = repo.Log(ctx, include, exclude, func(c *git.Commit) error {
		h.commits = append([]*git.Commit{c}, h.commits...)
		if c.IsMerge() {
			merges = append(merges, c.Hash)
		}
		return nil
	})
	if err == nil {
		err = repo.Read(ctx, include, exclude, 1, nil, func(d *git.Diff) error {
			e := patch.EditsOf(d)
			h.edits[e.Hash] = &e
			return nil
		})
	}
	if err == nil {
		err = repo.MergeEdits(ctx, merges, func(e *fact.Edits) error {
			h.edits[e.Hash] = e
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *history) trace() *deps.Trace {
	tr := deps.NewTrace()
	for _, c := range h.commits {
		tr.Add(c.Hash, c.Parents, h.edits[c.Hash])
	}
	return tr
}

// blame is who git says last touched each line of a file.
func blame(r *gittest.Repo, commit, path string) []string {
	var out []string
	for line := range strings.Lines(r.Git("blame", "-s", "-l", "--root", "--porcelain", commit, "--", path)) {
		w := strings.Fields(line)
		if len(w) >= 3 && len(w[0]) == 40 && !strings.HasPrefix(line, "\t") && fact.IsHash(w[0]) {
			out = append(out, w[0])
		}
	}
	return out
}

func owners(tr *deps.Trace, commit, path, blob string, lines int) []string {
	var out []string
	for _, o := range tr.Owners(commit, path, fact.BlobKey(blob), 0, lines) {
		for range o.Count {
			out = append(out, o.Commit)
		}
	}
	return out
}

// TestOwnersAreThoseOfBlame compares every line of every file at every commit of
// random repositories with git blame.
func TestOwnersAreThoseOfBlame(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(scratch{rt, t})
		write(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		h := read(rt, r.Dir, strings.Fields(r.Git("for-each-ref", "--format=%(objectname)")), nil)
		tr := h.trace()
		for _, c := range h.commits {
			err := h.repo.ListTree(ctx, c.Hash, func(e git.TreeEntry) error {
				want := blame(r, c.Hash, e.Path)
				got := owners(tr, c.Hash, e.Path, e.ID, len(want))
				if fmt.Sprint(got) != fmt.Sprint(want) {
					return fmt.Errorf("%s at %s\n got %v\nwant %v\n%s", e.Path, c.Hash, got, want, r.Git("log", "--graph", "--all", "--stat", "--format=%H %P"))
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// scratch is a repository's home for one of many cases.
type scratch struct {
	*rapid.T
	dirs testing.TB
}

func (s scratch) TempDir() string { return s.dirs.TempDir() }
