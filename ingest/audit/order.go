package audit

import (
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// order finds picks that undid a newer one that the fork had before: lines that the newer
// one had put in are gone, and what it had replaced is back.
func order(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, two := range b.inverted() {
		newer, older := two[0], two[1]
		for path, now := range b.Diffs[older.Link.Fork] {
			then, ok := b.Diffs[newer.Link.Upstream][path]
			if !ok || b.Generated(path) {
				continue
			}
			undone := both(now.Removed, then.Added)
			back := both(now.Added, then.Removed)
			if len(undone) == 0 || len(back) == 0 {
				continue
			}
			was, is := pair(undone, back)
			out = append(out, fact.Finding{
				Kind: fact.FindOrder, Severity: fact.High, Fork: older.Link.Fork, Upstream: older.Link.Upstream, Path: path, Lines: len(undone),
				Message: fmt.Sprintf("the pick is of an older upstream commit than %s, which the fork had before, and puts back what that had replaced: %q in the place of %q",
					b.title(newer.Link.Upstream), is, was),
				Evidence: []fact.FindingEvidence{
					{Commit: older.Link.Fork, Path: path, Text: back[0]}, {Commit: newer.Link.Upstream, Path: path, Text: undone[0]}, {Commit: newer.Link.Fork},
				},
				Mended: b.mended(older, path, undone, back),
			})
		}
	}
	slices.SortStableFunc(out, func(x, y fact.Finding) int { return b.at[x.Fork] - b.at[y.Fork] })
	return out
}

// pair quotes two lines that are most alike, one of each list, from shortly before they
// differ.
func pair(a, b []string) (string, string) {
	bestA, bestB, most := a[0], b[0], 0
	for _, x := range a {
		for _, y := range b {
			n := 0
			for n < min(len(x), len(y)) && x[n] == y[n] {
				n++
			}
			if n > most {
				bestA, bestB, most = x, y, n
			}
		}
	}
	const before = 16
	from := max(0, most-before)
	cut := func(s string) string {
		if from == 0 || from > len(s) {
			return example([]string{s})
		}
		return "…" + example([]string{strings.ToValidUTF8(s[from:], "")})
	}
	return cut(bestA), cut(bestB)
}

// inverted are pairs of picks, the newer upstream commit first, that the fork has in the
// other order than upstream, and of which the newer one changes lines that the older one
// wrote.
func (b *Branch) inverted() [][2]*Pick {
	var out [][2]*Pick
	for i := range b.Picks {
		newer := &b.Picks[i]
		var seen []string
		for _, n := range b.Needs(newer.Link.Upstream) {
			if n.Kind != fact.NeedLine || n.Lock || slices.Contains(seen, n.To) {
				continue
			}
			seen = append(seen, n.To)
			for _, older := range b.linked[n.To] {
				if b.at[older.Link.Fork] > b.at[newer.Link.Fork] {
					out = append(out, [2]*Pick{newer, older})
				}
			}
		}
	}
	return out
}

// Compared lists the commits whose diffs a branch's findings ask for.
func Compared(b *Branch) []string {
	b.index()
	var out []string
	for _, two := range b.inverted() {
		out = append(out, two[0].Link.Upstream, two[1].Link.Fork)
	}
	for i := range b.Picks {
		p := &b.Picks[i]
		for k := 0; p.Departure != nil && k < len(p.Departure.Files); k++ {
			if !touches(p.Upstream, p.Departure.Files[k].Path) {
				out = append(out, p.Link.Upstream)
			}
			for _, l := range p.Departure.Files[k].Lines {
				if l.How == fact.LinesBrought && b.Account(l.Owner) != nil {
					out = append(out, l.Owner, p.Link.Upstream)
				}
			}
		}
	}
	for _, up := range b.Range {
		if a := b.Account(up); a != nil && len(a.Left) > 0 {
			out = append(out, up)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// both returns the texts that two lists share.
func both(a, b []string) []string {
	in := map[string]bool{}
	for _, t := range b {
		in[t] = true
	}
	var out []string
	for _, t := range a {
		if in[t] && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
