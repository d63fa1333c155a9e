package link

import (
	"fmt"

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

	scoreSubject = 0.60
	scorePR      = 0.40
	scoreReport  = 0.50

	// believed is the least score of a link.
	believed = 0.60
	// backdated is how long before its original's author date a pick may have
	// been committed, for clocks that are wrong.
	backdated = 24 * 3600
)

// weigh collects the evidence that holds between a fork commit and an
// upstream commit and returns the link they would make. ok is false when it
// is not to be believed.
func (s *search) weigh(f, u *Commit, named *Claim, marker string) (fact.Link, bool) {
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
	agree := l.Lines >= 0.1 && files > 0 || l.Lines < 0 && files > 0 || l.Lines >= 0.5
	lines := ""
	if l.Lines >= 0 {
		lines = fmt.Sprintf("%.0f %% of its lines", 100*l.Lines)
	}

	if marker != "" {
		add(fact.KindMarker, scoreMarker, "the message names "+fact.Short(marker))
	}
	if f.PatchID != "" && f.PatchID == u.PatchID {
		add(fact.KindPatchID, scorePatchID, "equal git patch-id")
		l.Same = true
	}
	if f.DiffID != "" && f.DiffID == u.DiffID {
		add(fact.KindDiffID, scoreDiffID, "equal added and removed lines")
		l.Same = true
	}
	if f.Revert != u.Revert {
		// The revert of a commit shares its lines, its title and often its date.
		return l, false
	}
	if l.SameDate && l.SameAuthor {
		switch up, fork := s.crowds(f, u); {
		case up == 1 && fork <= many && (agree || f.Subject == u.Subject):
			add(fact.KindAuthorDate, scoreAuthorDate, "same author at the same second")
		case up == 1 && fork == 1:
			add(fact.KindAuthorDate, scoreAuthorDateAlone, "same author at the same second")
		case agree:
			add(fact.KindAuthorDate, scoreCrowded+0.4*max(l.Lines, 0), "same author at the same second, as other commits are")
		}
	}
	later := f.CommitDate+backdated >= u.AuthorDate
	if f.Subject == u.Subject && u.Subject != "" && later && agree {
		score := scoreSubject
		if u.Words >= 4 {
			score += 0.1
		}
		add(fact.KindSubject, score+0.25*max(l.Lines, 0), lines)
	}
	if u.PR != 0 && u.PR == f.PR && later && agree {
		add(fact.KindPR, scorePR+0.5*max(l.Lines, 0), fmt.Sprintf("#%d", u.PR))
	}
	if named != nil && (agree || files > 0 || f.Subject == u.Subject) {
		add(fact.KindReport, scoreReport+0.3*max(l.Lines, 0.4), fmt.Sprintf("%s:%d", named.Report, named.Line))
	}
	if len(l.Evidence) == 0 {
		return l, false
	}
	miss := 1.0
	for _, e := range l.Evidence {
		miss *= 1 - e.Score
	}
	l.Score = 1 - miss
	if !l.Same {
		l.Left = leftOut(f, u)
	}
	return l, l.Score >= believed
}
