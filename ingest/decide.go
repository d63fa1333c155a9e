package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tracker/db"
	"tracker/ingest/account"
	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// ErrNoDecision says that there is no decision of that number that stands.
var ErrNoDecision = errors.New("no such decision stands")

// Decide records what the user decided and settles the statuses anew, both or
// neither. It returns the decision with its number, and the upstream commits of
// the ranges that it covers.
func (in *Ingest) Decide(ctx context.Context, d fact.Decision, o Options) (fact.Decision, []string, error) {
	now := time.Now()
	if d.ReasonKind == "" && d.Status != "" {
		d.ReasonKind = reason.Classify(d.Reason)
	}
	d.At, d.Nanos, d.Views = now.Unix(), now.Nanosecond(), in.seen(ctx)
	err := in.rejudge(ctx, o, func(list []fact.Decision) ([]fact.Decision, *fact.Decision, error) {
		numbered := d
		numbered.ID = len(list) + 1
		if n := len(list); n > 0 {
			numbered.ID = list[n-1].ID + 1
		}
		return append(list, numbered), &d, nil
	})
	if err != nil {
		return d, nil, err
	}
	var covers []string
	err = in.Store.View(ctx, func(tx *db.Tx) (err error) {
		covers, err = covered(tx, &d)
		return err
	})
	return d, covers, err
}

// seen is where the branches stand at this moment, which may be further on than
// the last ingest; of those that are gone, where that saw them.
func (in *Ingest) seen(ctx context.Context) []fact.Seen {
	var out []fact.Seen
	// Decide fails by itself where the views cannot be read.
	_ = in.Store.View(ctx, func(tx *db.Tx) error {
		views, err := tx.Views()
		for _, v := range views {
			out = append(out, fact.Seen{Fork: v.Fork, Upstream: v.Upstream.Commit})
		}
		return err
	})
	for i := range out {
		s := &out[i]
		if found, err := in.Repo.Resolve(ctx, s.Fork.Ref); err == nil && found[0].Found() {
			s.Fork.Commit = found[0].Commit
		}
	}
	return out
}

// Undo takes a decision back. It stays in the history, with when it was undone.
func (in *Ingest) Undo(ctx context.Context, id int, o Options) (fact.Decision, error) {
	var out fact.Decision
	err := in.rejudge(ctx, o, func(list []fact.Decision) ([]fact.Decision, *fact.Decision, error) {
		for i := range list {
			if d := &list[i]; d.ID == id && d.Undone == 0 {
				d.Undone = time.Now().Unix()
				out = *d
				return list, &out, nil
			}
		}
		return nil, nil, fmt.Errorf("undo mark %d: %w", id, ErrNoDecision)
	})
	return out, err
}

// covered lists the commits of all ranges that a decision speaks of.
func covered(tx *db.Tx, d *fact.Decision) ([]string, error) {
	if d.Accept != "" {
		return nil, nil // it speaks of findings
	}
	views, err := tx.Views()
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{}
	for _, v := range views {
		for _, h := range v.Range {
			if seen[h] {
				continue
			}
			seen[h] = true
			c, err := tx.Commit(h)
			if err != nil {
				return nil, err
			}
			if c != nil && account.Covers(d, c) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// rejudge changes one decision by fn, which returns all of them and the changed
// one, and judges the views of the last finished ingest anew. Git's commits and
// the reports are not read again.
func (in *Ingest) rejudge(ctx context.Context, o Options, fn func([]fact.Decision) ([]fact.Decision, *fact.Decision, error)) error {
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return err
	}
	defer lock.Release()
	if err := in.Store.View(ctx, func(*db.Tx) error { return nil }); err != nil {
		return err
	}
	before, err := in.before(ctx)
	if err != nil {
		return err
	}
	j := judgement{reports: slices.SortedFunc(maps.Values(before.reports), fact.CompareReports)}
	for i := range before.views {
		j.surveys = append(j.surveys, &survey{view: before.views[i]})
	}
	if before.decisions, j.decided, err = fn(before.decisions); err != nil {
		return err
	}
	j.decisions, j.config = before.decisions, before.remember()
	sum := &Summary{Unknown: map[string][]fact.ReportCommit{}}
	if err := in.judge(ctx, j, sum); err != nil {
		return err
	}
	_, err = in.Index.CatchUp(ctx, in.Store, nil)
	return err
}
