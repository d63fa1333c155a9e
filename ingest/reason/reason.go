package reason

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"tracker/internal/fact"
)

//go:embed reasons.tsv
var table string

// phrase is one line's phrase, folded.
type phrase struct {
	text []rune
	kind fact.ReasonKind
	firm bool
	open bool // any ending may follow
	wide bool // of a script that does not separate words: it matches anywhere
}

// phrases holds the table by first character.
var phrases = sync.OnceValue(func() map[rune][]phrase {
	all := map[rune][]phrase{}
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) != 4 {
			continue
		}
		for text := range strings.SplitSeq(fields[3], " | ") {
			stem, open := strings.CutSuffix(strings.TrimSpace(text), "*")
			folded := fold(stem)
			if len(folded) > 0 {
				p := phrase{folded, fact.ReasonKind(fields[0]), fields[2] == "firm", open, unspaced(folded[0])}
				all[folded[0]] = append(all[folded[0]], p)
			}
		}
	}
	return all
})

// Classify tells what a reason comes to: other when no phrase of the table is in
// it, and nothing when there is no reason. Of two reasons in one text the first
// counts.
func Classify(text string) fact.ReasonKind {
	s := fold(text)
	if len(s) == 0 {
		return ""
	}
	kind := fact.OtherReason
	masked := 0 // the end of a loose phrase: "not required" says nothing of what is required
	for at, r := range s {
		if at < masked {
			continue
		}
		var best *phrase
		list := phrases()[r]
		for i := range list {
			if p := &list[i]; p.at(s, at) && (best == nil || len(p.text) > len(best.text)) {
				best = p
			}
		}
		switch {
		case best == nil:
		case best.firm:
			return best.kind
		default:
			masked = at + len(best.text)
			if kind == fact.OtherReason {
				kind = best.kind
			}
		}
	}
	return kind
}

// at reports whether the phrase stands in s from a place on.
func (p *phrase) at(s []rune, from int) bool {
	to := from + len(p.text)
	if to > len(s) || string(s[from:to]) != string(p.text) {
		return false
	}
	if p.wide {
		return true
	}
	return (from == 0 || !inWord(s[from-1])) && (p.open || to == len(s) || !inWord(s[to]))
}

// fold lower-cases a text and makes one space of what may stand between words.
func fold(s string) []rune {
	var out []rune
	for _, r := range s {
		switch {
		case r == '’' || r == '‘':
			r = '\''
		case r == '`' || r == '*' || r == '"' || r == '“' || r == '”':
			continue
		case r == '-' || r == '_' || unicode.IsSpace(r):
			r = ' '
		}
		if r == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
			continue
		}
		out = append(out, unicode.ToLower(r))
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return out
}

func inWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unspaced(r)
}

// unspaced reports whether a character is of a script whose words are not set
// apart, or (Korean) carry endings that the table does not list.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
