package report

import (
	"sort"
	"strings"
)

// span marks a part of a text, in bytes.
type span struct {
	from, to int
	kind     spanKind
	url      string // where a link leads
}

type spanKind uint8

const (
	spanCode spanKind = iota
	spanStrong
	spanStrike
	spanLink
)

// text is the plain text of a run of inline Markdown, with what its markup
// said kept beside it.
type text struct {
	s     string
	spans []span
	marks []lineMark
	// stamped says that a moment stood before it.
	stamped bool
}

// lineMark says that the text from a position on stands in a line.
type lineMark struct{ pos, line int }

func (t *text) line(pos int) int {
	i := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].pos > pos })
	if i == 0 {
		if len(t.marks) == 0 {
			return 0
		}
		i = 1
	}
	return t.marks[i-1].line
}

// within returns the innermost span of a kind around a position.
func (t *text) within(pos int, kind spanKind) (span, bool) {
	for i := len(t.spans) - 1; i >= 0; i-- {
		if sp := t.spans[i]; sp.kind == kind && sp.from <= pos && pos < sp.to {
			return sp, true
		}
	}
	return span{}, false
}

// slice cuts a part out, spans and lines included.
func (t *text) slice(from, to int) text {
	for from < to && isSpace(t.s[from]) {
		from++
	}
	for to > from && isSpace(t.s[to-1]) {
		to--
	}
	if from == 0 && to == len(t.s) {
		return *t
	}
	out := text{s: t.s[from:to]}
	if len(t.marks) == 1 {
		out.marks = t.marks[:1:1] // all of it stands in one line
	} else {
		out.marks = []lineMark{{0, t.line(from)}}
		for _, m := range t.marks {
			if m.pos > from && m.pos < to {
				out.marks = append(out.marks, lineMark{m.pos - from, m.line})
			}
		}
	}
	for _, sp := range t.spans {
		if sp.to > from && sp.from < to {
			sp.from, sp.to = max(sp.from-from, 0), min(sp.to, to)-from
			out.spans = append(out.spans, sp)
		}
	}
	return out
}

// covered reports whether a kind of span covers all of the text but
// punctuation and marks.
func (t *text) covered(kind spanKind) bool {
	n := 0
	for _, sp := range t.spans {
		if sp.kind == kind {
			n += sp.to - sp.from
		}
	}
	return n > 0 && n+8 >= len(strings.TrimSpace(t.s))
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

// plain is the text on one line without the stray backticks and asterisks of
// unbalanced markup.
func plain(s string) string {
	s = strings.Trim(s, "*_ \n")
	for i := 0; i < len(s); i++ {
		// A blank beside a blank, a line end, or the lead byte of one of the
		// blanks outside ASCII.
		if c := s[i]; c == ' ' && s[i+1] == ' ' || c == '\n' || c == '\t' || c == 0xc2 || c == 0xe3 {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// shorten cuts a text after at most limit bytes, at a character.
func shorten(s string, limit int) string {
	if len(s) > 4*limit {
		s = strings.ToValidUTF8(s[:4*limit], "")
	}
	s = plain(s)
	if len(s) <= limit {
		return s
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:limit], "")) + "…"
}
