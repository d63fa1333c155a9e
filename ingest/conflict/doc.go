// Package conflict takes apart what a replayed pick or merge conflicts in, and tells
// how each place was resolved in the commit that the fork really made of it.
//
// It is pure: git's own merge goes in, with its markers, and the resolved file; the
// places and their resolutions come out.
package conflict
