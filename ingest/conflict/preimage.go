package conflict

import (
	"bytes"
	"encoding/hex"
	"hash"
	"slices"
)

// Preimage is a file with conflicts as git's rerere writes it down, with markers of
// the given length, and the name of its entry (rerere.c, handle_path): labels and what
// is shown of the base are left out, and of the two sides the lesser comes first. It
// reports false where rerere could not take the file apart, because it has lines like
// markers of its own.
func Preimage(m *Merged, marker int, sum hash.Hash) (text []byte, id string, ok bool) {
	if marker > maxMarker {
		return nil, "", false
	}
	like := func(line []byte, kinds string) bool {
		return slices.ContainsFunc([]byte(kinds), func(c byte) bool { return isMarker(line, c, marker) })
	}
	if slices.ContainsFunc(m.Lines, func(line []byte) bool { return like(line, "<") }) {
		return nil, "", false
	}
	line := func(c byte) []byte { return append(bytes.Repeat([]byte{c}, marker), '\n') }
	for _, h := range m.Hunks {
		for _, side := range [][][]byte{h.Ours, h.Theirs, h.Base} {
			if slices.ContainsFunc(side, func(line []byte) bool { return like(line, "<|=>") }) {
				return nil, "", false
			}
		}
	}
	text = m.Compose(func(i int) [][]byte {
		one, two := bytes.Join(m.Hunks[i].Ours, nil), bytes.Join(m.Hunks[i].Theirs, nil)
		if bytes.Compare(one, two) > 0 {
			one, two = two, one
		}
		for _, side := range [][]byte{one, two} {
			sum.Write(side)
			sum.Write([]byte{0})
		}
		return [][]byte{line('<'), one, line('='), two, line('>')}
	})
	return text, hex.EncodeToString(sum.Sum(nil)), true
}

// maxMarker is how long markers may be for which entries are made.
const maxMarker = 1000

// isMarker reports whether git's rerere takes a line for a marker (rerere.c, is_cmarker).
func isMarker(line []byte, c byte, marker int) bool {
	if len(line) <= marker || len(bytes.TrimLeft(line[:marker], string(rune(c)))) > 0 {
		return false
	}
	next := line[marker]
	if c == '<' || c == '>' {
		return next == ' '
	}
	return next == ' ' || next >= '\t' && next <= '\r'
}
