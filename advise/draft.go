package advise

import (
	"tracker/internal/fact"
)

// Draft is the report of a round of integration, written from git: the answer to
// `tracker report draft`.
type Draft struct {
	As AsOf `json:"as_of"`
	// From and To are full hashes of the fork's commits: the round is what To can
	// reach and From cannot. From is empty for all since the base.
	From string `json:"from"`
	To   string `json:"to"`
	// Open says that the range goes to the fork's tip, wherever that is.
	Open bool `json:"open"`
	// After is the report with which the round before ended; empty if the range was
	// named, or there is none.
	After string `json:"after,omitempty"`
	// Report are the facts, as `tracker report parse` reads them back.
	Report fact.Report `json:"report"`
	// Entries tell more of each of the report's commits, in their order.
	Entries []DraftEntry `json:"entries"`
	// Ways count how the conflicts of the picks were resolved.
	Ways []Way `json:"ways,omitempty"`
	// Reports are the IDs of those that spoke in the round, in order of time.
	Reports []string `json:"reports"`
	// Findings are what an audit found of this round: see Audited.
	Findings []fact.Finding `json:"-"`
}

// DraftEntry is what a draft tells of a commit beside its facts.
type DraftEntry struct {
	Commit string `json:"commit"`         // full hash
	Fork   string `json:"fork,omitempty"` // full hash of the pick
	// How says what the status comes to: "the same change", "the change differs".
	How   string `json:"how,omitempty"`
	Files int    `json:"files,omitempty"`
	// Written counts what is not written by a program: lock files and the like are
	// left out.
	Insertions int `json:"insertions_written"`
	Deletions  int `json:"deletions_written"`
	Generated  int `json:"files_generated,omitempty"`
	// Left are the files of the commit that the pick left out.
	Left []string `json:"left,omitempty"`
}

// Way is a way in which conflicts were resolved.
type Way struct {
	How   string `json:"how"`
	Count int    `json:"count"`
}
