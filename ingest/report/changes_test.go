package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/ingest/report"
)

// TestNoFalseFindings holds the findings to the fixtures that do contradict
// themselves, by how often they do.
func TestNoFalseFindings(t *testing.T) {
	wrong := map[string]int{"en-conflicts": 1, "en-window": 2, "ko-report": 1}
	files, err := filepath.Glob(filepath.Join("testdata", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("fixtures: %d, %v", len(files), err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		if found := report.Parse(src).Findings; len(found) != wrong[name] {
			t.Errorf("%s: %+v, want %d", name, found, wrong[name])
		}
	}
}

// TestChanges tells a change that the report dates, or tells as one, from a
// contradiction.
func TestChanges(t *testing.T) {
	cases := []struct {
		name, src string
		want      int
	}{
		{"contradiction", "# Sync\n\n## Picked\n\n- abc1234 fix\n\n## Skipped\n\n- abc1234 fix\n", 1},
		{"dated", "# Sync\n\n## 2026-05-01\n\n- Picked: abc1234\n\n## 2026-05-08\n\n- Skipped: abc1234\n", 0},
		{"days without a year", "# Sync\n\n## Mon 4 May\n\n- Picked: abc1234\n\n## Tue 5 May\n\n- Skipped: abc1234\n", 0},
		{"addendum", "# Sync\n\n## Skipped\n\n- abc1234 fix\n\n## Addendum\n\n- abc1234: picked\n", 0},
		{"turn", "# Sync\n\n- abc1234: skipped\n\nOn second thought we picked `abc1234` after all.\n", 0},
		{"words with other uses", "# Sync\n\n**3 new commits** appeared in upstream after the analysis.\n\n- **Open PRs**: 3 (will consolidate to 1)\n\nSuccessfully used **3 rust-pro agents in parallel** for cherry-picks #3, #4, #5:\n\n## Picked\n\n- abc1234 fix\n- dcd1234 fix\n- bcd1234 fix\n- 9cd1234 fix\n\n## Pending\n\n- ccd2345 fix\n- dcd2345 fix\n- ecd2345 fix\n- fcd2345 fix\n", 0},
		{"too few", "# Sync\n\n3 picked.\n\n## Picked\n\n- abc1234 fix\n- bcd2345 fix\n", 1},
		{"no word for one", "# Sync\n\n3 picked.\n\n## Picked\n\n- abc1234 fix\n- bcd2345 fix\n\n## Other\n\n- cde3456 fix\n", 0},
		{"the whole first", "# Sync\n\nOf 9 commits 2 were picked.\n\n## Picked\n\n- abc1234 fix\n- bcd2345 fix\n", 0},
		{"words first", "# Sync\n\nTotals: picked 2, skipped 1, moot 1.\n\n## Picked\n\n- abc1234 fix\n- bcd2345 fix\n\n## Skipped\n\n- cde3456 fix\n", 0},
		{"partial apart", "# Sync\n\n1 picked, 1 partial.\n\n## Picked\n\n- abc1234 fix\n- bcd2345 fix (partially)\n", 0},
	}
	for _, c := range cases {
		if found := report.Parse([]byte(c.src)).Findings; len(found) != c.want {
			t.Errorf("%s: %+v, want %d", c.name, found, c.want)
		}
	}
}
