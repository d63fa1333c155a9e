package advise

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"tracker/ingest/foresee"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// PlanOptions say what is to be planned.
type PlanOptions struct {
	Fork string // the fork's branch, empty: the first
	Onto string // full hash; empty: the fork's tip as of the last ingest
	// Only takes the commits as they are asked for: no prerequisites are added.
	Only bool
	// AsGiven keeps the order in which commits are named, where needs allow it.
	AsGiven bool
}

// Plan is an order in which commits can be picked, and what will come of it: the
// answer to `tracker plan`.
type Plan struct {
	Onto    string  `json:"onto"` // full hash
	OntoRef string  `json:"onto_ref,omitempty"`
	As      AsOf    `json:"as_of"`
	Groups  []Group `json:"groups"`
	Steps   []Step  `json:"steps"`
	// Wanted are the commits asked for, Already those of them that the fork has.
	Wanted  []string            `json:"wanted"`
	Already []Already           `json:"already,omitempty"`
	Counts  map[fact.Result]int `json:"counts"`
	// Against is how many added steps somebody decided against.
	Against int `json:"against,omitempty"`
	// Now are the steps that can be taken at once, in this order: they pick clean
	// without the others.
	Now []string `json:"now,omitempty"`
	// Offers are commits that mend planned ones and are not planned themselves.
	Offers []Offer  `json:"offers,omitempty"`
	Advice []Advice `json:"advice,omitempty"`
	// Assumption is what the outcome of the steps behind a conflict rests on.
	Assumption string `json:"assumption,omitempty"`
	Tree       string `json:"tree,omitempty"` // what the last step leaves
}

// Assumed is the assumption that a plan with conflicts rests on.
const Assumed = "each conflict is taken to be resolved to upstream's side, in the places that conflict"

// Step is one pick of a plan.
type Step struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	PR      int         `json:"pr,omitempty"`
	Status  fact.Status `json:"status,omitempty"`
	Date    string      `json:"date,omitempty"`
	Result  fact.Result `json:"result"`
	// Needs are the commits of the plan that it requires.
	Needs []string `json:"needs"`
	// Lacks are those that it requires and neither the plan nor the fork has.
	Lacks []string `json:"lacks,omitempty"`
	Added bool     `json:"added"` // not asked for: another step requires it
	Why   string   `json:"why,omitempty"`
	// Against says that an added step was skipped or put off by somebody, and why.
	Against string `json:"against,omitempty"`
	// Alone is what comes of the pick without the steps before it; empty in a long plan.
	Alone     fact.Result       `json:"alone,omitempty"`
	Conflicts []fact.Conflicted `json:"conflicts"`
	// Partial says that the commit can be taken in part.
	Partial    *Partial `json:"partial,omitempty"`
	Unreadable []string `json:"unreadable,omitempty"`
	Undriven   []string `json:"undriven,omitempty"`
}

// Partial is a way to take a part of a commit.
type Partial struct {
	Apply   []string `json:"apply"`   // files that apply
	Missing []string `json:"missing"` // files that the fork does not have
}

// Already is a commit that was asked for and is in the fork.
type Already struct {
	Commit string   `json:"commit"`
	As     []string `json:"as"`
}

// Offer is a later commit that mends one of the plan's.
type Offer struct {
	FollowUp
	Mends  string      `json:"mends"`
	Result fact.Result `json:"result,omitempty"` // behind the plan
}

// Plan prepares to order commits (full hashes; none: all that are pending) with what
// they require.
func (a *Asker) Plan(ctx context.Context, commits []string, o PlanOptions) (*Planner, error) {
	v, err := a.view(o.Fork)
	if err != nil {
		return nil, err
	}
	n := a.needs(v)
	onto := o.Onto
	out := &Plan{Onto: onto, As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Groups: []Group{}, Steps: []Step{}, Counts: map[fact.Result]int{}}
	if onto == "" {
		onto = v.Fork.Commit
		out.Onto, out.OntoRef = onto, v.Fork.Ref
	}
	if err := n.restrict(ctx, onto); err != nil {
		return nil, err
	}
	wanted := commits
	if len(commits) == 0 {
		if wanted, err = a.pending(v, n); err != nil {
			return nil, err
		}
	}
	p := &Planner{needs: n, plan: out, asked: map[string]bool{}, empty: map[string]bool{}}
	forecasts, err := a.tx.Forecasts(v.Fork.Ref)
	if err != nil {
		return nil, err
	}
	for h, f := range forecasts {
		p.empty[h] = f.Onto == onto && f.Result == fact.ResultEmpty
	}
	if err := p.choose(wanted, o); err != nil {
		return nil, err
	}
	return p, n.detach(ctx, onto)
}

// Run carries the picks out in memory, one after the other.
func (p *Planner) Run(ctx context.Context) (*Plan, error) {
	var err error
	if p.replay, err = p.needs.asker.git.Replay(ctx); err != nil {
		return nil, err
	}
	defer p.replay.Close()
	p.causes = p.needs.causes(p.replay, p.plan.Onto)
	p.causes.Done = map[string]bool{}
	defer p.causes.Close()
	if err := p.describe(); err != nil {
		return nil, err
	}
	if err := p.alone(ctx); err != nil {
		return nil, err
	}
	if err := p.carryOut(ctx); err != nil {
		return nil, err
	}
	if err := p.now(ctx); err != nil {
		return nil, err
	}
	if err := p.group(); err != nil {
		return nil, err
	}
	if err := p.offer(ctx); err != nil {
		return nil, err
	}
	return p.plan, p.advise(ctx)
}

// Planner makes one plan. It holds all that it takes of the database, which may be
// closed while it works.
type Planner struct {
	needs  *needs
	plan   *Plan
	asked  map[string]bool
	empty  map[string]bool // of which nothing is left to apply, as the last ingest found
	order  []string        // what is planned
	at     map[string]int
	picks  []git.Question
	replay *git.Replay
	causes *foresee.Causes
}

// choose settles what is planned and in which order.
func (p *Planner) choose(wanted []string, o PlanOptions) error {
	for _, h := range wanted {
		if p.asked[h] {
			continue
		}
		met, as, err := p.needs.met(&fact.Need{To: h})
		if err != nil {
			return err
		}
		if met { // of a partial pick the rest can still be taken
			acc, err := p.needs.account(h)
			if err != nil {
				return err
			}
			met = acc == nil || acc.Status != fact.Partial
		}
		if met {
			p.plan.Already = append(p.plan.Already, Already{Commit: h, As: as})
			continue
		}
		p.asked[h] = true
		p.order = append(p.order, h)
	}
	p.plan.Wanted = slices.Clone(p.order)
	if !o.Only {
		// What would change nothing asks for nothing.
		full := slices.DeleteFunc(slices.Clone(p.order), func(h string) bool { return p.empty[h] })
		more, err := p.needs.closure(full, requires)
		if err != nil {
			return err
		}
		p.order = append(p.order, more...)
	}
	if !o.AsGiven {
		p.needs.sort(p.order)
	} else if err := p.asGiven(); err != nil {
		return err
	}
	p.at = map[string]int{}
	for i, h := range p.order {
		p.at[h] = i
	}
	return nil
}

// asGiven moves what a commit requires before it and leaves the rest in the order
// it is in.
func (p *Planner) asGiven() error {
	planned := map[string]bool{}
	for _, h := range p.order {
		planned[h] = true
	}
	var out []string
	done := map[string]bool{}
	var visit func(h string) error
	visit = func(h string) error {
		if done[h] || !planned[h] {
			return nil
		}
		done[h] = true
		list, err := p.needs.of(h)
		if err != nil {
			return err
		}
		for _, need := range slices.Backward(list) { // the oldest first
			if err := visit(need.To); err != nil {
				return err
			}
		}
		out = append(out, h)
		return nil
	}
	for _, h := range p.order {
		if err := visit(h); err != nil {
			return err
		}
	}
	p.order = out
	return nil
}

// describe makes the steps, without their outcome.
func (p *Planner) describe() error {
	for _, h := range p.order {
		c, err := p.needs.commit(h)
		if err != nil {
			return err
		}
		if c == nil {
			return &UnknownError{Name: h}
		}
		s := Step{
			Commit: h, Subject: c.Subject, PR: c.PR, Date: c.AuthorDate.Format("2006-01-02"), Needs: []string{},
			Conflicts: []fact.Conflicted{}, Added: !p.asked[h],
		}
		if acc, err := p.needs.account(h); err != nil {
			return err
		} else if acc != nil {
			s.Status = acc.Status
			if s.Added && (acc.Status == fact.Skipped || acc.Status == fact.Deferred) {
				s.Against = string(acc.Status)
				if acc.Reason != "" {
					s.Against += ": " + acc.Reason
				}
				p.plan.Against++
			}
		}
		list, err := p.needs.of(h)
		if err != nil {
			return err
		}
		for i := range list {
			need := &list[i]
			if !requires(need) || slices.Contains(s.Needs, need.To) || slices.Contains(s.Lacks, need.To) {
				continue
			}
			if _, planned := p.at[need.To]; planned {
				s.Needs = append(s.Needs, need.To)
			} else if met, _, err := p.needs.met(need); err != nil {
				return err
			} else if !met {
				s.Lacks = append(s.Lacks, need.To)
			}
		}
		p.plan.Steps = append(p.plan.Steps, s)
		p.picks = append(p.picks, foresee.Pick(c, ""))
	}
	for i := range p.plan.Steps {
		if s := &p.plan.Steps[i]; s.Added {
			if err := p.explain(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// alone asks what comes of each pick by itself, for plans that are short enough to
// be read step by step.
func (p *Planner) alone(ctx context.Context) error {
	if len(p.picks) > maxTriedSteps {
		return nil
	}
	questions := slices.Clone(p.picks)
	for i := range questions {
		questions[i].Onto = p.plan.Onto
	}
	answers, err := p.replay.Ask(ctx, questions)
	if err != nil {
		return err
	}
	for i := range answers {
		p.plan.Steps[i].Alone = foresee.Result(&answers[i])
	}
	return nil
}

// carryOut picks one after the other. Why a step conflicts is found beside the next
// ones.
func (p *Planner) carryOut(ctx context.Context) error {
	if err := p.causes.Begin(ctx); err != nil {
		return err
	}
	type step struct {
		i int
		m *git.Merged
	}
	steps := make(chan step, len(p.picks))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		for x := range steps {
			s := &p.plan.Steps[x.i]
			var err error
			if s.Conflicts, err = p.causes.Of(ctx, p.picks[x.i], x.m); err != nil {
				return err
			}
			p.causes.Done[p.order[x.i]] = true
			if len(x.m.Conflicts) > 0 {
				p.plan.Assumption = Assumed
				if err := p.partial(s, x.m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	group.Go(func() error {
		defer close(steps)
		return p.replay.Sequence(ctx, p.plan.Onto, p.picks, func(i int, m *git.Merged, after string) error {
			s := &p.plan.Steps[i]
			s.Result, s.Unreadable, s.Undriven = foresee.Result(m), m.Unreadable, m.Undriven
			p.plan.Tree = after
			p.plan.Counts[s.Result]++
			steps <- step{i, m}
			return nil
		})
	})
	return group.Wait()
}

// partial offers to take a part of a commit of which the other part concerns
// files that are not there.
func (p *Planner) partial(s *Step, m *git.Merged) error {
	missing := map[string]bool{}
	for i := range m.Conflicts {
		x := &m.Conflicts[i]
		if x.Ours.ID != "" {
			return nil
		}
		missing[x.Path] = true
	}
	c, err := p.needs.commit(s.Commit)
	if err != nil || c == nil {
		return err
	}
	part := &Partial{}
	for _, f := range c.Files {
		if missing[f.Path] || f.OldPath != "" && missing[f.OldPath] {
			part.Missing = append(part.Missing, f.Path)
		} else {
			part.Apply = append(part.Apply, f.Path)
		}
	}
	if len(part.Apply) > 0 && len(part.Missing) > 0 {
		s.Partial = part
	}
	return nil
}
