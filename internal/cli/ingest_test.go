package cli

import (
	"strings"
	"testing"

	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// A decision that is open again asks for one of two things, by name.
func TestNextAfterReopening(t *testing.T) {
	next := func(reopened ...ingest.Reopened) string {
		return summaryForPeople(&ingest.Summary{Reopened: reopened}).Next[0]
	}
	one := ingest.Reopened{Account: fact.Account{Commit: strings.Repeat("a", 40)}}
	if got := next(); got != "tracker status" {
		t.Errorf("nothing is open again: %q", got)
	}
	if got := next(one); got != "pick it, or decide anew: tracker mark aaaaaaaaa skipped --reason TEXT" {
		t.Errorf("one is: %q", got)
	}
	if got := next(one, one); got != "pick what is open again, or decide anew: tracker mark aaaaaaaaa skipped --reason TEXT" {
		t.Errorf("two are: %q", got)
	}
}

// Of many parts that cannot be read the first are named, and the command that
// names the others is one that can be typed.
func TestWarnUnread(t *testing.T) {
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	many := func(commit string, n int) (out []git.Warning) {
		for range n {
			out = append(out, git.Warning{Kind: git.AbsentBlob, Commit: commit, Path: "f.go"})
		}
		return out
	}
	for _, c := range []struct {
		warnings []git.Warning
		lines    int
		last     string
	}{
		{many(a, 6), 6, "tracker: aaaaaaaaa: f.go cannot be read (absent-blob)"},
		{many(a, 15), 6, "tracker: and 10 more; tracker show aaaaaaaaa lists those of that commit"},
		{append(many(a, 6), many(b, 3)...), 6, "tracker: and 4 more, of 2 commits; tracker show aaaaaaaaa lists those of the first"},
	} {
		var out strings.Builder
		(&environment{err: &out}).warnUnread(c.warnings)
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != c.lines || lines[len(lines)-1] != c.last {
			t.Errorf("%d lines, the last of them %q; want %d and %q", len(lines), lines[len(lines)-1], c.lines, c.last)
		}
	}
}
