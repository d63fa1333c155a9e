package link

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
)

// near is how much worse than a fork commit's best link another may be and
// still be chosen for it, so that equal evidence can be shared out.
const near = 0.05

// assign settles which of the open links stand: each fork commit keeps at
// most one, and an upstream commit that several fork commits could carry goes
// to the one it fits best, then to the one nearest in order. A fork commit
// that fits nothing else may carry what another already carries: commits are
// picked twice. Links that messages declare are given and come first.
func (s *search) assign(in Input, firm, open []fact.Link) []fact.Link {
	place := map[string]int{}
	for i := range in.Fork {
		place[in.Fork[i].Hash] = i
	}
	best := map[string]float64{}
	for _, l := range open {
		best[l.Fork] = max(best[l.Fork], l.Score)
	}
	slices.SortStableFunc(open, func(a, b fact.Link) int {
		return cmp.Or(
			cmp.Compare(b.Score, a.Score),
			cmp.Compare(place[a.Fork], place[b.Fork]),
			cmp.Compare(s.order[a.Upstream], s.order[b.Upstream]),
		)
	})
	usedFork, usedUp := map[string]bool{}, map[string]bool{}
	for _, l := range firm {
		usedFork[l.Fork] = true
		usedUp[l.Upstream] = true
	}
	var out []fact.Link
	for _, again := range []bool{false, true} {
		for _, l := range open {
			if usedFork[l.Fork] || usedUp[l.Upstream] && !again || l.Score < best[l.Fork]-near {
				continue
			}
			usedFork[l.Fork] = true
			usedUp[l.Upstream] = true
			out = append(out, l)
		}
	}
	return out
}
