package graph

import (
	"fmt"
	"slices"

	"tracker/render"
)

// legend is what stands above the boxes and arrows.
type legend struct {
	canvas
	width, height int
}

// legend explains what a picture has of colours and lines, and says what it
// leaves out, in lines of about so many pixels.
func (p *picture) legend(limit int) *legend {
	out := &legend{}
	const swatch, gap = 26, 20
	x, y := 0, 0
	item := func(words string, mark func(x, y int)) {
		w := (width(words) + 99) / 100
		if mark != nil {
			w += swatch
		}
		if x > 0 && (mark == nil || x+w > limit) {
			x, y = 0, y+lineHeight+4
		}
		at := x
		if mark != nil {
			mark(x, y)
			at += swatch
		}
		fmt.Fprintf(out, `<text class="note" x="%d" y="%d">`, at, y+fontSize)
		out.text(words)
		out.WriteString("</text>\n")
		out.width = max(out.width, x+w)
		x += w + gap
	}
	for _, s := range []struct {
		state state
		words string
	}{{asked, p.asked}, {lacking, "not in the fork"}, {inFork, "in the fork"}} {
		if slices.ContainsFunc(p.boxes, func(b box) bool { return b.state == s.state }) {
			item(s.words, func(x, y int) {
				fmt.Fprintf(out, `<g class="%s"><rect x="%d" y="%d" width="18" height="12" rx="3"/></g>`, s.state, x+1, y+2)
			})
		}
	}
	for _, s := range []struct {
		hard  bool
		words string
	}{{true, "does not apply without"}, {false, "uses its names, or stands near its lines"}} {
		if slices.ContainsFunc(p.arrows, func(t tie) bool { return t.hard == s.hard }) {
			item(s.words, func(x, y int) {
				fmt.Fprintf(out, `<g class="need %s"><path d="M%d %dh14"/><path class="head" d="M%d %dl-8 -4v8Z"/></g>`,
					(&tie{hard: s.hard}).strength(), x, y+8, x+20, y+8)
			})
		}
	}
	if len(p.implied) > 0 {
		item(render.Count(len(p.implied), "arrow")+" left out, where others lead there", nil)
	}
	if p.omitted > 0 {
		item(p.missing(), nil)
	}
	if len(p.boxes) == 0 {
		item("no commits", nil)
	}
	out.height = y + lineHeight + margin
	return out
}
