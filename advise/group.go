package advise

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// Group are commits of a plan that belong together.
type Group struct {
	Name    string   `json:"name"`
	Root    string   `json:"root"`
	Commits []string `json:"commits"` // oldest first, the root among them
	Why     string   `json:"why"`
}

// leastGroup is how many commits must build on one for it to begin a group.
const leastGroup = 2

// groups finds the planned commits that belong together, by what the ingest found.
func (n *needs) groups(order []string) ([]Group, error) {
	members := map[string][]string{}
	var roots []string
	for _, h := range order {
		record, err := n.record(h)
		if err != nil {
			return nil, err
		}
		root := h
		if record != nil && record.Group != "" {
			root = record.Group
		}
		if members[root] == nil {
			roots = append(roots, root)
		}
		members[root] = append(members[root], h)
	}
	var out []Group
	for _, r := range roots {
		list := members[r]
		if len(list)-1 < leastGroup || !slices.Contains(list, r) {
			continue
		}
		c, err := n.commit(r)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		n.sort(list)
		out = append(out, Group{
			Name: c.Subject, Root: r, Commits: list,
			Why: fmt.Sprintf("%d commits build on %s, %s", len(list)-1, fact.Short(r), c.Subject),
		})
	}
	slices.SortStableFunc(out, func(a, b Group) int { return len(b.Commits) - len(a.Commits) })
	return out, nil
}

func (p *Planner) group() error {
	groups, err := p.needs.groups(p.order)
	if groups != nil {
		p.plan.Groups = groups
	}
	return err
}
