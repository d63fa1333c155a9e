package git_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

func TestOpenFindsTheRepository(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t)
	r.Commit(gittest.Files{"deep/er/a": "1\n"}, "One")
	r.WorkTree()
	top, err := filepath.EvalSymlinks(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{r.Dir, filepath.Join(r.Dir, "deep", "er")} {
		repo := open(t, dir)
		if repo.WorkTree() != top || repo.CommonDir() != filepath.Join(top, ".git") || repo.GitDir() != repo.CommonDir() || repo.HashLen() != 40 || repo.Shallow() {
			t.Errorf("from %q: %+v", dir, repo)
		}
	}
	if repo := open(t, filepath.Join(r.Dir, ".git")); repo.CommonDir() != filepath.Join(top, ".git") || repo.WorkTree() != "" {
		t.Errorf("from inside .git: %+v", repo)
	}

	linked := filepath.Join(t.TempDir(), "linked")
	r.Git("worktree", "add", "--quiet", "-b", "side", linked)
	repo := open(t, linked)
	if repo.CommonDir() != filepath.Join(top, ".git") || repo.GitDir() == repo.CommonDir() {
		t.Errorf("from a linked work tree: %+v", repo)
	}
	if head, err := repo.Head(ctx); err != nil || head.Ref != "refs/heads/side" {
		t.Errorf("head of the linked work tree: %v, %v", head, err)
	}

	bare := gittest.New(t, gittest.Bare, gittest.SHA256)
	hash := bare.Commit(nil, "One")
	bare.Git("rev-parse", "main")
	repo = open(t, bare.Dir)
	if repo.WorkTree() != "" || repo.HashLen() != 64 || repo.ObjectFormat() != "sha256" {
		t.Errorf("a bare repository: %+v", repo)
	}
	if found, err := repo.Resolve(ctx, "main"); err != nil || found[0].Commit != hash {
		t.Errorf("main is %v, %v", found, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	ctx := context.Background()
	empty := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(empty))
	if _, err := git.Open(ctx, empty); !errors.Is(err, git.ErrNoRepo) {
		t.Errorf("no repository: %v", err)
	}
	if _, err := git.Open(ctx, filepath.Join(empty, "missing")); !errors.Is(err, git.ErrNoRepo) || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("no folder: %v", err)
	}
	if err := git.CheckVersion(ctx); err != nil {
		t.Errorf("this git is too old for the tests: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := git.Open(cancelled, empty); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	// The test program plays git.
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	name := "git"
	if runtime.GOOS == "windows" {
		name = "git.exe"
	}
	if err := os.Link(program, filepath.Join(bin, name)); err != nil { // another volume
		data, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(bin, name), data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv("FAKE_GIT_VERSION", "2.25.1 (Apple Git-130)")
	if _, err := git.Open(ctx, empty); !errors.Is(err, git.ErrOldGit) || !strings.Contains(err.Error(), "2.25.1") {
		t.Errorf("old git: %v", err)
	}
	t.Setenv("PATH", empty)
	if _, err := git.Open(ctx, empty); !errors.Is(err, git.ErrNoGit) {
		t.Errorf("no git: %v", err)
	}
}

func TestResolve(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t)
	// Enough commits for two that share four digits.
	byPrefix := map[string][]string{}
	var twins []string
	for i := 0; twins == nil; i++ {
		hash := r.Commit(nil, fmt.Sprint("Commit ", i))
		byPrefix[hash[:4]] = append(byPrefix[hash[:4]], hash)
		if len(byPrefix[hash[:4]]) == 2 {
			twins = byPrefix[hash[:4]]
		}
	}
	last := r.Commit(gittest.Files{"file": "1\n"}, "Fix the (odd) thing")
	r.Git("tag", "-a", "-m", "Tag", "v1", "main~1")
	r.Git("tag", "-a", "-m", "Tag of a tag", "v1-again", "v1")
	repo := open(t, r.Dir)
	before := r.Git("rev-parse", "main~1")
	slices.Sort(twins)
	want := []git.Resolved{
		{Rev: "main", Commit: last},
		{Rev: last[:12], Commit: last},
		{Rev: strings.ToUpper(last), Commit: last},
		{Rev: "v1-again", Commit: before},
		{Rev: "HEAD~1", Commit: before},
		{Rev: ":/Fix the", Commit: last},
		{Rev: twins[0][:4], Candidates: twins},
		{Rev: "nothing such"},
		{Rev: "two\nlines"},
		{Rev: "nul\x00byte"},
		{Rev: ""},
		{Rev: "--all"},
		{Rev: "main:file"},
		{Rev: "main..v1"},
		{Rev: strings.Repeat("0", 40)},
		{Rev: "refs/heads/main", Commit: last},
	}
	var revs []string
	for _, w := range want {
		revs = append(revs, w.Rev)
	}
	got, err := repo.Resolve(ctx, revs...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if got[i].Rev != want[i].Rev || got[i].Commit != want[i].Commit || !slices.Equal(got[i].Candidates, want[i].Candidates) || got[i].Found() != (want[i].Commit != "") {
			t.Errorf("%q: got %+v, want %+v", want[i].Rev, got[i], want[i])
		}
	}
}

func TestRefsAndHead(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t)
	repo := open(t, r.Dir)
	if head, err := repo.Head(ctx); !errors.Is(err, git.ErrNoCommit) || head.Ref != "refs/heads/main" {
		t.Errorf("an empty repository: %v, %v", head, err)
	}
	one := r.Commit(gittest.Files{"file": "1\n"}, "One")
	r.Branch("fork/a")
	two := r.Commit(nil, "Two")
	r.Branch("fork/deep/b")
	r.SetRef("refs/remotes/fork/c", one)
	r.Git("tag", "-a", "-m", "Tag", "v1", one)
	r.Git("tag", "-a", "-m", "Again", "v2", "v1")
	r.Git("tag", "blob", "main:file")
	r.Git("tag", "-a", "-m", "Of a blob", "blob2", "main:file")
	for _, c := range []struct {
		patterns []string
		want     []fact.Ref
	}{
		{[]string{"fork/*"}, []fact.Ref{{Ref: "refs/heads/fork/a", Commit: two}, {Ref: "refs/remotes/fork/c", Commit: one}}},
		{[]string{"refs/heads/fork"}, []fact.Ref{{Ref: "refs/heads/fork/a", Commit: two}, {Ref: "refs/heads/fork/deep/b", Commit: two}}},
		{[]string{"refs/tags"}, []fact.Ref{{Ref: "refs/tags/v1", Commit: one}, {Ref: "refs/tags/v2", Commit: one}}},
		{[]string{"main", "v1"}, []fact.Ref{{Ref: "refs/heads/main", Commit: one}, {Ref: "refs/tags/v1", Commit: one}}},
		{[]string{"none"}, nil},
	} {
		if got, err := repo.Refs(ctx, c.patterns...); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("refs %q: %v, %v; want %v", c.patterns, got, err, c.want)
		}
	}
	r.WorkTree()
	if head, err := repo.Head(ctx); err != nil || head != (fact.Ref{Ref: "refs/heads/fork/deep/b", Commit: two}) {
		t.Errorf("head %v, %v", head, err)
	}
	r.Git("checkout", "--quiet", "--detach", one)
	r.Git("config", "user.name", "Grace Maintainer")
	if name := repo.UserName(ctx); name != "Grace Maintainer" {
		t.Errorf("user name %q", name)
	}
	if head, err := repo.Head(ctx); err != nil || head != (fact.Ref{Ref: "HEAD", Commit: one}) {
		t.Errorf("detached head %v, %v", head, err)
	}
}

func TestRemotesAndDefaultUpstream(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t)
	one := r.Commit(nil, "One")
	r.Branch("work")
	two := r.Commit(nil, "Two")
	repo := open(t, r.Dir)
	if ref, err := repo.DefaultUpstream(ctx, "refs/heads/work"); err != nil || ref != (fact.Ref{}) {
		t.Errorf("no upstream at all: %v, %v", ref, err)
	}
	r.Git("remote", "add", "origin", "https://user:secret@example.org/fork.git")
	r.Git("remote", "add", "odd.name", "git@example.org:a/b.git")
	r.SetRef("refs/remotes/origin/dev", one)
	r.Git("config", "branch.work.remote", "origin")
	r.Git("config", "branch.work.merge", "refs/heads/dev")
	if got, err := repo.Remotes(ctx); err != nil || len(got) != 2 || got["origin"] != "https://example.org/fork.git" || got["odd.name"] != "git@example.org:a/b.git" {
		t.Errorf("remotes %v, %v", got, err)
	}
	if ref, err := repo.DefaultUpstream(ctx, "refs/heads/work"); err != nil || ref != (fact.Ref{Ref: "refs/remotes/origin/dev", Commit: one}) {
		t.Errorf("the branch's upstream: %v, %v", ref, err)
	}
	r.SetRef("refs/remotes/upstream/master", two)
	if ref, err := repo.DefaultUpstream(ctx, "refs/heads/work"); err != nil || ref != (fact.Ref{Ref: "refs/remotes/upstream/master", Commit: two}) {
		t.Errorf("upstream/master: %v, %v", ref, err)
	}
	r.SetRef("refs/remotes/upstream/next", one)
	r.Git("symbolic-ref", "refs/remotes/upstream/HEAD", "refs/remotes/upstream/next")
	if ref, err := repo.DefaultUpstream(ctx, "HEAD"); err != nil || ref != (fact.Ref{Ref: "refs/remotes/upstream/next", Commit: one}) {
		t.Errorf("upstream/HEAD: %v, %v", ref, err)
	}
}

func TestMergeBases(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t, gittest.Bare)
	base := r.Commit(nil, "Base")
	a := r.Commit(nil, "A")
	r.Branch("other", base)
	b := r.Commit(nil, "B")
	ba := r.Commit(nil, "Merge A into B", gittest.Parent(a))
	r.Checkout("main")
	ab := r.Commit(nil, "Merge B into A", gittest.Parent(b))
	r.Orphan("alone")
	alone := r.Commit(nil, "Alone")
	r.Git("rev-parse", "main")
	repo := open(t, r.Dir)
	for _, c := range []struct {
		a, b string
		want []string
	}{{a, b, []string{base}}, {ab, ba, []string{a, b}}, {a, alone, nil}, {base, ab, []string{base}}} {
		got, err := repo.MergeBases(ctx, c.a, c.b)
		slices.Sort(got)
		slices.Sort(c.want)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("merge bases %q, %v; want %q", got, err, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{base, ab, true}, {ab, base, false}, {a, a, true}, {alone, ab, false}} {
		if got, err := repo.IsAncestor(ctx, c.a, c.b); err != nil || got != c.want {
			t.Errorf("IsAncestor = %v, %v; want %v", got, err, c.want)
		}
	}
	if _, err := repo.IsAncestor(ctx, "nothing", a); err == nil {
		t.Error("a missing commit is no ancestor of anything, and no answer")
	}
	if _, err := repo.MergeBases(ctx, "--help", a); err == nil {
		t.Error("an option was taken for a commit")
	}
}

func TestTreesAndFiles(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t, gittest.Bare)
	commit := strings.Repeat("1", 40)
	r.Commit(gittest.Files{"a b": "hello", "new\nline": "two\nlines\n", "sub": commit, "run": "x", "empty": "", "gone": "absent"}, "Start",
		gittest.Mode("sub", "160000"), gittest.Mode("run", "100755"))
	removeBlob(t, r.Dir, r.Git("rev-parse", "main:gone"))
	repo := open(t, r.Dir)
	var got strings.Builder
	err := repo.ListTree(ctx, "main", func(e git.TreeEntry) error {
		fmt.Fprintf(&got, "%q %o %s\n", e.Path, e.Mode, e.Type)
		return nil
	})
	want := `"a b" 100644 blob
"empty" 100644 blob
"gone" 100644 blob
"new\nline" 100644 blob
"run" 100755 blob
"sub" 160000 commit
`
	if err != nil || got.String() != want {
		t.Errorf("tree %v:\n%swant:\n%s", err, got.String(), want)
	}
	stop := errors.New("stop")
	if err := repo.ListTree(ctx, "main", func(git.TreeEntry) error { return stop }); err != stop {
		t.Errorf("the callback's error came back as %v", err)
	}
	if err := repo.ListTree(ctx, "nothing", func(git.TreeEntry) error { return nil }); err == nil {
		t.Error("the tree of nothing was listed")
	}

	got.Reset()
	err = repo.ReadFiles(ctx, "main", []string{"a b", "nothing", "new\nline", "no\nsuch", "empty", "sub", "gone", "run"}, 9, func(path string, content []byte) error {
		fmt.Fprintf(&got, "%q %q %v\n", path, content, content == nil)
		return nil
	})
	want = `"a b" "hello" false
"nothing" "" true
"new\nline" "" true
"no\nsuch" "" true
"empty" "" false
"sub" "" true
"gone" "" true
"run" "x" false
`
	if err != nil || got.String() != want {
		t.Errorf("files %v:\n%swant:\n%s", err, got.String(), want)
	}
	if err := repo.ReadFiles(ctx, "nothing", []string{"a"}, 9, func(string, []byte) error { return nil }); !errors.Is(err, git.ErrNoCommit) {
		t.Errorf("files of nothing: %v", err)
	}
}

func TestObjectsServeManyQuestions(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	files := gittest.Files{}
	for i := range 2000 {
		files[fmt.Sprintf("f%04d", i)] = strings.Repeat(fmt.Sprintln("content", i), 1+i%50)
	}
	r.Commit(files, "Many")
	r.Git("rev-parse", "main")
	objects, err := open(t, r.Dir).Objects(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer objects.Close()
	var names []string
	for i := range 2000 {
		names = append(names, fmt.Sprintf("main:f%04d", i))
	}
	for round := range 2 {
		found, err := objects.Info(names)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		err = objects.Contents(names, func(o git.Object, content io.Reader) error {
			want := files[strings.TrimPrefix(names[i], "main:")]
			if o != found[i] || o.Size != int64(len(want)) || o.Type != "blob" {
				return fmt.Errorf("%q: info %+v, contents %+v", names[i], found[i], o)
			}
			if i++; i%3 == 0 {
				return nil // leaves the content unread
			}
			got, err := io.ReadAll(content)
			if string(got) != want {
				return fmt.Errorf("%q is %q", o.Name, got)
			}
			return err
		})
		if err != nil || i != 2000 {
			t.Errorf("round %d: %d objects, %v", round, i, err)
		}
	}
	stop := errors.New("stop")
	if err := objects.Contents(names, func(git.Object, io.Reader) error { return stop }); err != stop {
		t.Errorf("the callback's error came back as %v", err)
	}
	if _, err := objects.Info(names[:1]); err == nil {
		t.Error("a reader that was left in the middle answers on")
	}
}

func TestGenerated(t *testing.T) {
	for path, want := range map[string]bool{
		"Cargo.lock": true, "deep/go.sum": true, "go.mod": false, "Cargo.toml": false, "web/app.min.js": true, "web/app.js": false,
		"vendor/a/b.go": true, "src/vendor.go": false, "node_modules/x/index.js": true, "api/v1/x.pb.go": true, "dist/x.js": true,
		"target/debug/x": true, "target/x": true, "target-cpu/debug/deps/x.rlib": true, "target-cpu/CACHEDIR.TAG": true,
		"src/target/mod.rs": false, "src/target/release/x": true, "target-arm/cpu.c": false, "src/target": false, "x/__pycache__/y.pyc": true,
	} {
		if got := git.Generated(path); got != want {
			t.Errorf("Generated(%q) = %v, want %v", path, got, want)
		}
	}
}
