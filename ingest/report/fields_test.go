package report_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/ingest/report"
	"tracker/internal/fact"
)

// one parses a report of one commit.
func one(t *testing.T, in string) fact.ReportCommit {
	t.Helper()
	r := report.Parse([]byte(in))
	if len(r.Commits) != 1 {
		t.Fatalf("%s\n%d commits: %s", in, len(r.Commits), says(r))
	}
	return r.Commits[0]
}

// TestAttempts: what was tried is no resolution, and a resolution whose
// result is a failure is none.
func TestAttempts(t *testing.T) {
	tests := []struct {
		name, fields, resolution string
		status                   fact.Word
	}{
		{"attempted", "- **Attempted Resolution**: merged by hand\n- **Result**: Compilation failed - missing types\n", "", fact.WordSkipped},
		{"tried", "- **Tried**: took theirs\n- **Impact**: none\n", "", fact.WordUnknown},
		{"did not build", "- **Resolution**: took theirs\n- **Result**: did not build, given up\n", "", fact.WordSkipped},
		{"reverted", "- **Resolution**: took theirs\n- **Result**: reverted\n", "", fact.WordSkipped},
		{"German", "- **Lösung**: manuell zusammengeführt\n- **Ergebnis**: kompiliert nicht\n", "", fact.WordSkipped},
		{"Chinese", "- **尝试的解决方案**：手动合并\n- **结果**：编译失败，已跳过\n", "", fact.WordSkipped},
		{"succeeded", "- **Resolution**: took theirs\n- **Result**: success, 0 failed\n", "took theirs", fact.WordIntegrated},
		{"succeeded at last", "- **Resolution**: took theirs\n- **Result**: failed at first, then applied\n", "took theirs", fact.WordIntegrated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := one(t, "### `abc1234` Fix it\n\n"+tt.fields)
			if c.Resolution != tt.resolution || c.Status != tt.status {
				t.Errorf("resolution %q, status %s; want %q, %s", c.Resolution, c.Status, tt.resolution, tt.status)
			}
		})
	}
}

// TestConflicts: the files of a conflict with what is said of each, and what
// is said where no file is named.
func TestConflicts(t *testing.T) {
	tests := []struct{ field, want string }{
		{"Trait visibility (`pub(super)` vs `pub(crate)`)", "|Trait visibility (pub(super) vs pub(crate))"},
		{"None", "clean|"},
		{"Yes", "|"},
		{"Typo `Parmas` → `Params` in `quant/mod.rs`", "quant/mod.rs: Typo Parmas → Params in quant/mod.rs|"},
		{"CI workflow file (`.github/workflows/ci.yml`)", ".github/workflows/ci.yml: CI workflow file|"},
		{"`Cargo.lock` merge conflict", "Cargo.lock: merge conflict|"},
		{"`a/b.go` and `c/d.go`", "a/b.go: , c/d.go: |"},
		{"`a/b.go` (imports), `c/d.go` (deleted in the fork)", "a/b.go: imports, c/d.go: deleted in the fork|"},
		{"content: `a/b.go`", "a/b.go: content|"},
	}
	for _, tt := range tests {
		c := one(t, "### `abc1234` Fix it\n\n- **Conflict**: "+tt.field+"\n")
		var files []string
		for _, f := range c.Conflicts {
			files = append(files, f.Path+": "+f.Detail)
		}
		got := strings.Join(files, ", ") + "|" + c.Conflict
		if c.Clean {
			got = "clean" + got
		}
		if got != tt.want {
			t.Errorf("%s\ngot  %q\nwant %q", tt.field, got, tt.want)
		}
	}
	if c := one(t, "### `abc1234` Fix it\n\n- **Conflict**: trait visibility differs\n"); c.Status != fact.WordConflict {
		t.Errorf("a conflict without an end: %s", c.Status)
	}
}

// TestReasons: why a commit was not taken and what it waits for, wherever
// that stands.
func TestReasons(t *testing.T) {
	tests := []struct{ in, subject, reason, missing string }{
		{"## Deferred\n- `abc1234` - Fix the loader (needs EmbeddingLoader)", "Fix the loader", "needs EmbeddingLoader", "EmbeddingLoader"},
		{"## Deferred\n- `abc1234` - Fix the loader (needs embedding infrastructure)", "Fix the loader", "needs embedding infrastructure", ""},
		{"## Deferred\n- `abc1234` Fix the loader (requires `load_all` and #4711)", "Fix the loader", "requires load_all and #4711", "load_all #4711"},
		{"## Pending\n- `abc1234` Fix the loader — waits for pipeline::Loader", "Fix the loader", "waits for pipeline::Loader", "pipeline::Loader"},
		{"## Deferred\n- `abc1234` Fix the loader (blocked by src/loader/mod.rs)", "Fix the loader", "blocked by src/loader/mod.rs", "src/loader/mod.rs"},
		{"## Zurückgestellt\n- `abc1234` Fix the loader (benötigt LoaderBuilder)", "Fix the loader", "benötigt LoaderBuilder", "LoaderBuilder"},
		{"| Commit | Title | Status | Notes |\n|-|-|-|-|\n| `abc1234` | Fix it | Skip | Requires Conv3dNoBias.weight() |", "Fix it", "Requires Conv3dNoBias.weight()", "Conv3dNoBias.weight"},
		{"- `abc1234` - Fix the loader (deferred from Phase 3A)", "Fix the loader", "", ""},
		{"- `abc1234` - Fix the loader: skipped, requires a GitHub token", "Fix the loader", "requires a GitHub token", ""},
		{"- ✅ Commit `abc1234` cherry-picked successfully", "", "", ""},
		{"## Skipped\n- `abc1234` Fix the loader (second try)", "Fix the loader (second try)", "", ""},
	}
	for _, tt := range tests {
		c := one(t, tt.in+"\n")
		if got := strings.Join(c.Missing, " "); c.Subject != tt.subject || c.Reason != tt.reason || got != tt.missing {
			t.Errorf("%s\ngot  %q, %q, %q\nwant %q, %q, %q", tt.in, c.Subject, c.Reason, got, tt.subject, tt.reason, tt.missing)
		}
	}
}

// TestForeignRevisions: a revision that a text compares with or updates a
// dependency to is neither a commit's copy nor a commit.
func TestForeignRevisions(t *testing.T) {
	for _, in := range []string{
		"`abc1234` bumps the dependency. We already updated to `fff0001` - see whether this is newer.",
		"- Compare the versions (`abc1234` vs our `fff0001`)",
		"- `abc1234` Bump the parser (newer than our `fff0001`)",
		"- `abc1234` Bump the parser to rev `fff0001`",
	} {
		if c := one(t, "## Upstream commits\n\n"+in+"\n"); c.ForkCommit != "" || *c.Hash != "abc1234" {
			t.Errorf("%s\ngot %+v", in, c)
		}
	}
	r := report.Parse([]byte("- Compare the versions (`abc1234`, `bcd2345` vs our `fff0001`)\n- Compare `abc1234`, `bcd2345` and also our `fff0001`\n"))
	for _, c := range r.Commits {
		if c.ForkCommit != "" || *c.Hash == "fff0001" {
			t.Errorf("got %+v", c)
		}
	}
}

// TestForkLog: in a log of the fork that holds known copies the other
// commits are the fork's own.
func TestForkLog(t *testing.T) {
	in := "### `fff0009` Build fixes\n\nNotes.\n\n## Picked\n- `abc1234` → `fff0001`\n- `bcd2345` → `fff0002`\n\n## Log\n\n```\nfff0002 B\nfff0001 A\nfff0009 Build fixes\n```\n"
	if got := says(report.Parse([]byte(in))); got != "abc1234=integrated bcd2345=integrated" {
		t.Errorf("got %s", got)
	}
}

// TestDatesAreNoTitles: in a table of pointers a date stands where a title
// would.
func TestDatesAreNoTitles(t *testing.T) {
	for _, date := range []string{"2026-06-12", "2026-06-12 14:03", "12 June 2026", "2026年6月12日", "17"} {
		for _, form := range []string{"- `abc1234` | %s: skipped", "| Commit | Title | Status |\n|-|-|-|\n| abc1234 | %s | Skipped |", "- `abc1234` - %s - skipped"} {
			if c := one(t, fmt.Sprintf(form, date)+"\n"); c.Subject != "" {
				t.Errorf("%s: title %q", fmt.Sprintf(form, date), c.Subject)
			}
		}
	}
	if c := one(t, "- `abc1234` Release of 2026-06-12: skipped\n"); c.Subject != "Release of 2026-06-12" {
		t.Errorf("title %q", c.Subject)
	}
}

// TestNoText: what is not a text is said to be none, and a text with a stray
// NUL or in UTF-16 is read.
func TestNoText(t *testing.T) {
	elf := "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00- `abc1234` skipped\x00\x00\x00\x3e\x00\x01\x00\x00\x00"
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\xf3\x9e\xd1\xff\x03\x91\x00"
	for _, in := range []string{elf, png, strings.Repeat("\x00", 4096)} {
		r := report.Parse([]byte(in))
		if len(r.Commits) != 0 || r.Title != "" || len(r.Findings) != 1 || r.Findings[0].Kind != "unreadable" || r.Findings[0].Message != "not a text" {
			t.Errorf("%.20q: %+v", in, r)
		}
	}
	text := "## Skipped\n\n- `abc1234` Fix the loader\n"
	var wide strings.Builder
	for _, r := range text {
		wide.WriteRune(r)
		wide.WriteByte(0)
	}
	for _, in := range []string{text + "\x00", "\xff\xfe" + wide.String(), wide.String(), "\x00" + wide.String()[:wide.Len()-1]} {
		if got := says(report.Parse([]byte(in))); got != "abc1234=skipped" {
			t.Errorf("%.20q: %s", in, got)
		}
	}
}

// TestJSON: what is empty is an empty list, so that readers need not ask.
func TestJSON(t *testing.T) {
	for _, in := range []string{"", "\x00\x01\x02", "- `abc1234` skipped\n"} {
		raw, err := json.Marshal(report.Parse([]byte(in)))
		if err != nil || strings.Contains(string(raw), "null") {
			t.Errorf("%q: %s, %v", in, raw, err)
		}
	}
}

// TestPlannedSkip: among spelled-out cherry-picks a comment that skips a
// commit is a decision, and one that describes is none.
func TestPlannedSkip(t *testing.T) {
	r := report.Parse([]byte("```sh\ngit cherry-pick abc1234\n# Skip bcd2345 (Metal only)\n# git cherry-pick cde3456\n# after abc1234 run the tests\n```\n"))
	if got := says(r); got != "abc1234=pending bcd2345=skipped" {
		t.Fatalf("got %s", got)
	}
	if r.Commits[1].Reason != "Metal only" {
		t.Errorf("reason %q", r.Commits[1].Reason)
	}
}

// TestClaims: what a number counts, and what counts nothing.
func TestClaims(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Lines changed: +62, -31", "insertions 62, deletions 31"},
		{"| Metric | Value |\n|-|-|\n| Lines changed | +62, -31 |", "insertions 62, deletions 31"},
		{"Total time: ~30 minutes", ""},
		{"Completed phases: 1 (build), 2 (analysis)", ""},
		{"## Deferred commits (3 total)", "deferred 3"},
		{"## Method breakdown\n\n1. Took theirs: 3 commits", ""},
		{"Integrated 9/12 commits", "integrated 9/12"},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range report.Parse([]byte(tt.in + "\n")).Claims {
			s := fmt.Sprintf("%s %g", c.Kind, c.Value)
			if c.Total > 0 {
				s += fmt.Sprintf("/%g", c.Total)
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
		}
	}
	// A commit that a note of the chapter mentions again does not count there.
	in := "## Fixes (2 commits)\n- abc1111\n- abc1112\n\n## Build (1 commit)\n- abc1113\n\nCheck versions (`abc1112`, `abc1113`).\n"
	if f := report.Parse([]byte(in)).Findings; slices.ContainsFunc(f, func(f fact.ReportFinding) bool { return f.Kind == "listed" }) {
		t.Errorf("findings %+v", f)
	}
}

// TestPointsBack: a sentence without a commit goes on about the one before.
func TestPointsBack(t *testing.T) {
	r := report.Parse([]byte("We took `abc1234` and `bcd2345`. The latter conflicted in `a/b.go` (here as `fff0001`). All tests pass.\n"))
	if got := says(r); got != "abc1234=integrated bcd2345=integrated" {
		t.Fatalf("got %s", got)
	}
	if a, b := r.Commits[0], r.Commits[1]; len(a.Conflicts) != 0 || a.ForkCommit != "" || len(b.Conflicts) != 1 || b.ForkCommit != "fff0001" {
		t.Errorf("got %+v and %+v", a, b)
	}
}
