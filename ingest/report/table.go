package report

import (
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// row reads one row of a table.
func (d *doc) row(b *block) {
	t := b.table
	if t.around == nil {
		in := d.surroundings(b)
		t.around = &in
	}
	in := *t.around
	if t.columns == nil {
		t.columns = d.columnsOf(t, in)
	}
	d.group(b)
	if g := t.group; g != nil && g.found() && b.line > t.groupLine {
		in.ruling, in.already, in.quiet, in.own = g.ruling, g.already, false, g.own
	}
	r := &tableRow{d: d, b: b, in: in}
	r.collect()
	if len(r.pairs) == 0 {
		r.withoutHash()
		return
	}
	r.record()
}

// group notices a row that is a heading for those below: one filled cell
// without a commit.
func (d *doc) group(b *block) {
	filled, at := 0, -1
	for i, c := range b.cells {
		if strings.TrimSpace(c.s) != "" {
			filled++
			at = i
		}
	}
	if filled == 1 && len(b.cells) > 2 && len(findHashes(&b.cells[at])) == 0 && len(findPulls(b.cells[at].s)) == 0 {
		b.table.group, b.table.groupLine = titleSense(&b.cells[at], false), b.line
	}
}

// tableRow is a row being read.
type tableRow struct {
	d     *doc
	b     *block
	in    inherited
	pairs []pair
	// word is the verdict of a column head over a marked cell.
	word ruling
}

// pair is an upstream commit of a row with its copy in the fork.
type pair struct {
	m        mention
	fork     string
	subject  string
	word     ruling // for a hash under a head that is a verdict
	explicit bool   // the column is upstream's by name or by pairing
}

// collect finds the row's commits.
func (r *tableRow) collect() {
	cols := r.b.table.columns
	var forks []string
	forkColumn := false
	place := false
	for i, c := range cols {
		if i >= len(r.b.cells) {
			break
		}
		cell := &r.b.cells[i]
		switch {
		case c.field == "fork":
			forkColumn = true
			found := findHashes(cell)
			for _, m := range found {
				forks = append(forks, m.hash)
				r.d.isFork(m.hash)
			}
			if s := r.d.readStatus(cell); len(found) == 0 && s.found() && !r.word.found() {
				r.word = s // "pending" where the copy's hash will stand
			}
		case c.field == "position":
			continue
		case c.word.found():
			if len(findHashes(cell)) == 0 && marked(cell.s) {
				r.word = c.word
			}
		}
		if i == 0 && c.field != "upstream" && c.field != "commit" {
			place = labelsPlace(cell.s)
		}
	}
	if place || r.in.quiet {
		return
	}
	for i, c := range cols {
		if i >= len(r.b.cells) || c.field != "upstream" && c.field != "commit" && !c.word.found() {
			continue
		}
		cell := &r.b.cells[i]
		l := r.d.readLine(cell, r.in.reverse, false)
		r.d.noteForks(l)
		for _, k := range l.subjects() {
			m := l.mentions[k]
			if m.bare && numberish(cell, m) && !r.headed(i) {
				continue
			}
			p := pair{m: m, fork: l.forkOf(k), word: c.word, explicit: forkColumn || m.upstream}
			if p.fork == "" && len(forks) > 0 {
				p.fork = forks[min(len(r.pairs), len(forks)-1)]
			}
			if len(l.subjects()) == 1 {
				p.subject = l.title()
			}
			if head := &r.b.table.head[i]; !p.explicit && head.s != "" {
				if f, _ := fieldOf(head.s); f == "upstream" {
					p.explicit = true
				}
			}
			r.pairs = append(r.pairs, p)
		}
	}
}

// labelsPlace reports whether the label of a row announces a position, as
// "Fork HEAD before" does.
func labelsPlace(s string) bool {
	if len(s) > maxLabel || len(verdicts(s)) > 0 || len(strings.Fields(s)) > 5 {
		return false
	}
	for _, h := range lexicon().field.scan(s) {
		if h.meaning == "position" && (strings.TrimFunc(s[:h.from], fringe) == "" || strings.TrimFunc(s[h.to:], fringe) == "") {
			return true
		}
	}
	return false
}

// marked reports whether a cell under a verdict is ticked.
func marked(s string) bool {
	s = strings.Trim(s, "`* ")
	if b, ok := boxRuling(s); ok {
		return b.word == fact.WordIntegrated
	}
	if m, ok := lexicon().mark.whole(s); ok {
		return strings.HasSuffix(m.meaning, "integrated")
	}
	if h, ok := lexicon().verdict.whole(s); ok {
		return h.meaning == "integrated"
	}
	return false
}

// fields calls f for each cell that holds something other than the commits.
func (r *tableRow) fields(f func(column, *text)) {
	for i, c := range r.b.table.columns {
		if i < len(r.b.cells) {
			f(c, &r.b.cells[i])
		}
	}
}

// record states what the row says of its commits.
func (r *tableRow) record() {
	d := r.d
	d.underConflict = r.aboutConflicts()
	defer func() { d.underConflict = false }()
	status, box := ruling{}, ruling{}
	r.fields(func(c column, cell *text) {
		if c.field == "status" && !status.word.Decides() && !status.own {
			if s := d.readStatus(cell); s.found() {
				status = s
			}
		}
		if b, ok := boxRuling(cell.s); ok && c.field != "status" {
			box = b
		}
	})
	if status.own || r.in.own && !status.found() && !r.explicit() {
		for _, p := range r.pairs {
			d.isFork(p.m.hash)
		}
		return
	}
	undone := r.decidedNotDone()
	for _, p := range r.pairs {
		d.visit++
		e := d.commit(p.m.hash, r.b.line)
		d.number(r.b.table, r.number(), []*entry{e})
		e.upstream = e.upstream || p.explicit
		word, t, words := fact.WordUnknown, tierNone, r.text()
		switch {
		case p.word.found():
			word, t = p.word.word, tierStatus
		case r.word.found():
			word, t = r.word.word, tierStatus
		case box.found():
			word, t = box.word, tierStatus
		case r.in.found() && r.in.word != fact.WordConflict:
			word, t = r.in.word, tierAbove
			e.already = e.already || r.in.ruling.already
		case r.marks().found():
			word, t = r.marks().word, tierImplied
		}
		if p.struck(r.b) && t < tierStatus {
			word, t = fact.WordSkipped, tierOwn
		}
		if p.fork != "" {
			e.ForkCommit = p.fork
			e.upstream = true
			if !word.Decides() && t < tierStatus {
				word, t = fact.WordIntegrated, tierImplied
			}
		}
		if r.in.word == fact.WordConflict && word == fact.WordUnknown {
			word, t = fact.WordConflict, tierImplied
		}
		d.state(e, word, t, d.visit, r.b.line, words)
		if p.subject != "" && e.Subject == "" {
			e.Subject = p.subject
		}
		r.fields(func(c column, cell *text) {
			switch {
			case c.field == "notes" || c.field == "":
				if e.ForkCommit == "" && r.onlyHash(cell) {
					e.ForkCommit = findHashes(cell)[0].hash
					e.upstream = true
					d.isFork(e.ForkCommit)
					d.state(e, fact.WordIntegrated, tierImplied, d.visit, r.b.line, words)
					return
				}
				if c.field == "notes" {
					d.setField(e, "notes", cell, r.b.line, d.visit, r.in)
				}
				counts(e, cell.s)
			case c.field == "upstream" || c.field == "fork" || c.field == "position" || c.field == "commit":
			case c.field == "status" && undone:
				d.state(e, fact.WordPending, tierStatus, d.visit, r.b.line, words)
			default:
				d.setField(e, c.field, cell, r.b.line, d.visit, r.in)
			}
			if c.field == "subject" && e.PR == 0 {
				if found := findPulls(cell.s); len(found) > 0 {
					d.setPR(e, found[len(found)-1].number)
				}
			}
		})
	}
}

// decidedNotDone reports whether one cell says that a commit is to be taken
// and another that this has not happened yet.
func (r *tableRow) decidedNotDone() bool {
	taken, open, n := false, false, 0
	r.fields(func(c column, cell *text) {
		if c.field == "status" && !emptyCell(cell.s) {
			n++
			s := r.d.readStatus(cell)
			taken = taken || s.word == fact.WordIntegrated && !s.already
			open = open || s.word == fact.WordPending
		}
	})
	return n > 1 && taken && open
}

// headed reports whether the head of a column names it one of commits.
func (r *tableRow) headed(i int) bool {
	switch f, _ := fieldOf(r.b.table.head[i].s); f {
	case "commit", "upstream", "fork":
		return true
	}
	return false
}

// number is the row's number, 0 if it has none.
func (r *tableRow) number() int {
	for i, c := range r.b.table.columns {
		if c.field == "number" && i < len(r.b.cells) {
			n, err := strconv.Atoi(strings.Trim(r.b.cells[i].s, "#. "))
			if err == nil && n < 1000 {
				return n
			}
		}
	}
	return 0
}

func (r *tableRow) explicit() bool {
	for _, p := range r.pairs {
		if p.explicit {
			return true
		}
	}
	return false
}

func (p *pair) struck(b *block) bool {
	for i := range b.cells {
		for _, sp := range b.cells[i].spans {
			if sp.kind == spanStrike && strings.Contains(strings.ToLower(b.cells[i].s[sp.from:sp.to]), p.m.hash[:minHash]) {
				return true
			}
		}
	}
	return false
}

// onlyHash reports whether a cell is a hash and nothing else, and not one of
// the row's own commits.
func (r *tableRow) onlyHash(cell *text) bool {
	found := findHashes(cell)
	if len(found) != 1 || strings.Trim(cell.s[:found[0].from]+cell.s[found[0].to:], " `*()[]") != "" {
		return false
	}
	for _, p := range r.pairs {
		if samePrefix(p.m.hash, found[0].hash) {
			return false
		}
	}
	return true
}

// marks reads a mark that stands alone in a cell without a head.
func (r *tableRow) marks() ruling {
	var out ruling
	r.fields(func(c column, cell *text) {
		if m, ok := lexicon().mark.whole(cell.s); ok && !out.found() && c.field != "priority" {
			m.meaning = strings.TrimPrefix(m.meaning, "cell ")
			out = m.ruling()
		}
	})
	return out
}

// aboutConflicts reports whether a table lists conflicts: its section or one
// of its heads says so.
func (r *tableRow) aboutConflicts() bool {
	for s := r.b.section; s != nil && s.head != nil && s.head.level > 1; s = s.parent {
		for _, h := range lexicon().section.scan(s.head.text.s) {
			if h.meaning == "conflicts" {
				return true
			}
		}
	}
	return false
}

// text is the row's words.
func (r *tableRow) text() string {
	var parts []string
	for _, c := range r.b.cells {
		if !emptyCell(c.s) {
			parts = append(parts, plain(c.s))
		}
	}
	return strings.Join(parts, " | ")
}
