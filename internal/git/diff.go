package git

import (
	"bytes"
	"iter"

	"tracker/internal/fact"
)

// MaxDiff bounds the text in bytes that is kept of one commit's diff. The lines
// beyond it are counted and dropped. With MaxBlob for one file it bounds what
// the workers of Diffs hold together: each has a diff that it reads and one
// that its caller looks at.
const MaxDiff = 32 << 20

// Diff is what a commit changes against its first parent, with renames found
// as `git diff-tree -M` finds them. A merge has no files.
type Diff struct {
	Commit *Commit
	// Files are in git's order; those that could not be read come last.
	Files    []File
	Warnings []Warning
}

// Whole reports whether the text of every file is there.
func (d *Diff) Whole() bool { return len(d.Warnings) == 0 }

// Changes returns the records of the files.
func (d *Diff) Changes() []fact.FileChange {
	changes := make([]fact.FileChange, len(d.Files))
	for i := range d.Files {
		changes[i] = d.Files[i].FileChange
	}
	return changes
}

// Absent returns the blobs whose absence keeps the diff from being whole.
func (d *Diff) Absent() []string {
	var ids []string
	for _, w := range d.Warnings {
		if w.Object != "" {
			ids = append(ids, w.Object)
		}
	}
	return ids
}

// File is one changed file of a Diff.
type File struct {
	fact.FileChange
	Change Change
	// Sections are the file's parts of the patch: one, or two when the type
	// changes (a file becomes a link), which git shows as a deletion and an
	// addition. None when the file could not be read.
	Sections []Section
}

// Section is what stands under one "diff --git" line of a patch.
type Section struct {
	// Header is the text from "diff --git" to the first hunk, as git prints it.
	Header []byte
	// Binary says that git tells only that the files differ.
	Binary bool
	Hunks  []Hunk
}

// Hunk is one hunk of a patch. Lines count from 1.
type Hunk struct {
	OldStart, OldLines int
	NewStart, NewLines int
	// Body holds the lines as git prints them, each with its sign and newline.
	Body []byte
}

// Lines yields every line of the hunk: its sign (' ', '+', '-', or '\\' for
// git's remark that a file does not end in a newline) and its text without
// sign and newline.
func (h *Hunk) Lines() iter.Seq2[byte, []byte] {
	return func(yield func(byte, []byte) bool) {
		for body := h.Body; len(body) > 0; {
			end := bytes.IndexByte(body, '\n')
			line := body
			if end < 0 {
				body = nil
			} else {
				line, body = body[:end], body[end+1:]
			}
			if len(line) > 0 && !yield(line[0], line[1:]) {
				return
			}
		}
	}
}

// WarningKind says why a part of a diff is missing.
type WarningKind string

const (
	// AbsentBlob: an object that the comparison needs is not there.
	AbsentBlob WarningKind = "absent-blob"
	// AbsentTree: a tree is not there, so not even the names of files are known.
	AbsentTree WarningKind = "absent-tree"
	// Died: git ended twice at this commit, as it does at a damaged object.
	Died WarningKind = "git-died"
	// TooLarge: the diff is over MaxDiff; counts are right, text is missing.
	TooLarge WarningKind = "too-large"
	// ShallowEnd: the clone is shallow and the commit's parent is not there.
	ShallowEnd WarningKind = "shallow"
)

// Warning is something that git could not show. It is no error of the run.
type Warning struct {
	Kind   WarningKind
	Commit string
	Path   string // empty when it concerns the commit as a whole
	Object string // the absent blob
	Detail string // git's own words, if any
}
