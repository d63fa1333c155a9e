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
			if f := b.rests(p, to, late, needs); f != nil {
				if f.Mended == "" {
					f.Mended = late
				}
				out = append(out, *f)
			}
		}
	}
	return out
}

// rests tells how a pick rests on a commit that the fork lacked then and took late, if at
// all; nil if it does not show in what was committed.
func (b *Branch) rests(p *Pick, to, late string, needs []fact.Need) *fact.Finding {
	f := &fact.Finding{Kind: fact.FindMissingPrerequisite, Fork: p.Link.Fork, Upstream: p.Link.Upstream}
	var words []string
	for i := range needs {
		if n := &needs[i]; n.To == to && n.Kind == fact.NeedSymbol {
			for _, w := range n.Where {
				if path := b.undeclared(p, w.Text, late); path != "" {
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
		f.Message = fmt.Sprintf("the pick uses %s, which nothing in the fork declares: upstream's %s brings %s in, which the fork %s; take it first, or take the use out",
			list(words, 3), b.title(to), them(len(words), "it", "them"), b.fate(to))
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
	came := b.carriesOf(p, to, places)
	if came.lines > 0 && len(came.lacking) == 0 {
		return nil // all of it is here: foreignLines tells that
	}
	if came.lines > 0 {
		f.Path, f.Severity = came.path, fact.Medium
		brought := fact.Departed{Texts: came.texts, Lines: came.at}
		f.Evidence = append(evidence(p.Link.Upstream, came.path, &brought), f.Evidence...)
		f.Message = fmt.Sprintf("the pick changes what upstream's %s wrote, which the fork %s, and conflicted there; %s of it came in with the resolution", b.title(to), b.fate(to), count(came.lines, "line"))
		switch lacking := len(came.lacking); {
		case lacking >= manyLost && float64(lacking) >= halfTaken*float64(came.wrote) && b.product(came.path):
			f.Severity = fact.High
			f.Message += fmt.Sprintf(", and %d of the %d that it wrote there did not, such as %q: take it, or take the half out", lacking, came.wrote, example(came.lacking))
			for _, t := range came.lacking[:min(lacking, maxEvidence)] {
				f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: to, Path: came.path, Text: t})
			}
		default:
			f.Message += fmt.Sprintf(", and %d of the %d that it wrote there did not, such as %q: take it first, or check that the rest is not needed", lacking, came.wrote, example(came.lacking))
		}
		return f
	}
	f.Severity = fact.Low
	f.Message = fmt.Sprintf("the pick changes what upstream's %s wrote, which the fork %s; it conflicted there and was fitted in by hand: check that it works without", b.title(to), b.fate(to))
	return f
}

// undeclared returns a file of a pick in which the fork's tip names an identifier that the
// pick brought in and that nothing there declares, or that only came with a later pick;
// empty if there is none.
func (b *Branch) undeclared(p *Pick, word, late string) string {
	if word == "" || !slices.Contains(b.Adds(p.Link.Fork), word) || slices.Contains(b.Defines(p.Link.Fork), word) {
		return ""
	}
	if late == "" && b.Tree.Declared(word) || late != "" && !slices.Contains(b.Adds(late), word) {
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

// halfTaken is the share of what a commit wrote in a place that must be missing for the
// pick that brought the rest of it to be half of a change.
const halfTaken = 0.5

// share is what came with a pick of a commit that was not taken.
type share struct {
	path    string   // the file that most of it is in
	lines   int      // that came in and are still there
	texts   []string // the first of them
	at      []int    // where they stand in upstream's file
	wrote   int      // that the commit wrote in the same places
	lacking []string // of these
}

// carriesOf tells what came in with a pick of a commit that was not taken, in the files
// where the pick rests on that, and is still there.
func (b *Branch) carriesOf(p *Pick, of string, places []fact.NeedWhere) share {
	var came share
	if p.Departure == nil || !b.alone(p) {
		return came
	}
	for i := range p.Departure.Files {
		file := &p.Departure.Files[i]
		if !slices.ContainsFunc(places, func(w fact.NeedWhere) bool { return w.Path == file.Path }) {
			continue
		}
		here := b.Tree.File(file.Path)
		for k := range file.Lines {
			l := &file.Lines[k]
			if l.How != fact.LinesBrought || l.Owner != of || l.Count <= came.lines || !stands(here, nil, l.Texts) {
				continue
			}
			came = share{path: file.Path, lines: l.Count, texts: l.Texts, at: l.Lines}
			for _, hunk := range b.Diffs[of][file.Path].Hunks {
				if len(both(hunk, l.Texts)) == 0 {
					continue
				}
				came.wrote += len(hunk)
				for _, t := range hunk { // what the pick itself replaces is not lacking
					if !here[t] && !slices.Contains(b.Diffs[p.Link.Upstream][file.Path].Removed, t) {
						came.lacking = append(came.lacking, t)
					}
				}
			}
		}
	}
	return came
}
