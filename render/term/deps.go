package term

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// shownEvidence is how many pieces of evidence a terminal shows of each need.
const shownEvidence = 2

// Deps tells what commits need and the fork lacks. Off the terminal: commit,
// needed commit, kind, strength, "lockfile" where only such files say so, how
// many lines or names say so, the first evidence as path:line, its text.
func Deps(w io.Writer, o Options, d *advise.Dependencies) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for i := range d.Edges {
			p.edge(&d.Edges[i])
		}
		return p.flush()
	}
	byHash := map[string]*advise.Depends{}
	for i := range d.Commits {
		byHash[d.Commits[i].Commit] = &d.Commits[i]
	}
	for i := range d.Commits {
		c := &d.Commits[i]
		if !c.Asked {
			continue
		}
		if i > 0 {
			p.blank()
		}
		p.dependant(c)
		if d.Reverse {
			p.builders(d, c, byHash)
		} else {
			p.required(d, c, byHash)
		}
		p.followUps(c.FollowUps)
	}
	if len(d.Closure) > 0 {
		p.blank()
		p.line(own(fmt.Sprintf("to take first, in this order: %s", render.Count(len(d.Closure), "commit"))).in(bold))
		for i, h := range d.Closure {
			c := byHash[h]
			if c == nil {
				c = &advise.Depends{Commit: h}
			}
			p.line(own(fmt.Sprintf("%4d  ", i+1)), p.upHash(h), own("  "), p.pad(status(c.Status), 8), own("  "), title(c.Subject, c.PR))
		}
	}
	if len(d.Commits) == 0 {
		p.line(own("nothing is pending"))
	}
	p.asOf(d.As)
	return p.flush()
}

func (p *printer) edge(e *advise.NeedEdge) {
	lock, where, text := "", "", ""
	if e.Lockfile {
		lock = "lockfile"
	}
	if len(e.Evidence) > 0 {
		where, text = place(&e.Evidence[0]), e.Evidence[0].Text
	}
	p.record(e.From, e.To, string(e.Kind), e.Strength, lock, strconv.Itoa(e.Count), where, text)
}

func (p *printer) dependant(c *advise.Depends) {
	p.text(2, p.upHash(c.Commit), own("  "), status(c.Status), own("  "), title(c.Subject, c.PR).in(bold))
	if c.Unknown {
		p.field("needs", own("not known: a part of it could not be read").in(red))
	}
}

// required lists what a commit needs, a commit after the other.
func (p *printer) required(d *advise.Dependencies, c *advise.Depends, byHash map[string]*advise.Depends) {
	var order []string
	edges := map[string][]*advise.NeedEdge{}
	for i := range d.Edges {
		e := &d.Edges[i]
		if e.From != c.Commit {
			continue
		}
		if edges[e.To] == nil {
			order = append(order, e.To)
		}
		edges[e.To] = append(edges[e.To], e)
	}
	hard := func(h string) bool {
		return slices.ContainsFunc(edges[h], func(e *advise.NeedEdge) bool {
			return !e.Lockfile && (e.Strength == "hard" || e.Kind == fact.NeedSymbol)
		})
	}
	locks := 0
	var shown []string
	for _, h := range order {
		if slices.ContainsFunc(edges[h], func(e *advise.NeedEdge) bool { return !e.Lockfile }) {
			shown = append(shown, h)
		} else {
			locks++
		}
	}
	slices.SortStableFunc(shown, func(a, b string) int {
		switch x, y := hard(a), hard(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	for i, h := range shown {
		word := "near"
		if hard(h) {
			word = "needs"
		}
		label := word
		if i > 0 && hard(shown[i-1]) == hard(h) {
			label = ""
		}
		spans := []span{p.upHash(h)}
		if t := byHash[h]; t != nil && t.Subject != "" {
			spans = append(spans, own("  "), title(t.Subject, t.PR))
		}
		if as := edges[h][0]; as.Met {
			spans = append(spans, own("  in the fork").in(green))
			for _, f := range as.As {
				if f != h {
					spans = append(spans, own(" as "), p.forkHash(f))
				}
			}
		}
		p.field(label, spans...)
		for _, e := range edges[h] {
			if !e.Lockfile {
				p.proof(e)
			}
		}
	}
	if len(shown) == 0 && !c.Unknown {
		p.field("needs", own("nothing that the fork lacks").in(green))
	}
	if locks > 0 {
		p.field("", own(render.Count(locks, "more commit")+" for lock files alone, which are made anew").in(dim))
	}
	if c.Met > 0 {
		p.field("has", own(render.Count(c.Met, "commit")+" that it needs, already").in(dim))
	}
}

// proof shows a need with its first pieces of evidence, a line each: why, how strong,
// and where.
func (p *printer) proof(e *advise.NeedEdge) {
	kind := []span{own(strings.Repeat(" ", labels) + "  "), p.pad(own(string(e.Kind)).in(cyan), 13), p.pad(own(e.Strength), 5)}
	if e.Kind == fact.NeedSymbol || e.Kind == fact.NeedMarker || len(e.Evidence) == 0 {
		p.line(append(kind, p.evidence(e)[1:]...)...)
		return
	}
	for i := range e.Evidence {
		w := &e.Evidence[i]
		if i == shownEvidence {
			break
		}
		if i > 0 {
			kind = []span{own(strings.Repeat(" ", labels+2+13+5))}
		}
		spans := append(kind, from(place(w)))
		if i == 0 && e.Count > 1 && (e.Kind == fact.NeedLine || e.Kind == fact.NeedContext) {
			spans = append(spans, own(fmt.Sprintf("  (%s in all)", render.Count(e.Count, "line"))).in(dim))
		}
		if w.Text != "" {
			spans = append(spans, own("  "), from(w.Text).in(dim))
		}
		p.line(spans...)
	}
}

// evidence shows a need in one line.
func (p *printer) evidence(e *advise.NeedEdge) []span {
	spans := []span{p.pad(own(string(e.Kind)).in(cyan), 13)}
	if e.Kind == fact.NeedSymbol {
		var names []string
		for _, w := range e.Evidence {
			names = append(names, w.Text)
		}
		text := strings.Join(names, ", ")
		if more := e.Count - len(names); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		return append(spans, from(text))
	}
	for i := range e.Evidence {
		w := &e.Evidence[i]
		if i == shownEvidence {
			break
		}
		if i > 0 {
			spans = append(spans, own("; "))
		}
		if at := place(w); at != "" {
			spans = append(spans, from(at))
		}
		if w.Text != "" {
			if w.Path != "" {
				spans = append(spans, own(" "))
			}
			spans = append(spans, from(w.Text).in(dim))
		}
	}
	if e.Count > 1 && (e.Kind == fact.NeedLine || e.Kind == fact.NeedContext) {
		spans = append(spans, own(fmt.Sprintf(" (%s)", render.Count(e.Count, "line"))).in(dim))
	}
	return spans
}

func place(w *fact.NeedWhere) string {
	if w.Line > 0 {
		return w.Path + ":" + strconv.Itoa(w.Line)
	}
	return w.Path
}

// builders lists what needs a commit.
func (p *printer) builders(d *advise.Dependencies, c *advise.Depends, byHash map[string]*advise.Depends) {
	n := 0
	for i := range d.Commits {
		b := &d.Commits[i]
		var edges []*advise.NeedEdge
		for j := range d.Edges {
			if e := &d.Edges[j]; e.From == b.Commit && e.To == c.Commit && !e.Lockfile {
				edges = append(edges, e)
			}
		}
		if len(edges) == 0 {
			continue
		}
		label := ""
		if n == 0 {
			label = "needed by"
		}
		n++
		p.field(label, p.upHash(b.Commit), own("  "), p.pad(status(b.Status), 8), own("  "), title(b.Subject, b.PR))
		for _, e := range edges {
			p.proof(e)
		}
	}
	if n == 0 {
		p.field("needed by", own("nothing in upstream"))
	}
}

func (p *printer) followUps(list []advise.FollowUp) {
	for i, f := range list {
		p.field(first(i, "mended by"), p.upHash(f.Commit), own("  "), status(f.Status), own("  "), title(f.Subject, f.PR), own("  "), own(f.Why).in(dim))
	}
}

// shownNeeds is how many of the commits that one needs show names.
const shownNeeds = 6

// outlook tells what a commit needs, what its pick will meet, and what mends it.
func (p *printer) outlook(s *advise.CommitStory) {
	if o := s.Outlook; o != nil {
		p.field("if picked", p.meets(o))
		for i := range o.Conflicts {
			p.conflicted(&o.Conflicts[i], labels)
		}
	}
	n, more := 0, 0
	last := ""
	for i := range s.Needs {
		e := &s.Needs[i]
		if e.Lockfile || e.Strength != "hard" && e.Kind != fact.NeedSymbol && e.Kind != fact.NeedMarker || e.To == last {
			continue
		}
		last = e.To
		if n == shownNeeds {
			more++
			continue
		}
		spans := []span{p.upHash(e.To), own("  ")}
		switch {
		case e.Met && len(e.As) > 0 && e.As[0] != e.To:
			spans = append(spans, own("in the fork as ").in(green), p.forkHash(e.As[0]))
		case e.Met:
			spans = append(spans, own("in the fork").in(green))
		default:
			spans = append(spans, own("not in the fork").in(yellow))
		}
		p.field(first(n, "needs"), append(append(spans, own("  ")), p.evidence(e)...)...)
		n++
	}
	if more > 0 {
		p.field("", own(fmt.Sprintf("… and %d more: tracker deps %s --all", more, fact.Short(s.Commit.Hash))).in(dim))
	}
	p.followUps(s.FollowUps)
	if s.Group != "" {
		p.field("belongs to", p.upHash(s.Group), own("  "), from(s.GroupName), own("  "), own("tracker search group:"+fact.Short(s.Group)).in(dim))
	}
}
