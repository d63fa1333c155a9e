package ingest

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// needsRepo is a real repository by which what commits need is measured:
//
//	TRACKER_NEEDS_REPO      its folder, into which nothing is written
//	TRACKER_NEEDS_UPSTREAM  a ref
//	TRACKER_NEEDS_FORK      a ref
//	TRACKER_NEEDS_EVERY     measure every so many commits alone, 1 if not given
type needsRepo struct {
	*git.Repo
	t     *testing.T
	view  *fact.View
	order []string // the range, oldest first
	needs map[string][]fact.Need
}

// realNeeds ingests the repository into a folder of its own.
func realNeeds(t *testing.T) *needsRepo {
	dir := os.Getenv("TRACKER_NEEDS_REPO")
	if dir == "" {
		t.Skip("TRACKER_NEEDS_REPO names no repository")
	}
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	in := &Ingest{Repo: repo, Store: db.At(folder), Index: index.At(folder)}
	var stage Stage
	start, spent := time.Now(), map[Stage]time.Duration{}
	sum, err := in.Run(ctx, Options{
		Upstream: os.Getenv("TRACKER_NEEDS_UPSTREAM"), Forks: []string{os.Getenv("TRACKER_NEEDS_FORK")},
		Progress: func(s Stage, done, total int) {
			if s != stage {
				spent[stage] += time.Since(start)
				stage, start = s, time.Now()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &needsRepo{Repo: repo, t: t, view: &sum.Views[0], needs: map[string][]fact.Need{}}
	r.order = slices.Clone(r.view.Range)
	slices.Reverse(r.order)
	edges := 0
	err = in.Store.View(ctx, func(tx *db.Tx) error {
		for _, h := range r.order {
			n, err := tx.Needs(h)
			if err != nil {
				return err
			}
			if n == nil {
				t.Errorf("%s: what it needs was not found out", h)
				continue
			}
			r.needs[h] = n.List
			edges += len(n.List)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d commits and %d merges, %d needs; ingested in %.1f s, the needs %.2f s of it",
		len(r.order), r.view.Merges, edges, sum.Elapsed.Seconds(), spent[StageNeeds].Seconds())
	return r
}

// measured are the commits that are looked at, oldest first.
func (r *needsRepo) measured() []string {
	every, _ := strconv.Atoi(os.Getenv("TRACKER_NEEDS_EVERY"))
	var out []string
	for i, h := range r.order {
		if i%max(every, 1) == 0 {
			out = append(out, h)
		}
	}
	return out
}

// run returns what git prints, and false where it fails.
func (r *needsRepo) run(args ...string) (string, bool) {
	cmd := git.Command(context.Background(), r.GitDir(), args...)
	out, err := cmd.Output()
	return string(out), err == nil
}

// git is run where a failure ends the test.
func (r *needsRepo) git(args ...string) string {
	r.t.Helper()
	out, ok := r.run(args...)
	if !ok {
		r.t.Fatalf("git %s fails", strings.Join(args, " "))
	}
	return out
}
