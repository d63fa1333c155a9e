package patch

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"tracker/internal/git"
)

// ID returns what `git patch-id --stable` prints for the text of `git
// diff-tree -p --full-index -M`, empty for a diff without text.
//
// The text of each file is hashed without white space, and the hashes are
// summed byte by byte with carry, so that the order of files does not matter
// (git's documentation of patch-id; behaviour of git 2.39 and later). Line
// numbers and index lines do not count. For a binary file the two blobs stand
// for the content. Three habits of git are followed because the ids would
// differ otherwise: a file that has only a header (a mode change, a pure
// rename) is hashed together with the next; the "diff --git" line behind a
// binary file does not count; a line ends at a NUL.
func ID(files []git.File, sha256 bool) string {
	s := newSum(sha256)
	seen := false
	afterBinary := false
	for i := range files {
		for j := range files[i].Sections {
			section := &files[i].Sections[j]
			seen = true
			s.section(section, afterBinary)
			afterBinary = section.Binary
		}
	}
	if !seen {
		return ""
	}
	s.flush()
	return hex.EncodeToString(s.total)
}

// sum adds up the hashes of files.
type sum struct {
	hash   hash.Hash
	total  []byte
	text   []byte // to be hashed, without white space
	digest []byte
	inFile bool // the hash holds the lines of a file that has content
}

func newSum(long bool) *sum {
	h := sha1.New()
	if long {
		h = sha256.New()
	}
	return &sum{hash: h, total: make([]byte, h.Size())}
}

// flush adds the hash of the file to the total and starts another.
func (s *sum) flush() {
	s.drain()
	s.digest = s.hash.Sum(s.digest[:0])
	s.hash.Reset()
	carry := uint16(0)
	for i, b := range s.digest {
		carry += uint16(s.total[i]) + uint16(b)
		s.total[i] = byte(carry)
		carry >>= 8
	}
	s.inFile = false
}

func (s *sum) section(section *git.Section, afterBinary bool) {
	if s.inFile {
		s.flush()
	}
	var before, after []byte
	first := true
	for line := range bytes.Lines(section.Header) {
		switch {
		case first && afterBinary:
		case bytes.HasPrefix(line, []byte("index ")):
			before, after = indexLine(line)
		case section.Binary && bytes.HasPrefix(line, []byte("Binary files ")):
			s.drain()
			s.hash.Write(before)
			s.hash.Write(after)
			s.flush()
		default:
			s.line(line)
		}
		first = false
	}
	for i := range section.Hunks {
		s.inFile = true
		for line := range bytes.Lines(section.Hunks[i].Body) {
			if line[0] != '\\' {
				s.line(line)
			}
		}
	}
}

// indexLine cuts the two blobs out of "index OLD..NEW 100644".
func indexLine(line []byte) (before, after []byte) {
	line = bytes.TrimRight(bytes.TrimPrefix(line, []byte("index ")), "\n")
	before, after, _ = bytes.Cut(line, []byte(".."))
	after, _, _ = bytes.Cut(after, []byte(" "))
	return before, after
}

// hashAtOnce is how much text in bytes is collected before it is hashed: a hash
// costs as much for a short line as for a block.
const hashAtOnce = 4096

// line takes a line without white space.
func (s *sum) line(line []byte) {
	n := len(s.text)
	s.text = append(s.text, line...)
	for _, c := range line {
		if c == 0 {
			break
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			s.text[n] = c
			n++
		}
	}
	if s.text = s.text[:n]; n >= hashAtOnce {
		s.drain()
	}
}

// drain hashes what was collected.
func (s *sum) drain() {
	s.hash.Write(s.text)
	s.text = s.text[:0]
}
