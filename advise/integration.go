package advise

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// Integration gathers what UPSTREAM_INTEGRATION.md tells of the fork ref
// (empty: the first). Remotes map names to URLs. self is the document's path in
// the fork, empty if it lies elsewhere: a commit that changes nothing else is
// not what the document is true of, so that committing it leaves it up to date.
func (a *Asker) Integration(ctx context.Context, fork, self string, remotes map[string]string) (*Integration, error) {
	v, err := a.view(fork)
	if err != nil {
		return nil, err
	}
	standing, err := a.standing(ctx, v, nil)
	if err != nil {
		return nil, err
	}
	out := &Integration{Standing: *standing, Picks: map[string][]Pick{}, Self: self}
	if out.Standing.Fork.Commit, err = a.beside(v, self); err != nil {
		return nil, err
	}
	out.UpstreamURL, out.ForkURL = webAddresses(v, remotes)

	if out.Findings, err = a.findingsOf(v); err != nil {
		return nil, err
	}
	links, err := a.tx.Links(v.Fork.Ref)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		p, err := a.pick(ctx, l, l.Upstream)
		if err != nil {
			return nil, err
		}
		out.Picks[l.Upstream] = append(out.Picks[l.Upstream], p)
	}
	for _, picks := range out.Picks {
		slices.SortStableFunc(picks, func(x, y Pick) int {
			return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Other, y.Other))
		})
	}

	decisions, err := a.tx.Decisions()
	if err != nil {
		return nil, err
	}
	out.Decisions = slices.DeleteFunc(decisions, func(d fact.Decision) bool { return d.Undone != 0 })

	reports, err := a.tx.Reports()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(reports, fact.CompareReports)
	place := newPlace(out.Standing.Commits)
	for i := range reports {
		if err := a.addReport(out, place, &reports[i]); err != nil {
			return nil, err
		}
	}
	for _, acc := range out.Standing.Commits {
		if acc.Reopened {
			out.Questions = append(out.Questions, Question{Kind: "reopened", Commit: acc.Commit, Subject: acc.Subject, Text: reopened(&acc), Source: from(&acc)})
		}
		for _, s := range acc.Sources {
			if s.Disagrees != "" && s.Status != string(fact.WordPending) {
				out.Questions = append(out.Questions, Question{
					Kind: "disagreement", Commit: acc.Commit, Subject: acc.Subject,
					Text:   fmt.Sprintf("the report says %s; %s", s.Status, s.Disagrees),
					Source: fmt.Sprintf("%s:%d", s.Report, s.Line),
				})
			}
		}
	}
	return out, nil
}

// maxPlanned is how many pending commits a document is given a plan of. Carrying
// out more would make it wait.
const maxPlanned = 120

// PlanNext prepares a plan of what is pending, onto the commit that a document is true
// of; nil where nothing is, or too much.
func (a *Asker) PlanNext(ctx context.Context, in *Integration) (*Planner, error) {
	v, err := a.view(in.Standing.Fork.Ref)
	if err != nil {
		return nil, err
	}
	if n := v.Counts[fact.Pending]; a.git == nil || n == 0 || n > maxPlanned {
		return nil, nil
	}
	return a.Plan(ctx, nil, PlanOptions{Fork: v.Fork.Ref, Onto: in.Standing.Fork.Commit})
}

// reopened says what came after a decision, and how it was decided.
func reopened(a *fact.Account) string {
	var texts []string
	for _, r := range a.Reopenings {
		texts = append(texts, r.Text)
	}
	if len(texts) == 0 {
		return a.Why
	}
	var lacking []string
	for _, w := range a.Waits {
		if w.State == fact.Lacking {
			lacking = append(lacking, w.What)
		}
	}
	text := strings.Join(texts, "; ")
	if len(lacking) > 0 {
		text += "; still waits for " + strings.Join(lacking, ", ")
	}
	text += ". It was " + string(a.Status)
	if a.Ruling.Mark != 0 {
		text += fmt.Sprintf(" by mark %d", a.Ruling.Mark)
	}
	if a.Reason != "" {
		text += ": " + a.Reason
	}
	return text
}

// from is the line of a report that decided a commit, empty if none did.
func from(a *fact.Account) string {
	if a.Ruling.Report == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.Ruling.Report, a.Ruling.Line)
}

// view returns the view of a fork's branch by its full or short name, the first
// if name is empty.
func (a *Asker) view(name string) (*fact.View, error) {
	if name == "" {
		return &a.views[0], nil
	}
	for _, prefix := range []string{"", "refs/heads/", "refs/remotes/", "refs/tags/"} {
		for i := range a.views {
			if a.views[i].Fork.Ref == prefix+name {
				return &a.views[i], nil
			}
		}
	}
	e := &UnknownForkError{Name: name}
	for _, v := range a.views {
		e.Known = append(e.Known, v.Fork.Ref)
	}
	return nil, e
}

// beside is the newest commit of the fork that changes more than the document.
func (a *Asker) beside(v *fact.View, self string) (string, error) {
	if self == "" {
		return v.Fork.Commit, nil
	}
	for _, h := range v.Own {
		c, err := a.tx.Commit(h)
		if err != nil {
			return "", err
		}
		if c == nil || c.IsMerge() || len(c.Files) != 1 || c.Files[0].Path != self {
			return h, nil
		}
	}
	return v.Fork.Commit, nil
}

// place finds the account that a report's entry is about, as the ingest
// resolved it.
type place map[entryOf]*fact.Account

type entryOf struct {
	report string
	entry  int
}

func newPlace(accounts []fact.Account) place {
	p := place{}
	for i := range accounts {
		for _, s := range accounts[i].Sources {
			if k := (entryOf{s.Report, s.Entry}); s.Report != "" && p[k] == nil {
				p[k] = &accounts[i]
			}
		}
	}
	return p
}

// addReport adds a report's round, the conflicts it tells of and its lessons.
func (a *Asker) addReport(out *Integration, place place, r *fact.StoredReport) error {
	round := Round{
		ID: r.ID, InFork: r.Source == "fork", Title: r.Report.Title, Date: r.Day,
		Words: map[fact.Word]int{}, Findings: r.Report.Findings,
	}
	var err error
	if round.Disagreements, err = a.disagreements(r.ID); err != nil {
		return err
	}
	for _, f := range r.Names {
		if f.Kind != "unknown-name" {
			round.Names = append(round.Names, f)
		}
	}
	about, unknown := map[string]bool{}, map[string]bool{}
	for i := range r.Report.Commits {
		e := &r.Report.Commits[i]
		acc := place[entryOf{r.ID, i}]
		if acc != nil && !about[acc.Commit] {
			about[acc.Commit] = true
			round.Words[e.Status]++
			round.Commits++
		}
		if acc == nil && e.Hash != nil {
			known, err := a.tx.CommitsByPrefix(*e.Hash, 1)
			if err != nil {
				return err
			}
			if len(known) == 0 && !unknown[*e.Hash] {
				unknown[*e.Hash] = true
				round.Unknown = append(round.Unknown, *e.Hash)
			}
		}
		for _, c := range e.Conflicts {
			met := ConflictMet{
				Path: c.Path, Detail: c.Detail, Resolution: e.Resolution, ForkCommit: e.ForkCommit,
				Report: r.ID, Line: e.Line, Subject: e.Subject,
			}
			if acc != nil {
				met.Commit, met.Subject = acc.Commit, acc.Subject
				if met.ForkCommit == "" && len(acc.ForkCommits) == 1 {
					met.ForkCommit = acc.ForkCommits[0]
				}
			} else if e.Hash != nil {
				met.Commit = *e.Hash
			}
			out.Conflicts = append(out.Conflicts, met)
		}
	}
	out.Rounds = append(out.Rounds, round)
	for _, l := range r.Report.Lessons {
		out.Lessons = append(out.Lessons, LessonFrom{Text: l.Text, Heading: l.Heading, Report: r.ID, Line: l.Line})
	}
	return nil
}

// WebAddresses are upstream's and the fork's pages, from the remotes' URLs by
// name; empty where there is none that a browser can open.
func (a *Asker) WebAddresses(remotes map[string]string) (upstream, fork string) {
	return webAddresses(&a.views[0], remotes)
}

// webAddresses finds the pages of the two projects: upstream's from the remote
// whose branch upstream is, or the remote of that name, the fork's from origin
// or the remote whose branch the fork is.
func webAddresses(v *fact.View, remotes map[string]string) (upstream, fork string) {
	remoteOf := func(ref string) string {
		rest, ok := strings.CutPrefix(ref, "refs/remotes/")
		if !ok {
			return ""
		}
		name, _, _ := strings.Cut(rest, "/")
		return name
	}
	pick := func(names ...string) string {
		for _, n := range names {
			if u := webAddress(remotes[n]); n != "" && u != "" {
				return u
			}
		}
		return ""
	}
	upstream = pick(remoteOf(v.Upstream.Ref), "upstream")
	fork = pick(remoteOf(v.Fork.Ref), "origin", "fork")
	return upstream, fork
}

var scpLike = regexp.MustCompile(`^(?:[\w.-]+@)?([\w.-]+\.[a-z]+):([^/].*)$`)

// webAddress turns a remote's URL into the page that a browser opens, or "".
func webAddress(remote string) string {
	if m := scpLike.FindStringSubmatch(remote); m != nil {
		remote = "ssh://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(remote)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host := u.Hostname()
	switch u.Scheme {
	case "http", "https":
		host = u.Host
	case "ssh", "git", "git+ssh":
	default:
		return ""
	}
	path := strings.TrimSuffix(strings.TrimSuffix(u.EscapedPath(), "/"), ".git")
	if strings.Count(path, "/") < 2 {
		return ""
	}
	return "https://" + host + path
}
