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

// LinkRow is one link with the subjects of its two ends.
type LinkRow struct {
	Link                         fact.Link
	ForkSubject, UpstreamSubject string
}

// Links lists which fork commit is which upstream commit, and by what evidence.
// Off the terminal: fork commit, upstream commit, score, kinds of evidence
// (separated by commas), "same" when the change itself is the same or else
// "differs", fork subject, upstream subject.
func Links(w io.Writer, o Options, rows []LinkRow) error {
	p := newPrinter(w, o)
	if p.o.TTY && len(rows) > 0 {
		p.line(own("FORK       UPSTREAM   SCORE  CHANGE   EVIDENCE                SUBJECT").in(dim))
	}
	for _, r := range rows {
		change := "differs"
		if r.Link.Same {
			change = "same"
		}
		score := fmt.Sprintf("%.2f", r.Link.Score)
		if !p.o.TTY {
			p.record(r.Link.Fork, r.Link.Upstream, score, kinds(r.Link.Evidence, ","), change, r.ForkSubject, r.UpstreamSubject)
			continue
		}
		p.line(p.pad(p.forkHash(r.Link.Fork), 9), own("  "), p.pad(p.upHash(r.Link.Upstream), 9), own("  "+score+"   "),
			p.pad(own(change), 7), own("  "), p.pad(from(strongest(r.Link.Evidence)).in(cyan), 22), own("  "), from(r.UpstreamSubject))
	}
	return p.flush()
}

// strongest names the two strongest kinds of evidence and counts the others.
func strongest(evidence []fact.Evidence) string {
	if len(evidence) <= 2 {
		return kinds(evidence, " ")
	}
	return fmt.Sprintf("%s +%d", kinds(evidence[:2], " "), len(evidence)-2)
}

func kinds(evidence []fact.Evidence, separator string) string {
	var out []string
	for _, e := range evidence {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, separator)
}

// Marks lists what was recorded with mark. Off the terminal: number, day,
// "stands" or "undone", what it is about (commit, path:GLOB or
// subject:PATTERN), status ("not" when it parts two commits), the fork commit,
// who, reason, what it waits for (separated by commas), the kind of reason, how
// many upstream commits it covers.
func Marks(w io.Writer, o Options, marks []advise.Mark) error {
	p := newPrinter(w, o)
	for i := range marks {
		p.mark(&marks[i])
	}
	return p.flush()
}

// Mark shows one decision as Marks does, and below it the commits that a
// pattern covers; off the terminal they are lines of number, "covers", commit,
// status, subject.
func Mark(w io.Writer, o Options, m *advise.Mark) error {
	p := newPrinter(w, o)
	p.mark(m)
	for i := range m.Accepts {
		p.text(5, own("     "), p.forkHash(m.Accepts[i].Fork), own("  "), from(m.Accepts[i].Path), own("  "), from(m.Accepts[i].Message).in(dim))
	}
	if m.Path == "" && m.Subject == "" {
		return p.flush()
	}
	for i, c := range m.Covers {
		if !p.o.TTY {
			p.record(strconv.Itoa(m.ID), "covers", c.Commit, string(c.Status), c.Subject)
			continue
		}
		if i == shownCovered && len(m.Covers) > shownCovered+1 {
			p.line(own("     … and " + render.Number(len(m.Covers)-i) + " more: tracker show mark:" + strconv.Itoa(m.ID) + " --json").in(dim))
			break
		}
		p.text(5, own("     "), p.upHash(c.Commit), own("  "), p.pad(status(c.Status), 10), own("  "), title(c.Subject, c.PR))
	}
	return p.flush()
}

// shownCovered is how many of the commits that a pattern covers a terminal shows.
const shownCovered = 20

func (p *printer) mark(m *advise.Mark) {
	d := &m.Decision
	if p.o.TTY {
		spans := append([]span{own(fmt.Sprintf("%3d  ", d.ID))}, p.decision(d)...)
		if d.Accept != "" && d.Undone == 0 {
			spans = append(spans, own("  covers "+render.Count(len(m.Accepts), "finding")).in(bold))
		} else if (d.Path != "" || d.Subject != "") && d.Undone == 0 {
			spans = append(spans, own("  covers "+render.Count(len(m.Covers), "commit")).in(bold))
		}
		p.text(5, spans...)
		return
	}
	state, about, word, fork := "stands", d.Commit, string(d.Status), d.As
	if d.Undone != 0 {
		state = "undone"
	}
	switch {
	case d.Path != "":
		about = "path:" + d.Path
	case d.Subject != "":
		about = "subject:" + d.Subject
	}
	if d.Accept != "" {
		word = "accept:" + string(d.Accept)
	}
	if d.Not != "" {
		word, fork = "not", d.Not
	}
	p.record(strconv.Itoa(d.ID), render.UnixDay(d.At), state, about, word, fork, d.By, d.Reason, strings.Join(d.WaitsFor, ","),
		string(d.ReasonKind), strconv.Itoa(len(m.Covers)+len(m.Accepts)))
}

// decision tells one decision in a sentence, without its number.
func (p *printer) decision(d *fact.Decision) []span {
	var spans []span
	switch {
	case d.Accept != "" && d.Path != "":
		spans = append(spans, own(string(d.Accept)+" is accepted in "), from(d.Path).in(bold))
	case d.Accept != "":
		spans = append(spans, own(string(d.Accept)+" is accepted of "), p.upHash(d.Commit))
	case d.Path != "":
		spans = append(spans, own("commits that change only "), from(d.Path).in(bold), own(" are "), status(d.Status))
	case d.Subject != "":
		spans = append(spans, own("commits titled "), from(d.Subject).in(bold), own(" are "), status(d.Status))
	case d.Not != "":
		spans = append(spans, p.upHash(d.Commit), own(" is not what "), p.forkHash(d.Not), own(" carries"))
	default:
		spans = append(spans, p.upHash(d.Commit), own(" is "), status(d.Status))
	}
	if d.As != "" {
		spans = append(spans, own(" as "), p.forkHash(d.As))
	}
	if d.Reason != "" {
		spans = append(spans, own(": "), from(d.Reason))
	}
	if len(d.WaitsFor) > 0 {
		spans = append(spans, own("; waits for "), from(strings.Join(d.WaitsFor, ", ")))
	}
	var tail []string
	for _, s := range []string{d.By, render.UnixDay(d.At)} {
		if s != "" {
			tail = append(tail, s)
		}
	}
	if d.Undone != 0 {
		tail = append(tail, "undone "+render.UnixDay(d.Undone))
	}
	if len(tail) > 0 {
		spans = append(spans, own("  "), from("("+strings.Join(tail, ", ")+")").in(dim))
	}
	return spans
}
