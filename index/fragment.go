package index

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxFragments = 3
	// maxFragment is how many bytes of a line a fragment shows, about.
	maxFragment = 200
)

// marker finds in a text what a query looked for.
type marker struct {
	phrases []phrase
	wholes  []string // words that may be written in parts
	hashes  []string
	// needles are such that a text without any of them has nothing to mark. To
	// look for them first is much cheaper than to cut every line into tokens.
	needles []string
}

// phrase is adjacent parts; with open the last need only begin so.
type phrase struct {
	parts []string
	open  bool
}

func newMarker(clauses []clause, open bool) *marker {
	m := &marker{}
	for _, c := range clauses {
		if c.not {
			continue
		}
		for _, a := range c.atoms {
			switch a.field {
			case "", "author", "path", "introduces", "touches":
				if words := parts(a.value); len(words) > 0 {
					m.phrases = append(m.phrases, phrase{parts: words, open: open && a.field == "" && !a.quoted})
				}
				word := strings.ToLower(a.value)
				if a.field != "author" && a.field != "path" {
					m.wholes = append(m.wholes, word)
				}
				if a.field == "" && isHex(word) && len(word) >= 4 {
					m.hashes = append(m.hashes, word)
				}
			case "pr":
				m.phrases = append(m.phrases, phrase{parts: []string{a.value}})
			case "hash":
				m.hashes = append(m.hashes, a.value)
			}
		}
	}
	for _, p := range m.phrases {
		m.needles = append(m.needles, p.parts[0][:len(p.parts[0])-1]) // without what a plural changes
	}
	m.needles = append(m.needles, m.wholes...)
	for _, hash := range m.hashes {
		m.needles = append(m.needles, hash[:4])
	}
	return m
}

// marks returns what of text is to be highlighted: sorted, apart, in bytes.
func (m *marker) marks(text string) [][2]int {
	spans, _ := m.find(text)
	return spans
}

// find also returns how many different things were found.
func (m *marker) find(text string) (spans [][2]int, found int) {
	folded := strings.ToLower(text)
	if !slices.ContainsFunc(m.needles, func(needle string) bool { return strings.Contains(folded, needle) }) {
		return nil, 0
	}
	var tokens []token
	cut(text, func(t token) {
		if !t.whole {
			tokens = append(tokens, t)
		} else if slices.Contains(m.wholes, t.term) {
			spans = append(spans, [2]int{t.start, t.end})
		}
	})
	if len(spans) > 0 {
		found++
	}
	for _, p := range m.phrases {
		before := len(spans)
		for i := 0; i+len(p.parts) <= len(tokens); i++ {
			if p.at(tokens[i:]) {
				spans = append(spans, [2]int{tokens[i].start, tokens[i+len(p.parts)-1].end})
			}
		}
		if len(spans) > before {
			found++
		}
	}
	for _, hash := range m.hashes {
		before := len(spans)
		for _, t := range tokens {
			word := strings.ToLower(text[t.start:t.end])
			if strings.HasPrefix(word, hash) || len(word) >= 7 && strings.HasPrefix(hash, word) {
				spans = append(spans, [2]int{t.start, t.end})
			}
		}
		if len(spans) > before {
			found++
		}
	}
	return joined(spans), found
}

func (p phrase) at(tokens []token) bool {
	for i, want := range p.parts {
		got := tokens[i].term
		if got != want && !(p.open && i == len(p.parts)-1 && strings.HasPrefix(got, want)) {
			return false
		}
	}
	return true
}

// joined sorts spans and joins those that overlap.
func joined(spans [][2]int) [][2]int {
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var list [][2]int
	for _, s := range spans {
		if n := len(list); n > 0 && s[0] < list[n-1][1] {
			list[n-1][1] = max(list[n-1][1], s[1])
		} else {
			list = append(list, s)
		}
	}
	return list
}

// fragment is a line that matches, cut to a readable length.
type fragment struct {
	text  string
	marks [][2]int
	line  int // of the text it was found in, from 0
	found int // how many of the query's words it has
}

// fragments returns the lines of texts that have most of what was looked
// for, earlier ones first among equals.
func (m *marker) fragments(rows []cardRow) []fragment {
	var list []fragment
	seen := map[string]bool{}
	for _, row := range rows {
		if row.Label != "" {
			if f, ok := m.listed(row); ok {
				list = append(list, f)
			}
			continue
		}
		for i, line := range strings.Split(row.Text, "\n") {
			line = plain(line)
			spans, found := m.find(line)
			if found == 0 {
				continue
			}
			text, spans := window(line, spans)
			if !seen[text] {
				seen[text] = true
				list = append(list, fragment{text: text, marks: spans, line: i, found: found})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b fragment) int { return b.found - a.found })
	return list[:min(len(list), maxFragments)]
}

// listed makes one fragment of the words of a list that match, after a word
// for what the list is.
func (m *marker) listed(row cardRow) (fragment, bool) {
	f := fragment{text: row.Label}
	for _, word := range strings.Fields(row.Text) {
		spans, found := m.find(plain(word))
		if found == 0 {
			continue
		}
		if len(f.text) > maxFragment {
			f.text += " …"
			break
		}
		f.text += " "
		for _, s := range spans {
			f.marks = append(f.marks, [2]int{len(f.text) + s[0], len(f.text) + s[1]})
		}
		f.text += plain(word)
		f.found = max(f.found, found)
	}
	return f, f.found > 0
}

// window cuts a long line to what stands around its first mark.
func window(line string, marks [][2]int) (string, [][2]int) {
	if len(line) <= maxFragment+maxFragment/4 {
		return line, marks
	}
	first := [2]int{}
	if len(marks) > 0 {
		first = marks[0]
	}
	from := max(0, min(first[0]-maxFragment/4, len(line)-maxFragment))
	to := min(len(line), max(from+maxFragment, first[1]))
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to++
	}
	head, tail := "", ""
	if from > 0 {
		head = "…"
	}
	if to < len(line) {
		tail = "…"
	}
	var kept [][2]int
	for _, s := range marks {
		if s[0] >= from && s[1] <= to {
			kept = append(kept, [2]int{s[0] - from + len(head), s[1] - from + len(head)})
		}
	}
	return head + line[from:to] + tail, kept
}
