package report

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// tier orders the places from which a commit's word can come; within one
// visit to a commit the highest wins.
type tier uint8

const (
	tierNone    tier = iota
	tierImplied      // from circumstances: a counterpart in the fork, a reason that names no verdict
	tierAbove        // from a heading, a list's introduction or a column's head
	tierReason       // from the words of the reason
	tierOwn          // from the commit's own line: a word, a mark, a box
	tierStatus       // from a cell or a field that holds the status
)

// ruling is a verdict found in a text.
type ruling struct {
	word    fact.Word
	already bool // the change is there already: what that means depends on where it stands
	own     bool // the commit is the fork's own
	undone  bool // it was taken before
}

func (r ruling) found() bool { return r.word != "" || r.own }

func (h hit) ruling() ruling {
	switch h.meaning {
	case "already":
		return ruling{word: fact.WordIntegrated, already: true}
	case "own":
		return ruling{own: true}
	}
	return ruling{word: fact.Word(h.meaning)}
}

// maxModifier is how far before a verdict, in bytes, a "not" or a "will be"
// is looked for.
const maxModifier = 28

// verdicts returns the phrases of a text that tell a commit's fate, with
// negations and plans worked in.
func verdicts(s string) []hit {
	hits := lexicon().verdict.scan(s)
	kept := hits[:0]
	end := 0
	for _, h := range hits {
		window := s[end:h.from]
		if i := strings.LastIndexFunc(window, func(r rune) bool { return strings.ContainsRune(",;:()|.—", r) }); i >= 0 {
			_, n := utf8.DecodeRuneInString(window[i:])
			window = window[i+n:]
		}
		if len(window) > maxModifier {
			window = window[len(window)-maxModifier:]
			window = window[strings.IndexByte(window, ' ')+1:]
		}
		if h.meaning == "undone" {
			h.meaning = "skipped" // whatever was said before it
			return []hit{h}
		}
		if h.meaning == "none" {
			end = h.to
			continue
		}
		if h.meaning == "integrated" && h.strength == strengthWeak && conditional(s[h.to:]) {
			h.meaning = "deferred"
		}
		if h.meaning == "integrated" && advised(s[max(0, end-maxModifier):h.from]) {
			h.meaning = "pending"
		}
		if n := len(kept); h.meaning == "skipped" && n > 0 && kept[n-1].meaning == "integrated" && takenBack(s, kept[n-1], h) {
			return []hit{h}
		}
		end = h.to
		for _, m := range lexicon().modify.scan(window) {
			switch {
			case m.meaning == "not" && (h.meaning == "integrated" || h.meaning == "pending"):
				h.meaning = "skipped"
			case m.meaning == "not" && h.meaning != "own" && h.meaning != "conflict":
				h.meaning = "none"
			case m.meaning == "future" && h.meaning == "integrated":
				h.meaning = "pending"
			}
		}
		if h.meaning != "none" {
			kept = append(kept, h)
		}
	}
	return kept
}

// conditional reports whether a demand depends on what has to happen first:
// "Take it once it settles".
func conditional(s string) bool {
	s = s[:clauseEnd(s, 0)]
	return len(s) < 100 && len(lexicon().cond.scan(s)) > 0
}

// takenBack reports whether a verdict undoes the one before it, as "picked,
// then reverted after a week" does.
func takenBack(s string, first, h hit) bool {
	gap := s[first.to:h.from]
	if len(gap) > 3*maxModifier || strings.ContainsAny(gap, ".;:") || len(lexicon().then.scan(gap)) == 0 || len(findHashes(&text{s: gap})) > 0 {
		return false
	}
	u, ok := lexicon().failing.whole(s[h.from:h.to])
	return ok && u.meaning == "undone"
}

// advised reports whether the words right before a verdict make it advice, as
// "Recommendation: cherry-pick" does.
func advised(before string) bool {
	before = strings.TrimRight(strings.ToValidUTF8(before, ""), " *:：`")
	for _, h := range lexicon().field.scan(before) {
		if h.to == len(before) && h.meaning == "recommendation" {
			return true
		}
	}
	return false
}

// clauses splits a text at the punctuation that separates a title from a
// verdict, a verdict from a reason, and sentences.
func clauses(s string) []span {
	var out []span
	for c := range eachClause(s) {
		out = append(out, c)
	}
	return out
}

func eachClause(s string) iter.Seq[span] {
	return func(yield func(span) bool) {
		from := 0
		for i := 0; i < len(s); {
			n, cut := clauseCut(s, i)
			if cut {
				if strings.TrimSpace(s[from:i]) != "" && !yield(span{from: from, to: i}) {
					return
				}
				from = i + n
			}
			i += n
		}
		if strings.TrimSpace(s[from:]) != "" {
			yield(span{from: from, to: len(s)})
		}
	}
}

// clauseCut returns the length of the character at a position, or of the two
// of a dash, and whether a clause ends there.
func clauseCut(s string, i int) (int, bool) {
	c := s[i]
	if c < utf8.RuneSelf && (asciiWord[c] || c == ' ') {
		return 1, false
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	switch r {
	case '—', '–', '：', '，', '、', '；', '。', '（', '）', '(', ')', '[', ']', ';', '|', '·', '→', '»', '【', '】', '…':
		return n, true
	case ':', ',', '.', '!', '?', '-', '/', '+':
		spaceAfter := i+1 == len(s) || s[i+1] == ' '
		spaceBefore := i > 0 && s[i-1] == ' '
		if r == '-' && spaceBefore && strings.HasPrefix(s[i:], "-- ") {
			return 2, true
		}
		return n, spaceAfter && (r != '-' && r != '/' && r != '+' || spaceBefore)
	}
	return n, false
}

// leads reports whether nothing but filler stands between the start of a
// clause and a phrase in it.
func leads(s string, clause span, h hit) bool {
	pos := clause.from
	for pos < h.from {
		r, n := utf8.DecodeRuneInString(s[pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			pos += n
			continue
		}
		m, ok := lexicon().modify.match(s[:h.from], pos)
		if !ok {
			return false
		}
		pos = m.to
	}
	return true
}

// ends reports whether a phrase in a script whose verbs come last ends its
// clause.
func ends(s string, clause span, h hit) bool {
	r, _ := utf8.DecodeRuneInString(s[h.from:])
	if r < utf8.RuneSelf || spaced(r) {
		return false
	}
	return strings.TrimFunc(s[h.to:clause.to], func(r rune) bool {
		return fringe(r) || strings.ContainsRune("した済みだったです됨함음습니다了", r)
	}) == ""
}

// opinion is what a text says of a commit, by how plainly it says so.
type opinion struct {
	lead  ruling // a verdict that leads a clause or is set off
	mark  ruling // an emoji or a check mark
	loose ruling // a verdict somewhere in a sentence
	soft  ruling // circumstances
	at    hit    // the phrase that leads
}

// read forms an opinion from a text, passing over the title in it.
func read(t *text, titleFrom, titleTo int) opinion {
	var o opinion
	var parts []span
	k := 0
	for i, h := range verdicts(t.s) {
		if i == 0 {
			parts = clauses(t.s)
		}
		if h.from >= titleFrom && h.to <= titleTo {
			continue
		}
		for k < len(parts)-1 && parts[k].to <= h.from {
			k++
		}
		clause := span{from: h.from, to: h.to}
		if k < len(parts) {
			clause = parts[k]
			if clause.from < titleTo && titleTo <= h.from {
				clause.from = titleTo
			}
		}
		r := h.ruling()
		plainly := leads(t.s, clause, h)
		whole := plainly && strings.TrimFunc(t.s[h.to:max(h.to, clause.to)], fringe) == ""
		switch {
		case whole && h.strength != strengthSoft,
			plainly && h.strength == strengthStrong,
			plainly && h.strength == strengthWeak && setOff(t, h),
			h.strength == strengthStrong && ends(t.s, clause, h):
			o.lead = prefer(o.lead, r, &o.at, h)
		case h.strength == strengthStrong || h.strength == strengthWeak && plainly:
			o.loose = prefer(o.loose, r, nil, h)
		case h.strength == strengthSoft:
			o.soft = prefer(o.soft, r, nil, h)
		}
	}
	for _, m := range lexicon().mark.scan(t.s) {
		if m.from >= titleFrom && m.to <= titleTo || strings.HasPrefix(m.meaning, "cell") {
			continue
		}
		o.mark = prefer(o.mark, m.ruling(), nil, m)
	}
	return o
}

// prefer keeps the first ruling that decides, else the first.
func prefer(old, found ruling, at *hit, h hit) ruling {
	if old.own || old.word.Decides() && !old.already || old.found() && !found.word.Decides() && !found.own {
		return old
	}
	if old.already && (!found.word.Decides() || found.already) {
		return old
	}
	if at != nil {
		*at = h
	}
	return found
}

// setOff reports whether a phrase is set in bold or code from its start, or
// in capitals.
func setOff(t *text, h hit) bool {
	for _, kind := range []spanKind{spanCode, spanStrong} {
		if sp, ok := t.within(h.from, kind); ok && strings.TrimFunc(t.s[sp.from:h.from], fringe) == "" {
			return true
		}
	}
	word := t.s[h.from:h.to]
	return strings.ToUpper(word) == word && strings.ToLower(word) != word
}

// readStatus reads a cell or a field that holds a status. The report's own
// legend goes before the word table.
func (d *doc) readStatus(t *text) ruling {
	if r, ok := d.legend[legendKey(t.s)]; ok {
		return r
	}
	if first, _, ok := strings.Cut(t.s, " "); ok {
		if r, ok := d.legend[legendKey(first)]; ok {
			return r
		}
	}
	for _, sp := range t.spans {
		if sp.kind != spanLink && sp.from == 0 {
			if r, ok := d.legend[legendKey(t.s[sp.from:sp.to])]; ok {
				return r
			}
		}
	}
	if b, ok := boxRuling(t.s); ok {
		return b
	}
	var first, all ruling
	end := clauseEnd(t.s, 0)
	for _, h := range verdicts(t.s) {
		r := h.ruling()
		if h.from < end {
			first = prefer(first, r, nil, h)
		}
		if !all.already || r.word.Decides() {
			if all.already && r.word.Decides() && !r.already {
				all = r // "skipped, already present", in either order
			} else {
				all = prefer(all, r, nil, h)
			}
		}
	}
	switch {
	case first.already && all.word.Decides() && !all.already:
		return all
	case first.word == fact.WordSkipped && recovers(t.s):
		return ruling{word: fact.WordIntegrated}
	case first.own || first.word.Decides():
		return first
	case first.word == fact.WordPending:
		return first
	case all.own || all.word.Decides():
		return all
	}
	var mark ruling
	for _, m := range lexicon().mark.scan(t.s) {
		m.meaning = strings.TrimPrefix(m.meaning, "cell ")
		mark = prefer(mark, m.ruling(), nil, m)
	}
	if all.word == fact.WordConflict && strings.ContainsAny(t.s, failedMarks) {
		return all
	}
	if mark.word.Decides() || !all.found() {
		return mark
	}
	return all
}

// failedMarks are those that say that something went wrong, and not that
// somebody decided.
const failedMarks = "❌✗✘✖"

// boxRuling reads a text that is a task's box, with or without code marks.
func boxRuling(s string) (ruling, bool) {
	s = strings.Trim(strings.TrimSpace(s), "`")
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return ruling{}, false
	}
	switch strings.ToLower(strings.TrimSpace(s[1 : len(s)-1])) {
	case "":
		return ruling{word: fact.WordPending}, true
	case "x", "✓", "✔", "✅":
		return ruling{word: fact.WordIntegrated}, true
	case "~", "-", "✗", "✘", "❌":
		return ruling{word: fact.WordSkipped}, true
	case ">":
		return ruling{word: fact.WordDeferred}, true
	case "/":
		return ruling{word: fact.WordPending}, true
	case "!", "?":
		return ruling{word: fact.WordConflict}, true
	}
	return ruling{}, false
}

// legendKey is the form in which a status is looked up in a report's legend.
func legendKey(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("`*_:：.。", r)
	}))
}
