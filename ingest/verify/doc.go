// Package verify holds a report against git: each commit's statement and each
// number that the report states, as of the moment that it spoke.
//
// Findings is pure but for what it asks of a History, which is answered by git
// and nothing else. It is careful with its word: what git cannot tell, and what a
// reader of the report may have meant otherwise, is no finding. A number is right
// if it is one of the fork's commit or of upstream's, with generated files or
// without; a rounded number ("1,400") stands for what rounds to it.
package verify

import (
	"cmp"
	"context"
	"slices"

	"tracker/internal/fact"
)

// Algorithms are git's ways of comparing two files. The first is its default, and
// the one by which stored commits are counted.
var Algorithms = []string{"myers", "minimal", "patience", "histogram"}

// History answers what the report's moment looked like. All commits are named by
// their full hashes. An answer that git cannot give, because an object is absent,
// is no error.
type History interface {
	// Sizes counts what commits change by one of Algorithms; those of which that cannot
	// be told are left out.
	Sizes(ctx context.Context, algorithm string, commits []string) (map[string][]fact.FileChange, error)
	// Has returns a file of the fork's tree at the moment that has the path, or
	// ends in it; empty if there is none. told is false if git cannot tell.
	Has(ctx context.Context, path string) (found string, told bool, err error)
	// Try picks an upstream commit onto the fork as it was at the moment; nil if it
	// cannot be told.
	Try(ctx context.Context, commit *fact.Commit) (*fact.Forecast, error)
	// Ignored reports whether a .gitignore file of the fork at the moment has a rule for
	// a path; told is false if git cannot tell.
	Ignored(ctx context.Context, path string) (ignored, told bool, err error)
	// Find returns the commit that a name means, empty if there is none or there
	// are several; own says that it is in the fork's history now.
	Find(ctx context.Context, name string) (hash string, own bool, err error)
}

// Input is a report and what is stored of what it speaks of.
type Input struct {
	Report *fact.StoredReport
	// Fork is the fork's commit at the moment that the report spoke.
	Fork string
	// Spoken are the entries that speak of a commit of the range, in order of
	// entry.
	Spoken  []Spoken
	History History
	// Titles are those of upstream's commits, by full hash.
	Titles map[string]string
	// Generated reports whether a path is written by a program: a lock file, say.
	Generated func(path string) bool
}

// Spoken is one entry of the report with what is stored of its commit.
type Spoken struct {
	Entry    int          // index among the report's commits
	Upstream *fact.Commit // with its files
	Source   fact.Source  // the entry as judged when it was ingested
	// Then are the picks that were in the fork at the moment, oldest first, and
	// Since those that came later.
	Then  []Pick
	Since []Pick
}

// Pick is a fork commit that carries the entry's commit.
type Pick struct {
	Commit *fact.Commit // with its files
	// Replay is what its replay met, nil if it was not replayed. A pick with its
	// original's patch went through clean and needs none: then Clean is set.
	Replay *fact.Replayed
	Clean  bool
	Group  bool // it carries several upstream commits, or a part of one
	Part   bool // it left files of the upstream commit out
}

// Findings returns what git contradicts, in order of line. It does not depend on
// anything but its input and what History answers.
func Findings(ctx context.Context, in *Input) ([]fact.Finding, error) {
	r := &reading{Input: in, ctx: ctx}
	for i := range in.Spoken {
		s := &in.Spoken[i]
		e := &in.Report.Report.Commits[s.Entry]
		for _, check := range []func(*Spoken, *fact.ReportCommit) error{r.status, r.empty, r.conflicts, r.figures, r.title, r.absence, r.ignored, r.copy} {
			if err := check(s, e); err != nil {
				return nil, err
			}
		}
	}
	r.names()
	for _, check := range []func() error{r.totals, r.clashes, r.lines, r.methods} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.out, func(a, b fact.Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Upstream, b.Upstream), cmp.Compare(a.Message, b.Message))
	})
	return r.out, nil
}

// reading is one report as it is held against git.
type reading struct {
	*Input
	ctx  context.Context
	out  []fact.Finding
	text []string // the report's lines, cut when asked for
	// titles are upstream's commits by the words of their titles; those of which
	// there are two are empty. Made when asked for.
	titles map[string]string
}

// found adds a finding once.
func (r *reading) found(f fact.Finding) {
	f.Report = r.Report.ID
	same := func(g fact.Finding) bool {
		return g.Kind == f.Kind && g.Line == f.Line && g.Message == f.Message
	}
	if !slices.ContainsFunc(r.out, same) {
		r.out = append(r.out, f)
	}
}

// about begins a finding about an entry.
func about(kind fact.FindingKind, severity fact.Severity, s *Spoken, line int) fact.Finding {
	return fact.Finding{Kind: kind, Severity: severity, Upstream: s.Upstream.Hash, Line: line}
}

// picks are the fork commits that the entry can be about: the one that it names,
// or else all that were there then.
func (s *Spoken) picks(e *fact.ReportCommit) []Pick {
	for _, p := range slices.Concat(s.Then, s.Since) {
		if e.ForkCommit != "" && begins(p.Commit.Hash, e.ForkCommit) {
			return []Pick{p}
		}
	}
	return s.Then
}
