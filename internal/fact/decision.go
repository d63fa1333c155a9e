package fact

import "cmp"

// Decision is what the user recorded with mark. Decisions are never deleted:
// an undone one keeps its place in the history.
type Decision struct {
	ID     int    `json:"id"` // 1, 2, 3 … in order of time
	Commit string `json:"commit,omitempty"`
	Status Status `json:"status,omitempty"` // empty when Not is set
	Reason string `json:"reason,omitempty"`
	// ReasonKind is what the user said the reason comes to; empty: as its words tell.
	ReasonKind ReasonKind `json:"reason_kind,omitempty"`
	WaitsFor   []string   `json:"waits_for,omitempty"`
	As         string     `json:"as,omitempty"`      // the fork commit that carries it
	Not        string     `json:"not,omitempty"`     // a fork commit that is not a pick of Commit
	Path       string     `json:"path,omitempty"`    // a glob instead of a commit: all whose files all match
	Subject    string     `json:"subject,omitempty"` // a pattern instead of a commit
	// Accept is the kind of finding that is accepted, instead of a status: of Commit,
	// which may be the fork's, or of files and reports that Path matches.
	Accept FindingKind `json:"accept,omitempty"`
	By     string      `json:"by,omitempty"`
	At     int64       `json:"at"` // Unix seconds
	// Nanos are the nanoseconds of At, which order decisions of one second.
	Nanos  int   `json:"nanos,omitempty"`
	Undone int64 `json:"undone,omitempty"` // when it was taken back, 0 if it stands
	// Views are the branches as the last ingest saw them when it was recorded:
	// what came later is what it did not know of.
	Views []Seen `json:"views,omitempty"`
}

// Seen is one fork branch and upstream as they stood at a time.
type Seen struct {
	Fork     Ref    `json:"fork"`
	Upstream string `json:"upstream"` // commit
}

// CompareDecisions orders decisions by when they were recorded, then by number.
func CompareDecisions(a, b Decision) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Nanos, b.Nanos), cmp.Compare(a.ID, b.ID))
}
