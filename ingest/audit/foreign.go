package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// foreignLines finds what came in with a pick and belongs to upstream commits that the
// fork did not take: lines of theirs, and the removals of theirs.
func foreignLines(b *Branch) []fact.Finding {
	var out []fact.Finding
	for i := range b.Picks {
		p := &b.Picks[i]
		if p.Departure == nil || !b.alone(p) {
			continue
		}
		for k := range p.Departure.Files {
			out = append(out, b.foreign(p, &p.Departure.Files[k])...)
		}
	}
	return out
}

// foreign returns a finding for each upstream commit whose lines came in.
func (b *Branch) foreign(p *Pick, file *fact.DepartedFile) []fact.Finding {
	type part struct{ brought, cut fact.Departed }
	byOwner := map[string]*part{}
	var owners []string
	for i := range file.Lines {
		l := &file.Lines[i]
		if l.How != fact.LinesBrought && l.How != fact.LinesCut || b.Account(l.Owner) == nil {
			continue
		}
		s := byOwner[l.Owner]
		if s == nil {
			s = &part{}
			byOwner[l.Owner] = s
			owners = append(owners, l.Owner)
		}
		if l.How == fact.LinesBrought {
			s.brought = *l
		} else {
			s.cut = *l
		}
	}
	slices.SortFunc(owners, func(x, y string) int { return b.age[x] - b.age[y] })
	var out []fact.Finding
	for _, owner := range owners {
		s := byOwner[owner]
		f := fact.Finding{
			Kind: fact.FindForeignLines, Severity: fact.Medium, Fork: p.Link.Fork, Upstream: p.Link.Upstream, Path: file.Path,
			Lines: s.brought.Count + s.cut.Count,
		}
		f.Evidence = append(evidence(p.Link.Upstream, file.Path, &s.brought), evidence(p.Fork.Parents[0], file.Path, &s.cut)...)
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: owner})
		switch {
		case s.brought.Count < manyLost, !file.Whole && !b.product(file.Path):
			f.Severity = fact.Low
		case file.Whole && b.product(file.Path) && b.elsewhere(owner, p.Departure):
			f.Severity = fact.High
		}
		what := fmt.Sprintf("brings %s", count(s.brought.Count, "line"))
		texts := s.brought.Texts
		if s.brought.Count == 0 {
			what = fmt.Sprintf("removes %s", count(s.cut.Count, "line"))
			texts = s.cut.Texts
		} else if s.cut.Count > 0 {
			what += fmt.Sprintf(" and removes %d", s.cut.Count)
		}
		f.Message = fmt.Sprintf("the pick %s as upstream's %s does, which the fork %s, such as %q; pick it, or take them out", what, b.title(owner), b.fate(owner), example(texts))
		if file.Whole {
			f.Message = fmt.Sprintf("the whole file was taken as upstream has it: the pick %s as upstream's %s does, which the fork %s, such as %q; pick it, or take them out", what, b.title(owner), b.fate(owner), example(texts))
		}
		if f.Mended = b.mended(p, file.Path, s.cut.Texts, s.brought.Texts); f.Mended == "" && !b.lacks(owner) {
			if f.Mended = b.takenBy(owner); f.Mended == "" {
				continue // it is there in some other way
			}
			if b.at[f.Mended] < b.at[p.Link.Fork] {
				continue // the fork had it then
			}
		}
		if f.Severity != fact.High && f.Mended == "" {
			if r := b.rests(p, owner, "", b.Needs(p.Link.Upstream)); r != nil && r.Severity != fact.Low {
				continue // it is told what the pick rests on
			}
		}
		out = append(out, f)
	}
	return out
}

// elsewhere reports whether a commit also changes programs that a pick brought nothing
// of: what its lines in the pick were written for is not here.
func (b *Branch) elsewhere(owner string, d *fact.Departure) bool {
	c := b.Commit(owner)
	return c != nil && slices.ContainsFunc(c.Files, func(f fact.FileChange) bool {
		return b.product(f.Path) && !slices.ContainsFunc(d.Files, func(x fact.DepartedFile) bool { return x.Path == f.Path })
	})
}
