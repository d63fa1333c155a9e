package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/report"
	"tracker/internal/fact"
)

// says renders what a report says of its commits, one "hash=status" each.
func says(r *fact.Report) string {
	var out []string
	for _, c := range r.Commits {
		name := fmt.Sprintf("#%d", c.PR)
		if c.Hash != nil {
			name = *c.Hash
		} else if c.PR == 0 {
			name = c.Subject
		}
		out = append(out, name+"="+string(c.Status))
	}
	return strings.Join(out, " ")
}

// TestWords goes through the places that a commit's word can come from and
// the order among them.
func TestWords(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"heading", "## Skipped\n\n- `abc1234` Fix it\n", "abc1234=skipped"},
		{"own line beats heading", "## Skipped\n\n- `abc1234` Fix it — integrated after all\n", "abc1234=integrated"},
		{"status cell beats reason", "| Commit | Status | Reason |\n|-|-|-|\n| `abc1234` | Skipped | Already integrated elsewhere |\n", "abc1234=skipped"},
		{"reason beats heading", "## Integrated\n\n| Commit | Reason |\n|-|-|\n| `abc1234` | Skipped, too large |\n", "abc1234=skipped"},
		{"later beats earlier", "## Skipped\n- `abc1234`\n\n## Integrated\n- `abc1234`\n", "abc1234=integrated"},
		{"a plan decides nothing", "## Skipped\n- `abc1234`\n\n## Next steps\n- cherry-pick `abc1234`\n", "abc1234=skipped"},
		{"a fenced plan", "Run:\n\n```sh\ngit cherry-pick -x abc1234 bcd2345\n```\n", "abc1234=pending bcd2345=pending"},
		{"a fenced log", "## Integrated\n\n```\nabc1234 Fix it\n```\n", ""},
		{"a comment", "<!-- abc1234 integrated -->\n\nText <!-- `bcd2345` skipped --> goes on.\n", ""},
		{"title words are no verdict", "## Integrated\n\n- `abc1234` Skip empty rows\n- `bcd2345` fix: drop pending jobs\n", "abc1234=integrated bcd2345=integrated"},
		{"already there, counted as done", "## Integrated\n- `abc1234` already present\n", "abc1234=integrated"},
		{"already there, counted as not taken", "## Skipped\n- `abc1234` already present\n", "abc1234=skipped"},
		{"already there, beside other reasons", "## Skipped (conflicts / already in tree)\n\n| Commit | Reason |\n|-|-|\n| abc1234 | Already in tree |\n| bcd2345 | Conflict in `a.go` |\n", "abc1234=integrated bcd2345=skipped"},
		{"conflict alone", "- `abc1234` conflict in `a/b.go`\n", "abc1234=conflict"},
		{"conflict resolved", "- `abc1234` conflict in `a/b.go`, resolved by taking theirs\n", "abc1234=integrated"},
		{"named alone", "## Commits\n- `abc1234` Fix it\n", "abc1234=unknown"},
		{"a warning sign is no verdict", "## Pending\n- ⚠️ Careful: rework (`abc1234`)\n", "abc1234=pending"},
		{"a failed pick", "#### ❌ CONFLICT: abc1234 Fix it\n", "abc1234=conflict"},
		{"not yet", "- `abc1234`: not yet merged\n", "abc1234=pending"},
		{"negation", "- `abc1234`: not merged, we have no GUI\n", "abc1234=skipped"},
		{"future", "- `abc1234`: to be merged next week\n", "abc1234=pending"},
		{"strike", "- ~~`abc1234` Fix it~~\n", "abc1234=skipped"},
		{"boxes", "- [x] abc1234 A\n- [ ] bcd2345 B\n- [~] cde3456 C\n", "abc1234=integrated bcd2345=pending cde3456=skipped"},
		{"two clauses", "We took `abc1234` and `bcd2345` but skipped `cde3456`.\n", "abc1234=integrated bcd2345=integrated cde3456=skipped"},
		{"verdicts behind", "`abc1234` was skipped, `bcd2345` was merged.\n", "abc1234=skipped bcd2345=integrated"},
		{"several in a cell", "| Skipped | Integrated |\n|-|-|\n| `abc1234`, `bcd2345` | `cde3456` |\n", "abc1234=skipped bcd2345=skipped cde3456=integrated"},
		{"group rows", "| Commit | Title | Note |\n|-|-|-|\n| **Skipped** | | |\n| abc1234 | A | |\n| **Integrated** | | |\n| bcd2345 | B | |\n", "abc1234=skipped bcd2345=integrated"},
		{"pull requests", "## Skipped\n- #123 A\n- B (#124)\n", "#123=skipped #124=skipped"},
		{"a pull request's commit", "## Integrated\n- `abc1234` Fix it (#123)\n\n## Reverted\n- #123\n", "abc1234=skipped"},
		{"titles in a table", "## Upstream commits\n\n| Title | Status |\n|-|-|\n| Fix the loader | Skipped |\n", "Fix the loader=skipped"},
		{"titles in a list", "## Skipped\n- fix(core): drop pending jobs — too large\n- All tests pass\n", "fix(core): drop pending jobs=skipped"},
		{"longer and shorter", "## Skipped\n- abc1234\n\n- abc1234567 Fix\n", "abc1234567=skipped"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := says(report.Parse([]byte(tt.in))); got != tt.want {
				t.Errorf("%s\ngot  %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestNotHashes: words that look like hashes and are none, or are not what
// the report is about.
func TestNotHashes(t *testing.T) {
	for _, word := range []string{
		"20260314", "`20260314`", "1234567", "1234567.89", "deadbeef.js", "app-3f4e5d6c", "6a7b8c9d-0e1f-2a3b-4c5d-6e7f8091a2b3", "sha256:abcdef1234567",
		"0xabcdef12", "#aabbccdd", "abcdef1..bcdef23", "`abcdef1...bcdef23`", "abcdef1^..bcdef23", "defaced", "v1abcdef1", "abcdef1=3", "src/abcdef12/x",
		"https://ci.example.org/run/abcdef12", "id=abcdef12", "abcdef", strings.Repeat("a1", 21),
	} {
		in := "## Integrated\n\n- Built " + word + " today\n"
		if r := report.Parse([]byte(in)); len(r.Commits) != 0 {
			t.Errorf("%s: taken for %s", word, says(r))
		}
	}
	for _, line := range []string{
		"- **Merge base**: `abc1234`", "- Upstream HEAD: `abc1234`", "- Range: `abc1234` → `bcd2345`", "- Last synced commit: abc1234", "| Branch | Latest commit |\n|-|-|\n| main | `abc1234` |",
		"Started from `abc1234` (merge base).", "## Local commits\n- `abc1234` ours alone",
	} {
		if r := report.Parse([]byte(line + "\n")); len(r.Commits) != 0 {
			t.Errorf("%s: taken for %s", line, says(r))
		}
	}
}

// TestSides: which hash is upstream's and which is the fork's copy.
func TestSides(t *testing.T) {
	for _, in := range []string{
		"- `abc1234` → `fff0001`", "- `abc1234` Fix it (ours: `fff0001`)", "- `abc1234` merged as `fff0001`", "- `fff0001` (upstream `abc1234`) Fix it",
		"- `fff0001` (cherry picked from commit `abc1234`)", "Pairs, ours → theirs:\n\n- `fff0001` → `abc1234`",
		"| Ours | Theirs |\n|-|-|\n| `fff0001` | `abc1234` |", "| Commit | Our commit |\n|-|-|\n| `abc1234` | `fff0001` |", "| SHA | Subject | Source |\n|-|-|-|\n| `fff0001` | A | `abc1234` |",
		"### `abc1234` Fix it\n\n- **Hash in our branch**: `fff0001`", "| 本地提交 | 上游提交 |\n|-|-|\n| fff0001 | abc1234 |",
		"Upstream: https://github.com/up/x\n\nFork: https://github.com/me/x\n\n- [fix](https://github.com/up/x/commit/abc1234) in [here](https://github.com/me/x/commit/fff0001)",
	} {
		r := report.Parse([]byte("# Report\n\n" + in + "\n"))
		if len(r.Commits) != 1 || r.Commits[0].Hash == nil || *r.Commits[0].Hash != "abc1234" || r.Commits[0].ForkCommit != "fff0001" || r.Commits[0].Status != fact.WordIntegrated {
			t.Errorf("%s\ngot %+v", in, r.Commits)
		}
	}
}

// TestFindings: contradictions are found, and consistent figures are not.
func TestFindings(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"consistent", "- Total: 4\n- Integrated: 3 (75%)\n- Skipped: 1 (25%)\n\n## Integrated\n- abc1111\n- abc1112\n- abc1113\n\n## Skipped\n- abc1114\n", ""},
		{"listed", "Integrated: 3\n\n## Integrated\n- abc1111\n- abc1112\n", "listed: claims 3 commits integrated and lists 2"},
		{"heading", "## Picked commits (3)\n\n- abc1111\n- abc1112\n", `listed: the heading "Picked commits (3)" counts 3 and 2 commits stand under it`},
		{"fraction", "Merged 9/12 commits (80%).\n", "percentage: 9 of 12 is 75 %, not 80 %"},
		{"share of the total", "- Total commits: 10\n- Integrated: 7 (75%)\n- Skipped: 3 (30%)\n", "percentage: 7 of 10 is 70 %, not 75 %"},
		{"parts", "- Total commits: 10\n- Integrated: 7\n- Skipped: 4\n", "sum: the parts add up to 11, the total says 10"},
		{"column", "| Area | Files |\n|-|-|\n| a | 2 |\n| b | 3 |\n| **Total** | **6** |\n", `sum: the column "Files" adds up to 5, its total says 6`},
		{"two words", "## Integrated\n- abc1111\n\n## Skipped\n- abc1111\n", "status: abc1111 is called integrated and then skipped"},
		{"method", "## Method breakdown\n\n1. Took theirs: 2 commits\n   - abc1111\n", `method: "Took theirs: 2 commits" counts 2 and lists 1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range report.Parse([]byte(tt.in)).Findings {
				got = append(got, f.Kind+": "+f.Message)
				if len(f.Lines) == 0 || slices.Contains(f.Lines, 0) {
					t.Errorf("lines %v", f.Lines)
				}
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"# Sync of 2026-03-05\n":                              "2026-03-05",
		"# Sync\n\n**Date**: March 5, 2026\n":                 "2026-03-05",
		"# Sync\n\nDatum: 5. März 2026\n":                     "2026-03-05",
		"# 報告\n\n日付：2026年3月5日\n":                              "2026-03-05",
		"# Informe\n\nFecha: 5 de marzo de 2026\n":            "2026-03-05",
		"# Log\n\n## 2026-01-01\n\nA\n\n## 2026-03-05\n\nB\n": "2026-03-05",
		"---\ntitle: Sync\ndate: 2026-03-05\n---\n# Sync\n":   "2026-03-05",
		"# Sync 2026-13-45\n":                                 "",
		"# Sync v2026.1\n":                                    "",
	} {
		if got := report.Parse([]byte(in)).Date; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestTables: what Markdown makes of malformed tables is mended.
func TestTables(t *testing.T) {
	in := "| Commit | Title | Status |\n|---|---|---|\n| `abc1111` | Add `a|b` | Skipped |\n\n| `abc1112` | B | Merged |\n"
	r := report.Parse([]byte(in))
	if got := says(r); got != "abc1111=skipped abc1112=integrated" {
		t.Errorf("got %s", got)
	}
	if r.Commits[1].Line != 5 {
		t.Errorf("line %d, want 5", r.Commits[1].Line)
	}
}

// TestLines: a statement's line is where its hash stands, whatever stands
// above it.
func TestLines(t *testing.T) {
	filler := []string{"text\n", "\n", "- item\n\n", "> quote\n\n", "```\nx\n```\n", "| a | b |\n|-|-|\n| c | d |\n\n", "<!-- c\n\nd -->\n\n", "<details>\n\n", "a\r\nb\r\n\r\n", "## Heading\n", "***\n"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "blocks") {
			b.WriteString(rapid.SampledFrom(filler).Draw(t, "block"))
		}
		b.WriteString("\n## Skipped\n\n")
		line := strings.Count(b.String(), "\n") + 1
		b.WriteString("* `abc1234` Fix it\n")
		r := report.Parse([]byte(b.String()))
		if len(r.Commits) != 1 || r.Commits[0].Line != line || r.Commits[0].Statements[0].Line != line || r.Commits[0].Status != fact.WordSkipped {
			t.Fatalf("%q: %+v, want line %d", b.String(), r.Commits, line)
		}
	})
}

// TestListed: a list of any commits under a heading comes back whole, in
// order, each with the heading's word.
func TestListed(t *testing.T) {
	headings := map[string]fact.Word{"Skipped commits": fact.WordSkipped, "Integrated": fact.WordIntegrated, "Deferred": fact.WordDeferred, "已合并": fact.WordIntegrated,
		"見送り": fact.WordSkipped, "Zurückgestellt": fact.WordDeferred, "Пропущено": fact.WordSkipped, "Pendientes": fact.WordPending, "적용된 커밋": fact.WordIntegrated}
	names := make([]string, 0, len(headings))
	for h := range headings {
		names = append(names, h)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		heading := rapid.SampledFrom(names).Draw(t, "heading")
		hashes := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9a-f]{3}[a-f][0-9a-f]{2}[0-9][0-9a-f]{2}`), 1, 12, func(s string) string { return s[:7] }).Draw(t, "hashes")
		form := rapid.SampledFrom([]string{"- `%s` Fix the thing\n", "- %s: fix(core): a thing (#%[2]d)\n", "1. **%s** – Rework things\n", "* [Title](https://github.com/o/r/commit/%s)\n", "### %s Fix it\n\nText.\n\n"}).Draw(t, "form")
		in := "# Report\n\n## " + heading + "\n\n"
		for i, h := range hashes {
			line := fmt.Sprintf(form, h, 100+i)
			if at := strings.Index(line, "%!(EXTRA"); at >= 0 {
				line = line[:at]
			}
			in += line
		}
		r := report.Parse([]byte(in))
		if len(r.Commits) != len(hashes) {
			t.Fatalf("%d of %d\n%s", len(r.Commits), len(hashes), in)
		}
		for i, c := range r.Commits {
			if *c.Hash != hashes[i] || c.Status != headings[heading] {
				t.Fatalf("%s is %s, want %s %s\n%s", *c.Hash, c.Status, hashes[i], headings[heading], in)
			}
		}
	})
}
