package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// Results is the answer to a search.
type Results struct {
	Query  string
	Note   string // why the answer is wider than the question, empty if it is not
	Offset int    // hits left out before the first
	Total  int    // hits in all, of which Hits are the best
	TookMS float64
	Hits   []Hit
}

// Hit is one document that matches.
type Hit struct {
	Kind, ID, Title, Status string
	Score                   float64
	Fragments               []Fragment
}

// Fragment is a passage of a document. Spans are the byte ranges of Text that
// match, in order; those that overlap or lie outside are ignored.
type Fragment struct {
	Text  string
	Spans [][2]int
}

// Search lists hits, the best first, with the passages that match. Off the
// terminal: kind, id, status, score, title, passages (separated by " … ").
func Search(w io.Writer, o Options, r *Results) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for _, h := range r.Hits {
			var passages []string
			for _, f := range h.Fragments {
				passages = append(passages, esc.Line(f.Text))
			}
			p.record(h.Kind, h.ID, h.Status, fmt.Sprintf("%.3f", h.Score), h.Title, strings.Join(passages, " "+ellipsis+" "))
		}
		return p.flush()
	}
	head := "nothing found for "
	if r.Total > 0 {
		head = render.Count(r.Total, "hit") + " for "
	}
	p.line(own(head), from(r.Query).in(bold), own(fmt.Sprintf("  %.0f ms", r.TookMS)).in(dim))
	if r.Note != "" && r.Total > 0 {
		p.line(from(r.Note).in(yellow))
	}
	for _, h := range r.Hits {
		p.blank()
		line := []span{p.pad(from(h.Kind).in(cyan), 8), own(" "), p.id(h), own("  "), from(h.Title).in(bold)}
		if h.Status != "" {
			line = []span{line[0], line[1], line[2], own("  "), status(fact.Status(h.Status)), own("  "), line[4]}
		}
		p.line(line...)
		for _, f := range h.Fragments {
			p.text(9, append([]span{own("         ")}, f.spans()...)...)
		}
	}
	if more := r.Total - r.Offset - len(r.Hits); more > 0 {
		p.blank()
		p.line(own("… and " + render.Number(more) + " more").in(dim))
	}
	return p.flush()
}

// id shows a commit's hash short, and any other name as it is.
func (p *printer) id(h Hit) span {
	if len(h.ID) >= 40 && fact.IsHash(h.ID) {
		return p.hash(h.ID, "")
	}
	return from(h.ID).in(yellow)
}

// spans splits a fragment into what matches and what does not.
func (f Fragment) spans() []span {
	var out []span
	at := 0
	for _, m := range f.Spans {
		if m[0] < at || m[1] <= m[0] || m[1] > len(f.Text) {
			continue
		}
		out = append(out, span{text: esc.Part(f.Text[at:m[0]])}, span{text: esc.Part(f.Text[m[0]:m[1]]), style: bold + ";" + yellow})
		at = m[1]
	}
	return append(out, span{text: esc.Part(f.Text[at:])})
}
