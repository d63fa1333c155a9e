package link

import (
	"math"
	"slices"

	"tracker/internal/fact"
)

// habit is what the sure picks of a fork tell about the others: whether picks
// there keep their author, date, title or message, how long they wait, and how
// many of the fork's commits are picks at all. Where nearly all picks keep their
// title, two like diffs under foreign titles are hardly pick and original;
// where a script squashed and renamed everything they may well be.
type habit struct {
	foreign float64   // log of the share of sure picks that kept nothing
	waits   []float64 // seconds from author date to pick, of the sure ones, sorted
	prior   float64   // log of the odds that a commit that is no sure pick is one
}

const (
	// sureWeight is how much weight equal lines must have to leave no doubt:
	// a version bump may be made twice.
	sureWeight = 40
	// sureOdds and likeOdds are the odds of a likeness from which a changed pick
	// counts as sure, and as likely.
	sureOdds, likeOdds = 4, 2
	// leastForeign, leastWait and leastPrior bound what habits can tell
	// against a link.
	leastForeign, leastWait, leastPrior = -4, -3, -6
	// tooEarly is what it tells against a link that the fork's commit is older
	// than upstream's and that nothing says that upstream took it over.
	tooEarly = -5
)

// learn reads the habit off the pairs.
func (s *search) learn() {
	var sure, kept float64
	equal, alike, rest := 0.0, 0.0, 0.0
	for f := range s.pairs {
		var best *pair
		bestOdds, same := float64(never), false
		for i := range s.pairs[f] {
			p := &s.pairs[f][i]
			odds := p.like.odds()
			if s.same(p) {
				odds += 10
			}
			if p.marker != "" && !s.without[fact.KindMarker] {
				odds += 20
			}
			if s.later(p.f, p.u) && odds > bestOdds {
				best, bestOdds, same = p, odds, s.same(p)
			}
		}
		switch {
		case same:
			equal++
		case best != nil && bestOdds >= likeOdds:
			alike++
		default:
			rest++
		}
		if best == nil || bestOdds < sureOdds || best.like.weight < sureWeight {
			continue
		}
		sure++
		if !s.isForeign(best) {
			kept++
		}
		s.habit.waits = append(s.habit.waits, s.wait(best))
	}
	slices.Sort(s.habit.waits)
	// One sure pick more that kept nothing, in ten, keeps the share off zero.
	s.habit.foreign = max(math.Log((sure-kept+0.1)/(sure+1)), leastForeign)
	// A quarter of the picks may be changed beyond what is likely, and for two
	// that are likely there is one that is not.
	s.habit.prior = min(max(math.Log((equal/4+alike/2+0.5)/(rest+1)), leastPrior), 0)
}

// same reports whether the change itself is the same by a kind that counts.
func (s *search) same(p *pair) bool {
	f, u := &s.fork[p.f], &s.up[p.u]
	return !s.without[fact.KindPatchID] && f.PatchID != "" && f.PatchID == u.PatchID ||
		!s.without[fact.KindDiffID] && f.DiffID != "" && f.DiffID == u.DiffID
}

func (s *search) wait(p *pair) float64 {
	return float64(s.fork[p.f].CommitDate - s.up[p.u].AuthorDate)
}

// isForeign reports whether nothing that counts of the one commit's header and
// message is in the other's.
func (s *search) isForeign(p *pair) bool {
	f, u := &s.fork[p.f], &s.up[p.u]
	switch {
	case !s.without[fact.KindAuthorDate] && f.AuthorDate == u.AuthorDate && sameAuthor(f, u),
		!s.without[fact.KindSubject] && f.Subject != "" && f.Subject == u.Subject,
		!s.without[fact.KindPR] && f.PR != 0 && f.PR == u.PR,
		!s.without[fact.KindMarker] && p.marker != "",
		!s.without[fact.KindMessage] && p.like.message >= sameMessage && p.like.said >= saysMuch,
		s.claims[p.f][p.u] != nil && !s.without[fact.KindReport]:
		return false
	}
	return true
}

// expect is the logarithm of the odds that habits and dates add to what the
// diffs tell.
func (s *search) expect(p *pair) float64 {
	odds := s.habit.prior
	if s.isForeign(p) && !s.blind() {
		odds += s.habit.foreign
	}
	if !s.later(p.f, p.u) && s.isForeign(p) {
		odds += tooEarly
	}
	return odds + s.patience(p)
}

// patience is what the time between the two commits tells against their being
// of one origin: nothing, unless fewer than a tenth of the sure picks waited as
// long.
func (s *search) patience(p *pair) float64 {
	n := len(s.habit.waits)
	at, _ := slices.BinarySearch(s.habit.waits, s.wait(p))
	return min(0, max(math.Log(10*float64(n-at+1)/float64(n+1)), leastWait))
}

// blind reports whether everything that a pick may keep is left out.
func (s *search) blind() bool {
	for _, k := range []fact.Kind{fact.KindAuthorDate, fact.KindSubject, fact.KindPR, fact.KindMessage} {
		if !s.without[k] {
			return false
		}
	}
	return true
}
