package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

const maxLabel = 64 // bytes of a label before its colon

// splitLabel splits "label: value"; value is where the value begins.
func splitLabel(s string) (label string, value int, ok bool) {
	for i := 0; i < len(s) && i <= maxLabel; {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '：' || r == ':' && (i+n == len(s) || s[i+n] == ' ' || s[i+n] == '*') {
			label = strings.TrimSpace(s[:i])
			return label, i + n, label != ""
		}
		if r == '.' && i+n < len(s) && s[i+n] == ' ' || r == '。' {
			return "", 0, false
		}
		i += n
	}
	return "", 0, false
}

// fieldOf returns what a label or a column's head announces.
func fieldOf(label string) (string, bool) {
	if r, _ := utf8.DecodeRuneInString(label); !unicode.IsLetter(r) {
		label = withoutNumber(label)
	}
	label = strings.TrimFunc(label, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("*_`", r)
	})
	if label == "" || len(label) > maxLabel {
		return "", false
	}
	fields := lexicon().field
	if h, ok := fields.whole(label); ok {
		return h.meaning, true
	}
	if i := strings.IndexAny(label, "(（"); i > 0 {
		outer, inner := strings.TrimSpace(label[:i]), strings.Trim(label[i:], "()（） ")
		a, okA := fields.whole(outer)
		b, okB := fields.whole(inner)
		switch {
		case okA && okB && a.meaning == "commit" && (b.meaning == "fork" || b.meaning == "upstream"):
			return b.meaning, true
		case okA:
			return a.meaning, true
		}
	}
	if len(strings.Fields(label)) > 5 {
		return "", false
	}
	if len(lexicon().clash.scan(label)) > 0 {
		return "conflict", true // "Hand-merged files"
	}
	hits := fields.scan(label)
	if len(hits) == 0 {
		return "", false
	}
	side := ""
	for _, h := range hits {
		if h.meaning == "fork" || h.meaning == "upstream" {
			side = h.meaning
		}
	}
	last := hits[len(hits)-1]
	if (last.meaning == "commit" || last.meaning == "upstream") && side != "" {
		return side, true
	}
	if strings.TrimFunc(label[last.to:], fringe) != "" && !strings.ContainsAny(label[last.to:], "()/?") {
		return "", false
	}
	return last.meaning, true
}

var markOrNumber = regexp.MustCompile(`^(?:[\s*_]*(?:\d{1,3}[.)]|#\d{1,2}\b[.:)]?|[^\p{L}\p{N}\s#\[\](（` + "`" + `]+)\s*)+`)

// withoutNumber drops the marks and the number in front of a text.
func withoutNumber(s string) string {
	if s != "" && (isLower(s[0]) || isUpper(s[0])) {
		return s
	}
	return markOrNumber.ReplaceAllString(s, "")
}

// fieldAbove returns the field of the item around a block, for values that
// are given as a list.
func fieldAbove(b *block) string {
	if b.parent != nil {
		if label, _, ok := splitLabel(b.parent.text.s); ok && len(b.parent.entry) == 0 {
			m, _ := fieldOf(label)
			return m
		}
	}
	if b.intro != nil && b.kind == blockItem && len(b.intro.entry) == 0 {
		if label, at, ok := splitLabel(b.intro.text.s); ok && strings.TrimSpace(b.intro.text.s[at:]) == "" {
			m, _ := fieldOf(label)
			return m
		}
	}
	return ""
}

// field reads a labelled line. It returns false when the line is better read
// as a list's own line.
func (d *doc) field(b *block, label, meaning string, at int) bool {
	value := b.text.slice(at, len(b.text.s))
	ctx := context(b)
	if b.parent != nil && len(b.parent.entry) == 0 && b.parent.kind == blockItem && len(ctx) == 0 {
		if up, _, ok := splitLabel(b.parent.text.s); ok {
			if m, known := fieldOf(up); known && m == "position" {
				return true
			}
		}
	}
	switch meaning {
	case "files", "reason":
		// "Conflict details:" over "File: …" and "Root cause: …"
		if fieldAbove(b) == "conflict" && len(ctx) > 0 {
			for _, e := range ctx {
				if meaning == "files" {
					d.conflictField(e, &value)
				} else if n := len(e.Conflicts); n > 0 && e.Conflicts[n-1].Detail == "" {
					e.Conflicts[n-1].Detail = shorten(value.s, 160)
				}
			}
			return true
		}
	case "date", "author":
		return true
	case "position", "fork pr":
		for _, m := range findHashes(&value) {
			if meaning == "position" && strings.Contains(strings.ToLower(label), "fork") {
				d.isFork(m.hash)
			}
		}
		return true
	case "commit", "upstream", "subject":
		t := value
		l := d.readLine(&t, d.surroundings(b).reverse, false)
		subjects := l.subjects()
		if len(subjects) == 0 {
			if len(ctx) == 1 && meaning == "subject" && ctx[0].Subject == "" && !onlyDate(value.s) {
				ctx[0].Subject = plain(value.s)
			}
			return len(ctx) > 0
		}
		if meaning == "subject" {
			return len(ctx) > 0
		}
		if len(ctx) == 1 && ctx[0].hash == "" && len(subjects) == 1 {
			d.noteForks(l)
			m := l.mentions[subjects[0]]
			e := d.name(ctx[0], m.hash)
			e.upstream = true
			if f := l.forkOf(subjects[0]); f != "" {
				e.ForkCommit = f
			}
			if e != ctx[0] {
				b.section.replace(ctx[0], e)
			}
			return true
		}
		if len(ctx) > 0 && !l.foreign(ctx) {
			d.noteForks(l)
			for _, i := range subjects {
				if f := l.forkOf(i); f != "" && ctx[0].ForkCommit == "" {
					ctx[0].ForkCommit = f
				}
			}
			return true
		}
		in := d.surroundings(b)
		shadow := *b
		shadow.text = value
		entries := d.about(&shadow, l, in)
		for _, e := range entries {
			e.upstream = e.upstream || meaning == "upstream"
		}
		b.entry = entries
		if len(entries) > 0 {
			if b.kind == blockItem && b.parent != nil {
				b.parent.entry = entries
			} else if len(b.section.entry) == 0 || b.parent == nil {
				b.section.entry = entries
			}
		}
		return true
	}
	if len(ctx) == 0 {
		return false
	}
	d.applyField(ctx, b, meaning, &value)
	return true
}

// replace puts one entry in another's place.
func (s *section) replace(old, new *entry) {
	for i := range s.entry {
		if s.entry[i] == old {
			s.entry[i] = new
		}
	}
	old.says = nil
}

// applyField records the value of a field for the commits it belongs to.
func (d *doc) applyField(ctx []*entry, b *block, meaning string, value *text) {
	for _, e := range ctx {
		visit := d.visit
		if len(e.says) > 0 {
			visit = e.says[len(e.says)-1].visit
		}
		d.setField(e, meaning, value, b.line, visit, d.surroundings(b))
	}
	if meaning == "fork" {
		for _, m := range findHashes(value) {
			d.isFork(m.hash)
		}
	}
}

// setField records one field of one commit.
func (d *doc) setField(e *entry, meaning string, value *text, line, visit int, in inherited) {
	if emptyCell(value.s) && meaning != "conflict" {
		return
	}
	s := plain(value.s)
	switch meaning {
	case "fork":
		if found := findHashes(value); len(found) > 0 && !samePrefix(found[0].hash, e.hash) {
			e.ForkCommit, e.upstream = found[0].hash, true
			d.state(e, fact.WordIntegrated, tierImplied, visit, line, s)
		}
	case "status":
		r := d.readStatus(value)
		word := r.word
		if r.already {
			word = alreadyWord(in)
			if in.word == "" {
				word = fact.WordIntegrated
			}
		}
		e.already = e.already || r.already
		if word != "" {
			d.state(e, word, tierStatus, visit, line, s)
		}
		d.conflictsFrom(e, value, false)
		for _, m := range d.readLine(value, false, false).mentions {
			if (m.role == roleFork || arrowEnd.MatchString(value.s[:m.from]) || word == fact.WordIntegrated && !r.already && inParens(value.s, m)) && e.ForkCommit == "" && !samePrefix(m.hash, e.hash) {
				e.ForkCommit, e.upstream = m.hash, true
				d.isFork(m.hash)
			}
		}
		if word != fact.WordIntegrated {
			e.because(afterVerdict(value), whyLine)
		}
		if fails(s) {
			e.failed = true
			if word == "" {
				d.state(e, fact.WordSkipped, tierImplied, visit, line, s)
			}
		}
	case "reason", "notes":
		o := read(value, 0, 0)
		switch {
		case o.lead.already || o.lead.word == "" && o.loose.already || o.lead.word == "" && o.soft.already:
			already := alreadyWord(in)
			e.already = true
			d.state(e, already, tierReason, visit, line, s)
		case o.lead.word.Decides() && !o.lead.own:
			d.state(e, o.lead.word, tierReason, visit, line, s)
		case o.loose.word.Decides():
			d.state(e, o.loose.word, tierImplied, visit, line, s)
		case o.soft.word != "":
			d.state(e, o.soft.word, tierImplied, visit, line, s)
		}
		rank := whyNotes
		if meaning == "reason" {
			rank = whyField
		}
		e.because(s, rank)
		d.conflictsFrom(e, value, meaning == "reason" && d.underConflict)
		if meaning == "reason" || opensWithNeed(s) {
			missingFrom(e, value)
		}
	case "attempt":
		if fails(s) {
			e.failed = true
		}
	case "conflict":
		d.conflictField(e, value)
		if e.Conflicts != nil || e.conflictText != "" && len(strings.Fields(s)) > 1 && len(verdicts(s)) == 0 {
			word := fact.WordConflict
			if len(lexicon().method.scan(s)) > 0 {
				word = fact.WordIntegrated
			}
			d.state(e, word, tierImplied, visit, line, s)
		}
	case "resolution":
		if e.Resolution == "" {
			e.Resolution = s
		}
		if len(lexicon().method.scan(s)) > 0 {
			d.state(e, fact.WordIntegrated, tierImplied, visit, line, s)
		}
		if o := read(value, 0, 0); o.lead.word.Decides() {
			d.state(e, o.lead.word, tierImplied, visit, line, s)
		}
	case "impact":
		if e.Impact == "" {
			e.Impact = s
		}
		counts(e, s)
	case "recommendation":
		if e.Recommendation == "" {
			e.Recommendation = s
		}
		if r := d.readStatus(value); r.found() && !r.own {
			word := r.word
			if word == fact.WordIntegrated && !r.already {
				word = fact.WordPending
			}
			d.state(e, word, tierImplied, visit, line, s)
		}
	case "missing":
		d.missingField(e, value)
	case "subject":
		if e.Subject == "" && !onlyDate(s) {
			e.Subject = plain(withoutPull(s))
		}
	case "pr":
		if found := findPulls(s); len(found) > 0 {
			d.setPR(e, found[0].number)
		} else if n, err := strconv.Atoi(strings.Trim(s, "#! `")); err == nil && n > 0 {
			d.setPR(e, n)
		}
	case "insertions", "deletions":
		n, err := strconv.Atoi(strings.ReplaceAll(strings.Trim(s, "+-−~ `"), ",", ""))
		if err == nil && meaning == "insertions" {
			e.Insertions = n
		} else if err == nil {
			e.Deletions = n
		}
	case "files":
		counts(e, s)
		if n := len(e.says); d.underConflict || n > 0 && e.says[n-1].Status == fact.WordConflict {
			d.conflictField(e, value)
		}
	}
	if meaning == "" || meaning == "number" {
		counts(e, s)
	}
}

// emptyCell reports whether a cell says that there is nothing to say.
func emptyCell(s string) bool {
	if _, box := boxRuling(s); box {
		return false
	}
	s = strings.TrimFunc(s, fringe)
	return s == "" || s == "-" || s == "--" || s == "---"
}

// afterVerdict returns what a status says behind its verdict.
func afterVerdict(t *text) string {
	parts := clauses(t.s)
	if len(parts) < 2 {
		return ""
	}
	return plain(strings.TrimFunc(t.s[parts[1].from:], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("—–-:：()（）*`", r)
	}))
}
