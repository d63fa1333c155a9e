package ingest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tracker/db"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// Whatever a report calls a commit, it is the one that is meant; what is wrong
// with the name is said.
func TestNamesInReports(t *testing.T) {
	r := gittest.New(t)
	r.Commit(file(0), "Begin", theirs)
	r.Branch("theirs")
	var up []string
	for i, subject := range []string{
		"Fix the seperator of long lists (#101)", "Draw a scale bar on the map (#102)", "Draw a scale bar on the mast (#103)", "Patch clippy", "Patch clippy", "Keep the tiles of the last view in memory (#106)",
	} {
		up = append(up, r.Commit(file(i+1), subject, theirs))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	pick := r.CherryPick(up[5])
	b := newBench(t, r)

	for name, c := range map[string]struct {
		entry   string // of the report's list
		want    string // the commit, or empty
		finding string
	}{
		"an abbreviation":         {up[0][:8] + " the separator", up[0], ""},
		"a pull request":          {"#102 Draw a scale bar", up[1], ""},
		"a title":                 {"Draw a scale bar on the map", up[1], ""},
		"a mended title":          {"Fix the separator of long lists", up[0], ""},
		"a title that was cut":    {"Keep the tiles of the last…", up[5], ""},
		"a title of two":          {"Patch clippy", "", ""},
		"a title between two":     {"Draw a scale bar on the mas", "", ""},
		"a fork hash":             {pick[:9] + " Keep the tiles", up[5], pick[:9] + " is the fork's commit and not upstream's; it carries " + up[5][:9]},
		"a hash that is nowhere":  {"0123456789ab Something", "", "0123456789ab is a commit of neither side"},
		"nowhere, with its title": {"0123456789ab Draw a scale bar on the map", "", "0123456789ab is a commit of neither side; its title is that of " + up[1][:9]},
	} {
		t.Run(name, func(t *testing.T) {
			entry := fact.ReportCommit{Status: fact.WordDeferred, Line: 7, Reason: "later"}
			if h, subject, ok := strings.Cut(c.entry, " "); ok && fact.IsHash(h) {
				entry.Hash, entry.Subject = &h, subject
			} else if n := 0; strings.HasPrefix(c.entry, "#") {
				fmt.Sscanf(c.entry, "#%d", &n)
				entry.PR = n
			} else {
				entry.Subject = c.entry
			}
			b.in.Store = db.At(t.TempDir())
			b.ingest(t, ingest.Options{})
			ctx := context.Background()
			if err := b.in.Store.Update(ctx, func(tx *db.Tx) error {
				return tx.PutReport(&fact.StoredReport{ID: "r.md", Source: "file", Blob: "x", When: 1, Report: fact.Report{Commits: []fact.ReportCommit{entry}}})
			}); err != nil {
				t.Fatal(err)
			}
			sum := b.ingest(t, ingest.Options{Anew: true})
			got := ""
			for _, a := range sum.Accounts[mainRef] {
				if len(a.Sources) > 0 {
					got += a.Commit
				}
			}
			if got != c.want {
				t.Errorf("it is about %q, want %q", got, c.want)
			}
			var stored []fact.ReportFinding
			if err := b.in.Store.View(ctx, func(tx *db.Tx) error {
				r, err := tx.Report("r.md")
				stored = r.Names
				return err
			}); err != nil {
				t.Fatal(err)
			}
			message := ""
			for _, f := range stored {
				message += f.Message
			}
			if message != c.finding || len(stored) > 0 && (len(stored[0].Lines) != 1 || stored[0].Lines[0] != 7) {
				t.Errorf("finding %+v, want %q", stored, c.finding)
			}
		})
	}
}

// A lesson belongs to the files and commits that it names.
func TestLessonsAreTied(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	b := newBench(t, r)
	r.Commit(gittest.Files{"SYNC.md": fmt.Sprintf("# Sync\n\n## Skipped\n\n- %s one\n- %s two\n- %s three\n\n## Lessons learned\n\n- Cargo.lock conflicts: always accept theirs\n- src/view.go: keep our limit, see %s and #2\n", up[0][:9], up[1][:9], up[2][:9], up[0][:9])}, "docs: a report")
	b.ingest(t, ingest.Options{})
	var lessons []fact.Note
	if err := b.in.Store.View(context.Background(), func(tx *db.Tx) error {
		r, err := tx.Report("SYNC.md")
		lessons = r.Report.Lessons
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lessons {
		got = append(got, fmt.Sprint(l.Paths, l.Commits))
	}
	if want := fmt.Sprintf("[Cargo.lock] [] [src/view.go] [%s #2]", up[0][:9]); strings.Join(got, " ") != want {
		t.Errorf("%s, want %s; %+v", got, want, lessons)
	}
}
