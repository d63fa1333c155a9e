package fact

// Status is where an upstream commit of the range stands; each has exactly one.
type Status string

const (
	Integrated Status = "integrated" // the fork has it, the change itself is the same
	Adapted    Status = "adapted"    // the fork has it, in a form that differs
	Partial    Status = "partial"    // some of its files' changes are in, others were left out
	Empty      Status = "empty"      // never picked, yet nothing of it is left to apply
	Skipped    Status = "skipped"    // someone decided against it
	Deferred   Status = "deferred"   // named and put off
	Reverted   Status = "reverted"   // taken and reverted, or reverted upstream and never taken
	Pending    Status = "pending"    // nobody has decided
)

// Statuses lists every status in the order in which they are shown.
var Statuses = []Status{Integrated, Adapted, Partial, Empty, Reverted, Skipped, Deferred, Pending}

// InFork reports whether the fork has the commit, all or a part of it, or
// nothing of it is left to apply.
func (s Status) InFork() bool {
	return s == Integrated || s == Adapted || s == Partial || s == Empty
}

// Word is what a report says of a commit. The four verdicts share their
// spelling with the statuses.
type Word string

const (
	WordIntegrated Word = "integrated"
	WordSkipped    Word = "skipped"
	WordDeferred   Word = "deferred"
	WordPending    Word = "pending"
	WordConflict   Word = "conflict" // it conflicted, and how that ended is not said
	WordUnknown    Word = "unknown"  // named without a verdict
)

// Decides reports whether the word settles the commit's fate.
func (w Word) Decides() bool {
	return w == WordIntegrated || w == WordSkipped || w == WordDeferred
}
