// Package db keeps what tracker knows: commits, patches, reports, links,
// accounts, views and decisions, in one bbolt file.
//
// A Store is a folder. Nothing is held open between calls: View opens the file
// read-only for one answer and Update for one transaction, because bbolt lets
// nobody read while a writer has the file open, nor the reverse. An ingest
// holds the folder's Lock for its whole run and the file only for moments.
//
// # What a question sees
//
// Commits and patches never change, so an ingest writes them in as many
// transactions as it needs. Reports, links, accounts and views are replaced in
// its last transaction, together with Finish. A question asked in between
// is therefore answered from the last finished ingest, and View says ErrNothing
// until there is one. A commit may be stored without being in any view (an
// ingest was interrupted, or a ref moved away): such a commit is no answer to
// anything, and whoever looks commits up must check them against the views.
//
// # Unchanged means unwritten
//
// Records are CBOR in its deterministic core encoding (RFC 8949, section
// 4.2.1), so equal records are equal bytes. A put that finds the same bytes
// writes nothing, and an Update in which nothing was written leaves the file
// as it was. Every other put or delete adds to the change log in the same
// transaction. The log holds one entry a record, its newest, so it is bounded
// by the number of records ever kept, and a reader that has followed it up to
// some sequence (package index) learns by Changes what to look at again.
//
// # Key schema, format 3
//
// The file is tracker.db. hash stands for the raw bytes of an object name (20
// or 32), ref for a full ref name, seq and id for big-endian uint64.
//
//	meta      "format"         → CBOR uint, 3
//	          "identity"       → 16 random bytes, drawn when the file was made
//	          "finished"       → CBOR Finished
//	          "config"         → CBOR Config
//	commit    hash             → record
//	patch     hash             → record
//	report    report id        → record
//	link      ref 00 hash hash → record (the fork's commit, then upstream's)
//	account   ref 00 hash      → record
//	view      ref              → record
//	decision  id               → record
//	needs     hash             → record
//	replayed  hash hash        → record (the fork's commit, then what it picks or merges)
//	edits     hash             → CBOR editsRecord: which lines a commit changes
//	words     hash             → keys of the identifiers in a commit's tree, 5 bytes each, sorted
//	forecast  ref 00 hash      → CBOR fact.Forecast
//	departure hash hash        → CBOR fact.Departure (the fork's commit, then what it picks)
//	finding   ref 00           → CBOR list of fact.Finding
//	pr        uint32 hash      → nothing: which commits name a pull request
//	change    seq              → flag kind 00 key: what changed; flag 1: deleted
//	gone      kind 00 key      → seq of a deleted record's tombstone
//
// A record is the seq of its own entry in change, then CBOR. meta, pr, edits, words,
// forecast, departure and finding are not logged: the first is bookkeeping, the second
// follows from commit, needs are computed from the next two, and the others are found
// anew whenever the fork moves, or once a pick. A file of format 1 has no needs, replayed,
// edits, words and forecast, one of format 2 no departure and finding; the first Update
// makes them.
package db
