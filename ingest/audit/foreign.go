package audit

import (
	"fmt"
	"maps"
	"regexp"
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
		name, in := "", ""
		if b.product(file.Path) {
			name, in = b.unmet(owner, file.Path, s.brought.Texts)
		}
		switch {
		case s.brought.Count < manyLost, !file.Whole && !b.product(file.Path):
			f.Severity = fact.Low
		case name != "":
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
		f.Message = fmt.Sprintf("the pick %s as upstream's %s does, which the fork %s, such as %q", what, b.title(owner), b.fate(owner), example(texts))
		if file.Whole {
			f.Message = "the whole file was taken as upstream has it: " + f.Message
		}
		if name != "" {
			f.Message += fmt.Sprintf("; they use %s, which that commit adds in %s and the fork does not have there", name, in)
			f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: owner, Path: in, Text: name})
		}
		f.Message += "; pick it, or take them out"
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

// member finds what is used as a part of something: x.name, x->name, x::name.
var member = regexp.MustCompile(`(?:\.|->|::)([A-Za-z_][A-Za-z0-9_]{2,})\b`)

// unmet returns a name that lines of an upstream commit use as a part of something, and
// the program in which that commit declares it and the fork's tip does not have it: what
// the lines were written for is not here.
func (b *Branch) unmet(owner, path string, texts []string) (name, in string) {
	for _, t := range texts {
		for _, m := range member.FindAllStringSubmatch(t, -1) {
			for _, other := range slices.Sorted(maps.Keys(b.Diffs[owner])) {
				d := b.Diffs[owner][other]
				if other == path || !b.product(other) || !b.Tree.Exists(other) || b.Tree.Names(other, m[1]) {
					continue
				}
				field := regexp.MustCompile(`^(?:pub(?:\([a-z ]+\))? +)?` + m[1] + ` *:|^[A-Za-z_][\w \t*&<>:]*[ *&]` + m[1] + ` *(?:\[[^]]*\]|: *\d+)? *;`)
				word := regexp.MustCompile(`\b` + m[1] + `\b`)
				if slices.ContainsFunc(d.Added, field.MatchString) && !slices.ContainsFunc(d.Removed, word.MatchString) {
					return m[1], other
				}
			}
		}
	}
	return "", ""
}
