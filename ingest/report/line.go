package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// line is a text that may be about commits, taken apart.
type line struct {
	t        *text
	mentions []mention
	pulls    []pullRequest
	legend   ruling // what the report's legend says of the mark that the line begins with
	titleAt  int    // the title of the commit, in bytes of t; equal when there is none
	titleEnd int
	restAt   int // where a title that stands before the hash leaves the rest; 0 otherwise
}

// readLine finds the commits of a text and what each does there. reverse
// says that pairs stand in the order fork, upstream. In prose every hash is
// a subject unless the words before it say otherwise.
func (d *doc) readLine(t *text, reverse, prose bool) *line {
	l := &line{t: t, mentions: findHashes(t), pulls: findPulls(t.s)}
	l.assignRoles(reverse, prose)
	for i := range l.mentions {
		m := &l.mentions[i]
		if side := d.sideOf(t, m); side == "fork" && m.role != rolePlace {
			m.role, m.of = roleFork, l.subjectBefore(i)
		} else if side == "upstream" {
			m.upstream = true
		}
	}
	if first, _, ok := strings.Cut(t.s, " "); ok {
		l.legend = d.legend[legendKey(first)]
	}
	l.findTitle()
	return l
}

var (
	onlySeparators = regexp.MustCompile("^[\\s`*_,;/&+、，；・|~)\\]'\"“”]*(?:(?:and|und|et|y|e|и|及|和|与|および|と|및|와|과|plus|or)?[\\s`*_,;/&+、，；(\\['\"“”]*)$")
	arrowGap       = regexp.MustCompile("^[\\s`*_)]*(?:→|⇒|->|=>|-->|⟶|➜|➡️?)[\\s`*_(]*")
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
		case i > 0 && arrowGap.MatchString(gap) && last == i-1:
			m.role, m.of = roleFork, last
			if reverse || before == "upstream" {
				m.role, m.of, m.upstream = roleSubject, -1, true
				l.mentions[i-1].role, l.mentions[i-1].of = roleFork, i
				last = i
			}
		case i > 0 && backArrowGap.MatchString(gap) && last == i-1:
			m.role, m.upstream = roleSubject, true
			l.mentions[i-1].role, l.mentions[i-1].of = roleFork, i
			last = i
		case i > 0 && last >= 0 && !reverse && arrowEnd.MatchString(gap):
			m.role, m.of = roleFork, last
		case known && before == "fork":
			m.role, m.of = roleFork, last
		case known && before == "upstream":
			m.upstream = true
			if last >= 0 && last == i-1 && !prose && !onlySeparators.MatchString(gap) && strings.ContainsAny(gap, "(（←") {
				l.mentions[last].role, l.mentions[last].of = roleFork, i
			}
			last = i
		case known && before == "refers" && !enclosed(s, m.from, m.to) && !strings.ContainsAny(gap[max(0, len(gap)-5):], ":："):
			m.role = roleRefers
		case known && before == "into" && !enclosed(s, m.from, m.to):
			m.role = roleRefers
			if last >= 0 || i == 0 {
				m.into = true
			}
		case known && before == "place":
			m.role = rolePlace
		case i == 0:
			last = i
		case onlySeparators.MatchString(gap) && strings.TrimSpace(gap) != "" || gap == " ":
			if openParen.MatchString(gap) && prev == roleSubject {
				m.role, m.of = roleFork, last
				break
			}
			m.role = prev
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
	if len(gap) > 48 {
		gap = gap[len(gap)-48:]
		for len(gap) > 0 && !utf8.RuneStart(gap[0]) {
			gap = gap[1:]
		}
		if i := strings.IndexByte(gap, ' '); i >= 0 && i < 20 {
			gap = gap[i+1:]
		}
	}
	hits := words("before").scan(gap)
	for n := len(hits); n > 0 && hits[n-1].to == len(gap); n-- {
		h := hits[n-1]
		if h.meaning != "noun" {
			return h.meaning, true
		}
		gap = strings.TrimRight(gap[:h.from], " ")
	}
	return "", false
}

// placeAfter reports whether the parenthesis after a hash calls it a
// position, as in "abc1234 (merge base)" or "(HEAD -> main)".
func placeAfter(s string) (bool, bool) {
	s = strings.TrimLeft(s, "`* ")
	if !strings.HasPrefix(s, "(") {
		return false, false
	}
	end := strings.IndexByte(s, ')')
	if end < 0 || end > 60 {
		return false, false
	}
	inner := s[1:end]
	if strings.HasPrefix(inner, "HEAD") || strings.HasPrefix(inner, "tag:") || strings.HasPrefix(inner, "origin/") || strings.HasPrefix(inner, "upstream/") {
		return true, true
	}
	h, ok := words("field").whole(inner)
	return ok && h.meaning == "position", true
}

// subjects returns the indexes of the mentions that the line is about.
func (l *line) subjects() []int {
	var out []int
	for i, m := range l.mentions {
		if m.role == roleSubject {
			out = append(out, i)
		}
	}
	return out
}

// forkOf returns the fork's copy of a subject, "" if none is named.
func (l *line) forkOf(i int) string {
	for _, m := range l.mentions {
		if m.role == roleFork && m.of == i {
			return m.hash
		}
	}
	return ""
}

var conventional = regexp.MustCompile(`^[\p{L}\d][\p{L}\d/_.,& -]{0,30}(?:\([^)]*\))?!?\s?$`)

// findTitle finds the commit's title behind the first hash (or the first
// pull request): up to the separator before a verdict or a reason.
func (l *line) findTitle() {
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
	if m, ok := words("mark").match(s, from); ok && m.to-m.from > 1 {
		return
	}
	l.titleAt, l.titleEnd = from, from
	if from >= len(s) {
		return
	}
	if r, n := utf8.DecodeRuneInString(s[from:]); r == '(' || r == '（' {
		// "abc1234 (Fix the loader) …"
		end := strings.IndexAny(s[from:], ")）")
		if end > n && len(verdicts(s[from+n:from+end])) == 0 && len(findPulls(s[from:from+end+1])) == 0 {
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
			if _, whole := words("verdict").whole(part.s); whole {
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
				default:
					cut = plainlyVerdict(t, i+n, clauseEnd(s, i+n))
				}
			}
		}
		if !cut && i > from {
			if m, ok := words("mark").match(s, i); ok && m.to-m.from > 2 {
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
	for _, c := range clauses(s[from:min(len(s), from+400)]) {
		return from + c.to
	}
	return len(s)
}

// plainlyVerdict reports whether a clause says a verdict outright.
func plainlyVerdict(t *text, from, to int) bool {
	if from >= to {
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
	return plain(strings.TrimSuffix(pullSuffix.ReplaceAllString(s, ""), "()"))
}

var pullSuffix = regexp.MustCompile(`\s*[(（]#\d+[)）]\s*$`)

// rest returns what follows the title: the verdict and the reason.
func (l *line) rest() text {
	return l.t.slice(min(max(l.titleEnd, l.restAt), len(l.t.s)), len(l.t.s))
}

// judge decides what a line says of its subjects, the words on the line
// first, then what stands around it.
func (l *line) judge(b *block, in inherited) (fact.Word, tier, ruling) {
	o := read(l.t, l.titleAt, l.titleEnd)
	own := o.lead
	if l.legend.found() && !own.found() {
		o.mark = l.legend
	}
	if !own.found() {
		own = o.mark
	} else if !own.word.Decides() && o.mark.word.Decides() && own.word != fact.WordPending {
		own = o.mark
	}
	if !own.found() && l.struck() {
		own = ruling{word: fact.WordSkipped}
		if b.ticked && !o.soft.word.Decides() && !o.loose.word.Decides() {
			own.word = fact.WordIntegrated
		}
	}
	if own.word == fact.WordConflict || !own.found() && (o.soft.word == fact.WordConflict || in.word == fact.WordConflict) {
		if len(words("method").scan(l.t.s)) > 0 && b.box == "" && !in.word.Decides() {
			return fact.WordIntegrated, tierImplied, ruling{word: fact.WordIntegrated}
		}
	}
	if box, ok := boxRuling("[" + b.box + "]"); ok && b.box != "" && (!own.found() || !own.word.Decides()) {
		if above := in.word; !(above == fact.WordSkipped || above == fact.WordDeferred) {
			return box.word, tierOwn, box
		}
	}
	if own.already {
		return alreadyWord(in), tierOwn, own
	}
	if in.steps && own.word == fact.WordIntegrated && o.at.strength != strengthStrong && !o.mark.found() {
		own.word = fact.WordPending
	}
	if own.found() && own.word != fact.WordConflict {
		return own.word, tierOwn, own
	}
	if in.found() && in.word != fact.WordConflict {
		if !in.word.Decides() && l.titleEnd > l.titleAt {
			title := l.t.slice(l.titleAt, l.titleEnd)
			if o := read(&title, 0, 0); o.lead.word.Decides() {
				return o.lead.word, tierImplied, o.lead
			}
		}
		return in.word, tierAbove, in.ruling
	}
	for _, r := range []ruling{o.loose, o.soft, own, in.ruling} {
		if r.already {
			return alreadyWord(in), tierImplied, r
		}
		if r.found() {
			return r.word, tierImplied, r
		}
	}
	return fact.WordUnknown, tierNone, ruling{}
}

// alreadyWord is what "already there" means under a heading.
func alreadyWord(in inherited) fact.Word {
	if in.word == fact.WordSkipped && !in.already {
		return fact.WordSkipped
	}
	return fact.WordIntegrated
}

// struck reports whether the subject is struck through.
func (l *line) struck() bool {
	for _, i := range l.subjects() {
		if _, ok := l.t.within(l.mentions[i].from, spanStrike); ok {
			return true
		}
	}
	if len(l.mentions) == 0 && len(l.pulls) > 0 {
		_, ok := l.t.within(l.pulls[0].to-1, spanStrike)
		return ok
	}
	return false
}

// sideOf asks the web address at a hash whose repository it shows.
func (d *doc) sideOf(t *text, m *mention) string {
	if len(d.repo) == 0 {
		return ""
	}
	url := ""
	if sp, ok := t.within(m.from, spanLink); ok {
		url = sp.url
	} else if url = urlAround(t.s, m.from); url == "" {
		return ""
	}
	return d.repo[repoOf(url)]
}

var repoURL = regexp.MustCompile(`^https?://[^/]+/([\w.-]+/[\w.-]+)`)

// repoOf returns the owner/name that a web address leads to, in lower case.
func repoOf(url string) string {
	m := repoURL.FindStringSubmatch(url)
	if m == nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(m[1], ".git"))
}
