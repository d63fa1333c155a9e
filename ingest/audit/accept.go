package audit

import (
	"tracker/ingest/account"
	"tracker/internal/fact"
)

// Accepts reports whether a decision that stands accepts a finding: it names the kind
// and one of the two commits that the finding is about, or a glob that its file or its
// report matches.
func Accepts(d *fact.Decision, f *fact.Finding) bool {
	if d.Undone != 0 || d.Accept == "" || d.Accept != f.Kind {
		return false
	}
	if d.Path == "" {
		return d.Commit != "" && (d.Commit == f.Fork || d.Commit == f.Upstream)
	}
	return f.Path != "" && account.MatchPath(d.Path, f.Path) || f.Report != "" && account.MatchPath(d.Path, f.Report)
}
