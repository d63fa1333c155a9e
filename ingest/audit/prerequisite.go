package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// missingPrerequisite finds picks that rest on upstream commits that are not in the fork:
// they name what only such a commit brings in, or conflicted for the lack of one and
// were resolved to what it had made of the place.
func missingPrerequisite(b *Branch) []fact.Finding {
	var out []fact.Finding
	for i := range b.Picks {
		p := &b.Picks[i]
		seen := map[string]bool{}
		needs := b.Needs(p.Link.Upstream)
		for k := range needs {
			to := needs[k].To
			if seen[to] || needs[k].Lock || b.Account(to) == nil {
				continue
			}
			seen[to] = true
			late := ""
			if !b.lacks(to) {
				if late = b.takenBy(to); late == "" || b.at[late] <= b.at[p.Link.Fork] {
					continue
				}
			}
			if f := b.rests(p, to, needs); f != nil {
				if f.Mended == "" {
					f.Mended = late
				}
				out = append(out, *f)
			}
		}
	}
	return out
}

// rests tells how a pick rests on a commit that the fork lacked then, nil if it does not
// show in what was committed.
func (b *Branch) rests(p *Pick, to string, needs []fact.Need) *fact.Finding {
	f := &fact.Finding{Kind: fact.FindMissingPrerequisite, Fork: p.Link.Fork, Upstream: p.Link.Upstream}
	var words []string
	for i := range needs {
		if n := &needs[i]; n.To == to && n.Kind == fact.NeedSymbol {
			for _, w := range n.Where {
				if path := b.undeclared(p, w.Text); path != "" {
					words = append(words, w.Text)
					f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: p.Link.Fork, Path: path, Text: w.Text})
					if f.Path == "" {
						f.Path = path
					}
				}
			}
		}
	}
	if len(words) > 0 {
		f.Severity = fact.High
		f.Message = fmt.Sprintf("the pick uses %s, which nothing in the fork declares: upstream's %s brings %s in and was never taken; take it first, or take the use out",
			list(words, 3), b.title(to), them(len(words), "it", "them"))
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: to})
		return f
	}
	if p.Replayed == nil {
		return nil // the same patch applied
	}
	lines := 0
	var places []fact.NeedWhere
	for i := range needs {
		n := &needs[i]
		if n.To != to || n.Lock || !n.Hard || n.Kind == fact.NeedContext {
			continue
		}
		for _, w := range n.Where {
			if b.conflicted(p, w.Path) {
				places = append(places, w)
			}
		}
		lines += n.Count
	}
	if len(places) == 0 {
		return nil
	}
	f.Path, f.Lines = places[0].Path, lines
	for _, w := range places[:min(len(places), maxEvidence)] {
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: p.Upstream.Parents[0], Path: w.Path, Line: w.Line, Text: w.Text})
	}
	f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: to})
	carried := b.carriesOf(p, to, places)
	if carried > 0 {
		f.Severity = fact.Medium
		f.Message = fmt.Sprintf("the pick changes what upstream's %s wrote, which was never taken, and conflicted there; %s of it came in with the resolution: take it first, or check that the rest is not needed",
			b.title(to), count(carried, "line"))
		return f
	}
	f.Severity = fact.Low
	f.Message = fmt.Sprintf("the pick changes what upstream's %s wrote, which was never taken; it conflicted there and was fitted in by hand: check that it works without", b.title(to))
	return f
}

// undeclared returns a file of a pick in which the fork's tip names an identifier that the
// pick brought in and that nothing there declares; empty if there is none.
func (b *Branch) undeclared(p *Pick, word string) string {
	if word == "" || !slices.Contains(b.Adds(p.Link.Fork), word) || b.Tree.Declared(word) {
		return ""
	}
	for _, f := range p.Fork.Files {
		if !b.Generated(f.Path) && b.Tree.Names(f.Path, word) {
			return f.Path
		}
	}
	return ""
}

// Words are the identifiers of which a branch's findings ask whether something declares
// them.
func Words(b *Branch) []string {
	b.index()
	var out []string
	for i := range b.Picks {
		p := &b.Picks[i]
		var adds []string
		for _, n := range b.Needs(p.Link.Upstream) {
			if n.Kind != fact.NeedSymbol || !b.lacks(n.To) {
				continue
			}
			if adds == nil {
				adds = b.Adds(p.Link.Fork)
			}
			for _, w := range n.Where {
				if slices.Contains(adds, w.Text) {
					out = append(out, w.Text)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *Branch) conflicted(p *Pick, path string) bool {
	return slices.ContainsFunc(p.Replayed.Conflicts, func(c fact.PastConflict) bool { return c.Path == path })
}

// carriesOf is how many lines of a commit that was not picked came in with a pick, in the
// files where it rests on that, and are still there.
func (b *Branch) carriesOf(p *Pick, of string, places []fact.NeedWhere) int {
	n := 0
	if p.Departure == nil || !b.alone(p) {
		return 0
	}
	for i := range p.Departure.Files {
		file := &p.Departure.Files[i]
		if !slices.ContainsFunc(places, func(w fact.NeedWhere) bool { return w.Path == file.Path }) {
			continue
		}
		here := b.Tree.File(file.Path)
		for k := range file.Lines {
			if l := &file.Lines[k]; l.How == fact.LinesBrought && l.Owner == of && stands(here, nil, l.Texts) {
				n += l.Count
			}
		}
	}
	return n
}
