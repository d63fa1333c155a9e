package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// read goes through the blocks in order and collects what they say of commits.
func (d *doc) read(blocks []*block) {
	for _, b := range blocks {
		switch b.kind {
		case blockHeading:
			d.heading(b)
		case blockRow:
			d.row(b)
		case blockFence:
			d.fence(b)
		default:
			d.textBlock(b)
		}
	}
}

// context returns the commits that a block's surroundings are about: those
// of the nearest item around it, of the paragraph that introduces it, or of
// the headings above.
func context(b *block) []*entry {
	for at := b.parent; at != nil; at = at.parent {
		if len(at.entry) > 0 {
			return at.entry
		}
	}
	for at := b; at != nil; at = at.parent {
		if at.intro != nil && len(at.intro.entry) > 0 && at.intro.kind == blockParagraph {
			return at.intro.entry
		}
	}
	for s := b.section; s != nil; s = s.parent {
		if len(s.entry) > 0 && s.head != b {
			return s.entry
		}
	}
	return nil
}

func (d *doc) heading(b *block) {
	in := d.surroundings(b)
	l := d.readLine(&b.text, in.reverse, false)
	for i := range l.mentions {
		// "Skipped from abc1234": in a heading even the source is the subject.
		if m := &l.mentions[i]; m.role == rolePlace && len(l.mentions) == 1 && titleSense(&b.text, false).word.Decides() && !rangeEnd(b.text.s, *m) {
			m.role = roleSubject
		}
	}
	b.section.entry = d.about(b, l, in)
	b.entry = b.section.entry
}

func rangeEnd(s string, m mention) bool {
	return strings.HasSuffix(s[:m.from], "..") || strings.HasPrefix(s[m.to:], "..")
}

// textBlock reads an item or a paragraph.
func (d *doc) textBlock(b *block) {
	if label, value, ok := splitLabel(b.text.s); ok && !isPath(strings.Trim(label, "`* ")) && !startsWithHash(&b.text) {
		rest := b.text.slice(value, len(b.text.s))
		meaning, known := fieldOf(label)
		if labelsPlace(label) && !(known && meaning == "upstream" && context(b) != nil) {
			meaning, known = "position", true
		}
		if known && !(verdictLabel(label) && startsWithHash(&rest)) && d.field(b, label, meaning, value) {
			return
		}
	} else if meaning := fieldAbove(b); meaning != "" {
		if ctx := context(b); len(ctx) > 0 && !startsWithHash(&b.text) {
			d.applyField(ctx, b, meaning, &b.text)
			return
		}
	}
	in := d.surroundings(b)
	if b.kind == blockParagraph && !tableLine(b.text.s) && !listLike(&b.text) || b.kind == blockItem && b.box == "" && !in.conflicts && narrates(&b.text) {
		d.prose(b, in)
		return
	}
	l := d.readLine(&b.text, in.reverse, false)
	if ctx := context(b); len(ctx) > 0 && !l.ownSubject(ctx) {
		d.aside(ctx, b, l)
		return
	}
	b.entry = d.about(b, l, in)
	d.number(b.parent, b.number, b.entry)
}

// verdictLabel reports whether a label is a verdict rather than the name of a
// field: "Dropped from the merge: abc1234".
func verdictLabel(label string) bool {
	if _, ok := lexicon().field.whole(label); ok {
		return false
	}
	for _, h := range verdicts(label) {
		if h.strength == strengthStrong && leads(label, span{from: 0, to: len(label)}, h) {
			return true
		}
	}
	return false
}

// startsWithHash reports whether nothing but marks stands before the first
// hash of a text.
func startsWithHash(t *text) bool {
	at := strings.IndexFunc(t.s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	return at >= 0 && len(hashesIn(t, at, at+1)) > 0
}

// listLike reports whether a paragraph reads like the item of a list: a hash,
// then anything but a sentence that goes on in lower case.
func listLike(t *text) bool {
	found := findHashes(t)
	if len(found) == 0 || !startsWithHash(t) {
		return false
	}
	rest := strings.TrimLeft(t.s[found[0].to:], "`*_~")
	if parts := sentences(t.s); len(parts) > 1 && len(found) > 1 && found[len(found)-1].from > parts[0].to {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
	return !strings.HasPrefix(rest, " ") || !unicode.IsLetter(r) || unicode.IsUpper(r)
}

func tableLine(s string) bool { return strings.HasPrefix(s, "|") && strings.Count(s, "|") > 2 }

// ownSubject reports whether a line inside a commit's context is about
// another commit: it begins with its hash.
func (l *line) ownSubject(ctx []*entry) bool {
	for _, i := range l.subjects() {
		m := l.mentions[i]
		if strings.IndexFunc(l.t.s[:m.from], func(r rune) bool { return unicode.IsLetter(r) }) >= 0 {
			continue
		}
		for _, e := range ctx {
			if e.hash != "" && samePrefix(e.hash, m.hash) {
				return false
			}
		}
		return true
	}
	return false
}

// about records what a line says of its subjects and returns them.
func (d *doc) about(b *block, l *line, in inherited) []*entry {
	subjects := l.subjects()
	if in.quiet && !plainSubject(l) && !(b.box != "" && startsWithHash(l.t)) {
		return nil
	}
	if in.own && !l.anyUpstream() {
		for _, i := range subjects {
			d.isFork(l.mentions[i].hash)
		}
		return nil
	}
	d.noteForks(l)
	word, t, r := l.judge(b, in)
	if r.own {
		for _, i := range subjects {
			d.isFork(l.mentions[i].hash)
		}
		return nil
	}
	if len(subjects) == 0 {
		if e := d.aboutTitle(b, l, in); e != nil {
			return e
		}
		return d.aboutPulls(b, l, word, t)
	}
	d.visit++
	var out []*entry
	for _, i := range subjects {
		m := l.mentions[i]
		if m.bare && b.kind != blockRow && numberish(l.t, m) {
			continue
		}
		e := d.commit(m.hash, b.line)
		e.upstream = e.upstream || m.upstream
		e.already = e.already || r.already
		w, wt := word, t
		if f := l.forkOf(i); f != "" {
			e.ForkCommit = f
			e.upstream = true
			if wt < tierAbove && !w.Decides() && w != fact.WordPending {
				w, wt = fact.WordIntegrated, tierImplied
			}
		}
		d.state(e, w, wt, d.visit, lineOf(b, m), l.t.s)
		out = append(out, e)
	}
	if len(out) == 1 {
		d.describe(out[0], l)
		if in.conflicts {
			for _, p := range paths(l.t.s) {
				addConflict(out[0], p, l.t.s)
			}
		}
	} else {
		d.describeEach(out, l)
	}
	return out
}

var typedTitle = regexp.MustCompile(`^(?:feat|fix|chore|docs|refactor|perf|test|build|ci|style|revert)(?:\([^)]{1,40}\))?!?: \S`)

// aboutTitle records an item that names its commit by a title of the form
// "fix(scope): …" alone.
func (d *doc) aboutTitle(b *block, l *line, in inherited) []*entry {
	if b.kind != blockItem || len(l.mentions) > 0 || len(l.pulls) > 0 || !typedTitle.MatchString(b.text.s) {
		return nil
	}
	l.titleEnd = titleEnd(&b.text, 0, false)
	word, t, _ := l.judge(b, in)
	title := l.title()
	if t == tierNone || title == "" || len(title) > maxTitle {
		return nil
	}
	d.visit++
	e := d.titled(title, b.line)
	d.state(e, word, t, d.visit, b.line, b.text.s)
	d.reasonFrom([]*entry{e}, l)
	return []*entry{e}
}

// lineOf returns the line in which a mention stands.
func lineOf(b *block, m mention) int {
	if n := b.text.line(m.from); n > 0 {
		return n
	}
	return b.line
}

// numberish reports whether a word of digits alone is more likely a number:
// it is neither in code, nor in a link, nor alone in parentheses.
func numberish(t *text, m mention) bool {
	_, code := t.within(m.from, spanCode)
	_, link := t.within(m.from, spanLink)
	return !code && !link && !enclosed(t.s, m.from, m.to)
}

func (l *line) anyUpstream() bool {
	for _, m := range l.mentions {
		if m.upstream {
			return true
		}
	}
	return false
}

// plainSubject reports whether a line states its subject's fate outright.
func plainSubject(l *line) bool {
	o := read(l.t, l.titleAt, l.titleEnd)
	return len(l.subjects()) > 0 && startsWithHash(l.t) && (o.lead.word.Decides() || o.mark.word.Decides())
}

func (d *doc) noteForks(l *line) {
	for _, m := range l.mentions {
		if m.role == roleFork {
			d.isFork(m.hash)
		}
	}
}

// aboutPulls records a line that names commits by pull request alone.
func (d *doc) aboutPulls(b *block, l *line, word fact.Word, t tier) []*entry {
	if len(l.pulls) == 0 || t == tierNone && b.kind != blockHeading {
		return nil
	}
	for _, m := range l.mentions {
		if m.role != roleFork {
			return nil
		}
	}
	first := l.pulls[0]
	if !opensLine(l.t.s, first) {
		return nil
	}
	d.visit++
	var out []*entry
	for i, p := range l.pulls {
		if p.number < 10 || i > 0 && !pullGap(l.t.s[l.pulls[i-1].to:p.from]) {
			break
		}
		e := d.pull(p.number, b.line)
		d.state(e, word, t, d.visit, b.line, l.t.s)
		out = append(out, e)
	}
	if len(out) == 1 && out[0].Subject == "" {
		if before := plain(strings.Trim(l.t.s[:first.from], " (（:—-")); before != "" {
			out[0].Subject = strings.Trim(withoutNumber(before), " ")
		} else {
			out[0].Subject = l.title()
		}
	}
	if len(l.mentions) == 1 && len(out) == 1 && out[0].ForkCommit == "" {
		out[0].ForkCommit = l.mentions[0].hash
	}
	if len(out) > 0 {
		d.reasonFrom(out, l)
	}
	return out
}

// pullGap reports whether a list of pull requests goes on behind what stands
// between two: separators, or a note on the one before in parentheses.
func pullGap(gap string) bool {
	return onlySeparators.MatchString(gap) || titledGap.MatchString(gap)
}

// opensLine reports whether a pull request is what a line is about: it opens
// the line, or stands in a parenthesis behind the title that does.
func opensLine(s string, p pullRequest) bool {
	before := strings.TrimSpace(withoutNumber(s[:p.from]))
	r, _ := utf8.DecodeRuneInString(s[p.from:])
	return before == "" || strings.HasSuffix(before, "(") || strings.HasSuffix(before, "（") || r == '(' || r == '（' || r == '['
}

// aside reads a line inside a commit's context that is neither a field nor
// about another commit.
func (d *doc) aside(ctx []*entry, b *block, l *line) {
	d.noteForks(l)
	if len(ctx) != 1 {
		return
	}
	e := ctx[0]
	for _, m := range l.mentions {
		if m.role == roleFork && m.of < 0 && e.ForkCommit == "" {
			e.ForkCommit = m.hash
		}
	}
	o := read(l.t, 0, 0)
	if o.lead.word == fact.WordIntegrated {
		for _, m := range l.mentions {
			if m.into && e.ForkCommit == "" {
				e.ForkCommit = m.hash
				d.isFork(m.hash)
			}
		}
	}
	if len(e.says) > 0 && o.lead.word.Decides() && !o.lead.already {
		d.state(e, o.lead.word, tierImplied, e.says[len(e.says)-1].visit, b.line, l.t.s)
	}
	d.conflictsFrom(e, l.t, false)
	counts(e, l.t.s)
}
