package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	onlySeparators = regexp.MustCompile("^[\\s`*_,;/&+、，；・|~)\\]'\"“”]*(?:(?:and|und|et|y|e|и|及|和|与|および|と|및|와|과|plus|or)?[\\s`*_,;/&+、，；(\\['\"“”]*)$")
	arrowGap       = regexp.MustCompile("^[\\s`*_)]*(?:→|⇒|->|=>|-->|⟶|➜|➡️?)[\\s`*_(]*$")
	arrowEnd       = regexp.MustCompile("(?:→|⇒|->|=>|⟶|➜|➡️?)[\\s`*_(]*$")
	backArrowGap   = regexp.MustCompile("^[\\s`*_)]*(?:←|⇐|<-|<=|⟵)[\\s`*_(]*$")
	openParen      = regexp.MustCompile("^[\\s`*_]*[(（\\[]\\s*`?$")
	titledGap      = regexp.MustCompile("^[\\s`*]*[(（\"“'`].{1,200}[)）\"”'`]\\s*[,;、，；]?\\s*(?:and|und|et|y|e|и|和|及)?[\\s`*]*$")
)

func (l *line) assignRoles(reverse, prose bool) {
	s := l.t.s
	last := -1 // the last subject
	end := 0
	for i := range l.mentions {
		m := &l.mentions[i]
		gap := s[end:m.from]
		end = m.to
		if m.role == rolePlace {
			continue
		}
		before, known := wordBefore(gap)
		prev := role(255)
		if i > 0 {
			prev = l.mentions[i-1].role
		}
		switch {
		case prev == rolePlace && hasArrow(gap) && arrowGap.MatchString(gap), labelledPlace(gap):
			m.role = rolePlace
		case i > 0 && hasArrow(gap) && arrowGap.MatchString(gap) && last == i-1:
			m.role, m.of = roleFork, last
			if reverse || before == "upstream" {
				m.role, m.of, m.upstream = roleSubject, -1, true
				l.mentions[i-1].role, l.mentions[i-1].of = roleFork, i
				last = i
			}
		case i > 0 && hasArrow(gap) && backArrowGap.MatchString(gap) && last == i-1:
			m.role, m.upstream = roleSubject, true
			l.mentions[i-1].role, l.mentions[i-1].of = roleFork, i
			last = i
		case i > 0 && last >= 0 && !reverse && hasArrow(gap) && arrowEnd.MatchString(gap):
			m.role, m.of = roleFork, last
		case known && before == "fork" && i > 1 && last == i-1 && l.mentions[i-2].role == roleSubject && bareOurs(gap):
			m.role = roleRefers
		case known && before == "fork":
			m.role, m.of = roleFork, last
		case known && before == "upstream":
			m.upstream = true
			if last >= 0 && last == i-1 && !prose && !onlySeparators.MatchString(gap) && strings.ContainsAny(gap, "(（←→⇒") && opensUpstream(gap) {
				l.mentions[last].role, l.mentions[last].of = roleFork, i
			}
			last = i
		case i > 0 && ofFork(s[m.to:]) && endsInParen(gap):
			m.role, m.of = roleFork, last
		case known && before == "refers" && !decidedAfter(s[m.to:]) && !enclosed(s, m.from, m.to) && !strings.ContainsAny(gap[max(0, len(gap)-5):], ":："):
			m.role = roleRefers
		case known && before == "into" && !enclosed(s, m.from, m.to):
			m.role = roleRefers
			if last >= 0 || i == 0 {
				m.into = true
			}
		case known && before == "place" && fromInParens(gap):
			m.upstream = true
			last = i
		case known && before == "place":
			m.role = rolePlace
		case i == 0:
			l.undoes = known && before == "undoes"
			last = i
		case onlySeparators.MatchString(gap) && strings.TrimSpace(gap) != "" || gap == " ":
			if openParen.MatchString(gap) && prev == roleSubject {
				m.role, m.of = roleFork, last
				break
			}
			m.role = prev
			if prev == roleFork && strings.ContainsAny(gap, ")）") {
				m.role = roleSubject // "a (as b), c"
			}
			if prev == roleFork && i+1 < len(l.mentions) && arrowGap.MatchString(s[m.to:l.mentions[i+1].from]) {
				m.role = roleSubject // "a → b, c → d"
			}
			if m.role == roleSubject {
				last = i
				break
			}
			if prev == roleFork {
				m.of = l.mentions[i-1].of
			}
		case openParen.MatchString(gap) && prev == roleSubject:
			m.role, m.of = roleFork, last
		case prose && prev == roleSubject && enclosed(s, m.from, m.to) && !enclosed(s, l.mentions[i-1].from, l.mentions[i-1].to) && hasVerdict(gap):
			m.role = roleRefers // "abc1234 reverted (def5678)": the commit that did it
		case prev == roleSubject && titledGap.MatchString(gap), prose:
			last = i
		case prev == roleFork && titledGap.MatchString(gap):
			last = i
		default:
			m.role = roleRefers
		}
		if place, ok := placeAfter(s[m.to:]); ok && place {
			m.role = rolePlace
		}
	}
	l.pairUp()
	// A fork's copy that came first belongs to the first subject after it.
	for i := range l.mentions {
		if m := &l.mentions[i]; m.role == roleFork && m.of < 0 {
			for j := i + 1; j < len(l.mentions); j++ {
				if l.mentions[j].role == roleSubject {
					m.of = j
					break
				}
			}
		}
	}
}

// pairUp gives copies that are named in a row behind as many commits, as in
// "a and b picked as c and d", to them in order.
func (l *line) pairUp() {
	n := len(l.mentions) / 2
	if n < 2 || len(l.mentions) != 2*n {
		return
	}
	for i, m := range l.mentions {
		if i < n && m.role != roleSubject || i >= n && (m.role != roleFork || m.of != n-1) {
			return
		}
	}
	for i := range n {
		l.mentions[n+i].of = i
	}
}

// hasArrow reports whether a text can hold an arrow.
func hasArrow(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '>' || c == '<' || c == 0xe2 {
			return true
		}
	}
	return false
}

// opensUpstream reports whether a parenthesis that is open before a hash says
// nothing but that the hash is upstream's: not so "(waits for upstream abc1234".
func opensUpstream(gap string) bool {
	open := strings.LastIndexAny(gap, "(（")
	if open < 0 {
		return true
	}
	inner := strings.TrimFunc(gap[open:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	hits := lexicon().before.scan(inner)
	return len(hits) > 0 && hits[0].from == 0 && len(hits) == 1 || len(hits) > 1 && hits[0].from == 0 && hits[len(hits)-1].to == len(inner)
}

// bareOurs reports whether nothing but "our" says in running words that a
// hash is the fork's. Behind several commits it is a version that they are
// compared with, not the copy of one of them.
func bareOurs(gap string) bool {
	gap = strings.ToLower(strings.TrimRight(gap, "` "))
	for _, w := range []string{" our", " unser", " unserem", " unseren", " notre", " nuestro", " nosso", " наш", " нашим"} {
		if strings.HasSuffix(gap, w) {
			return !strings.ContainsAny(gap, "(（[→⇒←:：")
		}
	}
	return false
}

// fromInParens reports whether a gap ends in "(from", which names where
// something came from; without the parenthesis it begins a range.
func fromInParens(gap string) bool {
	gap = strings.TrimRight(gap, "` ")
	return strings.HasSuffix(gap, "(from") || strings.HasSuffix(gap, "(aus") || strings.HasSuffix(gap, "(de") || strings.HasSuffix(gap, "(из")
}

// subjectBefore returns the last subject before a mention, or the first one
// after it; -1 if there is none.
func (l *line) subjectBefore(i int) int {
	for j := i - 1; j >= 0; j-- {
		if l.mentions[j].role == roleSubject {
			return j
		}
	}
	for j := i + 1; j < len(l.mentions); j++ {
		if l.mentions[j].role == roleSubject {
			return j
		}
	}
	return -1
}

// wordBefore returns what the words right before a hash make of it.
func wordBefore(gap string) (string, bool) {
	gap = strings.TrimRightFunc(gap, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("`*_'\"“:：#@（([", r)
	})
	if gap == "" {
		return "", false
	}
	if len(gap) > 80 {
		gap = gap[len(gap)-80:]
		for len(gap) > 0 && !utf8.RuneStart(gap[0]) {
			gap = gap[1:]
		}
		if i := strings.IndexByte(gap, ' '); i >= 0 && i < 20 {
			gap = gap[i+1:]
		}
	}
	hits := lexicon().before.scan(gap)
	nouns := 0
	for n := len(hits); n > 0 && hits[n-1].to == len(gap); n-- {
		h := hits[n-1]
		if h.meaning != "noun" {
			return h.meaning, true
		}
		gap = strings.TrimRight(gap[:h.from], " ")
		nouns++
	}
	if nouns > 0 {
		// "The base of this branch is abc1234"
		clause := gap[strings.LastIndexAny(gap, ".;,(:")+1:]
		if fields := strings.Fields(clause); len(fields) > 0 && len(fields) <= 6 {
			for _, h := range lexicon().field.scan(clause) {
				if (h.meaning == "position" || h.meaning == "fork") && leads(clause, span{from: 0, to: len(clause)}, h) {
					return "place", true
				}
			}
		}
	}
	return "", false
}

// labelledPlace reports whether a label right before a hash calls it a
// position: "Before: abc1234".
func labelledPlace(gap string) bool {
	label, ok := strings.CutSuffix(strings.TrimRight(gap, "`* "), ":")
	if !ok {
		return false
	}
	label = label[strings.LastIndexAny(label, ".;,·|(")+1:]
	h, ok := lexicon().field.whole(label)
	return ok && h.meaning == "position"
}

func endsInParen(gap string) bool {
	gap = strings.TrimRight(gap, "`* ")
	return strings.HasSuffix(gap, "(") || strings.HasSuffix(gap, "（")
}

// ofFork reports whether the rest of a parenthesis calls the hash before it
// the fork's, as in "(abc1234 in our tree)".
func ofFork(s string) bool {
	s = strings.TrimLeft(s, "`* ")
	if strings.HasPrefix(s, "として") {
		return true
	}
	end := strings.IndexAny(s[:min(len(s), 48)], ")）")
	if end <= 0 {
		return false
	}
	h, ok := lexicon().field.whole(s[:end])
	return ok && h.meaning == "fork"
}

// decidedAfter reports whether a parenthesis behind a hash says its verdict:
// "with abc1234 (picked, too)".
func decidedAfter(s string) bool {
	s, ok := strings.CutPrefix(strings.TrimLeft(s, "`* "), "(")
	if !ok {
		return false
	}
	end := strings.IndexByte(s[:min(len(s), 64)], ')')
	if end <= 0 {
		return false
	}
	r, ok := predicate(s[:end])
	return ok && r.word.Decides()
}

// placeAfter reports whether the parenthesis after a hash calls it a
// position, as in "abc1234 (merge base)" or "(HEAD -> main)".
func placeAfter(s string) (bool, bool) {
	s = strings.TrimLeft(s, "`* ")
	s, narrow := strings.CutPrefix(s, "(")
	s, broad := strings.CutPrefix(s, "（")
	if !narrow && !broad {
		return false, false
	}
	end := strings.IndexAny(s[:min(len(s), 64)], ")）")
	if end < 0 {
		return false, false
	}
	inner := s[:end]
	if strings.HasPrefix(inner, "HEAD") || strings.HasPrefix(inner, "tag:") || strings.HasPrefix(inner, "origin/") || strings.HasPrefix(inner, "upstream/") {
		return true, true
	}
	h, ok := lexicon().field.whole(inner)
	return ok && h.meaning == "position", true
}
