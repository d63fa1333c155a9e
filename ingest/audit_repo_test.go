package ingest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// TestAuditRepository prints all that is found wrong with the picks of a real
// repository, with the evidence, so that each can be checked by hand:
//
//	TRACKER_AUDIT_REPO      its folder, into which nothing is written
//	TRACKER_AUDIT_UPSTREAM  a ref
//	TRACKER_AUDIT_FORK      refs or globs, with spaces between
//	TRACKER_AUDIT_DB        a folder to keep the database in, which saves the next run the ingest
//	TRACKER_AUDIT_LEVEL     high, medium or low: the least severity to print, low if not given
//	TRACKER_AUDIT_ALL       set: what was mended since, too
func TestAuditRepository(t *testing.T) {
	dir := os.Getenv("TRACKER_AUDIT_REPO")
	if dir == "" {
		t.Skip("TRACKER_AUDIT_REPO names no repository")
	}
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("TRACKER_AUDIT_DB")
	if folder == "" {
		folder = t.TempDir()
	}
	in := &Ingest{Repo: repo, Store: db.At(folder), Index: index.At(folder)}
	o := Options{Upstream: os.Getenv("TRACKER_AUDIT_UPSTREAM"), Forks: strings.Fields(os.Getenv("TRACKER_AUDIT_FORK"))}
	sum, err := in.Run(ctx, o)
	for err == nil && sum.Unreplayed > 0 {
		sum, err = in.Run(ctx, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	if sum.Untried != nil {
		t.Error(sum.Untried)
	}
	level := map[string]int{"high": 0, "medium": 1, "low": 2, "": 2}[os.Getenv("TRACKER_AUDIT_LEVEL")]
	for i := range sum.Views {
		view := &sum.Views[i]
		start := time.Now()
		v := &verdict{view: *view, links: sum.Links[view.Fork.Ref], accounts: sum.Accounts[view.Fork.Ref]}
		var stored []fact.Finding
		err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
			stored, err = tx.Findings(view.Fork.Ref)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		counts := map[fact.Severity]int{}
		for _, f := range stored {
			if f.Mended == "" {
				counts[f.Severity]++
			}
			if f.Mended != "" && os.Getenv("TRACKER_AUDIT_ALL") == "" || rankOf(f.Severity) > level {
				continue
			}
			mended := ""
			if f.Mended != "" {
				mended = "  mended by " + fact.Short(f.Mended)
			}
			t.Logf("%s %s  fork %s  upstream %s  %s  %d lines%s\n    %s", f.Severity, f.Kind, fact.Short(f.Fork), fact.Short(f.Upstream), f.Path, f.Lines, mended, f.Message)
			for _, e := range f.Evidence {
				t.Logf("        %s:%s:%d  %s", fact.Short(e.Commit), e.Path, e.Line, e.Text)
			}
		}
		t.Logf("%s: %d picks, %d high, %d medium, %d low (%s to read)", view.Fork.Ref, len(v.links), counts[fact.High], counts[fact.Medium], counts[fact.Low], time.Since(start))
	}
}

func rankOf(s fact.Severity) int {
	for i, x := range fact.Severities {
		if x == s {
			return i
		}
	}
	return len(fact.Severities)
}
