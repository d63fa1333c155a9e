package ingest

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"tracker/db"
	"tracker/ingest/foresee"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
)

// maxForecasts is how many picks an ingest tries for all branches together, so
// that questions can tell what open commits will meet. A pick costs 10 to 100 ms,
// the more the further apart the two sides are. tracker predict tries any number.
const maxForecasts = 40

// forecastRules is raised whenever more is told of a pick than before, so that what
// was tried is tried again.
const forecastRules = 1

// rulesFor are the rules by which a forecast is worded, and what of the past it knows: a
// number that is another one where either is.
func rulesFor(past []fact.Replayed) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, forecastRules)
	for i := range past {
		fmt.Fprintln(h, past[i].Fork, past[i].Upstream)
	}
	return h.Sum64()
}

// forecast tries the picks of commits of each view that the fork lacks: those that
// are to be picked next.
// What was tried onto the same tip is not tried again. A failure costs the
// forecasts and not the ingest: the summary says so.
func (in *Ingest) forecast(ctx context.Context, verdicts []*verdict, living map[[2]string]bool, sum *Summary) error {
	var past []fact.Replayed
	err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		past, err = tx.Replays()
		return err
	})
	if err != nil {
		return err
	}
	past = slices.DeleteFunc(past, func(r fact.Replayed) bool { return !living[[2]string{r.Fork, r.Upstream}] })
	left := maxForecasts
	for _, v := range verdicts {
		list, err := in.forecastView(ctx, v, left, past)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			sum.Untried = fmt.Errorf("try picks onto %q: %w", v.view.Fork.Ref, err)
		}
		left -= len(list)
		v.forecasts = list
	}
	return nil
}

func (in *Ingest) forecastView(ctx context.Context, v *verdict, most int, past []fact.Replayed) ([]fact.Forecast, error) {
	facts := &pickFacts{in: in, view: &v.view, accounts: map[string]*fact.Account{}, needs: map[string][]fact.Need{}, edits: map[string]*fact.Edits{}}
	for i := range v.accounts {
		facts.accounts[v.accounts[i].Commit] = &v.accounts[i]
	}
	var open []*fact.Commit
	var old map[string]fact.Forecast
	err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		if old, err = tx.Forecasts(v.view.Fork.Ref); err != nil {
			return err
		}
		var order []string // the oldest first, as they are picked; those that are decided against last
		for _, pending := range []bool{true, false} {
			for _, h := range slices.Backward(v.view.Range) {
				a := facts.accounts[h]
				if a != nil && !a.Status.InFork() && a.Status != fact.Reverted && (a.Status == fact.Pending) == pending {
					order = append(order, h)
				}
			}
		}
		for _, h := range order[:min(len(order), most)] {
			c, err := tx.Commit(h)
			if err != nil {
				return err
			}
			if c != nil {
				open = append(open, c)
			}
		}
		return nil
	})
	if err != nil || len(open) == 0 {
		return nil, err
	}
	tip, rules := v.view.Fork.Commit, rulesFor(past)
	var out []fact.Forecast
	open = slices.DeleteFunc(open, func(c *fact.Commit) bool {
		f, known := old[c.Hash]
		if known = known && f.Onto == tip && f.Rules == rules; known {
			out = append(out, f)
		}
		return known
	})
	if len(open) == 0 {
		return out, nil
	}
	replay, err := in.Repo.Replay(ctx)
	if err != nil {
		return nil, err
	}
	defer replay.Close()
	var questions []foresee.Question
	for _, c := range open {
		questions = append(questions, foresee.Pick(c, tip))
	}
	answers, err := replay.Ask(ctx, questions)
	if err != nil {
		return nil, err
	}
	causes := &foresee.Causes{Facts: facts, Replay: replay, Onto: tip, Upstream: v.view.Upstream.Commit, Base: v.view.Base, Memory: reuse.Remember(reuse.Pasts(past))}
	defer causes.Close()
	for i := range answers {
		f := fact.Forecast{Commit: open[i].Hash, Onto: tip, Result: foresee.Result(&answers[i]), Unreadable: answers[i].Unreadable, Rules: rules}
		if f.Conflicts, err = causes.Of(ctx, questions[i], &answers[i]); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// pickFacts are the facts of one view's judgement.
type pickFacts struct {
	in       *Ingest
	view     *fact.View
	accounts map[string]*fact.Account
	needs    map[string][]fact.Need
	edits    map[string]*fact.Edits // of the history, read at once
}

func (f *pickFacts) Edits(hash string) (*fact.Edits, error) { return f.edits[hash], nil }

func (f *pickFacts) Needs(hash string) (list []fact.Need, err error) {
	if list, ok := f.needs[hash]; ok {
		return list, nil
	}
	err = f.in.Store.Peek(context.Background(), func(tx *db.Tx) error {
		n, err := tx.Needs(hash)
		if n != nil {
			list = n.List
		}
		return err
	})
	f.needs[hash] = list
	return list, err
}

func (f *pickFacts) Met(hash, path string) (bool, error) {
	a := f.accounts[hash]
	return a == nil || a.Status.InFork() && !(a.Status == fact.Partial && slices.Contains(a.Left, path)), nil
}

func (f *pickFacts) Upstream(hash string) bool { return f.accounts[hash] != nil }

func (f *pickFacts) Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error {
	var hashes []string
	err := f.in.Repo.Graph(ctx, include, exclude, func(hash string, parents []string) {
		hashes = append(hashes, hash)
		fn(hash, parents)
	})
	if err != nil {
		return err
	}
	return f.in.Store.Peek(ctx, func(tx *db.Tx) error {
		for _, h := range hashes {
			e, err := tx.Edits(h)
			if err != nil {
				return err
			}
			f.edits[h] = e
		}
		return nil
	})
}
