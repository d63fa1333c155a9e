// Package link tells which fork commit is which upstream commit.
//
// It climbs a ladder of evidence, from what a message declares to what two
// diffs have in common, and keeps every rung that holds: a link is believed
// for its reasons, and `links --without KIND` can take one of them away. The
// package is pure: facts in, links out, the same links for the same facts.
//
// Three rules guard against invention. A revert is never a pick of what it
// reverts. A rung that is weak alone (an equal subject, an equal pull request
// number, a report's word) needs the diffs to agree at least on a file. And
// where equal evidence could pair commits crosswise, one assignment over all
// of them decides.
package link
