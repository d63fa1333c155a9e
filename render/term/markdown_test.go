package term_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/render/esc"
	"tracker/render/term"
)

const markdown = `# Sync of *March*

Two **integrated**, one skipped: see [the plan](PLAN.md) and ` + "`a_b`" + ` &amp; more,
on a second line of the same paragraph.

- one
- two
  1. deep
- [x] done

| commit | status |
|---|---|
| 8e12f0b | **integrated** |
| 5d1e0c4 | a longer cell |

> quoted

` + "```rust\nlet x = 1;\n```\n" + `
<!-- tracker:end -->
`

func TestMarkdownIsRendered(t *testing.T) {
	var out bytes.Buffer
	if err := term.Markdown(&out, term.Options{TTY: true, Width: 60}, []byte(markdown), map[int][]string{13: {"git disagrees"}, 4: {"not so"}}); err != nil {
		t.Fatal(err)
	}
	want := `Sync of March

Two integrated, one skipped: see the plan and a_b & more, on
a second line of the same paragraph.
  ✗ not so

• one
• two
  1. deep
• ☑ done

commit   status
8e12f0b  integrated
  ✗ git disagrees
5d1e0c4  a longer cell

│ quoted

    let x = 1;
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	out.Reset()
	if err := term.Markdown(&out, term.Options{}, []byte(markdown), nil); err != nil || out.String() != markdown {
		t.Errorf("in a pipe the document is not as it is: %v\n%s", err, out.String())
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Whatever a document holds, only tracker's own colours reach the terminal.
func TestMarkdownCannotSteerTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab1 `|\\<>()[]{}*_~&#!@:$.-+=\"'/\n\t\r\x1b\x07\u202e\u2028é漢;3829"))).Draw(t, "text")
		var out bytes.Buffer
		if err := term.Markdown(&out, term.Options{TTY: true, Width: 40, Color: true}, []byte("# "+text+"\n\n"+text+"\n\n- "+text+"\n\n| a |\n|---|\n| "+text+" |\n"), nil); err != nil {
			t.Fatal(err)
		}
		for _, r := range escape.ReplaceAllString(out.String(), "") {
			if esc.Hidden(r) && r != '\n' {
				t.Fatalf("%q becomes %q", text, out.String())
			}
		}
		if strings.Contains(escape.ReplaceAllString(out.String(), ""), "\x1b") {
			t.Fatalf("%q becomes %q", text, out.String())
		}
	})
}
