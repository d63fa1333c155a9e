package advise

import (
	"slices"

	"tracker/internal/fact"
)

// memo keeps what an Asker has read of records that many answers look at. Its
// transaction never changes, so nothing of it grows old.
type memo struct {
	reports   []fact.StoredReport // oldest first; nil: not read yet
	decisions []fact.Decision
	decided   bool
	links     map[string]*linkTable // by the fork's ref
	accounts  map[string][]fact.Account
	needs     map[string]*needs // by the fork's ref
	sides     map[string]side   // by commit; nil: not made yet
	later     *aftermath        // of all replays; nil: not made yet
	found     []Finding         // about picks
	audited   bool
}

// side is where a commit stands in the views.
type side struct {
	view *fact.View
	name string // "upstream" or "fork"
}

// linkTable finds the links of a commit of either side.
type linkTable struct {
	list []fact.Link
	at   map[string][]int
}

// sortedReports returns every report, oldest first.
func (a *Asker) sortedReports() ([]fact.StoredReport, error) {
	if a.memo.reports == nil {
		reports, err := a.tx.Reports()
		if err != nil {
			return nil, err
		}
		slices.SortFunc(reports, fact.CompareReports)
		a.memo.reports = append([]fact.StoredReport{}, reports...)
	}
	return a.memo.reports, nil
}

// allDecisions returns every decision, in order of ID.
func (a *Asker) allDecisions() ([]fact.Decision, error) {
	if !a.memo.decided {
		list, err := a.tx.Decisions()
		if err != nil {
			return nil, err
		}
		a.memo.decisions, a.memo.decided = list, true
	}
	return a.memo.decisions, nil
}

// aftermathOfAll is the aftermath of every replay that is stored.
func (a *Asker) aftermathOfAll() (*aftermath, error) {
	if a.memo.later == nil {
		replays, err := a.tx.Replays()
		if err != nil {
			return nil, err
		}
		if a.memo.later, err = a.aftermath(replays); err != nil {
			return nil, err
		}
	}
	return a.memo.later, nil
}

// pickFindings are those of all branches, with the marks that accept them.
func (a *Asker) pickFindings() ([]Finding, error) {
	if !a.memo.audited {
		list, err := a.findings(nil)
		if err != nil {
			return nil, err
		}
		a.memo.found, a.memo.audited = list, true
	}
	return a.memo.found, nil
}

// accountsOf returns the accounts of a fork ref, in order of hash.
func (a *Asker) accountsOf(ref string) ([]fact.Account, error) {
	list, ok := a.memo.accounts[ref]
	if !ok {
		var err error
		if list, err = a.tx.Accounts(ref); err != nil {
			return nil, err
		}
		if a.memo.accounts == nil {
			a.memo.accounts = map[string][]fact.Account{}
		}
		a.memo.accounts[ref] = list
	}
	return list, nil
}

// linksOf returns the links of a commit, of either side, in a fork ref's view.
func (a *Asker) linksOf(ref, hash string) ([]fact.Link, error) {
	t := a.memo.links[ref]
	if t == nil {
		list, err := a.tx.Links(ref)
		if err != nil {
			return nil, err
		}
		t = &linkTable{list: list, at: map[string][]int{}}
		for i, l := range list {
			t.at[l.Fork] = append(t.at[l.Fork], i)
			if l.Upstream != l.Fork {
				t.at[l.Upstream] = append(t.at[l.Upstream], i)
			}
		}
		if a.memo.links == nil {
			a.memo.links = map[string]*linkTable{}
		}
		a.memo.links[ref] = t
	}
	var out []fact.Link
	for _, i := range t.at[hash] {
		out = append(out, t.list[i])
	}
	return out, nil
}

// sharedNeeds are the needs of a view as of the fork's tip, for answers that only
// look at them.
func (a *Asker) sharedNeeds(v *fact.View) *needs {
	n := a.memo.needs[v.Fork.Ref]
	if n == nil {
		n = a.needs(v)
		if a.memo.needs == nil {
			a.memo.needs = map[string]*needs{}
		}
		a.memo.needs[v.Fork.Ref] = n
	}
	return n
}

// sideOf returns where a commit stands in the views; the zero side if it does in
// none. The first view that has it counts, and upstream's list before the fork's.
func (a *Asker) sideOf(hash string) side {
	if a.memo.sides == nil {
		a.memo.sides = map[string]side{}
		for i := range a.views {
			v := &a.views[i]
			for _, list := range []struct {
				hashes []string
				name   string
			}{{v.Range, "upstream"}, {v.Own, "fork"}} {
				for _, h := range list.hashes {
					if _, ok := a.memo.sides[h]; !ok {
						a.memo.sides[h] = side{v, list.name}
					}
				}
			}
		}
	}
	return a.memo.sides[hash]
}
