package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/advise"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	"tracker/render"
)

// shownWays is how many exact or near suggestions a terminal shows of a place.
const shownWays = 3

// Suggestions tells how the places of conflicts might be resolved. Off the terminal, a
// line a suggestion: commit, path, place, match, how, score, conflict, seen, of; one
// with nothing behind the place where there is none. A commit without a conflict, and a
// path that is resolved and not staged, have a line with that as how.
func Suggestions(w io.Writer, o Options, found *advise.Suggested) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for i := range found.Conflicts {
			c := &found.Conflicts[i]
			if len(c.Suggestions) == 0 {
				p.record(c.Commit, c.Path, fmt.Sprint(c.Hunk), "", "", "", "", "", "")
			}
			for _, s := range c.Suggestions {
				p.record(c.Commit, c.Path, fmt.Sprint(c.Hunk), string(s.Match), string(s.How), fmt.Sprintf("%.2f", s.Score), s.Conflict, fmt.Sprint(s.Seen), fmt.Sprint(s.Of))
			}
		}
		for _, c := range found.Clean {
			p.record(c.Commit, "", "", "", string(c.Result), "", "", "", "")
		}
		for _, path := range found.Resolved {
			p.record(found.Commit, path, "", "", "resolved", "", "", "", "")
		}
		return p.flush()
	}
	if found.Operation != "" {
		head := []span{own("in the middle of a "), own(found.Operation).in(bold)}
		if found.Commit != "" {
			head = append(head, own(" of "), p.upHash(found.Commit))
		}
		p.line(head...)
	}
	for i := range found.Clean {
		c := &found.Clean[i]
		p.line(p.upHash(c.Commit), own("  "), result(c.Result), own("  "), from(c.Subject))
	}
	lastCommit, lastPath := "", ""
	for i := range found.Conflicts {
		c := &found.Conflicts[i]
		if c.Commit == lastCommit && c.Path == lastPath && madeAnew(c) {
			continue // the file is not resolved place by place
		}
		if c.Commit != lastCommit && c.Subject != "" {
			if i > 0 || len(found.Clean) > 0 {
				p.blank()
			}
			p.line(p.upHash(c.Commit), own("  "), from(c.Subject).in(bold))
		}
		if c.Commit != lastCommit || c.Path != lastPath {
			if i > 0 && c.Commit == lastCommit {
				p.blank()
			}
			p.text(2, from(c.Path).in(bold), own("  "), from("("+c.Kind+")").in(dim))
		}
		lastCommit, lastPath = c.Commit, c.Path
		p.place(c)
	}
	for _, path := range found.Resolved {
		p.text(2, own("resolved, and not staged: "), from(path), own("  git add "), from(path))
	}
	p.blank()
	p.line(own(fmt.Sprintf("%s known from the past: tracker conflicts", render.Count(found.Known, "conflict"))).in(dim))
	return p.flush()
}

// place shows one place and what is suggested for it.
func (p *printer) place(c *advise.ConflictPlace) {
	if madeAnew(c) {
		for i := range c.Suggestions {
			if s := &c.Suggestions[i]; s.Match == fact.MatchPath || s.Match == fact.MatchClass {
				p.suggestion(s)
				return
			}
		}
	}
	if c.Hunk > 0 {
		line := ""
		if c.Line > 0 {
			line = fmt.Sprintf(", line %d", c.Line)
		}
		p.line(own(fmt.Sprintf("  place %d%s", c.Hunk, line)))
		p.hunkSide("ours", c.Ours, green)
		p.hunkSide("theirs", c.Theirs, cyan)
	}
	if len(c.Suggestions) == 0 {
		p.line(own("    nothing like it was resolved before").in(dim))
	}
	ways := 0
	for i := range c.Suggestions {
		s := &c.Suggestions[i]
		switch s.Match {
		case fact.MatchExact, fact.MatchNear:
			if ways++; ways > shownWays {
				continue
			}
		default:
			if ways > 0 {
				continue // what went most often says less than what is alike
			}
		}
		p.suggestion(s)
	}
}

// madeAnew reports whether a program of its own writes the file, and no place of it was
// resolved before.
func madeAnew(c *advise.ConflictPlace) bool {
	list := c.Suggestions
	return len(list) > 0 && list[len(list)-1].Tool != "" && list[0].Match != fact.MatchExact
}

func (p *printer) suggestion(s *fact.Suggestion) {
	st, head := cyan, string(s.Match)
	var spans []span
	as := own(" as in ")
	switch s.Match {
	case fact.MatchExact:
		st = green
		spans = append(spans, own(way(s.How)))
		if s.Of > 1 {
			spans = append(spans, own(fmt.Sprintf(", %d of %d times,", s.Seen, s.Of)))
		}
	case fact.MatchNear:
		head = fmt.Sprintf("near %.0f%%", 100*s.Score)
		spans = append(spans, own(way(s.How)))
	case fact.MatchPath:
		spans = append(spans, own(fmt.Sprintf("this file: %s %d of %d%s, last", s.How, s.Seen, s.Of, render.Lost(s))))
		as = own(" in ")
	case fact.MatchClass:
		spans = append(spans, own(fmt.Sprintf("such files: %s %d of %d%s, last", s.How, s.Seen, s.Of, render.Lost(s))))
		as = own(" in ")
	}
	_, path, _ := strings.Cut(s.Conflict, ":")
	spans = append(spans, as, p.forkHash(s.Fork), own("  "), from(path).in(dim))
	p.text(16, append([]span{own("    "), p.pad(own(head).in(st), 10), own("  ")}, spans...)...)
	note := func(text string) { p.text(18, own(strings.Repeat(" ", 16)), from(text).in(yellow)) }
	if s.Turned && (s.How == fact.ResolvedOurs || s.How == fact.ResolvedTheirs) {
		there := fact.ResolvedOurs
		if s.How == fact.ResolvedOurs {
			there = fact.ResolvedTheirs
		}
		note(fmt.Sprintf("it was %s there: the sides are turned here", there))
	}
	if s.Beyond {
		note("other lines of that file were changed along with it")
	}
	if s.Became != "" {
		note(s.Became)
	}
	if s.Tool != "" {
		note("make it anew: " + s.Tool)
	}
	if s.Match == fact.MatchExact || s.Match == fact.MatchNear && s.How == fact.ResolvedManual {
		p.resolved(s.Text)
	}
}

// way words a resolution by the sides that are shown beside it.
func way(r fact.Resolution) string {
	switch r {
	case fact.ResolvedManual:
		return "by hand"
	case fact.ResolvedRegenerated:
		return "made anew"
	}
	return string(r)
}

// resolved shows the lines that a suggestion leaves.
func (p *printer) resolved(text string) {
	if text == "" {
		p.line(own(strings.Repeat(" ", 16) + "(nothing)").in(dim))
		return
	}
	list, more := render.Shown(text, shownHunkLines)
	for _, line := range list {
		p.source([]span{own(strings.Repeat(" ", 16))}, line, bold)
	}
	if more > 0 {
		p.line(own(fmt.Sprintf("%s… and %d more lines", strings.Repeat(" ", 16), more)).in(dim))
	}
}

// Evaluation tells how good suggestions would have been. Off the terminal: kind, asked,
// answered, right.
func Evaluation(w io.Writer, o Options, tables []reuse.Table) error {
	p := newPrinter(w, o)
	if p.o.TTY {
		p.line(own("each past conflict, with what was known before it").in(dim))
		p.line(own("match    asked   answered          right").in(bold))
	}
	share := func(a, b int) string {
		if b == 0 {
			return ""
		}
		return fmt.Sprintf("%.1f %%", 100*float64(a)/float64(b))
	}
	for _, t := range tables {
		if !p.o.TTY {
			p.record(string(t.Kind), fmt.Sprint(t.Asked), fmt.Sprint(t.Answered), fmt.Sprint(t.Right))
			continue
		}
		p.line(own(fmt.Sprintf("%-6s %7s %7s %8s %7s %8s", t.Kind, render.Number(t.Asked), render.Number(t.Answered), share(t.Answered, t.Asked), render.Number(t.Right), share(t.Right, t.Answered))))
	}
	if p.o.TTY {
		p.blank()
		p.text(2, own("exact and near: of places; right is the very text that was committed, of near ones one of three").in(dim))
		p.text(2, own("path and class: of files; right is the way that the file was resolved").in(dim))
	}
	return p.flush()
}
