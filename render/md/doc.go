// Package md writes UPSTREAM_INTEGRATION.md, the file in which a fork's
// maintainers read where they stand against upstream.
//
// Integration writes the block that tracker keeps, from its begin to its end
// marker; Splice puts it into the file. All that stands outside the markers
// belongs to people and is kept byte for byte. The begin marker carries a
// checksum of the block, so an edit inside is noticed and reported instead of
// overwritten. Strip blanks the block for readers of testimony: what tracker
// wrote is no witness for tracker.
//
// The same facts give the same bytes: there is no time of the run in the block,
// and an ordered list numbers every item 1, so that one more commit changes
// one line.
package md
