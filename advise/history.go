package advise

import (
	"context"
	"slices"

	"tracker/internal/fact"
)

// History is all that the pages of one fork branch tell, as one ingest left it. It
// is read once, and holds nothing of the database.
type History struct {
	Integration
	// Stories are those of upstream's commits of the range, newest first, then those
	// of the fork's commits that carry some of them or met a conflict, newest first.
	// What only git tells of them is read by ReadChanges.
	Stories []*CommitStory
	Reports []ReportStory // oldest first, with their text
	// Met are the conflicts of the past that were replayed, with their patterns.
	Met    *Conflicts
	Groups []GroupStory
	// Findings are what the audit found of the picks and stands, the worst first.
	Findings []fact.Finding
}

// GroupStory is a group of commits with what they need of each other and of others.
type GroupStory struct {
	Group
	Needs *Dependencies
}

// History reads the history of the fork ref (empty: the first). Remotes map names to
// URLs.
func (a *Asker) History(ctx context.Context, fork string, remotes map[string]string) (*History, error) {
	v, err := a.view(fork)
	if err != nil {
		return nil, err
	}
	only := &Asker{tx: a.tx, git: a.git, views: []fact.View{*v}}
	in, err := only.Integration(ctx, "", "", remotes)
	if err != nil {
		return nil, err
	}
	h := &History{Integration: *in}
	if h.Met, err = only.Conflicts(""); err != nil {
		return nil, err
	}
	met := map[string]bool{}
	for i := range h.Met.Conflicts {
		met[h.Met.Conflicts[i].Fork] = true
	}
	tell := slices.Clone(v.Range)
	for _, hash := range v.Own {
		links, err := only.linksOf(v.Fork.Ref, hash)
		if err != nil {
			return nil, err
		}
		if len(links) > 0 || met[hash] {
			tell = append(tell, hash)
		}
	}
	for _, hash := range tell {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := only.story(ctx, hash)
		if err != nil {
			return nil, err
		}
		h.Stories = append(h.Stories, s)
	}
	reports, err := only.sortedReports()
	if err != nil {
		return nil, err
	}
	for i := range reports {
		r := ReportStory{Kind: "report", Report: reports[i], As: only.AsOf()}
		if r.Disagreements, err = only.disagreements(reports[i].ID); err != nil {
			return nil, err
		}
		h.Reports = append(h.Reports, r)
	}
	if h.Findings, err = only.PickFindings(v.Fork.Ref); err != nil {
		return nil, err
	}
	h.Groups, err = only.groupStories(&only.views[0])
	return h, err
}

// groupStories tells of the groups that upstream's commits of the range form.
func (a *Asker) groupStories(v *fact.View) ([]GroupStory, error) {
	n := a.sharedNeeds(v)
	groups, err := n.groups(n.order)
	if err != nil {
		return nil, err
	}
	var out []GroupStory
	for _, g := range groups {
		d := &Dependencies{As: a.AsOf(), Commits: []Depends{}, Edges: []NeedEdge{}}
		for _, h := range g.Commits {
			if err := n.edges(d, h, nil, DepsOptions{All: true}); err != nil {
				return nil, err
			}
		}
		// What the fork had before the range explains nothing here.
		d.Edges = slices.DeleteFunc(d.Edges, func(e NeedEdge) bool { _, ok := n.place[e.To]; return !ok })
		if err := a.describeAll(n, d, g.Commits); err != nil {
			return nil, err
		}
		out = append(out, GroupStory{g, d})
	}
	return out, nil
}

// describeAll adds the commits asked for, and those that the edges name.
func (a *Asker) describeAll(n *needs, d *Dependencies, asked []string) error {
	described := map[string]bool{}
	add := func(h string, asked bool) error {
		if described[h] {
			return nil
		}
		described[h] = true
		c, err := a.depends(n, h, asked)
		if err == nil {
			d.Commits = append(d.Commits, *c)
		}
		return err
	}
	for _, h := range asked {
		if err := add(h, true); err != nil {
			return err
		}
	}
	for i := range d.Edges {
		if err := add(d.Edges[i].From, false); err != nil {
			return err
		}
		if err := add(d.Edges[i].To, false); err != nil {
			return err
		}
	}
	return nil
}
