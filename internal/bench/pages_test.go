package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/internal/gittest"
)

// BenchmarkPages times render html, and reports how large the pages are and what they
// search through. TRACKER_BENCH_GENERATED=N measures a generated upstream of so many
// commits instead of TRACKER_BENCH_REPO.
func BenchmarkPages(b *testing.B) {
	p := setUp(b)
	if n := os.Getenv("TRACKER_BENCH_GENERATED"); n != "" {
		p.repo = generated(b, n)
	}
	db := b.TempDir()
	p.tracker(b, db, append([]string{"ingest", "--quiet"}, p.refs...)...)
	var times []time.Duration
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "pages")
		took, out := p.tracker(b, db, "render", "html", "--output", dir, "--json")
		times = append(times, took)
		var sum struct{ Pages, Bytes int }
		if err := json.Unmarshal([]byte(out), &sum); err != nil {
			b.Fatal(err)
		}
		index, err := os.Stat(filepath.Join(dir, "assets", "search.js"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(sum.Pages), "pages")
		b.ReportMetric(float64(sum.Bytes)/1e6, "MB")
		b.ReportMetric(float64(index.Size())/1e6, "MB-index")
	}
	b.ReportMetric(ms(median(times)), "ms-pages")
}

// generated makes a fork of an upstream of n commits, with a report of every fiftieth.
func generated(b *testing.B, n string) string {
	b.Helper()
	var commits int
	if _, err := fmt.Sscan(n, &commits); err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("cache tile loader stream fetch retry bounds view style offline disk evict parse token index query merge branch limit queue worker socket buffer frame render draw scale font label route layer point")
	word := func() string { return words[random.IntN(len(words))] }
	phrase := func(n int) string {
		var list []string
		for range n {
			list = append(list, word())
		}
		return strings.Join(list, " ")
	}
	r := gittest.New(b)
	files := map[string][]string{}
	name := func() string { return fmt.Sprintf("%s/%s_%s.go", word(), word(), word()) }
	for range 300 {
		f := name()
		for range 60 {
			files[f] = append(files[f], "\t"+phrase(5))
		}
	}
	var names []string
	first := gittest.Files{}
	for f, lines := range files {
		names = append(names, f)
		first[f] = strings.Join(lines, "\n") + "\n"
	}
	r.Commit(first, "Begin")
	r.Branch("theirs")
	var hashes []string
	for i := range commits {
		change := gittest.Files{}
		for range 1 + random.IntN(3) {
			f := names[random.IntN(len(names))]
			at := random.IntN(len(files[f]))
			files[f][at] = fmt.Sprintf("\t%s%s(%s)", word(), strings.ToUpper(word()[:1])+word(), phrase(3))
			change[f] = strings.Join(files[f], "\n") + "\n"
		}
		hashes = append(hashes, r.Commit(change, fmt.Sprintf("%s the %s of %s (#%d)\n\n%s.\n%s, and %s.\n", strings.ToUpper(word()[:1])+word(), phrase(2), word(), i+1, phrase(12), phrase(14), phrase(9))))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	var report strings.Builder
	report.WriteString("# Round\n\n| commit | status | reason |\n|---|---|---|\n")
	for i, h := range hashes {
		if i%50 == 0 {
			fmt.Fprintf(&report, "| %s | skipped | no use for %s |\n", h[:10], phrase(3))
		}
	}
	r.Commit(gittest.Files{"docs/ROUND.md": report.String()}, "Tell of the round")
	r.WorkTree()
	return r.Dir
}
