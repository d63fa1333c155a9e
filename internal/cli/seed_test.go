package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/advise"
	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// Every statement of the report phase2_continuation_summary.md that git contradicts, and
// no other: each was checked by hand against the fork of mistral.rs at 2ab95a49e, with
// upstream at 2bcf0e9e3. TRACKER_FORK names a repository that holds both.
func TestSeedReportAgainstGit(t *testing.T) {
	const seed = "phase2_continuation_summary.md"
	p := composed(t, "2ab95a49e02eb913194611cdcb5985ceae84b06b", "2bcf0e9e3a0c688786cfa3142e2b18844a7f3447")
	var audit *advise.ReportAudit
	err := p.ask(t.Context(), func(a *advise.Asker) (err error) {
		audit, err = a.ReportAudit(t.Context(), []string{seed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := audit.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d %s %s %.9s", f.Line, f.Severity, f.Kind, f.Upstream))
		if f.Message == "" || f.Report != seed || f.Mended != "" {
			t.Errorf("a finding without what it takes: %+v", f)
		}
		t.Logf("%d %s", f.Line, f.Message)
	}
	want := []string{
		"5 medium report-count ",            // 9 of 12 integrated, 75 %: 8 of 12, 67 %
		"17 low report-name a9b50d2d4",      // ci.yml is not in .gitignore
		"20 low report-name 6a26628a3",      // upstream's title says reciever
		"39 medium report-figure a92deee82", // 1117/3668 by histogram; 147/99 without Cargo.lock
		"105 low report-count ",             // 6 conflicts: 4 picks conflicted
		"106 low report-count ",             // 6 resolved
		"116 low report-conflict 6a26628a3", // by hand: the place is upstream's as it is
		"120 low report-count ",             // 43531ee5e under two methods
		"124 low report-status 43531ee5e",   // empty: it conflicts
		"160 medium report-count ",          // 3 skipped: 4
		"161 low report-count ",             // 6 of 6 conflicts
		"165 low report-figure ",            // 1,400 insertions: 1530, or 1492 by histogram
		"167 medium report-figure ",         // 2,600 lines fewer: Cargo.lock's, else 121 more
		"230 medium report-figure ",         // 2,500 lines fewer: Cargo.lock's, else 48 more
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if f := found[3]; !strings.Contains(f.Message, "--diff-algorithm=histogram") || !strings.Contains(f.Message, "147 insertions and 99 deletions without lock files") || !fact.IsHash(f.Fork) {
		t.Errorf("the figures of a92deee82: %+v", f)
	}
}

// composed ingests a fork and its upstream, by their commits, from the objects of
// TRACKER_FORK.
func composed(t *testing.T, fork, upstream string) *place {
	t.Helper()
	from, err := git.Open(t.Context(), os.Getenv("TRACKER_FORK"))
	if os.Getenv("TRACKER_FORK") == "" || err != nil {
		t.Skip("TRACKER_FORK names no clone of the fork")
	}
	if found, err := from.Resolve(t.Context(), fork, upstream); err != nil || !found[0].Found() || !found[1].Found() {
		t.Skipf("TRACKER_FORK holds not both %.9s and %.9s", fork, upstream)
	}
	dir := t.TempDir()
	run1 := func(args ...string) {
		if out, err := git.Command(context.Background(), dir, args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args[0], err, out)
		}
	}
	run1("init", "--quiet", "--bare")
	if err := os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(filepath.Join(from.CommonDir(), "objects")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	run1("update-ref", "refs/heads/fork", fork)
	run1("update-ref", "refs/remotes/upstream/main", upstream)
	folder := filepath.Join(dir, "tracker-files")
	args := []string{"tracker", "-C", dir, "--db", folder, "ingest", "-q", "--fork", "fork", "--upstream", "upstream/main"}
	if err := run(t.Context(), args, io.Discard, io.Discard); err != nil && explain(err).Code != ExitUnread {
		t.Fatal(err)
	}
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return &place{repo: repo, store: db.At(folder)}
}
