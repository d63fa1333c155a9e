package gittest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// CherryPick picks a commit onto the current branch with git itself, author and
// author date kept as git does. A conflict must be resolved by Resolve; Message
// retitles the pick, Author and Date re-author it.
func (r *Repo) CherryPick(commit string, opts ...Option) string {
	return r.operate([]string{"cherry-pick", "--no-commit", commit}, commit, opts)
}

// Revert takes a commit back on the current branch, with git's own message.
func (r *Repo) Revert(commit string, opts ...Option) string {
	subject := r.Git("log", "-1", "--format=%s", commit)
	message := fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", subject, commit)
	return r.operate([]string{"revert", "--no-commit", commit}, "", append([]Option{Message(message)}, opts...))
}

// Merge merges a branch or commit into the current branch, with a merge commit
// even where none is needed.
func (r *Repo) Merge(other string, opts ...Option) string {
	message := fmt.Sprintf("Merge branch '%s' into %s", other, r.branch)
	if r.branch == "main" {
		message = fmt.Sprintf("Merge branch '%s'", other)
	}
	return r.operate([]string{"merge", "--no-commit", "--no-ff", "--quiet", other}, "", append([]Option{Message(message)}, opts...))
}

// operate runs a command that changes the work tree and index without a commit,
// resolves what conflicts, and commits. from lends its message and author.
func (r *Repo) operate(command []string, from string, opts []Option) string {
	r.WorkTree()
	now := r.clock
	c := r.newCommit(append(r.like(from), opts...))
	_, failed := r.try(now, "", command...)
	for _, path := range c.without {
		r.run("", "checkout", "--quiet", "HEAD", "--", path)
	}
	if len(c.files) > 0 {
		r.write(c.files)
		r.run("", append([]string{"add", "--all", "--force", "--"}, slices.Sorted(maps.Keys(c.files))...)...)
	}
	if unmerged := r.run("", "diff", "--name-only", "--diff-filter=U"); unmerged != "" {
		r.fail(fmt.Errorf("git %s: unresolved conflicts in %q", command[0], unmerged))
	} else if failed != nil && len(c.files) == 0 && len(c.without) == 0 {
		r.fail(failed)
	}
	if _, err := r.try(now, c.message, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim",
		fmt.Sprintf("--author=%s <%s>", c.author, c.email), "--date="+rawDate(c.date), "--file=-"); err != nil {
		r.fail(err)
	}
	r.tips[r.branch] = r.run("", "rev-parse", "HEAD")
	return r.Tip()
}

// like gives a commit the message, author and date of another.
func (r *Repo) like(commit string) []Option {
	if commit == "" {
		return nil
	}
	fields := strings.SplitN(r.run("", "log", "-1", "--format=%an%x00%ae%x00%aI%x00%B", commit), "\x00", 4)
	date, err := time.Parse(time.RFC3339, fields[2])
	if err != nil {
		r.fail(err)
	}
	return []Option{Author(fields[0], fields[1]), Date(date), Message(fields[3])}
}
