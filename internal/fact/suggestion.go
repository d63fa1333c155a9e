package fact

// Match is how a past conflict is like a new one, the surest first.
type Match string

const (
	MatchExact Match = "exact" // the very same two sides
	MatchNear  Match = "near"  // sides that have most words in common
	MatchPath  Match = "path"  // the same file
	MatchClass Match = "class" // the same sort of file, and of conflict
)

// Suggestion is a way to resolve a conflict, taken from how a like one was resolved
// before.
type Suggestion struct {
	// Hunk is the place of the path that it is for, from 1; 0: the path as a whole.
	Hunk  int        `json:"hunk,omitempty"`
	How   Resolution `json:"how"`
	Match Match      `json:"match"`
	// Score is from 0 to 1: of a near match how much the sides have in common, of
	// the others which share of the past conflicts was resolved so.
	Score    float64 `json:"score"`
	Conflict string  `json:"conflict"` // the newest that was resolved so
	Fork     string  `json:"fork"`     // the commit that resolved it, full hash
	Upstream string  `json:"upstream"` // what that one picked or merged, full hash
	// Turned says that what was ours there is theirs here, and How is turned with it.
	Turned bool `json:"turned,omitempty"`
	// Text is what would stand in the place; of a near match that was resolved by
	// hand, what stood there then. Empty where it is for no place.
	Text string `json:"text"`
	Seen int    `json:"seen"` // how many past conflicts were resolved so
	Of   int    `json:"of"`   // out of how many
	// Lost is how many of them left out lines that the fork alone had and that had
	// merged by themselves.
	Lost int `json:"lost,omitempty"`
	// Beyond says that more of that file was changed than the places that conflicted.
	Beyond bool   `json:"beyond,omitempty"`
	Tool   string `json:"tool,omitempty"` // the command that makes the file anew
	// Became says what became of the resolution later; empty where it stands.
	Became string `json:"became,omitempty"`
}
