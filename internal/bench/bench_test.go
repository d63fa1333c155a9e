package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/internal/demo"
)

// place is what the benchmarks run on.
type place struct {
	repo, program string
	refs          []string // the options that name upstream and fork
}

func setUp(b *testing.B) *place {
	b.Helper()
	dir := b.TempDir()
	p := &place{repo: os.Getenv("TRACKER_BENCH_REPO"), program: filepath.Join(dir, "tracker")}
	for option, name := range map[string]string{"--upstream": "TRACKER_BENCH_UPSTREAM", "--fork": "TRACKER_BENCH_FORK"} {
		if ref := os.Getenv(name); ref != "" {
			p.refs = append(p.refs, option, ref)
		}
	}
	if runtime.GOOS == "windows" {
		p.program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", p.program, "tracker").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	if p.repo == "" {
		fork, err := demo.Build(context.Background(), filepath.Join(dir, "demo"))
		if err != nil {
			b.Fatal(err)
		}
		p.repo = fork
	}
	return p
}

// unread is tracker's exit code when some input could not be read.
const unread = 3

// run runs a command and returns how long it took and what it printed.
func run(b *testing.B, stdin, name string, args ...string) (time.Duration, string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if err != nil && cmd.ProcessState.ExitCode() != unread {
		b.Fatalf("%s %q: %v\n%s", name, args, err, errs.String())
	}
	return took, out.String()
}

func (p *place) tracker(b *testing.B, db string, args ...string) (time.Duration, string) {
	b.Helper()
	return run(b, "", p.program, append([]string{"-C", p.repo, "--db", db}, args...)...)
}

func median[T ~int64 | ~float64](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// whole returns the commits of both sides whose blobs are all there.
func (p *place) whole(b *testing.B) string {
	b.Helper()
	db := b.TempDir()
	_, out := p.tracker(b, db, append([]string{"ingest", "--json"}, p.refs...)...)
	var sum struct {
		Unreadable []struct{ Commit string }
	}
	if err := json.Unmarshal([]byte(out), &sum); err != nil {
		b.Fatal(err)
	}
	absent := map[string]bool{}
	for _, u := range sum.Unreadable {
		absent[u.Commit] = true
	}
	_, out = p.tracker(b, db, "status", "--jq", ".fork.commit, .upstream.commit")
	heads := strings.Fields(out)
	_, out = run(b, "", "git", "-C", p.repo, "rev-list", "--no-merges", heads[0]+"..."+heads[1])
	var list strings.Builder
	n := 0
	for _, h := range strings.Fields(out) {
		if !absent[h] {
			list.WriteString(h + "\n")
			n++
		}
	}
	b.ReportMetric(float64(n), "commits")
	return list.String()
}

// BenchmarkFirstIngest compares a first ingest with `git log -p` over the same
// commits, one after the other, and reports the median ratio. tracker also
// reads the commits whose blobs are not all there, and the reports.
func BenchmarkFirstIngest(b *testing.B) {
	p := setUp(b)
	commits := p.whole(b)
	var ratios []float64
	var ingests, logs []time.Duration
	var most int64
	for b.Loop() {
		git, _ := run(b, commits, "git", "-C", p.repo, "log", "-p", "--no-walk=unsorted", "--stdin")
		ingest, held := p.peak(b, b.TempDir(), append([]string{"ingest", "--quiet"}, p.refs...)...)
		most = max(most, held)
		ratios = append(ratios, float64(ingest)/float64(git))
		ingests, logs = append(ingests, ingest), append(logs, git)
	}
	b.ReportMetric(median(ratios), "ingest/git-log-p")
	b.ReportMetric(ms(median(ingests)), "ms-ingest")
	b.ReportMetric(ms(median(logs)), "ms-git-log-p")
	b.ReportMetric(float64(most>>20), "MB-peak")
}

// BenchmarkQuestions times whole processes on an ingested repository, beside
// the same program that only prints its version.
func BenchmarkQuestions(b *testing.B) {
	p := setUp(b)
	db := b.TempDir()
	p.tracker(b, db, append([]string{"ingest", "--quiet"}, p.refs...)...)
	_, out := p.tracker(b, db, "status", "--jq", ".commits[0].commit")
	questions := map[string][]string{
		"version":     {"--version"},
		"nothing-new": {"ingest", "--quiet"},
		"status":      {"status"},
		"search":      {"search", cmp.Or(os.Getenv("TRACKER_BENCH_QUERY"), "EmbeddingLoader")},
		"show":        {"show", strings.TrimSpace(out)},
	}
	times := map[string][]time.Duration{}
	for b.Loop() {
		for name, args := range questions {
			took, _ := p.tracker(b, db, args...)
			times[name] = append(times[name], took)
		}
	}
	for name, list := range times {
		b.ReportMetric(ms(median(list)), "ms-"+name)
	}
}
