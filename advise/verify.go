package advise

import (
	"context"
	"fmt"
	"slices"

	"tracker/ingest/verify"
	"tracker/internal/fact"
)

// ReportAudit holds reports against git. It has all that it takes of the database,
// which may be closed while it runs.
type ReportAudit struct {
	git    Git
	rounds [][]judged // of each report, one a view
}

// judged is a report as one view is asked about it.
type judged struct {
	input *verify.Input
	tip   string // the fork's, now
}

// ReportAudit prepares to hold reports against git, by their IDs; none: all. An ID
// of no report is an UnknownError.
func (a *Asker) ReportAudit(ctx context.Context, ids []string) (*ReportAudit, error) {
	reports, err := a.tx.Reports()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(reports, func(r fact.StoredReport) bool { return r.ID == id }) {
			return nil, &UnknownError{Name: id}
		}
	}
	if len(ids) > 0 {
		reports = slices.DeleteFunc(reports, func(r fact.StoredReport) bool { return !slices.Contains(ids, r.ID) })
	}
	slices.SortFunc(reports, fact.CompareReports)
	out := &ReportAudit{git: a.git, rounds: make([][]judged, len(reports))}
	for i := range a.views {
		w := &witness{asker: a, view: &a.views[i]}
		if err := w.load(); err != nil {
			return nil, err
		}
		for j := range reports {
			in, err := w.input(ctx, &reports[j])
			if err != nil {
				return nil, fmt.Errorf("hold %q against git: %w", reports[j].ID, err)
			}
			out.rounds[j] = append(out.rounds[j], judged{in, a.views[i].Fork.Commit})
		}
	}
	return out, nil
}

// Run returns what git contradicts, report by report in order of time, and of each
// in order of line. What is true of one of several branches is no finding.
func (r *ReportAudit) Run(ctx context.Context) ([]fact.Finding, error) {
	p := &past{git: r.git}
	defer p.close()
	out := []fact.Finding{}
	for _, views := range r.rounds {
		var common []fact.Finding
		for i := range views {
			in := views[i].input
			in.History = &momentOf{past: p, fork: in.Fork, tip: views[i].tip}
			found, err := verify.Findings(ctx, in)
			if err != nil {
				return nil, fmt.Errorf("hold %q against git: %w", in.Report.ID, err)
			}
			if i == 0 {
				common = found
			}
			common = slices.DeleteFunc(common, func(f fact.Finding) bool {
				return !slices.ContainsFunc(found, func(g fact.Finding) bool {
					return f.Kind == g.Kind && f.Line == g.Line && f.Upstream == g.Upstream && f.Path == g.Path
				})
			})
		}
		out = append(out, common...)
	}
	return out, nil
}
