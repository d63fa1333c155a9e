package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// prose reads a paragraph, a sentence at a time.
func (d *doc) prose(b *block, in inherited) {
	if d.trailer(b, in) {
		return
	}
	ctx := context(b)
	var last []*entry // the commits of the sentence before
	clash := false    // a part of the sentence before this semicolon speaks of conflicts
	for _, sp := range sentences(b.text.s) {
		t := b.text.slice(sp.from, sp.to)
		l := d.readLine(&t, in.reverse, true)
		l.clash = clash || clashes(t.s)
		clash = l.clash && strings.HasSuffix(t.s, ";")
		if last == nil && sp.from == 0 && len(ctx) == 0 && len(lexicon().latter.scan(t.s)) > 0 {
			last = d.latest // "Picked that one yesterday."
		}
		if about := pointsBack(l, last); about != nil && len(ctx) == 0 {
			for _, e := range about {
				d.aside([]*entry{e}, b, l)
			}
			o := read(l.t, 0, 0)
			none := lexicon().latter.scan(t.s)
			if len(none) > 0 && none[0].meaning == "none" && len(verdicts(t.s)) == 0 {
				o.lead = ruling{word: fact.WordSkipped} // "Neither is of any use to us."
			}
			if _, plainly := predicate(t.s); (plainly || len(about) > 1) && o.lead.word.Decides() && !o.lead.already {
				d.visit++
				for _, e := range about {
					d.state(e, o.lead.word, tierOwn, d.visit, b.line, t.s)
				}
			}
			continue
		}
		if len(l.mentions) == 0 && len(l.pulls) == 0 && len(ctx) == 0 && d.byNumber(b, l) {
			continue
		}
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
		before := last
		last = d.sentence(b, l, in, len(ctx) > 0)
		if len(before) > 0 && len(lexicon().same.scan(t.s)) > 0 {
			d.likewise(b, before[len(before)-1], last, t.s)
		}
		b.entry = append(b.entry, last...)
	}
	d.latest = b.entry
}

// likewise gives commits the word that the one before them has got: "The same
// goes for abc1234."
func (d *doc) likewise(b *block, from *entry, to []*entry, words string) {
	for _, e := range to {
		if n := len(e.says); n > 0 && len(from.says) > 0 && !e.says[n-1].Status.Decides() {
			d.state(e, from.says[len(from.says)-1].Status, tierOwn, d.visit, b.line, words)
		}
	}
}

// pointsBack returns the commit that a sentence without one goes on about:
// the one of the sentence before, or of several the last, if the sentence
// says so.
func pointsBack(l *line, last []*entry) []*entry {
	if len(last) == 0 || len(l.pulls) > 0 {
		return nil
	}
	for _, m := range l.mentions {
		if m.role != roleFork {
			return nil
		}
	}
	hits := lexicon().latter.scan(l.t.s)
	switch {
	case len(hits) > 0 && (hits[0].meaning == "all" || hits[0].meaning == "none"), len(hits) == 0 && len(last) == 1:
		return last
	case len(hits) > 0:
		return last[len(last)-1:]
	}
	return nil
}

var pickTrailer = regexp.MustCompile(`(?i)^(?:\[\s*)?(?:upstream commit|commit) ([0-9a-f]{7,40})(?: upstream)?\.?(?:\s*\])?$`)

// trailer reads "commit abc1234 upstream." and "[ Upstream commit abc1234 ]",
// by which the messages of stable branches name what they were picked from.
func (d *doc) trailer(b *block, in inherited) bool {
	if s := b.text.s; in.quiet || len(s) > 100 || !strings.Contains(strings.ToLower(s), "upstream") {
		return false
	}
	m := pickTrailer.FindStringSubmatch(b.text.s)
	if m == nil {
		return false
	}
	e := d.commit(strings.ToLower(m[1]), b.line)
	e.upstream = true
	d.visit++
	b.entry = []*entry{e}
	if head := b.section.head; head != nil && head.level > 1 && len(b.section.entry) == 0 {
		// The heading is the commit's title, unless it says a verdict.
		if o := read(&head.text, 0, 0); !o.lead.found() && !o.mark.found() {
			b.section.entry = b.entry
			in = d.surroundings(head)
			if e.Subject == "" {
				e.Subject = headingText(head)
			}
		}
	}
	word, t := fact.WordIntegrated, tierImplied
	if in.found() {
		word, t = in.word, tierAbove
	}
	d.state(e, word, t, d.visit, b.line, b.text.s)
	return true
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
	label, _, _ := splitLabel(l.t.s)
	for _, h := range verdicts(l.t.s) {
		if h.strength == strengthCell && h.to == len(label) && h.from == 0 {
			hits = append(hits, h) // "Out: #123, #124"
		} else if h.strength == strengthStrong || h.strength == strengthWeak && setOff(l.t, h) || h.strength == strengthWeak && leads(l.t.s, span{from: 0, to: len(l.t.s)}, h) {
			hits = append(hits, h)
		}
	}
	planned := strings.Contains(l.t.s, "git cherry-pick")
	subjects := l.subjects()
	if len(subjects) == 0 {
		if len(l.mentions) == 0 && len(hits) > 0 && len(l.pulls) > 0 {
			return d.pullSentence(b, l, hits)
		}
		if l.clash && len(l.mentions) > 1 {
			d.shareConflicts(l)
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
	for k, i := range subjects {
		m := l.mentions[i]
		if m.bare && numberish(l.t, m) {
			continue
		}
		r := l.rulingOf(hits, subjects, k)
		if r.already {
			for _, h := range hits {
				if h.meaning != "already" && h.ruling().word.Decides() {
					r = h.ruling() // "we have it already, so we skip it"
				}
			}
		}
		word, t := r.word, tierOwn
		switch {
		case planned && !r.found():
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
		case !r.found() && in.word.Decides() && !in.quiet && !inside && d.known(m.hash) == nil:
			word, t = in.word, tierNone
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
		d.state(e, word, t, d.visit, lineOf(b, m), l.t.s)
		if len(subjects) == 1 {
			d.conflictsFrom(e, l.t, false)
			if l.clash && !clashes(l.t.s) {
				for _, p := range paths(l.t.s) {
					addConflict(e, p, l.t.s)
				}
			}
		}
		out = append(out, e)
	}
	if l.clash && len(subjects) > 1 {
		d.shareConflicts(l)
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
		stop := false
		switch r {
		case '。', '！', '？', '；':
			stop = true
		case '.', '!', '?', ';':
			stop = i < len(s) && s[i] == ' '
			if stop && r == '.' && i > 1 && isDigit(s[i-2]) {
				next, _ := utf8.DecodeRuneInString(s[i+1:])
				stop = !unicode.IsLower(next) // "am 02.07. doch noch"
			}
		}
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
