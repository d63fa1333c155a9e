package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/git"
)

var (
	// ErrNoUpstream says that nothing tells which branch is upstream's.
	ErrNoUpstream = errors.New("no upstream is known for this repository")
	// ErrNoFork says that nothing tells which branch is the fork's.
	ErrNoFork = errors.New("no fork branch is known for this repository")
	// ErrSameBranch says that one branch was to be both sides.
	ErrSameBranch = errors.New("the fork's own branch, so it cannot be its upstream")
)

// RefError says that a ref that was asked for, or is remembered, names no commit.
type RefError struct {
	Name       string
	Remembered bool
	Several    []string // the refs that it names, where one is wanted
}

func (e *RefError) Error() string {
	if len(e.Several) > 0 {
		return fmt.Sprintf("%q names %d branches, and upstream is one", e.Name, len(e.Several))
	}
	if e.Remembered {
		return fmt.Sprintf("%q, remembered from an earlier ingest, names no commit any more", e.Name)
	}
	return fmt.Sprintf("%q names no commit", e.Name)
}

// Heads are the commits that an ingest is about.
type Heads struct {
	Upstream fact.Ref
	Forks    []fact.Ref
	// Counterpart says that Upstream is only guessed and most likely wrong: it is
	// the fork's own branch on a remote. Such a guess is not remembered.
	Counterpart bool
}

// FindHeads finds where upstream and the fork stand: what the caller names,
// else what the configuration remembers, else HEAD's branch and the branch it
// follows. It also returns the configuration to remember, in which a guess stays
// a guess: only an upstream that the caller names is kept whatever comes.
func FindHeads(ctx context.Context, repo *git.Repo, known db.Config, upstream string, forks []string) (Heads, db.Config, error) {
	var h Heads
	config := known
	config.Forks = slices.Clone(known.Forks)
	if len(forks) > 0 {
		config.Forks = forks
	}
	if upstream != "" {
		config.Upstream, config.Guessed = upstream, false
	}

	if len(config.Forks) == 0 {
		head, err := repo.Head(ctx)
		if errors.Is(err, git.ErrNoCommit) {
			return h, config, ErrNoFork
		} else if err != nil {
			return h, config, err
		}
		h.Forks = []fact.Ref{head}
		config.Forks = []string{head.Ref}
	} else {
		for _, name := range config.Forks {
			refs, err := named(ctx, repo, name)
			if err != nil {
				return h, config, err
			}
			if len(refs) == 0 {
				return h, config, &RefError{Name: name, Remembered: len(forks) == 0}
			}
			for _, r := range refs {
				if !slices.ContainsFunc(h.Forks, func(o fact.Ref) bool { return o.Ref == r.Ref }) {
					h.Forks = append(h.Forks, r)
				}
			}
		}
	}

	if err := h.findUpstream(ctx, repo, &config, upstream == ""); err != nil {
		return h, config, err
	}
	// An upstream that a glob of forks catches is no fork.
	if len(h.Forks) > 1 {
		h.Forks = slices.DeleteFunc(h.Forks, func(r fact.Ref) bool { return r.Ref == h.Upstream.Ref })
	} else if h.Forks[0].Ref == h.Upstream.Ref {
		return h, config, fmt.Errorf("%q is %w", cmp.Or(upstream, h.Upstream.Ref), ErrSameBranch)
	}
	return h, config, nil
}

// upstreamRemote is where the branches of the remote named upstream are.
const upstreamRemote = "refs/remotes/upstream/"

// findUpstream resolves the upstream that config names, or guesses it and puts
// the guess into config. A remote named upstream wins over an earlier guess, an
// earlier guess over the branch that the fork's is configured to follow.
func (h *Heads) findUpstream(ctx context.Context, repo *git.Repo, config *db.Config, remembered bool) error {
	if config.Upstream == "" || config.Guessed && !strings.HasPrefix(config.Upstream, upstreamRemote) {
		ref, err := repo.DefaultUpstream(ctx, h.Forks[0].Ref)
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(ref.Ref, upstreamRemote) || config.Upstream == "" && ref.Commit != "":
			h.Upstream = ref
			if h.Counterpart, err = counterpart(ctx, repo, h.Forks[0], ref); err != nil {
				return err
			}
			config.Upstream, config.Guessed = ref.Ref, true
			if h.Counterpart {
				config.Upstream, config.Guessed = "", false
			}
			return nil
		case config.Upstream == "":
			return ErrNoUpstream
		}
	}
	refs, err := named(ctx, repo, config.Upstream)
	if err != nil {
		return err
	}
	if len(refs) != 1 {
		e := &RefError{Name: config.Upstream, Remembered: remembered}
		for _, r := range refs {
			e.Several = append(e.Several, r.Ref)
		}
		return e
	}
	h.Upstream = refs[0]
	return nil
}

// counterpart reports whether a guess is where the fork's own branch is pushed
// to: the branch of its name on a remote, with nothing that the fork lacks.
func counterpart(ctx context.Context, repo *git.Repo, fork, guess fact.Ref) (bool, error) {
	name, local := strings.CutPrefix(fork.Ref, "refs/heads/")
	if !local || !strings.HasPrefix(guess.Ref, "refs/remotes/") || !strings.HasSuffix(guess.Ref, "/"+name) || strings.HasPrefix(guess.Ref, upstreamRemote) {
		return false, nil
	}
	return repo.IsAncestor(ctx, guess.Commit, fork.Commit)
}

// named finds the refs that a name or a glob stands for; a revision that is no
// ref stands for itself.
func named(ctx context.Context, repo *git.Repo, name string) ([]fact.Ref, error) {
	if name == "HEAD" {
		head, err := repo.Head(ctx)
		return []fact.Ref{head}, err
	}
	refs, err := repo.Refs(ctx, name)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(name, "*?[") {
		if !strings.HasPrefix(name, "refs/") {
			// A short glob means branches; tags do not grow.
			refs = slices.DeleteFunc(refs, func(r fact.Ref) bool { return strings.HasPrefix(r.Ref, "refs/tags/") })
		}
		return refs, nil
	}
	// A name without a glob is one ref, not a folder of them; a branch comes
	// before a remote's branch, and that before a tag.
	for _, full := range []string{name, "refs/heads/" + name, "refs/remotes/" + name, "refs/tags/" + name} {
		for _, r := range refs {
			if r.Ref == full {
				return []fact.Ref{r}, nil
			}
		}
	}
	found, err := repo.Resolve(ctx, name)
	if err != nil || !found[0].Found() {
		return nil, err
	}
	return []fact.Ref{{Ref: name, Commit: found[0].Commit}}, nil
}
