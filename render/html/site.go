package html

import (
	"cmp"
	"fmt"
	"slices"

	"tracker/advise"
	"tracker/render"
)

// Options say where the pages are read.
type Options struct {
	// Live says that a server answers beside the pages: the search form asks it, and
	// needs no JavaScript.
	Live bool
}

// Site is the set of pages of one history. It may be used by many goroutines.
type Site struct {
	h              *advise.History
	live           bool
	names          *names
	upstream, fork render.Forge
	stories        map[string]*advise.CommitStory
	tells          map[string]*advise.CommitStory // by the address of its page
	number         map[string]int                 // a story's place, for the page before and after
	met            map[string][]*advise.Resolved
	found          found
	marks          map[string]map[int]bool // the lines of reports that have a mark, by ID
	sets           [2]*set                 // for the pages at the top, and in folders
	pages          map[string]func(*page, *Drawn) error
	order          []string
}

// New prepares the pages of a history.
func New(h *advise.History, o Options) *Site {
	s := &Site{
		h: h, live: o.Live, names: newNames(h), upstream: render.NewForge(h.UpstreamURL), fork: render.NewForge(h.ForkURL),
		stories: map[string]*advise.CommitStory{}, tells: map[string]*advise.CommitStory{}, number: map[string]int{}, met: map[string][]*advise.Resolved{},
		pages: map[string]func(*page, *Drawn) error{},
	}
	for i, story := range h.Stories {
		s.stories[story.Commit.Hash] = story
		s.number[story.Commit.Hash] = i
		s.tells[s.names.commits[story.Commit.Hash]] = story
	}
	if h.Met != nil {
		for i := range h.Met.Conflicts {
			c := &h.Met.Conflicts[i]
			s.met[c.Fork] = append(s.met[c.Fork], c)
			if c.Upstream != c.Fork && c.Source == "pick" {
				s.met[c.Upstream] = append(s.met[c.Upstream], c)
			}
		}
	}
	s.found = newFound(h.Findings)
	s.marks = map[string]map[int]bool{}
	for i := range h.Reports {
		s.marks[h.Reports[i].Report.ID] = s.marked(&h.Reports[i])
	}
	s.sets = [2]*set{newSet(s, ""), newSet(s, "../")}

	s.add("index.html", (*page).overview)
	s.add("commits.html", (*page).commitList)
	s.add("picks.html", (*page).pickList)
	s.add("conflicts.html", (*page).conflictList)
	s.add("reports.html", (*page).reportList)
	s.add("groups.html", (*page).groupList)
	if len(h.Findings) > 0 {
		s.add("findings.html", (*page).findingList)
	}
	for _, story := range h.Stories {
		s.add(s.names.commits[story.Commit.Hash], func(p *page, c *Drawn) error { return p.commit(story, c) })
	}
	for i := range h.Reports {
		r := &h.Reports[i]
		s.add(s.names.reports[r.Report.ID], func(p *page, _ *Drawn) error { return p.report(r) })
	}
	if h.Met != nil {
		for i := range h.Met.Patterns {
			x := &h.Met.Patterns[i]
			s.add(s.names.patterns[[2]string{x.Of, x.Pattern}], func(p *page, _ *Drawn) error { return p.pattern(x) })
		}
	}
	for i := range h.Groups {
		g := &h.Groups[i]
		s.add(s.names.groups[g.Root], func(p *page, _ *Drawn) error { return p.group(g) })
	}
	return s
}

func (s *Site) add(name string, make func(*page, *Drawn) error) {
	s.pages[name] = make
	s.order = append(s.order, name)
}

// Pages lists the addresses of all pages that need no Changes and of those of Stories,
// in a fixed order: slashes, from the top of the site.
func (s *Site) Pages() []string { return slices.Clone(s.order) }

// Story returns the story that a page tells, nil if it tells none. Its page is given
// what Draw makes of what advise.ReadChanges reads of it.
func (s *Site) Story(name string) *advise.CommitStory {
	return s.tells[name]
}

// Address is where a story's page is, from the top of the site.
func (s *Site) Address(story *advise.CommitStory) string { return s.names.commits[story.Commit.Hash] }

// Page returns a page; it fails for one that there is not.
func (s *Site) Page(name string, c *Drawn) ([]byte, error) {
	write := s.pages[name]
	if write == nil {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	p := s.page(name)
	if err := write(p, c); err != nil {
		return nil, fmt.Errorf("write page %q: %w", name, err)
	}
	return visible(p.out.Bytes()), nil
}

// Has reports whether there is such a page.
func (s *Site) Has(name string) bool { return s.pages[name] != nil }

// at leads to a line in the page of a report, if it has a mark.
func (s *Site) at(report string, n int) string {
	if s.marks[report][n] {
		return "#" + line(n)
	}
	return ""
}

// title is what the fork is called.
func (s *Site) title() string {
	return cmp.Or(render.RefName(s.h.Standing.Fork.Ref), "fork")
}
