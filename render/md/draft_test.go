package md_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/ingest/report"
	"tracker/internal/block"
	"tracker/internal/draft"
	"tracker/internal/fact"
	"tracker/render/md"
)

// hostile are texts that mean something to Markdown, to GitHub, or to a reader of
// reports.
var hostile = []string{
	"skipped: see abc1234567", "✅ 0123456789 → fedcba9876 (reverted)", "- [x] done", "Fix `a|b` | c", "``", "`", "a ` b", "*bold* _it_ **x**", "# head ##", "#",
	"trailing #", "trailing \\", "(#12)", "Fix (#12)", "Fix (#12) (#13)", "PR #5", "<!-- tracker:draft-end -->", "<!-- tracker:free notes -->", "<b>x</b>", "&amp; &#64; &", "a & b",
	"@user and https://a.example/commit/0123456789abcdef", "www.a.example", ":tada:", "$x$", "~~gone~~", "![i](j)", "[a](javascript:x)", "\u202eabc\u202c", "\u2066x", "a\u200bb", "é 漢字 العربية",
	"\xff\xfe", "a\x00b\x1b[31m", "tab\tand\r\nline", "  lead", "a  b", "=====", "---", "1. one", "> quote", "| a | b |", "**Status**: skipped", "Status: deferred — x", "none",
	"not needed: conflict in src/a.go (12 insertions, 3 deletions)", "9/12 commits integrated (75%)", "0 of 3", "2024-01-02 10:00 x", "\\|", "a\\|b", "\\`x\\`", "—", " — ", "integrated",
	"Revert \"Fix\"", "..", "a..b", "\ufeffx", "x\u2028y", "TODO: later", "No conflict", "depends on #1234 and `Symbol`", "!", "[ ] open", "…", "a…",
	strings.Repeat("very long title ", 100), strings.Repeat("`", 30), strings.Repeat("\u202e", 50), strings.Repeat("é*", 5000),
}

var someWord = rapid.OneOf(
	rapid.SampledFrom(hostile),
	rapid.StringOf(rapid.RuneFrom([]rune("ab #-<!>|\t\réé*_`~:()[]&;@$\\/.…—✅⏭️\u202e0123456789"))),
	rapid.String(),
)

var someText = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(someWord, 0, 3).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", ": ", " — "}).Draw(t, "between"))
})

func drawEntry(t *rapid.T, i int) (e fact.ReportCommit, more advise.DraftEntry) {
	hash := fmt.Sprintf("%04x%05x", rapid.IntRange(0, 1<<16-1).Draw(t, "hash"), i)
	e = fact.ReportCommit{
		Hash: &hash, Status: rapid.SampledFrom(draft.Words).Draw(t, "status"), Subject: someText.Draw(t, "subject"),
		PR: rapid.SampledFrom([]int{0, 0, 1, 12, 1653, 999999999}).Draw(t, "pr"), Conflicts: []fact.Conflict{}, Missing: []string{},
	}
	if rapid.Bool().Draw(t, "picked") {
		e.ForkCommit = fmt.Sprintf("%05x%04x", 0xf0000+i, rapid.IntRange(0, 1<<16-1).Draw(t, "copy"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "conflicts") {
		e.Conflicts = append(e.Conflicts, fact.Conflict{Path: someText.Draw(t, "path"), Detail: someText.Draw(t, "detail")})
	}
	if len(e.Conflicts) == 0 {
		e.Clean = rapid.Bool().Draw(t, "clean")
	}
	e.Resolution, e.Reason, e.Recommendation = someText.Draw(t, "resolution"), someText.Draw(t, "reason"), someText.Draw(t, "recommendation")
	e.Missing = append(e.Missing, rapid.SliceOfN(someText, 0, 3).Draw(t, "missing")...)
	e.Insertions, e.Deletions = rapid.IntRange(0, 99999).Draw(t, "insertions"), rapid.IntRange(0, 99999).Draw(t, "deletions")
	more = advise.DraftEntry{
		How: rapid.SampledFrom([]string{"", "the same change"}).Draw(t, "how"), Files: rapid.IntRange(0, 9).Draw(t, "files"),
		Insertions: 1, Deletions: 2, Generated: rapid.IntRange(0, 1).Draw(t, "generated"), Left: rapid.SliceOfN(someText, 0, 2).Draw(t, "left"),
	}
	return e, more
}

func drawDraft(t *rapid.T) *advise.Draft {
	d := &advise.Draft{From: strings.Repeat("a", 40), To: strings.Repeat("b", 40), After: rapid.SampledFrom([]string{"", "docs/a`b.md"}).Draw(t, "after")}
	d.As.Fork.Ref = "refs/heads/" + someText.Draw(t, "ref")
	d.Open = rapid.Bool().Draw(t, "open")
	d.Report = fact.Report{
		Title: "Upstream integration of 2025-11-22", Date: "2025-11-22", Commits: []fact.ReportCommit{}, Claims: []fact.Claim{}, Lessons: []fact.Note{},
		Checklist: []fact.ChecklistItem{},
	}
	n := rapid.IntRange(0, 4).Draw(t, "commits")
	counts := map[string]int{}
	for _, w := range draft.Words { // in the order of the groups
		for i := range n {
			e, more := drawEntry(t, 16*len(counts)+i)
			e.Status = w
			d.Report.Commits, d.Entries = append(d.Report.Commits, e), append(d.Entries, more)
		}
		counts[string(w)] = n
	}
	for _, row := range draft.Totals {
		if !rapid.Bool().Draw(t, "row") {
			continue
		}
		value, total := rapid.IntRange(0, 1<<30).Draw(t, "value"), 0
		if n, known := counts[row.Kind]; known {
			value, total = n, 3*n
		}
		c, ok := draft.Claim(row.Label, draft.Amount(row.Kind, value, total))
		if !ok {
			t.Fatalf("no claim of %q", row.Label)
		}
		d.Report.Claims = append(d.Report.Claims, c)
	}
	for range rapid.IntRange(0, 2).Draw(t, "lessons") {
		d.Report.Lessons = append(d.Report.Lessons, fact.Note{Text: "In " + someText.Draw(t, "lesson"), Heading: draft.Patterns})
	}
	for range rapid.IntRange(0, 2).Draw(t, "steps") {
		d.Report.Steps = append(d.Report.Steps, fact.Note{Text: "Pick " + someText.Draw(t, "step"), Heading: draft.Steps})
	}
	if rapid.Bool().Draw(t, "check") {
		d.Report.Checklist = append(d.Report.Checklist, fact.ChecklistItem{Text: "The tests pass", State: "pending"})
	}
	for range rapid.IntRange(0, 2).Draw(t, "findings") {
		d.Findings = append(d.Findings, fact.Finding{Severity: fact.High, Kind: fact.FindReportName, Report: someText.Draw(t, "report"), Message: someText.Draw(t, "message")})
	}
	return d
}

// facts is a report's JSON without the lines in which it says things, and without the
// words of its statements.
func facts(r *fact.Report) string {
	c := *r
	c.Commits = nil
	for _, e := range r.Commits {
		e.Line, e.Statements = 0, nil
		c.Commits = append(c.Commits, e)
	}
	c.Claims, c.Lessons, c.Checklist, c.Steps = nil, nil, nil, nil
	for _, x := range r.Claims {
		x.Line = 0
		c.Claims = append(c.Claims, x)
	}
	for _, x := range r.Lessons {
		x.Line = 0
		c.Lessons = append(c.Lessons, x)
	}
	for _, x := range r.Checklist {
		x.Line = 0
		c.Checklist = append(c.Checklist, x)
	}
	for _, x := range r.Steps {
		x.Line = 0
		c.Steps = append(c.Steps, x)
	}
	c.Findings = nil
	text, _ := json.MarshalIndent(&c, "", " ")
	return string(text)
}

// Whatever is drafted is read back, all of it and no more.
func TestDraftIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDraft(t)
		text := md.Draft(d)
		if again := md.Draft(d); !bytes.Equal(text, again) {
			t.Fatal("two drafts of the same differ")
		}
		r := report.Parse(block.Strip(text))
		if got, want := facts(r), facts(md.DraftReport(d)); got != want {
			t.Fatalf("%s\n%s", md.Diff([]byte(want), []byte(got)), text)
		}
		for i := range r.Commits {
			e := &r.Commits[i]
			lines := strings.Split(string(text), "\n")
			if len(e.Statements) != 1 || !strings.Contains(lines[e.Line-1], *e.Hash) {
				t.Fatalf("%s is told in line %d, with %d statements", *e.Hash, e.Line, len(e.Statements))
			}
		}
	})
}

// What people write in a free section and around a draft is kept byte for byte, and
// read like any report; the facts are read as before.
func TestRedraftKeepsPeoplesText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, other := drawDraft(t), drawDraft(t)
		first := md.Draft(d)
		before, after := document(t, "before"), document(t, "after")
		if before != "" && !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		note, own := document(t, "note")+"\n", document(t, "own")+"\n"
		at := bytes.Index(first, []byte("<!-- tracker:free notes -->\n")) + len("<!-- tracker:free notes -->\n")
		end := at + bytes.Index(first[at:], []byte("<!-- tracker:free-end -->"))
		mine := "<!-- tracker:free mine -->\n" + own + "<!-- tracker:free-end -->\n"
		file := before + mine0(string(first[:at]), mine) + note + string(first[end:]) + after
		got, err := md.Redraft([]byte(file), md.Draft(other), false)
		if err != nil {
			// Markers in people's own words: refused, and nothing is lost.
			if !errors.Is(err, block.ErrMarkers) && !errors.Is(err, md.ErrEdited) && !errors.Is(err, md.ErrConflictMarkers) || got != nil {
				t.Fatalf("Redraft: %v", err)
			}
			return
		}
		for _, part := range []string{note, own} {
			if !bytes.Contains(got, []byte(part)) {
				t.Fatalf("%q is lost in\n%s", part, got)
			}
		}
		if !bytes.HasPrefix(got, []byte(before)) || !bytes.HasSuffix(got, []byte(after)) {
			t.Fatalf("the text around changed:\n%s", got)
		}
		if again, err := md.Redraft(got, md.Draft(other), false); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("the second time: %v\n%s", err, md.Diff(got, again))
		}
	})
}

// mine0 puts a section of a person's own before the first heading of a draft.
func mine0(s, mine string) string {
	return strings.Replace(s, "\n## Summary", "\n"+mine+"\n## Summary", 1)
}

func TestRedraftRefuses(t *testing.T) {
	d := &advise.Draft{To: strings.Repeat("b", 40), Report: fact.Report{Title: "Round", Date: "2025-11-22"}}
	file := string(md.Draft(d))
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"a word changed":      {strings.Replace(file, "What became", "All that became", 1), md.ErrEdited},
		"of people":           {"# Mine\n\nWords\n", md.ErrNotOurs},
		"no end":              {strings.Replace(file, "<!-- tracker:draft-end -->", "", 1), md.ErrMarkers},
		"two":                 {file + file, md.ErrMarkers},
		"an open section":     {strings.Replace(file, "<!-- tracker:free-end -->", "", 1), md.ErrMarkers},
		"an unfinished merge": {file + "<<<<<<< ours\n", md.ErrConflictMarkers},
	} {
		got, err := md.Redraft([]byte(c.file), md.Draft(d), false)
		if !errors.Is(err, c.want) || got != nil || md.Hint(err) == "" {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for name, file := range map[string]string{"a new file": "", "its own": file, "with another line end": strings.ReplaceAll(file, "\n", "\r\n")} {
		got, err := md.Redraft([]byte(file), md.Draft(d), false)
		want := file
		if file == "" {
			want = string(md.Draft(d))
		}
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", name, err, md.Diff([]byte(want), got))
		}
	}
	got, err := md.Redraft([]byte("# Mine\n\nWords\n"), md.Draft(d), true)
	if err != nil || string(got) != "# Mine\n\n"+file+"\nWords\n" {
		t.Errorf("adopt: %v\n%s", err, got)
	}
}
