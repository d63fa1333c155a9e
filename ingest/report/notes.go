package report

import (
	"regexp"
	"strings"

	"tracker/internal/fact"
)

// chapter returns the innermost heading around a block whose kind is one of
// those asked for, nil if there is none.
func chapter(b *block, kinds ...string) *section {
	for s := b.section; s != nil && s.head != nil; s = s.parent {
		sense := s.above()
		for _, k := range kinds {
			if sense.kinds[k] && !sense.top {
				return s
			}
		}
	}
	return nil
}

// readNotes collects lessons, next steps and the checklist.
func (d *doc) readNotes(blocks []*block) {
	for i, b := range blocks {
		switch b.kind {
		case blockItem, blockParagraph:
			d.readNote(b)
		case blockRow:
			if chapter(b, "checklist") != nil {
				d.checkRow(b)
			}
		case blockHeading:
			// A step that is only a heading with a command under it.
			if chapter(b, "steps") != nil && b.section.above() != nil && b.section.parent != nil && chapter(&block{section: b.section.parent}, "steps") != nil &&
				(i+1 == len(blocks) || blocks[i+1].kind != blockItem && blocks[i+1].kind != blockParagraph) {
				d.out.Steps = append(d.out.Steps, fact.Note{Text: headingText(b), Line: b.line})
			}
		}
	}
}

func (d *doc) readNote(b *block) {
	if b.text.s == "" {
		return
	}
	heading := ""
	if b.section.head != nil {
		heading = headingText(b.section.head)
	}
	note := fact.Note{Text: plain(b.text.s), Heading: heading, Line: b.line}
	lessons, steps := chapter(b, "lessons"), chapter(b, "steps")
	switch {
	case b.box != "" && len(b.entry) == 0, chapter(b, "checklist") != nil && b.kind == blockItem && stateOf(b) != "":
		state := stateOf(b)
		if state == "" {
			state = "pending"
		}
		d.out.Checklist = append(d.out.Checklist, fact.ChecklistItem{Text: withoutMark(b.text.s), State: state, Line: b.line})
	case lessons != nil && len(b.entry) == 0:
		d.out.Lessons = append(d.out.Lessons, note)
		return
	case len(b.entry) == 0:
		if label, at, ok := splitLabel(b.text.s); ok {
			if h, whole := lexicon().section.whole(withoutMark(label)); whole && h.meaning == "lessons" && strings.TrimSpace(b.text.s[at:]) != "" {
				d.out.Lessons = append(d.out.Lessons, fact.Note{Text: plain(b.text.s[at:]), Heading: heading, Line: b.line})
				return
			}
		}
	}
	if label, _, ok := splitLabel(b.text.s); ok && steps != nil && b.kind == blockParagraph {
		if m, _ := fieldOf(label); m == "date" || m == "author" || m == "position" {
			return
		}
	}
	if steps != nil && (b.kind == blockItem || len(b.entry) == 0 && !strings.HasSuffix(note.Text, ":")) {
		note.Text = withoutMark(b.text.s)
		d.out.Steps = append(d.out.Steps, note)
	}
}

var leadingMarks = regexp.MustCompile(`^[^\p{L}\p{N}\[(（"“«<#~+-]+`)

// withoutMark drops the marks in front of a text.
func withoutMark(s string) string {
	s = strings.TrimLeft(s, " `")
	if s != "" && (isLower(s[0]) || isUpper(s[0])) {
		return plain(s)
	}
	return plain(leadingMarks.ReplaceAllString(s, ""))
}

// headingText is a heading without its number and marks.
func headingText(b *block) string {
	return plain(strings.TrimSpace(withoutNumber(b.text.s)))
}

// stateOf reads the state of a checklist's item, "" when it has none.
func stateOf(b *block) string {
	words := b.text.s
	switch {
	case b.ticked:
		return "done"
	case b.box != "":
		if strings.ContainsAny(b.box, "~->") {
			return "skipped"
		}
		if strings.ContainsAny(b.box, "!✗✘❌") {
			return "failed"
		}
		return "pending"
	}
	return stateIn(words)
}

// stateIn reads the mark or the word that gives a state.
func stateIn(s string) string {
	for _, m := range lexicon().mark.scan(s) {
		switch {
		case strings.HasPrefix(s[m.from:], "❌"), strings.HasPrefix(s[m.from:], "✗"), strings.HasPrefix(s[m.from:], "✘"), strings.HasPrefix(s[m.from:], "✖"):
			return "failed"
		case strings.HasPrefix(m.meaning, "cell"):
		case m.meaning == "integrated":
			return "done"
		case m.meaning == "skipped":
			return "skipped"
		case m.meaning == "pending", m.meaning == "deferred":
			return "pending"
		case m.meaning == "conflict":
			return "failed"
		}
	}
	t := plainText(s, 0)
	o := read(&t, 0, 0)
	switch o.lead.word {
	case fact.WordIntegrated:
		return "done"
	case fact.WordSkipped:
		return "skipped"
	case fact.WordPending, fact.WordDeferred:
		return "pending"
	}
	return ""
}

// checkRow reads a checklist that is a table.
func (d *doc) checkRow(b *block) {
	if len(b.cells) < 2 {
		return
	}
	for i := len(b.cells) - 1; i >= 0; i-- {
		if state := stateIn(b.cells[i].s); state != "" {
			at := 0
			if i == 0 {
				at = 1
			}
			d.out.Checklist = append(d.out.Checklist, fact.ChecklistItem{Text: withoutMark(b.cells[at].s), State: state, Line: b.line})
			return
		}
	}
}

var reCount = regexp.MustCompile(`(\d{1,4})\s*(?:commits?|conflicts?|files?|times?|个|件|개|коммит|fois|veces|vezes|mal|x\b|×|$)`)

// readMethods collects how many conflicts were solved in which way.
func (d *doc) readMethods(blocks []*block) {
	var at *fact.Method
	var item *block
	flush := func() {
		if at != nil && (at.Count > 0 || len(at.Commits) > 0) {
			d.out.Methods = append(d.out.Methods, *at)
		}
		at, item = nil, nil
	}
	for _, b := range blocks {
		if item != nil && inside(b, item) {
			for _, m := range findHashes(&b.text) {
				if !contains(at.Commits, m.hash) {
					at.Commits = append(at.Commits, m.hash)
				}
				break // the first is the subject
			}
			continue
		}
		flush()
		if chapter(b, "methods", "conflicts") == nil {
			continue
		}
		switch b.kind {
		case blockItem:
			if at = methodOf(&b.text, b.line); at != nil {
				item = b
			}
		case blockRow:
			if chapter(b, "methods") == nil {
				continue
			}
			for i := range b.cells {
				if m := methodOf(&b.cells[i], b.line); m != nil || i == 0 {
					if m == nil {
						continue
					}
					for j := range b.cells {
						for _, h := range findHashes(&b.cells[j]) {
							m.Commits = append(m.Commits, h.hash)
						}
						if f := figures(&b.cells[j]); len(f) == 1 && !f[0].percent && m.Count == 0 && j != i {
							m.Count = int(f[0].value)
						}
					}
					if m.Count > 0 {
						d.out.Methods = append(d.out.Methods, *m)
					}
					break
				}
			}
		}
	}
	flush()
}

// inside reports whether a block stands in an item.
func inside(b, item *block) bool {
	for p := b.parent; p != nil; p = p.parent {
		if p == item {
			return true
		}
	}
	return false
}

// methodOf reads "Accept upstream (--theirs): 3 commits"; nil if a text does
// not name a method.
func methodOf(t *text, line int) *fact.Method {
	if startsWithHash(t) {
		return nil
	}
	hits := lexicon().method.scan(t.s)
	if len(hits) == 0 {
		return nil
	}
	kind := hits[0].meaning
	for _, h := range hits {
		if h.meaning == "empty" {
			kind = "empty"
		}
	}
	m := &fact.Method{Text: shorten(strings.TrimRight(withoutMark(t.s), ": "), 160), Kind: kind, Line: line}
	if c := reCount.FindStringSubmatch(t.s); c != nil {
		m.Count = int(parseNumber(c[1]))
	}
	for _, h := range findHashes(t) {
		m.Commits = append(m.Commits, h.hash)
	}
	return m
}
