package git

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"tracker/internal/fact"
)

// Sizes counts what a commit changes against its first parent, file by file, by one
// of git's algorithms: myers (the default), minimal, patience or histogram. Renames
// are found as by Diffs. Files of which no lines are counted are Binary.
//
// An absent blob ends git, and a commit with one is an error.
func (r *Repo) Sizes(ctx context.Context, commit, algorithm string) ([]fact.FileChange, error) {
	out, err := r.output(ctx, "diff-tree", "--root", "-r", "--numstat", "-z", "--no-commit-id", "-M", "-l1000",
		"--diff-algorithm="+algorithm, "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=none",
		"--end-of-options", commit)
	if err != nil {
		return nil, fmt.Errorf("counting the lines of %q: %w", commit, err)
	}
	list := []fact.FileChange{}
	tokens := bytes.Split(bytes.TrimSuffix(out, []byte{0}), []byte{0})
	for len(tokens) > 0 && len(tokens[0]) > 0 {
		parts := bytes.SplitN(tokens[0], []byte{'\t'}, 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("counting the lines of %q: git printed %q", commit, tokens[0])
		}
		tokens = tokens[1:]
		f := fact.FileChange{Path: string(parts[2]), Status: "M", Binary: string(parts[0]) == "-"}
		if len(parts[2]) == 0 { // a rename: both names follow
			if len(tokens) < 2 {
				return nil, fmt.Errorf("counting the lines of %q: git ended within a rename", commit)
			}
			f.OldPath, f.Path, f.Status = string(tokens[0]), string(tokens[1]), "R"
			tokens = tokens[2:]
		}
		if !f.Binary {
			f.Insertions, _ = strconv.Atoi(string(parts[0]))
			f.Deletions, _ = strconv.Atoi(string(parts[1]))
		}
		f.Generated = Generated(f.Path)
		list = append(list, f)
	}
	return list, nil
}
