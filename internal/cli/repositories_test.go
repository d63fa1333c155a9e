package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/gittest"
)

// pickedFork builds a fork that took one of three upstream commits and wrote a
// report that names all of them in full. It returns their hashes.
func pickedFork(t *testing.T, opts ...gittest.InitOption) (*gittest.Repo, []string) {
	r := gittest.New(t, opts...)
	r.Commit(gittest.Files{"a.go": "package a\n"}, "Begin")
	r.Branch("theirs")
	var up []string
	for i := range 3 {
		up = append(up, r.Commit(gittest.Files{fmt.Sprintf("f%d.go", i): fmt.Sprintf("package f\n\nvar Value%d = %d\n", i, i)},
			fmt.Sprintf("Add value %d (#%d)", i, i+1), gittest.Author("Upstream Author", "up@example.org")))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"f0.go": "package f\n\nvar Value0 = 0\n"}, "Add value 0\n\n(cherry picked from commit "+up[0]+")\n")
	r.Commit(gittest.Files{"SYNC.md": fmt.Sprintf("# Sync\n\n- `%s` integrated\n- `%s` skipped: not ours\n- `%s` pending\n", up[0], up[1], up[2])}, "Write it down")
	r.WorkTree()
	return r, up
}

// The whole way, from ingest to the document, in every kind of repository: the
// answers are those of a plain one.
func TestKindsOfRepositories(t *testing.T) {
	notUnderRace(t)
	linked := func(t *testing.T, r *gittest.Repo) string {
		dir := filepath.Join(t.TempDir(), "linked")
		r.Git("worktree", "add", "--quiet", "-b", "release", dir, "main")
		return dir
	}
	for _, c := range []struct {
		name   string
		opts   []gittest.InitOption
		dir    func(t *testing.T, r *gittest.Repo) string // where commands run; nil: in the repository
		files  string                                     // where tracker keeps its files, below the repository
		noTree bool                                       // there is no work tree to write a document into
	}{
		{name: "plain", files: ".git/tracker"},
		{name: "SHA-256", opts: []gittest.InitOption{gittest.SHA256}, files: ".git/tracker"},
		{name: "bare", opts: []gittest.InitOption{gittest.Bare}, files: "tracker", noTree: true},
		{name: "a folder in it", files: ".git/tracker", dir: func(t *testing.T, r *gittest.Repo) string {
			dir := filepath.Join(r.Dir, "deep", "er")
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			return dir
		}},
		{name: "a linked work tree", dir: linked, files: ".git/tracker"},
		{name: "a linked work tree of a bare SHA-256 repository", opts: []gittest.InitOption{gittest.Bare, gittest.SHA256}, dir: linked, files: "tracker"},
		{name: "a submodule", files: ".git/modules/fork/tracker", dir: func(t *testing.T, r *gittest.Repo) string {
			super := gittest.New(t)
			super.Commit(gittest.Files{"top": "x\n"}, "Begin")
			super.WorkTree()
			super.Git("submodule", "add", "--quiet", "--name", "fork", r.Dir, "sub")
			inner := filepath.Join(super.Dir, "sub")
			gitIn(t, inner, "fetch", "--quiet", r.Dir, "+refs/remotes/upstream/main:refs/remotes/upstream/main")
			r.Dir = super.Dir // where the files are looked for
			return inner
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, up := pickedFork(t, c.opts...)
			dir := r.Dir
			if c.dir != nil {
				dir = c.dir(t, r)
			}
			t.Chdir(dir)
			must(t, "ingest")
			if _, err := os.Stat(filepath.Join(r.Dir, filepath.FromSlash(c.files), "tracker.db")); err != nil {
				t.Error(err)
			}
			wants := func(want string, args ...string) {
				t.Helper()
				if got := must(t, args...); !strings.Contains(got, want) {
					t.Errorf("tracker %q says\n%s\nand not %q", args, got, want)
				}
			}
			must(t, "mark", up[2][:9], "deferred", "--reason", "next round")
			wants("integrated 1\nskipped 1\ndeferred 1\n", "status", "--jq", `.counts | "integrated \(.integrated)", "skipped \(.skipped)", "deferred \(.deferred)"`)
			wants(up[0]+"\tintegrated", "status", "#1")
			wants("Add value 1 (#2)", "show", up[1])
			wants("SYNC.md:4", "show", up[1][:7])
			wants(up[2]+"\tdeferred", "search", up[2][:12])
			wants("marker patch-id", "links", "--jq", `.links[0].evidence | map(.kind) | map(select(. == "marker" or . == "patch-id")) | join(" ")`)
			wants("agree", "doctor")
			document := filepath.Join(t.TempDir(), "doc.md")
			must(t, "render", "md", "--output", document)
			text, err := os.ReadFile(document)
			if err != nil || !strings.Contains(string(text), "next round") {
				t.Errorf("the document is %.200q, %v", text, err)
			}
			if c.noTree {
				says(t, 1, []string{"a bare repository has no work tree", "hint: name the file: --output FILE"}, "render", "md")
				return
			}
			must(t, "render", "md")
			top := strings.TrimSuffix(dir, filepath.Join("deep", "er"))
			if _, err := os.Stat(filepath.Join(top, "UPSTREAM_INTEGRATION.md")); err != nil {
				t.Error(err)
			}
		})
	}
}
