package git_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// By git's default the sizes are those of the diffs, renames and binary files
// included.
func TestSizesAreThoseOfTheDiffs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, _ := random(t, rt)
		repo := open(t, r.Dir)
		_, diffs, err := readAll(repo)
		if err != nil {
			rt.Fatal(err)
		}
		for hash, d := range diffs {
			if d.Commit.IsMerge() {
				continue
			}
			found, err := repo.Sizes(context.Background(), hash, "myers")
			if err != nil {
				rt.Fatal(err)
			}
			var got, want []string
			line := func(f *fact.FileChange) string {
				return fmt.Sprintf("%q %q %d %d", f.Path, f.OldPath, f.Insertions, f.Deletions)
			}
			for i := range found {
				got = append(got, line(&found[i]))
			}
			for _, f := range d.Changes() {
				want = append(want, line(&f))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				rt.Fatalf("sizes of %s:\n%s\nand not\n%s", hash, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// What one algorithm takes for a moved line, another takes for two changed ones:
// git diff is the oracle.
func TestSizesByAlgorithm(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "a\nb\nc\na\nb\nb\na\n"}, "Begin")
	tip := r.Commit(gittest.Files{"a": "c\nb\na\nb\na\nc\n"}, "Change")
	r.Git("fsck")
	repo := open(t, r.Dir)
	for _, algorithm := range []string{"myers", "minimal", "patience", "histogram"} {
		found, err := repo.Sizes(context.Background(), tip, algorithm)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", algorithm, found, err)
		}
		got := fmt.Sprintf("%d\t%d\ta", found[0].Insertions, found[0].Deletions)
		if want := r.Git("diff", "--numstat", "--diff-algorithm="+algorithm, tip+"^", tip); got != want {
			t.Errorf("%s: %q, and git says %q", algorithm, got, want)
		}
	}
}
