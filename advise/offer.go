package advise

import (
	"context"
	"fmt"
	"slices"

	"tracker/ingest/foresee"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// Advice is a change to a plan that would remove conflicts.
type Advice struct {
	Kind    string   `json:"kind"`    // add, or order
	Commits []string `json:"commits"` // to be taken too, or the order
	Removes int      `json:"removes"` // how many steps conflict no more
	Text    string   `json:"text"`
}

// shownOffers is how many commits that mend others a plan offers.
const shownOffers = 20

// offer lists the commits that mend planned ones, and tries each behind the plan.
func (p *Planner) offer(ctx context.Context) error {
	seen := map[string]bool{}
	for _, h := range p.order {
		list, err := p.needs.followUps(h)
		if err != nil {
			return err
		}
		for _, f := range list {
			_, planned := p.at[f.Commit]
			if planned || seen[f.Commit] || f.Status.InFork() || f.Status == fact.Skipped || len(p.plan.Offers) == shownOffers {
				continue
			}
			seen[f.Commit] = true
			p.plan.Offers = append(p.plan.Offers, Offer{FollowUp: f, Mends: h})
		}
	}
	if len(p.plan.Offers) == 0 || p.plan.Tree == "" {
		return nil
	}
	var questions []git.Question
	for _, f := range p.plan.Offers {
		c, err := p.needs.commit(f.Commit)
		if err != nil {
			return err
		}
		questions = append(questions, foresee.Pick(c, p.plan.Tree))
	}
	answers, err := p.replay.Ask(ctx, questions)
	if err != nil {
		return err
	}
	for i := range answers {
		p.plan.Offers[i].Result = foresee.Result(&answers[i])
	}
	return nil
}

// A plan is tried anew at most so often for advice, and only if it is not longer
// than so many steps.
const (
	maxTries      = 8
	maxTriedSteps = 120
)

// now finds the steps that pick clean one after the other without any of the others,
// in the plan's order: those that nobody decided against and that need none but such.
// They are tried as they are listed; in a long plan nothing is.
func (p *Planner) now(ctx context.Context) error {
	if len(p.order) > maxTriedSteps {
		return nil
	}
	leave := map[string]bool{}
	for range 3 {
		var order []string
		safe := map[string]bool{}
		for i := range p.plan.Steps {
			s := &p.plan.Steps[i]
			ok := s.Result == fact.ResultClean && s.Against == "" && len(s.Lacks) == 0 && !leave[s.Commit]
			for _, h := range s.Needs {
				ok = ok && safe[h]
			}
			if safe[s.Commit] = ok; ok {
				order = append(order, s.Commit)
			}
		}
		if len(order) == len(p.order) {
			p.plan.Now = order // it is the plan itself
			return nil
		}
		after, err := p.try(ctx, order)
		if err != nil {
			return err
		}
		if after.clean == len(order) {
			p.plan.Now = order
			return nil
		}
		for _, h := range order {
			leave[h] = leave[h] || after.results[h] != fact.ResultClean
		}
	}
	return nil
}

// advise tries what would remove conflicts: one more commit, or to take first what
// picks clean.
func (p *Planner) advise(ctx context.Context) error {
	p.plan.Advice = nil
	if p.plan.Counts[fact.ResultConflict] == 0 || len(p.order) > maxTriedSteps {
		return nil
	}
	var candidates []string
	for i := range p.plan.Steps {
		for _, x := range p.plan.Steps[i].Conflicts {
			for _, h := range x.Needs {
				if _, planned := p.at[h]; !planned && !slices.Contains(candidates, h) {
					candidates = append(candidates, h)
				}
			}
		}
	}
	for _, h := range candidates[:min(len(candidates), maxTries)] {
		more, err := p.needs.closure(append(slices.Clone(p.order), h), requires)
		if err != nil {
			return err
		}
		added := append(more, h)
		order := append(slices.Clone(p.order), added...)
		p.needs.sort(order)
		after, err := p.try(ctx, order)
		if err != nil {
			return err
		}
		if removes := p.conflicting(nil) - p.conflicting(after); removes > 0 && after.conflicts < p.plan.Counts[fact.ResultConflict] {
			p.needs.sort(added)
			p.plan.Advice = append(p.plan.Advice, Advice{
				Kind: "add", Commits: added, Removes: removes,
				Text: fmt.Sprintf("with %s %q too, %s no more", fact.Short(h), p.subject(h), stepsConflict(removes)),
			})
		}
	}
	return p.otherOrder(ctx)
}

func stepsConflict(n int) string {
	if n == 1 {
		return "1 step conflicts"
	}
	return fmt.Sprintf("%d steps conflict", n)
}

func (p *Planner) subject(h string) string {
	if c, err := p.needs.commit(h); err == nil && c != nil {
		return c.Subject
	}
	return ""
}

// otherOrder tries to take first what picks clean alone, as far as needs allow.
func (p *Planner) otherOrder(ctx context.Context) error {
	var order []string
	done := map[string]bool{}
	ready := func(s *Step) bool {
		return !slices.ContainsFunc(s.Needs, func(h string) bool { return !done[h] })
	}
	for len(order) < len(p.order) {
		next := -1
		for i := range p.plan.Steps {
			s := &p.plan.Steps[i]
			if done[s.Commit] || !ready(s) {
				continue
			}
			if next < 0 || s.Alone == fact.ResultClean && p.plan.Steps[next].Alone != fact.ResultClean {
				next = i
			}
		}
		if next < 0 {
			return nil
		}
		done[p.plan.Steps[next].Commit] = true
		order = append(order, p.plan.Steps[next].Commit)
	}
	if slices.Equal(order, p.order) {
		return nil
	}
	after, err := p.try(ctx, order)
	if err != nil {
		return err
	}
	if removes := p.plan.Counts[fact.ResultConflict] - after.conflicts; removes > 0 {
		p.plan.Advice = append(p.plan.Advice, Advice{
			Kind: "order", Commits: order, Removes: removes,
			Text: fmt.Sprintf("with what picks clean alone taken first, %s no more: tracker plan --as-given", stepsConflict(removes)),
		})
	}
	return nil
}

// trial is what came of another plan.
type trial struct {
	results          map[string]fact.Result
	conflicts, clean int
}

// conflicting counts the planned steps that conflict, in this plan or in another.
func (p *Planner) conflicting(in *trial) int {
	n := 0
	for i := range p.plan.Steps {
		s := &p.plan.Steps[i]
		r := s.Result
		if in != nil {
			r = in.results[s.Commit]
		}
		if r == fact.ResultConflict {
			n++
		}
	}
	return n
}

// try carries another order out.
func (p *Planner) try(ctx context.Context, order []string) (*trial, error) {
	t := &trial{results: map[string]fact.Result{}}
	var picks []git.Question
	for _, h := range order {
		c, err := p.needs.commit(h)
		if err != nil {
			return nil, err
		}
		if c == nil {
			return nil, &UnknownError{Name: h}
		}
		picks = append(picks, foresee.Pick(c, ""))
	}
	err := p.replay.Sequence(ctx, p.plan.Onto, picks, func(i int, m *git.Merged, _ string) error {
		r := foresee.Result(m)
		t.results[order[i]] = r
		switch r {
		case fact.ResultConflict:
			t.conflicts++
		case fact.ResultClean:
			t.clean++
		}
		return nil
	})
	return t, err
}
