package advise

import (
	"context"
	"time"

	"tracker/internal/fact"
)

// Standing tells where the fork's branches stand. Named commits (full hashes)
// limit the list, not the counts; a named commit that is not in the range is
// answered with what git shows of it.
func (a *Asker) Standing(ctx context.Context, named []string) (*Standing, error) {
	var first *Standing
	for i := range a.views {
		s, err := a.standing(ctx, &a.views[i], named)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = s
		} else {
			first.Forks = append(first.Forks, *s)
		}
	}
	return first, nil
}

func (a *Asker) standing(ctx context.Context, v *fact.View, named []string) (*Standing, error) {
	s := &Standing{
		Fork: v.Fork, Upstream: v.Upstream, Base: v.Base, BaseDate: v.BaseDate,
		Total: len(v.Range), Merges: v.Merges, Shallow: v.Shallow,
		Counts:  map[fact.Status]int{},
		Commits: []fact.Account{},
	}
	sum := 0
	for _, st := range fact.Statuses {
		s.Counts[st] = v.Counts[st]
		sum += v.Counts[st]
	}
	s.Unaccounted = s.Total - sum
	if err := a.addOutlooks(s, v); err != nil {
		return nil, err
	}
	findings, err := a.findingsOf(v)
	if err != nil {
		return nil, err
	}
	s.Findings = sumOf(findings)
	if named != nil {
		for _, h := range named {
			acc, err := a.account(ctx, v, h)
			if err != nil {
				return nil, err
			}
			s.Commits = append(s.Commits, *acc)
		}
		return s, nil
	}
	accounts, err := a.tx.Accounts(v.Fork.Ref)
	if err != nil {
		return nil, err
	}
	byHash := make(map[string]*fact.Account, len(accounts))
	for i := range accounts {
		byHash[accounts[i].Commit] = &accounts[i]
	}
	for _, h := range v.Range {
		if acc := byHash[h]; acc != nil {
			s.Commits = append(s.Commits, *acc)
		}
	}
	return s, nil
}

// account returns the account of a commit of the range, and for any other
// commit what its place in history tells.
func (a *Asker) account(ctx context.Context, v *fact.View, hash string) (*fact.Account, error) {
	acc, err := a.tx.Account(v.Fork.Ref, hash)
	if err != nil || acc != nil {
		return acc, err
	}
	c, err := a.commit(ctx, hash)
	if err != nil {
		return nil, err
	}
	acc = &fact.Account{
		Fork: v.Fork.Ref, Commit: hash, Subject: c.Subject, Author: c.Author.Name,
		Date: c.AuthorDate.Format(time.RFC3339), PR: c.PR,
		ForkCommits: []string{}, Evidence: []fact.Evidence{}, Sources: []fact.Source{}, WaitsFor: []string{},
	}
	if a.git == nil {
		return acc, nil
	}
	inFork, err := a.git.IsAncestor(ctx, hash, v.Fork.Commit)
	if err != nil {
		return nil, err
	}
	inUpstream, err := a.git.IsAncestor(ctx, hash, v.Upstream.Commit)
	if err != nil {
		return nil, err
	}
	switch {
	case inFork && inUpstream:
		acc.Status, acc.ForkCommits = fact.Integrated, []string{hash}
		acc.Why = "upstream's own commit is in the fork's history"
		acc.Evidence = []fact.Evidence{{Kind: fact.KindAncestry, Score: 1, Detail: acc.Why}}
	case inFork:
		acc.Why = "a commit of the fork, not of upstream"
		links, err := a.tx.LinksFrom(v.Fork.Ref, hash)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			acc.Why = "a commit of the fork; it carries upstream's " + fact.Short(l.Upstream) + ": " + l.Why
		}
	case inUpstream && c.IsMerge():
		acc.Why = "a merge commit of upstream: what it brings is in its commits"
	default:
		acc.Why = "in neither upstream's branch nor the fork's"
	}
	return acc, nil
}

// commit returns a commit from the database or, failing that, from git.
func (a *Asker) commit(ctx context.Context, hash string) (*fact.Commit, error) {
	c, err := a.tx.Commit(hash)
	if err != nil || c != nil {
		return c, err
	}
	if a.git == nil {
		return nil, &UnknownError{Name: hash}
	}
	c, err = a.git.Load(ctx, hash)
	if err == nil && c == nil {
		err = &UnknownError{Name: hash}
	}
	return c, err
}
