package git_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

func TestMain(m *testing.M) {
	// The test program plays git for the tests about other versions.
	if version := os.Getenv("FAKE_GIT_VERSION"); version != "" {
		if slices.Contains(os.Args, "version") {
			fmt.Println("git version " + version)
			os.Exit(0)
		}
		fmt.Fprintln(os.Stderr, "usage: git [an option that is not known yet]")
		os.Exit(129)
	}
	// A random repository costs a dozen processes; -rapid.checks asks for more.
	flag.Set("rapid.checks", seeded.Checks(12))
	flag.Set("rapid.shrinktime", "5s")
	os.Exit(m.Run())
}

// scratch lends a rapid run the folders of its test.
type scratch struct {
	*rapid.T
	t *testing.T
}

func (s scratch) TempDir() string  { return s.t.TempDir() }
func (s scratch) Cleanup(f func()) { s.T.Cleanup(f) }

// random builds a random bare repository.
func random(t *testing.T, rt *rapid.T, opts ...gittest.InitOption) (*gittest.Repo, []string) {
	r := gittest.New(scratch{rt, t}, append(opts, gittest.Bare)...)
	return r, gittest.Random(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
}

func open(t interface {
	Helper()
	Fatal(...any)
}, dir string) *git.Repo {
	t.Helper()
	repo, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

// readAll reads every commit that the refs reach, and its diff.
func readAll(repo *git.Repo, revs ...string) (order []*git.Commit, diffs map[string]*git.Diff, err error) {
	if len(revs) == 0 {
		refs, err := repo.Refs(context.Background())
		if err != nil {
			return nil, nil, err
		}
		for _, ref := range refs {
			revs = append(revs, ref.Commit)
		}
	}
	var mu sync.Mutex
	diffs = map[string]*git.Diff{}
	err = repo.Read(context.Background(), revs, nil, 2, func(c *git.Commit) bool {
		order = append(order, c)
		return true
	}, func(d *git.Diff) error {
		mu.Lock()
		defer mu.Unlock()
		if diffs[d.Commit.Hash] != nil {
			return fmt.Errorf("commit %s came twice", d.Commit.Hash)
		}
		diffs[d.Commit.Hash] = d
		return nil
	})
	return order, diffs, err
}

// show writes a diff as git does, but for the lines that begin a hunk.
func show(d *git.Diff) string {
	var b strings.Builder
	for _, f := range d.Files {
		for _, s := range f.Sections {
			b.Write(s.Header)
			for _, h := range s.Hunks {
				b.Write(h.Body)
			}
		}
	}
	return b.String()
}

// withoutHunkLines drops what show leaves out. Lines of content never begin
// with "@@": they have a sign.
func withoutHunkLines(patch string) string {
	var b strings.Builder
	for line := range strings.Lines(patch) {
		if !strings.HasPrefix(line, "@@ -") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// removeBlob deletes a loose object, as a partial clone lacks it.
func removeBlob(t interface{ Fatal(...any) }, dir, id string) {
	name := filepath.Join(dir, "objects", id[:2], id[2:])
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}
