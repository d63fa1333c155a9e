package graph

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"

	"tracker/render/esc"
)

const (
	fontSize  = 12
	mostLines = 3
	ellipsis  = "…"
)

// cells measures characters the same way everywhere: an SVG is not drawn by the
// terminal that it is made on.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// width estimates how many hundredths of a pixel a text takes. The font is the
// reader's: the figures are of a wide one (DejaVu Sans), rounded up.
func width(s string) int {
	sum := 0
	for _, r := range s {
		sum += fontSize * em(r)
	}
	return sum
}

// em is how many hundredths of the font's size a character takes.
func em(r rune) int {
	switch w := cells.RuneWidth(r); {
	case w > 1:
		return 105
	case w == 0:
		return 30 // nothing, but a tower of marks has to end somewhere
	case strings.ContainsRune("ijlI.,:;'|!`", r):
		return 36
	case strings.ContainsRune(" ft()[]/r-", r):
		return 42
	case strings.ContainsRune("mwMW@%", r):
		return 98
	case unicode.IsUpper(r):
		return 74
	}
	return 64
}

// wrapped breaks a subject into at most so many lines of at most so many pixels,
// between words where it can; what is too long ends in an ellipsis. What cannot be
// seen is shown as an escape.
func wrapped(s string, pixels, lines int) []string {
	room := pixels * 100
	var out []string
	line := ""
	words := strings.Fields(esc.Line(s))
	for len(words) > 0 {
		w := words[0]
		joined := w
		if line != "" {
			joined = line + " " + w
		}
		switch {
		case width(joined) <= room:
			line, words = joined, words[1:]
			continue
		case len(out) == lines-1:
			return append(out, fitting(joined, room-width(ellipsis))+ellipsis)
		case line == "":
			line = fitting(w, room)
			words[0] = w[len(line):]
		}
		out, line = append(out, line), ""
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// fitting returns as much of s as there is room for, but at least a character, and
// no character without the marks that belong to it if there is room for it with
// them.
func fitting(s string, room int) string {
	end, used, joined := 0, 0, true
	for i, r := range s {
		belongs := cells.RuneWidth(r) == 0
		if !belongs && !joined {
			end = i
		}
		joined = r == '\u200d'
		if used += fontSize * em(r); used > room {
			if end == 0 {
				end = max(i, len(string([]rune(s)[:1])))
			}
			return strings.TrimRight(s[:end], " ")
		}
	}
	return s
}
