package pattern

import (
	"cmp"
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// Pattern is what conflicts of one sort have in common.
type Pattern struct {
	Pattern     string                  `json:"pattern"` // a path, or a class of paths
	Of          string                  `json:"of"`      // path, class or kind
	Count       int                     `json:"count"`
	Resolutions map[fact.Resolution]int `json:"resolutions"`
	Warnings    []string                `json:"warnings"`
	Advice      string                  `json:"advice"`
	Conflicts   []string                `json:"conflicts"` // their IDs, newest first
}

// Conflict is what a pattern counts of a past conflict.
type Conflict struct {
	ID         string // by which people name it
	Fork       string // full hash of the commit that resolved it
	Path       string
	Kind       string
	Resolution fact.Resolution
	Whole      bool
	// LostOurs is how many lines of ours that had merged by themselves are gone.
	LostOurs int
	Markers  bool // the file was committed with its conflict markers
	// Became says what became of the resolution later, if it did not stand.
	Became string
}

// Of returns what patterns count of replays: the conflicts of the fork's picks and
// merges. Those of upstream's own merges have other sides.
func Of(replays []fact.Replayed) []Conflict {
	var out []Conflict
	for i := range replays {
		r := &replays[i]
		if r.Source == fact.SourceUpstreamMerge {
			continue
		}
		for j := range r.Conflicts {
			c := &r.Conflicts[j]
			out = append(out, Conflict{
				ID: fact.Short(r.Fork) + ":" + c.Path, Fork: r.Fork, Path: c.Path, Kind: c.Kind,
				Resolution: c.Resolution, Whole: c.Whole, LostOurs: c.LostOurs, Markers: c.Markers,
			})
		}
	}
	return out
}

// leastPattern is how often a path must have conflicted to be a pattern of its own.
const leastPattern = 2

// Find adds conflicts up by path, class and kind, those first that are met most.
func Find(list []Conflict) []Pattern {
	byKey := map[[2]string]*Pattern{}
	var order [][2]string
	for i := range list {
		c := &list[i]
		for _, k := range [][2]string{{"path", c.Path}, {"class", Class(c.Path)}, {"kind", c.Kind}} {
			p := byKey[k]
			if p == nil {
				p = &Pattern{Pattern: k[1], Of: k[0], Resolutions: map[fact.Resolution]int{}, Warnings: []string{}}
				byKey[k] = p
				order = append(order, k)
			}
			p.Count++
			p.Resolutions[c.Resolution]++
			p.Conflicts = append(p.Conflicts, c.ID)
			for _, w := range warnings(c) {
				if !slices.Contains(p.Warnings, w) {
					p.Warnings = append(p.Warnings, w)
				}
			}
		}
	}
	var out []Pattern
	for _, k := range order {
		p := byKey[k]
		if k[0] == "path" && p.Count < leastPattern || k[1] == "" {
			continue
		}
		p.Advice = advice(p)
		out = append(out, *p)
	}
	rank := map[string]int{"path": 0, "class": 1, "kind": 2}
	slices.SortStableFunc(out, func(x, y Pattern) int {
		return cmp.Or(cmp.Compare(rank[x.Of], rank[y.Of]), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Pattern, y.Pattern))
	})
	return out
}

// warnings say what speaks against doing again what was done.
func warnings(c *Conflict) []string {
	var out []string
	lost := ""
	if c.LostOurs > 0 && c.Resolution != fact.ResolvedRegenerated {
		lost = fmt.Sprintf("%d lines that the fork alone had and that had merged by themselves are gone", c.LostOurs)
		if c.LostOurs == 1 {
			lost = "a line that the fork alone had and that had merged by itself is gone"
		}
	}
	switch {
	case c.Whole && lost != "":
		out = append(out, fmt.Sprintf("%s took the whole file as %s: %s", fact.Short(c.Fork), whose(c.Resolution), lost))
	case c.Whole && c.Resolution == fact.ResolvedOurs:
		out = append(out, fmt.Sprintf("%s left the whole file as the fork had it, without what had merged by itself of upstream's", fact.Short(c.Fork)))
	case lost != "":
		out = append(out, fmt.Sprintf("in %s %s", fact.Short(c.Fork), lost))
	}
	if c.Markers {
		out = append(out, fmt.Sprintf("%s committed its conflict markers", fact.Short(c.Fork)))
	}
	if c.Became != "" {
		out = append(out, fmt.Sprintf("%s: %s", fact.Short(c.Fork), c.Became))
	}
	return out
}

func whose(r fact.Resolution) string {
	if r == fact.ResolvedTheirs {
		return "upstream has it"
	}
	return "the fork had it"
}

// advice says what past conflicts come to, with its support.
func advice(p *Pattern) string {
	best := fact.Resolution("")
	for _, r := range fact.Resolutions {
		if p.Resolutions[r] > p.Resolutions[best] || best == "" && p.Resolutions[r] > 0 {
			best = r
		}
	}
	text := fmt.Sprintf("%s %d of %d", best, p.Resolutions[best], p.Count)
	for _, r := range fact.Resolutions {
		if r != best && p.Resolutions[r] == p.Resolutions[best] {
			text += fmt.Sprintf(", %s %d", r, p.Resolutions[r]) // as often
		}
	}
	if p.Of == "path" {
		if tool := Remake(p.Pattern); tool != "" {
			return fmt.Sprintf("make it anew: %s (so far: %s)", tool, text)
		}
	}
	if p.Pattern == "lock file" {
		return fmt.Sprintf("make it anew with its own tool (so far: %s)", text)
	}
	return text
}
