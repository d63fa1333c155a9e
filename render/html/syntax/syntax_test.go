package syntax_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/render/html/syntax"
)

func TestColours(t *testing.T) {
	for name, c := range map[string]struct{ line, want string }{
		"a.rs":       {`let x: u32 = 1; // one`, `<i class="k">let</i>`},
		"a/b.go":     {`func f() string { return "<a>" }`, `<i class="s">&#34;&lt;a&gt;&#34;</i>`},
		"x.py":       {`def f(): return 1`, `<i class="f">f</i>`},
		"k.metal":    {`int x; // c`, `<i class="c">// c</i>`},
		"Cargo.toml": {`version = "1"`, `<i class="s">`},
		"x.unknown":  {`let <b>`, `let &lt;b&gt;`},
	} {
		if got := new(syntax.Painter).Lines(name, []string{c.line, ""}); len(got) != 2 || !strings.Contains(got[0], c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

var tag = regexp.MustCompile(`</?i(?: class="[a-z]")?>`)

// Whatever the text, the lines stay what they are, and nothing but spans is added.
func TestTextIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a.rs", "a.go", "a.c", "a.py", "a.sh", "a.md", "a.yaml", "Makefile", "a.xml", "a.js", "a.ts", "a.rb", "a.css", "a.sql", "Dockerfile"}).Draw(t, "name")
		lines := rapid.SliceOf(rapid.StringOf(rapid.SampledFrom([]rune("ab1 \"'`/*#<>&(){}[]\\\t$%=-:;.\r\x00é")))).Draw(t, "lines")
		got := new(syntax.Painter).Lines(name, lines)
		if len(got) != len(lines) {
			t.Fatalf("%d lines of %d", len(got), len(lines))
		}
		for i := range lines {
			if text := html.UnescapeString(tag.ReplaceAllString(got[i], "")); strings.ContainsAny(tag.ReplaceAllString(got[i], ""), "<>") || text != lines[i] {
				t.Fatalf("%q became %q", lines[i], got[i])
			}
		}
	})
}

func TestHostileTextIsQuick(t *testing.T) {
	// A painter stops when it has spent its time, or a moment later.
	for _, text := range []string{strings.Repeat("a", 1<<20), strings.Repeat(`"\`, 10000), strings.Repeat("/*", 10000), strings.Repeat("((((", 5000), strings.Repeat("<a ", 8000)} {
		for _, name := range []string{"a.rs", "a.c", "a.js", "a.rb", "a.py", "a.xml"} {
			begun := time.Now()
			var lines []string
			for rest := text; rest != ""; {
				n := min(len(rest), 250)
				lines, rest = append(lines, rest[:n]), rest[n:]
			}
			new(syntax.Painter).Lines(name, lines)
			if took := time.Since(begun); took > 6*time.Second {
				t.Errorf("%s: %d bytes of %.10q take %v", name, len(text), text, took)
			}
		}
	}
}
