package term

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// shownProof is how many pieces of evidence a terminal shows of a finding.
const shownProof = 3

// Audit lists what is wrong with picks and reports, the worst first. Off the terminal:
// severity, kind, the fork's commit, upstream's, the report with the line, path, how many
// lines, the commit that mended it, the mark that accepts it, the sentence.
func Audit(w io.Writer, o Options, a *advise.Audit, all bool) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for i := range a.Findings {
			f := &a.Findings[i]
			mark := ""
			if f.AcceptedBy != 0 {
				mark = strconv.Itoa(f.AcceptedBy)
			}
			p.record(string(f.Severity), string(f.Kind), f.Fork, f.Upstream, reportLine(f), f.Path, strconv.Itoa(f.Lines), f.MendedBy, mark, f.Message)
		}
		return p.flush()
	}
	for i := range a.Findings {
		p.finding(&a.Findings[i], shownProof)
		p.blank()
	}
	var parts []string
	for _, s := range fact.Severities {
		if n := a.Standing[s]; n > 0 {
			parts = append(parts, render.Number(n)+" "+string(s))
		}
	}
	sum := "nothing is wrong that git can tell"
	if len(parts) > 0 {
		sum = strings.Join(parts, ", ")
	}
	p.text(2, own(sum).in(bold), own(" of "+render.Count(a.Picks, "pick")))
	if a.NotCompared > 0 {
		p.text(2, own("✗ ").in(red), own(render.Count(a.NotCompared, "pick")+" could not be compared with what git makes of it"))
	}
	if !all && a.Mended+a.Accepted > 0 {
		p.text(2, own(fmt.Sprintf("%s mended since, %s accepted: tracker audit --all", render.Number(a.Mended), render.Number(a.Accepted))).in(dim))
	}
	if len(parts) > 0 {
		p.text(2, own("to accept one: tracker mark COMMIT accept:KIND --reason TEXT").in(dim))
	}
	p.asOf(a.As)
	return p.flush()
}

func reportLine(f *advise.Finding) string {
	if f.Report == "" || f.Line == 0 {
		return f.Report
	}
	return f.Report + ":" + strconv.Itoa(f.Line)
}

// finding shows one finding with the first of its evidence.
func (p *printer) finding(f *advise.Finding, proof int) {
	head := []span{p.pad(p.severity(f), 8), p.pad(own(string(f.Kind)), 20), own(" ")}
	switch {
	case f.Upstream != "" && (f.Kind == fact.FindMissedFollowUp || f.Kind == fact.FindRevertedUpstream): // what is accepted by a mark
		head = append(head, p.upHash(f.Upstream), own("  "), from(f.Subject).in(bold))
	case f.Fork != "":
		head = append(head, p.forkHash(f.Fork), own("  "), from(f.Subject).in(bold))
	case f.Upstream != "":
		head = append(head, p.upHash(f.Upstream), own("  "), from(f.Subject).in(bold))
	}
	if f.Report != "" {
		if f.Fork+f.Upstream != "" {
			head = append(head, own("  "))
		}
		head = append(head, from(reportLine(f)).in(bold))
	}
	p.text(8, head...)
	const indent = 8
	margin := own(strings.Repeat(" ", indent))
	if f.Path != "" {
		p.text(indent, margin, from(f.Path).in(cyan))
	}
	p.text(indent, margin, from(f.Message))
	shown := 0
	for _, e := range f.Evidence {
		if e.Text == "" || shown == proof {
			continue
		}
		shown++
		where := fact.Short(e.Commit)
		if e.Path != "" && e.Path != f.Path {
			where += ":" + e.Path
		}
		if e.Line > 0 {
			where += ":" + strconv.Itoa(e.Line)
		}
		p.line(margin, from(where).in(dim), own("  "), from(e.Text).in(dim))
	}
	if f.MendedBy != "" {
		p.text(indent, margin, own("mended by ").in(green), p.forkHash(f.MendedBy))
	}
	if f.AcceptedBy != 0 {
		p.text(indent, margin, own("accepted by mark "+strconv.Itoa(f.AcceptedBy)).in(green), own(": "), from(f.Accepted))
	}
}

func (p *printer) severity(f *advise.Finding) span {
	s := own(string(f.Severity))
	switch {
	case !f.Stands():
		return s.in(dim)
	case f.Severity == fact.High:
		return s.in(red)
	case f.Severity == fact.Medium:
		return s.in(yellow)
	}
	return s
}

// audited is one line on what the audit found and the worst of it.
func (p *printer) audited(s *advise.FindingSum) {
	if !s.Any() {
		return
	}
	var parts []string
	for _, c := range []struct {
		n    int
		word fact.Severity
	}{{s.High, fact.High}, {s.Medium, fact.Medium}, {s.Low, fact.Low}} {
		if c.n > 0 {
			parts = append(parts, render.Number(c.n)+" "+string(c.word))
		}
	}
	w := s.Worst
	at := p.forkHash(w.Fork)
	switch {
	case w.Fork != "":
	case w.Upstream != "":
		at = p.upHash(w.Upstream)
	default:
		at = from(reportLine(w))
	}
	p.blank()
	const column = 14
	p.text(column, p.pad(own("audit").in(bold), column), own(strings.Join(parts, ", ")), own("  tracker audit").in(dim))
	p.text(column, own(strings.Repeat(" ", column)), own(string(w.Kind)+"  "), at, own("  "), from(w.Path).in(cyan))
	p.text(column, own(strings.Repeat(" ", column)), from(w.Message).in(dim))
}

// audits shows what the audit found of a commit.
func (p *printer) audits(list []advise.Finding) {
	for i := range list {
		f := &list[i]
		spans := []span{p.severity(f), own("  " + string(f.Kind) + "  "), from(f.Path).in(cyan), own("  "), from(f.Message)}
		switch {
		case f.MendedBy != "":
			spans = append(spans, own("  mended by ").in(green), p.forkHash(f.MendedBy))
		case f.AcceptedBy != 0:
			spans = append(spans, own("  accepted by mark "+strconv.Itoa(f.AcceptedBy)+": ").in(green), from(f.Accepted))
		}
		p.field(first(i, "audit"), spans...)
	}
}
