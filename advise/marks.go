package advise

import (
	"slices"

	"tracker/ingest/audit"
	"tracker/internal/fact"
)

// Mark is a decision with the upstream commits that it covers now.
type Mark struct {
	fact.Decision
	Covers []CoveredNow `json:"covers"`
	// Accepts are the findings that it accepts, of a mark that accepts any.
	Accepts []Finding `json:"accepts,omitempty"`
}

// CoveredNow is an upstream commit that a decision covers.
type CoveredNow struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	PR      int         `json:"pr,omitempty"`
	Status  fact.Status `json:"status"` // its own, which a later decision may have made
	// Stays says that the fork has it already, so that the decision changes
	// nothing of it.
	Stays bool `json:"stays,omitempty"`
}

// coveredNow is what a decision comes to for one commit.
func coveredNow(mark int, acc *fact.Account) CoveredNow {
	return CoveredNow{acc.Commit, acc.Subject, acc.PR, acc.Status, acc.Status.InFork() && acc.Ruling.Mark != mark}
}

// Staying is how many of the covered commits the fork has already.
func (m *Mark) Staying() int {
	n := 0
	for _, c := range m.Covers {
		if c.Stays {
			n++
		}
	}
	return n
}

// Carriers returns the fork commits as which git has an upstream commit, by its
// full hash; none where its status rests on a report or a decision.
func (a *Asker) Carriers(hash string) ([]string, error) {
	for _, v := range a.views {
		acc, err := a.tx.Account(v.Fork.Ref, hash)
		if err != nil {
			return nil, err
		}
		if acc != nil && acc.Status.InFork() && acc.Ruling == (fact.Ruling{}) && len(acc.ForkCommits) > 0 {
			return acc.ForkCommits, nil
		}
	}
	return nil, nil
}

// Marks returns the decisions that stand, and if all is set those taken back,
// in the order in which they were recorded. Those taken back cover nothing.
func (a *Asker) Marks(all bool) ([]Mark, error) {
	decisions, err := a.tx.Decisions()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(decisions, fact.CompareDecisions)
	covered := map[int][]CoveredNow{}
	seen := map[string]bool{}
	for _, v := range a.views {
		accounts, err := a.tx.Accounts(v.Fork.Ref)
		if err != nil {
			return nil, err
		}
		place := map[string]int{}
		for i, h := range v.Range {
			place[h] = i
		}
		slices.SortFunc(accounts, func(x, y fact.Account) int { return place[x.Commit] - place[y.Commit] })
		for i := range accounts {
			acc := &accounts[i]
			if seen[acc.Commit] {
				continue
			}
			seen[acc.Commit] = true
			for _, s := range acc.Sources {
				if s.Mark != 0 {
					covered[s.Mark] = append(covered[s.Mark], coveredNow(s.Mark, acc))
				}
			}
		}
	}
	var findings []Finding // those about reports are not stored
	if slices.ContainsFunc(decisions, func(d fact.Decision) bool { return d.Accept != "" }) {
		if findings, err = a.findings(nil); err != nil {
			return nil, err
		}
	}
	list := []Mark{}
	for _, d := range decisions {
		if d.Undone != 0 && !all {
			continue
		}
		m := Mark{Decision: d, Covers: covered[d.ID]}
		if m.Covers == nil || d.Undone != 0 {
			m.Covers = []CoveredNow{}
		}
		for i := range findings {
			if audit.Accepts(&d, &findings[i].fact) {
				m.Accepts = append(m.Accepts, findings[i])
			}
		}
		list = append(list, m)
	}
	return list, nil
}

// CoverFindings fills in the findings that a mark accepts.
func (a *Asker) CoverFindings(m *Mark) error {
	list, err := a.findings(nil)
	if err != nil {
		return err
	}
	m.Covers, m.Accepts = []CoveredNow{}, nil
	for i := range list {
		if audit.Accepts(&m.Decision, &list[i].fact) {
			m.Accepts = append(m.Accepts, list[i])
		}
	}
	return nil
}

// Cover fills in the upstream commits of which the full hashes are given.
func (a *Asker) Cover(m *Mark, hashes []string) error {
	m.Covers = []CoveredNow{}
	for _, h := range hashes {
		c := CoveredNow{Commit: h}
		for _, v := range a.views {
			acc, err := a.tx.Account(v.Fork.Ref, h)
			if err != nil {
				return err
			}
			if acc != nil {
				c = coveredNow(m.ID, acc)
				break
			}
		}
		m.Covers = append(m.Covers, c)
	}
	return nil
}
