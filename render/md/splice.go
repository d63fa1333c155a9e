package md

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"tracker/internal/block"
)

var (
	// ErrNotOurs says that the file was written by people and has no block yet.
	ErrNotOurs = errors.New("the file was not written by tracker")
	// ErrEdited says that a person changed something between the markers.
	ErrEdited = errors.New("the block between tracker's markers was edited")
	// ErrMarkers says that the markers do not stand around exactly one block.
	ErrMarkers = block.ErrMarkers
	// ErrConflictMarkers says that a merge of the file is not finished.
	ErrConflictMarkers = errors.New("the file holds git's conflict markers")
)

// Hint says what to do about an error of Splice, or "" when there is nothing
// to say.
func Hint(err error) string {
	switch {
	case errors.Is(err, ErrNotOurs):
		return "put a block into it and keep its text with --adopt, or write another file with --output FILE"
	case errors.Is(err, ErrEdited):
		return "move your words above or below the markers, then delete the block with both markers and run it with --adopt"
	case errors.Is(err, ErrMarkers):
		return "delete the block and its markers, then run it with --adopt"
	case errors.Is(err, ErrConflictMarkers):
		return "finish the merge of this file first; either side of the block will do, it is written anew"
	}
	return ""
}

// Splice returns the file that results from putting ours, a block as Integration
// wrote it, into existing. Nil or blank existing gives the block below a heading. A
// file with a block has it replaced and keeps all else byte for byte. A file
// without one is refused with ErrNotOurs, unless adopt is set: then the block
// goes below its front matter and title, and all its text stays. Lines end as
// they do in existing. A block that a person edited (ErrEdited), damaged or
// repeated markers (ErrMarkers) and an unfinished merge (ErrConflictMarkers)
// are refused, with the line where that shows.
func Splice(existing, ours []byte, adopt bool) ([]byte, error) {
	if len(bytes.TrimSpace(existing)) == 0 {
		return append([]byte("# Upstream integration\n\n"), ours...), nil
	}
	if at := conflictLine.FindIndex(existing); at != nil {
		return nil, fmt.Errorf("%w in line %d", ErrConflictMarkers, lineAt(existing, at[0]))
	}
	f, err := block.Find(existing)
	if err != nil {
		return nil, err
	}
	if f == nil {
		if !adopt {
			return nil, ErrNotOurs
		}
		return insert(existing, ours), nil
	}
	if f.Sum != block.Checksum(existing[f.BodyBegin:f.BodyEnd]) {
		return nil, fmt.Errorf("%w, lines %d to %d", ErrEdited,
			lineAt(existing, f.Begin), lineAt(existing, f.BodyEnd))
	}
	ours = bytes.TrimSuffix(likeLines(ours, existing), lineEnd(existing))
	return join(existing[:f.Begin], ours, existing[f.End:]), nil
}

// conflictLine matches the lines that git puts around the two sides.
var conflictLine = regexp.MustCompile(`(?m)^(<{7}|>{7})( |\r?$)`)

// preamble matches what stays above an adopted block: a byte order mark, YAML
// front matter, and the title.
var preamble = regexp.MustCompile(`^(?:\x{FEFF})?(?:---\r?\n(?s:.*?)\n---\r?\n(?:[ \t]*\r?\n)*)?(?:# [^\n]*(?:\n|$)(?:[ \t]*\r?\n)*)?`)

// insert puts our block below the preamble of a person's file, set apart by
// blank lines.
func insert(existing, ours []byte) []byte {
	eol := lineEnd(existing)
	at := len(preamble.Find(existing))
	before, after := existing[:at], existing[at:]
	out := bytes.Clone(before)
	if len(bytes.TrimPrefix(before, block.ByteOrderMark)) > 0 {
		for !bytes.HasSuffix(out, join(eol, eol)) {
			out = append(out, eol...)
		}
	}
	out = append(out, likeLines(ours, existing)...)
	if len(after) > 0 {
		out = append(out, eol...)
	}
	return append(out, after...)
}

// lineAt is the line, from 1, that a byte stands in.
func lineAt(doc []byte, at int) int { return 1 + bytes.Count(doc[:at], []byte("\n")) }

// lineEnd returns the line end that a document uses first, or will when its
// only line ends.
func lineEnd(doc []byte) []byte {
	first, _, _ := bytes.Cut(doc, []byte("\n"))
	if bytes.HasSuffix(first, []byte("\r")) {
		return []byte("\r\n")
	}
	return []byte("\n")
}

// likeLines gives text, whose lines end in \n, the line ends of doc.
func likeLines(text, doc []byte) []byte {
	return bytes.ReplaceAll(text, []byte("\n"), lineEnd(doc))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
