package fact

// NeedKind is why one upstream commit needs another.
type NeedKind string

const (
	NeedLine    NeedKind = "line"         // it changes or removes a line that the other wrote
	NeedDeleted NeedKind = "deleted-line" // it changes the place where the other removed lines
	NeedContext NeedKind = "context"      // the other wrote a line within three of the changed ones
	NeedFile    NeedKind = "file"         // the other created, moved or removed a file that it changes
	NeedSymbol  NeedKind = "symbol"       // the other brings in an identifier that it uses
	NeedMarker  NeedKind = "marker"       // its message says so: it fixes, reverts or names the other
)

// NeedKinds lists every kind of need, the strongest first.
var NeedKinds = []NeedKind{NeedLine, NeedDeleted, NeedFile, NeedContext, NeedSymbol, NeedMarker}

// Need says that a commit needs another of upstream's, for one reason.
type Need struct {
	To   string   `json:"to"`
	Kind NeedKind `json:"kind"`
	// Hard says that it does not apply without: a replay conflicts.
	Hard bool `json:"hard,omitempty"`
	// Lock says that only lock files and other generated ones say so. It matters to
	// a replay and to nothing else.
	Lock  bool        `json:"lock,omitempty"`
	Count int         `json:"count"` // how many lines, files or identifiers say so
	Where []NeedWhere `json:"where"` // the first of them
}

// NeedWhere is one piece of evidence of a need.
type NeedWhere struct {
	Path string `json:"path,omitempty"`
	Line int    `json:"line,omitempty"` // from 1, in the parent's file; 0: the file as a whole
	Text string `json:"text,omitempty"` // the identifier, or the words of the message
}

// Needs are all that an upstream commit needs. It does not depend on the fork.
type Needs struct {
	Commit string `json:"commit"`
	List   []Need `json:"list"`
	// Brings are the identifiers that are in the tree since this commit.
	Brings []string `json:"brings,omitempty"`
	// Group is the commit with which what it belongs to begins; empty if it begins
	// something of its own, or nothing.
	Group string `json:"group,omitempty"`
}
