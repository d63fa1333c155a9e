package report_test

import (
	"os"
	"strings"
	"testing"

	"tracker/ingest/report"
	"tracker/internal/fact"
)

// drafted is the draft of the demo's fork, with some of its words replaced.
func drafted(t *testing.T, pairs ...string) *fact.Report {
	t.Helper()
	text, err := os.ReadFile("testdata/drafted.md")
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the draft has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return report.Parse([]byte(s))
}

const note = "_What git cannot tell: decisions, tests, whom to ask. What stands here is kept._"

func TestDraftedFields(t *testing.T) {
	e := find(drafted(t), "ecaa1ea30")
	if e == nil || e.Subject != "Retry three times, with a pause" || e.PR != 104 || e.Insertions != 5 || e.Deletions != 4 || e.Clean ||
		len(e.Conflicts) != 1 || e.Conflicts[0] != (fact.Conflict{Path: "fetch.go", Detail: "content"}) || e.Resolution != "resolved by hand" {
		t.Errorf("%+v", e)
	}
	if e = find(drafted(t), "8a0ca7683"); e == nil || e.Reason != "needs TileStore" || len(e.Missing) != 1 || e.Missing[0] != "TileStore" || e.Recommendation == "" {
		t.Errorf("%+v", e)
	}
}

// A title is no statement, and what tracker found or plans is none of the report's.
func TestDraftedWordsAreNoStatements(t *testing.T) {
	r := drafted(t, "Retry three times, with a pause (#104)", "skipped: revert 1234567890 (#104)")
	if e := find(r, "ecaa1ea30"); e == nil || e.Status != fact.WordIntegrated || e.Subject != "skipped: revert 1234567890" || find(r, "1234567890") != nil {
		t.Errorf("%+v", e)
	}
}

// What people write in the free sections is read like any report, and beats what was
// drafted where it comes later.
func TestDraftedFreeSections(t *testing.T) {
	r := drafted(t, note, "- `5291071f4` was reverted: the tiles flicker\n- `abcdef1234` Draw faster: skipped, too risky", "- [ ] The tests pass", "- [x] The tests pass")
	if e := find(r, "5291071f4"); e == nil || e.Status != fact.WordSkipped || e.Subject != "Include the last row and column of tiles" {
		t.Errorf("%+v", e)
	}
	if e := find(r, "abcdef1234"); e == nil || e.Status != fact.WordSkipped || !strings.Contains(e.Reason, "too risky") {
		t.Errorf("%+v", e)
	}
	if c := r.Checklist; len(c) != 2 || c[0].State != "pending" || c[1] != (fact.ChecklistItem{Text: "The tests pass", State: "done", Line: c[1].Line}) {
		t.Errorf("%+v", c)
	}
}

// An edit of what tracker wrote counts as what it says.
func TestDraftedAndEdited(t *testing.T) {
	r := drafted(t, "### 1. ⏭️ `3366756e2`", "- `fedcba9876` Cache more: deferred\n\n### 1. ⏭️ `3366756e2`", "**Status**: deferred", "**Status**: skipped")
	if e := find(r, "8a0ca7683"); e == nil || e.Status != fact.WordSkipped {
		t.Errorf("%+v", e)
	}
	if e := find(r, "fedcba9876"); e == nil || e.Status != fact.WordDeferred {
		t.Errorf("%+v", e)
	}
	if len(r.Findings) == 0 {
		t.Error("the totals are not those of what is listed now, and nothing says so")
	}
}

// With damaged markers a draft is a report like any.
func TestDraftedWithoutMarkers(t *testing.T) {
	r := drafted(t, "<!-- tracker:draft-end -->", "")
	for hash, want := range map[string]fact.Word{"cce3382b7": fact.WordIntegrated, "ecaa1ea30": fact.WordIntegrated, "3366756e2": fact.WordSkipped, "8a0ca7683": fact.WordDeferred} {
		if e := find(r, hash); e == nil || e.Status != want {
			t.Errorf("%s: %+v", hash, e)
		}
	}
}
