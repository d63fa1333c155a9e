package audit

import (
	"tracker/ingest/account"
	"tracker/internal/fact"
)

// Accepts reports whether a decision that stands accepts a finding: it names the kind
// and one of the two commits that the finding is about, or a glob that its file or its
// report matches. Where the finding is what another upstream commit does to a pick, it
// is that commit alone that can be accepted: the next one is another matter.
func Accepts(d *fact.Decision, f *fact.Finding) bool {
	if d.Undone != 0 || d.Accept == "" || d.Accept != f.Kind {
		return false
	}
	if d.Path == "" {
		later := f.Kind == fact.FindMissedFollowUp || f.Kind == fact.FindRevertedUpstream
		return d.Commit != "" && (d.Commit == f.Upstream || d.Commit == f.Fork && !later)
	}
	return f.Path != "" && account.MatchPath(d.Path, f.Path) || f.Report != "" && account.MatchPath(d.Path, f.Report)
}
