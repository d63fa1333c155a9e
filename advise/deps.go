package advise

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"tracker/internal/fact"
	"tracker/internal/git"
)

// DepsOptions say what of the needs is asked for.
type DepsOptions struct {
	Fork    string // the fork's branch, empty: the first
	Closure bool   // what the commits need through others, too
	Reverse bool   // what needs them instead
	All     bool   // what the fork has already, too
}

// Dependencies are the answer to `tracker deps`.
type Dependencies struct {
	As      AsOf       `json:"as_of"`
	Commits []Depends  `json:"commits"`
	Edges   []NeedEdge `json:"edges"`
	// Closure lists what has to be taken beside the commits asked for, in an order
	// that works.
	Closure []string `json:"closure,omitempty"`
	Reverse bool     `json:"-"`
}

// Depends is one commit of an answer.
type Depends struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	PR      int         `json:"pr,omitempty"`
	Status  fact.Status `json:"status"`
	Asked   bool        `json:"asked,omitempty"`
	// Met is how many commits it needs that the fork has already.
	Met int `json:"met"`
	// FollowUps are later commits that mend it or take it back.
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// Unknown says that what it needs was not found out: a part of it could not be
	// read.
	Unknown bool `json:"unknown,omitempty"`
}

// FollowUp is a later upstream commit that mends a commit.
type FollowUp struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	PR      int         `json:"pr,omitempty"`
	Status  fact.Status `json:"status"`
	Why     string      `json:"why"`
}

// NeedEdge says that From needs To, for one reason.
type NeedEdge struct {
	From     string           `json:"from"`
	To       string           `json:"to"`
	Kind     fact.NeedKind    `json:"kind"`
	Strength string           `json:"strength"` // hard: it does not apply without; soft
	Lockfile bool             `json:"lockfile,omitempty"`
	Count    int              `json:"count"` // how many lines, files or identifiers say so
	Evidence []fact.NeedWhere `json:"evidence"`
	Met      bool             `json:"met,omitempty"` // the fork has To
	As       []string         `json:"as,omitempty"`  // as which of its commits
}

func strength(hard bool) string {
	if hard {
		return "hard"
	}
	return "soft"
}

// Deps tells what commits (full hashes; none: all that are pending) need of
// upstream and the fork lacks, or what needs them.
func (a *Asker) Deps(ctx context.Context, commits []string, o DepsOptions) (*Dependencies, error) {
	v, err := a.view(o.Fork)
	if err != nil {
		return nil, err
	}
	n := a.needs(v)
	asked := slices.Clone(commits)
	if len(commits) == 0 {
		if asked, err = a.pending(v, n); err != nil {
			return nil, err
		}
	}
	out := &Dependencies{As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Commits: []Depends{}, Edges: []NeedEdge{}, Reverse: o.Reverse}
	list := asked
	switch {
	case o.Reverse:
		if list, err = n.dependants(asked, o.Closure); err != nil {
			return nil, err
		}
	case o.Closure:
		if out.Closure, err = n.closure(asked, requires); err != nil {
			return nil, err
		}
		list = append(slices.Clone(out.Closure), asked...)
		n.sort(list)
		list = slices.Compact(list)
	}
	for _, h := range asked {
		d, err := a.depends(n, h, true)
		if err != nil {
			return nil, err
		}
		if d.FollowUps, err = n.followUps(h); err != nil {
			return nil, err
		}
		out.Commits = append(out.Commits, *d)
	}
	for _, h := range list {
		if err := n.edges(out, h, asked, o); err != nil {
			return nil, err
		}
		if !slices.Contains(asked, h) {
			d, err := a.depends(n, h, false)
			if err != nil {
				return nil, err
			}
			out.Commits = append(out.Commits, *d)
		}
	}
	described := map[string]bool{}
	for i := range out.Commits {
		described[out.Commits[i].Commit] = true
	}
	for i := range out.Edges {
		for _, h := range []string{out.Edges[i].From, out.Edges[i].To} {
			if described[h] {
				continue
			}
			described[h] = true
			d, err := a.depends(n, h, false)
			if err != nil {
				return nil, err
			}
			out.Commits = append(out.Commits, *d)
		}
	}
	return out, a.quote(ctx, out.Edges)
}

// pending lists a view's commits that nobody has decided on, oldest first.
func (a *Asker) pending(v *fact.View, n *needs) ([]string, error) {
	accounts, err := a.tx.Accounts(v.Fork.Ref)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range accounts {
		n.accounts[accounts[i].Commit] = &accounts[i]
		if accounts[i].Status == fact.Pending {
			out = append(out, accounts[i].Commit)
		}
	}
	n.sort(out)
	return out, nil
}

func (a *Asker) depends(n *needs, hash string, asked bool) (*Depends, error) {
	d := &Depends{Commit: hash, Asked: asked}
	acc, err := n.account(hash)
	if err != nil {
		return nil, err
	}
	if acc != nil {
		d.Subject, d.PR, d.Status = acc.Subject, acc.PR, acc.Status
	} else if c, err := a.tx.Commit(hash); err != nil {
		return nil, err
	} else if c != nil {
		d.Subject, d.PR = c.Subject, c.PR
	}
	record, err := n.record(hash)
	if err != nil {
		return nil, err
	}
	if d.Unknown = record == nil; d.Unknown {
		return d, nil
	}
	last := ""
	for i := range record.List {
		need := &record.List[i]
		if need.To == last {
			continue
		}
		met, _, err := n.met(need)
		if err != nil {
			return nil, err
		}
		if met {
			last = need.To
			d.Met++
		}
	}
	return d, nil
}

// edges adds the needs of a commit; in a reversed answer those alone that concern
// the commits asked for, or lead on from them.
func (n *needs) edges(out *Dependencies, hash string, asked []string, o DepsOptions) error {
	list, err := n.of(hash)
	if err != nil {
		return err
	}
	for i := range list {
		need := &list[i]
		if o.Reverse && !o.Closure && !slices.Contains(asked, need.To) {
			continue
		}
		met, as, err := n.met(need)
		if err != nil {
			return err
		}
		if met && !o.All && !o.Reverse {
			continue
		}
		where := slices.Clone(need.Where)
		if where == nil {
			where = []fact.NeedWhere{}
		}
		out.Edges = append(out.Edges, NeedEdge{
			From: hash, To: need.To, Kind: need.Kind, Strength: strength(need.Hard), Lockfile: need.Lock,
			Count: need.Count, Evidence: where, Met: met, As: as,
		})
	}
	return nil
}

// dependants returns the commits that need the given ones, oldest first; with
// closure those that need these in turn, as far as they require them.
func (n *needs) dependants(of []string, closure bool) ([]string, error) {
	seen := map[string]bool{}
	var out []string
	for list := slices.Clone(of); len(list) > 0; {
		h := list[0]
		list = list[1:]
		by, err := n.neededBy(h)
		if err != nil {
			return nil, err
		}
		for _, d := range by {
			if seen[d] || slices.Contains(of, d) {
				continue
			}
			required, err := n.requires(d, h)
			if err != nil {
				return nil, err
			}
			if closure && !required {
				continue
			}
			seen[d] = true
			out = append(out, d)
			if closure {
				list = append(list, d)
			}
		}
	}
	n.sort(out)
	return out, nil
}

// requires reports whether one commit requires another.
func (n *needs) requires(from, to string) (bool, error) {
	list, err := n.of(from)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list, func(need fact.Need) bool { return need.To == to && requires(&need) }), nil
}

var mends = regexp.MustCompile(`(?i)\b(?:fix(?:es|ed|ing|up)?|bug|regression|revert|correct(?:s|ed)?|repair|follow[- ]?up|typo|broken?|crash|panic|leak)\b`)

// mostly is the share of the lines that a commit changes from which on it is
// about the commit that wrote them.
const mostly = 0.5

// followUps returns the later commits that mend a commit or take it back: those
// that say so, and those whose title speaks of mending and whose changed lines are
// mostly its.
func (n *needs) followUps(hash string) ([]FollowUp, error) {
	by, err := n.neededBy(hash)
	if err != nil {
		return nil, err
	}
	var out []FollowUp
	for _, h := range by {
		list, err := n.of(h)
		if err != nil {
			return nil, err
		}
		c, err := n.commit(h)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		why := ""
		for i := range list {
			need := &list[i]
			switch {
			case need.To != hash || need.Lock:
			case need.Kind == fact.NeedMarker && len(need.Where) > 0:
				why = "its message says that it " + need.Where[0].Text
			case need.Kind == fact.NeedLine && why == "":
				added, removed := churn(c)
				switch about := removed > 0 && float64(need.Count) >= mostly*float64(removed); {
				case about && added == 0:
					why = "it removes lines that this one wrote, and nothing else"
				case about && mends.MatchString(c.Subject):
					why = "it changes lines that this one wrote, and its title speaks of mending"
				}
			}
		}
		if why == "" {
			continue
		}
		f := FollowUp{Commit: h, Subject: c.Subject, PR: c.PR, Why: why}
		if acc, err := n.account(h); err != nil {
			return nil, err
		} else if acc != nil {
			f.Status = acc.Status
		}
		out = append(out, f)
	}
	return out, nil
}

// churn is how many lines a commit adds and removes, of files that people write.
func churn(c *fact.Commit) (added, removed int) {
	for _, f := range c.Files {
		if !f.Generated {
			added, removed = added+f.Insertions, removed+f.Deletions
		}
	}
	return added, removed
}

// maxQuoted is how many files are read from git for the words of the lines that
// commits need: some seconds' work.
const maxQuoted = 10_000

// quote gives the evidence of edges the text of its lines, as they stand in the
// files of the commits' parents. Failing to read it is no reason not to answer.
func (a *Asker) quote(ctx context.Context, edges []NeedEdge) error {
	if a.git == nil {
		return nil
	}
	type file struct{ commit, path string }
	at := map[file]int{}
	var files []git.Lines
	each := func(fn func(k file, w *fact.NeedWhere)) {
		for i := range edges {
			if edges[i].Kind == fact.NeedDeleted {
				continue // what is gone stands nowhere
			}
			for j := range edges[i].Evidence {
				if w := &edges[i].Evidence[j]; w.Line != 0 && w.Text == "" {
					fn(file{edges[i].From, w.Path}, w)
				}
			}
		}
	}
	each(func(k file, w *fact.NeedWhere) {
		i, ok := at[k]
		if !ok {
			if len(files) == maxQuoted {
				return
			}
			i = len(files)
			at[k] = i
			files = append(files, git.Lines{Rev: k.commit + "^", Path: k.path, Texts: map[int]string{}})
		}
		files[i].Texts[w.Line] = ""
	})
	if len(files) == 0 {
		return nil
	}
	if err := a.git.ReadLines(ctx, files); err != nil {
		return ctx.Err()
	}
	each(func(k file, w *fact.NeedWhere) {
		if i, ok := at[k]; ok {
			w.Text = clip(strings.TrimSpace(strings.ToValidUTF8(files[i].Texts[w.Line], "\uFFFD")))
		}
	})
	return nil
}

// clip shortens a line that is quoted.
func clip(s string) string {
	const most = 160
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// IsMerge reports whether a commit has several parents.
func (a *Asker) IsMerge(ctx context.Context, hash string) (bool, error) {
	c, err := a.commit(ctx, hash)
	if err != nil {
		return false, err
	}
	return c.IsMerge(), nil
}

// Originals returns the upstream commits that one of the fork's carries.
func (a *Asker) Originals(fork string) ([]string, error) {
	var out []string
	for _, v := range a.views {
		links, err := a.tx.LinksFrom(v.Fork.Ref, fork)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			if !slices.Contains(out, l.Upstream) {
				out = append(out, l.Upstream)
			}
		}
	}
	return out, nil
}
