package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// LastChanged returns, for each path (from the top, with slashes), the commit
// date of the newest commit that rev can reach and exclude (none if empty)
// cannot, and that changed the path. A path that none changed is left out. It
// stops reading history when every path is found.
func (r *Repo) LastChanged(ctx context.Context, rev, exclude string, paths []string) (map[string]time.Time, error) {
	found := map[string]time.Time{}
	if len(paths) == 0 {
		return found, nil
	}
	wanted := map[string]bool{}
	args := []string{"--literal-pathspecs", "log", "--format=%x00%ct", "--name-only", "-z", "--no-renames", "--no-ext-diff",
		"--ignore-submodules=none", "--end-of-options", rev}
	if exclude != "" {
		args = append(args, "^"+exclude)
	}
	args = append(args, "--")
	for _, p := range paths {
		wanted[p] = true
		args = append(args, p)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, args...)
	var stderr tail
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("reading when files changed: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("reading when files changed: %w", explain(ctx, "log", &stderr, err))
	}
	tokens := bufio.NewScanner(stdout)
	tokens.Buffer(nil, 1<<20)
	tokens.Split(splitNUL)
	var at time.Time
	date := false // the next token is a date
	for len(found) < len(wanted) && tokens.Scan() {
		token := tokens.Text()
		switch {
		case token == "":
			date = true
		case date:
			seconds, err := strconv.ParseInt(strings.TrimSpace(token), 10, 64)
			if err != nil {
				cancel()
				cmd.Wait()
				return nil, fmt.Errorf("reading when files changed: git answered %q", token)
			}
			at, date = time.Unix(seconds, 0).UTC(), false
		default:
			p := strings.TrimPrefix(token, "\n")
			if _, seen := found[p]; wanted[p] && !seen {
				found[p] = at
			}
		}
	}
	if len(found) == len(wanted) {
		cancel()
		cmd.Wait()
		return found, nil
	}
	err = cmd.Wait()
	if scanErr := tokens.Err(); scanErr != nil {
		return nil, fmt.Errorf("reading when files changed: %w", scanErr)
	}
	if err != nil {
		return nil, fmt.Errorf("reading when files changed: %w", explain(ctx, "log", &stderr, err))
	}
	return found, nil
}

// splitNUL is a bufio.SplitFunc for tokens that end with a NUL.
func splitNUL(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
