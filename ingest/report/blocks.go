package report

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"
)

type blockKind uint8

const (
	blockHeading blockKind = iota
	blockParagraph
	blockItem
	blockRow
	blockFence
)

// block is one piece of a report in reading order.
type block struct {
	kind    blockKind
	line    int
	level   int     // of a heading
	text    text    // of all but rows and fences
	cells   []text  // of a row
	table   *table  // that a row is in
	code    []coded // of a fence
	fenced  bool    // it is between fences, not merely indented
	number  int     // of an item in a numbered list, else 0
	box     string  // what stands between the brackets of a task, "" without
	ticked  bool
	parent  *block   // the list item around it
	section *section // the heading above it
	intro   *block   // the paragraph that introduces its list or table
	entry   []*entry // the commits that an item is about
	sense   *sense   // what it says to what stands under it, worked out once
}

// table is what the rows of one table share.
type table struct {
	head      []text
	line      int
	rows      []*block
	columns   []column
	group     *sense // the last row that heads those below
	groupLine int
	around    *inherited // what the surroundings say to all rows, worked out once
}

// coded is a line of a fence.
type coded struct {
	s    string
	line int
}

// section is a heading with what stands under it.
type section struct {
	head   *block // nil for the text before the first heading
	parent *section
	entry  []*entry // the commits that the heading is about
	sense  *sense   // what the heading says, worked out once
}

// outline flattens a report to its blocks.
type outline struct {
	src    *source
	blocks []*block
	at     *section
	raw    *table // the table of raw HTML that is open
}

var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser()

func newOutline(src *source) *outline {
	o := &outline{src: src, at: &section{}}
	o.children(markdown.Parse(gtext.NewReader(src.text)), nil)
	return o
}

func (o *outline) add(b *block) *block {
	b.section = o.at
	o.blocks = append(o.blocks, b)
	return b
}

// children walks the blocks of a container; parent is the list item that the
// container is or stands in.
func (o *outline) children(n ast.Node, parent *block) {
	var intro *block
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Heading:
			o.heading(c)
			intro = nil
		case *ast.Paragraph, *ast.TextBlock:
			for _, t := range o.paragraph(c) {
				intro = o.add(&block{kind: blockParagraph, line: t.line(0), text: t, parent: parent})
			}
		case *ast.List:
			number := 0
			if c.IsOrdered() {
				number = max(c.Start, 1)
			}
			for item := c.FirstChild(); item != nil; item = item.NextSibling() {
				o.item(item, number, parent, intro)
				if number > 0 {
					number++
				}
			}
			if intro != nil && !introduces(intro, true) {
				intro = nil
			}
		case *east.Table:
			o.table(c, parent, intro)
			if intro != nil && !introduces(intro, true) {
				intro = nil
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			b := &block{kind: blockFence, parent: parent, intro: intro}
			_, b.fenced = c.(*ast.FencedCodeBlock)
			lines := c.Lines()
			for i := 0; i < lines.Len(); i++ {
				seg := lines.At(i)
				b.code = append(b.code, coded{strings.TrimSpace(string(seg.Value(o.src.text))), o.src.line(seg.Start)})
			}
			if len(b.code) > 0 {
				b.line = b.code[0].line
				o.add(b)
			}
		case *ast.HTMLBlock:
			intro = o.html(c, parent, intro)
		case *ast.ThematicBreak:
			intro = nil
		default:
			o.children(c, parent)
		}
	}
}

// introduces reports whether a paragraph stands like a title over what
// follows: it ends with a colon, speaks of "these", or is bold as a whole (then it rules until
// the next one).
func introduces(b *block, whole bool) bool {
	if b.text.covered(spanStrong) && len(b.text.s) < 160 {
		return true
	}
	return !whole && (strings.HasSuffix(b.text.s, ":") || strings.HasSuffix(b.text.s, "：") || len(b.text.s) < 160 && len(lexicon().these.scan(b.text.s)) > 0)
}

func (o *outline) heading(n *ast.Heading) {
	t := o.inline(n)
	if strings.TrimSpace(t.s) == "" {
		return
	}
	b := &block{kind: blockHeading, line: t.line(0), level: n.Level, text: t}
	up := o.at
	for up.head != nil && up.head.level >= n.Level {
		up = up.parent
	}
	o.at = &section{head: b, parent: up}
	o.add(b)
}

func (o *outline) item(n ast.Node, number int, parent, intro *block) {
	b := &block{kind: blockItem, number: number, parent: parent, intro: intro}
	first := n.FirstChild()
	var rest []text
	switch first.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		lines := o.paragraph(first)
		if len(lines) > 0 {
			b.text, rest = lines[0], lines[1:]
			b.line = b.text.line(0)
			b.takeBox()
		}
		first = first.NextSibling()
	}
	o.add(b)
	for _, t := range rest {
		o.add(&block{kind: blockParagraph, line: t.line(0), text: t, parent: b})
	}
	if first != nil {
		shell := ast.NewDocument()
		for c := first; c != nil; {
			next := c.NextSibling()
			shell.AppendChild(shell, c)
			c = next
		}
		o.children(shell, b)
	}
	if b.line == 0 {
		b.line = o.at.line()
	}
}

func (s *section) line() int {
	if s.head == nil {
		return 1
	}
	return s.head.line
}

var taskBox = regexp.MustCompile(`^\[([ xX~\-!/>?✓✔✗✘❌✅])\](\s+|$)`)

// takeBox cuts a task's box off the start of an item. The marks beyond the
// two of GitHub are common in lists that people keep by hand.
func (b *block) takeBox() {
	if !strings.HasPrefix(b.text.s, "[") {
		return
	}
	m := taskBox.FindStringSubmatchIndex(b.text.s)
	if m == nil {
		return
	}
	b.box = strings.ToLower(b.text.s[m[2]:m[3]])
	b.ticked = strings.ContainsAny(b.box, "x✓✔✅")
	b.text = b.text.slice(m[1], len(b.text.s))
}

func (o *outline) table(n *east.Table, parent, intro *block) {
	t := &table{}
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var cells []text
		line := 0
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			cell := o.inline(c)
			if line == 0 {
				line = cell.line(0)
			}
			cells = append(cells, cell)
		}
		if _, ok := r.(*east.TableHeader); ok {
			t.head, t.line = cells, line
			continue
		}
		b := &block{kind: blockRow, line: line, cells: cells, table: t, parent: parent, intro: intro}
		t.rows = append(t.rows, b)
		o.add(b)
	}
}

var (
	htmlComment = regexp.MustCompile(`(?s)<!--.*?(-->|$)`)
	htmlHidden  = regexp.MustCompile(`(?is)<(script|style)\b.*?(</(script|style)\s*>|$)`)
	htmlRow     = regexp.MustCompile(`(?i)<(?:tr|dt)\b`)
	htmlRowEnd  = regexp.MustCompile(`(?i)</(?:tr|dd|dl|table)\s*>`)
	htmlSummary = regexp.MustCompile(`(?i)<summary\b`)
	htmlFoldEnd = regexp.MustCompile(`(?i)</details\s*>`)
	htmlTag     = regexp.MustCompile(`(?s)</?[A-Za-z][^<>]{0,500}>`)
)

// html keeps the words of raw HTML as paragraphs, one for each line, row of
// a table or term: a reader sees what stands in a <details>, and does not see
// comments. It returns what introduces the blocks that follow: the summary of
// a <details> that is open.
func (o *outline) html(n *ast.HTMLBlock, parent, intro *block) *block {
	lines := n.Lines()
	var raw strings.Builder
	var marks []lineMark
	for i := 0; i < lines.Len(); i++ {
		seg := lines.At(i)
		marks = append(marks, lineMark{raw.Len(), o.src.line(seg.Start)})
		raw.Write(seg.Value(o.src.text))
	}
	blank := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, s)
	}
	s := raw.String()
	if strings.Contains(s, "<!--") {
		s = htmlComment.ReplaceAllStringFunc(s, blank)
	}
	s = htmlHidden.ReplaceAllStringFunc(s, blank)
	table := map[int][]htmlRowAt{} // by the line of the block that they begin in
	if strings.Contains(s, "<t") || strings.Contains(s, "<T") {
		var rest strings.Builder
		at, line := 0, 0
		for _, r := range htmlRows(s) {
			line += strings.Count(s[at:r.from], "\n")
			table[line] = append(table[line], r)
			line += strings.Count(s[r.from:r.to], "\n")
			rest.WriteString(s[at:r.from])
			rest.WriteString(blank(s[r.from:r.to]))
			at = r.to
		}
		rest.WriteString(s[at:])
		s = rest.String()
	}
	rows := strings.Split(s, "\n")
	s = htmlTag.ReplaceAllStringFunc(s, blank)
	var held []string // the cells of a row, or a term and what it means, until it ends
	at := 0
	flush := func() {
		if len(held) > 0 {
			o.add(&block{kind: blockParagraph, line: at, text: plainText(strings.Join(held, " — "), at), parent: parent})
		}
		held, at = nil, 0
	}
	for i, line := range strings.Split(s, "\n") {
		if i >= len(marks) {
			break
		}
		if htmlRow.MatchString(rows[i]) {
			flush()
			at = marks[i].line
		}
		within := at > 0
		line = plain(line)
		switch {
		case line != "" && htmlSummary.MatchString(rows[i]):
			// It rules what can be unfolded under it.
			t := plainText(line, marks[i].line)
			t.spans = []span{{from: 0, to: len(line), kind: spanStrong}}
			intro = o.add(&block{kind: blockParagraph, line: marks[i].line, text: t, parent: parent})
			continue
		case htmlFoldEnd.MatchString(rows[i]):
			intro = nil
		}
		if line != "" {
			if !within {
				at = marks[i].line
			}
			held = append(held, line)
		}
		if !within || htmlRowEnd.MatchString(rows[i]) || len(held) > 50 {
			flush()
		}
		for _, r := range table[i] {
			o.htmlTableRow(r, marks[i].line, parent, intro)
		}
	}
	flush()
	return intro
}
