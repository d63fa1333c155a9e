// Package ingest turns a repository and its reports into facts in the store.
//
// Run is one ingest. It reads which commits the two sides are at, reads the
// commits it has not seen, finds and parses reports, links the fork's commits
// to upstream's, settles each upstream commit's status, writes all of that,
// and brings the index up to date. It costs what is new: a commit is read
// once in its life, and when nothing moved nothing is written.
//
// The pure parts live below it: report (Markdown in, struct out), patch (a
// diff in, identities and identifiers out), link (which is which), account
// (which status). This package gives them what they need and stores what they
// return. It holds the store open for one transaction at a time, so questions
// are answered beside it, and what it writes shows in its last transaction.
package ingest
