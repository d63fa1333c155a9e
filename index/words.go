package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"
)

const (
	wordsAnalyzer = "tracker words" // parts, and whole words beside them
	partsAnalyzer = "tracker parts" // parts alone, of a list with an item a line

	// gap is how far the lines of a list are apart, so that no phrase spans two.
	gap = 16

	// maxWord is how many bytes a word may have. What is longer is encoded data.
	maxWord = 128
)

func init() {
	register := func(name string, wholes bool) {
		err := registry.RegisterAnalyzer(name, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
			return analyzer{wholes: wholes}, nil
		})
		if err != nil {
			panic(err)
		}
	}
	register(wordsAnalyzer, true)
	register(partsAnalyzer, false)
}

type analyzer struct{ wholes bool }

// Analyze cuts text into tokens, as bleve asks for them.
func (a analyzer) Analyze(input []byte) analysis.TokenStream {
	text := string(input)
	tokens := make([]analysis.Token, 0, len(text)/6)
	shift, seen := 0, 0
	cut(text, func(t token) {
		if t.whole && !a.wholes {
			return
		}
		if !a.wholes {
			shift += gap * strings.Count(text[seen:t.start], "\n")
			seen = t.start
		}
		tokens = append(tokens, analysis.Token{Term: []byte(t.term), Start: t.start, End: t.end, Position: t.pos + shift})
	})
	stream := make(analysis.TokenStream, len(tokens))
	for i := range tokens {
		stream[i] = &tokens[i]
	}
	return stream
}

// lines makes one text of a list, for a field with the parts analyzer: bleve
// keeps, for each occurrence in an array, the path to it.
func lines(list []string) string { return strings.Join(list, "\n") }

// token is a part of a word, or a whole word of more than one part.
type token struct {
	term       string // lower case, without a plural ending unless whole
	start, end int    // bytes in the text
	pos        int    // counts parts from 1; a whole word stands where its first part does
	whole      bool
}

// cut calls emit with the tokens of text in order of their position.
func cut(text string, emit func(token)) {
	pos := 0
	for start := 0; start < len(text); {
		r, size := utf8.DecodeRuneInString(text[start:])
		if !inWord(r) {
			start += size
			continue
		}
		end := start
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !inWord(r) {
				break
			}
			end += size
		}
		if end-start <= maxWord || ideographic(r) {
			pos = cutWord(text[start:end], start, pos, emit)
		}
		start = end
	}
}

func cutWord(word string, offset, pos int, emit func(token)) int {
	bounds := partBounds(word)
	if len(bounds) > 1 && strings.IndexFunc(word, ideographic) < 0 {
		emit(token{term: strings.ToLower(word), start: offset, end: offset + len(word), pos: pos + 1, whole: true})
	}
	for _, b := range bounds {
		pos++
		emit(token{term: singular(strings.ToLower(word[b[0]:b[1]])), start: offset + b[0], end: offset + b[1], pos: pos})
	}
	return pos
}

// partBounds finds the parts of a word: fooBar2Baz_qux, HTTPServer and V8Heap
// are foo Bar2 Baz qux, HTTP Server and V8 Heap.
func partBounds(word string) [][2]int {
	var bounds [][2]int
	start := -1
	var before, last rune // the two runes before r
	end := func(at int) {
		if start >= 0 && at > start {
			bounds = append(bounds, [2]int{start, at})
		}
		start = -1
	}
	lastAt := 0
	for at, r := range word {
		switch {
		case r == '_':
			end(at)
		case start < 0:
			start = at
		case ideographic(r) || ideographic(last):
			end(at)
			start = at
		case unicode.IsUpper(r) && !unicode.IsUpper(last):
			end(at)
			start = at
		case unicode.IsLower(r) && unicode.IsUpper(last) && unicode.IsUpper(before) && lastAt > start:
			end(lastAt)
			start = lastAt
		}
		before, last, lastAt = last, r, at
	}
	end(len(word))
	return bounds
}

func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func ideographic(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// singular takes an English plural ending off, after the S-stemmer of Harman
// ("How effective is suffixing?", 1991) with -es taken off whole after a
// hissing sound. Stronger stemmers fold words that differ in code.
func singular(word string) string {
	if len(word) <= 3 || word[len(word)-1] != 's' {
		return word
	}
	switch {
	case hasSuffix(word, "us", "ss", "is"):
		return word
	case hasSuffix(word, "ies") && !hasSuffix(word, "eies", "aies"):
		return word[:len(word)-3] + "y"
	case hasSuffix(word, "sses", "xes", "ches", "shes", "zzes"):
		return word[:len(word)-2]
	}
	return word[:len(word)-1]
}

func hasSuffix(word string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(word, s) {
			return true
		}
	}
	return false
}

// parts returns the terms of text without whole words, in order.
func parts(text string) []string {
	var list []string
	cut(text, func(t token) {
		if !t.whole {
			list = append(list, t.term)
		}
	})
	return list
}

// hashesIn returns the abbreviated and full object names that text names: words of
// at least seven hexadecimal digits, one of which is a decimal one.
func hashesIn(texts ...string) []string {
	var list []string
	seen := map[string]bool{}
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !inWord(r) }) {
			if len(word) < 7 || len(word) > 64 || !strings.ContainsAny(word, "0123456789") || !isHex(word) {
				continue
			}
			if word = strings.ToLower(word); !seen[word] {
				seen[word] = true
				list = append(list, word)
			}
		}
	}
	return list
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
