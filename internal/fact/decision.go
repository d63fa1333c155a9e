package fact

// Decision is what the user recorded with mark. Decisions are never deleted:
// an undone one keeps its place in the history.
type Decision struct {
	ID       int      `json:"id"` // 1, 2, 3 … in order of time
	Commit   string   `json:"commit,omitempty"`
	Status   Status   `json:"status,omitempty"` // empty when Not is set
	Reason   string   `json:"reason,omitempty"`
	WaitsFor []string `json:"waits_for,omitempty"`
	As       string   `json:"as,omitempty"`      // the fork commit that carries it
	Not      string   `json:"not,omitempty"`     // a fork commit that is not a pick of Commit
	Path     string   `json:"path,omitempty"`    // a glob instead of a commit: all whose files all match
	Subject  string   `json:"subject,omitempty"` // a pattern instead of a commit
	By       string   `json:"by,omitempty"`
	At       int64    `json:"at"`               // Unix seconds
	Undone   int64    `json:"undone,omitempty"` // when it was taken back, 0 if it stands
}
