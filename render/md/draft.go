package md

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"tracker/advise"
	"tracker/internal/draft"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// Draft writes the report of a round between the markers of a draft, both included.
// `tracker report parse` reads the facts of DraftReport back from it. What people are
// asked for stands in free sections, which Redraft keeps. Lines end in \n.
func Draft(d *advise.Draft) []byte {
	w := &drafting{d: d, facts: DraftReport(d)}
	w.printf("# %s\n", esc.Text(w.facts.Title))
	w.summary()
	for _, word := range draft.Words {
		w.group(word)
	}
	w.notes(draft.Patterns, w.facts.Lessons, "- ")
	w.audit()
	w.notes(draft.Steps, w.facts.Steps, "1. ")
	w.section(draft.Check)
	w.out.WriteString(draft.Free("checklist", w.checklist()))
	w.section(draft.Notes)
	w.out.WriteString(draft.Free("notes", "\n_What git cannot tell: decisions, tests, whom to ask. What stands here is kept._\n\n"))
	to := d.To
	if d.Open {
		to = ""
	}
	return draft.Seal(w.out.Bytes(), d.From, to)
}

// maxDrafted is how many bytes a draft gives any one text. A title that is longer than
// maxHead is told on a line of its own.
const (
	maxDrafted = 4000
	maxHead    = 200
)

// DraftReport returns the facts of a draft as it tells them: each text on one line,
// what cannot be seen shown as an escape, and cut where it is endless.
func DraftReport(d *advise.Draft) *fact.Report {
	r := d.Report
	r.Title, r.Date = shown(r.Title), shown(r.Date)
	r.Commits = make([]fact.ReportCommit, 0, len(d.Report.Commits))
	for i, e := range d.Report.Commits {
		e.Impact = impact(&e, &d.Entries[i])
		for _, s := range []*string{&e.Subject, &e.Resolution, &e.Reason, &e.Recommendation} {
			*s = shown(*s)
		}
		conflicts, missing := e.Conflicts, e.Missing
		e.Conflicts, e.Missing = []fact.Conflict{}, []string{}
		for _, c := range conflicts {
			if c.Path = shown(c.Path); c.Path != "" {
				c.Detail = shown(c.Detail)
				e.Conflicts = append(e.Conflicts, c)
			}
		}
		for _, m := range missing {
			if m = shown(m); m != "" {
				e.Missing = append(e.Missing, m)
			}
		}
		r.Commits = append(r.Commits, e)
	}
	texts := func(list []fact.Note) []fact.Note {
		out := []fact.Note{}
		for _, n := range list {
			n.Text = shown(n.Text)
			out = append(out, n)
		}
		return out
	}
	r.Lessons, r.Steps = texts(r.Lessons), texts(r.Steps)
	return &r
}

func shown(s string) string {
	s = esc.Line(s)
	if len(s) <= maxDrafted {
		return s
	}
	return cut(s, maxDrafted)
}

// cut shortens a text to some bytes, at a character.
func cut(s string, to int) string {
	for to > 0 && !utf8.RuneStart(s[to]) {
		to--
	}
	return strings.TrimRight(s[:to], " ") + "…"
}

type drafting struct {
	d     *advise.Draft
	facts *fact.Report
	out   bytes.Buffer
}

func (w *drafting) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

func (w *drafting) section(title string) { w.printf("\n## %s\n\n", title) }

// field writes one line of a commit from finished Markdown.
func (w *drafting) field(label, markdown string) { w.printf("- **%s**: %s\n", label, markdown) }

func (w *drafting) summary() {
	d := w.d
	if w.facts.Date != "" {
		w.printf("\n**Date**: %s\n", esc.Text(w.facts.Date))
	}
	w.printf("\nWhat became of upstream's commits in %s ", esc.Code(render.RefName(d.As.Fork.Ref)))
	if d.From == "" {
		w.printf("up to %s", esc.Code(fact.Short(d.To)))
	} else {
		w.printf("from %s to %s", esc.Code(fact.Short(d.From)), esc.Code(fact.Short(d.To)))
	}
	if d.After != "" {
		w.printf(", since %s", esc.Code(d.After))
	}
	w.printf(". Lines are counted as `git diff` does; generated are lock files and what else a program writes.\n")
	w.section(draft.Summary)
	w.printf("| What | Count |\n| --- | ---: |\n")
	for _, c := range w.facts.Claims {
		label, value, _ := strings.Cut(c.Text, ": ")
		w.printf("| %s | %s |\n", label, value)
	}
	if len(d.Ways) > 0 {
		var ways []string
		for _, way := range d.Ways {
			ways = append(ways, fmt.Sprintf("%d %s", way.Count, esc.Text(way.How)))
		}
		w.printf("\nOf the files in conflict: %s.\n", strings.Join(ways, "; "))
	}
}

// group writes the commits of one word.
func (w *drafting) group(word fact.Word) {
	n := 0
	for i := range w.facts.Commits {
		if e := &w.facts.Commits[i]; e.Status == word && e.Hash != nil {
			n++
		}
	}
	if n == 0 {
		return
	}
	w.printf("\n## %s (%d)\n", draft.Group(word), n)
	n = 0
	for i := range w.facts.Commits {
		e := &w.facts.Commits[i]
		if e.Status != word || e.Hash == nil {
			continue
		}
		n++
		w.commit(n, e, &w.d.Entries[i])
	}
}

func (w *drafting) commit(n int, e *fact.ReportCommit, more *advise.DraftEntry) {
	head, told := w.head(e)
	w.printf("\n### %d. %s %s", n, draft.Mark(e.Status), esc.Code(*e.Hash))
	if head != "" {
		w.printf(" — %s", closed(esc.Text(head)))
	}
	w.printf("\n\n")
	if !told {
		w.field(draft.Title, esc.Text(e.Subject))
	}
	status := string(e.Status)
	if more.How != "" {
		status += " — " + esc.Text(more.How)
	}
	w.field(draft.Status, status)
	if e.ForkCommit != "" {
		w.field(draft.Copy, esc.Code(e.ForkCommit))
	}
	if e.Clean {
		w.field(draft.Conflict, draft.None)
	}
	for _, c := range e.Conflicts {
		text := esc.Code(c.Path)
		if c.Detail != "" {
			text += " — " + esc.Text(c.Detail)
		}
		w.field(draft.Conflict, text)
	}
	if e.Resolution != "" {
		w.field(draft.Resolution, esc.Text(e.Resolution))
	}
	if e.Impact != "" {
		w.field(draft.Impact, esc.Text(e.Impact))
	}
	for _, path := range more.Left {
		w.field("Left out", esc.Code(path))
	}
	if e.Reason != "" {
		w.field(draft.Reason, esc.Text(e.Reason))
	}
	if len(e.Missing) > 0 {
		var code []string
		for _, m := range e.Missing {
			code = append(code, esc.Code(m))
		}
		w.field(draft.Missing, strings.Join(code, ", "))
	}
	if e.Recommendation != "" {
		w.field(draft.Recommendation, esc.Text(e.Recommendation))
	}
}

// head returns the title for a commit's heading, with its pull request; told is false
// where it does not tell the title whole, and a line of its own must.
func (w *drafting) head(e *fact.ReportCommit) (head string, told bool) {
	title := e.Subject
	if len(title) > maxHead {
		title = cut(title, maxHead)
	}
	head = draft.Numbered(title, e.PR)
	subject, pr := draft.Unnumbered(head)
	if pr != e.PR {
		return "", false // it only looks like a pull request
	}
	return head, subject == e.Subject
}

// closed keeps a heading's last number signs, which Markdown would take for its end.
func closed(markdown string) string {
	rest, ok := strings.CutSuffix(markdown, "#")
	if escapes := len(rest) - len(strings.TrimRight(rest, `\`)); ok && escapes%2 == 0 {
		return rest + `\#`
	}
	return markdown
}

// impact is what a pick changes: all of it, and what no program wrote.
func impact(e *fact.ReportCommit, more *advise.DraftEntry) string {
	if e.Insertions == 0 && e.Deletions == 0 {
		return ""
	}
	text := draft.Lines(e.Insertions, e.Deletions)
	if more.Files > 0 {
		text += " in " + render.Count(more.Files, "file")
	}
	if more.Generated > 0 {
		text += fmt.Sprintf("; %s in %s without lock files and other generated ones", draft.Lines(more.Insertions, more.Deletions), render.Count(more.Files-more.Generated, "file"))
	}
	return text
}

func (w *drafting) notes(title string, list []fact.Note, mark string) {
	if len(list) == 0 {
		return
	}
	w.section(title)
	for _, n := range list {
		w.printf("%s%s\n", mark, esc.Text(n.Text))
	}
}

// audit tells what was found of this round.
func (w *drafting) audit() {
	if len(w.d.Findings) == 0 {
		return
	}
	w.section(draft.Audit)
	for _, f := range w.d.Findings {
		w.printf("- **%s**", f.Severity)
		if f.Report != "" {
			w.printf(" %s", esc.Code(fmt.Sprintf("%s:%d", f.Report, f.Line)))
		}
		w.printf(" %s (%s)\n", esc.Prose(f.Message, nil), f.Kind)
	}
}

// checklist is what a person ticks, as it begins.
func (w *drafting) checklist() string {
	var b strings.Builder
	b.WriteByte('\n')
	for _, c := range w.facts.Checklist {
		fmt.Fprintf(&b, "- [ ] %s\n", esc.Text(shown(c.Text)))
	}
	b.WriteByte('\n')
	return b.String()
}
