package html

import (
	"html/template"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/advise/beside"
	"tracker/internal/fact"
	"tracker/render/html/syntax"
)

// What a commit's page shows of lists that can be long.
const (
	shownFiles = 60
	shownNames = 40
)

type commitBody struct {
	*advise.CommitStory
	Hash         string
	Address      string // on the web, empty if none is known
	Request      string
	Picks        []pickShown
	Needs        []need
	NeedsMet     int
	Met          []conflictShown
	Found        []finding
	Files        []fileRow
	MoreFiles    int
	Insertions   int
	Deletions    int
	Defines      []string
	Adds         []string
	MoreNames    int
	Diff         template.HTML
	Older, Newer *advise.CommitStory
	Open         bool // nobody has taken it
}

type pickShown struct {
	advise.Pick
	Beside template.HTML
}

// need is another commit that this one needs, with all reasons.
type need struct {
	Commit string
	Hard   bool
	Met    bool
	As     []string
	Why    []string
}

type fileRow struct {
	fact.FileChange
	Note string
}

// conflictShown is a conflict of the past with its places.
type conflictShown struct {
	*advise.Resolved
	Places []place
	Tool   bool // a tool writes the file, and nobody reads its lines
}

type place struct {
	*advise.ResolvedHunk
	Sides template.HTML
}

func (p *page) commit(story *advise.CommitStory, c *Drawn) error {
	s := p.site
	if c == nil {
		c = &Drawn{}
	}
	b := commitBody{
		CommitStory: story, Hash: story.Commit.Hash, Address: p.forge(story.Side, story.Commit.Hash), Request: p.request(story.Commit.PR),
		Found: s.found.commit[story.Commit.Hash], Diff: c.diff, Open: story.Account != nil && !story.Account.Status.InFork(),
	}
	for _, k := range story.Picks {
		b.Picks = append(b.Picks, pickShown{k, c.beside[k.Other]})
	}
	b.Needs, b.NeedsMet = needsOf(story.Needs)
	paint := &syntax.Painter{}
	for _, met := range s.met[story.Commit.Hash] {
		b.Met = append(b.Met, shown(paint, met))
	}
	for _, f := range story.Commit.Files {
		b.Insertions, b.Deletions = b.Insertions+f.Insertions, b.Deletions+f.Deletions
		b.Files = append(b.Files, fileRow{f, noteOf(&f)})
	}
	b.Files, b.MoreFiles = few(b.Files, shownFiles)
	b.Defines, b.MoreNames = few(story.Defines, shownNames)
	if len(b.Defines) == 0 {
		b.Adds, b.MoreNames = few(story.Adds, shownNames)
	}
	i := s.number[b.Hash]
	if i > 0 && s.h.Stories[i-1].Side == story.Side {
		b.Newer = s.h.Stories[i-1]
	}
	if i+1 < len(s.h.Stories) && s.h.Stories[i+1].Side == story.Side {
		b.Older = s.h.Stories[i+1]
	}
	return p.write("commit", frame{Title: oneLine(story.Commit.Subject), Body: b})
}

func noteOf(f *fact.FileChange) string {
	switch {
	case f.Unreadable:
		return "unreadable"
	case f.Binary:
		return "binary"
	case f.Generated:
		return "generated"
	}
	return ""
}

// needsOf joins all needs of one commit, those that the fork lacks first; it counts
// those that it has.
func needsOf(edges []advise.NeedEdge) (list []need, met int) {
	at := map[string]int{}
	for i := range edges {
		e := &edges[i]
		if e.Lockfile {
			continue
		}
		j, ok := at[e.To]
		if !ok {
			j = len(list)
			at[e.To] = j
			list = append(list, need{Commit: e.To, Met: e.Met, As: e.As})
			if e.Met {
				met++
			}
		}
		n := &list[j]
		n.Hard = n.Hard || e.Strength == "hard"
		n.Why = append(n.Why, whyNeeded(e))
	}
	slices.SortStableFunc(list, func(a, b need) int {
		rank := func(n need) int {
			r := 0
			if n.Met {
				r = 2
			}
			if !n.Hard {
				r++
			}
			return r
		}
		return rank(a) - rank(b)
	})
	return list, met
}

// whyNeeded says in a few words why one commit needs another.
func whyNeeded(e *advise.NeedEdge) string {
	text := map[fact.NeedKind]string{
		fact.NeedLine: "changes its lines", fact.NeedDeleted: "changes where it removed lines", fact.NeedContext: "stands beside its lines",
		fact.NeedFile: "changes a file that it made", fact.NeedSymbol: "uses", fact.NeedMarker: "says so",
	}[e.Kind]
	var where []string
	for _, w := range e.Evidence {
		s := w.Path
		if e.Kind == fact.NeedSymbol || e.Kind == fact.NeedMarker {
			s = w.Text
		}
		if s != "" && !slices.Contains(where, s) {
			where = append(where, s)
		}
	}
	first, more := few(where, 3)
	if len(first) > 0 {
		in := " in "
		if e.Kind == fact.NeedSymbol || e.Kind == fact.NeedFile {
			in = " "
		} else if e.Kind == fact.NeedMarker {
			in = ": "
		}
		text += in + strings.Join(first, ", ")
	}
	if more > 0 {
		text += " …"
	}
	return oneLine(text)
}

// shown puts the sides of a past conflict beside each other.
func shown(paint *syntax.Painter, r *advise.Resolved) conflictShown {
	c := conflictShown{Resolved: r, Tool: r.Class == "lock file" || r.Class == "generated"}
	if c.Tool {
		return c
	}
	for i := range r.Hunks {
		c.Places = append(c.Places, place{&r.Hunks[i], sides(paint, r.Path, &r.Hunks[i])})
	}
	return c
}

// Differs counts the files of a pick that are not as in its original.
func differs(files []beside.File) (n int) {
	for _, f := range files {
		if f.Fate != beside.Same {
			n++
		}
	}
	return n
}
