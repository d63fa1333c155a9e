package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tracker/db"
	"tracker/ingest/account"
	"tracker/internal/fact"
)

// verdict is what one view comes to.
type verdict struct {
	view     fact.View
	links    []fact.Link
	accounts []fact.Account
	// forecasts are what came of trying the open ones.
	forecasts []fact.Forecast
	findings  []fact.Finding
	unaudited bool // the findings are not known
	// the commits that are taken back on either side, by whom
	revertedFork, revertedUp map[string]string
}

// judgement is everything that statuses follow from, and what changed with it.
type judgement struct {
	surveys   []*survey
	reports   []fact.StoredReport // in order of time
	deleted   []string            // IDs of reports that are no more
	decisions []fact.Decision     // all, undone ones too
	decided   *fact.Decision      // the one that is new or changed, if any
	config    db.Config
	replayed  map[[2]string]bool // pairs of which a replay may be stored
	progress  Progress
}

// judge links the commits, settles the statuses, and writes views, reports,
// decisions, links and accounts in one transaction, the last of the ingest.
func (in *Ingest) judge(ctx context.Context, j judgement, sum *Summary) error {
	standing := stand(j.decisions)
	var views []*fact.View
	for _, s := range j.surveys {
		views = append(views, &s.view)
	}
	byPath := slices.ContainsFunc(standing, func(d fact.Decision) bool { return d.Path != "" })
	look, err := in.watchlist(ctx, views, j.reports, standing)
	if err != nil {
		return fmt.Errorf("judge commits: %w", err)
	}
	lib, err := loadLibrary(ctx, in.Store, views, byPath, look)
	if err != nil {
		return fmt.Errorf("judge commits: %w", err)
	}
	links, err := in.link(ctx, lib, j.reports, standing, nil)
	if err != nil {
		return fmt.Errorf("judge commits: %w", err)
	}
	var verdicts []*verdict
	for _, view := range views {
		v, err := in.judgeView(ctx, lib, view, links, j.reports, standing, sum)
		if err != nil {
			return fmt.Errorf("judge commits: %w", err)
		}
		verdicts = append(verdicts, v)
	}
	sum.nameReports(j.reports)
	if j.replayed, err = in.replays(ctx, lib, links, j.config.Settings[upstreamMerges] != "", j.progress, sum); err != nil {
		return err
	}
	j.remember(unreplayed, sum.Unreplayed)
	if err := in.forecast(ctx, verdicts, j.replayed, sum); err != nil {
		return err
	}
	if err := in.audit(ctx, verdicts, sum); err != nil {
		return err
	}
	sum.Links, sum.Accounts = map[string][]fact.Link{}, map[string][]fact.Account{}
	for _, v := range verdicts {
		sum.Views = append(sum.Views, v.view)
		sum.Links[v.view.Fork.Ref], sum.Accounts[v.view.Fork.Ref] = v.links, v.accounts
	}
	err = in.Store.Update(ctx, func(tx *db.Tx) error { return j.write(tx, verdicts) })
	if err != nil {
		return fmt.Errorf("store what was found: %w", err)
	}
	return nil
}

// unreplayed names the setting that says how many past picks are left to the next
// ingest, so that it goes on though nothing moved.
const unreplayed = "unreplayed"

// remember sets a count among the settings to store; none of 0.
func (j *judgement) remember(name string, count int) {
	j.config.Settings = maps.Clone(j.config.Settings)
	if count == 0 {
		delete(j.config.Settings, name)
		return
	}
	if j.config.Settings == nil {
		j.config.Settings = map[string]string{}
	}
	j.config.Settings[name] = strconv.Itoa(count)
}

func (j *judgement) write(tx *db.Tx, verdicts []*verdict) error {
	if err := tx.SetConfig(j.config); err != nil {
		return err
	}
	if j.decided != nil {
		if err := tx.PutDecision(j.decided); err != nil {
			return err
		}
	}
	for i := range j.reports {
		if err := tx.PutReport(&j.reports[i]); err != nil {
			return err
		}
	}
	for _, id := range j.deleted {
		if err := tx.DeleteReport(id); err != nil {
			return err
		}
	}
	if err := tx.KeepReplayed(j.replayed); err != nil {
		return err
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
		if err := tx.ReplaceForecasts(ref, v.forecasts); err != nil {
			return err
		}
		if !v.unaudited {
			if err := tx.ReplaceFindings(ref, v.findings); err != nil {
				return err
			}
		}
	}
	return tx.Finish(time.Now())
}

// stand returns the decisions that were not taken back, oldest first. Numbers
// tell no more than the order in which this database learned of them.
func stand(decisions []fact.Decision) []fact.Decision {
	standing := slices.DeleteFunc(slices.Clone(decisions), func(d fact.Decision) bool { return d.Undone != 0 })
	slices.SortFunc(standing, fact.CompareDecisions)
	return standing
}

// judgeView settles one view by the links of all.
func (in *Ingest) judgeView(ctx context.Context, lib *library, view *fact.View, all []fact.Link, reports []fact.StoredReport, standing []fact.Decision, sum *Summary) (*verdict, error) {
	sides := lib.sides(view)
	if got, want := len(sides.upstream), len(view.Range); got != want {
		return nil, fmt.Errorf("the database holds %d of the range's %d commits", got, want)
	}
	known := sides.names()
	links := sides.links(all)
	standing = lib.renamed(standing, sides)
	picks := map[string][]string{}
	for _, l := range links {
		known.carries[l.Fork] = append(known.carries[l.Fork], l.Upstream)
		picks[l.Upstream] = append(picks[l.Upstream], l.Fork)
	}
	said := in.testimony(ctx, sides, known, reports, sum)

	present, err := in.presence(ctx, view.Fork.Commit, doubtful(links, picks, said))
	if err != nil {
		return nil, err
	}
	for i := range links {
		// What a pick leaves out may have been in the fork already.
		l := &links[i]
		l.Left = slices.DeleteFunc(l.Left, func(path string) bool { return present.has(l.Upstream, path) })
	}
	revertedUp := reverted(sides.upstream, known, nil)
	takes := make(map[string][]string, len(revertedUp))
	for _, c := range sides.upstream {
		if by := revertedUp[c.Hash]; by != "" {
			takes[by] = append(takes[by], c.Hash)
		}
	}
	revertedFork := reverted(sides.own, known, picks)
	v := &verdict{view: *view, links: links, revertedFork: revertedFork, revertedUp: revertedUp, accounts: account.Settle(account.Input{
		View:         view,
		Commit:       sides.commit,
		Links:        links,
		Testimony:    said,
		Decisions:    standing,
		RevertedFork: revertedFork,
		RevertedUp:   revertedUp,
		Takes:        takes,
		Present:      present.share,
	})}
	w := &watch{in: in, sides: sides, view: view, known: known, decisions: standing, reports: reports, reverted: revertedFork, revertsUp: revertedUp}
	if err := w.run(ctx, v.accounts); err != nil {
		return nil, err
	}
	v.view.Unread = sides.unread()
	v.view.Counts = map[fact.Status]int{}
	for _, a := range v.accounts {
		v.view.Counts[a.Status]++
	}
	return v, nil
}

// doubtful are the upstream commits of which the fork's files must tell whether
// they are in: those that a pick left files out of, and those that a report
// calls integrated though no pick shows.
func doubtful(links []fact.Link, picks map[string][]string, said map[string][]account.Testimony) []string {
	ask := map[string]bool{}
	for _, l := range links {
		if len(l.Left) > 0 {
			ask[l.Upstream] = true
		}
	}
	for h, list := range said {
		if len(picks[h]) == 0 && slices.ContainsFunc(list, func(t account.Testimony) bool { return t.Entry.Status == fact.WordIntegrated }) {
			ask[h] = true
		}
	}
	return slices.Sorted(maps.Keys(ask))
}

// Relink returns the links of all views, each once, as they would be without
// some kinds of evidence. It writes nothing.
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
		standing = stand(decisions)
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []*fact.View
	for i := range views {
		all = append(all, &views[i])
	}
	lib, err := loadLibrary(ctx, in.Store, all, false, nil)
	if err != nil {
		return nil, err
	}
	return in.link(ctx, lib, slices.SortedFunc(slices.Values(reports), fact.CompareReports), standing, without)
}

// testimony sorts the reports' entries by the upstream commit they speak of, in
// order of time. Entries that name a commit that git does not have at all are
// noted in the summary.
func (in *Ingest) testimony(ctx context.Context, sides *sides, known *names, reports []fact.StoredReport, sum *Summary) map[string][]account.Testimony {
	out := map[string][]account.Testimony{}
	for _, r := range reports {
		about := map[string]bool{}
		var nowhere []fact.ReportCommit
		for i, e := range r.Report.Commits {
			hashes := known.entry(&e)
			for _, h := range hashes {
				about[h] = true
				own, refuted := in.ownNamed(ctx, sides, known, h, &e)
				out[h] = append(out[h], account.Testimony{Report: r.ID, When: r.When, Day: r.Day, Index: i, Entry: e, Own: own, Refuted: refuted})
			}
			sum.addName(r.ID, &e, nameElsewhere, known.misnamed(&e))
			if len(hashes) == 0 && e.Hash != nil && known.byHash(*e.Hash) == "" {
				nowhere = append(nowhere, e)
			}
		}
		if nowhere = in.unknown(ctx, nowhere); len(nowhere) > 0 {
			sum.Unknown[r.ID] = nowhere
			for i := range nowhere {
				sum.addName(r.ID, &nowhere[i], nameNowhere, known.nowhere(&nowhere[i]))
			}
		}
		for i := range sum.Reports {
			if sum.Reports[i].ID == r.ID {
				sum.Reports[i].Commits = len(about)
			}
		}
	}
	return out
}

// unknown keeps the entries whose commit git does not have: one that is older
// than the base, or on another branch, is no mistake.
func (in *Ingest) unknown(ctx context.Context, entries []fact.ReportCommit) []fact.ReportCommit {
	if len(entries) == 0 {
		return nil
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = *e.Hash
	}
	found, err := in.Repo.Resolve(ctx, names...)
	if err != nil {
		return nil // a finding less, and no reason to end an ingest
	}
	var out []fact.ReportCommit
	for i, f := range found {
		if !f.Found() && len(f.Candidates) == 0 {
			out = append(out, entries[i])
		}
	}
	return out
}
