package index

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var updateGolden = flag.Bool("update", false, "write the golden files")

// TestRanking shows, for each query, what comes in which order and why. Read
// the diff of the golden file as you would read answers.
func TestRanking(t *testing.T) {
	_, x := corpus(t)
	queries := []string{
		"EmbeddingLoader", "embeddingloader", "embedding_loader", "loader builder", `"loader builder"`,
		"b0326ff7a", "b032", "b0326ff7a0000", "938a17866", "#1707", "1684", "pr:1684", "hash:0410",
		"clippy", "Patch clippy", "introduces:MaskInfo", "touches:conv2d", "touches:CONV2D",
		"loader -kind:report", "kind:report loader", "status:skipped", "status:skipped OR status:adapted",
		"path:inputs_processor.rs", "path:mistralrs-core/src", "path:*.lock", "author:eric since:2025-11-08",
		"until:2025-11-03 kind:commit", "flash attn OR clippy", "lockfile OR lesson OR regenerate", "vision work", "embed",
		"clippy conv2d", "cargo check", "kind:decision max", "nonsenseword",
	}
	var out strings.Builder
	for _, q := range queries {
		r := find(t, x, q)
		fmt.Fprintf(&out, "> %s\n%d found", q, r.Total)
		if r.Note != "" {
			fmt.Fprintf(&out, " (%s)", r.Note)
		}
		out.WriteByte('\n')
		for _, h := range r.Hits {
			fmt.Fprintf(&out, "  %.2f %s  %s", h.Score, brief(h), marked(h.Title, h.TitleMarks))
			if h.Status != "" {
				fmt.Fprintf(&out, "  [%s]", h.Status)
			}
			out.WriteByte('\n')
			for i, f := range h.Fragments {
				fmt.Fprintf(&out, "       | %s\n", marked(f, h.Marks[i]))
			}
		}
		out.WriteByte('\n')
	}
	golden := filepath.Join("testdata", "ranking.txt")
	if *updateGolden {
		if err := os.WriteFile(golden, []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("ranking differs from %s (go test ./index -run Ranking -update, then git diff):\n%s", golden, got)
	}
}

// marked shows highlights in brackets.
func marked(text string, marks [][2]int) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(text[at:m[0]] + "[" + text[m[0]:m[1]] + "]")
		at = m[1]
	}
	return b.String() + text[at:]
}
