package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/pattern"
)

// carriers are the commits of the fork that carry an upstream commit, by their links.
type carriers struct {
	by     []*fact.Commit // those of the round, oldest first
	links  []fact.Link    // theirs
	before []*fact.Commit // those that were there before the round
}

func (r *round) carried(list []fact.Link, commits map[string]*fact.Commit) (c carriers) {
	slices.SortStableFunc(list, func(x, y fact.Link) int { return commits[x.Fork].CommitDate.Compare(commits[y.Fork].CommitDate) })
	for _, l := range list {
		switch f := commits[l.Fork]; {
		case r.in[l.Fork]:
			c.by, c.links = append(c.by, f), append(c.links, l)
		case len(c.by) == 0:
			c.before = append(c.before, f)
		}
	}
	return c
}

// taken tells of a commit that was picked in the round.
func (r *round) taken(e *fact.ReportCommit, more *DraftEntry, acc *fact.Account, c carriers) error {
	last := c.by[len(c.by)-1]
	if acc.Status == fact.Reverted {
		e.Status, e.Reason = fact.WordSkipped, acc.Why
		return nil
	}
	e.Status = fact.WordIntegrated
	e.ForkCommit, more.Fork = fact.Short(last.Hash), last.Hash
	more.How = c.how(acc)
	if acc.Status == fact.Partial {
		more.Left = acc.Left
	}
	for _, f := range c.by {
		r.size(e, more, f)
	}
	e.Clean = true
	var ways resolved
	for i := range c.links {
		if err := r.met(e, &c.links[i], &ways); err != nil {
			return err
		}
	}
	ways.settle(e)
	return nil
}

// how says what became of the change on its way.
func (c *carriers) how(acc *fact.Account) string {
	how := "the change differs"
	switch {
	case acc.Status == fact.Partial:
		how = "a part of it"
	case len(c.links) == 1 && c.links[0].Same:
		how = "the same change"
	}
	short := func(list []*fact.Commit) string {
		var names []string
		for _, f := range list {
			names = append(names, fact.Short(f.Hash))
		}
		return shortList(names)
	}
	if n := len(c.by); n > 1 {
		how += ", with " + short(c.by[:n-1])
	}
	if len(c.before) > 0 {
		how += ", taken before as " + short(c.before)
	}
	if len(c.links) == 1 && c.links[0].Retitled {
		how += ", under another title"
	}
	return how
}

// size adds what a commit of the fork changes.
func (r *round) size(e *fact.ReportCommit, more *DraftEntry, c *fact.Commit) {
	for _, f := range c.Files {
		e.Insertions += f.Insertions
		e.Deletions += f.Deletions
		more.Files++
		if f.Generated || git.Generated(f.Path) {
			more.Generated++
			continue
		}
		more.Insertions += f.Insertions
		more.Deletions += f.Deletions
	}
	if !slices.ContainsFunc(r.picks, func(p *fact.Commit) bool { return p.Hash == c.Hash }) {
		r.picks = append(r.picks, c)
	}
}

// resolved are the ways in which a commit's conflicts were resolved, in their order,
// and what is to be done about them.
type resolved struct{ ways, advice []string }

// settle tells them once where they are all the same, and else with each conflict.
func (w *resolved) settle(e *fact.ReportCommit) {
	different := slices.Compact(slices.Sorted(slices.Values(w.ways)))
	if len(different) > 1 {
		for i := range e.Conflicts {
			e.Conflicts[i].Detail += ": " + w.ways[i]
		}
	}
	e.Resolution = strings.Join(different, "; ")
	e.Recommendation = strings.Join(slices.Compact(w.advice), "; ")
}

// met tells which conflicts a pick met when it is replayed, and how they were resolved.
func (r *round) met(e *fact.ReportCommit, l *fact.Link, ways *resolved) error {
	clean := slices.ContainsFunc(l.Evidence, func(x fact.Evidence) bool { return x.Kind == fact.KindPatchID })
	replays, err := r.asker.tx.ReplayedOf(l.Fork)
	if err != nil {
		return err
	}
	for i := range replays {
		p := &replays[i]
		if p.Upstream != l.Upstream || p.Source != "pick" {
			continue
		}
		clean = len(p.Conflicts)+len(p.Unreadable) == 0
		for _, x := range p.Conflicts {
			if slices.ContainsFunc(e.Conflicts, func(c fact.Conflict) bool { return c.Path == x.Path }) {
				continue // met before, by another of its picks
			}
			detail := x.Kind
			if len(x.Hunks) > 1 {
				detail += fmt.Sprintf(", %d places", len(x.Hunks))
			}
			way := resolvedAs(&x)
			e.Conflicts = append(e.Conflicts, fact.Conflict{Path: x.Path, Detail: detail})
			ways.ways = append(ways.ways, way)
			r.out.Ways = addWay(r.out.Ways, way)
			r.conflicts[fact.Short(l.Fork)+":"+x.Path] = true
			if tool := pattern.Remake(x.Path); tool != "" && x.Resolution != fact.ResolvedRegenerated {
				ways.advice = append(ways.advice, fmt.Sprintf("make %s anew: %s", x.Path, tool))
			}
		}
	}
	e.Clean = e.Clean && clean
	return nil
}

// addWay counts one more conflict that was resolved in a way.
func addWay(list []Way, how string) []Way {
	i := slices.IndexFunc(list, func(w Way) bool { return w.How == how })
	if i < 0 {
		return append(list, Way{how, 1})
	}
	list[i].Count++
	return list
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// resolvedAs words how a conflict was resolved.
func resolvedAs(c *fact.PastConflict) string {
	switch {
	case c.Resolution == fact.ResolvedTheirs && c.Whole:
		return "the whole file taken as upstream has it"
	case c.Resolution == fact.ResolvedTheirs:
		return "resolved to upstream's side"
	case c.Resolution == fact.ResolvedOurs && c.Whole:
		return "the whole file left as the fork had it"
	case c.Resolution == fact.ResolvedOurs:
		return "resolved to the fork's side"
	case c.Resolution == fact.ResolvedBoth:
		return "both sides kept"
	case c.Resolution == fact.ResolvedRegenerated:
		return "made anew by its own tool"
	}
	return "resolved by hand"
}

// passedOver tells of a commit that somebody skipped or put off in the round; the
// entry stays without a status if nobody did.
func (r *round) passedOver(e *fact.ReportCommit, more *DraftEntry, acc *fact.Account, list []fact.Link) error {
	last := r.said(acc, fact.Skipped, fact.Deferred)
	if last == nil {
		return nil
	}
	e.Status, e.Reason = fact.Word(last.Status), cmp.Or(last.Reason, acc.Reason)
	e.Missing = append(e.Missing, acc.WaitsFor...)
	if n := len(list); n > 0 {
		more.How = "taken since, as " + fact.Short(list[n-1].Fork)
		return nil
	}
	var from []string
	for _, w := range acc.Waits {
		for _, h := range w.From {
			if h != acc.Commit && !slices.Contains(from, fact.Short(h)) {
				from = append(from, fact.Short(h))
			}
		}
	}
	if len(from) > 0 {
		e.Recommendation = "take it with " + strings.Join(from[:min(len(from), 3)], ", ") + ", which would bring what it waits for"
		return nil
	}
	if acc.ReasonKind != fact.Missing && acc.ReasonKind != fact.TooCostly {
		return nil // that it applies says nothing against the reason
	}
	f, err := r.asker.tx.Forecast(r.view.Fork.Ref, acc.Commit)
	if err == nil && f != nil && f.Onto == r.view.Fork.Commit && f.Result == fact.ResultClean {
		e.Recommendation = "decide again: by now it picks clean"
	}
	return err
}

// said is the last statement of the round's time that gives a commit one of the
// statuses and that git does not contradict; nil if there is none.
func (r *round) said(acc *fact.Account, statuses ...fact.Status) (last *fact.Source) {
	for i := range acc.Sources {
		s := &acc.Sources[i]
		self := s.Report != "" && s.Report == r.self
		if !self && slices.Contains(statuses, fact.Status(s.Status)) && s.Disagrees == "" && r.within(s.When) && (last == nil || s.When >= last.When) {
			last = s
		}
	}
	return last
}

// word says which report calls a commit integrated that no link shows, and which
// commit it names. What it names is not told as the pick: then the draft itself, once
// it is committed, would be the evidence of that.
func word(acc *fact.Account, s *fact.Source) string {
	how := "somebody says so"
	if s.Report != "" {
		how = fmt.Sprintf("on the word of %s:%d", s.Report, s.Line)
	}
	if len(acc.ForkCommits) > 0 {
		how += ", which names " + fact.Short(acc.ForkCommits[0])
	}
	return how
}

// within reports whether a time is the round's.
func (r *round) within(when int64) bool {
	return when > r.since && (r.out.Open || when <= r.until)
}
