package md

import (
	"cmp"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// conflicts tells which files conflicted in which pick and how that was solved.
// What several reports tell alike is one row.
func (d *document) conflicts() {
	if len(d.in.Conflicts) == 0 {
		return
	}
	met := slices.Clone(d.in.Conflicts)
	slices.SortStableFunc(met, func(a, b advise.ConflictMet) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Report, b.Report), cmp.Compare(a.Line, b.Line))
	})
	var rows []advise.ConflictMet
	said := map[advise.ConflictMet][]string{}
	for _, c := range met {
		at := d.report(c.Report, c.Line)
		c.Report, c.Line = "", 0
		if said[c] == nil {
			rows = append(rows, c)
		}
		said[c] = append(said[c], at)
	}
	d.heading(2, "Conflicts met, and how they were solved")
	t := d.table("File", "Picking", "What met", "Solved", "Said in")
	for _, c := range rows {
		var pick []string
		if c.Commit != "" {
			pick = append(pick, d.hash(c.Commit), d.title(c.Subject, 0))
		}
		if c.ForkCommit != "" {
			pick = append(pick, "as "+d.hash(c.ForkCommit))
		}
		t.row(esc.Code(c.Path), strings.Join(pick, " "), d.prose(c.Detail), d.prose(c.Resolution), strings.Join(said[c], ", "))
	}
}

// lessons lists what to remember, each once with all that say it.
func (d *document) lessons() {
	if len(d.in.Lessons) == 0 {
		return
	}
	d.heading(2, "Lessons")
	type lesson struct{ heading, text string }
	var lessons []lesson
	said := map[lesson][]string{}
	for _, l := range d.in.Lessons {
		k := lesson{l.Heading, l.Text}
		if _, seen := said[k]; !seen {
			lessons = append(lessons, k)
			said[k] = nil
		}
		if l.Report != "" {
			said[k] = append(said[k], d.report(l.Report, l.Line))
		}
	}
	for _, l := range lessons {
		d.printf("- ")
		if l.heading != "" && !strings.Contains(strings.ToLower(l.heading), "lesson") {
			d.printf("%s: ", esc.Text(l.heading))
		}
		d.printf("%s", d.prose(l.text))
		if len(said[l]) > 0 {
			d.printf(" (%s)", strings.Join(said[l], ", "))
		}
		d.printf("\n")
	}
}

func (d *document) decisions() {
	if len(d.in.Decisions) == 0 {
		return
	}
	d.heading(2, "Decisions on record")
	for _, m := range d.in.Decisions {
		d.printf("- %d: %s", m.ID, d.decision(m))
		if by := joined([]string{esc.Text(m.By), render.UnixDay(m.At)}); by != "" {
			d.printf(" (%s)", strings.Replace(by, "; ", ", ", 1))
		}
		d.printf("\n")
	}
}

func (d *document) decision(m fact.Decision) string {
	about := d.hash(m.Commit)
	switch {
	case m.Path != "":
		about = "commits that change only " + esc.Code(m.Path)
	case m.Subject != "":
		about = "commits titled " + esc.Code(m.Subject)
	}
	text := about + " is " + esc.Text(string(m.Status))
	if m.Path != "" || m.Subject != "" {
		text = about + " are " + esc.Text(string(m.Status))
	}
	if m.Accept != "" {
		text = esc.Code(string(m.Accept)) + " is accepted of " + d.hash(m.Commit)
		if m.Path != "" {
			text = esc.Code(string(m.Accept)) + " is accepted in " + esc.Code(m.Path)
		}
	}
	if m.Not != "" {
		text = about + " is not what " + d.hash(m.Not) + " carries"
	}
	if m.As != "" {
		text += " as " + d.hash(m.As)
	}
	return joined([]string{text, d.prose(m.Reason), d.waits(&fact.Account{WaitsFor: m.WaitsFor})})
}

// rounds tells the reports in order of time, and what is wrong in each.
func (d *document) rounds() {
	if len(d.in.Rounds) == 0 {
		return
	}
	d.heading(2, "The rounds so far")
	for i, r := range d.in.Rounds {
		if i > 0 {
			d.printf("\n")
		}
		d.printf("### %s\n\n", d.roundTitle(r))
		d.printf("%s names %s", d.report(r.ID, 0), render.Count(r.Commits, "upstream commit"))
		if told := render.Told(r.Words); told != "" {
			d.printf(": %s", told)
		}
		if len(r.Disagreements) == 0 && len(r.Findings) == 0 && len(r.Unknown) == 0 && len(r.Names) == 0 {
			d.printf(". Git does not contradict it.\n")
			continue
		}
		d.printf(".\n\n")
		if n := len(r.Unknown); n > 0 {
			more := ""
			if n > maxUnknown {
				more = ", …"
			}
			d.printf("- ✗ names %s: %s%s\n", render.Count(n, "commit")+" that neither side has", d.list(r.Unknown[:min(n, maxUnknown)], esc.Code), more)
		}
		for _, f := range r.Names {
			d.printf("- ✗ %s%s\n", d.prose(f.Message), render.Lines(f.Lines))
		}
		for _, g := range r.Disagreements {
			where := "it"
			if g.Line > 0 {
				where = d.report(cmp.Or(g.Report, r.ID), g.Line)
			}
			d.printf("- ✗ git disagrees: %s calls %s %s; %s\n", where, d.hash(g.Commit), esc.Text(g.Says), d.prose(g.Message))
		}
		for _, f := range r.Findings {
			d.printf("- ✗ %s%s%s\n", render.Finding(f), d.prose(f.Message), render.Lines(f.Lines))
		}
	}
}

// maxUnknown is how many of the commits that are nowhere a round names.
const maxUnknown = 20

func (d *document) roundTitle(r advise.Round) string {
	title := esc.Text(r.Title)
	if title == "" {
		title = d.report(r.ID, 0)
	}
	if r.Date != "" {
		title = esc.Text(r.Date) + " · " + title
	}
	if before, ok := strings.CutSuffix(title, "#"); ok {
		// Number signs at the end of a heading would be taken for its end.
		title = before + `\#`
	}
	return title
}
