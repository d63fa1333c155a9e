package report

import (
	"html"
	"regexp"
	"strings"
)

var (
	htmlTableTag = regexp.MustCompile(`(?i)<(/?)(table|tr|td|th)\b[^<>]{0,500}>`)
	htmlAnyTag   = regexp.MustCompile(`(?s)<(/?)([A-Za-z][A-Za-z0-9]*)\b([^<>]{0,500})>`)
	htmlHref     = regexp.MustCompile(`(?i)\bhref\s*=\s*["']?([^"'\s>]+)`)
)

// htmlRowAt is a row of a table in raw HTML.
type htmlRowAt struct {
	from, to int // in bytes of the HTML
	cells    []string
	head     bool // all its cells are heads
	last     bool // the table ends after it
}

// htmlRows finds the rows that are complete in a piece of HTML. A row without
// its end tag ends at the next one.
func htmlRows(s string) []htmlRowAt {
	var rows []htmlRowAt
	var row *htmlRowAt
	heads, cell := 0, -1
	endCell := func(at int) {
		if row != nil && cell >= 0 {
			row.cells = append(row.cells, s[cell:at])
		}
		cell = -1
	}
	endRow := func(at, to int) {
		endCell(at)
		if row != nil && len(row.cells) > 0 {
			row.to, row.head = to, heads == len(row.cells)
			rows = append(rows, *row)
		}
		row, heads = nil, 0
	}
	for _, m := range htmlTableTag.FindAllStringSubmatchIndex(s, -1) {
		end, name := m[2] < m[3], strings.ToLower(s[m[4]:m[5]])
		switch {
		case name == "table" && end:
			endRow(m[0], m[0])
			if n := len(rows); n > 0 {
				rows[n-1].last = true
			}
		case name == "tr":
			endRow(m[0], m[0])
			if end && len(rows) > 0 {
				rows[len(rows)-1].to = m[1]
			}
			if !end {
				row = &htmlRowAt{from: m[0]}
			}
		case name == "td" || name == "th":
			endCell(m[0])
			if !end && row != nil {
				cell = m[1]
				if name == "th" {
					heads++
				}
			}
		}
	}
	return rows
}

// htmlSpans are the tags that say what Markdown's own marks say.
var htmlSpans = map[string]spanKind{"code": spanCode, "tt": spanCode, "kbd": spanCode, "b": spanStrong, "strong": spanStrong, "s": spanStrike, "del": spanStrike, "strike": spanStrike, "a": spanLink}

// htmlText is the text of a piece of HTML, with what its tags say kept beside
// it.
func htmlText(s string, line int) text {
	t := text{marks: []lineMark{{0, line}}}
	var b strings.Builder
	type open struct {
		kind spanKind
		from int
		url  string
	}
	var stack []open
	at := 0
	put := func(part string) {
		part = html.UnescapeString(strings.ReplaceAll(part, "\n", " "))
		if b.Len() == 0 {
			part = strings.TrimLeft(part, " \t")
		}
		b.WriteString(part)
	}
	for _, m := range htmlAnyTag.FindAllStringSubmatchIndex(s, -1) {
		put(s[at:m[0]])
		at = m[1]
		end, name := m[2] < m[3], strings.ToLower(s[m[4]:m[5]])
		kind, known := htmlSpans[name]
		switch {
		case name == "br" || name == "p" || name == "li":
			put(" ")
		case known && !end && len(stack) < 16:
			o := open{kind: kind, from: b.Len()}
			if kind == spanLink {
				if h := htmlHref.FindStringSubmatch(s[m[6]:m[7]]); h != nil {
					o.url = html.UnescapeString(h[1])
				}
			}
			stack = append(stack, o)
		case known && end && len(stack) > 0 && stack[len(stack)-1].kind == kind:
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if b.Len() > o.from {
				t.spans = append(t.spans, span{o.from, b.Len(), o.kind, o.url})
			}
		}
	}
	put(s[at:])
	t.s = b.String()
	return t.slice(0, len(t.s))
}

// htmlTableRow adds a row of a table in raw HTML; the first row of heads is
// the table's.
func (o *outline) htmlTableRow(r htmlRowAt, line int, parent, intro *block) {
	var cells []text
	for _, c := range r.cells {
		cells = append(cells, htmlText(c, line))
	}
	if o.raw == nil {
		o.raw = &table{line: line}
		if r.head {
			o.raw.head = cells
		} else {
			o.raw.head = make([]text, len(cells))
		}
	}
	if t := o.raw; !r.head {
		b := &block{kind: blockRow, line: line, cells: cells, table: t, parent: parent, intro: intro}
		t.rows = append(t.rows, b)
		o.add(b)
	}
	if r.last {
		o.raw = nil
	}
}
