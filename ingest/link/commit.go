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
	Idents     []uint64 // sorted hashes of identifiers that come, go or are spoken of
	Message    []uint64 // sorted hashes of the words of the message
	Unread     bool     // a part of the diff could not be read
}

// File is one changed path. Generated files weigh nothing and are left out.
type File struct {
	Path string
	Old  string // before a rename
	ID   string // identity of the lines changed there, may be empty
}

// Own reduces one of the fork's commits to what linking needs: what Of says of
// it, and the origins that its message declares. Patterns are further marker
// forms.
func Own(c *fact.Commit, p *fact.Patch, patterns []*regexp.Regexp) Commit {
	out := Of(c, p)
	if out.Revert {
		out.Markers = picked(c.Body)
	} else {
		out.Markers = Markers(c.Body, patterns)
	}
	return out
}

// Of reduces a stored commit and its patch to what linking needs. The patch
// may be nil.
func Of(c *fact.Commit, p *fact.Patch) Commit {
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
	out.Message = messageWords(c)
	if p != nil {
		out.PatchID, out.DiffID, out.Lines = p.PatchID, p.DiffID, p.Lines
		out.Idents = identifiers(p)
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

// identifiers hashes the identifiers of a patch, each with what becomes of it.
func identifiers(p *fact.Patch) []uint64 {
	out := make([]uint64, 0, len(p.Adds)+len(p.Removes)+len(p.Mentions))
	for _, l := range []struct {
		sign  byte
		words []string
	}{{'+', p.Adds}, {'-', p.Removes}, {'.', p.Mentions}} {
		for _, w := range l.words {
			out = append(out, hash(l.sign, w))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hash is 64-bit FNV-1a of a sort of thing and its text.
func hash(sort byte, text string) uint64 {
	const prime = 1099511628211
	h := (14695981039346656037 ^ uint64(sort)) * prime
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	return h
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

// Shares reports whether f can carry u at all: it changes a file that u changes,
// under either name, or a tenth of its lines elsewhere. Where no lines can be
// told, the same title will do.
func Shares(f, u *Commit) bool {
	lines, files := carried(f, u)
	return files > 0 || lines >= someLines || lines < 0 && u.Subject != "" && f.Subject == u.Subject
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
