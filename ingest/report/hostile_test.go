package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tracker/ingest/report"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

// wellFormed checks what Parse promises for any input.
func wellFormed(t interface{ Fatalf(string, ...any) }, src []byte, r *fact.Report) {
	if r == nil || r.Commits == nil || r.Claims == nil || r.Lessons == nil || r.Checklist == nil {
		t.Fatalf("Parse left a list nil")
	}
	last := bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r")) + bytes.Count(src, []byte("\u2028")) + bytes.Count(src, []byte("\u2029")) + 1
	seen := map[string]bool{}
	for _, c := range r.Commits {
		if c.Hash == nil && c.PR == 0 && c.Subject == "" {
			t.Fatalf("a commit without hash, number and title: %+v", c)
		}
		if c.Hash != nil {
			if !fact.IsHash(*c.Hash) || len(*c.Hash) < 7 || *c.Hash != strings.ToLower(*c.Hash) {
				t.Fatalf("hash %q", *c.Hash)
			}
			if seen[*c.Hash] {
				t.Fatalf("two entries for %s", *c.Hash)
			}
			seen[*c.Hash] = true
		}
		switch c.Status {
		case fact.WordIntegrated, fact.WordSkipped, fact.WordDeferred, fact.WordPending, fact.WordConflict, fact.WordUnknown:
		default:
			t.Fatalf("status %q", c.Status)
		}
		if len(c.Statements) == 0 || c.Line < 1 || c.Line > last {
			t.Fatalf("commit %+v of a text of %d lines", c, last)
		}
		if !utf8.ValidString(c.Subject) || !utf8.ValidString(c.Reason) {
			t.Fatalf("not UTF-8: %q %q", c.Subject, c.Reason)
		}
	}
}

// TestHostile holds Parse to a time in proportion to the input, whatever is
// in it.
func TestHostile(t *testing.T) {
	line := strings.Repeat("abcdef1 ", 2000)
	inputs := map[string]string{
		"empty":            "",
		"no line end":      "- `abcdef12` fix",
		"nul and controls": "\x00\x01\x1b[31m- `abcdef12` skipped\x07\n",
		"invalid UTF-8":    "# \xff\xfe\xc3\x28\n- `abcdef12` \xed\xa0\x80 skipped\n",
		"utf-16":           "\xff\xfe#\x00 \x00S\x00k\x00i\x00p\x00p\x00e\x00d\x00\n\x00",
		"long line":        strings.Repeat("a", 1<<18),
		"long hash line":   strings.Repeat("abcdef12,", 1<<15),
		"hash paragraph":   strings.Repeat(line+"\n", 8),
		"code spans":       strings.Repeat("`abcdef12` → `12345ab`, ", 1<<13),
		"brackets":         strings.Repeat("[", 1<<18),
		"links":            strings.Repeat("[a](", 1<<12),
		"stars":            strings.Repeat("**a ", 1<<16),
		"backticks":        strings.Repeat("`` ` ```", 1<<15),
		"quotes":           strings.Repeat("> ", 1<<16) + "x\n" + strings.Repeat("y\n", 1<<15),
		"nested lists":     nested(1_500),
		"flat bullets":     strings.Repeat("- ", 1<<16) + "\n" + strings.Repeat("z\n", 1<<14),
		"asciidoc":         "= T\n" + strings.Repeat("|===\n|`abcdef12` |skipped\n\n|===\n", 1<<11),
		"open asciidoc":    "= T\n|===\n" + strings.Repeat("|`abcdef12`\n", 1<<12),
		"html rows":        "<table>\n" + strings.Repeat("<tr>\n<td>`abcdef12`\n", 1<<12),
		"headings":         strings.Repeat("###### abcdef12 skipped\n", 1<<12),
		"deepening":        strings.Repeat("# a\n## b\n### c\n#### d\n##### e\n###### f\n- `abcdef12` x\n", 1<<10),
		"table":            "|a|b|\n|-|-|\n" + strings.Repeat("|`abcdef12`|skipped|\n", 1<<12),
		"wide table":       strings.Repeat("|a", 4000) + "|\n" + strings.Repeat("|-", 4000) + "|\n" + strings.Repeat(strings.Repeat("|b", 4000)+"|\n", 5),
		"pipes":            strings.Repeat("|", 1<<18) + "\n" + strings.Repeat("|-", 1<<17),
		"html":             "<div>\n" + strings.Repeat("<!-- ", 1<<15),
		"tags":             strings.Repeat("<b ", 1<<16),
		"unclosed fence":   "```\n" + strings.Repeat("git cherry-pick abcdef12\n", 1<<13),
		"numbers":          strings.Repeat("9/12 commits (75%) ", 1<<11),
		"distinct hashes":  distinct(1 << 11),
		"parentheses":      "- `abcdef12` " + strings.Repeat("(", 1<<16),
		"one sentence":     "Took " + strings.Repeat("`abcdef12` except `bcdef123` by hand in `a/b.c` ", 1<<12),
		"all but":          distinctItems(1<<11) + "\n" + strings.Repeat("Done except 3.\n\n", 1<<11),
		"continues":        "```\n" + strings.Repeat("git cherry-pick abcdef12 --continue\nCONFLICT (content): Merge conflict in a/b.c\n", 1<<12),
		"stamps":           strings.Repeat("09:10 **ana** picked `abcdef12`, that one\n", 1<<11),
		"one row of html":  "<table><tr>" + strings.Repeat("<td><code>abcdef12", 1<<13),
		"one entry":        "### `abcdef12` x\n\n" + strings.Repeat("- **Conflict**: `a/b.c`\n- `1234567a` skipped\n", 1<<10),
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r := report.Parse([]byte(in))
			wellFormed(t, []byte(in), r)
			// Generous: shared and slow machines, the race detector.
			if limit, took := 6*time.Second, time.Since(start); took > limit {
				t.Errorf("%d bytes took %v", len(in), took)
			} else {
				t.Logf("%d bytes: %v", len(in), took)
			}
		})
	}
}

func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat("  ", min(i, 200)))
		b.WriteString("- `abcdef12` skipped\n")
	}
	return b.String()
}

func distinctItems(n int) string {
	return strings.ReplaceAll(distinct(n), "- `", "1. `")
}

func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("- `")
		for j := range 9 {
			b.WriteByte("0123456789abcdef"[(i*7919+j*(i+13)*31)>>(j%4)&15])
		}
		b.WriteString("` fix something: skipped, too large\n")
	}
	return b.String()
}

// TestSourceCap says what happens beyond the cap: the rest is not read.
func TestSourceCap(t *testing.T) {
	src := append(bytes.Repeat([]byte(strings.Repeat("words ", 2000)+"\n\n"), 400), []byte("- `abcdef12` skipped\n")...)
	if r := report.Parse(src); len(r.Commits) != 0 {
		t.Errorf("read %d commits beyond the cap", len(r.Commits))
	}
}

// TestParts: a report's first half never panics and stays well formed, nor
// does any other part of a real report.
func TestParts(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("testdata", "*.md"))
	var all [][]byte
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, src)
	}
	rapid.Check(t, func(t *rapid.T) {
		var src []byte
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			s := rapid.SampledFrom(all).Draw(t, "report")
			from := rapid.IntRange(0, len(s)).Draw(t, "from")
			to := rapid.IntRange(from, len(s)).Draw(t, "to")
			src = append(src, s[from:to]...)
		}
		wellFormed(t, src, report.Parse(src))
	})
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "*.md"))
	for _, name := range files {
		if src, err := os.ReadFile(name); err == nil {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		wellFormed(t, src, report.Parse(src))
	})
}

// BenchmarkSeedSize parses a report of the size of a usual one, about 9 kB:
// a thousand of them are to take less than two seconds.
func BenchmarkSeedSize(b *testing.B) {
	var src []byte
	for _, name := range []string{"en-verdicts.md", "en-steps.md", "zh-analysis.md", "en-conflicts.md", "de-liste.md", "en-log.md"} {
		part, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			b.Fatal(err)
		}
		src = append(src, part...)
	}
	for len(src) < 9000 {
		src = append(src, src...)
	}
	src = src[:9000]
	b.SetBytes(int64(len(src)))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			report.Parse(src)
		}
	})
}
