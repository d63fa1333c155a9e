package patch

import (
	"bytes"
	"slices"

	"tracker/internal/fact"
	"tracker/internal/git"
)

// maxNear caps Edits.Near. Of more, the smallest hashes are kept.
const maxNear = 1000

// EditsOf derives from a diff which lines it changes where.
func EditsOf(d *git.Diff) fact.Edits {
	e := fact.Edits{Hash: d.Commit.Hash}
	near := map[uint64]bool{}
	for i := range d.Files {
		f := &d.Files[i]
		edit := fact.FileEdit{Path: f.Path, From: fact.BlobKey(f.Change.OldID), To: fact.BlobKey(f.Change.NewID)}
		if f.Status == "R" || f.Status == "C" {
			edit.Old = f.OldPath
		}
		if f.Change.OldID != f.Change.NewID {
			edit.Whole = true
			if !f.Unreadable && !f.Binary && len(f.Sections) == 1 {
				list, tail, ok := runs(f.Sections[0].Hunks)
				edit.Runs, edit.Tail, edit.Whole = list, tail, !ok
			}
			if !edit.Whole && !f.Generated && languageOf(f.Path) != prose {
				collectNear(f, near)
			}
		}
		e.Files = append(e.Files, edit)
	}
	for h := range near {
		e.Near = append(e.Near, h)
	}
	slices.Sort(e.Near)
	e.Near = e.Near[:min(len(e.Near), maxNear)]
	return e
}

// runs finds the changed places within hunks, and how many unchanged lines stand
// behind the last of them. It reports false if a part of the text was dropped
// because the diff is too large.
func runs(hunks []git.Hunk) (out []fact.Run, tail int, ok bool) {
	for i := range hunks {
		h := &hunks[i]
		old := h.OldStart - 1
		if h.OldLines == 0 {
			old = h.OldStart // "-5,0": behind line 5
		}
		before, after := 0, 0
		open := false
		for sign := range h.Lines() {
			if sign == ' ' {
				old++
				before++
				after++
				tail++
				open = false
				continue
			}
			if sign != '-' && sign != '+' {
				continue // the remark on a newline
			}
			if !open {
				out = append(out, fact.Run{Old: old})
				open = true
			}
			tail = 0
			run := &out[len(out)-1]
			if sign == '-' {
				run.Removed++
				before++
				old++
			} else {
				run.Added++
				after++
			}
		}
		if before != h.OldLines || after != h.NewLines {
			return nil, 0, false
		}
	}
	return out, tail, true
}

// collectNear adds the identifiers of a file's context and removed lines.
func collectNear(f *git.File, near map[uint64]bool) {
	for i := range f.Sections {
		for j := range f.Sections[i].Hunks {
			for sign, text := range f.Sections[i].Hunks[j].Lines() {
				if sign != ' ' && sign != '-' || len(text) > maxLine {
					continue
				}
				for word := range words(text) {
					if Telling(word) {
						near[fact.IdentKey(string(word))] = true
					}
				}
			}
		}
	}
}

// Telling reports whether an identifier is one by which commits can be told to
// need each other: camelCase, snake_case, or a capital and four letters more. Other
// words mean something else wherever they stand.
func Telling(word []byte) bool {
	return looksLikeCode(word) || len(word) >= 5 && word[0] >= 'A' && word[0] <= 'Z'
}

// Identifiers adds the keys of the telling identifiers of a file to a set. Of what
// is generated or prose it adds none.
func Identifiers(path string, content []byte, set map[uint64]bool) {
	if git.Generated(path) || languageOf(path) == prose {
		return
	}
	for line := range bytes.Lines(content) {
		if len(line) > maxLine {
			continue
		}
		for word := range words(line) {
			if Telling(word) {
				set[fact.IdentKey(string(word))] = true
			}
		}
	}
}
