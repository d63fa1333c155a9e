package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracker/ingest/report"
	"tracker/internal/fact"
)

// shared returns a file of the reports that the project is measured by, and
// skips the test where they are absent.
func shared(t *testing.T, pattern string) []string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "reports", pattern))
	if len(files) == 0 {
		t.Skip("no ../shared/reports beside the module")
	}
	return files
}

func parseFile(t *testing.T, name string) *fact.Report {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return report.Parse(src)
}

// TestSeed reads the report that the whole project began with, to the last field.
func TestSeed(t *testing.T) {
	r := parseFile(t, shared(t, "00-*.md")[0])
	words := map[fact.Word]int{}
	for _, c := range r.Commits {
		words[c.Status]++
	}
	if words[fact.WordIntegrated] != 8 || words[fact.WordSkipped] != 4 || len(r.Commits) != 12 {
		t.Errorf("words %v of %d commits", words, len(r.Commits))
	}

	c := find(r, "6a26628a3")
	if c == nil || c.ForkCommit != "550b8a869" || c.PR != 1645 || c.Subject != "Drain dummy run receiver to fix sender dropping" ||
		c.Resolution != "Fixed typo, accepted upstream version" || c.Impact != "Prevents sender from dropping in message passing" ||
		len(c.Conflicts) != 1 || c.Conflicts[0].Path != "bitsandbytes/mod.rs" || !strings.Contains(c.Conflicts[0].Detail, "Typo") {
		t.Errorf("6a26628a3: %+v", c)
	}
	if c := find(r, "a92deee82"); c.Insertions != 1117 || c.Deletions != 3668 {
		t.Errorf("a92deee82: +%d -%d", c.Insertions, c.Deletions)
	}
	if c := find(r, "b9974565b"); c.Insertions != 0 || c.Deletions != 1 || !c.Clean {
		t.Errorf("b9974565b: %+v", c)
	}
	c = find(r, "b0326ff7a")
	if want := []string{"EmbeddingLoaderBuilder", "EmbeddingLoaderType", "EmbeddingSpecificConfig"}; !slices.Equal(c.Missing, want) {
		t.Errorf("missing %v, want %v", c.Missing, want)
	}
	if !strings.HasPrefix(c.Reason, "Requires EmbeddingLoader infrastructure") || !strings.Contains(c.Recommendation, "feature/embedding-support") {
		t.Errorf("b0326ff7a: reason %q, recommendation %q", c.Reason, c.Recommendation)
	}
	// The plan to pick it later does not undo the decision, and is kept.
	if n := len(c.Statements); n < 2 || c.Statements[n-1].Status != fact.WordPending || c.Statements[n-1].Line != 189 {
		t.Errorf("statements %+v", c.Statements)
	}

	claims := []fact.Claim{
		{Kind: "integrated", Value: 9, Total: 12, Line: 5}, {Kind: "percentage", Value: 75, Line: 5}, {Kind: "integrated", Value: 11, Total: 14, Line: 6},
		{Kind: "conflicts", Value: 6, Line: 105}, {Kind: "resolved", Value: 6, Line: 106}, {Kind: "total", Value: 14, Line: 151},
		{Kind: "skipped", Value: 3, Line: 153}, {Kind: "attempted", Value: 12, Line: 158}, {Kind: "resolved", Value: 6, Total: 6, Line: 161},
		{Kind: "insertions", Value: 1400, Line: 165}, {Kind: "deletions", Value: 4000, Line: 166},
	}
	for _, want := range claims {
		if !slices.ContainsFunc(r.Claims, func(c fact.Claim) bool {
			return c.Kind == want.Kind && c.Value == want.Value && c.Total == want.Total && c.Line == want.Line
		}) {
			t.Errorf("no claim %+v", want)
		}
	}

	kinds := []string{}
	for _, m := range r.Methods {
		kinds = append(kinds, m.Kind)
	}
	if want := []string{"theirs", "manual", "ours", "empty"}; !slices.Equal(kinds, want) || r.Methods[0].Count != 3 || len(r.Methods[0].Commits) != 3 {
		t.Errorf("methods %+v", r.Methods)
	}
	if !slices.ContainsFunc(r.Lessons, func(n fact.Note) bool {
		return n.Text == "Cargo.lock conflicts: always accept theirs" && n.Heading == "Conflict Resolution Patterns Identified" && n.Line == 224
	}) || len(r.Lessons) != 13 {
		t.Errorf("%d lessons: %+v", len(r.Lessons), r.Lessons)
	}
	states := map[string]int{}
	for _, c := range r.Checklist {
		states[c.State]++
	}
	if states["done"] != 1 || states["pending"] != 6 || len(r.Checklist) != 7 {
		t.Errorf("checklist %+v", r.Checklist)
	}
	if len(r.Steps) != 12 || r.Steps[0].Line != 181 || r.Steps[0].Heading != "IMMEDIATE: Update Documentation" {
		t.Errorf("%d steps: %+v", len(r.Steps), r.Steps)
	}

	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Kind+": "+f.Message)
	}
	want := []string{
		"listed: claims 9 commits integrated and lists 8",
		"method: 43531ee5e is counted under 2 methods",
		"listed: claims 3 commits skipped and lists 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

// TestShared scores the reports with answer keys as the project is scored: at
// least 0.97 for commits with their status, 0.9 for conflicted files, and no
// word taken for a commit that is none.
func TestShared(t *testing.T) {
	var tp, fp, fn, filesTP, filesFP, filesFN int
	for _, md := range shared(t, "[0-9][0-9]-*.md") {
		number := filepath.Base(md)[:2]
		var keys []keyCommit
		var decoys []string
		readJSON(t, filepath.Join(filepath.Dir(md), number+".json"), &keys)
		readJSON(t, filepath.Join(filepath.Dir(md), number+".other.json"), &decoys)
		r := parseFile(t, md)
		found := 0
		for _, k := range keys {
			c := find(r, k.Hash)
			if c == nil {
				fn++
				filesFN += len(k.Conflicts)
				t.Logf("%s: %s missed", number, k.Hash)
				continue
			}
			found++
			if c.Status == k.Status {
				tp++
			} else {
				fp++
				fn++
				t.Logf("%s: %s is %s, want %s", number, k.Hash, c.Status, k.Status)
			}
			for _, want := range k.Conflicts {
				if slices.ContainsFunc(c.Conflicts, func(c fact.Conflict) bool { return samePath(c.Path, want) }) {
					filesTP++
				} else {
					filesFN++
				}
			}
			for _, got := range c.Conflicts {
				if !slices.ContainsFunc(k.Conflicts, func(want string) bool { return samePath(got.Path, want) }) {
					filesFP++
				}
			}
		}
		for _, c := range r.Commits {
			if c.Hash == nil {
				continue
			}
			if !slices.ContainsFunc(keys, func(k keyCommit) bool { return sameHash(k.Hash, *c.Hash) }) {
				fp++
				if slices.ContainsFunc(decoys, func(d string) bool { return sameHash(d, *c.Hash) }) {
					t.Errorf("%s: %s is no upstream commit", number, *c.Hash)
				}
			}
		}
	}
	if f1 := score(tp, fp, fn); f1 < 0.97 {
		t.Errorf("F1 of (commit, status) %.4f", f1)
	}
	if f1 := score(filesTP, filesFP, filesFN); f1 < 0.9 {
		t.Errorf("F1 of conflicted files %.4f", f1)
	}
}

func score(tp, fp, fn int) float64 { return 2 * float64(tp) / float64(max(1, 2*tp+fp+fn)) }

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}
