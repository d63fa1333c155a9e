package index

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPassages(t *testing.T) {
	text := `intro

# One
a

## Two ##
b
` + "```sh\n# no heading\n```" + `

~~~
# nor this
~~~

Setext
======

#hashtag is text
    # nor is code

Under
-----
c

- item
---
| a |
|---|
`
	var got []string
	for _, p := range passages(text) {
		got = append(got, fmt.Sprintf("%d %s", p.line, strings.Join(p.heading, " > ")))
	}
	want := []string{"1 ", "3 One", "6 One > Two", "16 Setext", "22 Setext > Under"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestALongPassageIsCut(t *testing.T) {
	row := "| b0326ff7a | Fix auto loader confusion | skipped |\n"
	list := passages("# Table\n\n" + strings.Repeat(row, 500))
	if len(list) < 3 {
		t.Fatalf("%d passages", len(list))
	}
	for _, p := range list {
		if len(p.text) > maxPassage+len(row) || len(p.heading) != 1 {
			t.Errorf("passage at %d: %d bytes under %q", p.line, len(p.text), p.heading)
		}
	}
}

// whole fails unless the passages are the text, line by line.
func whole(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	covered := 0
	for _, p := range passages(text) {
		if p.line < covered+1 {
			t.Fatalf("the passage at %d overlaps", p.line)
		}
		for _, skipped := range lines[covered : p.line-1] {
			if strings.TrimSpace(skipped) != "" {
				t.Fatalf("%q is in no passage", skipped)
			}
		}
		own := strings.Split(strings.TrimSuffix(p.text, "\n"), "\n")
		for i, line := range own {
			if want := strings.TrimSuffix(lines[p.line-1+i], "\r"); line != want {
				t.Fatalf("line %d is %q, want %q", p.line+i, line, want)
			}
		}
		covered = p.line - 1 + len(own)
	}
	for _, rest := range lines[min(covered, len(lines)):] {
		if strings.TrimSpace(rest) != "" {
			t.Fatalf("%q is in no passage", rest)
		}
	}
}

func FuzzPassages(f *testing.F) {
	for _, s := range []string{"", "# a\nb", "a\n==\n", "```\n# x", "~~~~\n~~~\n~~~~\n# y", "\r\n# a\r\n\r\nb\r", "#", "####### x", "- a\n---", "0\r\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { whole(t, text) })
}

func TestPassagesOfRealReports(t *testing.T) {
	files, _ := filepath.Glob(filepath.FromSlash("../../shared/reports/*.md"))
	if len(files) == 0 {
		t.Skip("the shared reports are not here")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole(t, string(text))
		if len(passages(string(text))) < 2 {
			t.Errorf("%s is one passage", filepath.Base(file))
		}
	}
}
