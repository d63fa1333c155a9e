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
	var here, absent []string
	for _, path := range a.Left {
		if b.Tree.Exists(path) {
			here = append(here, path)
		} else {
			absent = append(absent, path)
		}
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: a.Commit, Path: path})
	}
	switch {
	case len(here) > 0:
		f.Severity, f.Path = fact.Medium, here[0]
		f.Message = fmt.Sprintf("the pick leaves out what upstream's commit changes in %s, which the fork has; see git show %s -- %s, and pick the rest", list(here, 3), fact.Short(a.Commit), here[0])
	default:
		f.Message = fmt.Sprintf("the pick leaves out %s, which the fork does not have", list(absent, 3))
	}
	return f
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
