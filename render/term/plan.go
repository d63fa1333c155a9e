package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// shownSteps and shownGroups cap what a terminal shows of a plan; --json and
// --script have all of it.
const (
	shownSteps  = 60
	shownGroups = 5
)

// Plan tells in what order to pick, and what will come of each step. Off the
// terminal: number, commit, result, "added" where nobody asked for it (and "skipped"
// or "deferred" where somebody decided against it), the commits it needs (separated
// by commas), the paths that conflict, subject. A commit that is there already has
// the number 0 and the result "there", and the commits that carry it.
func Plan(w io.Writer, o Options, plan *advise.Plan) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for _, a := range plan.Already {
			p.record("0", a.Commit, "there", "", strings.Join(a.As, ","), "", "")
		}
		for i := range plan.Steps {
			s := &plan.Steps[i]
			added := ""
			if s.Added {
				added = "added"
				if s.Status == fact.Skipped || s.Status == fact.Deferred {
					added += "," + string(s.Status)
				}
			}
			var paths []string
			for _, x := range s.Conflicts {
				paths = append(paths, x.Path)
			}
			p.record(fmt.Sprint(i+1), s.Commit, string(s.Result), added, strings.Join(s.Needs, ","), strings.Join(paths, ","), s.Subject)
		}
		return p.flush()
	}
	for _, a := range plan.Already {
		spans := []span{p.upHash(a.Commit), own("  is there already")}
		for i, f := range a.As {
			if f == a.Commit {
				continue
			}
			spans = append(spans, own([]string{" as ", ", "}[min(i, 1)]), p.forkHash(f))
		}
		p.text(2, spans...)
	}
	if len(plan.Steps) == 0 {
		p.line(own("nothing to pick"))
		return p.flush()
	}
	p.planHead(plan)
	digits := len(fmt.Sprint(len(plan.Steps)))
	for i := range plan.Steps {
		if i == shownSteps && len(plan.Steps) > shownSteps+5 {
			p.line(own(fmt.Sprintf("… and %s more steps: --json or --script has them all", render.Number(len(plan.Steps)-i))).in(dim))
			break
		}
		p.step(&plan.Steps[i], i+1, digits)
	}
	p.planTail(plan)
	return p.flush()
}

func (p *printer) planHead(plan *advise.Plan) {
	added := 0
	for i := range plan.Steps {
		if plan.Steps[i].Added {
			added++
		}
	}
	spans := append([]span{own("onto ")}, p.onto(plan.OntoRef, plan.Onto)...)
	spans = append(spans, own(", in this order: "))
	var parts []string
	for _, r := range []fact.Result{fact.ResultClean, fact.ResultConflict, fact.ResultEmpty, fact.ResultUnreadable} {
		if n := plan.Counts[r]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", render.Number(n), r))
		}
	}
	if added > 0 {
		parts = append(parts, fmt.Sprintf("%s added", render.Number(added)))
	}
	p.text(2, append(spans, own(strings.Join(parts, ", ")).in(bold))...)
	if plan.Against > 0 {
		p.text(2, own("✗ ").in(red), own(fmt.Sprintf("takes %s that somebody decided against: tracker plan --only leaves them out", render.Count(plan.Against, "commit"))))
	}
}

// onto names what is picked onto.
func (p *printer) onto(ref, commit string) []span {
	if ref == "" {
		return []span{p.forkHash(commit)}
	}
	return []span{from(render.RefName(ref)), own(" "), p.forkHash(commit)}
}

func (p *printer) step(s *advise.Step, number, digits int) {
	column := digits + 2 + 11
	p.line(own(fmt.Sprintf("%*d  ", digits, number)), p.upHash(s.Commit), own("  "), p.pad(result(s.Result), 10), own(" "), title(s.Subject, s.PR))
	indent := strings.Repeat(" ", column)
	if s.Added {
		spans := []span{own(indent + "added: ").in(cyan), from(s.Why)}
		p.text(column+2, spans...)
	}
	if s.Against != "" {
		p.text(column+2, own(indent+"✗ ").in(red), from(s.Against).in(yellow))
	}
	if s.Result == fact.ResultClean && s.Alone == fact.ResultConflict {
		p.text(column+2, own(indent+"alone it would conflict").in(dim))
	}
	for i := range s.Conflicts {
		p.conflicted(&s.Conflicts[i], column)
	}
	if s.Partial != nil {
		p.text(column+2, own(indent+"in part: ").in(cyan), own(fmt.Sprintf("%s of it would apply; the fork has no %s", render.Count(len(s.Partial.Apply), "file"), list(s.Partial.Missing, 2))))
	}
	if len(s.Lacks) > 0 {
		p.text(column+2, append([]span{own(indent + "needs ").in(cyan)}, append(p.several(s.Lacks, p.upHash), own(", not planned"))...)...)
	}
	if len(s.Unreadable) > 0 {
		p.text(column+2, own(indent+"not here, so it is judged without: "), own(list(s.Unreadable, 3)))
	}
	if len(s.Undriven) > 0 {
		p.text(column+2, own(indent+"merged as text, without the merge driver that is set for: "), own(list(s.Undriven, 3)))
	}
}

func (p *printer) planTail(plan *advise.Plan) {
	if plan.Assumption != "" {
		p.blank()
		p.text(0, own("Assumed: "+plan.Assumption+".").in(dim))
	}
	if n := len(plan.Now); n > 0 && n < len(plan.Steps) {
		p.blank()
		p.text(2, append([]span{own(render.Count(n, "step") + " can be taken at once, clean, without the others: ").in(bold)}, p.several(plan.Now, p.upHash)...)...)
	}
	if len(plan.Groups) > 0 {
		p.blank()
		p.line(own("belong together, each for a branch of its own").in(bold))
		for i, g := range plan.Groups {
			if i == shownGroups && len(plan.Groups) > shownGroups+1 {
				p.line(own(fmt.Sprintf("  … and %d more groups", len(plan.Groups)-i)).in(dim))
				break
			}
			p.text(4, append([]span{own("  "), from(g.Why + ":"), own(" ")}, p.several(g.Commits[1:], p.upHash)...)...)
		}
	}
	if len(plan.Offers) > 0 {
		p.blank()
		p.line(own("mend what is planned").in(bold))
		for _, f := range plan.Offers {
			p.text(4, own("  "), p.upHash(f.Commit), own("  "), p.pad(result(f.Result), 9), own(" "), title(f.Subject, f.PR), own("  mends ").in(dim), p.upHash(f.Mends))
		}
	}
	if len(plan.Advice) > 0 {
		p.blank()
		for _, a := range plan.Advice {
			p.text(2, own("✓ ").in(green), from(a.Text))
		}
	}
}
