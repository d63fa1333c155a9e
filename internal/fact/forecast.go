package fact

// Result is what comes of picking a commit.
type Result string

const (
	ResultClean      Result = "clean"
	ResultConflict   Result = "conflict"
	ResultEmpty      Result = "empty"      // nothing of it is left to apply
	ResultMerge      Result = "merge"      // a merge commit is not picked alone
	ResultUnreadable Result = "unreadable" // an object that it takes is not here
)

// Cause is why a path conflicts.
type Cause string

const (
	CauseFork  Cause = "fork"         // the fork changed the same place
	CauseNeeds Cause = "prerequisite" // the place is as upstream commits left it that the fork lacks
	CauseBoth  Cause = "both"
)

// Conflicted is a path that a pick will conflict in, and why.
type Conflicted struct {
	Path string `json:"path"`
	Kind string `json:"kind"` // git's word: content, modify/delete, add/add …
	// Cause is empty where it cannot be told: a file that is not text.
	Cause Cause `json:"cause"`
	Hunks int   `json:"hunks,omitempty"` // places of a content conflict
	// ForkCommits are those that last touched the fork's side of it, newest first.
	ForkCommits []string `json:"fork_commits"`
	// Needs are upstream's commits that made the other side what it is and that the
	// fork lacks, newest first.
	Needs []string `json:"needs,omitempty"`
	// Suggestions are how such a conflict was resolved before.
	Suggestions []Suggestion `json:"suggestions"`
	Message     string       `json:"message,omitempty"` // git's own sentence
	Lock        bool         `json:"lockfile,omitempty"`
	Gone        bool         `json:"gone,omitempty"` // upstream has no such file any more
}

// Forecast is what came of picking an upstream commit onto a fork's tip when that
// was last tried.
type Forecast struct {
	Commit     string       `json:"commit"`
	Onto       string       `json:"onto"`
	Result     Result       `json:"result"`
	Conflicts  []Conflicted `json:"conflicts,omitempty"`
	Unreadable []string     `json:"unreadable,omitempty"`
	// Rules are those by which it was worded, and the past that it knows; see package
	// ingest.
	Rules uint64 `json:"-" cbor:"rules,omitempty"`
}
