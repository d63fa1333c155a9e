package fact

// Kind names a rung of the evidence ladder.
type Kind string

const (
	KindMarker     Kind = "marker"      // the message names the upstream commit
	KindAncestry   Kind = "ancestry"    // the upstream commit itself is in the fork's history
	KindPatchID    Kind = "patch-id"    // equal `git patch-id --stable`
	KindDiffID     Kind = "diff-id"     // equal added and removed lines
	KindAuthorDate Kind = "author-date" // same author at the same second
	KindSubject    Kind = "subject"     // same normalised subject
	KindPR         Kind = "pr"          // same pull request number
	KindMessage    Kind = "message"     // the words of the messages are alike
	KindSimilarity Kind = "similarity"  // the diffs are alike
	KindGroup      Kind = "group"       // one commit made of several, or several of one
	KindEmpty      Kind = "empty"       // nothing of the upstream commit is left to apply
	KindReport     Kind = "report"      // a report pairs the two
	KindMark       Kind = "mark"        // the user paired the two
)

// Kinds lists every kind of evidence.
var Kinds = []Kind{
	KindMark, KindMarker, KindAncestry, KindPatchID, KindDiffID, KindAuthorDate, KindSubject, KindPR, KindMessage,
	KindSimilarity, KindGroup, KindEmpty, KindReport,
}

// Evidence is one rung that holds for a link.
type Evidence struct {
	Kind   Kind    `json:"kind"`
	Score  float64 `json:"score"` // 0 to 1
	Detail string  `json:"detail"`
}

// Link pairs a fork commit with the upstream commit it came from.
type Link struct {
	Fork     string     `json:"fork"`
	Upstream string     `json:"upstream"`
	Score    float64    `json:"score"`    // confidence, 0 to 1
	Evidence []Evidence `json:"evidence"` // every rung that held, strongest first
	Why      string     `json:"why"`      // the evidence in one line that a person can check
	// Same says that the change itself is the same: equal patch-id or diff-id.
	Same bool `json:"same"`
	// Lines is the share of the upstream commit's significant lines that the
	// fork commit carries, 0 to 1; -1 when either diff could not be read.
	Lines float64 `json:"lines"`
	// SameAuthor, SameDate and Retitled compare the two commits' headers.
	SameAuthor bool `json:"same_author"`
	SameDate   bool `json:"same_date"`
	Retitled   bool `json:"retitled"`
	// Left lists the files of the upstream commit whose change the fork commit
	// does not carry at all (generated files left out).
	Left []string `json:"left,omitempty"`
}
