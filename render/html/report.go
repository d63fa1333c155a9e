package html

import (
	"cmp"
	"html/template"
	"slices"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// note is what stands beside a line of a report.
type note struct {
	Line int
	Kind string // disagrees, contradicts, found
	Text template.HTML
}

type reportBody struct {
	*advise.ReportStory
	Called string
	Told   string
	Notes  []note
	Text   template.HTML
	Cut    bool
	Claims []fact.Claim
	Known  []entryRow
	Found  []finding
}

// entryRow is what a report says of one commit.
type entryRow struct {
	fact.ReportCommit
	Commit    string // the full hash of the commit that is meant, if it has a page
	Disagrees []string
}

// notes gathers what is to be said beside a report's lines.
func (p *page) notes(r *advise.ReportStory) []note {
	var out []note
	for _, d := range r.Disagreements {
		text := template.HTML("git disagrees that ") + p.hash(d.Commit) + " is " + badge(fact.Status(d.Says)) + ": " + p.prose(d.Message)
		out = append(out, note{d.Line, "disagrees", text})
	}
	each := func(kind, before string, list []fact.ReportFinding) {
		for _, f := range list {
			lead := before
			if lead == "" {
				lead = render.Finding(f)
			}
			text := p.prose(lead + f.Message)
			if len(f.Lines) == 0 {
				out = append(out, note{0, kind, text})
			}
			for i, l := range f.Lines {
				if i == 0 || f.Kind == fact.Unreadable {
					out = append(out, note{l, kind, text})
				}
			}
		}
	}
	each("contradicts", "git knows better: ", r.Report.Names)
	each("contradicts", "", r.Report.Report.Findings)
	for _, f := range p.site.found.report[r.Report.ID] {
		out = append(out, note{f.Line, "found", badgeOf(f.Class, string(f.Severity)) + " " + p.prose(f.Message)})
	}
	slices.SortStableFunc(out, func(a, b note) int { return cmp.Compare(a.Line, b.Line) })
	return slices.CompactFunc(out, func(a, b note) bool { return a == b })
}

func badgeOf(class, word string) template.HTML {
	return template.HTML(`<span class="badge ` + class + `">` + template.HTMLEscapeString(word) + `</span>`)
}

func (p *page) report(r *advise.ReportStory) error {
	b := reportBody{ReportStory: r, Called: p.site.names.called[r.Report.ID], Notes: p.notes(r), Claims: r.Report.Report.Claims, Found: p.site.found.report[r.Report.ID]}
	counts := map[fact.Word]int{}
	said := map[int][]string{}
	for _, d := range r.Disagreements {
		said[d.Line] = append(said[d.Line], d.Message)
	}
	for i := range r.Report.Report.Commits {
		e := r.Report.Report.Commits[i]
		counts[e.Status]++
		row := entryRow{ReportCommit: e}
		if e.Hash != nil {
			row.Commit, _ = p.resolve(*e.Hash)
		} else if e.PR > 0 {
			row.Commit = p.site.names.prs[e.PR]
		}
		for _, d := range r.Disagreements {
			if row.Commit != "" && d.Commit == row.Commit && !slices.Contains(row.Disagrees, d.Message) {
				row.Disagrees = append(row.Disagrees, d.Message)
			}
		}
		b.Known = append(b.Known, row)
	}
	b.Told = render.Told(counts)
	doc := p.markdown(&r.Report, b.Notes)
	b.Text, b.Cut = doc.html, doc.cut
	return p.write("report", frame{Title: cmp.Or(oneLine(r.Report.Report.Title), b.Called), Body: b})
}

// marked are the lines of a report that something leads to.
func (s *Site) marked(story *advise.ReportStory) map[int]bool {
	r := &story.Report.Report
	out := map[int]bool{}
	for i := range r.Commits {
		out[r.Commits[i].Line] = true
		for _, s := range r.Commits[i].Statements {
			out[s.Line] = true
		}
	}
	for _, c := range r.Claims {
		out[c.Line] = true
	}
	for _, list := range [][]fact.Note{r.Lessons, r.Steps} {
		for _, n := range list {
			out[n.Line] = true
		}
	}
	for _, c := range r.Checklist {
		out[c.Line] = true
	}
	for _, m := range r.Methods {
		out[m.Line] = true
	}
	for _, list := range [][]fact.ReportFinding{r.Findings, story.Report.Names} {
		for _, f := range list {
			for _, l := range f.Lines {
				out[l] = true
			}
		}
	}
	for _, d := range story.Disagreements {
		out[d.Line] = true
	}
	for _, f := range s.found.report[story.Report.ID] {
		out[f.Line] = true
	}
	delete(out, 0)
	return out
}
