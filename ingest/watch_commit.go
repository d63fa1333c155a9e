package ingest

import (
	"context"
	"slices"
	"time"

	"tracker/db"
	"tracker/internal/fact"
)

// commit decides a want of a commit: one of upstream's by what became of it,
// any other by whether the fork's history has it.
func (w *watch) commit(ctx context.Context, x *want) error {
	var hash string
	if x.thing.PR != 0 {
		if list := w.known.byPR[x.thing.PR]; len(list) == 1 {
			hash = list[0]
		}
	} else {
		hash = w.known.byHash(x.thing.Name)
	}
	if hash == x.account.Commit {
		x.wait.Kind = fact.ForWords // a commit waits for itself only by a slip of the pen
		return nil
	}
	if other := w.accounts[hash]; other != nil {
		if !taken(other.Status) {
			x.wait.From = []string{hash}
			return nil
		}
		return w.takenSince(ctx, x, other)
	}
	m, err := w.moment(ctx, x.account.Ruling)
	if err != nil {
		return err
	}
	if own := w.sides.byHash[hash]; own != nil {
		x.wait.State, x.wait.By, x.wait.Date = fact.Arrived, own.Hash, own.CommitDate.Format(time.RFC3339)
		if m.knew[hash] {
			x.wait.State = fact.Before
		}
		return nil
	}
	if x.thing.Name == "" {
		return w.mergedPull(ctx, x, m)
	}
	found, err := w.in.Repo.Resolve(ctx, x.thing.Name)
	if err != nil || !found[0].Found() {
		return err
	}
	return w.merged(ctx, x, m, found[0].Commit)
}

// mergedPull decides a want of a pull request that is no longer in the range:
// the commit that earlier ingests read may have been merged since.
func (w *watch) mergedPull(ctx context.Context, x *want, m *moment) error {
	var hashes []string
	err := w.in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		hashes, err = tx.CommitsByPR(x.thing.PR)
		return err
	})
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if w.sides.byHash[h] == nil {
			if err := w.merged(ctx, x, m, h); err != nil || x.wait.State != fact.Lacking {
				return err
			}
		}
	}
	return nil
}

// merged decides a want of a commit that neither side has for itself: it is in
// the fork if the fork's history has it. A commit that git does not have is not.
func (w *watch) merged(ctx context.Context, x *want, m *moment, hash string) error {
	found, err := w.in.Repo.Resolve(ctx, hash, w.view.Fork.Commit, m.fork)
	if err != nil || !found[0].Found() || !found[1].Found() {
		return err
	}
	in, err := w.in.Repo.IsAncestor(ctx, hash, found[1].Commit)
	if err != nil || !in {
		return err
	}
	x.wait.State = fact.Arrived
	if m.fork != "" && found[2].Found() {
		if before, err := w.in.Repo.IsAncestor(ctx, hash, m.fork); err != nil {
			return err
		} else if before {
			x.wait.State = fact.Before
		}
	}
	return nil
}

// takenSince decides a want of an upstream commit that the fork has: whether it
// got it after the ruling was made.
func (w *watch) takenSince(ctx context.Context, x *want, other *fact.Account) error {
	m, err := w.moment(ctx, x.account.Ruling)
	if err != nil {
		return err
	}
	x.wait.State = fact.Before
	for _, f := range slices.Backward(other.ForkCommits) {
		c := w.sides.byHash[f]
		if c == nil || w.reverted[f] != "" {
			continue
		}
		if m.knew[f] {
			x.wait.State = fact.Before
			x.wait.By, x.wait.Date = "", ""
			return nil
		}
		x.wait.State, x.wait.By, x.wait.Date = fact.Arrived, f, c.CommitDate.Format(time.RFC3339)
	}
	if x.wait.By == "" && other.Ruling.When > m.when {
		x.wait.State, x.wait.Date = fact.Arrived, time.Unix(other.Ruling.When, 0).UTC().Format(time.RFC3339)
	}
	return nil
}
