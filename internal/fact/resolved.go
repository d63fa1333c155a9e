package fact

// Resolution is how a conflict was resolved.
type Resolution string

const (
	ResolvedTheirs      Resolution = "theirs"      // as upstream has it
	ResolvedOurs        Resolution = "ours"        // as the fork had it
	ResolvedBoth        Resolution = "both"        // both sides, one behind the other
	ResolvedRegenerated Resolution = "regenerated" // made anew by its own tool
	ResolvedManual      Resolution = "manual"      // neither: written by hand
)

// Resolutions lists every resolution.
var Resolutions = []Resolution{ResolvedTheirs, ResolvedOurs, ResolvedBoth, ResolvedRegenerated, ResolvedManual}

// Replayed is what the replay of a past pick or merge met, at the commit that the
// fork really made it on, and how that was resolved there. It never changes.
type Replayed struct {
	Fork     string // the fork's commit: the pick, or the merge
	Upstream string // what it picks, or merges
	Source   string // "pick" or "merge"
	// Conflicts are empty where it went through clean.
	Conflicts []PastConflict
	// Unreadable names what is absent here and touches the answer.
	Unreadable []string
}

// PastConflict is one path that conflicted, and what became of it.
type PastConflict struct {
	Path       string
	Kind       string // git's word
	Resolution Resolution
	// Whole says that the file is one side's as it was, from end to end, though
	// parts of the other side's had merged by themselves.
	Whole bool
	// Hunks are the places that conflict; none where the file is not text, or is
	// there on one side only.
	Hunks []PastHunk
}

// PastHunk is one place of a conflict. Texts are the lines as they are, and are cut
// off behind MaxHunk bytes.
type PastHunk struct {
	// ID is the same for the same two sides, whichever is whose: what git's rerere
	// calls the conflict, if a file has but one.
	ID         string
	Resolution Resolution
	Line       int    // in the resolved file, from 1
	Heading    string // the line that opens what encloses it, as git's hunk headers show
	Base       string
	Ours       string
	Theirs     string
	Result     string
	Cut        bool // a text is longer than what is kept
}

// MaxHunk bounds each text of a PastHunk in bytes.
const MaxHunk = 16 << 10
