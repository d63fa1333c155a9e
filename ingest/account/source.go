package account

import (
	"fmt"

	"tracker/internal/fact"
)

// source turns a report's entry into a source of the account, and says how
// git contradicts it.
func (in *Input) source(a *fact.Account, t Testimony, links []fact.Link, byGit bool) fact.Source {
	s := fact.Source{Report: t.Report, Status: string(t.Entry.Status), Reason: t.Entry.Reason, Line: lineOf(&t), When: t.When, Entry: t.Index}
	switch t.Entry.Status {
	case fact.WordIntegrated:
		if !byGit && !in.credible(a.Commit, &t) {
			s.Disagrees = orNoPick(t.Refuted)
		} else if t.Refuted != "" && in.present(a.Commit) < claimed {
			s.Disagrees = t.Refuted
		} else if a.Status == fact.Reverted && in.revertedBy(links, t.When) {
			s.Disagrees = a.Why
		}
	case fact.WordSkipped, fact.WordDeferred:
		if by := in.inBy(links, t.When); by != "" {
			s.Disagrees = "it was in by then, as " + fact.Short(by)
		}
	case fact.WordPending:
		if by := in.inBy(links, t.When); by != "" {
			s.Disagrees = "it was done by then, as " + fact.Short(by)
		}
	}
	return s
}

// revertedBy reports whether the commit had been taken back at a time; what was
// said before was true then.
func (in *Input) revertedBy(links []fact.Link, when int64) bool {
	for _, l := range links {
		if r := in.Commit(in.RevertedFork[l.Fork]); r == nil || r.CommitDate.Unix() > when {
			return false
		}
	}
	return true
}

// inBy returns a fork commit that carried the upstream commit at a time.
func (in *Input) inBy(links []fact.Link, when int64) string {
	for _, l := range links {
		if f := in.Commit(l.Fork); f != nil && in.RevertedFork[l.Fork] == "" && f.CommitDate.Unix() < when {
			return l.Fork
		}
	}
	return ""
}

func cite(t *Testimony) string { return fmt.Sprintf("%s:%d", t.Report, lineOf(t)) }

// lineOf is the line of a report's verdict.
func lineOf(t *Testimony) int {
	line := t.Entry.Line
	for _, s := range t.Entry.Statements {
		if s.Status == t.Entry.Status {
			line = s.Line
		}
	}
	return line
}

// orNoPick is how git contradicts that a commit is in.
func orNoPick(refuted string) string {
	if refuted == "" {
		return "git shows no pick of it"
	}
	return refuted
}
