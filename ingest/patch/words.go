package patch

import (
	"bytes"
	"iter"
	"slices"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
	"tracker/internal/git"
)

const (
	// MaxWords caps Adds, Removes and Mentions each, MaxDefines caps Defines. Of more,
	// those that the diff shows first are kept.
	MaxWords   = 2000
	MaxDefines = 500
	// maxWord is the longest identifier in bytes; longer ones are data.
	maxWord = 120
	// maxLine is the longest line in bytes that is read for identifiers;
	// longer ones are data or minified.
	maxLine = 2000
)

// identifiers sets what fact.Patch keeps of the words of a diff. Files that are
// generated or binary bring none. Prose mentions words that look like code, and
// neither adds nor declares them.
func identifiers(files []git.File, p *fact.Patch) {
	added, removed, mentioned := newWords(), newWords(), newWords()
	defined, undefined := newWords(), newWords()
	for i := range files {
		f := &files[i]
		if f.Generated || f.Binary {
			continue
		}
		lang := languageOf(f.Path)
		for sign, text := range signedLines(f) {
			if len(text) > maxLine {
				continue
			}
			if lang == prose {
				if sign == '+' {
					for word := range codeWords(text) {
						mentioned.add(word)
					}
				}
				continue
			}
			all, declared := added, defined
			if sign == '-' {
				all, declared = removed, undefined
			}
			for word := range words(text) {
				all.addIdentifier(word)
			}
			if name := lang.declares(text); isName(name) {
				declared.add(name)
			}
		}
	}
	p.Adds, p.Removes = added.without(removed, MaxWords), removed.without(added, MaxWords)
	p.Defines = defined.without(undefined, MaxDefines)
	p.Mentions = mentioned.without(added, MaxWords)
}

// isName reports whether a declared name is one that words would yield.
func isName(name []byte) bool {
	return utf8.RuneCount(name) >= 3 && len(name) <= maxWord && !keywords[string(name)]
}

// wordSet is a set of words that remembers their order. Keywords are seen but
// not listed, so that a word met before costs one look.
type wordSet struct {
	seen map[string]bool
	list []string
}

func newWords() *wordSet { return &wordSet{seen: map[string]bool{}} }

func (s *wordSet) add(word []byte) {
	if !s.seen[string(word)] {
		w := string(word)
		s.seen[w] = true
		s.list = append(s.list, w)
	}
}

// addIdentifier adds a word that is no keyword.
func (s *wordSet) addIdentifier(word []byte) {
	if s.seen[string(word)] {
		return
	}
	w := string(word)
	s.seen[w] = true
	if !keywords[w] {
		s.list = append(s.list, w)
	}
}

// without returns the first words, at most limit, that other does not have,
// sorted.
func (s *wordSet) without(other *wordSet, limit int) []string {
	var kept []string
	for _, w := range s.list {
		if len(kept) == limit {
			break
		}
		if !other.seen[w] {
			kept = append(kept, w)
		}
	}
	slices.Sort(kept)
	return kept
}

// words yields the identifiers of a line: runs of letters, digits and
// underscores of at least three characters that do not begin with a digit and
// are not only underscores.
func words(line []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 0; i < len(line); {
			size, kind := wordRune(line[i:])
			if kind == 0 {
				i += size
				continue
			}
			start, runes, letters, digitFirst := i, 0, 0, kind == 'd'
			for i < len(line) {
				if size, kind = wordRune(line[i:]); kind == 0 {
					break
				}
				if kind == 'l' {
					letters++
				}
				runes++
				i += size
			}
			word := line[start:i]
			if runes >= 3 && letters > 0 && !digitFirst && len(word) <= maxWord && !yield(word) {
				return
			}
		}
	}
}

// asciiKind is the kind of every byte below 0x80 as wordRune tells it.
var asciiKind = func() (kinds [utf8.RuneSelf]byte) {
	for c := range kinds {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			kinds[c] = 'l'
		case c >= '0' && c <= '9':
			kinds[c] = 'd'
		case c == '_':
			kinds[c] = '_'
		}
	}
	return kinds
}()

// wordRune returns the size of the first character and what it is in a word:
// 'l' a letter, 'd' a digit, '_' an underscore or a mark, 0 none of these.
func wordRune(s []byte) (size int, kind byte) {
	if s[0] < utf8.RuneSelf {
		return 1, asciiKind[s[0]]
	}
	r, size := utf8.DecodeRune(s)
	switch {
	case r == utf8.RuneError:
		return size, 0
	case unicode.IsLetter(r):
		return size, 'l'
	case unicode.IsDigit(r):
		return size, 'd'
	case unicode.IsMark(r):
		return size, '_'
	}
	return size, 0
}

// codeWords yields the identifiers of a line of prose that look like code: what
// stands between backticks, and words with an underscore or with a capital
// letter behind a small one.
func codeWords(line []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 0; len(line) > 0; i++ {
			part, rest, _ := bytes.Cut(line, []byte("`"))
			// Odd parts are quoted, but for a last one whose quote never ends.
			quoted := i%2 == 1 && len(part) < len(line)
			for word := range words(part) {
				if (quoted && !keywords[string(word)] || looksLikeCode(word)) && !yield(word) {
					return
				}
			}
			line = rest
		}
	}
}

// looksLikeCode recognises snake_case and camelCase.
func looksLikeCode(word []byte) bool {
	trimmed := bytes.Trim(word, "_") // _emphasis_
	if bytes.IndexByte(trimmed, '_') >= 0 {
		return true
	}
	lower := false
	for _, r := range string(trimmed) {
		if lower && unicode.IsUpper(r) {
			return true
		}
		lower = lower || unicode.IsLower(r)
	}
	return false
}
