// Package account gives every upstream commit of a range its one status, from
// what git shows, what reports say and what the user decided, in that order of
// trust reversed: a decision beats git, git beats a report, and a later report
// beats an earlier one. Whatever was said is kept as a source of the status,
// with the way in which git contradicts it. The package is pure.
package account
