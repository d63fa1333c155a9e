package git

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// Sizes counts what commits (full hashes) change against their first parent, file by
// file, by one of git's algorithms: myers (the default), minimal, patience or
// histogram. Renames are found as by Diffs. Files of which no lines are counted are
// Binary. A merge, and a commit that changes nothing, has no files.
//
// An absent blob ends git: then the commits that it had answered come with the error.
func (r *Repo) Sizes(ctx context.Context, algorithm string, commits ...string) (map[string][]fact.FileChange, error) {
	cmd := r.command(ctx, "diff-tree", "--stdin", "--root", "-r", "--numstat", "-z", "-M", "-l1000",
		"--diff-algorithm="+algorithm, "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=none")
	cmd.Stdin = strings.NewReader(strings.Join(commits, "\n") + "\n")
	out, failed := output(ctx, "diff-tree", cmd)
	sizes := map[string][]fact.FileChange{}
	tokens := bytes.Split(out, []byte{0})
	at := "" // the commit at hand
	for len(tokens) > 1 {
		token := string(tokens[0])
		tokens = tokens[1:]
		parts := strings.SplitN(token, "\t", 3)
		if len(parts) < 3 {
			at = token
			sizes[at] = []fact.FileChange{}
			continue
		}
		f := fact.FileChange{Path: parts[2], Status: "M", Binary: parts[0] == "-"}
		if f.Path == "" { // a rename: both names follow
			if len(tokens) < 3 {
				break
			}
			f.OldPath, f.Path, f.Status = string(tokens[0]), string(tokens[1]), "R"
			tokens = tokens[2:]
		}
		if !f.Binary {
			f.Insertions, _ = strconv.Atoi(parts[0])
			f.Deletions, _ = strconv.Atoi(parts[1])
		}
		f.Generated = Generated(f.Path)
		sizes[at] = append(sizes[at], f)
	}
	if failed != nil {
		delete(sizes, at) // it may have more
		return sizes, fmt.Errorf("counting lines: %w", failed)
	}
	for _, c := range commits {
		if sizes[c] == nil {
			sizes[c] = []fact.FileChange{}
		}
	}
	return sizes, nil
}
