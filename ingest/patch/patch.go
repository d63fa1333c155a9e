package patch

import (
	"tracker/internal/fact"
	"tracker/internal/git"
)

// From derives the patch of a diff. sha256 says that the repository names its
// objects by SHA-256; its patch ids are of that kind, too.
//
// A diff that is not whole has no PatchID; the rest is derived from what could
// be read, with the absent blobs in Unreadable.
func From(d *git.Diff, sha256 bool) fact.Patch {
	p := fact.Patch{Hash: d.Commit.Hash, Unreadable: d.Absent()}
	if d.Whole() {
		p.PatchID = ID(d.Files, sha256)
	}
	p.FileIDs, p.Lines = lineIDs(d.Files)
	p.DiffID = diffID(p.FileIDs)
	identifiers(d.Files, &p)
	return p
}
