//go:build unix

package bench

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/git"
)

// spent is the time that this process, or its children that have ended, have
// computed.
func spent(b *testing.B, who int) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(who, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkStages says how a first ingest's time is shared out, by the clock and
// between git's processes and this one. It runs in the test's own process, so
// that -cpuprofile shows the rest.
func BenchmarkStages(b *testing.B) {
	p := setUp(b)
	ctx := context.Background()
	repo, err := git.Open(ctx, p.repo)
	if err != nil {
		b.Fatal(err)
	}
	took := map[ingest.Stage]time.Duration{}
	git0, own0 := spent(b, syscall.RUSAGE_CHILDREN), spent(b, syscall.RUSAGE_SELF)
	for b.Loop() {
		dir := b.TempDir()
		in := &ingest.Ingest{Repo: repo, Store: db.At(dir), Index: index.At(dir)}
		var stage ingest.Stage
		since := time.Now()
		turn := func(next ingest.Stage) {
			if stage != "" {
				took[stage] += time.Since(since)
			}
			stage, since = next, time.Now()
		}
		turns := make(chan ingest.Stage) // Progress comes from several goroutines
		done := make(chan struct{})
		go func() {
			defer close(done)
			for s := range turns {
				if s != stage {
					turn(s)
				}
			}
		}()
		_, err := in.Run(ctx, ingest.Options{
			Upstream: os.Getenv("TRACKER_BENCH_UPSTREAM"), Forks: strings.Fields(os.Getenv("TRACKER_BENCH_FORK")),
			Progress: func(s ingest.Stage, _, _ int) { turns <- s },
		})
		close(turns)
		<-done
		turn("")
		if err != nil {
			b.Fatal(err)
		}
	}
	n := float64(b.N)
	for stage, d := range took {
		b.ReportMetric(ms(d)/n, "ms-"+strings.ReplaceAll(strings.ToLower(string(stage)), " ", "-"))
	}
	b.ReportMetric(ms(spent(b, syscall.RUSAGE_CHILDREN)-git0)/n, "ms-of-git")
	b.ReportMetric(ms(spent(b, syscall.RUSAGE_SELF)-own0)/n, "ms-of-tracker")
}
