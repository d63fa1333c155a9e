package patch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"tracker/internal/git"
)

// idLen is the length in bytes of a DiffID and of the FileIDs.
const idLen = 16

// lineIDs returns the FileIDs and Lines of a diff; generated files have none.
//
// A FileID identifies the set of lines added and removed in a file, with how
// often each occurs: white space, blank lines, context, positions and the order
// of lines do not count, nor does the path. The order is left out because a
// diff may show the same insertion one line higher or lower, which turns the
// lines of a block round. For a binary file the new blob stands for the
// content, or the old one if it was deleted. A file without such a change (a
// pure rename, a mode) has no id.
//
// Lines are the distinct significant lines: 64-bit FNV-1a of the sign and the
// line without white space.
func lineIDs(files []git.File) (ids map[string]string, hashes []uint64) {
	var lines lineList
	for i := range files {
		f := &files[i]
		if f.Generated || f.Unreadable {
			continue
		}
		lines.read(f)
		if id := lines.fileID(f); id != "" {
			if ids == nil {
				ids = map[string]string{}
			}
			ids[f.Path] = id
		}
		for _, line := range lines.list {
			if significant(line[1:]) {
				hashes = append(hashes, fnv1a(line))
			}
		}
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return ids, slices.Clip(hashes[:min(len(hashes), MaxLines)])
}

// lineList holds the added and removed lines of a file, sign first, without
// white space; blank ones are left out. It is used for one file after another.
type lineList struct {
	text []byte
	ends []int
	list [][]byte // sorted
}

func (l *lineList) read(f *git.File) {
	l.text, l.ends, l.list = l.text[:0], l.ends[:0], l.list[:0]
	for sign, line := range signedLines(f) {
		start := len(l.text)
		l.text = append(l.text, sign)
		for _, c := range line {
			if c != ' ' && c != '\t' && c != '\r' {
				l.text = append(l.text, c)
			}
		}
		if len(l.text) == start+1 {
			l.text = l.text[:start]
			continue
		}
		l.ends = append(l.ends, len(l.text))
	}
	start := 0
	for _, end := range l.ends {
		l.list = append(l.list, l.text[start:end])
		start = end
	}
	slices.SortFunc(l.list, bytes.Compare)
}

func (l *lineList) fileID(f *git.File) string {
	switch {
	case f.Binary && f.Change.Status == 'D':
		return digest([]byte("deleted " + f.Change.OldID))
	case f.Binary && f.Change.OldID != f.Change.NewID:
		return digest([]byte("binary " + f.Change.NewID))
	case len(l.list) == 0:
		return ""
	}
	sum := sha256.New()
	newline := []byte("\n")
	for _, line := range l.list {
		sum.Write(line)
		sum.Write(newline)
	}
	return hex.EncodeToString(sum.Sum(nil)[:idLen])
}

// diffID identifies the changes of all files, whatever their order and paths.
func diffID(fileIDs map[string]string) string {
	if len(fileIDs) == 0 {
		return ""
	}
	var all []byte
	for _, id := range slices.Sorted(maps.Values(fileIDs)) {
		all = append(all, id...)
	}
	return digest(all)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:idLen])
}

// signedLines yields the added and removed lines of a file.
func signedLines(f *git.File) func(yield func(byte, []byte) bool) {
	return func(yield func(byte, []byte) bool) {
		for i := range f.Sections {
			for j := range f.Sections[i].Hunks {
				for sign, text := range f.Sections[i].Hunks[j].Lines() {
					if (sign == '+' || sign == '-') && !yield(sign, text) {
						return
					}
				}
			}
		}
	}
}

const (
	// MaxLines caps the hashes of a patch; of more, the smallest are kept, a
	// fixed sample that two patches share as far as they share lines.
	MaxLines = 4096
	// minLine is the number of letters and digits from which a line says
	// something of its own: "}" and "else {" occur everywhere.
	minLine = 5
)

// significant reports whether a line holds enough letters and digits; every
// byte outside ASCII counts as one.
func significant(line []byte) bool {
	n := 0
	for _, c := range line {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80 {
			if n++; n >= minLine {
				return true
			}
		}
	}
	return false
}

func fnv1a(data []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range data {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
