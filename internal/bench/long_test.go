package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// heads returns the commits at which fork and upstream stand.
func (p *place) heads(b *testing.B) (fork, upstream string) {
	b.Helper()
	db := b.TempDir()
	p.tracker(b, db, append([]string{"ingest", "--quiet"}, p.refs...)...)
	_, out := p.tracker(b, db, "status", "--jq", ".fork.commit, .upstream.commit")
	heads := strings.Fields(out)
	return heads[0], heads[1]
}

// git runs git in the repository and returns what it prints.
func (p *place) git(b *testing.B, args ...string) string {
	b.Helper()
	_, out := run(b, "", "git", append([]string{"-C", p.repo}, args...)...)
	return strings.TrimSpace(out)
}

// lagging composes a repository that has the objects of p's, and whose
// upstream lacks the last fifty commits or a few more. It returns how many, and
// what makes them arrive.
func (p *place) lagging(b *testing.B) (repo string, lacks int, arrive func()) {
	b.Helper()
	fork, upstream := p.heads(b)
	old := upstream
	for back := 1; lacks < 50; back++ {
		old = p.git(b, "rev-parse", "--verify", upstream+"~"+strconv.Itoa(back))
		lacks, _ = strconv.Atoi(p.git(b, "rev-list", "--count", "--no-merges", old+".."+upstream))
	}
	objects, err := filepath.Abs(filepath.Join(p.git(b, "rev-parse", "--path-format=absolute", "--git-common-dir"), "objects"))
	if err != nil {
		b.Fatal(err)
	}
	repo = b.TempDir()
	run(b, "", "git", "init", "--quiet", "--bare", repo)
	if err := os.WriteFile(filepath.Join(repo, "objects", "info", "alternates"), []byte(filepath.ToSlash(objects)+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	set := func(ref, commit string) { run(b, "", "git", "-C", repo, "update-ref", ref, commit) }
	set("refs/heads/fork", fork)
	set("refs/remotes/upstream/main", old)
	run(b, "", "git", "-C", repo, "symbolic-ref", "HEAD", "refs/heads/fork")
	return repo, lacks, func() { set("refs/remotes/upstream/main", upstream) }
}

// BenchmarkFiftyMore times an ingest that finds fifty new upstream commits.
func BenchmarkFiftyMore(b *testing.B) {
	p := setUp(b)
	var times []time.Duration
	for b.Loop() {
		repo, lacks, arrive := p.lagging(b)
		late := &place{repo: repo, program: p.program}
		db := b.TempDir()
		late.tracker(b, db, "ingest", "--quiet")
		arrive()
		took, _ := late.tracker(b, db, "ingest", "--quiet")
		times = append(times, took)
		b.ReportMetric(float64(lacks), "commits")
	}
	b.ReportMetric(ms(median(times)), "ms-ingest")
}

// peak runs tracker and returns the most memory that it held, in bytes:
// VmHWM, which git's processes are no part of. It is 0 where there is no /proc.
func (p *place) peak(b *testing.B, db string, args ...string) (time.Duration, int64) {
	b.Helper()
	cmd := exec.Command(p.program, append([]string{"-C", p.repo, "--db", db}, args...)...)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	most := make(chan int64)
	go func() {
		var kib int64
		for {
			if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)); err == nil && runtime.GOOS == "linux" {
				if _, rest, ok := strings.Cut(string(text), "VmHWM:"); ok {
					if n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64); err == nil {
						kib = max(kib, n)
					}
				}
			}
			select {
			case <-done:
				most <- kib
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	err := cmd.Wait()
	took := time.Since(start)
	close(done)
	kib := <-most
	if err != nil && cmd.ProcessState.ExitCode() != unread {
		b.Fatalf("tracker %q: %v", args, err)
	}
	return took, kib << 10
}
