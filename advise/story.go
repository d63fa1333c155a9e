package advise

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"tracker/internal/fact"
)

// Story tells all that is known of one commit, by full hash.
func (a *Asker) Story(ctx context.Context, hash string) (*CommitStory, error) {
	s, err := a.story(ctx, hash)
	if err != nil {
		return nil, err
	}
	return s, a.addChanged(ctx, s)
}

// story is Story without what only git tells of its picks.
func (a *Asker) story(ctx context.Context, hash string) (*CommitStory, error) {
	c, err := a.commit(ctx, hash)
	if err != nil {
		return nil, err
	}
	at := a.sideOf(hash)
	v := cmp.Or(at.view, &a.views[0])
	s := &CommitStory{
		Kind: "commit", Commit: *c, Picks: []Pick{}, Statements: []StatementIn{}, Decisions: []fact.Decision{},
		As: AsOf{Fork: v.Fork, Upstream: v.Upstream},
	}
	if s.Account, err = a.account(ctx, v, hash); err != nil {
		return nil, err
	}
	switch {
	case at.name == "fork":
		s.Side, s.Account = "fork", nil
	case at.name != "":
		s.Side = at.name
	case len(s.Account.Evidence) > 0:
		s.Side = "shared"
	default:
		s.Side = "upstream"
	}
	if err := a.addPicks(ctx, s, v); err != nil {
		return nil, err
	}
	if err := a.addResolved(s); err != nil {
		return nil, err
	}
	if err := a.addStatements(s); err != nil {
		return nil, err
	}
	if err := a.addBringers(s, v); err != nil {
		return nil, err
	}
	if err := a.addNeeds(ctx, s, v); err != nil {
		return nil, err
	}
	findings, err := a.pickFindings()
	if err != nil {
		return nil, err
	}
	for _, f := range findings {
		if f.Fork == hash || f.Upstream == hash {
			s.Findings = append(s.Findings, f)
		}
	}
	if p, err := a.tx.Patch(hash); err != nil {
		return nil, err
	} else if p != nil {
		s.Adds, s.Defines, s.Unreadable = p.Adds, p.Defines, p.Unreadable
	}
	return s, nil
}

// addPicks lists the commit's counterparts in every view.
func (a *Asker) addPicks(ctx context.Context, s *CommitStory, v *fact.View) error {
	for i := range a.views {
		links, err := a.linksOf(a.views[i].Fork.Ref, s.Commit.Hash)
		if err != nil {
			return err
		}
		for _, l := range links {
			p, err := a.pick(ctx, l, s.Commit.Hash)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(s.Picks, func(o Pick) bool { return o.Other == p.Other }) {
				s.Picks = append(s.Picks, p)
			}
		}
	}
	slices.SortStableFunc(s.Picks, func(x, y Pick) int { return cmp.Compare(x.Date, y.Date) })
	return nil
}

// pick is a link as seen from one of its ends.
func (a *Asker) pick(ctx context.Context, l fact.Link, from string) (Pick, error) {
	p := Pick{Link: l, Other: l.Fork, Why: l.Why}
	if from == l.Fork {
		p.Other = l.Upstream
	}
	c, err := a.commit(ctx, p.Other)
	var unknown *UnknownError
	if errors.As(err, &unknown) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Subject, p.Author, p.Date = c.Subject, c.Author.Name, c.CommitDate.Format(time.RFC3339)
	return p, nil
}

// addStatements lists what reports and decisions say of the commit or of its
// counterparts.
func (a *Asker) addStatements(s *CommitStory) error {
	about := []string{s.Commit.Hash}
	if s.Side == "fork" {
		for _, p := range s.Picks {
			about = append(about, p.Other)
		}
	}
	resolved := map[entryOf]bool{} // what the ingest found to be about it
	if s.Account != nil {
		for _, src := range s.Account.Sources {
			resolved[entryOf{src.Report, src.Entry}] = src.Report != ""
		}
	}
	reports, err := a.sortedReports()
	if err != nil {
		return err
	}
	for _, r := range reports {
		for _, l := range r.Report.Lessons {
			if concerns(&l, &s.Commit) {
				s.Lessons = append(s.Lessons, LessonFrom{Text: l.Text, Heading: l.Heading, Report: r.ID, Line: l.Line})
			}
		}
		for i, e := range r.Report.Commits {
			if !resolved[entryOf{r.ID, i}] && !names(&e, about) || s.Side == "fork" && ofAnother(&e, s.Commit.Hash) {
				continue
			}
			st := StatementIn{Report: r.ID, Title: r.Report.Title, Date: r.Day, Entry: e}
			if s.Account != nil {
				for _, src := range s.Account.Sources {
					if src.Report == r.ID {
						st.Disagrees = src.Disagrees
					}
				}
			}
			s.Statements = append(s.Statements, st)
		}
	}
	decisions, err := a.allDecisions()
	if err != nil {
		return err
	}
	for _, d := range decisions {
		byMark := s.Account != nil && slices.ContainsFunc(s.Account.Sources, func(src fact.Source) bool { return src.Mark == d.ID })
		if byMark || slices.Contains(about, d.Commit) || d.As == s.Commit.Hash || d.Not == s.Commit.Hash {
			s.Decisions = append(s.Decisions, d)
		}
	}
	return nil
}

// addBringers lists the upstream commits that would bring what the commit waits
// for, those that bring most first.
func (a *Asker) addBringers(s *CommitStory, v *fact.View) error {
	if s.Account == nil {
		return nil
	}
	for _, w := range s.Account.Waits {
		for _, h := range w.From {
			i := slices.IndexFunc(s.Bringers, func(b Bringer) bool { return b.Commit == h })
			if i >= 0 {
				s.Bringers[i].What = append(s.Bringers[i].What, w.What)
				continue
			}
			acc, err := a.tx.Account(v.Fork.Ref, h)
			if err != nil {
				return err
			}
			if acc != nil {
				s.Bringers = append(s.Bringers, Bringer{Commit: h, Subject: acc.Subject, PR: acc.PR, Status: acc.Status, What: []string{w.What}})
			}
		}
	}
	slices.SortStableFunc(s.Bringers, func(x, y Bringer) int { return cmp.Compare(len(y.What), len(x.What)) })
	return nil
}

// concerns reports whether a lesson names a commit, or a file that it changes.
func concerns(l *fact.Note, c *fact.Commit) bool {
	for _, name := range l.Commits {
		if pr, ok := strings.CutPrefix(name, "#"); ok && c.PR != 0 && pr == strconv.Itoa(c.PR) || strings.HasPrefix(c.Hash, name) {
			return true
		}
	}
	return slices.ContainsFunc(l.Paths, func(p string) bool {
		return slices.ContainsFunc(c.Files, func(f fact.FileChange) bool {
			return f.Path == p || strings.HasSuffix(f.Path, "/"+p) || strings.HasSuffix(p, "/") && strings.HasPrefix(f.Path, p)
		})
	})
}

// names reports whether a report's entry names one of the commits by hash.
func names(e *fact.ReportCommit, about []string) bool {
	return slices.ContainsFunc(about, func(h string) bool {
		return e.Hash != nil && strings.HasPrefix(h, *e.Hash) || e.ForkCommit != "" && strings.HasPrefix(h, e.ForkCommit)
	})
}

// ofAnother reports whether an entry pairs its upstream commit with another
// fork commit than this one.
func ofAnother(e *fact.ReportCommit, fork string) bool {
	return e.ForkCommit != "" && !strings.HasPrefix(fork, e.ForkCommit) && !(e.Hash != nil && strings.HasPrefix(fork, *e.Hash))
}

// Report tells all that is known of one report, by its ID or the end of its
// path; ok is false when there is no such report.
func (a *Asker) Report(id string) (s *ReportStory, ok bool, err error) {
	id = strings.TrimPrefix(strings.ReplaceAll(id, `\`, "/"), "./")
	reports, err := a.tx.Reports()
	if err != nil {
		return nil, false, err
	}
	var found *fact.StoredReport
	for i := range reports {
		r := &reports[i]
		if r.ID == id {
			found = r
			break
		}
		if strings.HasSuffix(r.ID, "/"+id) && found == nil {
			found = r
		}
	}
	if found == nil {
		return nil, false, nil
	}
	s = &ReportStory{Kind: "report", Report: *found, As: a.AsOf()}
	s.Disagreements, err = a.disagreements(found.ID)
	return s, true, err
}

// disagreements are a report's statements that git contradicts, by line.
func (a *Asker) disagreements(report string) ([]Disagreement, error) {
	out := []Disagreement{}
	for _, v := range a.views {
		accounts, err := a.accountsOf(v.Fork.Ref)
		if err != nil {
			return nil, err
		}
		for i := range accounts {
			acc := &accounts[i]
			for _, s := range acc.Sources {
				if s.Report != report || s.Disagrees == "" {
					continue
				}
				d := Disagreement{Report: report, Line: s.Line, Commit: acc.Commit, Says: s.Status, Message: s.Disagrees}
				if !slices.Contains(out, d) {
					out = append(out, d)
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y Disagreement) int {
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Commit, y.Commit))
	})
	return out, nil
}
