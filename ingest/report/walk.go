package report

import (
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
	if label, value, ok := splitLabel(b.text.s); ok {
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
	if b.kind == blockParagraph && !tableLine(b.text.s) && !listLike(&b.text) {
		d.prose(b, in)
		return
	}
	l := d.readLine(&b.text, in.reverse, false)
	if ctx := context(b); len(ctx) > 0 && !l.ownSubject(ctx) {
		d.aside(ctx, b, l)
		return
	}
	b.entry = d.about(b, l, in)
}

// verdictLabel reports whether a label is a verdict rather than the name of a
// field: "Dropped from the merge: abc1234".
func verdictLabel(label string) bool {
	if _, ok := words("field").whole(label); ok {
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
	if !startsWithHash(t) {
		return false
	}
	found := findHashes(t)
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
		e.listed = true
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
		d.state(e, w, wt, d.visit, t2line(b, m), l.t.s)
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

func t2line(b *block, m mention) int {
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
		if p.number < 10 || i > 0 && !onlySeparators.MatchString(l.t.s[l.pulls[i-1].to:p.from]) {
			break
		}
		e := d.pull(p.number, b.line)
		d.state(e, word, t, d.visit, b.line, l.t.s)
		out = append(out, e)
	}
	if len(out) == 1 && out[0].Subject == "" {
		if before := plain(strings.Trim(l.t.s[:first.from], " (（:—-")); before != "" {
			out[0].Subject = strings.Trim(markOrNumber.ReplaceAllString(before, ""), " ")
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

// opensLine reports whether a pull request is what a line is about: it opens
// the line, or stands in a parenthesis behind the title that does.
func opensLine(s string, p pullRequest) bool {
	before := strings.TrimSpace(markOrNumber.ReplaceAllString(s[:p.from], ""))
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
	d.conflictsFrom(e, &b.text, false)
	counts(e, b.text.s)
}

// prose reads a paragraph, a sentence at a time.
func (d *doc) prose(b *block, in inherited) {
	ctx := context(b)
	for _, sp := range sentences(b.text.s) {
		t := b.text.slice(sp.from, sp.to)
		l := d.readLine(&t, in.reverse, true)
		if len(l.mentions) == 0 && len(l.pulls) == 0 {
			if len(ctx) == 1 {
				d.aside(ctx, b, &line{t: &t})
			}
			continue
		}
		d.noteForks(l)
		if len(ctx) > 0 && !l.foreign(ctx) {
			d.aside(ctx, b, l)
			continue
		}
		b.entry = append(b.entry, d.sentence(b, l, in, len(ctx) > 0)...)
	}
}

// foreign reports whether a sentence names a commit that is not its context.
func (l *line) foreign(ctx []*entry) bool {
	for _, i := range l.subjects() {
		same := false
		for _, e := range ctx {
			same = same || e.hash != "" && samePrefix(e.hash, l.mentions[i].hash)
		}
		if !same {
			return true
		}
	}
	return false
}

// sentence pairs the hashes of a sentence with its verdicts: a verdict rules
// the hashes that follow it, or that precede it when a hash comes first.
func (d *doc) sentence(b *block, l *line, in inherited, inside bool) []*entry {
	var hits []hit
	for _, h := range verdicts(l.t.s) {
		if h.strength == strengthStrong || h.strength == strengthWeak && setOff(l.t, h) || h.strength == strengthWeak && leads(l.t.s, span{from: 0, to: len(l.t.s)}, h) {
			hits = append(hits, h)
		}
	}
	planned := strings.Contains(l.t.s, "git cherry-pick")
	subjects := l.subjects()
	if len(subjects) == 0 {
		if len(l.mentions) == 0 && len(hits) > 0 && len(l.pulls) > 0 {
			return d.pullSentence(b, l, hits)
		}
		if len(l.mentions) == 1 && l.mentions[0].role != roleFork {
			if e := d.known(l.mentions[0].hash); e != nil {
				d.conflictsFrom(e, l.t, false)
			}
		}
		return nil
	}
	d.visit++
	var out []*entry
	before := len(hits) > 0 && hits[0].from < l.mentions[subjects[0]].from
	for _, i := range subjects {
		m := l.mentions[i]
		if m.bare && numberish(l.t, m) {
			continue
		}
		r := ruling{}
		for _, h := range hits {
			if before && h.to <= m.from || !before && !r.found() && h.from >= m.to {
				r = h.ruling()
			}
		}
		if !r.found() && len(hits) == 1 {
			r = hits[0].ruling()
		}
		if r.already {
			for _, h := range hits {
				if h.meaning != "already" && h.ruling().word.Decides() {
					r = h.ruling() // "we have it already, so we skip it"
				}
			}
		}
		word, t := r.word, tierOwn
		switch {
		case planned:
			word, t = fact.WordPending, tierOwn
		case r.own:
			d.isFork(m.hash)
			continue
		case r.already:
			word = alreadyWord(in)
		case !r.found() && in.own:
			d.isFork(m.hash)
			continue
		case !r.found() && in.found() && !in.quiet && !inside && startsList(b):
			word, t = in.word, tierAbove
		case !r.found():
			word, t = fact.WordUnknown, tierNone
		}
		if t == tierNone && (inside || in.quiet || in.numbers) && d.known(m.hash) == nil {
			continue
		}
		if in.quiet && d.known(m.hash) == nil && !r.found() {
			continue
		}
		if in.quiet && d.known(m.hash) != nil {
			t, word = tierNone, fact.WordUnknown
		}
		e := d.commit(m.hash, b.line)
		e.upstream = e.upstream || m.upstream
		if f := l.forkOf(i); f != "" {
			e.ForkCommit, e.upstream = f, true
			if word == fact.WordUnknown {
				word, t = fact.WordIntegrated, tierImplied
			}
		}
		d.visit++
		d.state(e, word, t, d.visit, t2line(b, m), l.t.s)
		if len(subjects) == 1 {
			d.conflictsFrom(e, l.t, false)
		}
		out = append(out, e)
	}
	return out
}

// startsList reports whether a paragraph stands where a list would: it is
// short and names its commits at the start.
func startsList(b *block) bool { return len(b.text.s) < 400 && startsWithHash(&b.text) }

func (d *doc) pullSentence(b *block, l *line, hits []hit) []*entry {
	d.visit++
	var out []*entry
	before := hits[0].from < l.pulls[0].from
	for _, p := range l.pulls {
		if p.number < 10 {
			continue
		}
		r := ruling{}
		for _, h := range hits {
			if before && h.to <= p.from || !before && !r.found() && h.from >= p.to {
				r = h.ruling()
			}
		}
		if r.word == "" || r.own {
			continue
		}
		e := d.pull(p.number, b.line)
		d.state(e, r.word, tierOwn, d.visit, b.line, l.t.s)
		out = append(out, e)
	}
	return out
}

// sentences splits prose after full stops.
func sentences(s string) []span {
	var out []span
	from := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		stop := strings.ContainsRune("。！？；", r) || strings.ContainsRune(".!?;", r) && i < len(s) && s[i] == ' '
		if stop {
			out = append(out, span{from: from, to: i})
			from = i
		}
	}
	if from < len(s) {
		out = append(out, span{from: from, to: len(s)})
	}
	return out
}
