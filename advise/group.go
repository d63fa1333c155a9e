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

// groups finds the commits that build on what another brings in: files that it
// creates, names that it introduces. Lines alone make no group, for all that is
// done to a busy file hangs together by them; nor do lock files. Each commit
// belongs to the one that it builds on most, through others, unless it brings in
// more than it builds on: then it begins something of its own.
func (n *needs) groups(order []string) ([]Group, error) {
	planned := map[string]bool{}
	for _, h := range order {
		planned[h] = true
	}
	parent := map[string]string{}
	for _, h := range order {
		list, err := n.of(h)
		if err != nil {
			return nil, err
		}
		weight := map[string]int{}
		best := ""
		for i := range list {
			need := &list[i]
			if need.Lock || !planned[need.To] || need.Kind != fact.NeedFile && need.Kind != fact.NeedSymbol {
				continue
			}
			w := need.Count
			if need.Kind == fact.NeedFile {
				w = 2 * need.Count
			}
			weight[need.To] += w
			if best == "" || weight[need.To] > weight[best] {
				best = need.To
			}
		}
		record, err := n.record(h)
		if err != nil {
			return nil, err
		}
		if best != "" && weight[best] >= len(record.Brings) {
			parent[h] = best
		}
	}
	root := func(h string) string {
		for parent[h] != "" {
			h = parent[h]
		}
		return h
	}
	members := map[string][]string{}
	var roots []string
	for _, h := range order {
		r := root(h)
		if members[r] == nil {
			roots = append(roots, r)
		}
		members[r] = append(members[r], h)
	}
	var out []Group
	for _, r := range roots {
		list := members[r]
		if len(list)-1 < leastGroup {
			continue
		}
		c, err := n.asker.tx.Commit(r)
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

func (p *planner) group() error {
	groups, err := p.needs.groups(p.order)
	if groups != nil {
		p.plan.Groups = groups
	}
	return err
}
