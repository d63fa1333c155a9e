package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkServe asks tracker serve for 200 pages a second over 30 seconds, of all kinds
// and the search among them, while an ingest beside it finds fifty new commits. It
// reports failures, the slowest answer, the memory of the server before and after, and
// how long after the ingest's end the new state is shown.
func BenchmarkServe(b *testing.B) {
	p := setUp(b)
	repo, _, arrive := p.lagging(b)
	late := &place{repo: repo, program: p.program}
	db := b.TempDir()
	late.tracker(b, db, "ingest", "--quiet")
	for b.Loop() {
		late.load(b, db, arrive)
	}
}

const (
	aSecond = 200
	seconds = 30
)

func (p *place) load(b *testing.B, db string, arrive func()) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, p.program, "-C", p.repo, "--db", db, "serve", "--addr", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	base := strings.TrimSpace(line)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 10 * time.Second}
	get := func(path string) (string, int, error) {
		r, err := client.Get(base + path)
		if err != nil {
			return "", 0, err
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		return string(text), r.StatusCode, err
	}
	list, _, err := get("commits.html")
	if err != nil {
		b.Fatal(err)
	}
	paths := []string{"", "commits.html", "picks.html", "conflicts.html", "reports.html", "groups.html", "assets/search.js", "assets/style.css", "search?q=fix", "search?q=kind%3Areport+commit"}
	for rest := list; ; {
		_, after, ok := strings.Cut(rest, `href="commit/`)
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, `"`)
		paths, rest = append(paths, "commit/"+name), tail
	}
	paths = slices.Compact(paths)

	var mu sync.Mutex
	var times []time.Duration
	var failed atomic.Int64
	var said atomic.Value
	one := func(i int) {
		start := time.Now()
		_, status, err := get(paths[i*7919%len(paths)])
		took := time.Since(start)
		if err != nil || status != http.StatusOK {
			failed.Add(1)
			said.Store(fmt.Sprintf("%s: %d %v", paths[i*7919%len(paths)], status, err))
		}
		mu.Lock()
		times = append(times, took)
		mu.Unlock()
	}
	before := resident(cmd.Process.Pid)
	var shown time.Duration
	done := make(chan struct{})
	go func() { // the ingest, in the middle of it all
		defer close(done)
		time.Sleep(5 * time.Second)
		arrive()
		p.tracker(b, db, "ingest", "--quiet")
		end := time.Now()
		for {
			if now, _, err := get("commits.html"); err == nil && now != list {
				shown = time.Since(end)
				return
			}
			if time.Since(end) > 20*time.Second {
				shown = -1
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	tick := time.NewTicker(time.Second / aSecond)
	var wg sync.WaitGroup
	middle := int64(0)
	for i := range aSecond * seconds {
		<-tick.C
		wg.Go(func() { one(i) })
		if i == aSecond*seconds/2 {
			middle = resident(cmd.Process.Pid)
		}
	}
	tick.Stop()
	wg.Wait()
	<-done
	after := resident(cmd.Process.Pid)
	cancel()
	_ = cmd.Wait()
	slices.Sort(times)
	b.ReportMetric(float64(failed.Load()), "failures")
	b.ReportMetric(ms(times[len(times)/2]), "ms-median")
	b.ReportMetric(ms(times[len(times)*99/100]), "ms-99%")
	b.ReportMetric(ms(times[len(times)-1]), "ms-slowest")
	b.ReportMetric(ms(shown), "ms-new-state")
	b.ReportMetric(float64(before)/1e6, "MB-before")
	b.ReportMetric(float64(middle)/1e6, "MB-middle")
	b.ReportMetric(float64(after)/1e6, "MB-after")
	if failed.Load() > 0 {
		b.Errorf("%d of %d requests failed, such as %v", failed.Load(), len(times), said.Load())
	}
}

// resident is how much memory a process holds, in bytes; 0 where that cannot be told.
func resident(pid int) int64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kib int64
	_, _ = fmt.Sscan(rest, &kib)
	return kib << 10
}
