package fact

// ReasonKind is what a reason for not taking a commit comes to.
type ReasonKind string

const (
	NotApplicable ReasonKind = "not-applicable" // it concerns what the fork does not have or run on
	Superseded    ReasonKind = "superseded"     // something else does it already, or did
	Missing       ReasonKind = "missing"        // it needs something that the fork lacks
	Policy        ReasonKind = "policy"         // the fork does not want it
	NoOp          ReasonKind = "no-op"          // it would change nothing
	TooCostly     ReasonKind = "too-costly"     // its conflicts cost more than it brings
	OtherReason   ReasonKind = "other"
)

// ReasonKinds lists every kind of reason.
var ReasonKinds = []ReasonKind{NotApplicable, Superseded, Missing, Policy, NoOp, TooCostly, OtherReason}

// Ruling is the statement that decided a commit which git shows nothing of.
type Ruling struct {
	Report string `json:"report,omitempty"` // the report's ID, empty for a mark
	Line   int    `json:"line,omitempty"`
	Mark   int    `json:"mark,omitempty"` // the decision's ID
	When   int64  `json:"when"`           // Unix seconds
	Day    string `json:"day,omitempty"`  // of a report, as a day where it was written
}

// What a commit may wait for.
const (
	ForSymbol = "symbol"
	ForFile   = "file"
	ForCommit = "commit"
	ForWords  = "words" // nothing that can be looked for
)

// Wait is one thing that a skipped or deferred commit waits for.
type Wait struct {
	What string `json:"what"` // as it was named
	Kind string `json:"kind"` // symbol, file, commit or words
	// State is "lacking", or "arrived" when the fork has it now and had it not
	// when the ruling was made, or "before" when it had it then already.
	State string `json:"state"`
	By    string `json:"by,omitempty"`   // the fork commit that brought it, if one can be named
	Date  string `json:"date,omitempty"` // when, RFC 3339
	// From are the upstream commits of the range that would bring it, newest
	// first; none once it is here.
	From []string `json:"from,omitempty"`
}

// The states of what is waited for.
const (
	Lacking = "lacking"
	Arrived = "arrived"
	Before  = "before"
)

// Reopening is why a decision is open again.
type Reopening struct {
	// Kind is "arrived" for what the commit waits for and the fork now has, or
	// says what a later upstream commit does to this one: "fixed", "reverted",
	// "named" in its message, or "built-on".
	Kind string `json:"kind"`
	What string `json:"what"`         // what arrived, or by what name the later commit speaks of this one
	By   string `json:"by,omitempty"` // the commit that did it: the fork's, or upstream's
	Date string `json:"date,omitempty"`
	Text string `json:"text"` // in one line that a person can check
}

// The kinds of reopenings.
const (
	ByArrival  = "arrived"
	ByFix      = "fixed"
	ByRevert   = "reverted"
	ByName     = "named"
	ByBuildsOn = "built-on"
)
