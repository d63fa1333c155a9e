package advise

import (
	"context"

	"tracker/ingest/foresee"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// Predictions are what comes of picking commits, each alone: the answer to
// `tracker predict`.
type Predictions struct {
	Onto    string       `json:"onto"` // full hash
	OntoRef string       `json:"onto_ref,omitempty"`
	As      AsOf         `json:"as_of"`
	Commits []Prediction `json:"commits"`
}

// Prediction is what comes of picking one commit.
type Prediction struct {
	Commit    string            `json:"commit"`
	Subject   string            `json:"subject"`
	PR        int               `json:"pr,omitempty"`
	Status    fact.Status       `json:"status,omitempty"`
	Result    fact.Result       `json:"result"`
	As        []string          `json:"as,omitempty"` // the commits as which it is there already
	Conflicts []fact.Conflicted `json:"conflicts"`
	// Unreadable names what is absent here and touches the answer.
	Unreadable []string `json:"unreadable,omitempty"`
	// Undriven are paths that are merged as text because the merge driver that
	// their attributes name is not run.
	Undriven []string `json:"undriven,omitempty"`
}

// Predictor tells what comes of picks. It holds all that it takes of the database,
// which may be closed while it works.
type Predictor struct {
	needs     *needs
	out       *Predictions
	questions []git.Question
	at        []int // which of the commits each question is of
}

// Predict prepares to tell what comes of picking each commit (full hashes; none: all
// that are pending) alone onto a commit, by default the fork's tip as of the last
// ingest.
func (a *Asker) Predict(ctx context.Context, commits []string, fork, onto string) (*Predictor, error) {
	v, err := a.view(fork)
	if err != nil {
		return nil, err
	}
	n := a.needs(v)
	if len(commits) == 0 {
		if commits, err = a.pending(v, n); err != nil {
			return nil, err
		}
	}
	out := &Predictions{Onto: onto, As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Commits: []Prediction{}}
	if onto == "" {
		out.Onto, out.OntoRef = v.Fork.Commit, v.Fork.Ref
	}
	if err := n.restrict(ctx, out.Onto); err != nil {
		return nil, err
	}
	p := &Predictor{needs: n, out: out}
	seen := map[string]bool{}
	for _, h := range commits {
		if seen[h] {
			continue
		}
		seen[h] = true
		c, err := a.commit(ctx, h)
		if err != nil {
			return nil, err
		}
		one := Prediction{Commit: h, Subject: c.Subject, PR: c.PR, Conflicts: []fact.Conflicted{}}
		if acc, err := n.account(h); err != nil {
			return nil, err
		} else if acc != nil {
			one.Status = acc.Status
		}
		if met, as, err := n.met(&fact.Need{To: h}); err != nil {
			return nil, err
		} else if met && n.inHistory(h) {
			one.As = as
		}
		if c.IsMerge() {
			one.Result = fact.ResultMerge
		} else {
			p.at = append(p.at, len(out.Commits))
			p.questions = append(p.questions, foresee.Pick(c, out.Onto))
		}
		out.Commits = append(out.Commits, one)
	}
	return p, n.detach(ctx, out.Onto)
}

// Run carries the picks out.
func (p *Predictor) Run(ctx context.Context) (*Predictions, error) {
	replay, err := p.needs.asker.git.Replay(ctx)
	if err != nil {
		return nil, err
	}
	defer replay.Close()
	answers, err := replay.Ask(ctx, p.questions)
	if err != nil {
		return nil, err
	}
	c := p.needs.causes(replay, p.out.Onto)
	defer c.Close()
	for i := range answers {
		one := &p.out.Commits[p.at[i]]
		one.Result, one.Unreadable, one.Undriven = foresee.Result(&answers[i]), answers[i].Unreadable, answers[i].Undriven
		if one.Conflicts, err = c.Of(ctx, p.questions[i], &answers[i]); err != nil {
			return nil, err
		}
	}
	return p.out, nil
}
