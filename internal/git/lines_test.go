package git_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

func TestReadLines(t *testing.T) {
	r := gittest.New(t)
	long := strings.Repeat("x", 100_000)
	first := r.Commit(gittest.Files{"a.txt": "one\ntwo\r\nthree", "dir/b c.txt": long + "\nbehind\n", "empty": ""}, "first")
	second := r.Commit(gittest.Files{"a.txt": "changed\n"}, "second")
	r.WorkTree()
	repo := open(t, r.Dir)
	files := []git.Lines{
		{Rev: second + "^", Path: "a.txt", Texts: map[int]string{1: "", 2: "", 3: "", 4: ""}},
		{Rev: second, Path: "a.txt", Texts: map[int]string{1: ""}},
		{Rev: first, Path: "dir/b c.txt", Texts: map[int]string{1: "", 2: ""}},
		{Rev: first, Path: "empty", Texts: map[int]string{1: ""}},
		{Rev: first, Path: "no\nsuch file", Texts: map[int]string{1: ""}},
		{Rev: first, Path: "dir", Texts: map[int]string{1: ""}},
		{Rev: first + "^", Path: "a.txt", Texts: map[int]string{1: ""}},
	}
	if err := repo.ReadLines(context.Background(), files); err != nil {
		t.Fatal(err)
	}
	want := []map[int]string{
		{1: "one", 2: "two\r", 3: "three", 4: ""},
		{1: "changed"},
		{1: long[:4096], 2: "behind"},
		{1: ""}, {1: ""}, {1: ""}, {1: ""},
	}
	for i := range files {
		if !maps.Equal(files[i].Texts, want[i]) {
			t.Errorf("%s:%q: got %.200s, want %.200s", files[i].Rev, files[i].Path, fmt.Sprint(files[i].Texts), fmt.Sprint(want[i]))
		}
	}
}

// Many files are shared out to processes; each keeps its own.
func TestReadLinesOfManyFiles(t *testing.T) {
	r := gittest.New(t)
	all := gittest.Files{}
	for i := range 300 {
		all[fmt.Sprintf("f%d", i)] = fmt.Sprintf("first\nof %d\n", i)
	}
	c := r.Commit(all, "many")
	r.WorkTree()
	var files []git.Lines
	for i := range 300 {
		files = append(files, git.Lines{Rev: c, Path: fmt.Sprintf("f%d", i), Texts: map[int]string{2: ""}})
	}
	if err := open(t, r.Dir).ReadLines(context.Background(), files); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		if got, want := files[i].Texts[2], fmt.Sprintf("of %d", i); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if err := open(t, r.Dir).ReadLines(context.Background(), nil); err != nil {
		t.Error(err)
	}
}
