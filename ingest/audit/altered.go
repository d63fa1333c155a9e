package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// Changes beyond the conflicts that are this many lines, and this share of what the
// upstream commit changes, make a pick another commit than it says.
const (
	manyAltered  = 20
	alteredShare = 0.5
)

// alteredPick finds picks that differ from their originals by more than the resolved
// conflicts explain: lines that are on neither side, lines that merged by themselves
// and are not the fork's work, and files that the original does not touch.
func alteredPick(b *Branch) []fact.Finding {
	var out []fact.Finding
	for i := range b.Picks {
		p := &b.Picks[i]
		if p.Departure == nil || !b.alone(p) || len(b.linked[p.Link.Upstream]) > 1 {
			continue
		}
		lines := 0
		var texts, beside []string
		var where []fact.FindingEvidence
		for k := range p.Departure.Files {
			file := &p.Departure.Files[k]
			altered := 0
			if a := b.Account(p.Link.Upstream); a != nil && slices.Contains(a.Left, file.Path) {
				continue // it is told that the file was left out
			}
			for j := range file.Lines {
				l := &file.Lines[j]
				if l.How == fact.LinesNew || l.How == fact.LinesLeft || l.How == fact.LinesGone && !b.own(l.Owner) {
					altered += l.Count
					texts = append(texts, l.Texts...)
					where = append(where, evidence(p.Link.Fork, file.Path, l)[:1]...)
				}
			}
			lines += altered
			if altered > 0 && !touches(p.Upstream, file.Path) {
				beside = append(beside, file.Path)
			}
		}
		if lines == 0 {
			continue
		}
		f := fact.Finding{
			Kind: fact.FindAlteredPick, Severity: fact.Low, Fork: p.Link.Fork, Upstream: p.Link.Upstream, Path: where[0].Path, Lines: lines,
			Evidence: where[:min(len(where), maxEvidence)],
		}
		f.Message = fmt.Sprintf("the pick differs from its original by %s beyond what its conflicts explain, such as %q", count(lines, "line"), example(texts))
		if len(beside) > 0 {
			f.Message += fmt.Sprintf("; it changes %s, which the original does not touch", list(beside, 3))
		}
		f.Message += "; see tracker show " + fact.Short(p.Link.Fork)
		changes := 0
		for _, c := range p.Upstream.Files {
			if !c.Generated {
				changes += c.Insertions + c.Deletions
			}
		}
		if lines >= manyAltered && float64(lines) >= alteredShare*float64(changes) {
			f.Severity = fact.Medium
		}
		out = append(out, f)
	}
	return out
}
