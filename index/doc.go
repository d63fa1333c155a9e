// Package index answers full-text questions about what package db keeps. The
// index is derived and disposable: whoever deletes its folder loses nothing
// but the time of the next CatchUp.
//
// # What is in it
//
// One document for each commit that is in a view, with its message, people,
// paths, the identifiers that its patch adds, removes and defines, its status and
// what was said of it; one for each passage of a report (what stands under one
// heading), so that a search finds the place and not only the file; one for
// each lesson of a report and for each decision. Document ids begin with the
// kind: commit/SIDE/HASH, report/ID:LINE, lesson/ID:LINE, decision/N.
//
// # How it keeps up
//
// The database's change log has a sequence. Each batch that is written to the
// index carries, as part of the same atomic write, the sequence up to which
// the index is true, the identity of the database and the version of this
// package's schema. CatchUp reads on from there; after a crash it does a little
// again, which changes nothing. An index that is missing, damaged, of
// another schema or of another database is built anew in a folder beside the
// old one, which answers until the new one is whole.
//
// # Words
//
// Text is cut into words of letters, digits and underscores, and those into
// parts at underscores and changes of case, so that EmbeddingLoaderBuilder is
// found by "loader builder" and by EmbeddingLoader; the whole word is kept beside
// its parts. Case and plural endings do not matter. Chinese and Japanese
// characters are words of their own. Object names are kept apart, whole, and
// found by prefix.
package index
