package graph

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// canvas writes SVG.
type canvas struct{ bytes.Buffer }

// text writes words from anywhere, and nothing but words.
func (c *canvas) text(s string) {
	_ = xml.EscapeText(&c.Buffer, []byte(s)) // a buffer takes all
}

// attribute writes an attribute with words from anywhere.
func (c *canvas) attribute(name, value string) {
	fmt.Fprintf(c, ` %s="`, name)
	c.text(value)
	c.WriteByte('"')
}

// draw writes a picture that is arranged.
func (p *picture) draw(a *arrangement, address func(hash string) string, style string) []byte {
	var c canvas
	role := "img"
	addresses := make([]string, len(p.boxes))
	for i := range p.boxes {
		addresses[i] = address(p.boxes[i].Commit)
		if addresses[i] != "" {
			role = "group" // what is in an img cannot be reached by the keyboard
		}
	}
	top := p.legend(max(a.width, 2*boxWidth))
	w, h := max(a.width, top.width)+2*margin, top.height+a.height+2*margin
	fmt.Fprintf(&c, `<svg xmlns="http://www.w3.org/2000/svg" class="needs" role="%s" width="%d" height="%d" viewBox="0 0 %d %d"`, role, w, h, w, h)
	c.attribute("aria-label", p.label())
	c.WriteString(">")
	if style != "" {
		fmt.Fprintf(&c, "<style>%s</style>\n", style)
	}
	fmt.Fprintf(&c, "<g transform=\"translate(%d %d)\">\n", margin, margin)
	c.Write(top.Bytes())
	c.WriteString("</g>\n")
	fmt.Fprintf(&c, "<g transform=\"translate(%d %d)\">\n", margin, margin+top.height)
	for i := range p.arrows {
		p.arrow(&c, &p.arrows[i], a.curves[i], a.downwards)
	}
	leaving := make([][]*tie, len(p.boxes))
	for _, list := range [][]tie{p.arrows, p.implied} {
		for i := range list {
			leaving[list[i].from] = append(leaving[list[i].from], &list[i])
		}
	}
	for i := range p.boxes {
		p.boxes[i].draw(&c, a.boxes[i], p.title(&p.boxes[i], leaving[i]), addresses[i])
	}
	c.WriteString("</g>\n</svg>\n")
	return c.Bytes()
}

// label says what the picture shows to those who do not see it.
func (p *picture) label() string {
	if len(p.boxes) == 0 {
		return "No commits"
	}
	s := fmt.Sprintf("%s and what they need of each other: %s", render.Count(len(p.boxes), "commit"), render.Count(len(p.arrows), "arrow"))
	if p.omitted > 0 {
		s += "; " + p.missing()
	}
	return s
}

// missing says how many commits are not drawn.
func (p *picture) missing() string {
	return fmt.Sprintf("the %s nearest of %s are drawn", render.Number(len(p.boxes)), render.Number(len(p.boxes)+p.omitted))
}

func (b *box) draw(c *canvas, r rect, title, address string) {
	fmt.Fprintf(c, `<g class="commit %s"`, b.state)
	c.attribute("data-commit", b.Commit)
	c.WriteString("><title>")
	c.text(title)
	c.WriteString("</title>")
	if address != "" {
		c.WriteString("<a")
		c.attribute("href", address)
		c.WriteByte('>')
	}
	fmt.Fprintf(c, `<rect x="%d" y="%d" width="%d" height="%d" rx="6"/>`, r.x, r.y, r.w, r.h)
	y := r.y + padding + fontSize - 2
	fmt.Fprintf(c, `<text class="hash" x="%d" y="%d">`, r.x+padding, y)
	c.text(esc.Line(fact.Short(b.Commit)))
	c.WriteString("</text>")
	if s := b.status(); s != "" {
		fmt.Fprintf(c, `<text class="status" x="%d" y="%d">`, r.x+r.w-padding, y)
		c.text(s)
		c.WriteString("</text>")
	}
	if len(b.lines) > 0 {
		c.WriteString("<text>")
		for _, line := range b.lines {
			y += lineHeight
			fmt.Fprintf(c, `<tspan x="%d" y="%d">`, r.x+padding, y)
			c.text(line)
			c.WriteString("</tspan>")
		}
		c.WriteString("</text>")
	}
	if address != "" {
		c.WriteString("</a>")
	}
	c.WriteString("</g>\n")
}

// status is the word in a box's corner. Pending is what most are, and not said.
func (b *box) status() string {
	switch {
	case b.Status == fact.Pending:
		return ""
	case b.Status != "":
		return esc.Line(string(b.Status))
	case b.state == inFork:
		return "in the fork"
	}
	return ""
}

// shownNeeds is how many needs the title of a commit names.
const shownNeeds = 12

// title tells of a commit what its box has no room for.
func (p *picture) title(b *box, needs []*tie) string {
	lines := []string{name(b)}
	if b.Status != "" {
		lines = append(lines, esc.Line(string(b.Status)))
	}
	if b.Unknown {
		lines = append(lines, "what it needs is not known: a part of it could not be read")
	}
	for i, t := range needs {
		if i == shownNeeds {
			lines = append(lines, fmt.Sprintf("and %d more", len(needs)-i))
			break
		}
		lines = append(lines, "needs "+esc.Line(fact.Short(p.boxes[t.to].Commit))+": "+t.why())
	}
	return strings.Join(lines, "\n")
}

// name is a commit's short hash and its subject, with its pull request if that
// does not name it.
func name(b *box) string {
	s := esc.Line(fact.Short(b.Commit))
	if subject := esc.Line(b.Subject); subject != "" {
		s += " " + subject
	}
	if number := fmt.Sprintf("#%d", b.PR); b.PR > 0 && !strings.Contains(b.Subject, number) {
		s += " (" + number + ")"
	}
	return s
}

// why names the reasons of a need, the strongest kinds first.
func (t *tie) why() string {
	reasons := slices.Clone(t.reasons)
	rank := func(e *advise.NeedEdge) int {
		if i := slices.Index(fact.NeedKinds, e.Kind); i >= 0 {
			return i
		}
		return len(fact.NeedKinds)
	}
	slices.SortStableFunc(reasons, func(a, b *advise.NeedEdge) int { return rank(a) - rank(b) })
	var words []string
	for _, e := range reasons {
		s := esc.Line(string(e.Kind))
		if e.Count > 1 {
			s += fmt.Sprintf(" ×%d", e.Count)
		}
		words = append(words, s)
	}
	return strings.Join(words, ", ") + " (" + t.strength() + ")"
}

func (t *tie) strength() string {
	if t.hard {
		return "hard"
	}
	return "soft"
}

const (
	headLength = 8
	headHalf   = 4
)

// arrow draws a need: curves between the rows, and straight lines where it passes
// one.
func (p *picture) arrow(c *canvas, t *tie, curve []point, downwards bool) {
	from, to := &p.boxes[t.from], &p.boxes[t.to]
	fmt.Fprintf(c, `<g class="need %s"`, t.strength())
	c.attribute("data-from", from.Commit)
	c.attribute("data-to", to.Commit)
	c.WriteString("><title>")
	c.text(name(from) + "\nneeds " + name(to) + "\n" + t.why())
	c.WriteString("</title>")
	tip := curve[len(curve)-1]
	end := point{tip.x + headLength, tip.y}
	head := [2]point{{end.x, end.y - headHalf}, {end.x, end.y + headHalf}}
	if downwards {
		end = point{tip.x, tip.y + headLength}
		head = [2]point{{end.x - headHalf, end.y}, {end.x + headHalf, end.y}}
	}
	fmt.Fprintf(c, `<path d="M%d %d`, curve[0].x, curve[0].y)
	for i := 1; i < len(curve); i++ {
		a, b := curve[i-1], curve[i]
		if i == len(curve)-1 {
			b = end
		}
		switch {
		case i%2 == 0: // along a place in a row
			fmt.Fprintf(c, "L%d %d", b.x, b.y)
		case downwards:
			m := (a.y + b.y) / 2
			fmt.Fprintf(c, "C%d %d %d %d %d %d", a.x, m, b.x, m, b.x, b.y)
		default:
			m := (a.x + b.x) / 2
			fmt.Fprintf(c, "C%d %d %d %d %d %d", m, a.y, m, b.y, b.x, b.y)
		}
	}
	fmt.Fprintf(c, `"/><path class="head" d="M%d %dL%d %dL%d %dZ"/></g>`+"\n",
		tip.x, tip.y, head[0].x, head[0].y, head[1].x, head[1].y)
}
