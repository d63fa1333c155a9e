package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// Testimony is one report's entry, resolved to an upstream commit.
type Testimony struct {
	Report string
	When   int64 // Unix seconds
	Day    string
	Index  int // of the entry in its report
	Entry  fact.ReportCommit
	// Own are the fork's own commits that the entry names as what carries the
	// change and that share at least a file or lines with it.
	Own []string
	// Refuted says how git contradicts the fork commit that the entry pairs
	// with the commit; empty when it does not.
	Refuted string
}

// Input is everything that the statuses of one view follow from.
type Input struct {
	View      *fact.View
	Commit    func(hash string) *fact.Commit // of the range or the fork's own
	Links     []fact.Link
	Testimony map[string][]Testimony // by upstream commit, in order of time
	Decisions []fact.Decision        // those that stand, oldest first
	// RevertedFork maps a fork commit to the fork commit that reverts it and
	// is not itself reverted; RevertedUp does the same for upstream.
	RevertedFork, RevertedUp map[string]string
	// Takes maps an upstream commit to those of the range that it reverts.
	Takes map[string][]string
	// Present tells which share of a commit's added lines stands in the fork's
	// tree, -1 when it cannot be told. It is asked only about commits that a
	// report calls integrated and git shows no pick of.
	Present func(hash string) float64
}

// claimed is the least share of a commit's lines that must stand in the fork
// for a report's "integrated" to be believed without a pick.
const claimed = 0.5

// Settle returns an account for each commit of the view's range, in its order.
func Settle(in Input) []fact.Account {
	links := map[string][]fact.Link{}
	for _, l := range in.Links {
		links[l.Upstream] = append(links[l.Upstream], l)
	}
	// What takes another commit back depends on what became of that one.
	status := map[string]fact.Status{}
	settled := make([]*fact.Account, len(in.View.Range))
	for _, reverts := range []bool{false, true} {
		for i, h := range in.View.Range {
			if len(in.Takes[h]) > 0 != reverts {
				continue
			}
			if c := in.Commit(h); c != nil {
				a := in.settle(c, links[h], status)
				settled[i] = &a
				status[h] = a.Status
			}
		}
	}
	out := make([]fact.Account, 0, len(settled))
	for _, a := range settled {
		if a != nil {
			out = append(out, *a)
		}
	}
	return out
}

// settle decides one commit: first by git, then by what was said of it where
// git is silent, last by the user.
func (in *Input) settle(c *fact.Commit, links []fact.Link, status map[string]fact.Status) fact.Account {
	a := fact.Account{
		Fork:        in.View.Fork.Ref,
		Commit:      c.Hash,
		Subject:     c.Subject,
		Author:      c.Author.Name,
		Date:        c.AuthorDate.Format(time.RFC3339),
		PR:          c.PR,
		ForkCommits: []string{},
		Evidence:    []fact.Evidence{},
		Sources:     []fact.Source{},
		WaitsFor:    []string{},
	}
	byGit := in.fromGit(&a, links, status)
	said := in.Testimony[c.Hash]
	if !byGit {
		in.fromReports(&a, said)
	}
	for _, t := range said {
		a.Sources = append(a.Sources, in.source(&a, t, links, byGit))
	}
	in.fromDecisions(&a, c)
	in.classify(&a)
	return a
}

// classify tells what the reason comes to and of what kind the things are that
// the commit waits for. Whether they have arrived is for others to find.
func (in *Input) classify(a *fact.Account) {
	if a.ReasonKind == "" {
		a.ReasonKind = reason.Classify(a.Reason)
		if len(a.WaitsFor) > 0 && (a.ReasonKind == "" || a.ReasonKind == fact.OtherReason) {
			a.ReasonKind = fact.Missing
		}
	}
	if a.Status != fact.Skipped && a.Status != fact.Deferred {
		return
	}
	parse := reason.ParseReported
	if a.Ruling.Mark != 0 {
		parse = reason.Parse
	}
	for _, w := range a.WaitsFor {
		a.Waits = append(a.Waits, fact.Wait{What: w, Kind: parse(w).Kind, State: fact.Lacking})
	}
}

// fromGit sets the status that links and reverts show, and reports whether
// they show one.
func (in *Input) fromGit(a *fact.Account, links []fact.Link, status map[string]fact.Status) bool {
	var standing []fact.Link
	var undone []string
	for _, l := range links {
		a.ForkCommits = append(a.ForkCommits, l.Fork)
		if by := in.RevertedFork[l.Fork]; by != "" {
			undone = append(undone, fmt.Sprintf("%s was reverted by %s", fact.Short(l.Fork), fact.Short(by)))
		} else {
			standing = append(standing, l)
		}
	}
	a.Evidence = append(a.Evidence, evidence(links)...)
	switch {
	case len(standing) > 0:
		a.Status, a.Left = carriedBy(standing)
		a.Why = best(standing).Why
		if a.Status == fact.Partial {
			a.Why += "; left out: " + strings.Join(shorten(a.Left, 3), ", ")
		}
		if len(standing) > 1 {
			a.Why += fmt.Sprintf("; in %d fork commits", len(standing))
		}
		return true
	case len(undone) > 0:
		a.Status, a.Why = fact.Reverted, strings.Join(undone, "; ")
		return true
	case len(in.Takes[a.Commit]) > 0 && !slices.ContainsFunc(in.Takes[a.Commit], func(h string) bool { return taken(status[h]) }):
		a.Status, a.Why = fact.Empty, fmt.Sprintf("it takes back %s, which the fork does not have", fact.Short(in.Takes[a.Commit][0]))
		a.Evidence = append(a.Evidence, fact.Evidence{Kind: fact.KindEmpty, Score: 1, Detail: a.Why})
		return true
	case in.RevertedUp[a.Commit] != "":
		a.Status, a.Why = fact.Reverted, "never taken; upstream reverted it in "+fact.Short(in.RevertedUp[a.Commit])
		return true
	}
	return false
}

// taken reports whether a status says that the fork has the commit.
func taken(s fact.Status) bool {
	return s == fact.Integrated || s == fact.Adapted || s == fact.Partial
}

// carriedBy tells how far the fork commits together carry the upstream commit.
func carriedBy(links []fact.Link) (fact.Status, []string) {
	var left []string
	for i, l := range links {
		if l.Same {
			return fact.Integrated, nil
		}
		if i == 0 {
			left = l.Left
		} else {
			left = slices.DeleteFunc(slices.Clone(left), func(p string) bool { return !slices.Contains(l.Left, p) })
		}
	}
	if len(left) > 0 {
		return fact.Partial, left
	}
	return fact.Adapted, nil
}

// fromReports sets the status that the last deciding report gives, or pending.
func (in *Input) fromReports(a *fact.Account, said []Testimony) {
	a.Status, a.Why = fact.Pending, "nobody has decided"
	var last *Testimony
	for i := range said {
		t := &said[i]
		if t.Entry.Status == fact.WordPending && last == nil {
			a.Why = fmt.Sprintf("planned in %s", cite(t))
		}
		if t.Entry.Status == fact.WordIntegrated && !in.credible(a.Commit, t) {
			if last == nil {
				a.Why = fmt.Sprintf("%s calls it integrated, but %s", cite(t), orNoPick(t.Refuted))
			}
			continue
		}
		if t.Entry.Status.Decides() {
			last = t
		}
	}
	if last == nil {
		return
	}
	switch last.Entry.Status {
	case fact.WordIntegrated:
		in.onItsWord(a, last)
	case fact.WordSkipped:
		a.Status, a.Why = fact.Skipped, "skipped in "+cite(last)
	case fact.WordDeferred:
		a.Status, a.Why = fact.Deferred, "deferred in "+cite(last)
	}
	a.Reason, a.ReasonFrom = reasonFor(last, said)
	a.Ruling = fact.Ruling{Report: last.Report, Line: lineOf(last), When: last.When, Day: last.Day}
	for _, t := range said {
		if notTaken(t.Entry.Status) && notTaken(last.Entry.Status) {
			for _, m := range t.Entry.Missing {
				if !slices.Contains(a.WaitsFor, m) {
					a.WaitsFor = append(a.WaitsFor, m)
				}
			}
		}
	}
}

// credible reports whether a report's "integrated" can be believed where git
// shows no pick: it names commits of the fork that do it, or the lines are there.
func (in *Input) credible(hash string, t *Testimony) bool {
	return len(t.Own) > 0 || in.present(hash) >= claimed
}

// onItsWord makes the commit adapted because a report says so and git does not
// contradict it.
func (in *Input) onItsWord(a *fact.Account, t *Testimony) {
	a.Status = fact.Adapted
	e := fact.Evidence{Kind: fact.KindReport, Detail: cite(t)}
	if len(t.Own) > 0 {
		var names []string
		for _, h := range t.Own {
			names = append(names, fact.Short(h))
		}
		a.ForkCommits = append(a.ForkCommits, t.Own...)
		e.Score = 0.5
		a.Why = fmt.Sprintf("on the word of %s, which names %s", cite(t), strings.Join(names, ", "))
	} else {
		e.Score = in.present(a.Commit)
		a.Why = fmt.Sprintf("on the word of %s; no commit carries it, yet %.0f %% of its lines are in the fork", cite(t), 100*e.Score)
	}
	a.Evidence = append(a.Evidence, e)
}

func notTaken(w fact.Word) bool { return w == fact.WordSkipped || w == fact.WordDeferred }

// reasonFor is why the commit was decided as it was, and where that stands: in the
// deciding report's words if they tell something, else in those of the latest
// report that came to a like decision and tells something.
func reasonFor(last *Testimony, said []Testimony) (text, from string) {
	if telling(last.Entry.Reason) {
		return last.Entry.Reason, cite(last)
	}
	longest := last
	for i := len(said) - 1; i >= 0; i-- {
		t := &said[i]
		if t.Entry.Status != last.Entry.Status && !(notTaken(t.Entry.Status) && notTaken(last.Entry.Status)) {
			continue
		}
		if telling(t.Entry.Reason) {
			return t.Entry.Reason, cite(t)
		}
		if len(t.Entry.Reason) > len(longest.Entry.Reason) {
			longest = t
		}
	}
	if longest.Entry.Reason == "" {
		return "", ""
	}
	return longest.Entry.Reason, cite(longest)
}

// telling reports whether a reason says more than a label does: at least four
// words, or a name from the code.
func telling(reason string) bool {
	words := strings.Fields(reason)
	if len(words) >= 4 {
		return true
	}
	for _, w := range words {
		if strings.ContainsAny(w, "_`/.(") && len(w) > 3 || strings.IndexFunc(w[1:], unicode.IsUpper) >= 0 && strings.IndexFunc(w, unicode.IsLower) >= 0 {
			return true
		}
	}
	return false
}

func (in *Input) present(hash string) float64 {
	if in.Present == nil {
		return -1
	}
	return in.Present(hash)
}

// evidence lists each kind once, with its best score.
func evidence(links []fact.Link) []fact.Evidence {
	var out []fact.Evidence
	for _, l := range links {
		for _, e := range l.Evidence {
			at := slices.IndexFunc(out, func(o fact.Evidence) bool { return o.Kind == e.Kind })
			if at < 0 {
				out = append(out, e)
			} else if e.Score > out[at].Score {
				out[at] = e
			}
		}
	}
	slices.SortStableFunc(out, func(a, b fact.Evidence) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

func best(links []fact.Link) fact.Link {
	return slices.MaxFunc(links, func(a, b fact.Link) int {
		if a.Same != b.Same {
			if a.Same {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Score, b.Score)
	})
}

func shorten(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(slices.Clone(list[:n]), fmt.Sprintf("and %d more", len(list)-n))
}
