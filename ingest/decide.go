package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tracker/db"
	"tracker/ingest/account"
	"tracker/internal/fact"
)

// ErrNoDecision says that there is no decision of that number that stands.
var ErrNoDecision = errors.New("no such decision stands")

// Decide records what the user decided and settles the statuses anew. It
// returns the decision with its number, and the upstream commits of the ranges
// that it covers.
func (in *Ingest) Decide(ctx context.Context, d fact.Decision, o Options) (fact.Decision, []string, error) {
	d.At = time.Now().Unix()
	var covers []string
	err := in.rejudge(ctx, o, func(tx *db.Tx) error {
		if err := tx.PutDecision(&d); err != nil {
			return err
		}
		var err error
		covers, err = covered(tx, &d)
		return err
	})
	return d, covers, err
}

// Undo takes a decision back. It stays in the history, with when it was undone.
func (in *Ingest) Undo(ctx context.Context, id int, o Options) (fact.Decision, error) {
	var out fact.Decision
	err := in.rejudge(ctx, o, func(tx *db.Tx) error {
		d, err := tx.Decision(id)
		if err != nil {
			return err
		}
		if d == nil || d.Undone != 0 {
			return fmt.Errorf("undo mark %d: %w", id, ErrNoDecision)
		}
		d.Undone = time.Now().Unix()
		out = *d
		return tx.PutDecision(d)
	})
	return out, err
}

// covered lists the commits of all ranges that a decision speaks of.
func covered(tx *db.Tx, d *fact.Decision) ([]string, error) {
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

// rejudge changes the decisions by fn and judges the views of the last
// finished ingest anew. Git's commits and the reports are not read again.
func (in *Ingest) rejudge(ctx context.Context, o Options, fn func(*db.Tx) error) error {
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return err
	}
	defer lock.Release()
	var surveys []*survey
	var reports []fact.StoredReport
	err = in.Store.View(ctx, func(tx *db.Tx) error {
		views, err := tx.Views()
		if err != nil {
			return err
		}
		for i := range views {
			surveys = append(surveys, &survey{view: views[i]})
		}
		reports, err = tx.Reports()
		return err
	})
	if err != nil {
		return err
	}
	if err := in.Store.Update(ctx, fn); err != nil {
		return err
	}
	before, err := in.before(ctx)
	if err != nil {
		return err
	}
	sum := &Summary{Unknown: map[string][]fact.ReportCommit{}}
	if err := in.judge(ctx, surveys, sortReports(reports), before.remember(), sum); err != nil {
		return err
	}
	_, err = in.Index.CatchUp(ctx, in.Store, nil)
	return err
}
