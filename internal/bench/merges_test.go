package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkReplayMerges times an ingest that replays upstream's merges and learns how
// their conflicts were resolved, less one that finds nothing new, against a single
// `git merge-tree --stdin` that makes the same merges, one after the other, and
// reports the median ratio.
func BenchmarkReplayMerges(b *testing.B) {
	p := setUp(b)
	fork, upstream := p.heads(b)
	var pairs strings.Builder
	merges := 0
	for _, line := range slices.Backward(strings.Split(p.git(b, "rev-list", "--min-parents=2", "--max-parents=2", "--parents", fork+".."+upstream), "\n")) {
		if words := strings.Fields(line); len(words) == 3 {
			pairs.WriteString(words[1] + " " + words[2] + "\n")
			merges++
		}
	}
	if merges == 0 {
		b.Skip("upstream has no merges in the range")
	}
	objects := filepath.Join(p.git(b, "rev-parse", "--path-format=absolute", "--git-common-dir"), "objects")
	var ratios []float64
	var ours, gits []time.Duration
	for b.Loop() {
		db := b.TempDir()
		p.tracker(b, db, append([]string{"ingest", "--quiet"}, p.refs...)...)
		p.tracker(b, db, "ingest", "--quiet", "--upstream-merges=false")
		nothing, _ := p.tracker(b, db, "ingest", "--quiet")
		replay, _ := p.tracker(b, db, "ingest", "--quiet", "--upstream-merges")

		cmd := exec.Command("git", "-C", p.repo, "merge-tree", "--write-tree", "--allow-unrelated-histories", "--stdin")
		cmd.Env = append(os.Environ(), "GIT_OBJECT_DIRECTORY="+b.TempDir(), "GIT_ALTERNATE_OBJECT_DIRECTORIES="+objects)
		cmd.Stdin = strings.NewReader(pairs.String())
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git merge-tree: %v\n%.2000s", err, out)
		}
		git := time.Since(start)
		ratios = append(ratios, float64(replay-nothing)/float64(git))
		ours, gits = append(ours, replay-nothing), append(gits, git)
	}
	b.ReportMetric(float64(merges), "merges")
	b.ReportMetric(median(ratios), "replay/git-merge-tree")
	b.ReportMetric(ms(median(ours)), "ms-replay")
	b.ReportMetric(ms(median(gits)), "ms-git-merge-tree")
}
