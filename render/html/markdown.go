package html

import (
	"bytes"
	stdhtml "html"
	"html/template"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"tracker/internal/block"
	"tracker/internal/fact"
)

// gfm reads and writes reports. Columns are not aligned: that would take styles.
var gfm = goldmark.New(
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
		extension.Strikethrough, extension.Linkify, extension.TaskList,
	),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(&nodes{}, 10))),
)

// markup is inline HTML of tracker's own in a report.
type markup struct {
	ast.BaseInline
	before, after string
}

var kindMarkup = ast.NewNodeKind("TrackerMarkup")

func (m *markup) Kind() ast.NodeKind { return kindMarkup }

func (m *markup) Dump(source []byte, level int) { ast.DumpHelper(m, source, level, nil, nil) }

// noteBlock stands behind a block that takes no inline text.
type noteBlock struct {
	ast.BaseBlock
	html string
}

var kindNote = ast.NewNodeKind("TrackerNote")

func (n *noteBlock) Kind() ast.NodeKind { return kindNote }

func (n *noteBlock) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// rendered is a report as a part of a page.
type rendered struct {
	html template.HTML
	cut  bool
}

// markdown renders a report. Hashes and pull requests of the range lead to their pages,
// lines that something refers to are marked, and notes stand beside what they are about.
func (p *page) markdown(r *fact.StoredReport, notes []note) rendered {
	t := newReportText(string(block.Strip([]byte(r.Text))))
	doc := gfm.Parser().Parse(text.NewReader(t.text))
	m := &marker{page: p, text: t, from: r.ID, mark: maps.Clone(p.site.marks[r.ID]), notes: map[int][]note{}, last: map[int]ast.Node{}, headings: map[string]string{}}
	for _, n := range notes {
		m.notes[n.Line] = append(m.notes[n.Line], n)
	}
	m.nameHeadings(doc)
	m.walk(doc)
	m.attach()
	var out bytes.Buffer
	if err := gfm.Renderer().Render(&out, t.text, doc); err != nil {
		return rendered{template.HTML("<pre>" + stdhtml.EscapeString(string(t.text)) + "</pre>"), t.cut}
	}
	// What stands nowhere in the text, such as a line beyond the end of what is shown,
	// is marked at its end.
	for _, l := range slices.Sorted(maps.Keys(m.mark)) {
		if m.mark[l] {
			out.WriteString(`<span class="at" id="` + line(l) + `"></span>`)
		}
	}
	return rendered{template.HTML(out.String()), t.cut}
}

// marker puts links, marks and notes into the tree of a report.
type marker struct {
	page     *page
	text     *reportText
	from     string           // the report's ID
	mark     map[int]bool     // lines that get a mark; those that have it are taken out
	notes    map[int][]note   // those that are not placed yet
	last     map[int]ast.Node // the last inline text of a line, or the block around it
	headings map[string]string
}

// nameHeadings gives every heading a name, under which links within the report find it.
func (m *marker) nameHeadings(doc ast.Node) {
	used := map[string]bool{}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			var words strings.Builder
			for i := range h.Lines().Len() {
				seg := h.Lines().At(i)
				words.Write(seg.Value(m.text.text))
			}
			slug := fragment(words.String())
			name := "s-" + unique(used, slug)
			if m.headings[slug] == "" {
				m.headings[slug] = name
			}
			h.SetAttributeString("id", []byte(name))
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// fragment is how a forge names a heading.
func fragment(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 0x7f:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (m *marker) walk(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; {
		next := n.NextSibling()
		switch n := n.(type) {
		case *ast.Text:
			m.words(n)
		case *ast.CodeSpan:
			m.code(n)
		case *ast.Link:
			m.link(n)
		case *ast.Image, *ast.AutoLink, *ast.RawHTML:
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			m.lines(n)
		default:
			m.walk(n)
		}
		n = next
	}
}

// at marks the line of a piece of text, and remembers the piece.
func (m *marker) at(n ast.Node, offset int) {
	l := m.text.line(offset)
	if m.mark[l] {
		m.mark[l] = false
		n.Parent().InsertBefore(n.Parent(), n, &markup{before: `<span class="at" id="` + line(l) + `"></span>`})
	}
	m.last[l] = n
}

// words links what a piece of text names.
func (m *marker) words(n *ast.Text) {
	m.at(n, n.Segment.Start)
	value := n.Segment.Value(m.text.text)
	parent, start, at := n.Parent(), n.Segment.Start, 0
	for _, found := range naming.FindAllIndex(value, -1) {
		word := string(value[found[0]:found[1]])
		hash, ok := m.page.resolve(word)
		if !ok {
			continue
		}
		if found[0] > at {
			parent.InsertBefore(parent, n, ast.NewTextSegment(text.NewSegment(start+at, start+found[0])))
		}
		ref := m.reference(hash)
		ref.AppendChild(ref, ast.NewTextSegment(text.NewSegment(start+found[0], start+found[1])))
		parent.InsertBefore(parent, n, ref)
		at = found[1]
	}
	n.Segment = n.Segment.WithStart(start + at)
}

func (m *marker) reference(hash string) *markup {
	p := m.page
	return &markup{
		before: `<a href="` + stdhtml.EscapeString(p.to(p.site.names.commits[hash])) + `" title="` + stdhtml.EscapeString(oneLine(p.site.stories[hash].Commit.Subject)) + `">`,
		after:  "</a>",
	}
}

// code links a code span that is a name and nothing else.
func (m *marker) code(n *ast.CodeSpan) {
	first, ok := n.FirstChild().(*ast.Text)
	if !ok {
		return
	}
	m.at(n, first.Segment.Start)
	hash, ok := m.page.resolve(string(first.Segment.Value(m.text.text)))
	if !ok || first.NextSibling() != nil {
		return
	}
	ref := m.reference(hash)
	n.Parent().ReplaceChild(n.Parent(), n, ref)
	ref.AppendChild(ref, n)
	m.last[m.text.line(first.Segment.Start)] = ref
}

// link lets a link lead to the web, to a heading, or to another report. Any other is no
// link: there is nothing where it leads.
func (m *marker) link(n *ast.Link) {
	l := 0
	if first, ok := n.FirstChild().(*ast.Text); ok {
		m.at(n, first.Segment.Start)
		l = m.text.line(first.Segment.Start)
	}
	to := m.destination(string(n.Destination))
	wrap := &markup{before: `<span class="noplace" title="` + stdhtml.EscapeString(oneLine(string(n.Destination))) + `">`, after: "</span>"}
	if to != "" {
		wrap = &markup{before: `<a href="` + stdhtml.EscapeString(to) + `" rel="noreferrer noopener nofollow">`, after: "</a>"}
	}
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		wrap.AppendChild(wrap, c)
		c = next
	}
	if l > 0 {
		m.last[l] = wrap
	}
	n.Parent().ReplaceChild(n.Parent(), n, wrap)
}

func (m *marker) destination(to string) string {
	if name, ok := strings.CutPrefix(to, "#"); ok {
		if unescaped, err := url.PathUnescape(name); err == nil {
			name = unescaped
		}
		if id := m.headings[name]; id != "" {
			return "#" + id
		}
		return ""
	}
	if web(to) {
		return to
	}
	to, _, _ = strings.Cut(to, "#")
	if unescaped, err := url.PathUnescape(to); err == nil {
		to = unescaped
	}
	if address := m.page.site.names.reports[path.Join(path.Dir(m.from), to)]; address != "" && to != "" {
		return m.page.to(address)
	}
	return ""
}

// web reports whether an address is one of the web or of a mailbox.
func web(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return true
	}
	return false
}

// lines marks what of a block of code is referred to.
func (m *marker) lines(n ast.Node) {
	var marks strings.Builder
	for i := range n.Lines().Len() {
		l := m.text.line(n.Lines().At(i).Start)
		if m.mark[l] {
			m.mark[l] = false
			marks.WriteString(`<span class="at" id="` + line(l) + `"></span>`)
		}
		m.last[l] = n
	}
	if marks.Len() > 0 {
		n.Parent().InsertBefore(n.Parent(), n, &noteBlock{html: marks.String()})
	}
}

// attach puts each note behind the text of its line.
func (m *marker) attach() {
	for l, notes := range m.notes {
		at := m.last[l]
		if at == nil || l == 0 {
			continue
		}
		var b strings.Builder
		for _, n := range notes {
			b.WriteString(`<span class="note ` + n.Kind + `" role="note">` + string(n.Text) + `</span>`)
		}
		parent := at.Parent()
		if at.Type() == ast.TypeBlock {
			parent.InsertAfter(parent, at, &noteBlock{html: "<p>" + b.String() + "</p>"})
			continue
		}
		parent.InsertAfter(parent, at, &markup{before: b.String()})
	}
}

// nodes renders what goldmark's own renderer would let through, or not as wanted.
type nodes struct{}

func (*nodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindMarkup, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		text := n.(*markup).after
		if entering {
			text = n.(*markup).before
		}
		_, err := w.WriteString(text)
		return ast.WalkContinue, err
	})
	r.Register(kindNote, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.WriteString(n.(*noteBlock).html)
			return ast.WalkSkipChildren, err
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		text := "]</span>"
		if entering {
			text = `<span class="noplace" title="` + stdhtml.EscapeString(oneLine(string(n.(*ast.Image).Destination))) + `">[image: `
		}
		_, err := w.WriteString(text)
		return ast.WalkContinue, err
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		auto := n.(*ast.AutoLink)
		to, label := string(auto.URL(source)), string(auto.Label(source))
		if auto.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
			to = "mailto:" + to
		}
		out := stdhtml.EscapeString(label)
		if web(to) {
			out = `<a href="` + stdhtml.EscapeString(to) + `" rel="noreferrer noopener nofollow">` + out + "</a>"
		}
		_, err := w.WriteString(out)
		return ast.WalkContinue, err
	})
	r.Register(ast.KindRawHTML, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			var b strings.Builder
			segments := n.(*ast.RawHTML).Segments
			for i := range segments.Len() {
				seg := segments.At(i)
				b.Write(seg.Value(source))
			}
			if _, err := w.WriteString(tagged(b.String())); err != nil {
				return ast.WalkStop, err
			}
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		b := n.(*ast.HTMLBlock)
		var text strings.Builder
		for i := range b.Lines().Len() {
			seg := b.Lines().At(i)
			text.Write(seg.Value(source))
		}
		if b.HasClosure() {
			text.Write(b.ClosureLine.Value(source))
		}
		if s := strings.TrimSpace(text.String()); !comment(s) {
			_, err := w.WriteString(`<pre class="rawhtml"><code>` + stdhtml.EscapeString(s) + "</code></pre>\n")
			return ast.WalkContinue, err
		}
		return ast.WalkContinue, nil
	})
	r.Register(east.KindTaskCheckBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		sign := "☐ "
		if n.(*east.TaskCheckBox).IsChecked {
			sign = "☑ "
		}
		if entering {
			_, err := w.WriteString(sign)
			return ast.WalkContinue, err
		}
		return ast.WalkContinue, nil
	})
}

// tagged shows a tag that stands in a sentence: a line break as one, a comment not at
// all, any other as the text that it is.
func tagged(tag string) string {
	switch name := strings.ToLower(strings.Trim(tag, "</> ")); {
	case name == "br":
		return "<br>"
	case comment(tag):
		return ""
	}
	return `<code class="rawhtml">` + stdhtml.EscapeString(tag) + "</code>"
}

func comment(s string) bool { return strings.HasPrefix(s, "<!--") && strings.HasSuffix(s, "-->") }
