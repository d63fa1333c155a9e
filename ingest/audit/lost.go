package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// manyLost is how many of the fork's own lines must be gone beside a conflict for that
// to be work that is lost, rather than a detail that somebody should look at.
const manyLost = 3

// lostForkLines finds what picks undid of the fork's own work though the upstream
// commit does not touch it: lines that merged by themselves and are gone, lines that
// stood beside its change and were dropped with a conflict, and lines that the fork had
// removed and that are back.
func lostForkLines(b *Branch) []fact.Finding {
	var out []fact.Finding
	for i := range b.Picks {
		p := &b.Picks[i]
		if p.Departure == nil || !b.alone(p) {
			continue
		}
		for k := range p.Departure.Files {
			if f := b.lost(p, &p.Departure.Files[k]); f != nil {
				out = append(out, *f)
			}
		}
	}
	return out
}

func (b *Branch) lost(p *Pick, file *fact.DepartedFile) *fact.Finding {
	if b.ported(p, file) {
		return nil
	}
	gone, dropped, back := 0, 0, 0
	var goneTexts, backTexts, owners []string
	var where []fact.FindingEvidence
	for i := range file.Lines {
		l := &file.Lines[i]
		if !b.own(l.Owner) {
			continue
		}
		switch l.How {
		case fact.LinesGone, fact.LinesDropped:
			if l.How == fact.LinesGone {
				gone += l.Count
			} else {
				dropped += l.Count
			}
			goneTexts = append(goneTexts, l.Texts...)
			where = append(where, evidence(p.Fork.Parents[0], file.Path, l)...)
		case fact.LinesBack:
			back += l.Count
			backTexts = append(backTexts, l.Texts...)
			where = append(where, evidence(p.Link.Upstream, file.Path, l)...)
		default:
			continue
		}
		if !slices.Contains(owners, l.Owner) {
			owners = append(owners, l.Owner)
		}
	}
	lost := gone + dropped
	if lost+back == 0 {
		return nil
	}
	b.byAge(owners)
	f := &fact.Finding{
		Kind: fact.FindLostForkLines, Severity: fact.Medium, Fork: p.Link.Fork, Upstream: p.Link.Upstream, Path: file.Path,
		Lines: lost + back, Evidence: append(where, commits(owners)...),
	}
	if file.Whole && gone+back > 0 || gone >= manyLost {
		f.Severity = fact.High
	}
	how := "the pick takes away"
	if file.Whole {
		how = "the pick takes the whole file as upstream has it, which takes away"
	}
	switch {
	case lost > 0:
		f.Message = fmt.Sprintf("%s %s of the fork's own work (%s) that upstream's commit does not touch", how, count(lost, "line"), names(owners))
		if back > 0 {
			f.Message += fmt.Sprintf(", and brings back %s that the fork had removed", count(back, "line"))
		}
		f.Message += fmt.Sprintf(", such as %q", example(goneTexts))
	default:
		f.Message = fmt.Sprintf("the pick brings back %s that the fork had removed (%s) and that upstream's commit does not touch, such as %q", count(back, "line"), names(owners), example(backTexts))
	}
	f.Message += fmt.Sprintf("; see git show %s -- %s, and put back what is still wanted", fact.Short(p.Link.Fork), quoted(file.Path))
	f.Mended = b.mended(p, file.Path, goneTexts, backTexts)
	return f
}

// ported reports whether a file that the upstream commit does not touch took what that
// changes in another, as where upstream has split a file: what it replaces there is what
// the pick is for.
func (b *Branch) ported(p *Pick, file *fact.DepartedFile) bool {
	if touches(p.Upstream, file.Path) {
		return false
	}
	from := map[string]bool{}
	for _, d := range b.Diffs[p.Link.Upstream] {
		for _, t := range d.Added {
			from[t] = true
		}
	}
	theirs, all := 0, 0
	for i := range file.Lines {
		if l := &file.Lines[i]; l.How == fact.LinesNew {
			for _, t := range l.Texts {
				if all++; from[t] {
					theirs++
				}
			}
		}
	}
	return all > 0 && 2*theirs >= all
}

// touches reports whether a commit changes a file.
func touches(c *fact.Commit, path string) bool {
	return slices.ContainsFunc(c.Files, func(f fact.FileChange) bool { return f.Path == path || f.OldPath == path })
}

// standing is the share of lines that must still be gone, or still be there, for a
// finding about lines to stand.
const standing = 0.2

// stands reports whether what a pick did to a file is still so: the lines that it took
// away are not back, and those that it brought are still there.
func stands(lines map[string]bool, gone, brought []string) bool {
	away := 0
	for _, t := range gone {
		if !lines[t] {
			away++
		}
	}
	here := 0
	for _, t := range brought {
		if lines[t] {
			here++
		}
	}
	// Lines that were brought in the place of others and are gone again were replaced by
	// something else since: where they stood for them, and were not one among many.
	if len(brought) > 0 && 4*len(brought) >= len(gone) && here == 0 {
		return false
	}
	if len(gone) > 0 {
		return float64(away) > standing*float64(len(gone))
	}
	return float64(here) > standing*float64(len(brought))
}

// mended returns the fork's commit behind which what a pick did to a file is no more,
// empty if it still is.
func (b *Branch) mended(p *Pick, path string, gone, brought []string) string {
	// What also stands elsewhere in the file cannot be told to be back.
	then := b.Tree.FileAt(p.Link.Fork, path)
	gone = slices.DeleteFunc(slices.Clone(gone), func(t string) bool { return then[t] })
	if len(gone)+len(brought) == 0 {
		return ""
	}
	if today := b.today(path, p.Link.Fork); today != path && b.Tree.Exists(today) {
		path = today
	}
	if stands(b.Tree.File(path), gone, brought) && b.Tree.Exists(path) {
		return ""
	}
	by := ""
	versions := b.Tree.Versions(path, p.Link.Fork)
	for _, v := range slices.Backward(versions) {
		if stands(v.Lines, gone, brought) && len(v.Lines) > 0 {
			break
		}
		by = v.Commit
	}
	if by == "" && len(versions) > 0 {
		by = versions[len(versions)-1].Commit
	}
	return by
}

// today is where a file of the fork's is now that was at path behind a commit: the fork
// may have moved it since.
func (b *Branch) today(path, after string) string {
	at, ok := b.at[after]
	if !ok {
		return path
	}
	for _, c := range b.Own[at+1:] {
		for _, f := range c.Files {
			if f.Status == "R" && f.OldPath == path {
				path = f.Path
				break
			}
		}
	}
	return path
}

// maxEvidence is how many lines of a sort a finding quotes.
const maxEvidence = 8

func evidence(commit, path string, l *fact.Departed) []fact.FindingEvidence {
	var out []fact.FindingEvidence
	for i, t := range l.Texts[:min(len(l.Texts), maxEvidence)] {
		out = append(out, fact.FindingEvidence{Commit: commit, Path: path, Line: l.Lines[i], Text: t})
	}
	return out
}

// commits names commits as evidence.
func commits(hashes []string) []fact.FindingEvidence {
	var out []fact.FindingEvidence
	for _, h := range hashes {
		out = append(out, fact.FindingEvidence{Commit: h})
	}
	return out
}

// byAge sorts the fork's commits, oldest first.
func (b *Branch) byAge(hashes []string) {
	slices.SortFunc(hashes, func(x, y string) int { return b.at[x] - b.at[y] })
}
