package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// partialPick finds picks that left files out, and commits that were decided against
// though a part of them would have applied.
func partialPick(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, up := range b.Range {
		a := b.Account(up)
		switch {
		case a == nil:
		case a.Status == fact.Partial && len(a.Left) > 0 && len(b.linked[up]) > 0:
			out = append(out, b.leftOut(a))
		case a.Status == fact.Skipped || a.Status == fact.Deferred:
			if f := b.couldBePart(a); f != nil {
				out = append(out, *f)
			}
		}
	}
	return out
}

func (b *Branch) leftOut(a *fact.Account) fact.Finding {
	pick := b.linked[a.Commit][len(b.linked[a.Commit])-1]
	f := fact.Finding{Kind: fact.FindPartialPick, Severity: fact.Low, Fork: pick.Link.Fork, Upstream: a.Commit, Path: a.Left[0]}
	var apply, here, absent []string
	for _, path := range a.Left {
		switch {
		case !b.Tree.Exists(path):
			absent = append(absent, path)
		case b.applies(a.Commit, path):
			apply = append(apply, path)
		default:
			here = append(here, path)
		}
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: a.Commit, Path: path})
	}
	see := fmt.Sprintf("; see git show %s -- ", fact.Short(a.Commit))
	switch {
	case len(apply) > 0:
		f.Path = apply[0]
		if slices.ContainsFunc(apply, b.product) {
			f.Severity = fact.Medium
		}
		f.Message = fmt.Sprintf("the pick leaves out what upstream's commit changes in %s, and the lines that it replaces there are still in the fork%s%s, and pick the rest", list(apply, 3), see, apply[0])
	case len(here) > 0:
		f.Path = here[0]
		f.Message = fmt.Sprintf("the pick leaves out what upstream's commit changes in %s, where the fork has other lines%s%s", list(here, 3), see, here[0])
	default:
		f.Message = fmt.Sprintf("the pick leaves out %s, which the fork does not have", list(absent, 3))
	}
	return f
}

// applicable is the share of the lines that a commit replaces in a file which must stand
// in the fork for the change to be one that could be taken.
const applicable = 0.8

// applies reports whether the lines that a commit replaces in a file are in the fork.
func (b *Branch) applies(commit, path string) bool {
	removed := b.Diffs[commit][path].Removed
	if len(removed) == 0 {
		return false // it only adds: nothing tells whether there is a place for that
	}
	here, file := 0, b.Tree.File(path)
	for _, t := range removed {
		if file[t] {
			here++
		}
	}
	return float64(here) >= applicable*float64(len(removed))
}

// couldBePart tells of a commit that was not taken and conflicts in nothing but files
// that the fork does not have.
func (b *Branch) couldBePart(a *fact.Account) *fact.Finding {
	forecast, ok := b.Forecasts[a.Commit]
	c := b.Commit(a.Commit)
	if !ok || c == nil || forecast.Result != fact.ResultConflict || len(forecast.Unreadable) > 0 {
		return nil
	}
	stuck := map[string]bool{}
	for _, x := range forecast.Conflicts {
		if x.Kind != "modify/delete" || b.Tree.Exists(x.Path) {
			return nil
		}
		stuck[x.Path] = true
	}
	var rest []string
	for _, f := range c.Files {
		if !f.Generated && !stuck[f.Path] && !slices.Contains(rest, f.Path) {
			rest = append(rest, f.Path)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	return &fact.Finding{
		Kind: fact.FindPartialPick, Severity: fact.Low, Upstream: a.Commit, Path: rest[0],
		Message: fmt.Sprintf("it is %s as a whole, and what it changes in %s would apply: only %s, which the fork does not have, stand against it",
			a.Status, list(rest, 3), count(len(stuck), "file")),
		Evidence: []fact.FindingEvidence{{Commit: a.Commit, Path: rest[0]}},
	}
}
