package verify

import (
	"fmt"
	"slices"
	"strings"

	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// status tells what the ingest found to contradict an entry's verdict: integrated
// and not there, or not taken and there. Where a part of it was left out, or the
// report calls it integrated in another place, "not taken" is true of that part.
func (r *reading) status(s *Spoken, e *fact.ReportCommit) error {
	if s.Source.Disagrees == "" {
		r.early(s)
		return nil
	}
	part := slices.ContainsFunc(s.Then, func(p Pick) bool { return p.Part }) || r.integrated(s.Upstream.Hash)
	if part && fact.Word(s.Source.Status) != fact.WordIntegrated {
		return nil
	}
	f := about(fact.FindReportStatus, fact.Medium, s, s.Source.Line)
	short := fact.Short(s.Upstream.Hash)
	switch fact.Word(s.Source.Status) {
	case fact.WordIntegrated:
		if kind := reason.Classify(e.Reason); kind == fact.Superseded || kind == fact.NoOp {
			f.Severity = fact.Low // another change does it, the report says
		}
		f.Message = fmt.Sprintf("calls %s integrated, but %s", short, s.Source.Disagrees)
	case fact.WordPending:
		f.Severity = fact.Low
		f.Message = fmt.Sprintf("calls %s pending, but %s", short, s.Source.Disagrees)
	default:
		f.Message = fmt.Sprintf("calls %s %s, but %s", short, s.Source.Status, s.Source.Disagrees)
	}
	if len(s.Then) > 0 {
		p := s.Then[0].Commit
		f.Fork = p.Hash
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: p.Hash, Text: p.Subject})
	}
	r.found(f)
	return nil
}

// early tells of what was called integrated before it was, and is since.
func (r *reading) early(s *Spoken) {
	if fact.Word(s.Source.Status) != fact.WordIntegrated || len(s.Then) > 0 || len(s.Since) == 0 {
		return
	}
	p := s.Since[0].Commit
	f := about(fact.FindReportStatus, fact.Medium, s, s.Source.Line)
	f.Mended, f.Fork = p.Hash, p.Hash
	f.Evidence = []fact.FindingEvidence{{Commit: p.Hash, Text: p.Subject}}
	f.Message = fmt.Sprintf("calls %s integrated before it was: its pick %s came later", fact.Short(s.Upstream.Hash), fact.Short(p.Hash))
	r.found(f)
}

// integrated reports whether the report calls a commit that, in whichever entry and
// statement.
func (r *reading) integrated(upstream string) bool {
	for i := range r.Spoken {
		s := &r.Spoken[i]
		if s.Upstream.Hash == upstream && slices.ContainsFunc(r.Report.Report.Commits[s.Entry].Statements, func(x fact.Statement) bool {
			return x.Status == fact.WordIntegrated
		}) {
			return true
		}
	}
	return false
}

// empty tells of a commit that was passed over as empty while something of it
// was left to apply.
func (r *reading) empty(s *Spoken, e *fact.ReportCommit) error {
	if e.Status != fact.WordSkipped && e.Status != fact.WordDeferred || len(s.Then) > 0 {
		return nil
	}
	line := r.calledEmpty(e)
	if line == 0 {
		return nil
	}
	tried, err := r.History.Try(r.ctx, s.Upstream)
	if err != nil || tried == nil {
		return err
	}
	f := about(fact.FindReportStatus, fact.Medium, s, line)
	short, onto := fact.Short(s.Upstream.Hash), fact.Short(r.Fork)
	switch tried.Result {
	case fact.ResultClean:
		f.Message = fmt.Sprintf("calls %s empty, but it picks clean onto %s and changes %s; take it, or say why not",
			short, onto, count(len(s.Upstream.Files), "file"))
		for _, c := range s.Upstream.Files {
			f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: s.Upstream.Hash, Path: c.Path, Text: fmt.Sprintf("+%d -%d", c.Insertions, c.Deletions)})
		}
	case fact.ResultConflict:
		var names []string
		for _, c := range tried.Conflicts {
			names = append(names, fmt.Sprintf("%s (%s)", c.Path, c.Kind))
			f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: r.Fork, Path: c.Path, Text: c.Message})
		}
		f.Message = fmt.Sprintf("calls %s empty, but its pick onto %s conflicts in %s: it is empty only once that is resolved to the fork's side",
			short, onto, listed(names))
		if inserts(s.Upstream) == 0 {
			// It only takes lines away, and those may well be absent.
			f.Severity = fact.Low
		}
		f.Path = tried.Conflicts[0].Path
	default:
		return nil
	}
	r.found(f)
	return nil
}

// calledEmpty returns the line that calls an entry's commit empty, 0 if none does.
func (r *reading) calledEmpty(e *fact.ReportCommit) int {
	if reason.Classify(e.Reason) == fact.NoOp {
		return r.lineOf(e, beginning(e.Reason))
	}
	for _, m := range r.Report.Report.Methods {
		for _, c := range m.Commits {
			if m.Kind == "empty" && e.Hash != nil && (begins(*e.Hash, c) || begins(c, *e.Hash)) {
				return m.Line
			}
		}
	}
	return 0
}

func inserts(c *fact.Commit) (n int) {
	for _, f := range c.Files {
		n += f.Insertions
	}
	return n
}

// beginning is the first words of a text as they stand in its line.
func beginning(s string) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(len(words), 3)], " ")
}
