package html

import (
	"html/template"
	"slices"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/graph"
)

type groupRow struct {
	*advise.GroupStory
	Counts map[fact.Status]int
	Bar    template.HTML
}

func (p *page) groupRow(g *advise.GroupStory) groupRow {
	r := groupRow{g, map[fact.Status]int{}, ""}
	for _, h := range g.Commits {
		if s := p.site.stories[h]; s != nil && s.Account != nil {
			r.Counts[s.Account.Status]++
		}
	}
	r.Bar = bar(r.Counts, len(g.Commits))
	return r
}

func (p *page) groupList(*Drawn) error {
	var rows []groupRow
	for i := range p.site.h.Groups {
		rows = append(rows, p.groupRow(&p.site.h.Groups[i]))
	}
	return p.write("groups", frame{Title: "Groups", Body: rows})
}

// mostDrawn is how many commits of a group are drawn: in a larger drawing nobody finds
// anything, and the list has them all.
const mostDrawn = 40

func (p *page) group(g *advise.GroupStory) error {
	var rows []next
	for _, h := range g.Commits {
		if s := p.site.stories[h]; s != nil && s.Account != nil {
			rows = append(rows, next{s.Account, s.Outlook})
		}
	}
	// The drawing goes out from the commit that the others build on.
	needs := *g.Needs
	needs.Commits = slices.Clone(needs.Commits)
	for i := range needs.Commits {
		needs.Commits[i].Asked = needs.Commits[i].Commit == g.Root
	}
	drawing := graph.Part(&needs, func(hash string) string {
		if address, ok := p.site.names.commits[hash]; ok {
			return p.to(address)
		}
		return ""
	}, "begins the group", mostDrawn)
	return p.write("group", frame{Title: "Group: " + oneLine(g.Name), Body: struct {
		groupRow
		Rows    []next
		Drawing template.HTML
	}{p.groupRow(g), rows, template.HTML(drawing)}})
}
