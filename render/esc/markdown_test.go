package esc_test

import (
	"bytes"
	stdhtml "html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"

	"tracker/render/esc"
)

// hostile are subjects that mean something to Markdown, to GitHub or to a
// terminal.
var hostile = []string{
	"Fix A & B, &amp; and &#60; in a_b and _c_",
	"**bold** *it* ~~gone~~ `code` ``x`` ` lone",
	"<script>alert(1)</script><!-- tracker:end --> <https://evil.example>",
	"[click](javascript:alert(1)) ![img](http://x.example/y.png) [ref][1] [^1]",
	"ping @octocat, mail root@example.com see https://example.com/a_(b)?x=1&y=2, www.example.com.",
	"a | b || c \\| d \\\\| e `f|g` `h\\|i`",
	"# heading", "- item", "1. first", "> quote", "+ x", "===", "---", "***", "~~~ fence", "```",
	"std::key::map and :smile: costs $5$ or $x$",
	"evil\x1b[31m red \u202egnp.exe\u2066 \x00 \xff\xfe \u200bzero\u2028sep",
	"line one\r\n\r\n| a | b |\n|---|---|\ttab  two",
	"trailing backslash \\", "`", "\\`", "`a\\`b`", "@a`@b`c`@d", "!`abcdef012`", "  spaces  ",
	"GH-12 #34 owner/repo#5 owner/repo@deadbeef", "x@y`z`", "`z`@y", "a:b:c", "",
}

// gfm renders with raw HTML let through, so that none can hide.
var gfm = goldmark.New(
	goldmark.WithExtensions(extension.GFM, extension.Footnote),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

var tag = regexp.MustCompile(`<[^>]*>`)

// rendered returns the text that a reader of the Markdown sees, and fails on
// any element that is not allowed.
func rendered(t interface{ Fatalf(string, ...any) }, source string, allowed ...string) string {
	var out bytes.Buffer
	if err := gfm.Convert([]byte(source), &out); err != nil {
		t.Fatalf("render %q: %v", source, err)
	}
	return strings.TrimSuffix(seenIn(t, out.String(), allowed...), "\n")
}

// seenIn returns the text of a page, and fails on any element that is not
// allowed; by default those of a line are.
func seenIn(t interface{ Fatalf(string, ...any) }, page string, allowed ...string) string {
	if len(allowed) == 0 {
		allowed = inline
	}
	for _, element := range tag.FindAllString(page, -1) {
		if !slices.Contains(allowed, element) {
			t.Fatalf("%s is rendered in %s", element, page)
		}
	}
	return stdhtml.UnescapeString(tag.ReplaceAllString(page, ""))
}

var (
	inline = []string{"<p>", "</p>", "<code>", "</code>"}
	table  = append([]string{"<table>", "</table>", "<thead>", "</thead>", "<tbody>", "</tbody>",
		"<tr>", "</tr>", "<th>", "</th>", "<td>", "</td>"}, inline...)
)

// anyText draws text from the characters that could do harm.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(hostile),
		rapid.StringOf(rapid.SampledFrom([]rune("ab1 `|\\<>()[]{}*_~&#!@:$.-+=\"'/wW\n\t\r\x1b\u202e\u200d\u0301é漢"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func checkText(t interface{ Fatalf(string, ...any) }, s string) {
	want := esc.Line(s)
	got := esc.Text(s)
	if seen := rendered(t, got, inline...); seen != want {
		t.Fatalf("Text(%q) = %q, which reads %q, want %q", s, got, seen, want)
	}
	if want != "" {
		checkCell(t, got, want)
		checkCell(t, esc.Code(s), want)
	}
	if seen := rendered(t, esc.Code(s), inline...); seen != want {
		t.Fatalf("Code(%q) = %q, which reads %q, want %q", s, esc.Code(s), seen, want)
	}
	prose := esc.Prose(s, nil)
	if seen := rendered(t, prose, inline...); bare(seen) != bare(want) {
		t.Fatalf("Prose(%q) = %q, which reads %q, want %q but for backticks", s, prose, seen, want)
	}
	if want != "" {
		checkCell(t, "x "+prose+" y", "")
	}
}

// checkCell puts Markdown between two other cells of a row.
func checkCell(t interface{ Fatalf(string, ...any) }, markdown, want string) {
	row := "| a | b | c |\n|---|---|---|\n| left | " + esc.Cell(markdown) + " | right |\n"
	seen := strings.Fields(strings.ReplaceAll(rendered(t, row, table...), "\n", " "))
	all := strings.Join(seen, " ")
	if !strings.HasPrefix(all, "a b c left ") || !strings.HasSuffix(all, " right") {
		t.Fatalf("the cell %q broke its row: %q", markdown, all)
	}
	if want = "a b c left " + strings.Join(strings.Fields(want), " ") + " right"; len(want) > len("a b c left  right") && all != want {
		t.Fatalf("the cell %q reads %q, want %q", markdown, all, want)
	}
}

func bare(s string) string { return strings.ReplaceAll(s, "`", "") }

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range hostile {
		checkText(t, s)
	}
}

func TestTextProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkText(t, anyText().Draw(t, "s")) })
}

func FuzzText(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkText(t, s) })
}

func TestReadableWhereItCanBe(t *testing.T) {
	for s, want := range map[string]string{
		"Fix snake_case in a & b (100%)!":    "Fix snake_case in a & b (100%)!",
		"Remove `once_cell` dependency":      "Remove \\`once_cell\\` dependency",
		"std::fs::read and @octocat, please": "`std::fs::read` and `@octocat`, please",
		"a*b":                                `a\*b`,
		"#1 thing":                           `\#1 thing`,
		"3. thing":                           `3\. thing`,
	} {
		if got := esc.Text(s); got != want {
			t.Errorf("Text(%q) = %q, want %q", s, got, want)
		}
	}
	if got, want := esc.Prose("Remove `once_cell` and b0326ff7a.", func(w string) string {
		if w == "b0326ff7a" {
			return "[b0326ff7a](u)"
		}
		return ""
	}), "Remove `once_cell` and [b0326ff7a](u)."; got != want {
		t.Errorf("Prose = %q, want %q", got, want)
	}
	if got, want := esc.Prose("x@y`z` and `a`@b", nil), "`x@yz` and `a@b`"; got != want {
		t.Errorf("Prose = %q, want %q: spans that touch are one", got, want)
	}
	if got, want := esc.Prose("no!`abc`", func(w string) string {
		if w == "abc" {
			return "[abc](u)"
		}
		return ""
	}), `no\![abc](u)`; got != want {
		t.Errorf("Prose = %q, want %q: no image", got, want)
	}
}
