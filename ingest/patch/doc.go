// Package patch derives from a commit's diff what tracker compares commits
// by: git's own patch id, an id of the added and removed lines alone, the
// lines themselves as hashes, and the identifiers that come, go and are
// declared.
//
// It is pure: a diff goes in, a fact.Patch comes out, and the same diff always
// gives the same patch. Of merges, and of diffs of which nothing could be
// read, nothing is derived.
package patch
