package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// carriesMost is the share of an upstream commit's lines from which on a fork commit is
// a pick of all of it, and not one of the parts that it was split into.
const carriesMost = 0.5

// duplicatePick finds upstream commits that the fork has picked more than once.
func duplicatePick(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, up := range b.Range {
		var picks []*Pick
		for _, p := range b.linked[up] {
			grouped := slices.ContainsFunc(p.Link.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindGroup })
			if b.RevertedFork[p.Link.Fork] == "" && !grouped && (p.Link.Same || p.Link.Lines >= carriesMost) {
				picks = append(picks, p)
			}
		}
		if len(picks) < 2 {
			continue
		}
		first, last := picks[0], picks[len(picks)-1]
		f := fact.Finding{
			Kind: fact.FindDuplicatePick, Severity: fact.Low, Fork: last.Link.Fork, Upstream: up,
			Message: fmt.Sprintf("%s and %s both carry it; see whether the later one put something in twice", fact.Short(first.Link.Fork), fact.Short(last.Link.Fork)),
		}
		for _, p := range picks {
			f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: p.Link.Fork})
		}
		out = append(out, f)
	}
	return out
}
