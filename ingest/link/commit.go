package link

import (
	"regexp"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// Commit is what linking needs to know of a commit: small, so that both sides
// of a long history fit in memory.
type Commit struct {
	Hash       string
	AuthorName string
	AuthorMail string
	AuthorDate int64 // Unix seconds
	CommitDate int64
	Subject    string // normalised
	Words      int    // in the normalised subject
	PR         int
	Markers    []string // hashes that the message declares as its origin
	Revert     bool
	PatchID    string
	DiffID     string
	Files      []File
	Lines      []uint64 // sorted hashes of significant changed lines
	Unread     bool     // a part of the diff could not be read
}

// File is one changed path. Generated files weigh nothing and are left out.
type File struct {
	Path string
	Old  string // before a rename
	ID   string // identity of the lines changed there, may be empty
}

// Of reduces a stored commit and its patch to what linking needs. The patch
// may be nil. Patterns are further marker forms.
func Of(c *fact.Commit, p *fact.Patch, patterns []*regexp.Regexp) Commit {
	subject := Normalise(c.Subject)
	out := Commit{
		Hash:       c.Hash,
		AuthorName: c.Author.Name,
		AuthorMail: strings.ToLower(c.Author.Email),
		AuthorDate: c.AuthorDate.Unix(),
		CommitDate: c.CommitDate.Unix(),
		Subject:    subject,
		Words:      len(strings.Fields(subject)),
		PR:         c.PR,
		Revert:     IsRevert(c.Subject, c.Body),
	}
	if out.Revert {
		out.Markers = picked(c.Body)
	} else {
		out.Markers = Markers(c.Body, patterns)
	}
	if p != nil {
		out.PatchID, out.DiffID, out.Lines = p.PatchID, p.DiffID, p.Lines
		// At the edge of a shallow clone the blobs are there and the parent is not.
		out.Unread = len(p.Unreadable) > 0 || slices.ContainsFunc(c.Files, func(f fact.FileChange) bool { return f.Unreadable })
	}
	for _, f := range c.Files {
		if f.Generated {
			continue
		}
		file := File{Path: f.Path, Old: f.OldPath}
		if p != nil {
			file.ID = p.FileIDs[f.Path]
		}
		out.Files = append(out.Files, file)
	}
	return out
}

func sameAuthor(a, b *Commit) bool {
	return a.AuthorMail != "" && a.AuthorMail == b.AuthorMail || a.AuthorName != "" && a.AuthorName == b.AuthorName
}

// carried is the share of u's significant lines that f carries, and how many
// files they share. The share is -1 when either diff is not whole or u has no
// significant lines.
func carried(f, u *Commit) (share float64, files int) {
	paths := make(map[string]bool, 2*len(f.Files))
	for _, x := range f.Files {
		paths[x.Path] = true
		if x.Old != "" {
			paths[x.Old] = true
		}
	}
	for _, x := range u.Files {
		if paths[x.Path] || x.Old != "" && paths[x.Old] {
			files++
		}
	}
	if f.Unread || u.Unread || len(u.Lines) == 0 {
		return -1, files
	}
	both := 0
	for i, j := 0, 0; i < len(f.Lines) && j < len(u.Lines); {
		switch {
		case f.Lines[i] < u.Lines[j]:
			i++
		case f.Lines[i] > u.Lines[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(len(u.Lines)), files
}

// leftOut lists the files of u that f does not touch, under either name, nor
// carries elsewhere with the same lines.
func leftOut(f, u *Commit) []string {
	paths, ids := map[string]bool{}, map[string]bool{}
	for _, x := range f.Files {
		paths[x.Path] = true
		if x.Old != "" {
			paths[x.Old] = true
		}
		if x.ID != "" {
			ids[x.ID] = true
		}
	}
	var left []string
	for _, x := range u.Files {
		if !paths[x.Path] && !(x.Old != "" && paths[x.Old]) && !(x.ID != "" && ids[x.ID]) {
			left = append(left, x.Path)
		}
	}
	return left
}
