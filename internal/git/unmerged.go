package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Unmerged is a path of the index that conflicts. A stage is zero where that side has
// no such file.
type Unmerged struct {
	Path               string
	Base, Ours, Theirs Stage
}

// Unmerged lists the paths that conflict in the work tree's index, sorted. It is empty
// where nothing does, and where there is no work tree.
func (r *Repo) Unmerged(ctx context.Context) ([]Unmerged, error) {
	if r.workTree == "" {
		return nil, nil
	}
	cmd := Command(ctx, r.workTree, "--git-dir="+r.gitDir, "--work-tree="+r.workTree, "ls-files", "--unmerged", "-z", "--full-name")
	out, err := output(ctx, "ls-files", cmd)
	if err != nil {
		return nil, fmt.Errorf("reading what conflicts: %w", err)
	}
	var list []Unmerged
	for field := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if field == "" {
			continue
		}
		head, path, ok := strings.Cut(field, "\t")
		words := strings.Fields(head)
		if !ok || len(words) != 3 {
			return nil, fmt.Errorf("reading what conflicts: git answered %q", field)
		}
		mode, err := strconv.ParseUint(words[0], 8, 32)
		if err != nil {
			return nil, fmt.Errorf("reading what conflicts: git answered %q", field)
		}
		if n := len(list); n == 0 || list[n-1].Path != path {
			list = append(list, Unmerged{Path: path})
		}
		u, s := &list[len(list)-1], Stage{Mode: uint32(mode), ID: words[1]}
		switch words[2] {
		case "1":
			u.Base = s
		case "2":
			u.Ours = s
		case "3":
			u.Theirs = s
		}
	}
	slices.SortFunc(list, func(a, b Unmerged) int { return strings.Compare(a.Path, b.Path) })
	return list, nil
}

// InProgress says what the work tree is in the middle of: cherry-pick, revert, merge,
// rebase or am; empty for nothing. commit is the full hash of what is picked, reverted,
// merged or rebased, where git says it.
func (r *Repo) InProgress() (operation, commit string) {
	there := func(name string) bool {
		_, err := os.Lstat(filepath.Join(r.gitDir, name))
		return err == nil
	}
	hash := func(name string) string {
		text, err := os.ReadFile(filepath.Join(r.gitDir, name))
		if line, _, _ := strings.Cut(string(text), "\n"); err == nil && isFullHash(line) {
			return line
		}
		return ""
	}
	switch {
	case there("rebase-merge"):
		return "rebase", hash("REBASE_HEAD")
	case there("CHERRY_PICK_HEAD"): // before an am that was given up and is still there
		return "cherry-pick", hash("CHERRY_PICK_HEAD")
	case there(filepath.Join("rebase-apply", "applying")):
		return "am", hash(filepath.Join("rebase-apply", "original-commit"))
	case there("rebase-apply"):
		return "rebase", hash("REBASE_HEAD")
	case there("REVERT_HEAD"):
		return "revert", hash("REVERT_HEAD")
	case there("MERGE_HEAD"):
		return "merge", hash("MERGE_HEAD")
	}
	return "", ""
}

// ReadWorkFile returns a file of the work tree; nil if there is none, or it is no
// ordinary file, larger than limit bytes, or reached by a link that leads out of the
// work tree.
func (r *Repo) ReadWorkFile(path string, limit int64) ([]byte, error) {
	root, err := os.OpenRoot(r.workTree)
	if err != nil {
		return nil, fmt.Errorf("reading the work tree: %w", err)
	}
	defer root.Close()
	if info, err := root.Lstat(filepath.FromSlash(path)); err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return nil, nil
	}
	file, err := root.Open(filepath.FromSlash(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("reading the work tree: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return nil, fmt.Errorf("reading the work tree: %w", err)
	}
	return text, nil
}
