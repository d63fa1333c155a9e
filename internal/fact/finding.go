package fact

// Severity is how much a finding matters.
type Severity string

const (
	High   Severity = "high"   // work is lost, or what was picked cannot be right
	Medium Severity = "medium" // somebody should look
	Low    Severity = "low"    // good to know
)

// Severities lists every severity, the worst first.
var Severities = []Severity{High, Medium, Low}

// FindingKind is what an audit looks for.
type FindingKind string

// What a pick can have got wrong.
const (
	FindLostForkLines       FindingKind = "lost-fork-lines"      // a pick undoes the fork's own work
	FindForeignLines        FindingKind = "foreign-lines"        // a pick brings lines of a commit that was not picked
	FindMissingPrerequisite FindingKind = "missing-prerequisite" // a pick rests on a commit that is not there
	FindPartialPick         FindingKind = "partial-pick"         // a part was left out, or could have been taken
	FindMissedFollowUp      FindingKind = "missed-follow-up"     // what mends a pick is not picked
	FindRevertedUpstream    FindingKind = "reverted-upstream"    // upstream took back what was picked
	FindOrder               FindingKind = "order"                // an older pick undid a newer one
	FindBulk                FindingKind = "bulk"                 // mostly lock, generated, vendored or build output
	FindAlteredPick         FindingKind = "altered-pick"         // differs by more than the conflicts explain
	FindDuplicatePick       FindingKind = "duplicate-pick"       // the same change is in twice
)

// What a report can have got wrong.
const (
	FindReportCount    FindingKind = "report-count"    // totals and shares that do not add up
	FindReportStatus   FindingKind = "report-status"   // integrated, skipped, empty, clean: git says otherwise
	FindReportConflict FindingKind = "report-conflict" // a conflict that was not, or was elsewhere
	FindReportFigure   FindingKind = "report-figure"   // insertions, deletions, files
	FindReportName     FindingKind = "report-name"     // a hash, a title, a file
)

// FindingKinds lists every kind of finding.
var FindingKinds = []FindingKind{
	FindLostForkLines, FindForeignLines, FindMissingPrerequisite, FindPartialPick, FindMissedFollowUp, FindRevertedUpstream,
	FindOrder, FindBulk, FindAlteredPick, FindDuplicatePick,
	FindReportCount, FindReportStatus, FindReportConflict, FindReportFigure, FindReportName,
}

// Finding is one thing that an audit found.
type Finding struct {
	Kind     FindingKind
	Severity Severity
	// Fork and Upstream are full hashes of the commits that it is about, Report the
	// report; each empty where there is none. Line is the report's, from 1.
	Fork, Upstream string
	Report         string
	Line           int
	Path           string
	Lines          int    // how many lines it is about, 0 if it is not about lines
	Message        string // a sentence that a maintainer can act on
	Evidence       []FindingEvidence
	Mended         string // what mended it since: a full hash; empty while it stands
}

// FindingEvidence is what shows a finding, so that it can be checked in git.
type FindingEvidence struct {
	Commit string // full hash
	Path   string
	Line   int // in the file as of Commit, from 1; 0 if it is about none
	Text   string
}
