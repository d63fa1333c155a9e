package ingest

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tracker/internal/fact"
	"tracker/internal/git"
)

// survey is what one fork's view consists of, before anything of it is read.
type survey struct {
	view             fact.View
	newRange, newOwn int       // how many of either list the store lacked
	again            []string  // stored commits to be read once more
	reports          []tracked // found in the fork's tree
}

// surveyFork lists the commits of both sides. before is the same fork's view
// as of the last ingest, nil if there is none to go on from.
func surveyFork(ctx context.Context, repo *git.Repo, fork, upstream fact.Ref, before *fact.View) (*survey, error) {
	s := &survey{view: fact.View{Fork: fork, Upstream: upstream, Shallow: repo.Shallow()}}
	if before != nil {
		if ok, err := s.goOn(ctx, repo, before); ok || err != nil {
			return s, err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		bases, err := repo.MergeBases(ctx, fork.Commit, upstream.Commit)
		if err != nil || len(bases) == 0 {
			return err
		}
		s.view.Base = bases[0]
		date, err := repo.CommitDate(ctx, bases[0])
		s.view.BaseDate = date.Format(time.RFC3339)
		return err
	})
	group.Go(func() error {
		return repo.RevList(ctx, []string{upstream.Commit}, []string{fork.Commit}, func(hash string, parents int) {
			if parents > 1 {
				s.view.Merges++
				return
			}
			s.view.Range = append(s.view.Range, hash)
		})
	})
	group.Go(func() error {
		return repo.RevList(ctx, []string{fork.Commit}, []string{upstream.Commit}, func(hash string, _ int) {
			s.view.Own = append(s.view.Own, hash)
		})
	})
	return s, group.Wait()
}

// goOn lists only what has come since the last ingest, and adds it to what
// that one listed. To list all takes git a second where the range has tens of
// thousands of commits. It reports false, with the survey as it was, if there
// is more to it: a branch was rebased, or one side took commits of the other,
// or may have, or git would list some of what is new behind what is old.
func (s *survey) goOn(ctx context.Context, repo *git.Repo, before *fact.View) (bool, error) {
	if before.Base == "" || before.Shallow || s.view.Shallow {
		return false, nil
	}
	up, err := listStep(ctx, repo, before.Upstream, s.view.Upstream)
	if err != nil || up == nil {
		return false, err
	}
	own, err := listStep(ctx, repo, before.Fork, s.view.Fork)
	if err != nil || own == nil {
		return false, err
	}
	// The range's merges are not listed, so a merge on the fork's side may be one.
	if own.merges > 0 {
		return false, nil
	}
	known := make(map[string]bool, len(before.Range)+len(before.Own))
	for _, list := range [][]string{before.Range, before.Own} {
		for _, h := range list {
			known[h] = true
		}
	}
	for _, list := range [][]string{up.all, own.all} {
		for _, h := range list {
			if known[h] {
				return false, nil // the other side's
			}
			known[h] = true
		}
	}
	v := &s.view
	v.Base, v.BaseDate = before.Base, before.BaseDate
	v.Range, v.Merges = append(up.plain, before.Range...), before.Merges+up.merges
	v.Own = append(own.all, before.Own...)
	return true, nil
}

// step is what a branch gained.
type step struct {
	all, plain []string // with its merges, and without
	merges     int
}

// listStep returns nil if the branch did not merely gain commits, or if not all
// of them come before the older ones in git's order, as when a topic merges the
// branch and becomes it: the order must not tell how often it was looked at.
func listStep(ctx context.Context, repo *git.Repo, from, to fact.Ref) (*step, error) {
	s := &step{}
	if from.Commit == to.Commit {
		return s, nil
	}
	// A commit that git has forgotten is an error there, and no ancestor here.
	if ok, err := repo.IsAncestor(ctx, from.Commit, to.Commit); err != nil || !ok {
		return nil, ctx.Err()
	}
	last := "" // where git is done with the new ones before it takes up the old
	err := repo.RevList(ctx, []string{to.Commit}, []string{from.Commit + "^@"}, func(hash string, parents int) {
		if last = hash; hash == from.Commit {
			return
		}
		s.all = append(s.all, hash)
		if parents > 1 {
			s.merges++
			return
		}
		s.plain = append(s.plain, hash)
	})
	if err != nil || last != from.Commit {
		return nil, err
	}
	return s, nil
}
