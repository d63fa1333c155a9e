package report

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed words.tsv
var wordTable string

// strength says where a phrase counts as a verdict; see words.tsv.
type strength uint8

const (
	strengthNone strength = iota
	strengthCell
	strengthSoft
	strengthWeak
	strengthStrong
)

// hit is a phrase of the table found in a text.
type hit struct {
	from, to int
	meaning  string
	strength strength
}

// domain is the part of the word table that answers one question, as a trie
// over folded characters.
type domain struct {
	nodes []trieNode
	ascii [128]int32 // first characters; 0 is none, for node 0 is the root
	first map[rune]int32
	// pairs holds, for each ASCII character that a phrase begins with, those
	// that may follow: most words of a text are dismissed by it.
	pairs [128][2]uint64
}

type trieNode struct {
	next     []edge
	wide     *[128]int32 // next by ASCII character, where there are many
	meaning  string
	strength strength
	open     bool // any ending may follow
}

// edge leads to the node of the next character. Most nodes have one or two.
type edge struct {
	r  rune
	to int32
}

// step returns the node behind a character, 0 if there is none.
func (d *domain) step(at int32, r rune) int32 {
	if at == 0 {
		if r < 128 {
			return d.ascii[r]
		}
		return d.first[r]
	}
	n := &d.nodes[at]
	if n.wide != nil && r < utf8.RuneSelf {
		return n.wide[r]
	}
	for _, e := range n.next {
		if e.r == r {
			return e.to
		}
	}
	return 0
}

// vocabulary is the word table, a domain for each question.
type vocabulary struct {
	before, change, clash, cond, count, deleted, except, failing, field, item, latter, mark, method, modify, needs, none, ordinal, outof, overall, same, scope, section, since, then, these, verdict *domain
}

var lexicon = sync.OnceValue(func() *vocabulary {
	all := map[string]*domain{}
	for line := range strings.Lines(wordTable) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) != 4 {
			continue
		}
		d := all[fields[0]]
		if d == nil {
			d = &domain{first: map[rune]int32{}, nodes: make([]trieNode, 1)}
			all[fields[0]] = d
		}
		level := map[string]strength{"strong": strengthStrong, "weak": strengthWeak, "soft": strengthSoft, "cell": strengthCell}[fields[2]]
		for phrase := range strings.SplitSeq(fields[3], " | ") {
			d.insert(strings.TrimSpace(phrase), fields[1], level)
		}
	}
	for _, d := range all {
		d.index()
	}
	return &vocabulary{
		before: all["before"], change: all["change"], clash: all["clash"], cond: all["cond"], count: all["count"], deleted: all["deleted"], except: all["except"], failing: all["failing"], field: all["field"], item: all["item"], latter: all["latter"],
		mark: all["mark"], method: all["method"], modify: all["modify"], needs: all["needs"], none: all["none"], ordinal: all["ordinal"],
		outof: all["outof"], overall: all["overall"], same: all["same"], scope: all["scope"], section: all["section"], since: all["since"], then: all["then"], these: all["these"], verdict: all["verdict"],
	}
})

// insert adds a phrase; the first meaning of a phrase stays.
func (d *domain) insert(phrase, meaning string, level strength) {
	stem, open := strings.CutSuffix(phrase, "*")
	at, last := int32(0), ' '
	for _, r := range strings.TrimSpace(stem) {
		if r = fold(r); r < 0 || r == ' ' && last == ' ' {
			continue
		}
		last = r
		child := d.step(at, r)
		if child == 0 {
			child = int32(len(d.nodes))
			d.nodes = append(d.nodes, trieNode{})
			switch {
			case at != 0:
				d.nodes[at].next = append(d.nodes[at].next, edge{r, child})
			case r < 128:
				d.ascii[r] = child
			default:
				d.first[r] = child
			}
		}
		at = child
	}
	if at > 0 && d.nodes[at].meaning == "" {
		d.nodes[at].meaning, d.nodes[at].strength, d.nodes[at].open = meaning, level, open
	}
}

// fold maps the characters that phrases do not tell apart to one; -1 drops
// a character.
func fold(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == '-' || r == '_' || r == '\t' || r == '\n' || r == 0xa0 || r == 0x2011 || r == 0x3000:
		return ' '
	case r == '’' || r == '‘':
		return '\''
	case r == 0xfe0f || r == 0x200d || r == '`' || r == '*':
		return -1
	case r >= 0xff01 && r <= 0xff5e:
		return fold(r - 0xfee0)
	case r < utf8.RuneSelf:
		return r
	case r >= 0x4e00 && r <= 0x9fff:
		if plain, ok := simplified()[r]; ok {
			return plain
		}
		return r
	}
	return unicode.ToLower(r)
}

// spaced reports whether a character belongs to words that spaces separate.
func spaced(r rune) bool {
	if r < utf8.RuneSelf {
		return asciiWord[r]
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) && r != 'ー'
}

// scan finds the phrases in a text, leftmost and longest first, not
// overlapping.
func (d *domain) scan(s string) []hit {
	var hits []hit
	before := ' '
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			word := asciiWord[c]
			if (!word || !spaced(before)) && d.mayBegin(s, i) {
				if h, ok := d.match(s, i); ok {
					hits = append(hits, h)
					i = h.to
					before, _ = utf8.DecodeLastRuneInString(s[:i])
					continue
				}
			}
			i++
			if word {
				for i < len(s) && s[i] < utf8.RuneSelf && asciiWord[s[i]] {
					i++ // no phrase begins inside a word
				}
			}
			before = rune(s[i-1])
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !spaced(r) || !spaced(before) {
			if h, ok := d.match(s, i); ok {
				hits = append(hits, h)
				i = h.to
				before, _ = utf8.DecodeLastRuneInString(s[:i])
				continue
			}
		}
		before = r
		i += n
	}
	return hits
}

// mayBegin reports whether the two characters at a position can begin a
// phrase; the first is ASCII.
func (d *domain) mayBegin(s string, i int) bool {
	c := asciiFold[s[i]]
	if c < 0 || d.ascii[c] == 0 {
		return false
	}
	if i+1 == len(s) || s[i+1] >= utf8.RuneSelf || asciiFold[s[i+1]] < 0 {
		return true
	}
	next := asciiFold[s[i+1]]
	return d.pairs[c][next>>6]&(1<<(next&63)) != 0
}

// index prepares a domain that is complete for reading. A phrase of one
// character may be followed by any.
func (d *domain) index() {
	for i := range d.nodes {
		if n := &d.nodes[i]; len(n.next) > 3 {
			n.wide = new([128]int32)
			for _, e := range n.next {
				if e.r < utf8.RuneSelf {
					n.wide[e.r] = e.to
				}
			}
		}
	}
	for c, at := range d.ascii {
		if at == 0 {
			continue
		}
		if d.nodes[at].meaning != "" {
			d.pairs[c] = [2]uint64{^uint64(0), ^uint64(0)}
			continue
		}
		for _, e := range d.nodes[at].next {
			if e.r < utf8.RuneSelf {
				d.pairs[c][e.r>>6] |= 1 << (e.r & 63)
			}
		}
	}
}

var asciiFold, asciiWord = func() (folds [128]int8, word [128]bool) {
	for c := range rune(128) {
		folds[c] = int8(fold(c))
		word[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
	}
	return folds, word
}()

// match returns the longest phrase that starts at a position.
func (d *domain) match(s string, from int) (hit, bool) {
	var best hit
	at, last := int32(0), ' '
	for i := from; i < len(s); {
		r, n := rune(s[i]), 1
		var f rune
		if r < utf8.RuneSelf {
			f = rune(asciiFold[r])
		} else {
			r, n = utf8.DecodeRuneInString(s[i:])
			f = fold(r)
		}
		i += n
		if (f < 0 || f == ' ') && i-n == from {
			break
		}
		if f < 0 || f == ' ' && last == ' ' {
			continue
		}
		if at = d.step(at, f); at == 0 {
			break
		}
		last = f
		node := &d.nodes[at]
		if node.meaning != "" {
			end := i
			if node.open {
				for end < len(s) {
					r, n := utf8.DecodeRuneInString(s[end:])
					if !spaced(r) || r == '_' {
						break
					}
					end += n
				}
			}
			after, _ := utf8.DecodeRuneInString(s[end:])
			if end == len(s) || !spaced(r) || !spaced(after) {
				best = hit{from, end, node.meaning, node.strength}
			}
		}
	}
	return best, best.to > 0
}

// whole returns the meaning of a text that is one phrase and nothing else.
func (d *domain) whole(s string) (hit, bool) {
	from, to := 0, len(s)
	for from < to {
		r, n := utf8.DecodeRuneInString(s[from:])
		if !fringe(r) {
			break
		}
		from += n
	}
	for from < to {
		r, n := utf8.DecodeLastRuneInString(s[:to])
		if !fringe(r) {
			break
		}
		to -= n
	}
	if from == to {
		return hit{}, false
	}
	h, ok := d.match(s[:to], from)
	return h, ok && h.to == to
}

// fringe are the characters around a phrase that say nothing.
func fringe(r rune) bool {
	if r < utf8.RuneSelf {
		return !asciiWord[r] && r != '#' && r != '?' && r != '+' && r != '-'
	}
	switch r {
	case 0xfe0f, '：', '。', '、', '，', '（', '）', '【', '】', '「', '」', '《', '》', '“', '”', '‘', '’', '—', '–', '…':
		return true
	}
	return unicode.IsSpace(r)
}
