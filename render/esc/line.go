package esc

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one line that is safe on a terminal and in a file: runs of
// white space with a line break or tab in them become one space, the ends are
// trimmed, and what cannot be seen is shown as \xNN, \uNNNN or \UNNNNNNNN.
// Line(Line(s)) is Line(s).
func Line(s string) string {
	return strings.Trim(Part(s), " ")
}

// Part is Line for a piece of a line: blanks at its ends stay, since they may
// set it apart from its neighbours.
func Part(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if isSpace(s[i]) {
			end := i
			for end < len(s) && isSpace(s[end]) {
				end++
			}
			b.WriteString(fold(s[i:end]))
			i = end
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Hidden(r):
			b.WriteString(escape(r))
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Hidden reports whether a reader cannot see the character r, or is misled by
// it: control characters, characters that set the direction of text, line and
// paragraph separators, and those that leave no trace at all. The joiners that
// Persian and emoji are written with are not among them.
func Hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0xa0:
		return false
	case r == 0x2028, r == 0x2029:
		return true
	case r == 0x200c, r == 0x200d:
		return false
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	}
	return unicode.Is(unicode.Cf, r)
}

func escape(r rune) string {
	switch {
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// plain reports whether Part has nothing to do, which is so for nearly every
// subject.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// fold shortens white space that holds more than blanks to one blank.
func fold(space string) string {
	if strings.Trim(space, " ") == "" {
		return space
	}
	return " "
}
