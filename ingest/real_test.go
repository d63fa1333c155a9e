package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// The fork of mistral.rs that docs/accuracy.md speaks of, and upstream as it was.
const (
	realFork     = "2ab95a49e02eb913194611cdcb5985ceae84b06b"
	realUpstream = "2bcf0e9e3"
)

// scratchOf makes a repository of its own that borrows the objects of
// TRACKER_FORK, which holds both commits, and nothing else.
func scratchOf(t *testing.T) (dir string, run func(stdin string, args ...string) string) {
	t.Helper()
	from := os.Getenv("TRACKER_FORK")
	if from == "" {
		t.Skip("TRACKER_FORK names no clone of the fork")
	}
	dir = t.TempDir()
	run = func(stdin string, args ...string) string {
		t.Helper()
		cmd := git.Command(context.Background(), dir, args...)
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+filepath.Join(dir, "scratch-index"),
			"GIT_AUTHOR_NAME=M", "GIT_AUTHOR_EMAIL=m@fork.example", "GIT_COMMITTER_NAME=M", "GIT_COMMITTER_EMAIL=m@fork.example")
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args[0], err)
		}
		return strings.TrimSpace(string(out))
	}
	run("", "init", "--quiet", "--bare")
	repo, err := git.Open(context.Background(), from)
	if err != nil {
		t.Fatal(err)
	}
	found, err := repo.Resolve(context.Background(), realFork, realUpstream)
	if err != nil || !found[0].Found() || !found[1].Found() {
		t.Skipf("TRACKER_FORK holds not both %s and %s", realFork[:9], realUpstream)
	}
	objects := filepath.Join(repo.CommonDir(), "objects")
	if err := os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(objects+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	run("", "update-ref", mainRef, found[0].Commit)
	run("", "update-ref", upstreamRef, found[1].Commit)
	return dir, run
}

// Four reports of the real fork say that b0326ff7a waits for the embedding
// loader. A comment on it is not it; the thing itself opens the decision again.
func TestRealForkReopens(t *testing.T) {
	dir, run := scratchOf(t)
	commit := func(path, content, message string) string {
		run("", "read-tree", mainRef)
		run("", "update-index", "--add", "--cacheinfo", "100644,"+run(content, "hash-object", "-w", "--stdin")+","+path)
		h := run("", "commit-tree", run("", "write-tree", "--missing-ok"), "-p", mainRef, "-m", message)
		run("", "update-ref", mainRef, h)
		return h
	}
	repo, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	at := t.TempDir()
	in := &ingest.Ingest{Repo: repo, Store: db.At(at), Index: index.At(at)}
	look := func() (a fact.Account, again []string) {
		t.Helper()
		sum, err := in.Run(context.Background(), ingest.Options{Upstream: upstreamRef, Forks: []string{mainRef}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range sum.Reopened {
			again = append(again, fact.Short(r.Account.Commit))
		}
		return accountOf(t, sum, "b0326ff7ad1e89b9c6673defaa03920bd8afe5e8"), again
	}
	a, _ := look()
	if a.Status != fact.Deferred || a.ReasonKind != fact.Missing || a.Reopened {
		t.Fatalf("%+v", a)
	}
	for _, w := range a.Waits {
		if w.State != fact.Lacking || len(w.From) != 1 || !strings.HasPrefix(w.From[0], "a3d3d473f") {
			t.Errorf("%+v, want it to come with a3d3d473f", w)
		}
	}
	commit("mistralrs-core/src/note.rs", "// EmbeddingLoaderBuilder will come\n", "core: a note on EmbeddingLoaderBuilder")
	if a, again := look(); a.Reopened || len(again) > 0 {
		t.Fatalf("a comment opens it again: %+v", a.Reopenings)
	}
	by := commit("mistralrs-core/src/pipeline/embedding.rs", "pub struct EmbeddingLoaderBuilder {\n    kind: u8,\n}\n", "core: bring in the embedding loader's builder")
	a, again := look()
	if !a.Reopened || a.Status != fact.Deferred || len(a.Reopenings) != 1 || a.Reopenings[0].By != by || a.Reopenings[0].What != "EmbeddingLoaderBuilder" {
		t.Errorf("reopened %v: %+v", a.Reopened, a.Reopenings)
	}
	if !slices.Equal(again, []string{"b0326ff7a"}) {
		t.Errorf("the ingest opens %q again", again)
	}
	lacking := 0
	for _, w := range a.Waits {
		if w.State == fact.Lacking {
			lacking++
		}
	}
	if lacking != len(a.Waits)-1 {
		t.Errorf("still waits for %d of %d", lacking, len(a.Waits))
	}
	if a, again := look(); !a.Reopened || len(again) > 0 {
		t.Errorf("an ingest of nothing new: reopened %v, news %q", a.Reopened, again)
	}
}
