package git

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// Resolved is what a revision names.
type Resolved struct {
	Rev    string
	Commit string // empty when the revision names no commit
	// Candidates are the commits that an ambiguous abbreviation may mean.
	Candidates []string
}

// Found reports whether the revision names exactly one commit.
func (r Resolved) Found() bool { return r.Commit != "" }

// Resolve finds the commits that revisions name, tags peeled, in one process
// for all of them (one more for each that is ambiguous). The answers come in
// the order of the revisions. A revision that names nothing, or no commit, is
// an answer and not an error.
func (r *Repo) Resolve(ctx context.Context, revs ...string) ([]Resolved, error) {
	objects, err := r.revisions(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	names := make([]string, len(revs))
	for i, rev := range revs {
		names[i] = rev + "^{commit}"
		if strings.HasPrefix(rev, ":/") {
			names[i] = rev // a search takes all that follows as its text
		}
	}
	found, err := objects.Info(names)
	if err != nil {
		return nil, err
	}
	answers := make([]Resolved, len(revs))
	var short []string // abbreviations that name no commit, or several
	var places []int
	for i, obj := range found {
		answers[i].Rev = revs[i]
		switch {
		case revs[i] == "":
		case obj.Type == "commit":
			answers[i].Commit = obj.ID
		case fact.IsHash(revs[i]) && len(revs[i]) < r.HashLen():
			short = append(short, revs[i])
			places = append(places, i)
		}
	}
	// Git calls "abcd^{commit}" missing when abcd is ambiguous; it is plain
	// about abcd alone.
	found, err = objects.Info(short)
	if err != nil {
		return nil, err
	}
	for i, obj := range found {
		if obj.Ambiguous {
			if answers[places[i]].Candidates, err = r.candidates(ctx, objects, short[i]); err != nil {
				return nil, err
			}
		}
	}
	return answers, nil
}

// candidates lists the commits whose hashes begin with an abbreviation.
func (r *Repo) candidates(ctx context.Context, objects *Objects, prefix string) ([]string, error) {
	out, err := r.output(ctx, "rev-parse", "--disambiguate="+prefix)
	if err != nil {
		return nil, fmt.Errorf("resolving %q: %w", prefix, err)
	}
	found, err := objects.Info(strings.Fields(string(out)))
	if err != nil {
		return nil, err
	}
	var commits []string
	for _, obj := range found {
		if obj.Type == "commit" {
			commits = append(commits, obj.ID)
		}
	}
	slices.Sort(commits)
	return commits, nil
}

// MergeBases returns the best common ancestors of two commits; none when the
// histories are unrelated.
func (r *Repo) MergeBases(ctx context.Context, a, b string) ([]string, error) {
	out, err := r.output(ctx, "merge-base", "--all", "--end-of-options", a, b)
	if err != nil && exitCode(err) != 1 {
		return nil, fmt.Errorf("finding the merge base of %q and %q: %w", a, b, err)
	}
	return strings.Fields(string(out)), nil
}

// IsAncestor reports whether descendant can reach ancestor. A commit is its
// own ancestor.
func (r *Repo) IsAncestor(ctx context.Context, ancestor, descendant string) (bool, error) {
	_, err := r.output(ctx, "merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant)
	if exitCode(err) == 1 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("comparing %q and %q: %w", ancestor, descendant, err)
	}
	return true, nil
}

// ErrNoCommit says that HEAD or a ref names no commit yet.
var ErrNoCommit = errors.New("names no commit")
