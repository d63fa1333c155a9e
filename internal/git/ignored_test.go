package git_test

import (
	"context"
	"testing"

	"tracker/internal/gittest"
)

func TestIgnored(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{".gitignore": "*.log\n/build/\n!keep.log\n", "src/.gitignore": "gen_*\n", "other/.gitignore": "*\n", "a.log": "tracked all the same\n"}, "Begin")
	tip := r.Commit(gittest.Files{"x": "1\n"}, "Go on")
	r.Git("fsck")
	repo := open(t, r.Dir)
	for path, want := range map[string]bool{
		"a.log": true, "deep/b.log": true, "keep.log": false, "build/out": true, "src/build/out": false, "src/gen_1": true, "gen_1": false,
		"other/x": true, ".github/workflows/ci.yml": false, "src/a.go": false, "-v": false, ":(glob)*.log": true,
	} {
		got, err := repo.Ignored(context.Background(), tip, path)
		if err != nil || got != want {
			t.Errorf("Ignored(%q) = %v, %v; want %v", path, got, err, want)
		}
	}
	for _, path := range []string{"../x", "/etc/passwd", ""} {
		if _, err := repo.Ignored(context.Background(), tip, path); err == nil {
			t.Errorf("Ignored(%q) is no error", path)
		}
	}
}
