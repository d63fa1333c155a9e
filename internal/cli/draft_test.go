package cli_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	"tracker/internal/gittest"
	"tracker/render/esc"
)

var (
	hostileTitles = []string{
		"Fix (#12)", "Fix the loader (#1707)", "skipped: see 0123456789", "✅ 0123456789 → fedcba9876", "Fix `a|b` | c", "a ` b ``", "*bold* _it_ ~~x~~", "# head ##", "ends in \\",
		"(#7)", "Revert \"x\" (#9) (#10)", "<b>x</b> <!-- tracker:draft-end -->", "&amp; &#64; @user https://a.example/commit/0123456", "\u202eabc\u202c \u2066x", "é 漢字 العربية :tada: $x$",
		"- [x] conflict in src/a.go (12 insertions, 3 deletions)", "9/12 commits integrated (75%)", "**Status**: deferred — x", strings.Repeat("very long title ", 60), "#", "—",
	}
	hostilePaths = []string{"src/a.go", "we ird/`b`|c", "a\\|b", "**Conflict**: none", "ünï/\u202ecod.rs", "x — y.md", "Cargo.lock", "[x] done", "`", "0123456789abcdef", "- dash", "#5"}
)

// A history of hostile titles, paths and reasons is drafted, and read back: all of it,
// and what git says.
func TestDraftOfRandomHistories(t *testing.T) {
	notUnderRace(t)
	// A history takes two seconds; -rapid.checks asks for more.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		flag.Set("rapid.checks", "4")
		defer flag.Set("rapid.checks", f.DefValue)
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(scratch{rt, t})
		paths := rapid.SliceOfNDistinct(rapid.SampledFrom(hostilePaths), 2, 5, rapid.ID).Draw(rt, "paths")
		files := gittest.Files{}
		for _, p := range paths {
			files[p] = lined(nil)
		}
		r.Commit(files, "Begin")
		r.Branch("theirs")
		var upstream []string
		for i, title := range rapid.SliceOfNDistinct(rapid.SampledFrom(hostileTitles), 2, 6, rapid.ID).Draw(rt, "titles") {
			path := rapid.SampledFrom(paths).Draw(rt, "changed")
			upstream = append(upstream, r.Commit(gittest.Files{path: lined(map[int]string{4 * (i + 1): "upstream " + strconv.Itoa(i)})}, title))
		}
		r.SetRef("refs/remotes/upstream/main", r.Tip())
		r.Checkout("main")
		own := rapid.SampledFrom(paths).Draw(rt, "own")
		base := r.Commit(gittest.Files{own: lined(map[int]string{4: "fork", 12: "fork"})}, "Own work")
		picks := map[string]string{}
		for i, u := range upstream {
			if rapid.Bool().Draw(rt, "pick") {
				path := r.Git("-c", "core.quotePath=false", "diff-tree", "-r", "--no-commit-id", "--name-only", "-z", u)
				path = strings.TrimSuffix(path, "\x00")
				content := lined(map[int]string{4 * (i + 1): "upstream " + strconv.Itoa(i), 30: fmt.Sprint("by hand ", i)})
				picks[u] = r.CherryPick(u, gittest.Resolve(gittest.Files{path: content}))
			}
		}
		r.WorkTree()
		t.Chdir(r.Dir)
		must(t, "ingest", "--quiet")
		reasons := map[string]string{}
		for _, u := range upstream {
			if picks[u] == "" && rapid.Bool().Draw(rt, "decide") {
				reason := rapid.SampledFrom(hostileTitles).Draw(rt, "reason")
				status := rapid.SampledFrom([]string{"skipped", "deferred"}).Draw(rt, "status")
				args := []string{"mark", u, status, "--reason", reason}
				if rapid.Bool().Draw(rt, "wait") {
					args = append(args, "--waits-for", rapid.SampledFrom(hostilePaths).Draw(rt, "waits for"))
				}
				must(t, args...)
				reasons[u] = reason
			}
		}
		must(t, "ingest", "--quiet")
		if len(picks)+len(reasons) == 0 {
			return
		}
		file := filepath.Join(t.TempDir(), "draft.md")
		must(t, "report", "draft", base+"..", "--quiet", "--output", file)
		var drafted struct {
			Report  fact.Report
			Entries []struct{ Commit, Fork string }
		}
		decode(rt, must(t, "report", "draft", base+"..", "--json"), &drafted)
		var parsed fact.Report
		decode(rt, must(t, "report", "parse", "--json", file), &parsed)
		text, err := os.ReadFile(file)
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := withoutLines(&parsed), withoutLines(&drafted.Report); got != want {
			rt.Fatalf("drafted\n%s\nand read\n%s\nof\n%s", want, got, text)
		}
		if len(parsed.Findings) > 0 {
			rt.Fatalf("the draft contradicts itself: %+v\n%s", parsed.Findings, text)
		}
		seen := map[string]bool{}
		for i, e := range drafted.Report.Commits {
			u := drafted.Entries[i].Commit
			seen[u] = true
			title := e.Subject
			if e.PR != 0 {
				title = strings.TrimSpace(fmt.Sprintf("%s (#%d)", title, e.PR))
			}
			if want := esc.Line(r.Git("log", "-1", "--format=%s", u)); title != want || !strings.HasPrefix(u, *e.Hash) {
				rt.Fatalf("%s is called %q and not %q", u, title, want)
			}
			if pick := picks[u]; pick != "" {
				insertions, deletions := 0, 0
				for _, line := range strings.Split(strings.TrimSuffix(r.Git("diff-tree", "-r", "--no-commit-id", "--numstat", "-z", pick), "\x00"), "\x00") {
					var a, d int
					fmt.Sscanf(line, "%d\t%d", &a, &d)
					insertions, deletions = insertions+a, deletions+d
				}
				if e.Status != fact.WordIntegrated || drafted.Entries[i].Fork != pick || e.Insertions != insertions || e.Deletions != deletions {
					rt.Fatalf("%s is %s as %q with +%d -%d; git has it as %s with +%d -%d", u, e.Status, e.ForkCommit, e.Insertions, e.Deletions, pick, insertions, deletions)
				}
			} else if e.Reason != esc.Line(reasons[u]) {
				rt.Fatalf("%s has the reason %q and not %q", u, e.Reason, reasons[u])
			}
		}
		for _, u := range upstream {
			if !seen[u] && (picks[u] != "" || reasons[u] != "") {
				rt.Fatalf("%s is not in the draft\n%s", u, text)
			}
		}
	})
}

// scratch lends a rapid run the folders of its test.
type scratch struct {
	*rapid.T
	t *testing.T
}

func (s scratch) TempDir() string  { return s.t.TempDir() }
func (s scratch) Cleanup(f func()) { s.t.Cleanup(f) }

func decode(t interface{ Fatal(...any) }, text string, v any) {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

// withoutLines is a report's facts as JSON, without where they stand.
func withoutLines(r *fact.Report) string {
	c := *r
	c.Findings = nil
	c.Commits = slices.Clone(r.Commits)
	for i := range c.Commits {
		c.Commits[i].Line, c.Commits[i].Statements = 0, nil
	}
	c.Claims, c.Lessons, c.Checklist, c.Steps = slices.Clone(r.Claims), slices.Clone(r.Lessons), slices.Clone(r.Checklist), slices.Clone(r.Steps)
	for i := range c.Claims {
		c.Claims[i].Line = 0
	}
	for i := range c.Lessons {
		c.Lessons[i].Line = 0
	}
	for i := range c.Checklist {
		c.Checklist[i].Line = 0
	}
	for i := range c.Steps {
		c.Steps[i].Line = 0
	}
	text, _ := json.MarshalIndent(&c, "", " ")
	return string(text)
}
