package esc_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tracker/render/esc"
)

// cmark-gfm is GitHub's own renderer. Where it is installed it must agree with
// goldmark that the text stays text, in paragraphs and in a table.
func TestGitHubsRendererAgrees(t *testing.T) {
	cmark, err := exec.LookPath("cmark-gfm")
	if err != nil {
		t.Skip("cmark-gfm is not installed")
	}
	texts := slices.Clone(hostile)
	for seed := range 2000 {
		texts = append(texts, anyText().Example(seed))
	}
	texts = slices.DeleteFunc(texts, func(s string) bool { return esc.Line(s) == "" })

	for name, show := range map[string]func(string) string{
		"Text":  esc.Text,
		"Code":  esc.Code,
		"Prose": func(s string) string { return esc.Prose(s, nil) },
	} {
		var source strings.Builder
		for _, s := range texts {
			fmt.Fprintf(&source, "%s\n\n", show(s))
		}
		source.WriteString("| a | b | c |\n| --- | --- | --- |\n")
		for _, s := range texts {
			fmt.Fprintf(&source, "| left | %s | right |\n", esc.Cell(show(s)))
		}
		run := exec.Command(cmark, "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "footnotes")
		run.Stdin = strings.NewReader(source.String())
		page, err := run.Output()
		if err != nil {
			t.Fatalf("cmark-gfm: %v", err)
		}
		paragraphs, rows, _ := strings.Cut(string(page), "<table>")
		got := strings.Split(strings.TrimSuffix(paragraphs, "\n"), "\n")
		if len(got) != len(texts) {
			t.Fatalf("%s: %d paragraphs of %d texts", name, len(got), len(texts))
		}
		cells := strings.Split(rows, "<tr>\n<td>left</td>\n<td>")[1:]
		if len(cells) != len(texts) {
			t.Fatalf("%s: %d rows of %d texts", name, len(cells), len(texts))
		}
		for i, s := range texts {
			cell, tail, _ := strings.Cut(cells[i], "</td>\n")
			if tail = strings.TrimSuffix(tail, "</tbody>\n</table>\n"); tail != "<td>right</td>\n</tr>\n" {
				t.Errorf("%s: the cell of %q broke its row: %q", name, s, tail)
			}
			want := esc.Line(s)
			for where, element := range map[string]string{"paragraph": got[i], "cell": "<p>" + cell + "</p>"} {
				seen := seenIn(t, element)
				if name == "Prose" {
					seen, want = bare(seen), bare(want)
				}
				if seen != want {
					t.Errorf("%s: the %s of %q reads %q in %s", name, where, s, seen, element)
				}
			}
		}
	}
}
