package git_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// Differences of any two commits are those of `git diff-tree`.
func TestDifferencesAreGitsOwn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(t)
		commits := gittest.Random(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		r.WorkTree()
		repo, err := git.Open(context.Background(), r.Dir)
		if err != nil {
			rt.Fatal(err)
		}
		replay, err := repo.Replay(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		defer replay.Close()
		var pairs [][2]string
		for i := range commits {
			pairs = append(pairs, [2]string{commits[i], commits[rapid.IntRange(0, len(commits)-1).Draw(rt, "other")]})
		}
		got, err := replay.Differences(context.Background(), pairs)
		if err != nil {
			rt.Fatal(err)
		}
		for i, pair := range pairs {
			var list strings.Builder
			for _, c := range got[i] {
				fmt.Fprintf(&list, "%06o %06o %s %s %s\n", c.Before.Mode, c.After.Mode, orZero(c.Before.ID), orZero(c.After.ID), c.Path)
			}
			var want strings.Builder
			fields := strings.Split(r.Git("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", pair[0], pair[1]), "\x00")
			for k := 0; k+1 < len(fields); k += 2 {
				f := strings.Fields(strings.TrimPrefix(fields[k], ":"))
				before, _ := strconv.ParseUint(f[0], 8, 32)
				after, _ := strconv.ParseUint(f[1], 8, 32)
				fmt.Fprintf(&want, "%06o %06o %s %s %s\n", before, after, f[2], f[3], fields[k+1])
			}
			if list.String() != want.String() {
				rt.Errorf("%s and %s differ in\n%s\nand not in\n%s", pair[0], pair[1], list.String(), want.String())
			}
		}
	})
}

func orZero(id string) string {
	if id == "" {
		return strings.Repeat("0", 40)
	}
	return id
}

func TestBuildOutput(t *testing.T) {
	for path, want := range map[string]bool{
		"target/debug/x": true, "target-cpu/debug/deps/a.rlib": true, "a/x.o": true, "src/__pycache__/m.pyc": true, "node_modules/x/index.js": true,
		"Cargo.lock": false, "vendor/x/y.go": false, "dist/app.js": false, "src/target/x.rs": false, "src/main.rs": false, "x.pb.go": false,
	} {
		if got := git.BuildOutput(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
