package fact

import "strconv"

// Edits says which lines a commit changes where, and no text: it is what line
// provenance is computed from. It is a fact about the commit alone and never
// changes.
type Edits struct {
	Hash    string
	Parents []string // of a merge; of any other commit they stand in its Commit
	// Files are the changed files. A merge has those alone that differ from all
	// its parents, each once a parent.
	Files []FileEdit
	// Near holds hashes (see IdentKey) of the identifiers that stand in changed lines
	// or within three lines of them and were there before. Sorted, capped.
	Near []uint64
}

// FileEdit is one file of Edits.
type FileEdit struct {
	Path   string // after the change
	Old    string // before a rename; empty: as Path
	Parent int    // which parent it is compared with; 0 but for merges
	// From and To tell the file's contents before and after apart: see BlobKey.
	// 0 where there is no file.
	From, To uint64
	// Whole says that the lines are not told: the file is binary, a submodule,
	// over the size cap, or could not be read.
	Whole bool
	// Runs are the changed places in order.
	Runs []Run
	// Tail is how many unchanged lines stand behind the last changed place: three,
	// or fewer where the file ends. Not told of a merge.
	Tail int
}

// Before is the file's path before the change.
func (f *FileEdit) Before() string {
	if f.Old != "" {
		return f.Old
	}
	return f.Path
}

// Run is one changed place: Removed lines of the old file, from line Old on, give
// way to Added lines. Lines count from 0, so that Old is how many lines stand
// before the place.
type Run struct {
	Old, Removed, Added int
}

// BlobKey shortens the name of a blob to what tells the contents of one path
// apart; 0 for the name of no blob.
func BlobKey(id string) uint64 {
	if len(id) < 16 {
		return 0
	}
	key, _ := strconv.ParseUint(id[:16], 16, 64)
	return key
}

// IdentKey hashes an identifier to 40 bits, so that many can be kept: the upper
// ones of 64-bit FNV-1a.
func IdentKey(identifier string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(identifier) {
		h = (h ^ uint64(identifier[i])) * 1099511628211
	}
	return h >> 24
}
