package fact

import (
	"strings"
	"time"
)

// Person is a name and address as git records them, decoded to UTF-8.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Trailer is one "Key: value" line of the last paragraph of a message.
type Trailer struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Commit is what git records of one commit. It never changes once stored.
type Commit struct {
	Hash       string       `json:"commit"` // full, lower-case hexadecimal
	Parents    []string     `json:"parents"`
	Author     Person       `json:"author"`
	AuthorDate time.Time    `json:"author_date"` // in the author's own zone
	Committer  Person       `json:"committer"`
	CommitDate time.Time    `json:"commit_date"`
	Subject    string       `json:"subject"`
	Body       string       `json:"body,omitempty"` // without the subject, trailers included
	Trailers   []Trailer    `json:"trailers,omitempty"`
	PR         int          `json:"pr,omitempty"` // pull request named at the end of the subject, 0 if none
	Files      []FileChange `json:"files"`
}

// IsMerge reports whether the commit has two or more parents. Merges are
// counted apart: what they bring is in their commits.
func (c *Commit) IsMerge() bool { return len(c.Parents) > 1 }

// FileChange is one path that a commit changes against its first parent.
// Merge commits have none.
type FileChange struct {
	Path       string `json:"path"`               // after the change; slashes, exact bytes
	OldPath    string `json:"old_path,omitempty"` // before a rename or copy
	Status     string `json:"status"`             // git's letter: A, C, D, M, R or T
	Insertions int    `json:"insertions"`
	Deletions  int    `json:"deletions"`
	Binary     bool   `json:"binary,omitempty"` // binary or over the size cap: no lines are counted
	Generated  bool   `json:"generated,omitempty"`
	// Unreadable says that git could not show the change because a blob is
	// absent (a partial clone or a damaged repository).
	Unreadable bool `json:"unreadable,omitempty"`
}

// Patch is what tracker derives from a commit's diff. It is a fact about the
// commit alone and never changes.
type Patch struct {
	Hash string `json:"commit"`
	// PatchID is what `git patch-id --stable` prints for the commit, empty
	// when there is no diff or a part of it could not be read.
	PatchID string `json:"patch_id,omitempty"`
	// DiffID identifies the added and removed lines alone, without context,
	// positions, white space, or generated files; empty when nothing is left.
	DiffID string `json:"diff_id,omitempty"`
	// FileIDs gives, for each path that is not generated, the identity of the
	// lines added and removed there.
	FileIDs map[string]string `json:"file_ids,omitempty"`
	// Adds and Removes are the identifiers of code that occur in added but not
	// in removed lines, and the reverse; Defines those of Adds that an added line
	// declares (struct X, func X, class X …). Sorted; each list is capped.
	Adds    []string `json:"adds,omitempty"`
	Removes []string `json:"removes,omitempty"`
	Defines []string `json:"defines,omitempty"`
	// Mentions are the words of added prose (Markdown, text) that look like
	// identifiers: it speaks of them and brings none in. Sorted, capped.
	Mentions []string `json:"mentions,omitempty"`
	// Lines holds the hashes of the distinct significant lines that the patch
	// adds or removes (generated files left out), sorted, capped.
	Lines []uint64 `json:"-"`
	// Unreadable lists the absent blobs that keep the diff from being whole.
	Unreadable []string `json:"unreadable,omitempty"`
}

// Short returns the first nine digits of a hash, as people write them.
func Short(hash string) string {
	if len(hash) > 9 {
		return hash[:9]
	}
	return hash
}

// IsHash reports whether s is a full or abbreviated hexadecimal object name
// of at least four digits.
func IsHash(s string) bool {
	if len(s) < 4 || len(s) > 64 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f') && (r < 'A' || r > 'F')
	}) < 0
}
