package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// narrates reports whether an item tells its story in a sentence: several
// words come before the first hash, and none of them is its title.
func narrates(t *text) bool {
	found := findHashes(t)
	if len(found) == 0 || enclosed(t.s, found[0].from, found[0].to) {
		return false
	}
	rest := strings.TrimLeft(t.s[found[0].to:], "`*")
	if particle(rest) {
		return true
	}
	if startsWithHash(t) {
		// "abc1234 came in late and will be looked at in May."
		after, ok := strings.CutPrefix(rest, " ")
		r, _ := utf8.DecodeRuneInString(after)
		return ok && unicode.IsLower(r) && strings.HasSuffix(rest, ".") && len(strings.Fields(after)) > 4 && hasVerdict(after)
	}
	before := strings.TrimRight(t.s[:found[0].from], "`* ")
	if r, _ := utf8.DecodeLastRuneInString(before); !unicode.IsLetter(r) || len(strings.Fields(before)) < 2 {
		return false
	}
	return hasVerdict(t.s)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// hasVerdict reports whether a text has a plain verdict anywhere.
func hasVerdict(s string) bool {
	for _, h := range verdicts(s) {
		if h.strength == strengthStrong {
			return true
		}
	}
	return false
}

// particle reports whether a text begins with the particle that makes the
// word before it a part of a Japanese or Korean sentence.
func particle(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if s, space := strings.CutPrefix(s, " "); space && strings.ContainsRune("はがをも", firstRune(s)) {
		return true
	}
	switch r {
	case 'は', 'が', 'を', 'も':
		return true
	case '은', '는', '이', '가', '을', '를', '도':
		return n < len(s) && s[n] == ' '
	}
	return false
}
