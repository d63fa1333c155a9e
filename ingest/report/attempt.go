package report

import "strings"

// fails reports whether a result says that what was tried came to nothing:
// "Compilation failed", "aborted, reverted". "0 failed" does not, nor does a
// failure that a success follows.
func fails(s string) bool {
	failed := false
	at := 0
	for _, h := range lexicon().failing.scan(s) {
		before := strings.TrimRight(s[at:h.from], " ")
		at = h.to
		none := strings.HasSuffix(before, "0") && (len(before) == 1 || !isDigit(before[len(before)-2]))
		for _, w := range lexicon().modify.scan(before) {
			none = none || w.meaning == "not" && w.to == len(before)
		}
		for _, w := range lexicon().none.scan(before) {
			none = none || w.to == len(before)
		}
		failed = failed || !none
	}
	return failed && !succeeds(s[at:])
}

// recovers reports whether a result fails first and succeeds then.
func recovers(s string) bool {
	for _, h := range lexicon().failing.scan(s) {
		if h.meaning == "broken" {
			return succeeds(s[h.to:])
		}
	}
	return false
}

func succeeds(s string) bool {
	for _, h := range verdicts(s) {
		if h.meaning == "integrated" {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// whyRank orders the places that a reason can come from.
type whyRank uint8

const (
	whyNone  whyRank = iota
	whyNotes         // a column of notes
	whyLine          // what follows the verdict on the commit's line
	whyField         // a field or a cell for the reason
)

// because keeps the reason from the best place, the first of equals.
func (e *entry) because(reason string, rank whyRank) {
	if reason != "" && rank > e.why {
		e.Reason, e.why = reason, rank
	}
}

// saysNothing reports whether what follows a verdict gives no reason: filler,
// as in "picked successfully", or when it was said, as in "from Phase 3A".
func saysNothing(s string) bool {
	filler := true
	for pos := 0; pos < len(s) && filler; {
		if fringe(rune(s[pos])) {
			pos++
			continue
		}
		m, ok := lexicon().modify.match(s, pos)
		filler = ok && m.meaning == "filler"
		pos = m.to
	}
	if filler {
		return true
	}
	parts := strings.Fields(s)
	if len(parts) < 2 || len(parts) > 4 {
		return false
	}
	at, ok := lexicon().since.match(s, 0)
	if !ok {
		return false
	}
	rest := strings.TrimLeft(s[at.to:], " ")
	if findDate(rest) != "" {
		return true
	}
	_, ok = lexicon().ordinal.match(rest, 0)
	return ok
}
