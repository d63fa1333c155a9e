package fact

import "cmp"

// Report is what one Markdown report says. It is testimony: nothing in it is
// checked against git. Lines count from 1.
type Report struct {
	Title     string          `json:"title"`
	Date      string          `json:"date"` // YYYY-MM-DD as the report states it, or empty
	Commits   []ReportCommit  `json:"commits"`
	Claims    []Claim         `json:"claims"`
	Lessons   []Note          `json:"lessons"`
	Checklist []ChecklistItem `json:"checklist"`
	Steps     []Note          `json:"next_steps,omitempty"`
	Methods   []Method        `json:"methods,omitempty"`
	// Findings are contradictions inside the report itself, and what of it could
	// not be read.
	Findings []ReportFinding `json:"findings,omitempty"`
}

// ReportCommit is all that a report says of one upstream commit.
type ReportCommit struct {
	// Hash is the upstream commit's name as written, lower case; nil when the
	// report names the commit by PR number or title alone.
	Hash       *string     `json:"hash"`
	Status     Word        `json:"status"`
	Statements []Statement `json:"statements"` // every verdict in order of its line, the last deciding one wins
	ForkCommit string      `json:"fork_commit"`
	Subject    string      `json:"subject"`
	PR         int         `json:"pr"`
	Conflicts  []Conflict  `json:"conflicts"`
	// Conflict describes a conflict whose files the report does not name.
	Conflict string `json:"conflict"`
	// Clean says that the report states there was no conflict.
	Clean bool `json:"clean,omitempty"`
	// Resolution is how a conflict was solved, in the report's words.
	Resolution     string   `json:"resolution"`
	Reason         string   `json:"reason"`
	Missing        []string `json:"missing"` // symbols, files or commits that it waits for
	Recommendation string   `json:"recommendation"`
	Impact         string   `json:"impact"`
	Insertions     int      `json:"insertions"`
	Deletions      int      `json:"deletions"`
	Line           int      `json:"line"` // where it is first named
}

// Statement is one verdict of a report on a commit.
type Statement struct {
	Status Word   `json:"status"`
	Line   int    `json:"line"`
	Text   string `json:"text,omitempty"` // the words that carry it, shortened
}

// Conflict is one file that a report names as conflicted.
type Conflict struct {
	Path   string `json:"path"`
	Detail string `json:"detail,omitempty"`
}

// Claim is a number that a report states about itself.
type Claim struct {
	Text  string  `json:"text"`  // the statement as written, shortened
	Kind  string  `json:"kind"`  // integrated, skipped, attempted, conflicts, resolved, percentage, files, insertions, deletions …
	Value float64 `json:"value"` // the number, or the numerator of "9/12"
	Total float64 `json:"total,omitempty"`
	Line  int     `json:"line"`
}

// Note is a sentence worth keeping, with where it stands.
type Note struct {
	Text    string `json:"text"`
	Heading string `json:"heading,omitempty"`
	Line    int    `json:"line"`
	// Paths and Commits are the files, hashes and pull requests ("#12") that the
	// text names, as written. They are found when the report is ingested.
	Paths   []string `json:"paths,omitempty"`
	Commits []string `json:"commits,omitempty"`
}

// ChecklistItem is one box or marked line of a checklist.
type ChecklistItem struct {
	Text  string `json:"text"`
	State string `json:"state"` // done, pending, skipped, failed
	Line  int    `json:"line"`
}

// Method is one way of resolving conflicts that the report counts.
type Method struct {
	Text    string   `json:"text"`
	Kind    string   `json:"kind"` // theirs, ours, both, regenerated, manual, empty
	Count   int      `json:"count"`
	Commits []string `json:"commits,omitempty"`
	Line    int      `json:"line"`
}

// Unreadable is the kind of a finding about what could not be read.
const Unreadable = "unreadable"

// ReportFinding is a contradiction that shows without a repository, or says what
// could not be read.
type ReportFinding struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Lines   []int  `json:"lines"`
}

// CompareReports orders reports by when they last spoke, then by the day they
// state, then by ID: the later ones win.
func CompareReports(a, b StoredReport) int {
	return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.Report.Date, b.Report.Date), cmp.Compare(a.ID, b.ID))
}

// StoredReport is a report with where it came from. ID identifies it: the
// path by which it was read.
type StoredReport struct {
	ID string `json:"id"` // path inside the fork (slashes), or the given file's path
	// Source is "fork" when it is tracked in the fork's tree, "gone" when it
	// once was, and "file" when it was given by name.
	Source string `json:"source"`
	Blob   string `json:"blob"` // SHA-256 of the bytes that were parsed
	// When orders reports. Of one tracked in the fork it is when it was last
	// changed there; of another the day it states, else the file's time. Unix
	// seconds.
	When   int64  `json:"when"`
	Day    string `json:"day"` // the same as a day where it was written, YYYY-MM-DD
	Text   string `json:"-"`   // the Markdown itself, for search and rendering
	Report Report `json:"report"`
	// Seen is, of a report from outside the fork, where the branches stood when
	// it was first read in these words.
	Seen []Seen `json:"seen,omitempty"`
	// Names are the names in it that git contradicts, as of the last ingest.
	Names []ReportFinding `json:"names,omitempty"`
}
