package advise

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tracker/internal/draft"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/pattern"
)

// total adds the round up.
func (r *round) total() {
	counts := map[fact.Word]int{}
	conflicts := 0
	for i := range r.out.Report.Commits {
		counts[r.out.Report.Commits[i].Status]++
		conflicts += len(r.out.Report.Commits[i].Conflicts)
	}
	n := len(r.out.Report.Commits)
	files := map[string]bool{}
	var all, written [2]int
	generated := false
	for _, c := range r.picks {
		for _, f := range c.Files {
			files[f.Path] = true
			all[0], all[1] = all[0]+f.Insertions, all[1]+f.Deletions
			if f.Generated || git.Generated(f.Path) {
				generated = true
				continue
			}
			written[0], written[1] = written[0]+f.Insertions, written[1]+f.Deletions
		}
	}
	rows := map[string][2]int{
		"Attempted": {n}, "Integrated": {counts[fact.WordIntegrated], n}, "Skipped": {counts[fact.WordSkipped], n}, "Deferred": {counts[fact.WordDeferred], n},
		"Share integrated":  {int(math.Round(100 * float64(counts[fact.WordIntegrated]) / float64(n)))},
		"Files in conflict": {conflicts}, "Files changed": {len(files)}, "Insertions": {all[0]}, "Deletions": {all[1]},
	}
	if generated {
		rows["Insertions not generated"], rows["Deletions not generated"] = [2]int{written[0]}, [2]int{written[1]}
	}
	r.out.Report.Claims = []fact.Claim{}
	for _, t := range draft.Totals {
		if v, ok := rows[t.Label]; ok {
			c, _ := draft.Claim(t.Label, draft.Amount(t.Kind, v[0], v[1]))
			r.out.Report.Claims = append(r.out.Report.Claims, c)
		}
	}
}

// classes words those of Class in the plural.
var classes = map[string]string{"lock file": "lock files", "generated": "generated files", "CI workflow": "CI workflows", "manifest": "manifests"}

// learn tells the patterns that the round's conflicts are of.
func (r *round) learn() error {
	r.out.Report.Lessons = []fact.Note{}
	if len(r.conflicts) == 0 {
		return nil
	}
	past, err := r.asker.Conflicts("")
	if err != nil {
		return err
	}
	for i := range past.Patterns {
		p := &past.Patterns[i]
		if p.Of == "kind" || !slices.ContainsFunc(p.Conflicts, func(id string) bool { return r.conflicts[id] }) {
			continue
		}
		name := p.Pattern
		if p.Of == "class" {
			name = cmp.Or(classes[name], name)
		}
		times := "1 conflict"
		if p.Count > 1 {
			times = fmt.Sprintf("%d conflicts", p.Count)
		}
		text := fmt.Sprintf("In %s, %s so far: %s", name, times, p.Advice)
		if len(p.Warnings) > 0 {
			text += "; " + p.Warnings[0]
		}
		r.out.Report.Lessons = append(r.out.Report.Lessons, fact.Note{Text: text, Heading: draft.Patterns})
	}
	slices.SortStableFunc(r.out.Ways, func(a, b Way) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.How, b.How)) })
	return nil
}

// maxSteps is how many commits a draft names as next.
const maxSteps = 10

// ahead tells what is next: what is open again, then what is pending, in upstream's
// order, each with what its pick will meet.
func (r *round) ahead(ctx context.Context) error {
	s, err := r.asker.standing(ctx, r.view, nil)
	if err != nil {
		return err
	}
	step := func(format string, args ...any) {
		r.out.Report.Steps = append(r.out.Report.Steps, fact.Note{Text: fmt.Sprintf(format, args...), Heading: draft.Steps})
	}
	for i := range slices.Backward(s.Commits) {
		if a := &s.Commits[i]; a.Reopened {
			step("Decide again on %s, %s: %s", fact.Short(a.Commit), a.Subject, reopened(a))
		}
	}
	left := 0
	for i := range slices.Backward(s.Commits) {
		a := &s.Commits[i]
		if a.Status != fact.Pending {
			continue
		}
		if o := s.Outlooks[a.Commit]; o != nil && o.Result != fact.ResultEmpty && len(r.out.Report.Steps) < maxSteps {
			step("Pick %s, %s: %s", fact.Short(a.Commit), a.Subject, meets(o))
			continue
		}
		left++
	}
	if left == 1 {
		step("See to 1 more that is pending: tracker plan")
	} else if left > 1 {
		step("See to %d more that are pending: tracker plan", left)
	}
	return nil
}

// meets says what a pick will meet.
func meets(o *Outlook) string {
	text := "picks clean"
	switch o.Result {
	case fact.ResultConflict:
		var paths []string
		for _, c := range o.Conflicts {
			paths = append(paths, c.Path)
		}
		text = "conflicts in " + shortList(paths)
	case fact.ResultUnreadable:
		text = "cannot be tried, an object is not here"
	}
	if len(o.Requires) > 0 {
		var needs []string
		for _, h := range o.Requires {
			needs = append(needs, fact.Short(h))
		}
		text += "; needs " + shortList(needs)
	}
	return text
}

func shortList(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// reports lists those that spoke in the round.
func (r *round) reports() error {
	list, err := r.asker.tx.Reports()
	if err != nil {
		return err
	}
	slices.SortFunc(list, fact.CompareReports)
	for i := range list {
		if s := &list[i]; s.ID != r.self && r.within(s.When) {
			r.out.Reports = append(r.out.Reports, s.ID)
		}
	}
	return nil
}

// Audited adds what an audit found, as far as it stands and is about the round: about
// its commits, or a report that spoke in it. The worst come first.
func (d *Draft) Audited(list []fact.Finding) {
	for _, f := range list {
		about := slices.Contains(d.Reports, f.Report)
		for i := range d.Entries {
			e := &d.Entries[i]
			about = about || f.Fork == "" && f.Upstream == e.Commit || f.Fork != "" && f.Fork == e.Fork
		}
		if about && f.Mended == "" {
			d.Findings = append(d.Findings, f)
		}
	}
	slices.SortStableFunc(d.Findings, func(a, b fact.Finding) int {
		return cmp.Compare(slices.Index(fact.Severities, a.Severity), slices.Index(fact.Severities, b.Severity))
	})
	const settled = "The high findings of the audit are settled"
	high := slices.ContainsFunc(d.Findings, func(f fact.Finding) bool { return f.Severity == fact.High })
	listed := slices.ContainsFunc(d.Report.Checklist, func(c fact.ChecklistItem) bool { return c.Text == settled })
	if high && !listed {
		d.Report.Checklist = append(d.Report.Checklist, fact.ChecklistItem{Text: settled, State: "pending"})
	}
}

// check lists what git cannot tell and a person must see to.
func (r *round) check() {
	items := []string{"The project builds", "The tests pass"}
	for i := range r.out.Report.Commits {
		for _, c := range r.out.Report.Commits[i].Conflicts {
			name := base(c.Path)
			tool := pattern.Remake(name)
			item := name + " agrees with what it locks: " + tool
			if tool != "" && !slices.Contains(items, item) {
				items = append(items, item)
			}
		}
	}
	r.out.Report.Checklist = []fact.ChecklistItem{}
	for _, text := range items {
		r.out.Report.Checklist = append(r.out.Report.Checklist, fact.ChecklistItem{Text: text, State: "pending"})
	}
}
