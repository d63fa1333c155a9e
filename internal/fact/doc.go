// Package fact holds the records that every room of tracker shares: what git
// shows (commits, patches), what people wrote (reports, decisions), and what
// follows from both (links, accounts, views).
//
// The types are plain data: the package imports nothing but the standard
// library, so that the pure rooms (ingest/report, ingest/link, render) can
// speak of a commit or a report without knowing a database, an index or git.
// Package db stores these records; the json tags are the words of the
// command-line interface and may gain fields but never lose one.
package fact
