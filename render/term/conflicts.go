package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/internal/pattern"
	"tracker/render"
	"tracker/render/esc"
)

// shownHunkLines caps the lines of each side that a terminal shows of a place.
const shownHunkLines = 12

// Conflicts lists past conflicts and how they were resolved, and what they have in
// common; with hunks, place by place. Off the terminal, without hunks: id, source, upstream's commit, the fork's, path, kind,
// resolution, how many places, day.
func Conflicts(w io.Writer, o Options, found *advise.Conflicts, hunks bool) error {
	p := newPrinter(w, o)
	if !p.o.TTY && !hunks {
		for i := range found.Conflicts {
			c := &found.Conflicts[i]
			p.record(c.ID, c.Source, c.Upstream, c.Fork, c.Path, c.Kind, string(c.Resolution), fmt.Sprint(len(c.Hunks)), c.Date)
		}
		return p.flush()
	}
	p.conflicts(found, hunks)
	p.patterns(found.Patterns)
	p.blank()
	if found.Path != "" {
		p.line(own(fmt.Sprintf("%s in paths that match ", render.Count(len(found.Conflicts), "conflict"))).in(dim), from(found.Path).in(dim))
		return p.flush()
	}
	p.line(own(fmt.Sprintf("%s in %s", render.Count(len(found.Conflicts), "conflict"), fmt.Sprintf("%s replayed picks and merges", render.Number(found.Replayed)))).in(dim))
	return p.flush()
}

// Pattern shows what some conflicts have in common, and then lists them.
func Pattern(w io.Writer, o Options, found *advise.Conflicts) error {
	p := newPrinter(w, o)
	p.patterns(found.Patterns)
	p.blank()
	p.conflicts(found, false)
	return p.flush()
}

func (p *printer) conflicts(found *advise.Conflicts, hunks bool) {
	last := ""
	for i := range found.Conflicts {
		c := &found.Conflicts[i]
		if c.Fork != last {
			last = c.Fork
			p.text(2, p.forkHash(c.Fork), own("  "+c.Date+"  "), own(c.Source+" of ").in(dim), p.upHash(c.Upstream), own("  "), from(c.Subject))
		}
		p.pastConflict(c, hunks)
	}
	if len(found.Conflicts) == 0 && found.Path == "" {
		p.line(own("no conflict was met"))
	}
}

// conflictedIn shows the conflicts of a commit's story.
func (p *printer) conflictedIn(list []advise.Resolved) {
	for i := range list {
		c := &list[i]
		if i == shownFiles && len(list) > shownFiles+1 {
			p.field("", own(fmt.Sprintf("and %d more: tracker conflicts", len(list)-i)).in(dim))
			return
		}
		spans := []span{from(c.Path), own("  resolved "), own(string(c.Resolution)).in(resolutionStyle(c.Resolution))}
		if c.Whole {
			spans = append(spans, own(", the whole file").in(red))
		}
		if n := c.LostOurs; n > 0 && c.Resolution != fact.ResolvedRegenerated {
			spans = append(spans, own(fmt.Sprintf(", %s of the fork's gone", render.Count(n, "merged line"))).in(red))
		}
		p.field(first(i, "conflicted in"), spans...)
		if c.Became != "" {
			p.field("", from(c.Became).in(yellow))
		}
	}
}

func (p *printer) pastConflict(c *advise.Resolved, hunks bool) {
	what := c.Kind
	if n := len(c.Hunks); n > 1 {
		what += fmt.Sprintf(", %d places", n)
	}
	spans := []span{own("  "), p.pad(own(string(c.Resolution)).in(resolutionStyle(c.Resolution)), 11), own(" "), from(c.Path), own("  "), from("(" + what + ")").in(dim)}
	if c.Whole {
		spans = append(spans, own("  the whole file").in(red))
	}
	p.text(14, spans...)
	if n := c.LostOurs; n > 0 && c.Resolution != fact.ResolvedRegenerated {
		p.text(16, own(strings.Repeat(" ", 14)), own(fmt.Sprintf("%s of the fork's alone gone, though merged by git", render.Count(n, "line"))).in(red))
	}
	if c.Became != "" {
		p.text(16, own(strings.Repeat(" ", 14)), from(c.Became).in(yellow))
	}
	for _, s := range c.Said {
		text := s.Resolution
		if text == "" {
			text = s.Detail
		}
		p.text(16, own(strings.Repeat(" ", 14)), from(fmt.Sprintf("%s:%d", s.Report, s.Line)).in(dim), own("  "), from(text).in(dim))
	}
	if !hunks {
		return
	}
	if c.Beyond {
		p.text(6, own("    all that changed: ").in(dim), from(fmt.Sprintf("git show %s -- %s", fact.Short(c.Fork), c.Path)).in(dim))
	}
	for i := range c.Hunks {
		h := &c.Hunks[i]
		p.text(6, own("    "), own(fmt.Sprintf("line %d", h.Line)).in(dim), own("  "), own(string(h.Resolution)), own("  "), from(h.Heading).in(dim))
		p.hunkSide("ours", h.Ours, green)
		p.hunkSide("theirs", h.Theirs, cyan)
		if h.Resolution == fact.ResolvedManual {
			p.hunkSide("became", h.Result, bold)
		}
	}
}

// hunkSide shows the lines of one side of a place.
func (p *printer) hunkSide(name, text string, st style) {
	if text == "" {
		text = "(nothing)"
	}
	lines, more := render.Shown(text, shownHunkLines)
	for i, line := range lines {
		label := ""
		if i == 0 {
			label = name
		}
		p.source([]span{own("      "), p.pad(own(label).in(dim), 7)}, line, st)
	}
	if more > 0 {
		p.line(own(fmt.Sprintf("             … and %d more lines", more)).in(dim))
	}
}

// source shows a line of a file behind a head, with its indentation, and goes on below
// it where the terminal ends: what two sides differ in may stand anywhere.
func (p *printer) source(head []span, line string, st style) {
	text := span{text: esc.Part(strings.ReplaceAll(line, "\t", "    ")), style: st}
	indent := p.width(plain(head))
	room := p.limit() - indent
	if p.limit() == 0 || room < 20 {
		p.line(append(head, text)...)
		return
	}
	for first := true; first || text.text != ""; first = false {
		part := text
		if p.width(text.text) > room {
			part.text = p.cells.Truncate(text.text, room, "")
		}
		text.text = text.text[len(part.text):]
		p.line(append(head, part)...)
		head = []span{own(strings.Repeat(" ", indent))}
	}
}

func resolutionStyle(r fact.Resolution) style {
	if r == fact.ResolvedManual {
		return yellow
	}
	return green
}

func (p *printer) patterns(list []pattern.Pattern) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.line(own("what they have in common").in(bold))
	for i := range list {
		x := &list[i]
		p.text(6, own("  "), p.pad(own(x.Of).in(dim), 6), from(x.Pattern), own("  "), own(fmt.Sprintf("%d×", x.Count)), own("  "), from(x.Advice).in(dim))
		for _, w := range x.Warnings {
			if x.Of == "path" {
				p.text(10, own("        ✗ ").in(red), from(w))
			}
		}
	}
}
