package conflict

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"

	"tracker/internal/lines"
)

// Hunk is a place of a merged file in which the two sides conflict.
type Hunk struct {
	Ours, Theirs [][]byte // lines, with their ends
	Base         [][]byte // what the styles diff3 and zdiff3 show of it; none in style merge
	At           int      // how many lines of Merged.Lines stand before it
	Line         int      // of its first marker in the file with markers, from 1
}

// Merged is a file as git's merge leaves it, taken apart.
type Merged struct {
	Lines [][]byte // those that merged by themselves
	Hunks []Hunk
}

// Parse takes a merged file apart whose markers are marker characters long. It reports
// false for a file whose markers do not add up.
func Parse(text []byte, marker int) (*Merged, bool) {
	m := &Merged{}
	const outside, ours, base, theirs = 0, 1, 2, 3
	state := outside
	var now Hunk
	for i, line := range lines.Split(text) {
		switch kind := markerOf(line, marker); {
		case kind == '<' && state == outside:
			now, state = Hunk{At: len(m.Lines), Line: i + 1}, ours
		case kind == '|' && state == ours:
			state = base
		case kind == '=' && (state == ours || state == base):
			state = theirs
		case kind == '>' && state == theirs:
			m.Hunks = append(m.Hunks, now)
			state = outside
		case kind != 0:
			return nil, false
		case state == ours:
			now.Ours = append(now.Ours, line)
		case state == base:
			now.Base = append(now.Base, line)
		case state == theirs:
			now.Theirs = append(now.Theirs, line)
		default:
			m.Lines = append(m.Lines, line)
		}
	}
	return m, state == outside
}

// ParseMerged is Parse for markers of the given length or a little more, as git makes
// them where it nests conflicts; nil for a file that has none.
func ParseMerged(text []byte, marker int) *Merged {
	for size := marker; size <= marker+3; size++ {
		if m, ok := Parse(text, size); ok && len(m.Hunks) > 0 {
			return m
		}
	}
	return nil
}

// markerOf returns the character of a marker line, 0 if it is none.
func markerOf(line []byte, marker int) byte {
	if len(line) <= marker {
		return 0
	}
	c := line[0]
	if c != '<' && c != '|' && c != '=' && c != '>' {
		return 0
	}
	for _, x := range line[:marker] {
		if x != c {
			return 0
		}
	}
	switch next := line[marker]; {
	case c == '=' && (next == '\n' || next == '\r'), c != '=' && next == ' ', c == '|' && next == '\n':
		return c
	}
	return 0
}

// ID is the same for the same two sides, whichever is whose. Of several hunks it is
// what git's rerere calls a file that has exactly these (rerere.c, handle_conflict):
// of each the lesser side first, every side ended by a zero byte.
func ID(hunks ...Hunk) string {
	sum := sha1.New()
	zero := []byte{0}
	for _, h := range hunks {
		one, two := bytes.Join(h.Ours, nil), bytes.Join(h.Theirs, nil)
		if bytes.Compare(one, two) > 0 {
			one, two = two, one
		}
		sum.Write(one)
		sum.Write(zero)
		sum.Write(two)
		sum.Write(zero)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
