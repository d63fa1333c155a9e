package verify

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// met is the conflicts that a pick met; told is false if it was not replayed, or
// not wholly.
func (p *Pick) met() (list []fact.PastConflict, told bool) {
	if p.Replay == nil {
		return nil, p.Clean
	}
	return p.Replay.Conflicts, len(p.Replay.Unreadable) == 0
}

// conflicts compares the conflicts that an entry tells of with those that the
// replay of its pick meets.
func (r *reading) conflicts(s *Spoken, e *fact.ReportCommit) error {
	picks := s.picks(e)
	if !e.Clean && len(e.Conflicts) == 0 || len(picks) == 0 {
		return nil
	}
	// What is true of any of the picks is true.
	for i := range picks {
		list, told := picks[i].met()
		if !told || e.Clean && len(list) == 0 {
			return nil
		}
	}
	last := &picks[len(picks)-1]
	list, _ := last.met()
	if e.Clean {
		f := about(fact.FindReportStatus, fact.Medium, s, r.lineOf(e, "onflict"))
		f.Fork, f.Path, f.Evidence = last.Commit.Hash, list[0].Path, replayed(last, list)
		f.Message = fmt.Sprintf("says that %s had no conflict; its pick %s conflicts in %s when it is replayed",
			fact.Short(s.Upstream.Hash), fact.Short(last.Commit.Hash), listed(described(list)))
		r.found(f)
		return nil
	}
	for _, c := range e.Conflicts {
		real := slices.ContainsFunc(picks, func(p Pick) bool {
			list, _ := p.met()
			return slices.ContainsFunc(list, func(m fact.PastConflict) bool { return same(m.Path, c.Path) })
		})
		if real {
			continue
		}
		f := about(fact.FindReportConflict, fact.Medium, s, r.lineOf(e, c.Path))
		f.Fork, f.Path, f.Evidence = last.Commit.Hash, c.Path, replayed(last, list)
		f.Message = fmt.Sprintf("says that %s conflicted in %s; its pick %s goes through clean when it is replayed",
			fact.Short(s.Upstream.Hash), c.Path, fact.Short(last.Commit.Hash))
		if len(list) > 0 {
			f.Message = fmt.Sprintf("says that %s conflicted in %s; the replay of its pick %s conflicts in %s instead",
				fact.Short(s.Upstream.Hash), c.Path, fact.Short(last.Commit.Hash), listed(described(list)))
		}
		r.found(f)
	}
	r.unnamed(s, e, last, list)
	return nil
}

// unnamed tells of conflicts that a list of them leaves out.
func (r *reading) unnamed(s *Spoken, e *fact.ReportCommit, p *Pick, list []fact.PastConflict) {
	out := slices.DeleteFunc(slices.Clone(list), func(m fact.PastConflict) bool {
		return slices.ContainsFunc(e.Conflicts, func(c fact.Conflict) bool { return same(m.Path, c.Path) })
	})
	if len(out) == 0 || len(out) == len(list) {
		return
	}
	f := about(fact.FindReportConflict, fact.Low, s, r.lineOf(e, e.Conflicts[0].Path))
	f.Fork, f.Path, f.Evidence = p.Commit.Hash, out[0].Path, replayed(p, out)
	f.Message = fmt.Sprintf("leaves out that the pick %s of %s conflicted in %s, too",
		fact.Short(p.Commit.Hash), fact.Short(s.Upstream.Hash), listed(described(out)))
	r.found(f)
}

func described(list []fact.PastConflict) []string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s (%s)", c.Path, c.Kind))
	}
	return out
}

func replayed(p *Pick, list []fact.PastConflict) []fact.FindingEvidence {
	var out []fact.FindingEvidence
	for _, c := range list {
		e := fact.FindingEvidence{Commit: p.Commit.Hash, Path: c.Path, Text: fmt.Sprintf("%s, resolved: %s", c.Kind, c.Resolution)}
		if len(c.Hunks) > 0 {
			e.Line = c.Hunks[0].Line
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		out = append(out, fact.FindingEvidence{Commit: p.Commit.Hash, Text: p.Commit.Subject})
	}
	return out
}

// methods compares how a report counts conflicts as resolved with how they were:
// by which side, or by hand.
func (r *reading) methods() error {
	for _, m := range r.Report.Report.Methods {
		said := fact.Resolution(m.Kind)
		if said != fact.ResolvedTheirs && said != fact.ResolvedOurs && said != fact.ResolvedManual {
			continue
		}
		for i := range r.Spoken {
			s := &r.Spoken[i]
			e := &r.Report.Report.Commits[s.Entry]
			named := func(c string) bool { return e.Hash != nil && (begins(*e.Hash, c) || begins(c, *e.Hash)) }
			picks := s.picks(e)
			if !slices.ContainsFunc(m.Commits, named) || len(picks) != 1 {
				continue
			}
			list, told := picks[0].met()
			fits := func(c fact.PastConflict) bool {
				return c.Resolution == said || c.Resolution == fact.ResolvedRegenerated
			}
			if !told || len(list) == 0 || slices.ContainsFunc(list, fits) {
				continue
			}
			f := about(fact.FindReportConflict, fact.Low, s, m.Line)
			f.Fork, f.Path, f.Evidence = picks[0].Commit.Hash, list[0].Path, replayed(&picks[0], list)
			f.Message = fmt.Sprintf("counts %s among those resolved %s; %s was resolved %s", fact.Short(s.Upstream.Hash), how(said), list[0].Path, how(list[0].Resolution))
			r.found(f)
		}
	}
	return nil
}

// how words a resolution.
func how(r fact.Resolution) string {
	switch r {
	case fact.ResolvedTheirs:
		return "to upstream's side"
	case fact.ResolvedOurs:
		return "to the fork's side"
	case fact.ResolvedBoth:
		return "to both sides"
	}
	return "by hand"
}
