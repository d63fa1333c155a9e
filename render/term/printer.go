package term

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// style is a set of parameters of the escape sequence that selects it.
type style string

const (
	normal style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
)

// span is a piece of a line in one style. Its text is safe to print.
type span struct {
	text  string
	style style
	url   string
}

// own makes a span of tracker's own words.
func own(text string) span { return span{text: text} }

// from makes a span of words from a repository, report or tool.
func from(text string) span { return span{text: esc.Line(text)} }

func (s span) in(st style) span { s.style = st; return s }

// printer lays out lines. It buffers, and its first error is flush's.
type printer struct {
	w              *bufio.Writer
	o              Options
	cells          *runewidth.Condition
	upstream, fork render.Forge
}

func newPrinter(w io.Writer, o Options) *printer {
	p := &printer{w: bufio.NewWriter(w), o: o, cells: &runewidth.Condition{
		EastAsianWidth: o.EastAsian, StrictEmojiNeutral: true,
	}}
	if o.Hyperlinks {
		p.upstream, p.fork = render.NewForge(o.UpstreamURL), render.NewForge(o.ForkURL)
	}
	return p
}

func (p *printer) flush() error { return p.w.Flush() }

// limit returns the width that lines must keep to, 0 when there is none.
func (p *printer) limit() int {
	if !p.o.TTY || p.o.Width <= 0 {
		return 0
	}
	return p.o.Width
}

// line prints spans as one line, shortened to the terminal.
func (p *printer) line(spans ...span) {
	text := plain(spans)
	if limit := p.limit(); limit > 0 && p.width(text) > limit {
		spans = cut(spans, len(p.shorten(text, limit)))
	}
	for _, s := range spans {
		p.span(s)
	}
	p.w.WriteByte('\n')
}

func (p *printer) span(s span) {
	if s.text == "" {
		return
	}
	if s.url != "" {
		fmt.Fprintf(p.w, "\x1b]8;;%s\x1b\\", s.url)
	}
	if p.o.Color && s.style != normal {
		fmt.Fprintf(p.w, "\x1b[%sm%s\x1b[0m", s.style, s.text)
	} else {
		p.w.WriteString(s.text)
	}
	if s.url != "" {
		p.w.WriteString("\x1b]8;;\x1b\\")
	}
}

func plain(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

func (p *printer) width(s string) int { return p.cells.StringWidth(s) }

// ellipsis ends what was shortened.
const ellipsis = "…"

// shorten returns as much of s as fits into limit cells together with an
// ellipsis. The prefix that is kept ends between two characters as people see
// them.
func (p *printer) shorten(s string, limit int) string {
	return p.cells.Truncate(s, limit-p.width(ellipsis), "")
}

// cut keeps the first n bytes of the spans' text and adds an ellipsis.
func cut(spans []span, n int) []span {
	var kept []span
	for _, s := range spans {
		if len(s.text) >= n {
			s.text = s.text[:n] + ellipsis
			return append(kept, s)
		}
		n -= len(s.text)
		kept = append(kept, s)
	}
	return kept
}

// pad fills text up to a width with blanks.
func (p *printer) pad(s span, width int) span {
	if missing := width - p.width(s.text); missing > 0 {
		s.text += strings.Repeat(" ", missing)
	}
	return s
}

// text prints a paragraph, on a terminal wrapped between words, with all lines
// but the first indented by indent cells.
func (p *printer) text(indent int, spans ...span) {
	limit := p.limit()
	if limit == 0 || p.width(plain(spans)) <= limit {
		p.line(spans...)
		return
	}
	indent = min(indent, limit/2)
	var row []span
	used, fresh := 0, true
	for _, word := range p.words(spans, limit-indent) {
		w := p.width(word.text)
		if used+p.width(strings.TrimRight(word.text, " ")) > limit && (!fresh || used > indent) {
			if !fresh {
				p.line(trimRight(row)...)
			}
			row, used, fresh = []span{own(strings.Repeat(" ", indent))}, indent, true
		}
		row, used = append(row, word), used+w
		fresh = fresh && strings.TrimSpace(word.text) == ""
	}
	if !fresh {
		p.line(trimRight(row)...)
	}
}

// words splits spans into words with the blanks that follow them, and words
// that no line has room for into pieces.
func (p *printer) words(spans []span, room int) []span {
	var out []span
	for _, s := range spans {
		for s.text != "" {
			n := strings.IndexByte(s.text, ' ')
			if n < 0 {
				n = len(s.text)
			}
			for n < len(s.text) && s.text[n] == ' ' {
				n++
			}
			if word := strings.TrimRight(s.text[:n], " "); p.width(word) > room {
				if fits := len(p.cells.Truncate(word, room, "")); fits > 0 {
					n = fits
				}
			}
			word := s
			word.text, s.text = s.text[:n], s.text[n:]
			out = append(out, word)
		}
	}
	return out
}

func trimRight(row []span) []span {
	for i := len(row) - 1; i >= 0; i-- {
		row[i].text = strings.TrimRight(row[i].text, " ")
		if row[i].text != "" {
			return row
		}
	}
	return row
}

// record prints the fields of one record, separated by tabs.
func (p *printer) record(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			p.w.WriteByte('\t')
		}
		p.w.WriteString(esc.Line(f))
	}
	p.w.WriteByte('\n')
}

// blank prints an empty line.
func (p *printer) blank() { p.w.WriteByte('\n') }

// upHash and forkHash show a commit of either side: short, and linked where its
// address is known.
func (p *printer) upHash(hash string) span   { return p.hash(hash, p.upstream) }
func (p *printer) forkHash(hash string) span { return p.hash(hash, p.fork) }

func (p *printer) hash(hash string, at render.Forge) span {
	s := from(fact.Short(hash)).in(yellow)
	if at != "" && fact.IsHash(hash) {
		s.url = at.Commit(hash)
	}
	return s
}

// statusStyle gives each status its colour; the word says the same.
func statusStyle(s string) style {
	switch fact.Status(s) {
	case fact.Integrated, fact.Adapted:
		return green
	case fact.Partial, fact.Deferred, fact.Pending:
		return yellow
	case fact.Reverted:
		return red
	}
	return dim
}

func status(s fact.Status) span { return from(string(s)).in(statusStyle(string(s))) }

// title is a commit's subject with its pull request, if it does not name it.
func title(subject string, pr int) span {
	s := from(subject)
	if number := fmt.Sprintf("#%d", pr); pr > 0 && !strings.Contains(subject, number) {
		s.text += " (" + number + ")"
	}
	return s
}
