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

// fileIDs identifies, for each file that is not generated, the set of lines
// added and removed there, with how often each occurs: white space, blank
// lines, context, positions and the order of lines do not count, nor does the
// path. The order is left out because a diff may show the same insertion one
// line higher or lower, which turns the lines of a block round. For a binary
// file the new blob stands for the content, or the old one if it was deleted.
// A file without such a change (a pure rename, a mode) has no id.
func fileIDs(files []git.File) map[string]string {
	ids := map[string]string{}
	for i := range files {
		f := &files[i]
		if f.Generated || f.Unreadable {
			continue
		}
		if id := fileID(f); id != "" {
			ids[f.Path] = id
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return ids
}

func fileID(f *git.File) string {
	if f.Binary {
		if f.Change.Status == 'D' {
			return digest([]byte("deleted " + f.Change.OldID))
		}
		if f.Change.OldID == f.Change.NewID {
			return ""
		}
		return digest([]byte("binary " + f.Change.NewID))
	}
	var lines [][]byte
	for line := range changedLines(f) {
		lines = append(lines, slices.Clone(line))
	}
	if len(lines) == 0 {
		return ""
	}
	slices.SortFunc(lines, bytes.Compare)
	return digest(bytes.Join(lines, []byte("\n")))
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

// changedLines yields the added and removed lines of a file, sign first,
// without white space; blank ones are left out. A line is valid until the next.
func changedLines(f *git.File) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		var buf []byte
		for sign, text := range signedLines(f) {
			buf = append(buf[:0], sign)
			for _, c := range text {
				if c != ' ' && c != '\t' && c != '\r' {
					buf = append(buf, c)
				}
			}
			if len(buf) > 1 && !yield(buf) {
				return
			}
		}
	}
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

// lineHashes returns the hashes of the distinct significant lines of the files
// that are not generated, sorted: 64-bit FNV-1a of the sign and the line
// without white space.
func lineHashes(files []git.File) []uint64 {
	var hashes []uint64
	for i := range files {
		if files[i].Generated {
			continue
		}
		for line := range changedLines(&files[i]) {
			if significant(line[1:]) {
				hashes = append(hashes, fnv1a(line))
			}
		}
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	if len(hashes) > MaxLines {
		hashes = hashes[:MaxLines]
	}
	return slices.Clip(hashes)
}

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
