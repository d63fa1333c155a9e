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
	forks    map[int]string // the fork's copies, by their subject; made when asked for
	clash    bool           // the sentence, or the part before its semicolon, speaks of conflicts
	drops    bool           // in this report what is struck out is not wanted, ticked or not
	legend   ruling         // what the report's legend says of the mark that the line begins with
	undoes   bool           // "revert of" stands before the first hash
	titleAt  int            // the title of the commit, in bytes of t; equal when there is none
	titleEnd int
	restAt   int // where a title that stands before the hash leaves the rest; 0 otherwise
}

// readLine finds the commits of a text and what each does there. reverse
// says that pairs stand in the order fork, upstream. In prose every hash is
// a subject unless the words before it say otherwise.
func (d *doc) readLine(t *text, reverse, prose bool) *line {
	l := &line{t: t, mentions: findHashes(t), pulls: findPulls(t.s), drops: d.drops}
	l.assignRoles(reverse, prose)
	for i := range l.mentions {
		m := &l.mentions[i]
		if side := d.sideOf(t, m); side == "fork" && m.role != rolePlace {
			m.role, m.of = roleFork, l.subjectBefore(i)
		} else if side == "upstream" {
			m.upstream = true
		}
	}
	if first, rest, ok := strings.Cut(t.s, " "); ok {
		if r, _ := utf8.DecodeRuneInString(first); !unicode.IsLetter(r) || len(l.mentions) > 0 && l.mentions[0].from <= len(t.s)-len(rest) {
			l.legend = d.legend[legendKey(first)]
		}
	}
	l.findTitle()
	return l
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
	if l.forks == nil {
		l.forks = map[int]string{}
		for _, m := range l.mentions {
			if m.role == roleFork && l.forks[m.of] == "" {
				l.forks[m.of] = m.hash
			}
		}
	}
	return l.forks[i]
}

// rest returns what follows the title: the verdict and the reason.
func (l *line) rest() text {
	return l.t.slice(min(max(l.titleEnd, l.restAt), len(l.t.s)), len(l.t.s))
}

// judge decides what a line says of its subjects, the words on the line
// first, then what stands around it.
func (l *line) judge(b *block, in inherited) (fact.Word, tier, ruling) {
	o := read(l.t, l.titleAt, l.titleEnd)
	own := o.lead
	if l.undoes {
		own = ruling{word: fact.WordSkipped}
	}
	if l.legend.found() && !own.found() {
		o.mark = l.legend
	}
	failed := false // "❌ CONFLICT"
	if !own.found() {
		own = o.mark
		if own.word == fact.WordSkipped && o.soft.word == fact.WordConflict && strings.ContainsAny(l.t.s, failedMarks) {
			own.word, failed = fact.WordConflict, true
		}
	} else if !own.word.Decides() && o.mark.word.Decides() && own.word != fact.WordPending {
		own = o.mark
	}
	if !own.found() && l.struck() {
		own = ruling{word: fact.WordSkipped}
		if b.ticked && !l.drops && !o.soft.word.Decides() && !o.loose.word.Decides() {
			own.word = fact.WordIntegrated
		}
	}
	if own.word == fact.WordConflict || !own.found() && (o.soft.word == fact.WordConflict || in.word == fact.WordConflict) {
		if len(lexicon().method.scan(l.t.s)) > 0 && b.box == "" && !in.word.Decides() {
			return fact.WordIntegrated, tierImplied, ruling{word: fact.WordIntegrated}
		}
	}
	if in.undone && own.word == fact.WordIntegrated {
		own = in.ruling
	}
	if box, ok := boxRuling("[" + b.box + "]"); ok && b.box != "" && (!own.found() || !own.word.Decides()) {
		if box.word == fact.WordPending && o.soft.word == fact.WordDeferred {
			return o.soft.word, tierOwn, o.soft
		}
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
	if own.found() && (own.word != fact.WordConflict || failed) {
		return own.word, tierOwn, own
	}
	if in.found() && in.word != fact.WordConflict {
		if !in.word.Decides() && l.titleEnd > l.titleAt {
			title := l.t.slice(l.titleAt, l.titleEnd)
			if o := read(&title, 0, 0); o.lead.word.Decides() {
				return o.lead.word, tierImplied, o.lead
			}
		}
		if !in.word.Decides() {
			for _, r := range []ruling{o.loose, o.soft} {
				if r.word == fact.WordSkipped || r.word == fact.WordDeferred {
					return r.word, tierAbove, r
				}
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
