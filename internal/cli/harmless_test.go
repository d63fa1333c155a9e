package cli_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// obeyed reports whether a line holds a character that a terminal obeys or that
// misleads a reader.
func obeyed(line string) bool {
	return !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	})
}

// harmless requires of a document that nothing in it is HTML but tracker's own
// markers, that every link leads to the web or into the tree, that no image is
// fetched, and that every row of a table has as many cells as its head.
func harmless(t *testing.T, source []byte, least int) {
	t.Helper()
	for i, line := range strings.Split(string(source), "\n") {
		if obeyed(line) {
			t.Errorf("line %d of the document holds a hidden character: %q", i+1, line)
		}
	}
	rows := 0
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		link := ""
		switch n := n.(type) {
		case *ast.HTMLBlock:
			for i := range n.Lines().Len() {
				segment := n.Lines().At(i)
				if line := segment.Value(source); !bytes.HasPrefix(line, []byte("<!-- tracker:")) || bytes.Count(line, []byte("-->")) != 1 {
					t.Errorf("HTML in the document: %q", line)
				}
			}
		case *ast.RawHTML:
			t.Errorf("HTML in the document: %q", n.Segments.Value(source))
		case *ast.Image:
			t.Errorf("an image in the document: %q", n.Destination)
		case *ast.AutoLink:
			link = string(n.URL(source))
		case *ast.Link:
			link = string(n.Destination)
		case *east.TableRow:
			rows++
			if head := n.Parent().FirstChild(); n.ChildCount() != head.ChildCount() || unescaped(n, source) != head.ChildCount()+1 {
				t.Errorf("a row of %d cells under %d: %q", unescaped(n, source)-1, head.ChildCount(), lineOf(n, source))
			}
		}
		if link != "" && (strings.Contains(link, ":") && !strings.HasPrefix(link, "https://") || strings.ContainsAny(link, "<>\"| ")) {
			t.Errorf("a link to %q", link)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows < least {
		t.Errorf("the document has %d rows of tables and not %d: the test looks in the wrong place", rows, least)
	}
}

// lineOf is the line of the source that a table's row stands in.
func lineOf(row ast.Node, source []byte) string {
	at := -1
	ast.Walk(row, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if leaf, ok := n.(*ast.Text); ok && at < 0 {
			at = leaf.Segment.Start
		}
		return ast.WalkContinue, nil
	})
	if at < 0 {
		return ""
	}
	end := at + bytes.IndexByte(source[at:], '\n')
	return string(source[bytes.LastIndexByte(source[:at], '\n')+1 : end])
}

// unescaped counts the bars that separate the cells of a row: goldmark drops
// what is too much, GitHub too.
func unescaped(row ast.Node, source []byte) int {
	line := lineOf(row, source)
	return strings.Count(line, "|") - strings.Count(line, `\|`)
}
