package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/git"
)

func main() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(300 << 20)
	ctx := context.Background()
	if len(os.Args) > 3 {
		f, _ := os.Create(os.Args[3])
		pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	repo, err := git.Open(ctx, os.Args[1])
	if err != nil {
		panic(err)
	}
	dir := os.Args[2]
	in := ingest.Ingest{Repo: repo, Store: db.At(dir), Index: index.At(dir)}
	seen := map[string]bool{}
	up, fork := os.Getenv("UP"), []string(nil)
	if f := os.Getenv("FORK"); f != "" {
		fork = []string{f}
	}
	_, err = in.Run(ctx, ingest.Options{Upstream: up, Forks: fork, Progress: func(s ingest.Stage, d, t int) {
		k := fmt.Sprint(s, d == t && t > 0)
		if !seen[k] {
			seen[k] = true
			fmt.Printf("%6d ms %s %d/%d\n", time.Since(start).Milliseconds(), s, d, t)
		}
	}})
	b, _ := os.ReadFile("/proc/self/status")
	i := strings.Index(string(b), "VmHWM")
	fmt.Println(string(b)[i : i+30])
	fmt.Printf("%6d ms end %v\n", time.Since(start).Milliseconds(), err)
}
