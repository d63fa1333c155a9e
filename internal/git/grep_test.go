package git_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/internal/gittest"
)

func TestFilesNaming(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	old := r.Commit(gittest.Files{"a.go": "package a\n\ntype TileStore struct{}\n", "b.go": "package b // TileStores\n"}, "Begin")
	tip := r.Commit(gittest.Files{
		"c/d e.rs": "use crate::TileStore;\n", "NOTES.md": "TileStore\n", "bin.go": "TileStore\x00\n", "f.go": "x := -needle\n",
	}, "More")
	r.WorkTree()
	repo, ctx := open(t, r.Dir), context.Background()
	for _, c := range []struct {
		commit, words, pathspecs string
		want                     []string
	}{
		{tip, "TileStore", "", []string{"NOTES.md", "a.go", "c/d e.rs"}},
		{tip, "TileStore", "*.go *.rs", []string{"a.go", "c/d e.rs"}},
		{tip, "nothing -needle", "", []string{"f.go"}},
		{old, "TileStore", "", []string{"a.go"}},
		{old, "nothing", "", nil},
		{old, "", "", nil},
	} {
		got, err := repo.FilesNaming(ctx, c.commit, strings.Fields(c.words), strings.Fields(c.pathspecs))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("files naming %q at %s: %q, %v; want %q", c.words, c.commit[:7], got, err, c.want)
		}
	}
	many := []string{"TileStore"}
	for i := range 200_000 { // more than a command line holds
		many = append(many, fmt.Sprintf("notHere%d", i))
	}
	if got, err := repo.FilesNaming(ctx, old, many, nil); err != nil || !slices.Equal(got, []string{"a.go"}) {
		t.Errorf("files naming many words: %q, %v", got, err)
	}
	for _, commit := range []string{"HEAD", "--all", strings.Repeat("0", 40)} {
		if got, err := repo.FilesNaming(ctx, commit, []string{"x"}, nil); err == nil {
			t.Errorf("files at %q: %q and no error", commit, got)
		}
	}
}
