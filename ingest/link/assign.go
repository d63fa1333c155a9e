package link

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
)

// near is how much worse than a fork commit's best link another may be and
// still be chosen for it, so that equal evidence can be shared out.
const near = 0.05

// bond is a pair with the link that it makes.
type bond struct {
	*pair
	link fact.Link
}

// assign settles which of the open links stand: each fork commit keeps at
// most one, and an upstream commit that several fork commits of a branch could
// carry goes to the one it fits best, then to the one nearest in order. A fork
// commit that fits nothing else may carry what another already carries, for
// commits are picked twice; but not if nothing but likeness speaks for it, as it
// does for what was built on the pick. Links that messages declare are given
// and come first.
func (s *search) assign(firm, open []bond) []bond {
	best := map[int32]float64{}
	ranks := make(map[*pair]float64, len(open))
	for i := range open {
		b := &open[i]
		best[b.f] = max(best[b.f], b.link.Score)
		ranks[b.pair] = b.rank()
	}
	slices.SortStableFunc(open, func(a, b bond) int {
		return cmp.Or(cmp.Compare(ranks[b.pair], ranks[a.pair]), cmp.Compare(a.f, b.f), cmp.Compare(a.u, b.u))
	})
	used := map[int32]bool{} // fork commits
	carried := taken{views: &s.views, up: map[int32][]uint64{}}
	out := slices.Clone(firm)
	for _, b := range firm {
		used[b.f] = true
		carried.take(b.f, b.u)
	}
	for _, again := range []bool{false, true} {
		for _, b := range open {
			if used[b.f] || b.link.Score < best[b.f]-near {
				continue
			}
			if carried.by(b.f, b.u) && (!again || !b.told()) {
				continue
			}
			used[b.f] = true
			carried.take(b.f, b.u)
			out = append(out, b)
		}
	}
	return out
}

// told reports whether more than likeness speaks for a link.
func (b *bond) told() bool {
	return slices.ContainsFunc(b.link.Evidence, func(e fact.Evidence) bool {
		return e.Kind != fact.KindSimilarity && e.Kind != fact.KindMessage
	})
}
