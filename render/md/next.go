package md

import (
	"fmt"
	"slices"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// next tells what to pick next, and what will come of it: where a plan was made,
// in its order and in batches, those that pick clean first; else what is pending in
// the order of the range, in which a commit never comes before one that it was
// built on.
func (d *document) next() {
	pending := map[string]*fact.Account{}
	var order []*fact.Account
	for i := range d.in.Standing.Commits {
		if a := &d.in.Standing.Commits[i]; a.Status == fact.Pending {
			pending[a.Commit] = a
			order = append(order, a)
		}
	}
	if len(order) == 0 {
		return
	}
	slices.Reverse(order)
	d.heading(2, "What is next")
	if d.in.Plan == nil || len(d.in.Plan.Steps) == 0 {
		d.printf("%s, in upstream's order, which is the order to pick them in.\n\n", render.Count(len(order), "pending commit"))
		for _, a := range order {
			d.item(a)
			if o := d.in.Standing.Outlooks[a.Commit]; o != nil {
				d.printf("\n   - %s", d.meets(o))
			}
			d.notesOf(a)
		}
		return
	}
	d.batches(pending)
}

// item begins an entry of a numbered list; the caller ends its line.
func (d *document) item(a *fact.Account) {
	d.printf("1. %s %s", d.hash(a.Commit), d.title(a.Subject, a.PR))
	if day := render.Day(a.Date); day != "" {
		d.printf(" · %s", day)
	}
}

func (d *document) notesOf(a *fact.Account) {
	for _, note := range d.notes(a) {
		d.printf("\n   - %s", note)
	}
	d.printf("\n")
}

// batches writes a plan as runs of steps that come out alike, in the order in which
// they can be picked.
func (d *document) batches(pending map[string]*fact.Account) {
	p := d.in.Plan
	d.printf("%s in an order that respects what they need of each other, carried out in memory on %s: %s. ",
		render.Count(len(p.Steps), "pick"), d.hash(p.Onto), outcomes(p.Counts))
	d.printf("`tracker plan --script` prints the git commands.\n")
	if p.Assumption != "" {
		d.printf("\nFrom the first conflict on, %s.\n", p.Assumption)
	}
	clean, rest := split(p)
	if len(clean) > 0 {
		d.heading(3, "Picks clean")
		d.printf("%s that can be taken at once, in this order.\n\n", render.Count(len(clean), "commit"))
		for _, s := range clean {
			d.step(s, pending)
		}
	}
	if len(rest) > 0 {
		d.heading(3, "Takes a decision, or rests on one that does")
		for _, s := range rest {
			d.step(s, pending)
		}
	}
	if len(p.Groups) > 0 {
		d.heading(3, "Belong together")
		for _, g := range p.Groups {
			d.printf("- %s: %s\n", d.prose(g.Why), d.list(g.Commits[1:], d.hash))
		}
	}
	if len(p.Advice)+len(p.Offers) > 0 {
		d.heading(3, "Worth knowing")
		for _, a := range p.Advice {
			d.printf("- %s\n", d.prose(a.Text))
		}
		for _, f := range p.Offers {
			d.printf("- %s %s mends %s (%s behind these)\n", d.hash(f.Commit), d.title(f.Subject, f.PR), d.hash(f.Mends), f.Result)
		}
	}
}

// split parts the steps that can be taken at once from the others, each in the plan's
// order.
func split(p *advise.Plan) (clean, rest []*advise.Step) {
	now := map[string]bool{}
	for _, h := range p.Now {
		now[h] = true
	}
	for i := range p.Steps {
		if s := &p.Steps[i]; now[s.Commit] {
			clean = append(clean, s)
		} else {
			rest = append(rest, s)
		}
	}
	return clean, rest
}

func outcomes(counts map[fact.Result]int) string {
	text := ""
	for _, r := range []fact.Result{fact.ResultClean, fact.ResultConflict, fact.ResultEmpty, fact.ResultUnreadable} {
		if n := counts[r]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%s %s", render.Number(n), r)
		}
	}
	return text
}

func (d *document) step(s *advise.Step, pending map[string]*fact.Account) {
	d.printf("1. %s %s · %s", d.hash(s.Commit), d.title(s.Subject, s.PR), s.Date)
	if s.Result != fact.ResultClean {
		d.printf(" · **%s**", s.Result)
	}
	if s.Added {
		d.printf("\n   - taken along: %s", d.prose(s.Why))
		if s.Against != "" {
			d.printf("; **somebody decided against it**: %s", d.prose(s.Against))
		}
	}
	if len(s.Needs) > 0 {
		d.printf("\n   - behind %s", d.list(s.Needs[:min(len(s.Needs), 4)], d.hash))
		if n := len(s.Needs) - 4; n > 0 {
			d.printf(" and %d more", n)
		}
	}
	for i := range s.Conflicts {
		d.printf("\n   - %s", d.conflicted(&s.Conflicts[i]))
	}
	if s.Partial != nil {
		d.printf("\n   - in part: %s apply, and the fork has no %s", render.Count(len(s.Partial.Apply), "file"), d.list(s.Partial.Missing, esc.Code))
	}
	if a := pending[s.Commit]; a != nil {
		d.notesOf(a)
	} else {
		d.printf("\n")
	}
}

// conflicted tells where a pick conflicts, and why.
func (d *document) conflicted(x *fact.Conflicted) string {
	text := "conflict in " + esc.Code(x.Path)
	if x.Kind != "" && x.Kind != "content" {
		text += " (" + esc.Text(x.Kind) + ")"
	}
	if x.Hunks > 1 {
		text += fmt.Sprintf(", %d places", x.Hunks)
	}
	if len(x.ForkCommits) > 0 {
		text += ", with the fork's " + d.list(x.ForkCommits, d.hash)
	}
	if len(x.Needs) > 0 {
		text += "; lacks " + d.list(x.Needs, d.hash)
	}
	if x.Lock {
		text += "; make it anew with its own tool"
	}
	if before, hash, after := render.Reuse(x.Suggestions, x.Hunks); before != "" {
		text += "; " + esc.Text(before) + " " + d.hash(hash)
		if after != "" {
			text += " " + esc.Text(after)
		}
	}
	return text
}

func (d *document) meets(o *advise.Outlook) string {
	text := esc.Text(render.Meets(&advise.Outlook{Forecast: o.Forecast}))
	if len(o.Requires) > 0 {
		text += "; needs " + d.list(o.Requires[:min(len(o.Requires), 4)], d.hash)
		if n := len(o.Requires) - 4; n > 0 {
			text += fmt.Sprintf(" and %d more", n)
		}
	}
	return text
}
