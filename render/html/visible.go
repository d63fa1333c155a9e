package html

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"tracker/render/esc"
)

// visible returns a page with every character that a reader cannot see, or is misled
// by, as an escape such as \x1b or \u202e. Tracker's own markup has none of them, line
// breaks and tabs apart, so it need not know where they stand. What is not UTF-8 is
// shown byte by byte.
func visible(page []byte) []byte {
	clean := true
	for i := 0; i < len(page) && clean; i++ {
		clean = page[i] < 0x7f && (page[i] >= 0x20 || page[i] == '\n' || page[i] == '\t')
	}
	if clean {
		return page
	}
	var b bytes.Buffer
	b.Grow(len(page) + len(page)/64)
	for i := 0; i < len(page); {
		c := page[i]
		if c < 0x7f && (c >= 0x20 || c == '\n' || c == '\t') {
			b.WriteByte(c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(page[i:])
		switch {
		case c == '\r':
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, c)
		case esc.Hidden(r):
			b.WriteString(esc.Part(string(r)))
		default:
			b.Write(page[i : i+size])
		}
		i += size
	}
	return b.Bytes()
}
