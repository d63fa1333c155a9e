package report

import (
	"bytes"
	"strings"

	"tracker/internal/draft"
	"tracker/internal/fact"
)

// drafted is what of a report tracker drafted. That part has a form of its own and
// is read by it to the letter: titles, paths and reasons may hold any words, which
// would mean something to a reader of other reports. Lines count from 1.
type drafted struct {
	own    []span // lines, from and up to but not including, that tracker wrote
	edited bool   // a person changed something there
}

// findDraft looks for a draft in a report's bytes; nil if there is none, or its
// markers are damaged: then it is read like any report.
func findDraft(raw []byte) *drafted {
	if !bytes.Contains(raw, []byte(draft.Marker)) {
		return nil
	}
	text, _ := decode(raw)
	found, err := draft.Find([]byte(text))
	if err != nil || found == nil {
		return nil
	}
	d := &drafted{edited: found.Sum != found.Checksum([]byte(text))}
	line, at := 1, 0
	to := func(pos int) int {
		line += strings.Count(text[at:pos], "\n")
		at = pos
		return line
	}
	for _, p := range found.Parts {
		from := to(p.Begin)
		if p.Free == "" {
			d.own = append(d.own, span{from: from, to: to(p.End)})
		}
	}
	return d
}

func (d *drafted) has(line int) bool {
	for _, s := range d.own {
		if s.from <= line && line < s.to {
			return true
		}
	}
	return false
}

// readDrafted reads what tracker drafted and returns the blocks that are left to be
// read like those of any report, with the claims of the summary.
func (d *doc) readDrafted(src []byte, blocks []*block) (rest []*block, claims []claim) {
	form := findDraft(src)
	if form == nil {
		return blocks, nil
	}
	section := ""
	var e *entry
	for _, b := range blocks {
		if !form.has(b.line) {
			rest = append(rest, b)
			continue
		}
		read := true
		switch {
		case b.kind == blockHeading && b.level <= 2:
			section, e = b.text.s, nil
		case b.kind == blockHeading:
			e = d.draftedHead(b)
			read = e != nil
		case e != nil && b.kind == blockItem:
			b.entry = []*entry{e}
			read = e.draftedField(d, b)
		case section == draft.Summary && b.kind == blockRow && len(b.cells) == 2:
			var c fact.Claim
			if c, read = draft.Claim(b.cells[0].s, b.cells[1].s); read {
				c.Line = b.line
				claims = append(claims, claim{Claim: c, block: b, percent: c.Kind == "percentage", share: -1})
			}
		case section == draft.Patterns && b.kind == blockItem:
			d.out.Lessons = append(d.out.Lessons, fact.Note{Text: b.text.s, Heading: section, Line: b.line})
		case section == draft.Steps && b.kind == blockItem:
			d.out.Steps = append(d.out.Steps, fact.Note{Text: b.text.s, Heading: section, Line: b.line})
		default:
			read = false
		}
		if !read && form.edited {
			rest = append(rest, b)
		}
	}
	return rest, claims
}

// draftedHead begins the entry of a commit.
func (d *doc) draftedHead(b *block) *entry {
	w, hash, title, ok := draft.ReadHead(b.text.s)
	if !ok || len(hash) < minHash {
		return nil
	}
	e := d.commit(hash, b.line)
	e.upstream = true
	e.Subject, e.PR = draft.Unnumbered(title)
	if e.PR != 0 && d.byPR[e.PR] == nil {
		d.byPR[e.PR] = e
	}
	d.visit++
	d.state(e, w, tierStatus, d.visit, b.line, b.text.s)
	b.entry, b.section.entry = []*entry{e}, []*entry{e}
	return e
}

// draftedField reads one line of a commit.
func (e *entry) draftedField(d *doc, b *block) bool {
	label, at, ok := draftedLabel(&b.text)
	if !ok {
		return false
	}
	value := b.text.slice(at, len(b.text.s))
	var code []string
	end := 0 // of the first span
	for _, sp := range value.spans {
		if sp.kind == spanCode {
			if code = append(code, value.s[sp.from:sp.to]); len(code) == 1 {
				end = sp.to
			}
		}
	}
	switch label {
	case draft.Title:
		e.Subject = value.s
	case draft.Status:
		word, _, _ := strings.Cut(value.s, " ")
		for _, w := range draft.Words {
			if word == string(w) {
				d.state(e, w, tierStatus, d.visit, b.line, b.text.s)
			}
		}
	case draft.Copy:
		if len(code) == 0 || len(code[0]) < minHash || !fact.IsHash(code[0]) {
			return false
		}
		e.ForkCommit = code[0]
		d.isFork(code[0])
	case draft.Conflict:
		if len(code) == 0 {
			e.Clean = value.s == draft.None
			return e.Clean
		}
		e.Conflicts = append(e.Conflicts, fact.Conflict{Path: code[0], Detail: strings.TrimPrefix(value.s[end:], " — ")})
	case draft.Resolution:
		e.Resolution = value.s
	case draft.Impact:
		e.Impact = value.s
		e.Insertions, e.Deletions, _ = draft.ReadLines(value.s)
	case draft.Reason:
		e.Reason, e.why = value.s, whyField
	case draft.Missing:
		e.Missing = append(e.Missing, code...)
	case draft.Recommendation:
		e.Recommendation = value.s
	}
	return true
}

// draftedLabel splits a line into the label that it begins with, in bold, and where
// its value begins.
func draftedLabel(t *text) (label string, value int, ok bool) {
	sp, ok := t.within(0, spanStrong)
	if !ok || sp.from != 0 {
		return "", 0, false
	}
	label, found := strings.CutSuffix(t.s[:sp.to], ":")
	if !found {
		if !strings.HasPrefix(t.s[sp.to:], ":") {
			return "", 0, false
		}
		sp.to++
	}
	return label, sp.to, true
}
