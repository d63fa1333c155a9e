package git_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// BenchmarkReadRange reads the commits that a fork and its upstream do not
// share, and compares with what `git log -p` needs for those of them whose
// blobs are there: the metric x-log-p is the ratio of the two, taken in turn.
// TRACKER_FORK names a repository with refs/heads/fork and
// refs/remotes/upstream/main; without it a made one is read.
func BenchmarkReadRange(b *testing.B) {
	dir := os.Getenv("TRACKER_FORK")
	if dir == "" {
		dir = madeFork(b)
	}
	ctx := context.Background()
	repo := open(b, dir)
	const revs = "refs/heads/fork...refs/remotes/upstream/main"
	var whole []string
	var mu sync.Mutex
	read := func(want func(*git.Commit) bool, fn func(*git.Diff)) {
		err := repo.Read(ctx, []string{revs}, nil, 0, want, func(d *git.Diff) error {
			if fn != nil {
				mu.Lock()
				defer mu.Unlock()
				fn(d)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	damaged := map[string]bool{}
	read(nil, func(d *git.Diff) {
		if d.Whole() {
			whole = append(whole, d.Commit.Hash)
		} else {
			damaged[d.Commit.Hash] = true
		}
	})
	logP := func() {
		cmd := git.Command(ctx, dir, "log", "--no-walk=unsorted", "--stdin", "-p")
		cmd.Stdin = strings.NewReader(strings.Join(whole, "\n") + "\n")
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			_, err = io.Copy(io.Discard, out)
		}
		if err == nil {
			err = cmd.Wait()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	logP()
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		read(func(c *git.Commit) bool { return !damaged[c.Hash] }, nil)
		ours += time.Since(start)
		start = time.Now()
		logP()
		theirs += time.Since(start)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-log-p")
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/read")
	b.ReportMetric(float64(theirs.Milliseconds())/float64(b.N), "ms/log-p")
	b.ReportMetric(float64(len(whole)), "commits")
}

// madeFork makes a fork and an upstream of 300 commits over 50 files.
func madeFork(b *testing.B) string {
	r := gittest.New(b, gittest.Bare)
	line := func(i, j int) string { return fmt.Sprintf("line %d of file %d, as it stands\n", j, i) }
	files := gittest.Files{}
	for i := range 50 {
		var text strings.Builder
		for j := range 400 {
			text.WriteString(line(i, j))
		}
		files[fmt.Sprintf("src/f%02d.go", i)] = text.String()
	}
	r.Commit(files, "Start")
	base := r.Tip()
	grow := func() {
		for n := range 150 {
			changed := gittest.Files{}
			for i := range 3 {
				path := fmt.Sprintf("src/f%02d.go", (n*7+i*11)%50)
				files[path] = strings.Replace(files[path], line((n*7+i*11)%50, n*2), fmt.Sprintf("changed in %d\nand longer\n", n), 1)
				changed[path] = files[path]
			}
			r.Commit(changed, fmt.Sprintf("Change %d (#%d)", n, n))
		}
	}
	grow()
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Branch("fork", base)
	grow()
	r.Git("repack", "-a", "-d", "--quiet")
	return r.Dir
}
