package report

import (
	"strings"
	"unicode"

	"tracker/internal/fact"
)

// maxSentence is the longest sentence, in bytes, whose parts are weighed
// against one another: the work grows with the square of it.
const maxSentence = 4000

// rulingOf decides what a sentence says of its k-th subject: its own
// predicate first ("abc1234 is in"), then the verb that closes a sentence in
// a language whose verbs come last, then the verdict that stands before the
// commits, or behind them if they come first. What is excepted from a verdict
// has the opposite one.
func (l *line) rulingOf(hits []hit, subjects []int, k int) ruling {
	s, m := l.t.s, l.mentions[subjects[k]]
	next := len(s)
	if k+1 < len(subjects) {
		next = l.mentions[subjects[k+1]].from
	}
	if l.undoes && k == 0 {
		return ruling{word: fact.WordSkipped}
	}
	if own := s[m.to:next]; next == len(s) || clauseEnd(own, 0) < len(own) {
		// A verdict right before the next commit is that one's.
		if r, ok := predicate(own); ok {
			return r
		}
	}
	if len(hits) == 0 {
		return ruling{}
	}
	last := hits[len(hits)-1]
	if last.from >= l.mentions[subjects[len(subjects)-1]].to && hits[0].from < m.from && ends(s, span{from: 0, to: len(s)}, last) {
		return last.ruling()
	}
	before := hits[0].from < l.mentions[subjects[0]].from
	r := ruling{}
	for _, h := range hits {
		if before && h.to <= m.from || !before && !r.found() && h.from >= m.to {
			r = h.ruling()
		}
	}
	if !r.found() && len(hits) == 1 {
		r = hits[0].ruling()
	}
	if l.excepted(m) {
		for _, h := range hits {
			if before && h.from >= m.to && h.to <= next {
				return h.ruling() // "all but abc1234, which was deferred"
			}
		}
		return opposite(r)
	}
	return r
}

// opposite is the verdict on what another one leaves out.
func opposite(r ruling) ruling {
	switch r.word {
	case fact.WordIntegrated:
		return ruling{word: fact.WordSkipped}
	case fact.WordSkipped:
		return ruling{word: fact.WordIntegrated}
	}
	return ruling{}
}

// predicate reads what follows a commit as a clause that is a verdict and
// nothing else: " is in", ": done".
func predicate(s string) (ruling, bool) {
	clause, ok := span{}, false
	for c := range eachClause(s) {
		clause, ok = c, true
		break
	}
	if !ok || strings.ContainsAny(s[:clause.from], ",()，、（）") {
		return ruling{}, false
	}
	s = s[clause.from:clause.to]
	if len(s) > 80 {
		return ruling{}, false
	}
	hits := verdicts(s)
	for i, h := range hits {
		if i == 0 && !leads(s, span{from: 0, to: len(s)}, h) {
			return ruling{}, false
		}
		rest := strings.TrimLeftFunc(s[h.to:], fringe)
		if m, ok := lexicon().modify.whole(rest); ok && m.meaning == "filler" {
			rest = ""
		}
		if _, since := lexicon().since.match(rest, 0); rest == "" || since && h.strength != strengthSoft && len(strings.Fields(rest)) <= 4 && len(paths(rest)) == 0 {
			return hits[0].ruling(), true
		}
	}
	return ruling{}, false
}

// excepted reports whether a commit is named as the exception to what the
// text says of others: "all but abc1234", "except abc1234 and def5678".
func (l *line) excepted(m mention) bool {
	if len(l.t.s) > maxSentence {
		return false
	}
	s := l.t.s[:m.from]
	hits := lexicon().except.scan(s)
	if len(hits) == 0 {
		return false
	}
	at := hits[len(hits)-1].to
	for _, other := range l.mentions {
		if other.from >= at {
			gap := s[at:min(other.from, len(s))]
			return len(strings.Fields(gap)) <= 3 && strings.IndexFunc(gap, func(r rune) bool { return strings.ContainsRune(",;.:()，。；：", r) }) < 0 &&
				len(lexicon().verdict.scan(s[min(other.to, len(s)):])) == 0
		}
	}
	return false
}

// shareConflicts gives the files that a sentence with several commits names
// to the commit they stand with: the one before them, or, where the files
// come first, the one behind. What stands with several at once is nobody's.
func (d *doc) shareConflicts(l *line) {
	s := l.t.s
	if len(s) > maxSentence {
		return
	}
	type place struct {
		at    int
		path  string
		entry *entry
		alone bool
	}
	var places []place
	for i, m := range l.mentions {
		if m.role == rolePlace || m.role == roleFork {
			continue
		}
		joined := func(from, to int) bool {
			gap := s[from:to]
			return onlySeparators.MatchString(gap) || strings.IndexFunc(gap, unicode.IsLetter) < 0
		}
		alone := !(i > 0 && joined(l.mentions[i-1].to, m.from)) && !(i+1 < len(l.mentions) && joined(m.to, l.mentions[i+1].from))
		places = append(places, place{at: m.from, entry: d.known(m.hash), alone: alone})
	}
	first := len(s)
	for _, p := range paths(s) {
		at := strings.Index(s, p)
		first = min(first, at)
		places = append(places, place{at: at, path: p})
	}
	ahead := len(places) > 0 && first < l.mentions[0].from
	for _, p := range places {
		if p.path == "" {
			continue
		}
		best := -1
		for i, q := range places {
			if q.path != "" || ahead != (q.at > p.at) {
				continue
			}
			if best < 0 || ahead == (q.at < places[best].at) {
				best = i
			}
		}
		if best >= 0 && places[best].alone && places[best].entry != nil {
			addConflict(places[best].entry, p.path, s)
		}
	}
}
