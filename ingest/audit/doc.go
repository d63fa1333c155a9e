// Package audit tells what a fork's picks got wrong: work of the fork that a pick
// undid, lines of upstream commits that were not picked, picks that rest on what is
// not there, and the like. docs/audit.md says what each kind of finding means.
//
// Depart compares one file of a pick with git's own replay of it; Find turns what is
// known of all picks of a branch into findings. Both are pure.
package audit
