package ingest

import (
	"cmp"
	"context"
	"slices"

	"tracker/ingest/link"
	"tracker/internal/fact"
)

// link pairs the commits of all views: what git shows and what people said of
// it.
func (in *Ingest) link(ctx context.Context, lib *library, reports []fact.StoredReport, standing []fact.Decision, without []fact.Kind) ([]fact.Link, error) {
	input := lib.input
	input.Without = without
	for _, view := range lib.views {
		input.Claims = append(input.Claims, claims(lib.sides(view).names(), reports)...)
	}
	if err := lib.meetTwins(ctx, in.Store, standing); err != nil {
		return nil, err
	}
	for _, d := range standing {
		for _, f := range lib.twins(cmp.Or(d.Not, d.As)) {
			input.Corrections = append(input.Corrections, link.Correction{Fork: f, Upstream: d.Commit, Not: d.Not != "", Mark: d.ID})
		}
	}
	return link.Find(input), nil
}

// links returns those links that join commits of the two sides.
func (s *sides) links(all []fact.Link) []fact.Link {
	var out []fact.Link
	for _, l := range all {
		if s.byHash[l.Fork] != nil && s.byHash[l.Upstream] != nil {
			l.Left = slices.Clone(l.Left)
			out = append(out, l)
		}
	}
	return out
}

// claims are the pairings that reports state and whose commits exist on the
// sides they are said to be on.
func claims(known *names, reports []fact.StoredReport) []link.Claim {
	var out []link.Claim
	for _, r := range reports {
		for i := range r.Report.Commits {
			e := &r.Report.Commits[i]
			if e.ForkCommit == "" || e.Hash == nil {
				continue
			}
			up, fork := known.byHash(*e.Hash), known.byHash(e.ForkCommit)
			if up != "" && fork != "" && known.upstream[up] && !known.upstream[fork] {
				out = append(out, link.Claim{Fork: fork, Upstream: up, Report: r.ID, Line: e.Line})
			}
		}
	}
	return out
}
