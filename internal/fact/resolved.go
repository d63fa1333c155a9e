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

// What a Replayed is of.
const (
	SourcePick          = "pick"           // of an upstream commit into the fork
	SourceMerge         = "merge"          // of the fork's
	SourceUpstreamMerge = "upstream merge" // of upstream's: Fork is that merge, Upstream its second parent
)

// Replayed is what the replay of a past pick or merge met, at the commit that the
// fork really made it on, and how that was resolved there. It never changes.
type Replayed struct {
	Fork     string // the fork's commit: the pick, or the merge
	Upstream string // what it picks, or merges
	Source   string // one of the Source constants
	// Subject, Author and When (commit date, Unix seconds) are Fork's.
	Subject, Author string
	When            int64
	// Loose says that Fork may hold more than Upstream: it carries several commits, or is
	// taken for its pick by words alone.
	Loose bool
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
	// ID is what git's rerere calls the file's conflict, so far as git lays out its
	// places without a style of the user's. Empty where the file is not text.
	ID string
	// Markers says that the file was committed with its conflict markers.
	Markers bool
	// Beyond says that more of the file was changed than the places that conflict.
	Beyond bool
	// LostOurs and LostTheirs are how many lines of that side alone, which had merged
	// by themselves, are not in the result.
	LostOurs, LostTheirs int
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
	// Wide says that lines beside the place were changed with it, so that Result
	// stands for more than the place.
	Wide bool
}

// MaxHunk bounds each text of a PastHunk in bytes.
const MaxHunk = 16 << 10
