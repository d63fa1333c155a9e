package term

import (
	"fmt"
	"strings"

	"tracker/advise"
	"tracker/advise/beside"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// shownBeside is how many lines a terminal shows of what was changed on the way.
const shownBeside = 60

// beside shows what was changed on the way from the original to the pick: lines
// that only the original has under <, those that only the pick has under >.
func (p *printer) beside(k *advise.Pick) {
	same, left := 0, shownBeside
	for i := range k.Changed {
		if k.Changed[i].Fate == beside.Same {
			same++
		}
	}
	if same == len(k.Changed) {
		return
	}
	head := fmt.Sprintf("on the way to %s", fact.Short(k.Link.Fork))
	if same > 0 {
		head += fmt.Sprintf("; %d of %s the same", same, render.Count(len(k.Changed), "file"))
	}
	p.field("changed", own(head).in(dim))
	for i := range k.Changed {
		f := &k.Changed[i]
		if f.Fate == beside.Same {
			continue
		}
		if p.o.TTY && left <= 0 {
			p.below(own("… and more: pipe it to see all").in(dim))
			return
		}
		p.below(fateOf(f)...)
		for _, h := range f.Hunks {
			if p.o.TTY && left <= 0 {
				break
			}
			p.code(own(fmt.Sprintf("  line %d", h.Line)).in(cyan))
			for _, l := range h.Lines {
				p.code(besideLine(l))
			}
			left -= len(h.Lines) + 1
		}
	}
}

// fateOf says in one line what became of a file's change.
func fateOf(f *beside.File) []span {
	name := from(f.Path)
	switch f.Fate {
	case beside.Left:
		return []span{name, own(" left out, " + counted(f.Original)).in(dim)}
	case beside.Added:
		return []span{name, own(" only in the pick, " + counted(f.Pick)).in(dim)}
	case beside.Unread:
		return []span{name, own(" differs, and its lines cannot be shown").in(dim)}
	}
	spans := []span{name, own(fmt.Sprintf(" %s, in the pick %s", counted(f.Original), counted(f.Pick))).in(dim)}
	if f.From != "" {
		spans = append(spans, own(", upstream "), from(f.From))
	}
	return spans
}

func counted(c beside.Count) string { return fmt.Sprintf("+%d -%d", c.Insertions, c.Deletions) }

func besideLine(l beside.Line) span {
	text := l.Sign + esc.Part(strings.ReplaceAll(l.Text, "\t", "    "))
	switch l.In {
	case beside.OnlyOriginal:
		return span{text: "< " + text, style: red}
	case beside.OnlyPick:
		return span{text: "> " + text, style: green}
	}
	return span{text: "  " + text, style: dim}
}

// code prints a line that is never wrapped.
func (p *printer) code(s span) {
	p.line(own(strings.Repeat(" ", labels+4)), s)
}
