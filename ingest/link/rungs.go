package link

import (
	"fmt"
	"math"

	"tracker/internal/fact"
)

// The score of a rung that holds: how often a link that rests on it alone is
// right. A weak rung is believed only together with what the diffs say.
const (
	scoreMark       = 1
	scoreMarker     = 0.98
	scorePatchID    = 0.98
	scoreDiffID     = 0.95
	scoreAuthorDate = 0.90
	// the same second is rare enough to be believed though title and diff
	// differ, and tells little where many commits share it
	scoreAuthorDateAlone = 0.70
	scoreCrowded         = 0.30

	scoreSubject    = 0.60
	scorePR         = 0.40
	scoreReport     = 0.50
	scoreRepeated   = 0.40 // a title that upstream has more than once
	scoreMessage    = 0.20
	scoreSimilarity = 0.97
	scoreGroup      = 0.90

	// believed is the least score of a link.
	believed = 0.60
	// someLines is the share of u's lines from which on f is about the same.
	someLines = 0.1
	// backdated is how long before its original's author date a pick may have
	// been committed, for clocks that are wrong.
	backdated = 24 * 3600

	// likeMessage is from when on two messages are alike, and saysMuch how much
	// weight their common words must have.
	likeMessage, saysMuch = 0.35, 12
	// sameMessage is from when on one message is taken to be the other, edited.
	sameMessage = 0.5
	// nearestOdds is by how much the odds rise because f was compared with all of
	// upstream and u is what it is most like, or as like as any.
	nearestOdds = 3.9
	// Equal ids are at least so likely of one origin, however little they say.
	patchOdds, diffOdds = 4, 1.5
)

func markEvidence(id int) fact.Evidence {
	return fact.Evidence{Kind: fact.KindMark, Score: scoreMark, Detail: fmt.Sprintf("mark %d", id)}
}

// authorKeys are an author at a second, once by address and once by name: a
// pick may carry a newer address of the same person.
func authorKeys(c *Commit) []string {
	return []string{
		fmt.Sprintf("<%s> %d", c.AuthorMail, c.AuthorDate),
		fmt.Sprintf("%s %d", c.AuthorName, c.AuthorDate),
	}
}

// many is how many fork commits of one author at one second are still taken
// for picks of one commit rather than for a script's.
const many = 3

// crowds tells how many commits of each side share f's or u's author and
// second; of the fork's, those of one view. Where a script pinned the dates
// they tell nothing apart.
func (s *search) crowds(f, u int32) (up, fork int) {
	for _, k := range append(authorKeys(&s.fork[f]), authorKeys(&s.up[u])...) {
		up = max(up, len(s.byAuthor[k]))
		n := 0
		for i, other := range s.crowd[k] {
			if s.views.sisters(f, other) {
				n++
			}
			if n > many || i > idle {
				break
			}
		}
		fork = max(fork, n)
	}
	return up, fork
}

// weigh collects the evidence that holds between a fork commit and an
// upstream commit and returns the link they would make. ok is false when it
// is not to be believed.
func (s *search) weigh(p *pair) (fact.Link, bool) {
	f, u := &s.fork[p.f], &s.up[p.u]
	l := fact.Link{
		Fork:       f.Hash,
		Upstream:   u.Hash,
		SameAuthor: sameAuthor(f, u),
		SameDate:   f.AuthorDate == u.AuthorDate,
		Retitled:   f.Subject != u.Subject,
	}
	var files int
	l.Lines, files = carried(f, u)
	add := func(k fact.Kind, score float64, detail string) {
		if !s.without[k] {
			l.Evidence = append(l.Evidence, fact.Evidence{Kind: k, Score: score, Detail: detail})
		}
	}
	// Two diffs agree when they share lines or, if lines cannot be told, files.
	agree := l.Lines >= someLines && files > 0 || l.Lines < 0 && files > 0 || l.Lines >= 0.5
	lines := ""
	if l.Lines >= 0 {
		lines = fmt.Sprintf("%.0f %% of its lines", 100*l.Lines)
	}
	later := s.later(p.f, p.u)
	odds, expect := p.like.odds(), s.expect(p)+nearestOdds

	if p.marker != "" {
		add(fact.KindMarker, scoreMarker, "the message names "+fact.Short(p.marker))
	}
	if f.PatchID != "" && f.PatchID == u.PatchID {
		add(fact.KindPatchID, min(scorePatchID, chance(max(odds, patchOdds)+expect)), "equal git patch-id")
		l.Same = true
	}
	if f.DiffID != "" && f.DiffID == u.DiffID {
		add(fact.KindDiffID, min(scoreDiffID, chance(max(odds, diffOdds)+expect)), "equal added and removed lines")
		l.Same = true
	}
	if score := min(scoreSimilarity, chance(odds+expect)); score >= 0.5 && later {
		add(fact.KindSimilarity, score, fmt.Sprintf("%.0f %% of all changed lines in common, rare ones counting more", 100*p.like.lines))
	}
	if l.SameDate && l.SameAuthor {
		switch up, fork := s.crowds(p.f, p.u); {
		case up == 1 && fork <= many && (agree || f.Subject == u.Subject):
			add(fact.KindAuthorDate, scoreAuthorDate, "same author at the same second")
		case up == 1 && fork == 1:
			add(fact.KindAuthorDate, scoreAuthorDateAlone, "same author at the same second")
		case agree:
			add(fact.KindAuthorDate, scoreCrowded+0.4*max(l.Lines, 0), "same author at the same second, as other commits are")
		}
	}
	if f.Subject == u.Subject && u.Subject != "" && later && agree {
		score := scoreSubject
		if len(s.bySubject[u.Subject]) > 1 {
			score = scoreRepeated
		}
		if u.Words >= 4 {
			score += 0.1
		}
		add(fact.KindSubject, score+0.25*max(l.Lines, 0), lines)
	}
	if u.PR != 0 && u.PR == f.PR && later && agree {
		add(fact.KindPR, scorePR+0.5*max(l.Lines, 0), fmt.Sprintf("#%d", u.PR))
	}
	if p.like.message >= likeMessage && p.like.said >= saysMuch && later && agree {
		add(fact.KindMessage, scoreMessage+0.35*p.like.message, fmt.Sprintf("%.0f %% of all words in common, rare ones counting more", 100*p.like.message))
	}
	if named := s.claims[p.f][p.u]; named != nil {
		add(fact.KindReport, scoreReport+0.3*max(l.Lines, 0.4), fmt.Sprintf("%s:%d", named.Report, named.Line))
	}
	if !l.Same {
		l.Left = leftOut(f, u)
	}
	l.Score = total(l.Evidence)
	return l, l.Score >= believed
}

// total combines evidence as if its kinds were independent.
func total(evidence []fact.Evidence) float64 {
	if len(evidence) == 0 {
		return 0
	}
	miss := 1.0
	for _, e := range evidence {
		miss *= 1 - e.Score
	}
	return 1 - miss
}

// rank orders links beyond the point where scores are all but 1: the better
// the more likely, and of equal ones the one whose diff is more alike.
func (b *bond) rank() float64 {
	return -math.Log(1-min(b.link.Score, 1-1e-9)) + 0.1*max(b.like.odds(), -10)
}
