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
	Conflicts []fact.Conflicted `json:"conflicts"`
	// Unreadable names what is absent here and touches the answer.
	Unreadable []string `json:"unreadable,omitempty"`
	// Undriven are paths that are merged as text because the merge driver that
	// their attributes name is not run.
	Undriven []string `json:"undriven,omitempty"`
}

// Predict tells what comes of picking each commit (full hashes; none: all that are
// pending) alone onto a commit, by default the fork's tip as of the last ingest.
func (a *Asker) Predict(ctx context.Context, commits []string, fork, onto string) (*Predictions, error) {
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
	replay, err := a.git.Replay(ctx)
	if err != nil {
		return nil, err
	}
	defer replay.Close()
	var questions []git.Question
	var at []int
	for _, h := range commits {
		c, err := a.commit(ctx, h)
		if err != nil {
			return nil, err
		}
		p := Prediction{Commit: h, Subject: c.Subject, PR: c.PR, Conflicts: []fact.Conflicted{}}
		if acc, err := n.account(h); err != nil {
			return nil, err
		} else if acc != nil {
			p.Status = acc.Status
		}
		if c.IsMerge() {
			p.Result = fact.ResultMerge
		} else {
			at = append(at, len(out.Commits))
			questions = append(questions, foresee.Pick(c, out.Onto))
		}
		out.Commits = append(out.Commits, p)
	}
	answers, err := replay.Ask(ctx, questions)
	if err != nil {
		return nil, err
	}
	c := n.causes(replay, out.Onto)
	defer c.Close()
	for i := range answers {
		p := &out.Commits[at[i]]
		p.Result, p.Unreadable, p.Undriven = foresee.Result(&answers[i]), answers[i].Unreadable, answers[i].Undriven
		if p.Conflicts, err = c.Of(ctx, questions[i], &answers[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
