package cli

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"tracker/advise"
	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

// A report is held against git as of when it spoke, and what is true of one of several
// branches is no finding.
func TestReportAuditOfBranches(t *testing.T) {
	r := gittest.New(t)
	text := func(lines ...string) string { return strings.Join(lines, "\n") + "\n" }
	r.Commit(gittest.Files{"a": text("1", "2", "3"), "b": text("1"), "c": text("1")}, "Begin")
	r.Branch("theirs")
	u1 := r.Commit(gittest.Files{"a": text("one", "2", "3")}, "Change the first file")
	u2 := r.Commit(gittest.Files{"b": text("two")}, "Change the second file")
	u3 := r.Commit(gittest.Files{"c": text("three")}, "Change the third file")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"own": "1\n"}, "Own")
	r.Branch("other")
	r.Checkout("main")
	p1 := r.CherryPick(u1)
	r.Commit(gittest.Files{"log.md": text("# Log", "", "## Integrated", "",
		"- `"+u1[:9]+"` Change the first file — 7 insertions, 1 deletion", "- `"+u2[:9]+"` Change the second file", "- `"+u3[:9]+"` Change the third file")}, "docs: log")
	p2 := r.CherryPick(u2)
	r.WorkTree()
	folder := filepath.Join(t.TempDir(), "db")
	if err := run(t.Context(), []string{"tracker", "-C", r.Dir, "--db", folder, "ingest", "-q", "--upstream", "upstream/main", "--fork", "main", "--fork", "other"}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &place{repo: repo, store: db.At(folder)}
	audit := func(ids ...string) (found []fact.Finding, err error) {
		var prepared *advise.ReportAudit
		if err = p.ask(t.Context(), func(a *advise.Asker) error {
			prepared, err = a.ReportAudit(t.Context(), ids)
			return err
		}); err != nil {
			return nil, err
		}
		return prepared.Run(t.Context())
	}
	found, err := audit()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		if f.Mended == "" {
			got = append(got, string(f.Kind)+" "+f.Upstream+" "+f.Fork)
		}
	}
	// The first commit is in main, whatever the other branch lacks; its size is wrong
	// in both; the second came later; the third never did.
	want := []string{"report-figure " + u1 + " " + p1, "report-status " + u3 + " "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nand not\n%s (the second is %s)", strings.Join(got, "\n"), strings.Join(want, "\n"), p2)
	}
	if again, err := audit("log.md"); err != nil || len(again) != len(found) {
		t.Errorf("of the report alone: %v, %v", again, err)
	}
	if _, err := audit("nothing.md"); err == nil {
		t.Error("a report that is none is no error")
	}
}
