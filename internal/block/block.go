// Package block knows the part of a document that tracker writes: the lines
// between its two markers. What stands there is sealed by a checksum, so that a
// person's edit shows, and is blanked before a document is read as testimony.
package block

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
)

// The markers are whole lines; a byte order mark may precede the first. The
// begin marker says to a person who finds it what to do, since that person may
// never have heard of tracker.
const (
	beginPrefix = "<!-- tracker:begin"
	endMarker   = "<!-- tracker:end -->"
)

var (
	beginLine = regexp.MustCompile(`(?m)^\x{FEFF}?(<!-- tracker:begin\b[^\n]*-->)[ \t]*\r?$`)
	endLine   = regexp.MustCompile(`(?m)^<!-- tracker:end -->[ \t]*\r?$`)
	sumIn     = regexp.MustCompile(`\bsha256=([0-9a-f]{16})\b`)
)

// ByteOrderMark may stand before the first line of a document.
var ByteOrderMark = []byte("\ufeff")

// Seal puts the markers around the body of a block.
func Seal(body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s sha256=%s Written by `tracker render md`. Write above or below: text outside the two markers is kept. -->\n\n",
		beginPrefix, Checksum(body))
	b.Write(body)
	b.WriteByte('\n')
	b.WriteString(endMarker + "\n")
	return b.Bytes()
}

// Checksum identifies the body of a block by its first 64 bits of SHA-256.
// White space and the length of runs of dashes do not count: an editor that
// trims lines, a checkout with CRLF and a formatter that aligns tables have
// edited nothing.
func Checksum(body []byte) string {
	seen := make([]byte, 0, len(body))
	for _, c := range body {
		switch {
		case c == ' ', c >= '\t' && c <= '\r':
		case c == '-' && len(seen) > 0 && seen[len(seen)-1] == '-':
		default:
			seen = append(seen, c)
		}
	}
	sum := sha256.Sum256(seen)
	return hex.EncodeToString(sum[:8])
}

// ErrMarkers says that the markers do not stand around exactly one block.
var ErrMarkers = errors.New("tracker's markers are damaged")

// Found is where a block stands in a document: begin and end of its two marker
// lines, line ends not included, in bytes.
type Found struct {
	Begin, BodyBegin int // start of the begin line, start of the line after it
	BodyEnd, End     int // start of the end line, end of it
	Sum              string
}

// Find looks for the one block of a document. It returns nil when there is
// none, and an error when the markers do not make exactly one.
func Find(doc []byte) (*Found, error) {
	begins, ends := beginLine.FindAllSubmatchIndex(doc, -1), endLine.FindAllIndex(doc, -1)
	switch {
	case len(begins) == 0 && len(ends) == 0:
		return nil, nil
	case len(begins) > 1 || len(ends) > 1:
		return nil, fmt.Errorf("%w: %d begin and %d end markers, line %d and later", ErrMarkers,
			len(begins), len(ends), lineOf(doc, begins, ends))
	case len(ends) == 0:
		return nil, fmt.Errorf("%w: the block that begins in line %d has no end", ErrMarkers, lineOf(doc, begins, ends))
	case len(begins) == 0:
		return nil, fmt.Errorf("%w: the end in line %d has no begin", ErrMarkers, lineOf(doc, begins, ends))
	case ends[0][0] < begins[0][1]:
		return nil, fmt.Errorf("%w: the end in line %d comes before the begin", ErrMarkers, lineOf(doc, nil, ends))
	}
	f := &Found{Begin: begins[0][2], BodyBegin: begins[0][1] + 1, BodyEnd: ends[0][0], End: ends[0][1]}
	if m := sumIn.FindSubmatch(doc[begins[0][0]:begins[0][1]]); m != nil {
		f.Sum = string(m[1])
	}
	// The regular expressions take a line's \r along; it belongs to its end.
	if doc[f.End-1] == '\r' {
		f.End--
	}
	return f, nil
}

// lineOf returns the line of the first marker.
func lineOf(doc []byte, begins, ends [][]int) int {
	at := len(doc)
	for _, m := range [][][]int{begins, ends} {
		if len(m) > 0 {
			at = min(at, m[0][0])
		}
	}
	return 1 + bytes.Count(doc[:at], []byte("\n"))
}

// Strip returns doc with its block blanked, markers included: every line stays
// where it was, so that line numbers are true, and lines of the block are empty.
// A block without an end is blanked to the end of the document. doc itself is
// not changed.
func Strip(doc []byte) []byte {
	if !bytes.Contains(doc, []byte(beginPrefix)) {
		return doc
	}
	out := make([]byte, 0, len(doc))
	inside := false
	for line := range bytes.Lines(doc) {
		if beginLine.Match(line) {
			inside = true
			if bytes.HasPrefix(line, ByteOrderMark) {
				out = append(out, ByteOrderMark...)
			}
		}
		if !inside {
			out = append(out, line...)
			continue
		}
		inside = !endLine.Match(line)
		if bytes.HasSuffix(line, []byte("\n")) {
			out = append(out, '\n')
		}
	}
	return out
}
