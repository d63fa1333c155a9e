package ingest

import (
	"testing"

	"tracker/ingest/link"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

// A report may decide thousands of commits: its versions are read once, and
// tell of every line when it was written.
func TestVersionsOfAReportAreReadOnce(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	texts := []string{"- gone\n- two\n", "- one\n- gone\n", "- one\n", "- one\n  - two\n", "- one\n- two\n- three\n"}
	s := &sides{byHash: map[string]*brief{}}
	for i, text := range texts {
		h := r.Commit(gittest.Files{"SYNC.md": text}, "Report")
		b := &brief{Commit: fact.Commit{Hash: h}, link: &link.Commit{CommitDate: int64(i), Files: []link.File{{Path: "SYNC.md"}}}}
		if i > 0 {
			b.Parents = []string{s.own[0].Hash}
		}
		s.own = append([]*brief{b}, s.own...)
		s.byHash[h] = b
	}
	r.Git("rev-parse", "--git-dir")
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	report := fact.StoredReport{ID: "SYNC.md", Source: "fork", Text: texts[4]}
	w := &watch{in: &Ingest{Repo: repo}, sides: s, view: &fact.View{Fork: fact.Ref{Commit: r.Tip()}}, reports: []fact.StoredReport{report}}
	for line, first := range []int{1, 3, 4} {
		m, err := w.moment(t.Context(), fact.Ruling{Report: "SYNC.md", Line: line + 1, When: 100})
		if err != nil {
			t.Fatal(err)
		}
		want := s.own[len(texts)-1-first].Hash
		if m.fork != want || !m.knew[want] || len(m.knew) != first+1 {
			t.Errorf("line %d was written at %s and knew %d commits, want %s and %d", line+1, m.fork, len(m.knew), want, first+1)
		}
		w.in = nil // git is not asked again
	}
}
