package report

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inline flattens the inline nodes under a block.
func (o *outline) inline(n ast.Node) text {
	f := &flattener{src: o.src, cell: n.Kind() == east.KindTableCell}
	if lines := n.Lines(); lines.Len() > 0 {
		f.b.Grow(lines.At(lines.Len()-1).Stop - lines.At(0).Start)
	}
	f.node(n, 0)
	f.t.s = f.b.String()
	if len(f.t.marks) == 0 {
		// Not a word: a link without a text, say.
		line := o.at.line()
		if lines := n.Lines(); lines.Len() > 0 {
			line = o.src.line(lines.At(0).Start)
		}
		f.t.marks = []lineMark{{0, line}}
	}
	return f.t
}

type flattener struct {
	src  *source
	b    strings.Builder
	t    text
	cell bool // of a table
}

// node writes what is under n. Nesting beyond a few levels carries no
// meaning and is not followed.
func (f *flattener) node(n ast.Node, depth int) {
	if depth > 64 {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		from := f.b.Len()
		switch c := c.(type) {
		case *ast.Text:
			f.mark(c.Segment.Start)
			raw := c.Segment.Value(f.src.text)
			if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '&') < 0 {
				f.b.Write(raw)
			} else {
				f.b.WriteString(unescape(raw, n.Kind() == ast.KindCodeSpan, f.cell))
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				f.b.WriteByte('\n')
			}
		case *ast.String:
			f.b.Write(c.Value)
		case *ast.CodeSpan:
			f.node(c, depth+1)
			f.span(from, spanCode, "")
		case *ast.Emphasis:
			f.node(c, depth+1)
			if c.Level == 2 {
				f.span(from, spanStrong, "")
			}
		case *east.Strikethrough:
			f.node(c, depth+1)
			f.span(from, spanStrike, "")
		case *ast.Link:
			url := string(c.Destination)
			f.lead(c, url)
			f.node(c, depth+1)
			f.span(from, spanLink, url)
		case *ast.AutoLink:
			f.b.Write(c.URL(f.src.text))
			f.span(from, spanLink, string(c.URL(f.src.text)))
		case *ast.RawHTML:
			if c.Segments.Len() > 0 {
				seg := c.Segments.At(0)
				if tag := strings.ToLower(string(seg.Value(f.src.text))); strings.HasPrefix(tag, "<br") {
					f.b.WriteByte('\n')
				}
			}
		default:
			f.node(c, depth+1)
		}
	}
}

// lead writes the commit or pull request that a link leads to before its
// words, if the words do not say it.
func (f *flattener) lead(link *ast.Link, url string) {
	words := linkWords(link, f.src.text)
	if hash := commitInURL(url); hash != "" {
		if len(findHashes(&text{s: words})) == 0 {
			f.b.WriteString(hash + " ")
		}
		return
	}
	if pr := pullInURL(url); pr != "" && !strings.Contains(words, pr) && !strings.Contains(words, "#") {
		f.b.WriteString("#" + pr + " ")
	}
}

func linkWords(link *ast.Link, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(link, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(src))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func (f *flattener) mark(offset int) {
	line := f.src.line(offset)
	if k := len(f.t.marks); k == 0 || f.t.marks[k-1].line != line {
		f.t.marks = append(f.t.marks, lineMark{f.b.Len(), line})
	}
}

func (f *flattener) span(from int, kind spanKind, url string) {
	f.t.spans = append(f.t.spans, span{from, f.b.Len(), kind, url})
}

// unescape resolves the escapes of a text. In code there are none, but for the pipes
// of a table. What an escape stands in is no entity: "\\&amp;".
func unescape(raw []byte, code, cell bool) string {
	if code && !cell {
		return string(raw)
	}
	if code {
		return strings.ReplaceAll(string(raw), `\|`, "|")
	}
	var b strings.Builder
	from := 0
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] == '\\' && util.IsPunct(raw[i+1]) {
			b.WriteString(html.UnescapeString(string(raw[from:i])))
			b.WriteByte(raw[i+1])
			i++
			from = i + 1
		}
	}
	b.WriteString(html.UnescapeString(string(raw[from:])))
	return b.String()
}

// paragraph returns the parts of a paragraph that stand for themselves: lines
// that begin like a field, a mark or a commit each begin one; other line
// ends are spaces.
func (o *outline) paragraph(n ast.Node) []text {
	t := o.inline(n)
	var parts []text
	from := 0
	for i := 0; i < len(t.s); i++ {
		if t.s[i] == '\n' && startsPart(&t, i+1) {
			parts = append(parts, t.slice(from, i))
			from = i + 1
		}
	}
	parts = append(parts, t.slice(from, len(t.s)))
	kept := parts[:0]
	for _, p := range parts {
		if p.s == "" {
			continue
		}
		p.s = strings.ReplaceAll(p.s, "\n", " ")
		kept = append(kept, unstamped(p))
	}
	return kept
}

// startsPart reports whether what stands at pos begins a new statement.
func startsPart(t *text, pos int) bool {
	for pos < len(t.s) && t.s[pos] == ' ' {
		pos++
	}
	if pos == len(t.s) {
		return false
	}
	if _, ok := t.within(pos, spanStrong); ok {
		return true
	}
	rest := t.s[pos:]
	if r, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune("•·▪◦‣|→", r) {
		return true
	}
	if h, ok := lexicon().mark.match(rest, 0); ok && h.to > 1 || stamp.MatchString(rest) {
		return true
	}
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	if label, _, ok := splitLabel(rest); ok {
		if _, known := fieldOf(label); known {
			return true
		}
	}
	line := text{s: rest}
	if sp, ok := t.within(pos, spanCode); ok {
		line.spans = []span{{0, min(sp.to-pos, len(rest)), spanCode, ""}}
	}
	hashes := findHashes(&line)
	return len(hashes) > 0 && hashes[0].from == 0 && startsWithHash(t)
}

// plainText is a text without markup.
func plainText(s string, line int) text {
	return text{s: s, marks: []lineMark{{0, line}}}
}
