package advise

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// Git is what answers need of the repository itself, for what the database
// does not hold.
type Git interface {
	// Commit finds the commit that a revision names; hash is empty if there is
	// none, and candidates are given if the name is ambiguous.
	Commit(ctx context.Context, rev string) (hash string, candidates []string, err error)
	// Load reads one commit with its files.
	Load(ctx context.Context, hash string) (*fact.Commit, error)
	// Diffs reads what commits change, by their full hashes.
	Diffs(ctx context.Context, hashes ...string) (map[string]*git.Diff, error)
	// ReadLines fills in lines of files; those that cannot be read stay empty.
	ReadLines(ctx context.Context, files []git.Lines) error
	// IsAncestor reports whether descendant can reach ancestor.
	IsAncestor(ctx context.Context, ancestor, descendant string) (bool, error)
	// Graph calls fn for each commit that include can reach and exclude cannot,
	// children before parents.
	Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error
	// Replay carries out picks in memory. It must be closed.
	Replay(ctx context.Context) (*git.Replay, error)
	// Sizes counts what commits change by one of git's algorithms. What was told before
	// an error comes with it.
	Sizes(ctx context.Context, algorithm string, hashes ...string) (map[string][]fact.FileChange, error)
	// Ignored reports whether a commit's own .gitignore files have a rule for a path.
	Ignored(ctx context.Context, hash, path string) (bool, error)
	// Paths lists the files of a commit's tree, sorted.
	Paths(ctx context.Context, hash string) ([]string, error)
}

// UnknownError says that a name means no commit.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string { return fmt.Sprintf("%q names no commit", e.Name) }

// AmbiguousError says that a name means several commits.
type AmbiguousError struct {
	Name       string
	Candidates []Candidate
}

// Candidate is a commit that an ambiguous name may mean.
type Candidate struct{ Hash, Subject string }

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q names %d commits", e.Name, len(e.Candidates))
}

// UnknownForkError says that a name is that of no branch that was ingested.
type UnknownForkError struct {
	Name  string
	Known []string // full names of those that were
}

func (e *UnknownForkError) Error() string {
	return fmt.Sprintf("%q is not a branch that was ingested", e.Name)
}

// Asker answers questions from one transaction.
type Asker struct {
	tx    *db.Tx
	git   Git
	views []fact.View
	memo  memo
}

// Ask begins answering from a transaction. git may be nil for answers that the
// database alone can give.
func Ask(tx *db.Tx, git Git) (*Asker, error) {
	views, err := tx.Views()
	if err != nil {
		return nil, err
	}
	if len(views) == 0 {
		return nil, db.ErrNothing
	}
	return &Asker{tx: tx, git: git, views: views}, nil
}

// Views returns the fork branches that were ingested, in order of name.
func (a *Asker) Views() []fact.View { return a.views }

// Find returns the full hash of the commit that a person named: a full hash, a
// unique abbreviation, a pull request ("#1707"), or any revision that git
// understands. Commits of the views come before others of the repository.
func (a *Asker) Find(ctx context.Context, name string) (string, error) {
	name = strings.TrimSpace(name)
	if pr, ok := strings.CutPrefix(name, "#"); ok {
		if n, err := strconv.Atoi(pr); err == nil {
			return a.findPR(name, n)
		}
	}
	if fact.IsHash(name) {
		hashes, err := a.tx.CommitsByPrefix(strings.ToLower(name), 50)
		if err != nil {
			return "", err
		}
		hashes = slices.DeleteFunc(hashes, func(h string) bool { return !a.inViews(h) })
		if len(hashes) == 1 {
			return hashes[0], nil
		}
		if len(hashes) > 1 {
			return "", a.ambiguous(name, hashes)
		}
	}
	if a.git == nil {
		return "", &UnknownError{Name: name}
	}
	hash, candidates, err := a.git.Commit(ctx, name)
	if err != nil {
		return "", err
	}
	if len(candidates) > 0 {
		return "", a.ambiguous(name, candidates)
	}
	if hash == "" {
		return "", &UnknownError{Name: name}
	}
	return hash, nil
}

// findPR prefers the upstream commit that merged a pull request over the
// fork's picks of it.
func (a *Asker) findPR(name string, pr int) (string, error) {
	hashes, err := a.tx.CommitsByPR(pr)
	if err != nil {
		return "", err
	}
	up := slices.DeleteFunc(slices.Clone(hashes), func(h string) bool { return !a.InRange(h) })
	if len(up) == 0 {
		up = slices.DeleteFunc(hashes, func(h string) bool { return !a.inViews(h) })
	}
	switch len(up) {
	case 0:
		return "", &UnknownError{Name: name}
	case 1:
		return up[0], nil
	}
	return "", a.ambiguous(name, up)
}

func (a *Asker) ambiguous(name string, hashes []string) error {
	e := &AmbiguousError{Name: name}
	for _, h := range hashes {
		c := Candidate{Hash: h}
		if commit, err := a.tx.Commit(h); err == nil && commit != nil {
			c.Subject = commit.Subject
		}
		e.Candidates = append(e.Candidates, c)
	}
	return e
}

// InRange reports whether a full hash is an upstream commit of some view's range.
func (a *Asker) InRange(hash string) bool {
	return slices.ContainsFunc(a.views, func(v fact.View) bool { return slices.Contains(v.Range, hash) })
}

func (a *Asker) inViews(hash string) bool {
	return slices.ContainsFunc(a.views, func(v fact.View) bool {
		return slices.Contains(v.Range, hash) || slices.Contains(v.Own, hash)
	})
}

// AsOf names the commits that the answers are true of: those of the first view.
func (a *Asker) AsOf() AsOf {
	return AsOf{Fork: a.views[0].Fork, Upstream: a.views[0].Upstream}
}

// InFork reports whether a full hash is one of some fork branch's own commits.
func (a *Asker) InFork(hash string) bool {
	return slices.ContainsFunc(a.views, func(v fact.View) bool { return slices.Contains(v.Own, hash) })
}

// Reports returns every report that was ingested, oldest first.
func (a *Asker) Reports() ([]fact.StoredReport, error) { return a.sortedReports() }

// Decisions returns all decisions, those taken back too, oldest first.
func (a *Asker) Decisions() ([]fact.Decision, error) { return a.tx.Decisions() }

// Links returns the links of every view, in order of the fork's commits, oldest
// first.
func (a *Asker) Links() ([]fact.Link, error) {
	out := []fact.Link{}
	seen := map[[2]string]bool{}
	for _, v := range a.views {
		links, err := a.tx.Links(v.Fork.Ref)
		if err != nil {
			return nil, err
		}
		age := map[string]int{}
		for i, h := range v.Own {
			age[h] = -i
		}
		for i, h := range v.Range {
			age[h] = -i
		}
		slices.SortStableFunc(links, func(x, y fact.Link) int {
			return cmp.Or(cmp.Compare(age[x.Fork], age[y.Fork]), cmp.Compare(age[x.Upstream], age[y.Upstream]))
		})
		for _, l := range links {
			if k := [2]string{l.Fork, l.Upstream}; !seen[k] {
				seen[k] = true
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// Subject returns the subject of a stored commit, "" if it is not stored.
func (a *Asker) Subject(hash string) (string, error) {
	c, err := a.tx.Commit(hash)
	if err != nil || c == nil {
		return "", err
	}
	return c.Subject, nil
}
