package advise

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/draft"
	"tracker/internal/fact"
)

// DraftOptions say which round is drafted.
type DraftOptions struct {
	Fork string // the fork's branch, empty: the first
	// Range is "A..B", of commits of the fork. Without A it begins at the base, without
	// B it goes to the fork's tip. Empty: what came after the newest report that calls
	// something integrated.
	Range string
	// Self is the draft's own path in the fork, empty if it lies elsewhere. It ends no
	// round and is no voice in it; a commit that changes nothing else is not drafted.
	Self string
}

// NoRoundError says that nothing was picked or decided in a range.
type NoRoundError struct {
	From, To string // full hashes; From is empty for the base
	After    string // the report with which the range begins
}

func (e *NoRoundError) Error() string {
	switch {
	case e.After != "":
		return fmt.Sprintf("nothing was picked or decided since %q", e.After)
	case e.From == "":
		return fmt.Sprintf("nothing was picked or decided up to %s", fact.Short(e.To))
	}
	return fmt.Sprintf("nothing was picked or decided in %s..%s", fact.Short(e.From), fact.Short(e.To))
}

// BadRangeError says that a text is no range.
type BadRangeError struct{ Range string }

func (e *BadRangeError) Error() string { return fmt.Sprintf("%q is no range", e.Range) }

// Draft writes the report of a round from what git shows: what the fork picked in the
// range, and what reports and marks of that time decided against or put off. It holds
// no time but those of commits: the same facts make the same draft.
func (a *Asker) Draft(ctx context.Context, o DraftOptions) (*Draft, error) {
	v, err := a.view(o.Fork)
	if err != nil {
		return nil, err
	}
	r := &round{asker: a, view: v, out: &Draft{As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Entries: []DraftEntry{}}}
	if err := r.find(ctx, &o); err != nil {
		return nil, err
	}
	if err := r.collect(); err != nil {
		return nil, err
	}
	if len(r.out.Entries) == 0 {
		return nil, &NoRoundError{From: r.out.From, To: r.out.To, After: r.out.After}
	}
	r.total()
	if err := r.learn(); err != nil {
		return nil, err
	}
	if err := r.ahead(ctx); err != nil {
		return nil, err
	}
	r.check()
	return r.out, r.reports()
}

// round gathers what happened between two commits of the fork.
type round struct {
	asker *Asker
	view  *fact.View
	out   *Draft
	self  string
	in    map[string]bool // the fork's commits of the range
	since int64           // when it begins: what was said until then belongs to the one before
	until int64
	picks []*fact.Commit // the fork's commits that carry something, each once
	// conflicts are the IDs of those that the picks met, as Conflicts names them.
	conflicts map[string]bool
}

// find works out the range.
func (r *round) find(ctx context.Context, o *DraftOptions) error {
	out, v := r.out, r.view
	r.self = o.Self
	var err error
	if out.To, err = r.asker.beside(v, o.Self); err != nil {
		return err
	}
	if o.Range == "" {
		out.Open = true
		if err := r.afterReport(ctx); err != nil {
			return err
		}
	} else {
		from, to, ok := strings.Cut(o.Range, "..")
		if !ok || strings.HasPrefix(to, ".") {
			return &BadRangeError{o.Range}
		}
		if from != "" {
			if out.From, err = r.asker.Find(ctx, from); err != nil {
				return err
			}
		}
		if out.Open = to == ""; !out.Open {
			if out.To, err = r.asker.Find(ctx, to); err != nil {
				return err
			}
		}
	}
	exclude := []string{v.Upstream.Commit}
	if out.From != "" {
		exclude = append(exclude, out.From)
		c, err := r.asker.commit(ctx, out.From)
		if err != nil {
			return err
		}
		r.since = c.CommitDate.Unix()
	}
	c, err := r.asker.commit(ctx, out.To)
	if err != nil {
		return err
	}
	r.until = c.CommitDate.Unix()
	out.Report.Date = c.CommitDate.Format("2006-01-02")
	out.Report.Title = "Upstream integration of " + out.Report.Date
	r.in = map[string]bool{}
	return r.asker.git.Graph(ctx, []string{out.To}, exclude, func(hash string, _ []string) { r.in[hash] = true })
}

// afterReport begins the round where the newest report of the fork ends that calls a
// commit integrated.
func (r *round) afterReport(ctx context.Context) error {
	reports, err := r.asker.tx.Reports()
	if err != nil {
		return err
	}
	accounts, err := r.asker.tx.Accounts(r.view.Fork.Ref)
	if err != nil {
		return err
	}
	tells := map[string]bool{}
	for i := range accounts {
		for _, s := range accounts[i].Sources {
			tells[s.Report] = tells[s.Report] || s.Status == string(fact.WordIntegrated)
		}
	}
	slices.SortFunc(reports, fact.CompareReports)
	w := &witness{asker: r.asker, view: r.view, moments: map[string]map[string]bool{}}
	for i := range slices.Backward(reports) {
		s := &reports[i]
		if s.ID == r.self || s.Source != "fork" || !tells[s.ID] {
			continue
		}
		r.out.After = s.ID
		r.out.From, _, err = w.moment(ctx, s)
		return err
	}
	return nil
}

// collect makes the entries: what was picked in the order of the picks, then what was
// not, in upstream's order.
func (r *round) collect() error {
	tx := r.asker.tx
	links, err := tx.Links(r.view.Fork.Ref)
	if err != nil {
		return err
	}
	commits := map[string]*fact.Commit{}
	byUpstream := map[string][]fact.Link{}
	for _, l := range links {
		c, err := tx.Commit(l.Fork)
		if err != nil {
			return err
		}
		if c != nil {
			commits[l.Fork] = c
			byUpstream[l.Upstream] = append(byUpstream[l.Upstream], l)
		}
	}
	accounts, err := tx.Accounts(r.view.Fork.Ref)
	if err != nil {
		return err
	}
	place := map[string]int{} // upstream's order, newest first
	for i, h := range r.view.Range {
		place[h] = i
	}
	slices.SortFunc(accounts, func(x, y fact.Account) int { return cmp.Compare(place[y.Commit], place[x.Commit]) })
	type dated struct {
		entry fact.ReportCommit
		more  DraftEntry
		when  int64
	}
	r.conflicts = map[string]bool{}
	groups := map[fact.Word][]dated{}
	for i := range accounts {
		acc := &accounts[i]
		u, err := tx.Commit(acc.Commit)
		if err != nil {
			return err
		}
		if u == nil {
			continue
		}
		c := r.carried(byUpstream[acc.Commit], commits)
		said := r.said(acc, fact.Integrated)
		d := dated{entry: fact.ReportCommit{Subject: withoutPR(u), PR: u.PR, Conflicts: []fact.Conflict{}, Missing: []string{}}, more: DraftEntry{Commit: u.Hash}}
		if n := len(c.by); n > 0 {
			d.when = c.by[n-1].CommitDate.Unix()
			err = r.taken(&d.entry, &d.more, acc, c)
		} else if acc.Status.InFork() && said != nil && len(byUpstream[acc.Commit]) == 0 {
			d.entry.Status, d.more.How = fact.WordIntegrated, word(acc, said)
		} else {
			err = r.passedOver(&d.entry, &d.more, acc, byUpstream[acc.Commit])
		}
		if err != nil {
			return err
		}
		if d.entry.Status != "" {
			groups[d.entry.Status] = append(groups[d.entry.Status], d)
		}
	}
	for _, w := range draft.Words {
		slices.SortStableFunc(groups[w], func(x, y dated) int { return cmp.Compare(x.when, y.when) })
		for _, d := range groups[w] {
			r.out.Report.Commits = append(r.out.Report.Commits, d.entry)
			r.out.Entries = append(r.out.Entries, d.more)
		}
	}
	r.name()
	return nil
}

// name gives each entry the beginning of its hash that no other has.
func (r *round) name() {
	for digits := 9; ; digits++ {
		seen := map[string]bool{}
		for i := range r.out.Entries {
			h := r.out.Entries[i].Commit
			h = h[:min(digits, len(h))]
			seen[h] = true
			r.out.Report.Commits[i].Hash = &h
		}
		if len(seen) == len(r.out.Entries) || digits > 64 {
			return
		}
	}
}

func withoutPR(c *fact.Commit) string {
	if title, pr := draft.Unnumbered(c.Subject); pr != 0 && pr == c.PR {
		return title
	}
	return c.Subject
}
