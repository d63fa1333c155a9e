package link

import (
	"cmp"
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// fresh is the share of what two commits have in common that must not be
// accounted for yet for another to join a group.
const fresh = 0.6

// group adds the links of commits that are made of several: a fork commit into
// which several upstream commits were squashed, and an upstream commit that was
// split in the fork. What joins a group must account for lines of its own: a
// commit whose lines another brought as well is no part.
func (s *search) group(bonds []bond) []bond {
	byFork, byUp := map[int32][]*pair{}, map[int32][]*pair{}
	carried := taken{views: &s.views, up: map[int32][]uint64{}}
	plain := map[int32]bool{} // fork commits that need no other origin
	for _, b := range bonds {
		byFork[b.f] = append(byFork[b.f], b.pair)
		byUp[b.u] = append(byUp[b.u], b.pair)
		carried.take(b.f, b.u)
		plain[b.f] = plain[b.f] || b.link.Same || b.like.filled >= whole
	}
	var squashed, split []bond
	for f := range s.fork {
		f := int32(f)
		if plain[f] {
			continue
		}
		squashed = append(squashed, s.squashed(f, byFork[f], &carried)...)
	}
	for _, b := range squashed {
		byFork[b.f] = append(byFork[b.f], b.pair)
		byUp[b.u] = append(byUp[b.u], b.pair)
		carried.take(b.f, b.u)
	}
	for f := range s.fork {
		f := int32(f)
		if len(byFork[f]) > 0 {
			continue
		}
		if b, ok := s.splitOff(f, byUp); ok {
			split = append(split, b)
			byFork[f], byUp[b.u] = append(byFork[f], b.pair), append(byUp[b.u], b.pair)
		}
	}
	bonds = slices.Concat(bonds, squashed, split)
	for i := range bonds {
		b := &bonds[i]
		if n := len(byFork[b.f]); n > 1 && slices.ContainsFunc(squashed, func(o bond) bool { return o.f == b.f }) {
			b.join(fmt.Sprintf("one of %d upstream commits that it is made of", n))
		}
	}
	return bonds
}

// squashed returns the links of f to further commits that it is made of.
func (s *search) squashed(f int32, have []*pair, carried *taken) []bond {
	if len(s.parts[f]) == 0 || len(s.parts[f]) == 1 && len(have) == 0 {
		return nil
	}
	told := map[uint64]bool{} // lines that are accounted for
	for _, p := range have {
		s.shared(f, p.u, func(line uint64, _ float32) { told[line] = true })
	}
	var out []bond
	s.alike.turn(&s.fork[f])
	for _, u := range s.parts[f] {
		if slices.ContainsFunc(have, func(p *pair) bool { return p.u == u }) || carried.by(f, u) || !s.later(f, u) {
			continue
		}
		var all, own float32
		s.shared(f, u, func(line uint64, w float32) {
			all += w
			if !told[line] {
				own += w
			}
		})
		if own < partWeight || own < fresh*all {
			continue
		}
		p := &pair{f: f, u: u, like: s.alike.with(u)}
		if b, ok := s.member(p); ok {
			out = append(out, b)
			s.shared(f, u, func(line uint64, _ float32) { told[line] = true })
		}
	}
	if len(out)+len(have) < 2 {
		return nil
	}
	return out
}

// splitOff returns the link of a fork commit, which has none, to an upstream
// commit that others carry other lines of.
func (s *search) splitOff(f int32, byUp map[int32][]*pair) (bond, bool) {
	var best bond
	for i := range s.pairs[f] {
		p := &s.pairs[f][i]
		if p.like.filled < mostOf || p.like.weight < partWeight || !s.later(f, p.u) {
			continue
		}
		told := map[uint64]bool{}
		sisters := 0
		for _, o := range byUp[p.u] {
			if s.views.sisters(f, o.f) {
				sisters++
				s.shared(o.f, p.u, func(line uint64, _ float32) { told[line] = true })
			}
		}
		var all, own float32
		s.shared(f, p.u, func(line uint64, w float32) {
			all += w
			if !told[line] {
				own += w
			}
		})
		if sisters == 0 || own < partWeight || own < fresh*all {
			continue
		}
		if b, ok := s.member(p); ok && (best.pair == nil || b.link.Score > best.link.Score) {
			best = b
			best.join(fmt.Sprintf("one of %d fork commits that carry it", sisters+1))
		}
	}
	return best, best.pair != nil
}

// member weighs a pair as part of a group. Only one of a group's commits can
// lend its title and date to what was made of them, so that the lack of these
// does not speak against the others of the same author.
func (s *search) member(p *pair) (bond, bool) {
	if s.without[fact.KindGroup] {
		return bond{}, false
	}
	l, _ := s.weigh(p)
	odds := max(p.like.odds(), min(partOdds+partOddsPerWeight*p.like.weight, likeOdds)) + s.habit.prior + s.patience(p) + nearestOdds
	if !l.SameAuthor && !s.without[fact.KindAuthorDate] && s.isForeign(p) {
		odds += s.habit.foreign
	}
	score := min(scoreGroup, chance(odds))
	if score < 0.5 {
		return bond{}, false
	}
	l.Evidence = append(l.Evidence, fact.Evidence{Kind: fact.KindGroup, Score: score})
	l.Score = total(l.Evidence)
	return bond{p, l}, l.Score >= believed
}

// join notes what group a link is part of.
func (b *bond) join(detail string) {
	at := slices.IndexFunc(b.link.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindGroup })
	if at < 0 {
		b.link.Evidence = append(b.link.Evidence, fact.Evidence{Kind: fact.KindGroup, Score: 0.5})
		at = len(b.link.Evidence) - 1
		b.link.Score = total(b.link.Evidence)
	}
	b.link.Evidence[at].Detail = detail
}

// shared calls fn with each changed line that a fork commit and an upstream
// commit have in common and that weighs anything.
func (s *search) shared(f, u int32, fn func(line uint64, weight float32)) {
	a, b := s.fork[f].Lines, s.up[u].Lines
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			if w := s.alike.lines.weigh(a[i]); w > 0 {
				fn(a[i], w)
			}
			i, j = i+1, j+1
		}
	}
}
