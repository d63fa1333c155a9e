package report

import (
	"regexp"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// numberedList is a list or a table whose commits bear numbers, by which the
// text may refer to them later.
type numberedList struct {
	of       any // the list's first block or its table
	byNumber map[int][]*entry
}

// maxNumbered is the length of the longest list of which a sentence may speak
// as a whole.
const maxNumbered = 500

// number notes that commits stand under a number of a list.
func (d *doc) number(of any, number int, entries []*entry) {
	if number <= 0 || len(entries) == 0 {
		return
	}
	n := len(d.lists)
	if n == 0 || number == 1 || d.lists[n-1].of != of && d.lists[n-1].byNumber[number] != nil {
		d.lists = append(d.lists, &numberedList{of: of, byNumber: map[int][]*entry{}})
		n++
	}
	d.lists[n-1].byNumber[number] = entries
}

var (
	// numberRun is a number or several: "3", "3 and 7", "1-4, 6".
	numberRun  = regexp.MustCompile(`\d{1,3}(?:(?:\s*[-–]\s*|\s*(?:,|、|и|&|,?\s+and|\s+und|\s+et|\s+y|\s+e|と|와|과|和)\s*)#?\d{1,3})*`)
	numberSpan = regexp.MustCompile(`(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?`)
)

// byNumber reads a sentence that speaks of commits by their numbers in the
// last list: "done except 3 and 7", "Nos. 2-4: dropped", "3 is in, too". It
// returns false if the sentence does not.
func (d *doc) byNumber(b *block, l *line) bool {
	if len(d.lists) == 0 {
		return false
	}
	list := d.lists[len(d.lists)-1]
	s := l.t.s
	if len(list.byNumber) < 2 || len(s) > 400 {
		return false
	}
	start := 0
	if _, at, ok := splitLabel(s); ok && findDate(s[:at]) != "" {
		start = at
	}
	exceptions := lexicon().except.scan(s)
	runs := numberRun.FindAllStringIndex(s, 8)
	said := false
	for i, run := range runs {
		if run[0] < start || run[0] > 0 && (wordByte(s[run[0]-1]) || strings.IndexByte("-./:v", s[run[0]-1]) >= 0) || run[1] < len(s) && (wordByte(s[run[1]]) || s[run[1]] == '%') {
			continue
		}
		named := list.named(s[run[0]:run[1]])
		if named == nil {
			continue
		}
		stop := len(s)
		if i+1 < len(runs) {
			stop = runs[i+1][0]
		}
		before := strings.TrimRight(s[start:run[0]], " #(")
		var item bool
		for _, h := range lexicon().item.scan(before) {
			if h.to == len(before) {
				item, before = true, strings.TrimRight(before[:h.from], " ")
			}
		}
		item = item || strings.HasSuffix(s[:run[0]], "#")
		for _, x := range exceptions {
			if x.from >= start && x.to == start+len(before) || x.from >= run[1] && strings.Trim(s[run[1]:x.from], " をは은는") == "" {
				d.allBut(b, list, named, s[start:x.from], s[min(len(s), max(run[1], x.to)):])
				return true
			}
		}
		if before != "" && !item {
			continue
		}
		r, ok := predicate(s[run[1]:stop])
		if !ok || !item && !singular(s[run[1]:], len(named)) {
			continue
		}
		d.visit++
		for _, e := range named {
			d.state(e, r.word, tierOwn, d.visit, b.line, s)
		}
		if len(named) == 1 {
			d.conflictsFrom(named[0], l.t, false)
		}
		b.entry = append(b.entry, named...)
		said = true
	}
	return said
}

// singular reports whether what follows a number speaks of the thing of that
// number, and not of as many things: "3 is in", but not "3 are in".
func singular(s string, n int) bool {
	s = strings.TrimLeft(s, " ")
	if h, ok := lexicon().item.match(s, 0); ok {
		return h.meaning == "one" || h.meaning == "any" || h.meaning == "many" && n > 1
	}
	return strings.HasPrefix(s, ":") || strings.HasPrefix(s, "：")
}

// named returns the commits under the numbers of a run, nil if one of them is
// no number of the list.
func (list *numberedList) named(run string) []*entry {
	var out []*entry
	for _, m := range numberSpan.FindAllStringSubmatch(run, -1) {
		from, _ := strconv.Atoi(m[1])
		to := from
		if m[2] != "" {
			to, _ = strconv.Atoi(m[2])
		}
		if to < from || to-from > 200 {
			return nil
		}
		for n := from; n <= to; n++ {
			if list.byNumber[n] == nil {
				return nil
			}
			out = append(out, list.byNumber[n]...)
		}
	}
	return out
}

// allBut states a verdict on all commits of a list but some; those have none
// yet.
func (d *doc) allBut(b *block, list *numberedList, but []*entry, before, after string) {
	r := ruling{}
	for _, s := range []string{before, after} {
		for _, h := range verdicts(s) {
			r = prefer(r, h.ruling(), nil, h)
		}
	}
	if !r.word.Decides() || len(list.byNumber) > maxNumbered {
		return
	}
	d.visit++
	for _, entries := range list.byNumber {
		for _, e := range entries {
			word := r.word
			for _, x := range but {
				if x == e {
					word = fact.WordPending
				}
			}
			d.state(e, word, tierOwn, d.visit, b.line, b.text.s)
		}
	}
}
