package html

import (
	"cmp"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/internal/pattern"
)

// splitSource takes REPORT:LINE apart.
func splitSource(source string) (report string, n int) {
	at := strings.LastIndexByte(source, ':')
	if at < 0 {
		return source, 0
	}
	for _, c := range source[at+1:] {
		if c < '0' || c > '9' || n > 1<<30 {
			return source, 0
		}
		n = n*10 + int(c-'0')
	}
	return source[:at], n
}

// row is one upstream commit of the list.
type row struct {
	*fact.Account
	Number  int // in upstream's order, the oldest first
	Outlook *advise.Outlook
	Area    string // the folder that it changes most in
	Found   []finding
}

func (p *page) commitList(*Drawn) error {
	s := &p.site.h.Standing
	rows := make([]row, len(s.Commits))
	for i := range s.Commits {
		a := &s.Commits[i]
		rows[i] = row{a, len(s.Commits) - i, s.Outlooks[a.Commit], "", p.site.found.commit[a.Commit]}
		if story := p.site.stories[a.Commit]; story != nil {
			rows[i].Area = area(story.Commit.Files)
		}
	}
	return p.write("commits", frame{Title: "Upstream commits", Body: rows})
}

// area is the folder in which a commit changes most lines of files that people write.
func area(files []fact.FileChange) string {
	lines := map[string]int{}
	for _, f := range files {
		folder, _, ok := strings.Cut(f.Path, "/")
		if !ok {
			folder = "(top)"
		}
		lines[folder]++
		if !f.Generated {
			lines[folder] += 2 * (f.Insertions + f.Deletions)
		}
	}
	best := ""
	for folder, n := range lines {
		if best == "" || n > lines[best] || n == lines[best] && folder < best {
			best = folder
		}
	}
	return best
}

// pickRow is one of the fork's commits that carries some of upstream's, or that met a
// conflict.
type pickRow struct {
	*advise.CommitStory
	Met   []*advise.Resolved
	Found []finding
}

func (p *page) pickList(*Drawn) error {
	var rows []pickRow
	for _, story := range p.site.h.Stories {
		if story.Side == "fork" {
			rows = append(rows, pickRow{story, p.site.met[story.Commit.Hash], p.site.found.commit[story.Commit.Hash]})
		}
	}
	return p.write("picks", frame{Title: "Picks", Body: rows})
}

type conflictsBody struct {
	*advise.Conflicts
	Ahead []aheadRow
	Said  []advise.ConflictMet // by reports, and seen by no replay
}

// aheadRow is a path in which an open commit will conflict.
type aheadRow struct {
	Of *fact.Account
	fact.Conflicted
}

func (p *page) conflictList(*Drawn) error {
	h := p.site.h
	body := conflictsBody{Conflicts: h.Met}
	replayed := map[[2]string]bool{}
	if h.Met == nil {
		body.Conflicts = &advise.Conflicts{}
	}
	for i := range body.Conflicts.Conflicts {
		c := &body.Conflicts.Conflicts[i]
		replayed[[2]string{c.Upstream, c.Path}] = true
	}
	for i := range slices.Backward(h.Standing.Commits) {
		a := &h.Standing.Commits[i]
		if o := h.Standing.Outlooks[a.Commit]; o != nil {
			for _, c := range o.Conflicts {
				body.Ahead = append(body.Ahead, aheadRow{a, c})
			}
		}
	}
	for _, m := range h.Integration.Conflicts {
		if !replayed[[2]string{m.Commit, m.Path}] {
			body.Said = append(body.Said, m)
		}
	}
	return p.write("conflicts", frame{Title: "Conflicts", Body: body})
}

type patternBody struct {
	*pattern.Pattern
	Met   []*advise.Resolved
	Ahead []aheadRow
	Parts []part
}

// part is how many conflicts were resolved in one way.
type part struct {
	Resolution fact.Resolution
	Count      int
}

func (p *page) pattern(x *pattern.Pattern) error {
	h := p.site.h
	body := patternBody{Pattern: x}
	mine := func(name, class, kind string) bool {
		return map[string]string{"path": name, "class": class, "kind": kind}[x.Of] == x.Pattern
	}
	for i := range h.Met.Conflicts {
		if c := &h.Met.Conflicts[i]; mine(c.Path, c.Class, c.Kind) {
			body.Met = append(body.Met, c)
		}
	}
	for i := range slices.Backward(h.Standing.Commits) {
		a := &h.Standing.Commits[i]
		if o := h.Standing.Outlooks[a.Commit]; o != nil {
			for _, c := range o.Conflicts {
				if mine(c.Path, pattern.Class(c.Path), c.Kind) {
					body.Ahead = append(body.Ahead, aheadRow{a, c})
				}
			}
		}
	}
	for _, r := range fact.Resolutions {
		if n := x.Resolutions[r]; n > 0 {
			body.Parts = append(body.Parts, part{r, n})
		}
	}
	slices.SortStableFunc(body.Parts, func(a, b part) int { return cmp.Compare(b.Count, a.Count) })
	return p.write("pattern", frame{Title: "Conflicts: " + oneLine(x.Pattern), Body: body})
}

func (p *page) reportList(*Drawn) error {
	return p.write("reports", frame{Title: "Reports", Body: p.rounds()})
}
