package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// claim is a number that the report states, with where it stands.
type claim struct {
	fact.Claim
	block   *block
	overall bool // it covers more than this report
	percent bool // Value is a percentage
	// share is the percentage that stands beside the number, -1 without.
	share float64
	// narrow says that words limit the number to a part of the commits.
	narrow bool
	// mixed says that the sentence has figures for things that the word table
	// does not know.
	mixed bool
}

// figure is a number in a text.
type figure struct {
	from, to     int
	value, total float64
	percent      bool
}

var reFigure = regexp.MustCompile(`(?:[~≈±+−-]\s?)?(\d{1,3}(?:[,  ]\d{3})+|\d+(?:[.,]\d+)?)(?:\s*(?:/|out of|of|von|sur|de|из|in)\s*(\d+)|\s*([%％]))?`)

const maxClaims = 2000 // of one report

// figures returns the numbers of a text that can count something: no dates,
// versions, hashes, issue numbers or lines of code.
func figures(t *text) []figure {
	if !strings.ContainsAny(t.s, "0123456789") {
		return nil
	}
	var out []figure
	for _, m := range reFigure.FindAllStringSubmatchIndex(t.s, -1) {
		f := figure{from: m[0], to: m[1], percent: m[6] >= 0}
		if _, code := t.within(m[2], spanCode); code || !countable(t.s, m[2], m[1]) {
			continue
		}
		f.value = parseNumber(t.s[m[2]:m[3]])
		if m[4] >= 0 {
			f.total = parseNumber(t.s[m[4]:m[5]])
			if !strings.Contains(t.s[m[3]:m[4]], "/") && f.total < f.value {
				f.to, f.total = m[3], 0
			}
		}
		out = append(out, f)
	}
	return out
}

// countable looks at the characters around a number.
func countable(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, n := utf8.DecodeRuneInString(s[to:])
	if from > 0 && (spaced(before) && before != '\uFFFD' || strings.ContainsRune("#.:/\\@_$v", before)) {
		return false
	}
	label := strings.ToValidUTF8(strings.TrimRight(s[max(0, from-24):from], " :*"), "")
	for _, h := range lexicon().ordinal.scan(label) {
		if h.to == len(label) {
			return false
		}
	}
	if (before == '-' || before == '−') && from > 1 && s[from-2] != ' ' && s[from-2] != '(' {
		return false
	}
	if to < len(s) && (spaced(after) || after == '_' || after == '\\') {
		return false
	}
	if strings.ContainsRune("-:./", after) && to+n < len(s) && s[to+n] >= '0' && s[to+n] <= '9' {
		return false
	}
	// The number of a list or a chapter.
	return !(strings.ContainsRune(".)", after) && strings.TrimSpace(s[:from]) == "")
}

func parseNumber(s string) float64 {
	if i := strings.LastIndexAny(s, ","); i >= 0 && len(s)-i == 4 || strings.ContainsAny(s, "  ") {
		s = strings.NewReplacer(",", "", " ", "", " ", "").Replace(s)
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil {
		return 0
	}
	return v
}

// readClaims collects the numbers that a report states about itself.
func (d *doc) readClaims(blocks []*block) []claim {
	var out []claim
	for _, b := range blocks {
		if len(out) >= maxClaims {
			break
		}
		switch b.kind {
		case blockRow:
			out = append(out, rowClaims(b)...)
		case blockFence:
		default:
			if len(b.entry) == 0 && (context(b) == nil || b.kind == blockHeading) {
				out = append(out, textClaims(b, &b.text)...)
			}
		}
	}
	return out
}

// textClaims reads the numbers of a heading, an item or a paragraph.
func textClaims(b *block, t *text) []claim {
	if !strings.ContainsAny(t.s, "0123456789") {
		return nil
	}
	var out []claim
	for _, sp := range sentences(t.s) {
		before, unknown := len(out), false
		part := t.slice(sp.from, sp.to)
		found := figures(&part)
		if len(found) == 0 {
			continue
		}
		hits := lexicon().count.scan(part.s)
		whole, narrow, weighed := false, false, false // what the sentence says of all its numbers
		labelEnd := 0
		if _, at, ok := splitLabel(part.s); ok {
			labelEnd = at
		}
		for i, f := range found {
			if f.from < labelEnd || b.kind == blockHeading && !headingCount(part.s, f) {
				continue
			}
			if i > 0 && f.percent && len(out) > 0 && out[len(out)-1].Line == b.line && out[len(out)-1].share < 0 && near(part.s, found[i-1].to, f.from) {
				out[len(out)-1].share = f.value
			}
			var next *figure
			if i+1 < len(found) {
				next = &found[i+1]
			}
			kind := kindOf(part.s, hits, f, next, labelEnd)
			if f.percent {
				kind = "percentage"
			} else if kind == "" || kind == "percentage" {
				unknown = unknown || kind == ""
				continue
			}
			if kind == "total" && f.total > 0 {
				// "Combined total: 11/14 (79 % success)", "Success rate: 79 % (11/14)"
				for _, h := range hits {
					switch h.meaning {
					case "percentage":
						kind = "integrated"
					case "total", "nothing":
					default:
						kind = h.meaning
					}
				}
			}
			if kind == "nothing" || uncounted(part.s, hits, f) || kind == "total" && b.kind == blockItem && chapter(b, "methods") != nil {
				continue
			}
			if kind == "total" && b.kind == blockHeading {
				// "Deferred commits (3 total)"
				for _, h := range hits {
					if h.to <= f.from && h.meaning != "total" && h.meaning != "nothing" {
						kind = h.meaning
					}
				}
			}
			c := claim{Claim: fact.Claim{Text: shorten(part.s, 160), Kind: kind, Value: f.value, Total: f.total, Line: b.line}, block: b, percent: f.percent, share: -1}
			if !weighed {
				whole, narrow, weighed = overall(b, part.s), len(lexicon().scope.scan(part.s)) > 0, true
			}
			c.overall, c.narrow = whole, narrow
			if n := len(out); n > 0 && f.total > 0 && i > 0 && found[i-1].percent && out[n-1].Line == b.line && near(part.s, found[i-1].to, f.from) {
				c.share = out[n-1].Value
			}
			out = append(out, bySign(c, part.s[labelEnd:])...)
		}
		for i := range out[before:] {
			out[before+i].mixed = unknown && len(found) > 2
		}
	}
	return out
}

var plusMinus = regexp.MustCompile(`^\W*\+\s?([\d,]+)(?: lines?)?\s*[,/|]?\s*[-−–]\s?([\d,]+)\D*$`)

// bySign splits a number of lines that is given as "+62, -31".
func bySign(c claim, value string) []claim {
	m := plusMinus.FindStringSubmatch(value)
	if c.Kind != "lines" || m == nil {
		return []claim{c}
	}
	minus := c
	c.Kind, c.Value = "insertions", parseNumber(m[1])
	minus.Kind, minus.Value = "deletions", parseNumber(m[2])
	return []claim{c, minus}
}

// uncounted reports whether the word right behind a number counts something
// that is none of the report's matter, as in "~30 minutes".
func uncounted(s string, hits []hit, f figure) bool {
	for _, h := range hits {
		if h.from >= f.to && strings.TrimLeft(s[f.to:h.from], "+ ") == "" {
			return h.meaning == "nothing"
		}
	}
	return false
}

// near reports whether a percentage is the parenthesis of the number before it.
func near(s string, from, to int) bool {
	gap := strings.TrimSpace(s[from:to])
	return strings.HasSuffix(gap, "(") && len(gap) < 24 || gap == "" || gap == "=" || gap == ","
}

// headingCount reports whether a number in a heading counts what stands under
// it: it is in the parenthesis that ends it, as in "Picked commits (8)".
func headingCount(s string, f figure) bool {
	open := strings.LastIndexAny(s[:f.from], "(（")
	return open >= 0 && len(strings.TrimSpace(s[open:f.from])) <= 3 && strings.HasSuffix(strings.TrimRight(s, " "), ")") || open >= 0 && strings.HasSuffix(s, "）")
}

func overall(b *block, s string) bool {
	if len(lexicon().overall.scan(s)) > 0 {
		return true
	}
	for sec := b.section; sec != nil && sec.head != nil && sec.head.level > 1; sec = sec.parent {
		if len(lexicon().overall.scan(sec.head.text.s)) > 0 {
			return true
		}
	}
	return false
}

// kindOf picks the word that says what a number counts: in a labelled line
// the last one of the label, else the nearest in the clause. A word before a
// number counts only right before it.
func kindOf(s string, hits []hit, f figure, next *figure, labelEnd int) string {
	labelled := labelEnd > 0 && strings.IndexFunc(s[labelEnd:max(labelEnd, f.from)], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
	if !labelled && f.total == 0 {
		before := strings.TrimRight(s[labelEnd:max(labelEnd, f.from)], " *")
		for _, h := range lexicon().outof.scan(before) {
			if h.to == len(before) && len(before) <= 24 {
				return "total" // "Of 9 commits, 5 were picked"
			}
		}
	}
	best, bestAt := "", 1<<30
	for _, h := range hits {
		if h.strength == strengthWeak && !alone(s, f, h) {
			continue
		}
		distance := 0
		switch {
		case h.to <= labelEnd:
			if !labelled {
				continue
			}
			distance = -1000 - h.from
			if h.meaning == "total" {
				distance = -1
			}
		case h.from >= f.to:
			if taken(s, f, next, h) {
				continue
			}
			distance = h.from - f.to
			if strings.ContainsAny(s[f.to:h.from], ",;.(") {
				distance += 40
			}
		case h.to <= f.from:
			gap := strings.Trim(s[h.to:f.from], " *:=~了したを는은이가(（")
			if gap != "" && f.total == 0 {
				continue
			}
			distance = f.from - h.to + 2
		}
		if h.meaning == "total" && !labelled {
			distance += 30
		}
		if distance <= 90 && distance < bestAt {
			best, bestAt = h.meaning, distance
		}
	}
	return best
}

// alone reports whether a word that has other uses ("in", "open") stands by a
// number and nothing but marks or another number follows: "in 3, out 1".
func alone(s string, f figure, h hit) bool {
	last := max(h.to, f.to)
	between := ""
	if h.to <= f.from {
		between = s[h.to:f.from]
	} else if f.to <= h.from {
		between = s[f.to:h.from]
	}
	rest := strings.TrimLeft(s[last:], " *")
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.Trim(between, " *:=") == "" && !unicode.IsLetter(r) && r != '('
}

// taken reports whether a word behind a number counts a later one: another
// number stands between, or right behind it after a comma, as in "in 3, out 1".
func taken(s string, f figure, next *figure, h hit) bool {
	if next == nil || next.from < f.to {
		return false
	}
	return next.to <= h.from || next.from >= h.to && strings.Trim(s[h.to:next.from], " *:=") == "" && strings.ContainsAny(s[f.to:h.from], ",;，；、")
}

// rowClaims reads a row of a table of numbers: "Integrated | 9", or numbers
// under heads that name what they count.
func rowClaims(b *block) []claim {
	var out []claim
	t := b.table
	if len(b.cells) < 1 || len(b.cells) > 12 {
		return nil
	}
	for i := range b.cells {
		if len(findHashes(&b.cells[i])) > 0 {
			return nil
		}
	}
	label := b.cells[0].s
	labelHits := lexicon().count.scan(label)
	for i := range b.cells {
		cell := &b.cells[i]
		found := figures(cell)
		if len(found) == 0 || found[0].from > 4 || i >= len(t.head) {
			continue
		}
		f := found[0]
		kind, words := "", ""
		headHits := lexicon().count.scan(t.head[i].s)
		switch {
		case len(headHits) > 0 && headHits[0].meaning != "total" && (i > 0 || len(t.rows) == 1):
			if len(t.rows) > 1 && !totalRow(b) {
				continue // a part: the total row makes the claim
			}
			kind, words = headHits[0].meaning, plain(t.head[i].s+": "+cell.s)
		case i > 0 && len(labelHits) > 0:
			kind = kindOf(label, labelHits, figure{from: len(label), to: len(label)}, nil, len(label))
			words = plain(label + ": " + cell.s)
		}
		if kind == "" || kind == "nothing" || kind == "percentage" && !f.percent || uncounted(cell.s, lexicon().count.scan(cell.s), f) {
			continue
		}
		c := claim{Claim: fact.Claim{Text: shorten(words, 160), Kind: kind, Value: f.value, Total: f.total, Line: b.line}, block: b, percent: f.percent, share: -1}
		if f.percent {
			c.Kind = "percentage"
		}
		if len(found) > 1 && found[1].percent {
			c.share = found[1].value
		}
		c.overall = overall(b, label)
		c.narrow = len(lexicon().scope.scan(label)) > 0
		out = append(out, bySign(c, cell.s)...)
	}
	return out
}

// totalRow reports whether a row sums up the ones above it.
func totalRow(b *block) bool {
	if b != b.table.rows[len(b.table.rows)-1] {
		return false
	}
	label := strings.ToLower(strings.TrimFunc(b.cells[0].s, func(r rune) bool { return !unicode.IsLetter(r) }))
	for _, w := range []string{"total", "sum", "summe", "gesamt", "totale", "всего", "итого", "合计", "合計", "总计", "小计", "합계", "총계"} {
		if label == w || strings.HasPrefix(label, w) {
			return true
		}
	}
	return false
}
