package advise

import (
	"cmp"
	"context"
	"slices"

	"tracker/ingest/verify"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// witness knows of one view what its reports may have seen.
type witness struct {
	asker    *Asker
	view     *fact.View
	accounts []fact.Account
	picks    map[string][]verify.Pick // by upstream commit, oldest first
	titles   map[string]string
	moments  map[string]map[string]bool // the fork's own commits that a commit can reach
}

func (w *witness) load() (err error) {
	tx := w.asker.tx
	if w.accounts, err = tx.Accounts(w.view.Fork.Ref); err != nil {
		return err
	}
	links, err := tx.Links(w.view.Fork.Ref)
	if err != nil {
		return err
	}
	w.picks, w.titles, w.moments = map[string][]verify.Pick{}, map[string]string{}, map[string]map[string]bool{}
	for i := range w.accounts {
		w.titles[w.accounts[i].Commit] = w.accounts[i].Subject
	}
	for _, l := range links {
		c, err := tx.Commit(l.Fork)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		p := verify.Pick{Commit: c, Part: len(l.Left) > 0}
		for _, e := range l.Evidence {
			p.Clean = p.Clean || e.Kind == fact.KindPatchID
			p.Group = p.Group || e.Kind == fact.KindGroup
		}
		replays, err := tx.ReplayedOf(l.Fork)
		if err != nil {
			return err
		}
		for i := range replays {
			if replays[i].Upstream == l.Upstream && replays[i].Source == "pick" {
				p.Replay = &replays[i]
			}
		}
		w.picks[l.Upstream] = append(w.picks[l.Upstream], p)
	}
	for _, list := range w.picks {
		slices.SortStableFunc(list, func(x, y verify.Pick) int {
			return cmp.Or(x.Commit.CommitDate.Compare(y.Commit.CommitDate), cmp.Compare(x.Commit.Hash, y.Commit.Hash))
		})
	}
	return nil
}

// input gathers what is stored of a report's commits.
func (w *witness) input(ctx context.Context, r *fact.StoredReport) (*verify.Input, error) {
	fork, then, err := w.moment(ctx, r)
	if err != nil {
		return nil, err
	}
	in := &verify.Input{Report: r, Fork: fork, Titles: w.titles, Generated: git.Generated}
	for i := range w.accounts {
		acc := &w.accounts[i]
		for _, s := range acc.Sources {
			if s.Report != r.ID {
				continue
			}
			c, err := w.asker.tx.Commit(acc.Commit)
			if err != nil {
				return nil, err
			}
			if c == nil {
				continue
			}
			spoken := verify.Spoken{Entry: s.Entry, Upstream: c, Source: s}
			for _, p := range w.picks[acc.Commit] {
				if then[p.Commit.Hash] {
					spoken.Then = append(spoken.Then, p)
				} else {
					spoken.Since = append(spoken.Since, p)
				}
			}
			in.Spoken = append(in.Spoken, spoken)
		}
	}
	slices.SortStableFunc(in.Spoken, func(x, y verify.Spoken) int { return cmp.Compare(x.Entry, y.Entry) })
	return in, nil
}

// moment returns the fork's commit when a report spoke, and the fork's own commits
// that were in its history. A report from elsewhere knew at most what was there
// when it was first read.
func (w *witness) moment(ctx context.Context, r *fact.StoredReport) (fork string, then map[string]bool, err error) {
	for fork = w.view.Fork.Commit; ; {
		c, err := w.asker.tx.Commit(fork)
		if err != nil {
			return "", nil, err
		}
		if c == nil || c.CommitDate.Unix() <= r.When || len(c.Parents) == 0 {
			break
		}
		fork = c.Parents[0]
	}
	if then, err = w.reach(ctx, fork); err != nil {
		return "", nil, err
	}
	for _, s := range r.Seen {
		if s.Fork.Ref == w.view.Fork.Ref && then[s.Fork.Commit] {
			fork = s.Fork.Commit
			then, err = w.reach(ctx, fork)
		}
	}
	return fork, then, err
}

func (w *witness) reach(ctx context.Context, fork string) (map[string]bool, error) {
	if own, known := w.moments[fork]; known {
		return own, nil
	}
	own := map[string]bool{}
	err := w.asker.git.Graph(ctx, []string{fork}, []string{w.view.Upstream.Commit}, func(hash string, _ []string) { own[hash] = true })
	w.moments[fork] = own
	return own, err
}
