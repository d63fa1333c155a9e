package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tracker/db"
	"tracker/ingest/account"
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// verdict is what one view comes to.
type verdict struct {
	view     fact.View
	links    []fact.Link
	accounts []fact.Account
}

// judge links the commits, settles the statuses, and writes views, reports,
// links and accounts in the ingest's last transaction.
func (in *Ingest) judge(ctx context.Context, surveys []*survey, reports []fact.StoredReport, config db.Config, sum *Summary) error {
	var standing []fact.Decision
	err := in.Store.Peek(ctx, func(tx *db.Tx) error {
		decisions, err := tx.Decisions()
		standing = slices.DeleteFunc(decisions, func(d fact.Decision) bool { return d.Undone != 0 })
		return err
	})
	if err != nil {
		return fmt.Errorf("judge commits: %w", err)
	}
	var verdicts []*verdict
	for _, s := range surveys {
		v, err := in.judgeView(ctx, &s.view, reports, standing, sum)
		if err != nil {
			return fmt.Errorf("judge commits: %w", err)
		}
		verdicts = append(verdicts, v)
	}

	sum.Links, sum.Accounts = map[string][]fact.Link{}, map[string][]fact.Account{}
	err = in.Store.Update(ctx, func(tx *db.Tx) error {
		if err := tx.SetConfig(config); err != nil {
			return err
		}
		for i := range reports {
			if err := tx.PutReport(&reports[i]); err != nil {
				return err
			}
		}
		for _, id := range sum.Forgotten {
			if err := tx.DeleteReport(id); err != nil {
				return err
			}
		}
		old, err := tx.Views()
		if err != nil {
			return err
		}
		for _, o := range old {
			if !slices.ContainsFunc(verdicts, func(v *verdict) bool { return v.view.Fork.Ref == o.Fork.Ref }) {
				if err := tx.DeleteView(o.Fork.Ref); err != nil {
					return err
				}
			}
		}
		for _, v := range verdicts {
			ref := v.view.Fork.Ref
			if err := tx.PutView(&v.view); err != nil {
				return err
			}
			if err := tx.ReplaceLinks(ref, v.links); err != nil {
				return err
			}
			if err := tx.ReplaceAccounts(ref, v.accounts); err != nil {
				return err
			}
			sum.Views = append(sum.Views, v.view)
			sum.Links[ref], sum.Accounts[ref] = v.links, v.accounts
		}
		return tx.Finish(time.Now())
	})
	if err != nil {
		return fmt.Errorf("store what was found: %w", err)
	}
	return nil
}

// judgeView links and settles one view.
func (in *Ingest) judgeView(ctx context.Context, view *fact.View, reports []fact.StoredReport, standing []fact.Decision, sum *Summary) (*verdict, error) {
	byPath := slices.ContainsFunc(standing, func(d fact.Decision) bool { return d.Path != "" })
	sides, err := loadSides(ctx, in.Store, view, byPath)
	if err != nil {
		return nil, err
	}
	known := sides.names()
	links := link.Find(linkInput(sides, known, reports, standing))
	for _, l := range links {
		known.carries[l.Fork] = append(known.carries[l.Fork], l.Upstream)
	}
	picks := map[string][]string{}
	for _, l := range links {
		picks[l.Upstream] = append(picks[l.Upstream], l.Fork)
	}

	present := &presence{ctx: ctx, repo: in.Repo, fork: view.Fork.Commit}
	for i := range links {
		// What a pick leaves out may have been in the fork already.
		l := &links[i]
		l.Left = slices.DeleteFunc(l.Left, func(path string) bool { return present.has(l.Upstream, path) })
	}
	revertedUp := reverted(sides.upstream, known, nil)
	takes := make(map[string]string, len(revertedUp))
	for target, by := range revertedUp {
		takes[by] = target
	}
	accounts := account.Settle(account.Input{
		View:         view,
		Commit:       sides.commit,
		Links:        links,
		Testimony:    in.testimony(ctx, known, reports, sum),
		Decisions:    standing,
		RevertedFork: reverted(sides.own, known, picks),
		RevertedUp:   revertedUp,
		Takes:        takes,
		Present:      present.share,
	})
	if present.err != nil {
		return nil, present.err
	}
	v := &verdict{view: *view, links: links, accounts: accounts}
	v.view.Unread = sides.unread()
	v.view.Counts = map[fact.Status]int{}
	for _, a := range accounts {
		v.view.Counts[a.Status]++
	}
	if len(accounts) != len(view.Range) {
		return nil, fmt.Errorf("%d of %d upstream commits are accounted for: the database lacks some; move tracker's folder away and run tracker ingest", len(accounts), len(view.Range))
	}
	return v, nil
}

// linkInput adds what people said to what git shows.
func linkInput(s *sides, known *names, reports []fact.StoredReport, standing []fact.Decision) link.Input {
	input := s.input
	input.Claims = claims(known, reports)
	for _, d := range standing {
		switch {
		case d.Not != "":
			input.Corrections = append(input.Corrections, link.Correction{Fork: d.Not, Upstream: d.Commit, Not: true, Mark: d.ID})
		case d.As != "":
			input.Corrections = append(input.Corrections, link.Correction{Fork: d.As, Upstream: d.Commit, Mark: d.ID})
		}
	}
	return input
}

// Relink returns the links of every view as they would be without some kinds of
// evidence. It writes nothing.
func (in *Ingest) Relink(ctx context.Context, without []fact.Kind) ([]fact.Link, error) {
	var views []fact.View
	var reports []fact.StoredReport
	var standing []fact.Decision
	err := in.Store.View(ctx, func(tx *db.Tx) (err error) {
		if views, err = tx.Views(); err != nil {
			return err
		}
		if reports, err = tx.Reports(); err != nil {
			return err
		}
		decisions, err := tx.Decisions()
		standing = slices.DeleteFunc(decisions, func(d fact.Decision) bool { return d.Undone != 0 })
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []fact.Link
	for i := range views {
		sides, err := loadSides(ctx, in.Store, &views[i], false)
		if err != nil {
			return nil, err
		}
		input := linkInput(sides, sides.names(), sortReports(reports), standing)
		input.Without = without
		out = append(out, link.Find(input)...)
	}
	return out, nil
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

// testimony sorts the reports' entries by the upstream commit they speak of.
// Entries that name a commit of neither side are noted in the summary.
func (in *Ingest) testimony(ctx context.Context, known *names, reports []fact.StoredReport, sum *Summary) map[string][]account.Testimony {
	out := map[string][]account.Testimony{}
	for _, r := range reports {
		about := map[string]bool{}
		var nowhere []fact.ReportCommit
		for _, e := range r.Report.Commits {
			hashes := known.entry(&e)
			for _, h := range hashes {
				about[h] = true
				out[h] = append(out[h], account.Testimony{Report: r.ID, When: r.When, Entry: e, Own: in.ownNamed(ctx, known, h, &e)})
			}
			if len(hashes) == 0 && e.Hash != nil && known.byHash(*e.Hash) == "" {
				nowhere = append(nowhere, e)
			}
		}
		if len(nowhere) > 0 {
			sum.Unknown[r.ID] = nowhere
		}
		for i := range sum.Reports {
			if sum.Reports[i].ID == r.ID {
				sum.Reports[i].Commits = len(about)
			}
		}
	}
	return out
}

// ownNamed are the fork's own commits by which an entry says that an upstream
// commit is in: the fork commit it is paired with, and those that its reason
// names if they change a file that the upstream commit changes too.
func (in *Ingest) ownNamed(ctx context.Context, known *names, upstream string, e *fact.ReportCommit) []string {
	if e.Status != fact.WordIntegrated {
		return nil
	}
	var out []string
	add := func(word string, anyFile bool) {
		h := known.byHash(word)
		if h == "" || known.upstream[h] || slices.Contains(out, h) {
			return
		}
		if anyFile || in.shareFile(ctx, h, upstream) {
			out = append(out, h)
		}
	}
	if e.ForkCommit != "" {
		add(e.ForkCommit, true)
	}
	for w := range hashWords([]byte(e.Reason)) {
		add(string(w), false)
	}
	return out
}

// shareFile reports whether two stored commits change a path in common.
func (in *Ingest) shareFile(ctx context.Context, a, b string) bool {
	share := false
	// What cannot be read is not shared; the commits were read a moment ago.
	_ = in.Store.Peek(ctx, func(tx *db.Tx) error {
		x, err := tx.Commit(a)
		if err != nil || x == nil {
			return err
		}
		y, err := tx.Commit(b)
		if err != nil || y == nil {
			return err
		}
		share = slices.ContainsFunc(x.Files, func(f fact.FileChange) bool {
			return slices.ContainsFunc(y.Files, func(g fact.FileChange) bool { return f.Path == g.Path })
		})
		return nil
	})
	return share
}
