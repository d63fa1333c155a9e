// Package deps tells which commit needs which: who wrote the lines that a commit
// changes, who removed lines where it changes something, who created its files
// and brought in the names it uses.
//
// One forward pass over a history, parents before children, carries for each
// version of each file who last touched each line. A version is known by its path
// and content, so that branches need no copies and a merge needs work only for the
// files that equal no parent's. What a line's owner is, is what git blame says of it
// (without -M and -C); the tests hold the two against each other.
//
// The package is pure: edits go in, needs come out, the same for the same.
package deps
