package patch_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"tracker/ingest/patch"
	"tracker/internal/git"
)

// BenchmarkFrom derives the patches of a real fork's own and upstream commits
// (TRACKER_FORK, see TestIDIsGitsPatchIDOnARealFork) from diffs already read.
func BenchmarkFrom(b *testing.B) {
	dir := os.Getenv("TRACKER_FORK")
	if dir == "" {
		b.Skip("TRACKER_FORK names no repository")
	}
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	var diffs []*git.Diff
	lines := 0
	err = repo.Read(ctx, []string{"refs/heads/fork...refs/remotes/upstream/main"}, nil, 0, nil, func(d *git.Diff) error {
		mu.Lock()
		defer mu.Unlock()
		diffs = append(diffs, d)
		for _, f := range d.Files {
			lines += f.Insertions + f.Deletions
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, d := range diffs {
			patch.From(d, false)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
}
