package report

import (
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// withoutHash reads a row that names its commit by pull request or title.
func (r *tableRow) withoutHash() {
	d := r.d
	var numbers []int
	subject := ""
	hasStatus := r.word.found()
	r.fields(func(c column, cell *text) {
		switch c.field {
		case "pr":
			for _, p := range findPulls(cell.s) {
				numbers = append(numbers, p.number)
			}
		case "subject":
			if subject == "" {
				subject = plain(cell.s)
			}
		case "status":
			hasStatus = hasStatus || d.readStatus(cell).found()
		}
	})
	if r.in.quiet || r.in.own || len(r.b.table.columns) < 2 || !hasStatus && !r.in.word.Decides() && !r.in.steps {
		return
	}
	if len(numbers) == 0 {
		for _, p := range findPulls(subject) {
			if p.number >= 10 {
				numbers = append(numbers[:0], p.number)
			}
		}
	}
	var named []*entry
	for _, n := range numbers {
		named = append(named, d.pull(n, r.b.line))
	}
	if len(named) == 0 && titleLike(subject) && r.ofCommits() {
		named = append(named, d.titled(subject, r.b.line))
	}
	for _, e := range named {
		d.visit++
		word, t := fact.WordUnknown, tierNone
		switch {
		case r.word.found():
			word, t = r.word.word, tierStatus
		case r.in.found():
			word, t = r.in.word, tierAbove
		}
		d.state(e, word, t, d.visit, r.b.line, r.text())
		r.fields(func(c column, cell *text) {
			if c.field != "pr" && c.field != "upstream" && c.field != "fork" {
				d.setField(e, c.field, cell, r.b.line, d.visit, r.in)
			}
			if c.field == "fork" {
				d.setField(e, "fork", cell, r.b.line, d.visit, r.in)
			}
		})
	}
}

const maxTitle = 200 // bytes of a title that names a commit

// titleLike reports whether a cell can be the title of a commit.
func titleLike(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return len(s) >= 6 && len(s) <= maxTitle && unicode.IsLetter(r)
}

// ofCommits reports whether a table without hashes lists commits: its
// headings or the head of its titles say so.
func (r *tableRow) ofCommits() bool {
	var texts []*text
	for i := range r.b.table.head {
		if m, _ := fieldOf(r.b.table.head[i].s); m == "subject" {
			texts = append(texts, &r.b.table.head[i])
		}
	}
	if len(texts) == 0 {
		return false
	}
	for s := r.b.section; s != nil && s.head != nil && s.head.level > 1; s = s.parent {
		texts = append(texts, &s.head.text)
	}
	for _, t := range texts {
		for _, h := range lexicon().section.scan(t.s) {
			if h.meaning == "commits" {
				return true
			}
		}
	}
	return false
}
