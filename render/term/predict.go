package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// Predictions tells what comes of picking commits, each alone. Off the terminal:
// commit, result, and for a conflict path, kind, cause, the fork's commits and
// upstream's (separated by commas), a line a path; then the subject.
func Predictions(w io.Writer, o Options, found *advise.Predictions) error {
	p := newPrinter(w, o)
	counts := map[fact.Result]int{}
	for i := range found.Commits {
		c := &found.Commits[i]
		counts[c.Result]++
		if !p.o.TTY {
			if len(c.Conflicts) == 0 {
				p.record(c.Commit, string(c.Result), "", "", "", "", "", c.Subject)
			}
			for _, x := range c.Conflicts {
				p.record(c.Commit, string(c.Result), x.Path, x.Kind, string(x.Cause), strings.Join(x.ForkCommits, ","), strings.Join(x.Needs, ","), c.Subject)
			}
			continue
		}
		p.line(p.pad(result(c.Result), 11), p.upHash(c.Commit), own("  "), title(c.Subject, c.PR))
		if len(c.As) > 0 {
			p.text(13, append([]span{own(strings.Repeat(" ", 11) + "there already, as ").in(green)}, p.several(c.As, p.forkHash)...)...)
		}
		for j := range c.Conflicts {
			p.conflicted(&c.Conflicts[j], 11)
		}
		if len(c.Unreadable) > 0 {
			p.text(13, own(strings.Repeat(" ", 11)+"not here, so it is judged without: "), own(list(c.Unreadable, 3)))
		}
		if len(c.Undriven) > 0 {
			p.text(13, own(strings.Repeat(" ", 11)+"merged as text, without the merge driver that is set for: "), own(list(c.Undriven, 3)))
		}
	}
	if !p.o.TTY {
		return p.flush()
	}
	if len(found.Commits) == 0 {
		p.line(own("nothing is pending"))
	}
	p.blank()
	var sums []string
	for _, r := range []fact.Result{fact.ResultClean, fact.ResultConflict, fact.ResultEmpty, fact.ResultMerge, fact.ResultUnreadable} {
		if counts[r] > 0 {
			sums = append(sums, fmt.Sprintf("%s %s", render.Number(counts[r]), r))
		}
	}
	spans := append([]span{own("each alone onto ").in(dim)}, p.onto(found.OntoRef, found.Onto)...)
	p.text(2, append(spans, own(": "+strings.Join(sums, ", ")).in(dim))...)
	return p.flush()
}

func result(r fact.Result) span {
	st := normal
	switch r {
	case fact.ResultClean:
		st = green
	case fact.ResultConflict, fact.ResultUnreadable:
		st = red
	case fact.ResultEmpty, fact.ResultMerge:
		st = dim
	}
	return own(string(r)).in(st)
}

// conflicted shows a path that conflicts, and why.
func (p *printer) conflicted(x *fact.Conflicted, column int) {
	indent := strings.Repeat(" ", column)
	spans := []span{own(indent), from(x.Path)}
	what := x.Kind
	if x.Hunks > 1 {
		what += fmt.Sprintf(", %d places", x.Hunks)
	}
	if x.Lock {
		what += ", made anew by its own tool"
	}
	if what != "" {
		spans = append(spans, own("  "), from("("+what+")").in(dim))
	}
	if len(x.ForkCommits) > 0 {
		spans = append(spans, own("  with the fork's "))
		spans = append(spans, p.several(x.ForkCommits, p.forkHash)...)
	}
	if len(x.Needs) > 0 {
		spans = append(spans, own("  lacks "))
		spans = append(spans, p.several(x.Needs, p.upHash)...)
	}
	p.text(column+2, spans...)
	p.reuse(x, column)
}

// several shows the first of some commits.
func (p *printer) several(hashes []string, show func(string) span) []span {
	const most = 3
	var out []span
	for i, h := range hashes {
		if i == most {
			return append(out, own(fmt.Sprintf(" and %d more", len(hashes)-i)))
		}
		s := show(h)
		if i+1 < len(hashes) && i+1 < most {
			s.text += ","
		}
		if i > 0 {
			s.text = " " + s.text
		}
		out = append(out, s)
	}
	return out
}
