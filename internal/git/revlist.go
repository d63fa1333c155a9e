package git

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// RevList calls fn with the name and the number of parents of every commit
// that include can reach and exclude cannot, in the order of Log. It reads no
// tree, so it is fast on any history.
func (r *Repo) RevList(ctx context.Context, include, exclude []string, fn func(hash string, parents int)) error {
	return r.Graph(ctx, include, exclude, func(hash string, parents []string) { fn(hash, len(parents)) })
}

// Graph is RevList with the names of the parents.
func (r *Repo) Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error {
	if len(include) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, "rev-list", "--stdin", "--topo-order", "--parents")
	var in strings.Builder
	for _, rev := range include {
		in.WriteString(rev + "\n")
	}
	for _, rev := range exclude {
		in.WriteString("^" + rev + "\n")
	}
	cmd.Stdin = strings.NewReader(in.String())
	var stderr tail
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("listing commits: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("listing commits: %w", explain(ctx, "rev-list", &stderr, err))
	}
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20) // an octopus has many parents
	for lines.Scan() {
		hash, parents, _ := strings.Cut(lines.Text(), " ")
		fn(hash, strings.Fields(parents))
	}
	if err := lines.Err(); err != nil {
		cancel()
		cmd.Wait()
		return fmt.Errorf("listing commits: %w", err)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("listing commits: %w", explain(ctx, "rev-list", &stderr, err))
	}
	return nil
}
