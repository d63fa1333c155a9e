package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tracker/ingest/report"
	"tracker/internal/fact"
)

// key is what a careful reader takes from a fixture, written by hand.
type key struct {
	Commits []keyCommit          `json:"commits"`
	Pulls   map[string]fact.Word `json:"pulls"` // commits named by pull request alone
	Other   []string             `json:"other"` // words that are not upstream commits
}

type keyCommit struct {
	Hash      string    `json:"hash"`
	Status    fact.Word `json:"status"`
	Fork      string    `json:"fork_commit"`
	Conflicts []string  `json:"conflict_files"`
}

func sameHash(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return len(a) >= 7 && len(b) >= 7 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

func samePath(a, b string) bool {
	trim := func(s string) string { return strings.ToLower(strings.Trim(s, "`*_ ./")) }
	a, b = trim(a), trim(b)
	return a != "" && (a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a))
}

func find(r *fact.Report, hash string) *fact.ReportCommit {
	for i := range r.Commits {
		if h := r.Commits[i].Hash; h != nil && sameHash(*h, hash) {
			return &r.Commits[i]
		}
	}
	return nil
}

// TestFixtures holds reports of many shapes and languages to their keys:
// every commit with its word, its copy in the fork and its conflicts, and
// nothing else.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.md"))
	if err != nil || len(files) < 8 {
		t.Fatalf("fixtures: %d found, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(strings.TrimSuffix(file, ".md") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var k key
			if err := json.Unmarshal(raw, &k); err != nil {
				t.Fatal(err)
			}
			check(t, report.Parse(src), &k)
		})
	}
}

func check(t *testing.T, r *fact.Report, k *key) {
	t.Helper()
	for _, want := range k.Commits {
		got := find(r, want.Hash)
		if got == nil {
			t.Errorf("%s: not found, want %s", want.Hash, want.Status)
			continue
		}
		if got.Status != want.Status {
			t.Errorf("%s: %s, want %s; statements %+v", want.Hash, got.Status, want.Status, got.Statements)
		}
		if want.Fork != got.ForkCommit && !sameHash(want.Fork, got.ForkCommit) {
			t.Errorf("%s: fork commit %q, want %q", want.Hash, got.ForkCommit, want.Fork)
		}
		for _, path := range want.Conflicts {
			ok := false
			for _, c := range got.Conflicts {
				ok = ok || samePath(c.Path, path)
			}
			if !ok {
				t.Errorf("%s: conflict in %s not found in %+v", want.Hash, path, got.Conflicts)
			}
		}
		if len(got.Conflicts) > len(want.Conflicts) {
			t.Errorf("%s: conflicts %+v, want %v", want.Hash, got.Conflicts, want.Conflicts)
		}
	}
	for number, word := range k.Pulls {
		ok := false
		for _, c := range r.Commits {
			if strconv.Itoa(c.PR) == number && c.Hash == nil {
				ok = true
				if c.Status != word {
					t.Errorf("#%s: %s, want %s", number, c.Status, word)
				}
			}
		}
		if !ok {
			t.Errorf("#%s: not found", number)
		}
	}
	for _, c := range r.Commits {
		if c.Hash == nil {
			continue
		}
		known := false
		for _, want := range k.Commits {
			known = known || sameHash(*c.Hash, want.Hash)
		}
		if !known {
			t.Errorf("%s (%s, line %d): not a commit that the report is about", *c.Hash, c.Status, c.Line)
		}
	}
}
