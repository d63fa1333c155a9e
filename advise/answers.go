package advise

import (
	"tracker/advise/beside"
	"tracker/internal/fact"
)

// Standing is where one fork branch stands against upstream: the answer to
// `tracker status`.
type Standing struct {
	Fork     fact.Ref `json:"fork"`
	Upstream fact.Ref `json:"upstream"`
	Base     string   `json:"base"`
	BaseDate string   `json:"base_date,omitempty"` // RFC 3339
	// Shallow says that the clone is shallow, so that base and counts end where
	// it does.
	Shallow bool                `json:"shallow,omitempty"`
	Total   int                 `json:"total"`  // upstream commits in the range, merges left out
	Merges  int                 `json:"merges"` // upstream merge commits, counted apart
	Counts  map[fact.Status]int `json:"counts"` // add up to Total
	// Unaccounted is Total less the sum of Counts: always 0, printed so that
	// nobody has to trust it.
	Unaccounted int `json:"unaccounted"`
	// Commits are in the order of the range, newest first, or as they were named.
	Commits []fact.Account `json:"commits"`
	// Outlooks tell of open commits what they will meet, as far as the last ingest
	// tried their picks onto this tip; Outlook adds up those of the pending ones.
	Outlooks map[string]*Outlook `json:"outlooks,omitempty"`
	Outlook  OutlookSum          `json:"outlook"`
	// Findings counts what the audit of the picks found and still stands.
	Findings FindingSum `json:"findings"`
	// Moved says that a ref has moved since the last ingest, so the answer is
	// true of the commits above and not of the refs as they are now.
	Moved []Move `json:"moved,omitempty"`
	// Forks holds the standings of further fork refs, if there are any.
	Forks []Standing `json:"forks,omitempty"`
}

// Move is a ref that no longer stands where the last ingest saw it.
type Move struct {
	Ref string `json:"ref"`
	Was string `json:"was"`
	Now string `json:"now"` // empty when the ref is gone
}

// CommitStory is all that is known of one commit: the answer to `tracker show`.
type CommitStory struct {
	Kind    string        `json:"kind"` // "commit"
	Side    string        `json:"side"` // "upstream", "fork" or "shared"
	Commit  fact.Commit   `json:"commit"`
	Account *fact.Account `json:"account,omitempty"` // an upstream commit of the range
	// Picks pairs the commit with its counterparts: the fork commits that
	// carry an upstream commit, or the upstream commits that a fork commit carries.
	Picks []Pick `json:"picks"`
	// Resolved are the conflicts that it met as a pick or merge, or that its picks did.
	Resolved []Resolved `json:"resolved,omitempty"`
	// Statements are what reports and decisions said of it, in order of time.
	Statements []StatementIn   `json:"statements"`
	Decisions  []fact.Decision `json:"decisions"`
	// Bringers are upstream commits that would bring what it waits for.
	Bringers []Bringer `json:"bringers,omitempty"`
	// Lessons are those of reports that name it, or a file that it changes.
	Lessons []LessonFrom `json:"lessons,omitempty"`
	// RevertedBy and Reverts name the commits that take this one back, and
	// that this one takes back.
	RevertedBy []string `json:"reverted_by,omitempty"`
	Reverts    []string `json:"reverts,omitempty"`
	// Outlook is what an open commit will meet; Needs are all that it needs of
	// upstream's, and FollowUps later commits that mend it.
	Outlook   *Outlook   `json:"outlook,omitempty"`
	Needs     []NeedEdge `json:"needs,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// Findings are what the audit found of it, mended and accepted ones too.
	Findings []Finding `json:"findings,omitempty"`
	// Group is the commit with which what it belongs to begins, and GroupName that
	// one's title.
	Group      string   `json:"group,omitempty"`
	GroupName  string   `json:"group_name,omitempty"`
	Adds       []string `json:"adds,omitempty"`
	Defines    []string `json:"defines,omitempty"`
	Unreadable []string `json:"unreadable,omitempty"`
	As         AsOf     `json:"as_of"`
}

// Bringer is an upstream commit that would bring what another one waits for.
type Bringer struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	PR      int         `json:"pr,omitempty"`
	Status  fact.Status `json:"status"`
	What    []string    `json:"what"`
}

// Pick is one link seen from one of its ends.
type Pick struct {
	Link    fact.Link `json:"link"`
	Other   string    `json:"commit"` // the commit at the other end
	Subject string    `json:"subject"`
	Author  string    `json:"author"`
	Date    string    `json:"date"` // commit date, RFC 3339
	Why     string    `json:"why"`  // the evidence in one line that a person can check
	// Changed puts the pick beside its original, file by file, where the change
	// is not the same. It is read from git, and empty if git has it no more.
	Changed []beside.File `json:"changed,omitempty"`
}

// StatementIn is one report's entry on a commit.
type StatementIn struct {
	Report    string            `json:"report"` // the stored report's ID
	Title     string            `json:"title"`
	Date      string            `json:"date"`
	Entry     fact.ReportCommit `json:"entry"`
	Disagrees string            `json:"disagrees,omitempty"` // how git contradicts it
}

// ReportStory is all that is known of one report: `tracker show REPORT`.
type ReportStory struct {
	Kind   string            `json:"kind"` // "report"
	Report fact.StoredReport `json:"report"`
	// Disagreements are the statements that git contradicts.
	Disagreements []Disagreement `json:"disagreements"`
	As            AsOf           `json:"as_of"`
}

// Disagreement is a statement of a report that git contradicts.
type Disagreement struct {
	Report  string `json:"report"`
	Line    int    `json:"line"`
	Commit  string `json:"commit"`
	Says    string `json:"says"`
	Message string `json:"message"`
}

// AsOf names the commits that an answer is true of.
type AsOf struct {
	Fork     fact.Ref `json:"fork"`
	Upstream fact.Ref `json:"upstream"`
}

// Integration is everything that UPSTREAM_INTEGRATION.md tells.
type Integration struct {
	Standing Standing
	Self     string // the document's own path in the fork, empty if it lies elsewhere
	// Upstream's and the fork's web addresses, without a trailing slash or
	// ".git" ("https://github.com/owner/name"), from the remotes' URLs; empty
	// when there is none that a browser can open.
	UpstreamURL string
	ForkURL     string
	// Picks lists every link, keyed by upstream commit; a pick's Why explains it.
	Picks map[string][]Pick
	// Rounds are the reports in order of time, oldest first.
	Rounds []Round
	// Decisions that stand, oldest first.
	Decisions []fact.Decision
	// Conflicts are what reports tell of conflicts met, by path.
	Conflicts []ConflictMet
	// Lessons are what reports say should be remembered.
	Lessons []LessonFrom
	// Questions need a decision of a maintainer: reopened commits, and
	// disagreements between sources.
	Questions []Question
	// Findings are what the audit of the picks found, mended and accepted ones too.
	Findings []Finding
	// Plan is an order for all that is pending, nil if nothing is or there is too
	// much of it to be tried.
	Plan *Plan
}

// Round is one report as part of the fork's history.
type Round struct {
	ID            string // the stored report's ID
	InFork        bool   // the report is tracked in the fork: ID is its path there
	Title         string
	Date          string
	Words         map[fact.Word]int    // what it says of how many commits
	Commits       int                  // how many upstream commits of the range it names
	Unknown       []string             // hashes it names that are commits of neither side
	Names         []fact.ReportFinding // names that git contradicts, those of Unknown left out
	Findings      []fact.ReportFinding
	Disagreements []Disagreement
}

// ConflictMet is one conflict that a report tells of.
type ConflictMet struct {
	Path       string `json:"path"`
	Detail     string `json:"detail,omitempty"`
	Commit     string `json:"commit"` // upstream
	Subject    string `json:"subject"`
	ForkCommit string `json:"fork_commit,omitempty"`
	Resolution string `json:"resolution,omitempty"`
	Report     string `json:"report"`
	Line       int    `json:"line"`
}

// LessonFrom is a lesson with its source.
type LessonFrom struct {
	Heading string `json:"heading,omitempty"` // the heading it stands under, empty if it has none
	Text    string `json:"text"`
	Report  string `json:"report"`
	Line    int    `json:"line"`
}

// Question is something that only a person can settle.
type Question struct {
	Kind    string // reopened, disagreement
	Commit  string // may be empty
	Subject string
	Text    string
	Source  string // report:line, or empty
}
