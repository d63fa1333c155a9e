package git_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
		all, err := repo.Sizes(context.Background(), "myers", slices.Collect(maps.Keys(diffs))...)
		if err != nil || len(all) != len(diffs) {
			rt.Fatalf("%d of %d commits, %v", len(all), len(diffs), err)
		}
		for hash, d := range diffs {
			if d.Commit.IsMerge() {
				continue
			}
			found := all[hash]
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
		all, err := repo.Sizes(context.Background(), algorithm, tip)
		found := all[tip]
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", algorithm, found, err)
		}
		got := fmt.Sprintf("%d\t%d\ta", found[0].Insertions, found[0].Deletions)
		if want := r.Git("diff", "--numstat", "--diff-algorithm="+algorithm, tip+"^", tip); got != want {
			t.Errorf("%s: %q, and git says %q", algorithm, got, want)
		}
	}
}

// Behind an absent blob nothing is told; what came before it is.
func TestSizesWithAnAbsentBlob(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	first := r.Commit(gittest.Files{"a": "1\n"}, "Begin")
	second := r.Commit(gittest.Files{"b": "2\n2\n"}, "Go on")
	removeBlob(t, r.Dir, r.Git("rev-parse", second+":b"))
	found, err := open(t, r.Dir).Sizes(context.Background(), "myers", first, second)
	if err == nil || len(found) != 1 || len(found[first]) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
}
