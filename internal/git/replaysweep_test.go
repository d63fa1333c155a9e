package git_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// A folder that a killed replay left goes with the next one, and one that another
// replay works in stays.
func TestReplaySweepsWhatWasAbandoned(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	left, used := filepath.Join(dir, "tracker-replay-1"), filepath.Join(dir, "tracker-replay-2")
	for _, name := range []string{left, used} {
		if err := os.MkdirAll(filepath.Join(name, "git"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(left, long, long); err != nil {
		t.Fatal(err)
	}
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "1"}, "one")
	r.WorkTree()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := repo.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("%s is still there (%v)", left, err)
	}
	if _, err := os.Stat(used); err != nil {
		t.Error(err)
	}
}
