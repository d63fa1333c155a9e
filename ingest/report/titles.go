package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

var conventional = regexp.MustCompile(`^[\p{L}\d][\p{L}\d/_.,& -]{0,30}(?:\([^)]*\))?!?\s?$`)

// findTitle finds the commit's title and leaves out a parenthesis at its end
// that says what the commit needs or what became of it. "abc1234: needs the
// loader" has no title.
func (l *line) findTitle() {
	l.findTitleSpan()
	if needsFirst(l.t.s[l.titleAt:l.titleEnd]) {
		l.titleEnd = l.titleAt
	}
	title := strings.TrimRight(l.t.s[l.titleAt:l.titleEnd], " `*")
	if !strings.HasSuffix(title, ")") {
		return
	}
	open := strings.LastIndexByte(title, '(')
	if open <= 0 {
		return
	}
	copied := false
	for _, m := range l.mentions {
		copied = copied || m.role == roleFork && m.from > l.titleAt+open && m.to < l.titleEnd
	}
	if copied || opensWithNeed(title[open+1:]) {
		l.titleEnd = l.titleAt + open
	}
}

// findTitleSpan finds the title behind the first hash (or the first pull
// request): up to the separator before a verdict or a reason.
func (l *line) findTitleSpan() {
	s := l.t.s
	pos := -1
	for i, m := range l.mentions {
		if m.role == roleSubject {
			if l.titleBefore(m) {
				return
			}
			pos = m.to
			for j := i + 1; j < len(l.mentions) && (l.mentions[j].role == roleFork || l.mentions[j].role == roleSubject) && l.mentions[j].from-pos < 24; j++ {
				pos = l.mentions[j].to
			}
			break
		}
	}
	if pos < 0 {
		if len(l.pulls) == 0 {
			return
		}
		pos = l.pulls[0].to
	}
	from := pos
	separated := false
	for from < len(s) {
		r, n := utf8.DecodeRuneInString(s[from:])
		if strings.ContainsRune("-–—:：|→·、", r) {
			separated = true
		} else if !unicode.IsSpace(r) && !strings.ContainsRune("`*_)]~,，", r) {
			break
		}
		from += n
	}
	l.titleAt, l.titleEnd = from, from
	if m, ok := lexicon().mark.match(s, from); ok && m.to-m.from > 1 {
		return
	}
	if from >= len(s) {
		return
	}
	if r, n := utf8.DecodeRuneInString(s[from:]); r == '(' || r == '（' {
		// "abc1234 (Fix the loader) …"
		end := strings.IndexAny(s[from:], ")）")
		if end > n && !givesNeed(s[from+n:from+end]) && len(verdicts(s[from+n:from+end])) == 0 && len(findPulls(s[from:from+end+1])) == 0 {
			l.titleAt, l.titleEnd = from+n, from+end
		}
		return
	}
	if sp, ok := l.t.within(pos-1, spanStrike); ok && sp.to > from {
		l.titleEnd = sp.to
		return
	}
	for _, kind := range []spanKind{spanCode, spanStrong, spanLink} {
		if sp, ok := l.t.within(from, kind); ok && sp.to-from > 1 && (sp.from >= pos || kind == spanLink) {
			inner := l.t.slice(max(from, sp.from), sp.to)
			if kind == spanCode && isPath(inner.s) {
				return
			}
			if o := read(&inner, 0, 0); !o.lead.found() || len(strings.Fields(inner.s)) > 3 {
				l.titleEnd = sp.to
			}
			return
		}
	}
	l.titleEnd = titleEnd(l.t, from, separated)
}

var conventionalType = set("feat fix chore docs refactor perf test build ci style revert")

// titleBefore takes the words before a hash in parentheses for the title:
// "Fix the loader (abc1234): skipped".
func (l *line) titleBefore(m mention) bool {
	s := l.t.s
	open := strings.LastIndexAny(s[:m.from], "(（")
	if open < 0 || strings.Trim(s[open:m.from], "(（`* ") != "" {
		return false
	}
	rest := strings.TrimLeft(s[m.to:], "`* ")
	if !strings.HasPrefix(rest, ")") && !strings.HasPrefix(rest, "）") {
		return false
	}
	from := 0
	if at := markOrNumber.FindStringIndex(s); at != nil {
		from = at[1]
	}
	if sp, ok := l.t.within(from, spanStrong); ok && sp.to < open {
		// "**High risk**: Rework the loader (abc1234)"
		label := strings.TrimRight(s[from:sp.to], " ")
		rest := strings.TrimLeft(s[sp.to:open], " ")
		if strings.HasSuffix(label, ":") && rest != "" || strings.HasPrefix(rest, ": ") && !conventionalType[strings.ToLower(label)] {
			from = open - len(strings.TrimLeft(rest, ": "))
		}
	}
	if from >= open || len(strings.Fields(s[from:open])) < 1 || plainlyVerdict(l.t, from, open) {
		return false
	}
	l.titleAt, l.titleEnd = from, open
	l.restAt = len(s) - len(rest) + 1
	return true
}

// titleEnd returns where a title that starts at from ends.
func titleEnd(t *text, from int, separated bool) int {
	s := t.s
	if plainlyVerdict(t, from, clauseEnd(s, from)) {
		first := clauseEnd(s, from)
		r, _ := utf8.DecodeRuneInString(s[from:])
		if r >= utf8.RuneSelf && !spaced(r) && !separated {
			// Titles in these scripts begin with the same verbs.
			part := t.slice(from, first)
			if _, whole := lexicon().verdict.whole(part.s); whole {
				return from
			}
		} else if separated || unicode.IsLower(r) || len(strings.Fields(s[from:first])) <= 3 || r >= utf8.RuneSelf {
			return from
		}
	}
	depth := 0
	for i := from; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		cut := false
		switch r {
		case '(', '（':
			if depth++; depth == 1 && i > from && plainlyVerdict(t, i+n, clauseEnd(s, i+n)) {
				return i
			}
		case ')', '）':
			depth--
		case '—', '–', '→', '|', '⇒':
			cut = depth <= 0
		case '。', '；':
			cut = true
		case '：':
			cut = depth <= 0
		case '-', ':', ';', ',', '.', '，', '/', '=':
			spaced := i+n < len(s) && s[i+n] == ' ' || r == '，'
			if depth <= 0 && spaced {
				switch {
				case r == '-' && i > 1 && (s[i-1] == ' ' || s[i-1] == '-' && s[i-2] == ' '), r == ';', r == '=' && s[i-1] == ' ':
					cut = true
				case r == '.':
					cut = i+n+1 < len(s) && !unicode.IsLower(rune(s[i+n+1]))
				case r == ':' && conventional.MatchString(s[from:i]):
					cut = wholeVerdict(s[i+n : clauseEnd(s, i+n)])
				default:
					cut = plainlyVerdict(t, i+n, clauseEnd(s, i+n))
				}
			}
		}
		if !cut && i > from {
			if m, ok := lexicon().mark.match(s, i); ok && m.to-m.from > 2 {
				cut = true
			}
		}
		if cut {
			return i
		}
		i += n
	}
	return len(s)
}

// clauseEnd returns where the clause that begins at from ends.
func clauseEnd(s string, from int) int {
	if from >= len(s) {
		return len(s)
	}
	for c := range eachClause(s[from:min(len(s), from+400)]) {
		return from + c.to
	}
	return len(s)
}

// wholeVerdict reports whether a clause is a plain verdict and nothing else.
func wholeVerdict(clause string) bool {
	h, ok := lexicon().verdict.whole(clause)
	return ok && h.strength == strengthStrong && h.meaning != "none"
}

// plainlyVerdict reports whether a clause says a verdict outright.
func plainlyVerdict(t *text, from, to int) bool {
	if from >= to {
		return false
	}
	if s := t.s[from:to]; len(lexicon().verdict.scan(s)) == 0 && len(lexicon().mark.scan(s)) == 0 {
		return false
	}
	part := t.slice(from, to)
	o := read(&part, 0, 0)
	if o.soft.word == fact.WordConflict && !o.lead.found() {
		for _, h := range verdicts(part.s) {
			return h.meaning == "conflict" && leads(part.s, span{from: 0, to: len(part.s)}, h)
		}
	}
	return o.lead.found() || o.mark.found()
}

// title returns the commit's title as written.
func (l *line) title() string {
	s := strings.Trim(l.t.s[l.titleAt:l.titleEnd], " `*_\"“”~-–—:|")
	if onlyDate(s) {
		return ""
	}
	return plain(strings.TrimSuffix(withoutPull(s), "()"))
}

var pullSuffix = regexp.MustCompile(`\s*[(（]#\d+[)）]\s*$`)

// withoutPull drops the number of a pull request at the end of a title.
func withoutPull(s string) string {
	if strings.IndexByte(s, '#') < 0 {
		return s
	}
	return pullSuffix.ReplaceAllString(s, "")
}
