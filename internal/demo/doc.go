// Package demo builds a small upstream and a fork of it, with the things that
// happen to forks: clean picks, one with a resolved conflict, a retitled one, a
// feature that was skipped with two commits that build on it, a pick that was
// reverted, a fix that the fork made in its own way, and two reports of which
// one is wrong in places. The same commits come out on every machine.
package demo
