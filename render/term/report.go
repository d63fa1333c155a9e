package term

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// Report tells what a stored report says, and where git disagrees.
func Report(w io.Writer, o Options, s *advise.ReportStory) error {
	p := newPrinter(w, o)
	r := &s.Report
	p.reportHead(r.ID, &r.Report, map[string]string{"fork": "tracked in the fork"}[r.Source], render.UnixDay(r.When))
	if len(s.Disagreements) == 0 {
		p.text(2, own("✓ ").in(green), own("git contradicts none of it"))
	} else {
		p.text(2, own("✗ ").in(red), own("git disagrees with "+render.Count(len(s.Disagreements), "statement")).in(bold))
		for _, d := range s.Disagreements {
			at := cmp.Or(d.Report, r.ID)
			if d.Line > 0 {
				at += ":" + strconv.Itoa(d.Line)
			}
			p.text(4, own("  "), from(at), own(" says "), from(d.Says).in(statusStyle(d.Says)), own(" of "), p.upHash(d.Commit), own(": "), from(d.Message))
		}
	}
	for _, f := range r.Names {
		p.text(4, own("✗ ").in(red), from(f.Message), own(render.Lines(f.Lines)).in(dim))
	}
	p.reportBody(&r.Report)
	p.asOf(s.As)
	return p.flush()
}

// ReportParse shows what was read out of a report that no repository was asked
// about; name is the file's.
func ReportParse(w io.Writer, o Options, name string, r *fact.Report) error {
	p := newPrinter(w, o)
	p.reportHead(name, r, "", "")
	p.reportBody(r)
	return p.flush()
}

func (p *printer) reportHead(name string, r *fact.Report, source, when string) {
	p.text(2, from(cmp.Or(r.Title, name)).in(bold))
	about := []span{from(name)}
	for _, s := range []string{cmp.Or(r.Date, when), source} {
		if s != "" {
			about = append(about, own(" · ").in(dim), from(s))
		}
	}
	about[0].style = dim
	p.text(2, about...)
	counts := map[fact.Word]int{}
	for _, c := range r.Commits {
		counts[c.Status]++
	}
	names := []span{own("names " + render.Count(len(r.Commits), "commit")).in(bold)}
	if told := render.Told(counts); told != "" {
		names = append(names, own(": "+told))
	}
	p.text(2, names...)
}

// reportBody shows everything that a report says, in the order of what a
// maintainer asks: which commits, what does not add up, what to remember, what
// is left to do.
func (p *printer) reportBody(r *fact.Report) {
	for i, f := range r.Findings {
		if i == 0 {
			p.blank()
		}
		p.text(4, own("✗ ").in(red), own(render.Finding(f)), from(f.Message), own(render.Lines(f.Lines)).in(dim))
	}
	if len(r.Commits) > 0 {
		p.section("commits")
	}
	for i := range r.Commits {
		p.reportCommit(&r.Commits[i])
	}
	if len(r.Claims) > 0 {
		p.section("claims")
	}
	for _, c := range r.Claims {
		figure := strconv.FormatFloat(c.Value, 'f', -1, 64)
		if c.Total != 0 {
			figure += "/" + strconv.FormatFloat(c.Total, 'f', -1, 64)
		}
		p.at(c.Line, from(c.Kind).in(cyan), own(" "+figure+"  "), from(c.Text).in(dim))
	}
	if len(r.Methods) > 0 {
		p.section("methods")
	}
	for _, m := range r.Methods {
		spans := []span{from(m.Kind).in(cyan), own(fmt.Sprintf(" %d  ", m.Count)), from(m.Text)}
		for _, h := range m.Commits {
			spans = append(spans, own("  "), p.upHash(h))
		}
		p.at(m.Line, spans...)
	}
	p.notes("lessons", r.Lessons)
	if len(r.Checklist) > 0 {
		p.section("checklist")
	}
	for _, c := range r.Checklist {
		sign := map[string]string{"done": "✓", "failed": "✗"}[c.State]
		p.at(c.Line, p.pad(own(sign), 2), p.pad(from(c.State), 7), own("  "), from(c.Text))
	}
	p.notes("next steps", r.Steps)
}

func (p *printer) notes(title string, notes []fact.Note) {
	if len(notes) > 0 {
		p.section(title)
	}
	for _, n := range notes {
		spans := []span{from(n.Text)}
		if n.Heading != "" {
			spans = append(spans, own("  "), from(n.Heading).in(dim))
		}
		p.at(n.Line, spans...)
	}
}

func (p *printer) section(title string) {
	p.blank()
	p.line(own(title).in(bold))
}

// at prints a line behind its number in the report.
func (p *printer) at(line int, spans ...span) {
	p.text(8, append([]span{own(fmt.Sprintf("%6d  ", line)).in(dim)}, spans...)...)
}

func (p *printer) reportCommit(c *fact.ReportCommit) {
	name := from("no hash")
	if c.Hash != nil {
		name = p.upHash(*c.Hash)
	}
	spans := []span{p.pad(status(fact.Status(c.Status)), 10), own("  "), p.pad(name, 9), own("  "), title(c.Subject, c.PR)}
	if c.ForkCommit != "" {
		spans = append(spans, own("  as "), p.forkHash(c.ForkCommit))
	}
	if c.Insertions != 0 || c.Deletions != 0 {
		spans = append(spans, own(fmt.Sprintf("  +%d −%d", c.Insertions, c.Deletions)).in(dim))
	}
	p.at(c.Line, spans...)
	p.entry(c)
}
