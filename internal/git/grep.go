package git

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// FilesNaming returns the paths of a commit's tree, of those that match one of
// the pathspecs (all if none are given), whose content has one of the words as a
// whole word. Binary files are left out. Git names no file of which it cannot
// read the blob; where it gives up over one, that is an error.
func (r *Repo) FilesNaming(ctx context.Context, commit string, words, pathspecs []string) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	if !isFullHash(commit) {
		return nil, fmt.Errorf("searching %q: it is not a full hash", commit)
	}
	args := []string{"grep", "--name-only", "-z", "--word-regexp", "--fixed-strings", "-I", "--full-name", "--no-recurse-submodules", "-f", "-", commit, "--"}
	cmd := r.command(ctx, append(args, pathspecs...)...)
	// A command line holds a thousand words on Windows.
	cmd.Stdin = strings.NewReader(strings.Join(words, "\n") + "\n")
	out, err := output(ctx, args[0], cmd)
	if err != nil && !(exitCode(err) == 1 && ctx.Err() == nil) { // 1: nothing was found
		return nil, fmt.Errorf("searching %q: %w", commit, err)
	}
	var paths []string
	for name := range bytes.SplitSeq(out, []byte{0}) {
		if path, ok := strings.CutPrefix(string(name), commit+":"); ok {
			paths = append(paths, path)
		}
	}
	return paths, nil
}
