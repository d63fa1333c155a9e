package advise

import (
	"context"
	"slices"

	"tracker/internal/fact"
)

// Outlook is what an open commit will meet when it is picked alone.
type Outlook struct {
	fact.Forecast
	// Requires are the commits that it should not be taken without and that the fork
	// lacks, newest first.
	Requires []string `json:"requires,omitempty"`
}

// OutlookSum counts the pending commits by what they will meet.
type OutlookSum struct {
	Clean    int `json:"clean"`
	Conflict int `json:"conflict"`
	Empty    int `json:"empty"`
	// Needs are those that pick clean, or would, but for commits that they require.
	Needs   int `json:"needs"`
	Untried int `json:"untried"`
}

// outlook is that of one commit, nil if its pick was not tried onto the fork's tip.
func (n *needs) outlook(f *fact.Forecast) (*Outlook, error) {
	if f == nil || f.Onto != n.view.Fork.Commit {
		return nil, nil
	}
	o := &Outlook{Forecast: *f}
	list, err := n.of(f.Commit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		need := &list[i]
		if !requires(need) || slices.Contains(o.Requires, need.To) {
			continue
		}
		if met, _, err := n.met(need); err != nil {
			return nil, err
		} else if !met {
			o.Requires = append(o.Requires, need.To)
		}
	}
	return o, nil
}

func (a *Asker) addOutlooks(s *Standing, v *fact.View) error {
	forecasts, err := a.tx.Forecasts(v.Fork.Ref)
	if err != nil {
		return err
	}
	n := a.needs(v)
	s.Outlooks = map[string]*Outlook{}
	sum := &s.Outlook
	for h := range forecasts {
		f := forecasts[h]
		o, err := n.outlook(&f)
		if err != nil {
			return err
		}
		if o == nil {
			continue
		}
		s.Outlooks[h] = o
		acc, err := n.account(h)
		if err != nil {
			return err
		}
		if acc == nil || acc.Status != fact.Pending {
			continue
		}
		switch {
		case o.Result == fact.ResultEmpty:
			sum.Empty++
		case len(o.Requires) > 0:
			sum.Needs++
		case o.Result == fact.ResultClean:
			sum.Clean++
		case o.Result == fact.ResultConflict:
			sum.Conflict++
		}
	}
	sum.Untried = v.Counts[fact.Pending] - sum.Clean - sum.Conflict - sum.Empty - sum.Needs
	return nil
}

// addNeeds tells what an upstream commit of the range needs, will meet, and is
// mended by.
func (a *Asker) addNeeds(ctx context.Context, s *CommitStory, v *fact.View) error {
	if a.sideOf(s.Commit.Hash).name != "upstream" {
		return nil
	}
	n := a.sharedNeeds(v)
	d := &Dependencies{}
	if err := n.edges(d, s.Commit.Hash, nil, DepsOptions{All: true}); err != nil {
		return err
	}
	s.Needs = d.Edges
	var err error
	if s.FollowUps, err = n.followUps(s.Commit.Hash); err != nil {
		return err
	}
	if record, err := n.record(s.Commit.Hash); err != nil {
		return err
	} else if record != nil && record.Group != "" {
		root, err := n.commit(record.Group)
		if err != nil {
			return err
		}
		if s.Group = record.Group; root != nil {
			s.GroupName = root.Subject
		}
	}
	if s.Account == nil || s.Account.Status.InFork() {
		return nil
	}
	f, err := a.tx.Forecast(v.Fork.Ref, s.Commit.Hash)
	if err != nil {
		return err
	}
	s.Outlook, err = n.outlook(f)
	return err
}
