package term

import (
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"tracker/render/esc"
)

var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

// Markdown shows a document on a terminal: headings stand out, paragraphs are wrapped,
// tables have columns, and code and links are what they are for a reader. beside gives
// what is to be said behind a line of the document, counted from 1; it may be nil. Off
// the terminal the document is printed as it is, without what stands beside.
func Markdown(w io.Writer, o Options, source []byte, beside map[int][]string) error {
	if !o.TTY {
		_, err := w.Write(source)
		return err
	}
	p := newPrinter(w, o)
	d := &document{p: p, source: source, beside: maps.Clone(beside)}
	for i, c := range source {
		if c == '\n' {
			d.ends = append(d.ends, i)
		}
	}
	d.blocks(gfm.Parse(text.NewReader(source)), "")
	return p.flush()
}

// document shows Markdown, block by block.
type document struct {
	p      *printer
	source []byte
	beside map[int][]string
	ends   []int // where the lines of the source end
	begun  bool
}

// blocks shows the blocks of a container, with a prefix before each line.
func (d *document) blocks(parent ast.Node, prefix string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		d.block(n, prefix)
	}
}

// apart sets a block apart from the one before.
func (d *document) apart(n ast.Node, prefix string) {
	if d.begun && n.Kind() != ast.KindTextBlock && n.Kind() != ast.KindListItem && (n.PreviousSibling() != nil || n.Parent().Kind() == ast.KindDocument) {
		d.p.line(own(strings.TrimRight(prefix, " ")))
	}
	d.begun = true
}

func (d *document) block(n ast.Node, prefix string) {
	if list, ok := n.(*ast.List); ok {
		if n.Parent().Kind() != ast.KindListItem {
			d.apart(n, prefix)
		}
		d.list(list, prefix)
		return
	}
	if _, ok := n.(*ast.HTMLBlock); ok {
		return // markup for a browser, and comments
	}
	d.apart(n, prefix)
	switch n := n.(type) {
	case *ast.Heading:
		spans := d.inline(n, bold)
		if n.Level == 1 {
			spans = d.inline(n, bold+";4")
		}
		d.p.text(len(prefix), append([]span{own(prefix)}, spans...)...)
	case *ast.ThematicBreak:
		d.p.line(own(prefix), own(strings.Repeat("─", 20)).in(dim))
	case *ast.Blockquote:
		d.begun = false
		d.blocks(n, prefix+"│ ")
		return
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		for i := range n.Lines().Len() {
			seg := n.Lines().At(i)
			line := strings.TrimRight(string(seg.Value(d.source)), "\r\n")
			d.p.line(own(prefix+"    "), span{text: esc.Part(strings.ReplaceAll(line, "\t", "    ")), style: cyan})
		}
	case *east.Table:
		d.table(n, prefix)
		return
	default:
		d.p.text(d.p.width(prefix), append([]span{own(prefix)}, d.inline(n, normal)...)...)
	}
	d.notes(n, prefix)
}

// list shows items behind bullets or numbers.
func (d *document) list(list *ast.List, prefix string) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if list.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		rest := strings.Repeat(" ", d.p.width(mark))
		first := true
		for n := item.FirstChild(); n != nil; n = n.NextSibling() {
			switch {
			case !first:
				d.block(n, prefix+rest)
			case n.Kind() == ast.KindTextBlock || n.Kind() == ast.KindParagraph:
				d.begun = true
				d.p.text(d.p.width(prefix+rest), append([]span{own(prefix), own(mark).in(dim)}, d.inline(n, normal)...)...)
				d.notes(n, prefix+rest)
			default:
				d.p.line(own(prefix), own(mark).in(dim))
				d.block(n, prefix+rest)
			}
			first = false
		}
	}
}

// mostColumn is how wide a column of a table may be where the table is wider than the
// screen.
const mostColumn = 32

// table shows rows in columns; a table that is too wide has its cells cut.
func (d *document) table(table *east.Table, prefix string) {
	var rows [][][]span
	var nodes []ast.Node
	var widths []int
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]span
		st := normal
		if row.Kind() == east.KindTableHeader {
			st = bold
		}
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			spans := d.inline(cell, st)
			if len(cells) == len(widths) {
				widths = append(widths, 0)
			}
			widths[len(cells)] = max(widths[len(cells)], d.p.width(plain(spans)))
			cells = append(cells, spans)
		}
		rows = append(rows, cells)
		nodes = append(nodes, row)
	}
	total := d.p.width(prefix)
	for _, w := range widths {
		total += w + 2
	}
	if limit := d.p.limit(); limit > 0 && total > limit {
		for i, w := range widths {
			widths[i] = min(w, mostColumn)
		}
	}
	for i, cells := range rows {
		line := []span{own(prefix)}
		for j, spans := range cells {
			text := plain(spans)
			if w := d.p.width(text); w > widths[j] {
				spans = cut(spans, len(d.p.shorten(text, widths[j])))
			} else if j+1 < len(cells) {
				spans = append(spans, own(strings.Repeat(" ", widths[j]-w)))
			}
			line = append(append(line, spans...), own("  "))
		}
		d.p.line(trimRight(line)...)
		d.notes(nodes[i], prefix)
	}
}

// notes shows what stands beside the lines of a block.
func (d *document) notes(n ast.Node, prefix string) {
	if len(d.beside) == 0 {
		return
	}
	first, last := 0, -1
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock && entering && n.Lines().Len() > 0 {
			from := d.line(n.Lines().At(0).Start)
			if to := d.line(max(0, n.Lines().At(n.Lines().Len()-1).Stop-1)); to > last {
				last = to
			}
			if first == 0 || from < first {
				first = from
			}
		}
		return ast.WalkContinue, nil
	})
	for l := first; l <= last; l++ {
		for _, text := range d.beside[l] {
			d.p.text(d.p.width(prefix)+4, own(prefix+"  "), own("✗ ").in(red), from(text).in(red))
		}
		delete(d.beside, l)
	}
}

// line is the number of the line that an offset is in.
func (d *document) line(offset int) int {
	before, _ := slices.BinarySearch(d.ends, offset)
	return before + 1
}

// inline gathers the words of a block.
func (d *document) inline(parent ast.Node, st style) []span {
	var out []span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			words := string(n.Segment.Value(d.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				words += " "
			}
			out = append(out, span{text: esc.Part(html.UnescapeString(unescaped(words))), style: st})
		case *ast.String:
			out = append(out, span{text: esc.Part(string(n.Value)), style: st})
		case *ast.CodeSpan:
			out = append(out, d.inline(n, cyan)...)
		case *ast.Emphasis:
			inner := st
			if n.Level == 2 {
				inner = bold
			}
			out = append(out, d.inline(n, inner)...)
		case *ast.AutoLink:
			out = append(out, span{text: esc.Part(string(n.Label(d.source))), style: st})
		case *ast.Image:
			out = append(out, own("[").in(dim))
			out = append(out, d.inline(n, dim)...)
			out = append(out, own("]").in(dim))
		case *ast.RawHTML:
			if n.Segments.Len() > 0 {
				seg := n.Segments.At(0)
				if strings.HasPrefix(strings.ToLower(string(seg.Value(d.source))), "<br") {
					out = append(out, own(" "))
				}
			}
		case *east.TaskCheckBox:
			sign := "☐ "
			if n.IsChecked {
				sign = "☑ "
			}
			out = append(out, own(sign))
		default:
			out = append(out, d.inline(n, st)...)
		}
	}
	return out
}

// unescaped takes the backslashes of Markdown out of a text.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
