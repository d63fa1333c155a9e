package advise

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"tracker/internal/fact"
	"tracker/internal/pattern"
)

// Conflicts are the answer to `tracker conflicts`: those that past picks and merges
// met, and what they have in common.
type Conflicts struct {
	As        AsOf              `json:"as_of"`
	Path      string            `json:"path,omitempty"` // the glob that they are narrowed to
	Conflicts []Resolved        `json:"conflicts"`
	Patterns  []pattern.Pattern `json:"patterns"`
	// Replayed is how many picks and merges were replayed, clean ones too.
	Replayed   int `json:"replayed"`
	Unreadable int `json:"unreadable"` // paths of which a part is not here
}

// Resolved is one path in which a past pick or merge conflicted.
type Resolved struct {
	ID         string          `json:"id"` // the fork's commit, a colon, and the path
	Source     string          `json:"source"`
	Upstream   string          `json:"upstream"`
	Fork       string          `json:"fork"`
	Path       string          `json:"path"`
	Kind       string          `json:"kind"`
	Class      string          `json:"class"`
	Resolution fact.Resolution `json:"resolution"`
	Whole      bool            `json:"whole,omitempty"` // the file was taken whole, with what had merged by itself
	Hunks      []ResolvedHunk  `json:"hunks"`
	Subject    string          `json:"subject"`
	Author     string          `json:"author"`
	Date       string          `json:"date"` // when it was resolved, YYYY-MM-DD
	// Beyond says that more of the file was changed than the places that conflict.
	Beyond bool `json:"beyond,omitempty"`
	// LostOurs and LostTheirs are how many lines of that side alone, which had merged
	// by themselves, are not in the result.
	LostOurs   int  `json:"lost_ours,omitempty"`
	LostTheirs int  `json:"lost_theirs,omitempty"`
	Markers    bool `json:"markers,omitempty"` // the file was committed with its conflict markers
	// Became says what became of the resolution later; empty where it stands.
	Became string `json:"became,omitempty"`
	// Said is what reports tell of the same conflict.
	Said []ConflictMet `json:"said,omitempty"`
}

// ResolvedHunk is one place of it.
type ResolvedHunk struct {
	ID         string          `json:"id"`
	Resolution fact.Resolution `json:"resolution"`
	Line       int             `json:"line,omitempty"`
	Heading    string          `json:"heading,omitempty"`
	Base       string          `json:"base"`
	Ours       string          `json:"ours"`
	Theirs     string          `json:"theirs"`
	Result     string          `json:"result"`
	Cut        bool            `json:"cut,omitempty"`
}

// Conflicts lists past conflicts, newest first. glob narrows them to paths that match
// it, as a whole or in their last part; empty: all.
func (a *Asker) Conflicts(glob string) (*Conflicts, error) {
	out := &Conflicts{As: a.AsOf(), Path: glob, Conflicts: []Resolved{}, Patterns: []pattern.Pattern{}}
	said, err := a.conflictsSaid()
	if err != nil {
		return nil, err
	}
	later, err := a.aftermathOfAll()
	if err != nil {
		return nil, err
	}
	err = a.tx.EachReplayed(func(r *fact.Replayed) error {
		out.Replayed++
		out.Unreadable += len(r.Unreadable)
		list, err := later.resolved(r, func(path string) bool { return glob == "" || matches(glob, path) })
		for i := range list {
			list[i].Said = said[[2]string{r.Upstream, list[i].Path}]
		}
		out.Conflicts = append(out.Conflicts, list...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out.Conflicts, func(x, y Resolved) int {
		return cmp.Or(cmp.Compare(y.Date, x.Date), cmp.Compare(x.Fork, y.Fork), cmp.Compare(x.Path, y.Path))
	})
	var counted []pattern.Conflict
	for i := range out.Conflicts {
		c := &out.Conflicts[i]
		if c.Source == fact.SourceUpstreamMerge {
			continue // its sides are not the fork's and upstream's
		}
		counted = append(counted, pattern.Conflict{ID: c.ID, Fork: c.Fork, Path: c.Path, Kind: c.Kind, Resolution: c.Resolution, Whole: c.Whole, LostOurs: c.LostOurs, Markers: c.Markers, Became: c.Became})
	}
	out.Patterns = append(out.Patterns, pattern.Find(counted)...)
	return out, nil
}

// resolved words the conflicts of a replay at the paths that are wanted.
func (m *aftermath) resolved(r *fact.Replayed, want func(path string) bool) ([]Resolved, error) {
	var out []Resolved
	for i := range r.Conflicts {
		x := &r.Conflicts[i]
		if !want(x.Path) {
			continue
		}
		became, err := m.of(r, x)
		if err != nil {
			return nil, err
		}
		res := Resolved{
			ID: fact.Short(r.Fork) + ":" + x.Path, Source: r.Source, Upstream: r.Upstream, Fork: r.Fork, Path: x.Path, Kind: x.Kind,
			Class: pattern.Class(x.Path), Resolution: x.Resolution, Whole: x.Whole, Hunks: []ResolvedHunk{},
			Beyond: x.Beyond, LostOurs: x.LostOurs, LostTheirs: x.LostTheirs, Markers: x.Markers, Became: became,
			Subject: r.Subject, Author: r.Author, Date: time.Unix(r.When, 0).UTC().Format(time.DateOnly),
		}
		for _, h := range x.Hunks {
			res.Hunks = append(res.Hunks, ResolvedHunk{h.ID, h.Resolution, h.Line, h.Heading, h.Base, h.Ours, h.Theirs, h.Result, h.Cut})
		}
		out = append(out, res)
	}
	return out, nil
}

// addResolved lists the conflicts that the commit, or its picks, met.
func (a *Asker) addResolved(s *CommitStory) error {
	forks := []string{s.Commit.Hash}
	if s.Side == "upstream" {
		forks = nil
		for _, p := range s.Picks {
			forks = append(forks, p.Other)
		}
	}
	var replays []fact.Replayed
	for _, f := range forks {
		list, err := a.tx.ReplayedOf(f)
		if err != nil {
			return err
		}
		for _, r := range list {
			if s.Side != "upstream" || r.Upstream == s.Commit.Hash {
				replays = append(replays, r)
			}
		}
	}
	if len(replays) == 0 {
		return nil
	}
	later, err := a.aftermathOfAll()
	if err != nil {
		return err
	}
	for i := range replays {
		list, err := later.resolved(&replays[i], func(string) bool { return true })
		if err != nil {
			return err
		}
		s.Resolved = append(s.Resolved, list...)
	}
	return nil
}

// ConflictsNamed finds the past conflicts that a name from a search means: one, as the
// fork's commit, a colon and the path; or those of a pattern, behind "pattern:". It
// reports false where the name means none.
func (a *Asker) ConflictsNamed(name string) (*Conflicts, bool, error) {
	head, path, ok := strings.Cut(name, ":")
	if !ok || head != "pattern" && (!fact.IsHash(head) || path == "") {
		return nil, false, nil
	}
	all, err := a.Conflicts("")
	if err != nil {
		return nil, false, err
	}
	mine := map[string]bool{}
	keep := func(p *pattern.Pattern) bool {
		return slices.ContainsFunc(p.Conflicts, func(id string) bool { return mine[id] })
	}
	if head == "pattern" {
		keep = func(p *pattern.Pattern) bool { return p.Pattern == path }
		for _, p := range all.Patterns {
			for _, id := range p.Conflicts {
				mine[id] = mine[id] || p.Pattern == path
			}
		}
	} else {
		for i := range all.Conflicts {
			c := &all.Conflicts[i]
			mine[c.ID] = mine[c.ID] || c.Path == path && strings.HasPrefix(c.Fork, head)
		}
	}
	all.Conflicts = slices.DeleteFunc(all.Conflicts, func(c Resolved) bool { return !mine[c.ID] })
	all.Patterns = slices.DeleteFunc(all.Patterns, func(p pattern.Pattern) bool { return !keep(&p) })
	return all, len(all.Conflicts) > 0, nil
}

// matches reports whether a glob means a path: the whole of it, its last part, or a
// folder that it is in.
func matches(glob, name string) bool {
	for _, s := range []string{name, path.Base(name)} {
		if ok, err := path.Match(glob, s); ok && err == nil {
			return true
		}
	}
	return strings.HasPrefix(name, strings.TrimSuffix(strings.TrimSuffix(glob, "**"), "/")+"/")
}

// conflictsSaid is what reports tell of conflicts, by upstream commit and path.
func (a *Asker) conflictsSaid() (map[[2]string][]ConflictMet, error) {
	reports, err := a.tx.Reports()
	if err != nil {
		return nil, err
	}
	out := map[[2]string][]ConflictMet{}
	for i := range a.views {
		accounts, err := a.tx.Accounts(a.views[i].Fork.Ref)
		if err != nil {
			return nil, err
		}
		at := newPlace(accounts)
		for j := range reports {
			r := &reports[j]
			for k := range r.Report.Commits {
				e := &r.Report.Commits[k]
				acc := at[entryOf{r.ID, k}]
				if acc == nil {
					continue
				}
				for _, c := range e.Conflicts {
					key := [2]string{acc.Commit, c.Path}
					met := ConflictMet{Path: c.Path, Detail: c.Detail, Commit: acc.Commit, Subject: acc.Subject, ForkCommit: e.ForkCommit, Resolution: e.Resolution, Report: r.ID, Line: e.Line}
					if !slices.Contains(out[key], met) {
						out[key] = append(out[key], met)
					}
				}
			}
		}
	}
	return out, nil
}
