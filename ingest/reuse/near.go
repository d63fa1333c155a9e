package reuse

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
	"tracker/internal/pattern"
)

const (
	// leastAlike is the share of words that both sides together must have in common for
	// a near match, and leastCommon how many words.
	leastAlike  = 0.5
	leastCommon = 3
	// shownNear is how many near matches are suggested.
	shownNear = 3
	// lookedAt is how many places, those with most words in common, are compared.
	lookedAt = 64
)

// Near returns how places with similar sides, in files of the same class, were
// resolved, at most three, the most similar first. A way that is a choice of sides comes with the lines that it leaves
// here, any other with those that it left there.
func (m *Memory) Near(s *Sides) []fact.Suggestion {
	ours, theirs := newSketch(s.Ours), newSketch(s.Theirs)
	class := pattern.Class(s.Path)
	type candidate struct {
		at      int
		score   float64
		swapped bool // ours there is theirs here
	}
	var list []candidate
	for _, at := range m.candidates(union(ours, theirs)) {
		x := &m.places[at]
		if x.hunk.ID == s.ID || pattern.Class(x.past.Path) != class {
			continue // an exact match, or another sort of file
		}
		common, turned := shared(ours, x.ours)+shared(theirs, x.theirs), shared(ours, x.theirs)+shared(theirs, x.ours)
		c := candidate{at: at, swapped: turned > common}
		common = max(common, turned)
		c.score = 2 * float64(common) / float64(max(1, len(ours)+len(theirs)+len(x.ours)+len(x.theirs)))
		if c.score >= leastAlike && common >= leastCommon {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at))
	})
	var out []fact.Suggestion
	for _, c := range list {
		x := &m.places[c.at]
		n := fact.Suggestion{Match: fact.MatchNear, How: x.hunk.Resolution, Score: c.score, Text: x.hunk.Result, Seen: 1, Of: 1}
		if c.swapped {
			n.How, n.Turned = swap(n.How), true
		}
		if text, ok := s.with(n.How); ok {
			n.Text = text
			if n.How == fact.ResolvedBoth && (x.hunk.Result == x.hunk.Theirs+x.hunk.Ours) != c.swapped {
				n.Text = s.Theirs + s.Ours
			}
		}
		from(&n, x.past)
		if i := slices.IndexFunc(out, func(o fact.Suggestion) bool { return o.How == n.How && o.Text == n.Text }); i >= 0 {
			out[i].Seen, out[i].Of = out[i].Seen+1, out[i].Of+1
			continue
		}
		if len(out) < shownNear {
			out = append(out, n)
		}
	}
	return out
}

func swap(r fact.Resolution) fact.Resolution {
	switch r {
	case fact.ResolvedOurs:
		return fact.ResolvedTheirs
	case fact.ResolvedTheirs:
		return fact.ResolvedOurs
	}
	return r
}

// candidates are the places that have most words in common with a text.
func (m *Memory) candidates(words sketch) []int {
	if n := len(m.places) - len(m.common); n > 0 {
		m.common = append(m.common, make([]int32, n)...)
	}
	var met []int
	// A word that stands nearly everywhere tells nothing.
	often := max(64, len(m.places)/8)
	for _, w := range words {
		list := m.byWord[w]
		if len(list) > often {
			continue
		}
		for _, at := range list {
			if m.common[at] == 0 {
				met = append(met, int(at))
			}
			m.common[at]++
		}
	}
	slices.SortFunc(met, func(a, b int) int {
		return cmp.Or(cmp.Compare(m.common[b], m.common[a]), cmp.Compare(b, a))
	})
	for _, at := range met {
		m.common[at] = 0
	}
	return met[:min(len(met), lookedAt)]
}
