package ingest

import (
	"context"
	"errors"
	"slices"

	"tracker/db"
	"tracker/internal/fact"
)

// Reopened is a decision that an ingest opened again.
type Reopened struct {
	Account fact.Account
	New     []fact.Reopening // those that were not known before
}

// Covered is what a mark by pattern covers since an ingest.
type Covered struct {
	Mark    int
	Status  fact.Status
	Pattern string // "path metal/**" or "subject ^docs:"
	New     []fact.Account
}

// settled returns the accounts of the last judgement, by fork ref and commit;
// nothing for a fork that was never judged.
func (in *Ingest) settled(ctx context.Context) (map[string]map[string]*fact.Account, error) {
	out := map[string]map[string]*fact.Account{}
	err := in.Store.Peek(ctx, func(tx *db.Tx) error {
		views, err := tx.Views()
		if err != nil {
			return err
		}
		for _, v := range views {
			accounts, err := tx.Accounts(v.Fork.Ref)
			if err != nil {
				return err
			}
			byHash := make(map[string]*fact.Account, len(accounts))
			for i := range accounts {
				byHash[accounts[i].Commit] = &accounts[i]
			}
			out[v.Fork.Ref] = byHash
		}
		return nil
	})
	if errors.Is(err, db.ErrNothing) {
		err = nil
	}
	return out, err
}

// news notes in the summary which decisions are open again that were not, and
// which commits marks by pattern cover that they did not. A fork that is judged
// for the first time has no news.
func (sum *Summary) news(before map[string]map[string]*fact.Account, decisions []fact.Decision) {
	covered := map[int]*Covered{}
	seen := map[string]bool{}
	for _, v := range sum.Views {
		old := before[v.Fork.Ref]
		if old == nil {
			continue
		}
		for _, a := range sum.Accounts[v.Fork.Ref] {
			if seen[a.Commit] {
				continue
			}
			was := old[a.Commit]
			fresh := slices.DeleteFunc(slices.Clone(a.Reopenings), func(r fact.Reopening) bool {
				return was != nil && slices.ContainsFunc(was.Reopenings, func(o fact.Reopening) bool {
					return o.Kind == r.Kind && o.What == r.What && o.By == r.By
				})
			})
			if len(fresh) > 0 {
				seen[a.Commit] = true
				sum.Reopened = append(sum.Reopened, Reopened{a, fresh})
			}
			for _, s := range a.Sources {
				known := was != nil && slices.ContainsFunc(was.Sources, func(o fact.Source) bool { return o.Mark == s.Mark })
				if s.Mark == 0 || known || a.Ruling.Mark == 0 { // not one that the fork has anyway
					continue
				}
				i := slices.IndexFunc(decisions, func(d fact.Decision) bool { return d.ID == s.Mark })
				if i < 0 || decisions[i].Commit != "" {
					continue
				}
				seen[a.Commit] = true
				d := &decisions[i]
				if covered[d.ID] == nil {
					covered[d.ID] = &Covered{Mark: d.ID, Status: d.Status, Pattern: "path " + d.Path}
					if d.Path == "" {
						covered[d.ID].Pattern = "subject " + d.Subject
					}
				}
				covered[d.ID].New = append(covered[d.ID].New, a)
			}
		}
	}
	for _, d := range decisions {
		if c := covered[d.ID]; c != nil {
			sum.Covered = append(sum.Covered, *c)
		}
	}
}
