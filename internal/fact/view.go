package fact

// Ref is a name and the commit it stood for.
type Ref struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit"`
}

// View is one fork branch against upstream as of the last finished ingest.
// Every answer is true of exactly these two commits.
type View struct {
	Fork     Ref    `json:"fork"`
	Upstream Ref    `json:"upstream"`
	Base     string `json:"base"`                // merge base, empty for unrelated histories
	BaseDate string `json:"base_date,omitempty"` // its commit date, RFC 3339
	// Range lists the upstream commits not in the fork, newest first, merges
	// left out; Own the fork's commits not in upstream, newest first.
	Range  []string `json:"-"`
	Own    []string `json:"-"`
	Merges int      `json:"merges"` // upstream merge commits, counted apart
	// Shallow says that the clone is: the range and the base end where it does.
	Shallow bool `json:"shallow,omitempty"`
	// Unread are the commits of either list of which a part could not be read.
	Unread []string       `json:"unread,omitempty"`
	Counts map[Status]int `json:"counts"` // add up to len(Range)
}

// Source is one voice on a commit: a report's statement or a decision.
type Source struct {
	Report string `json:"report,omitempty"` // the report's ID, empty for a decision
	Mark   int    `json:"mark,omitempty"`   // the decision's ID
	Status string `json:"status"`
	Reason string `json:"reason"`
	Line   int    `json:"line,omitempty"`
	When   int64  `json:"when,omitempty"`
	Entry  int    `json:"entry,omitempty"` // index among the report's commits
	// Disagrees says how git contradicts the source; empty when it does not.
	Disagrees string `json:"disagrees,omitempty"`
}

// Account is one upstream commit of a view's range with its one status and
// everything that was said of it.
type Account struct {
	Fork        string     `json:"-"` // the view's fork ref
	Commit      string     `json:"commit"`
	Subject     string     `json:"subject"`
	Author      string     `json:"author"`
	Date        string     `json:"date"` // author date, RFC 3339
	PR          int        `json:"pr"`
	Status      Status     `json:"status"`
	ForkCommits []string   `json:"fork_commits"`
	Evidence    []Evidence `json:"evidence"`
	Sources     []Source   `json:"sources"`
	Reason      string     `json:"reason"`
	// ReasonKind is what the reason comes to, empty where there is none.
	ReasonKind ReasonKind `json:"reason_kind,omitempty"`
	// ReasonFrom is the report and line, or the mark, that the reason is from.
	ReasonFrom string `json:"reason_from"`
	// Ruling is the statement in force, none where git alone tells or nobody does.
	Ruling   Ruling   `json:"ruling,omitzero"`
	WaitsFor []string `json:"waits_for"`
	// Waits says of each of WaitsFor what has become of it.
	Waits []Wait `json:"waits,omitempty"`
	// Reopened says that something came after the ruling that it did not know
	// of; Reopenings say what. The status stays what the ruling made it.
	Reopened   bool        `json:"reopened"`
	Reopenings []Reopening `json:"reopenings,omitempty"`
	// Why explains the status in one line that a person can check.
	Why string `json:"why"`
	// Left lists the files that a partial pick left out.
	Left []string `json:"left,omitempty"`
}
