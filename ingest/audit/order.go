package audit

import (
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// order finds picks that undid a newer one that the fork had before: lines that the newer
// one had put in are gone, and what it had replaced is back.
func order(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, pair := range b.inverted() {
		newer, older := pair[0], pair[1]
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
			out = append(out, fact.Finding{
				Kind: fact.FindOrder, Severity: fact.High, Fork: older.Link.Fork, Upstream: older.Link.Upstream, Path: path, Lines: len(undone),
				Message: fmt.Sprintf("the pick is of an older upstream commit than %s, which the fork had before, and puts back what that had replaced: %q in the place of %q",
					b.title(newer.Link.Upstream), example(back), example(undone)),
				Evidence: []fact.FindingEvidence{
					{Commit: older.Link.Fork, Path: path, Text: example(back)}, {Commit: newer.Link.Upstream, Path: path, Text: example(undone)}, {Commit: newer.Link.Fork},
				},
				Mended: b.mended(older, path, undone, back),
			})
		}
	}
	slices.SortStableFunc(out, func(x, y fact.Finding) int { return b.at[x.Fork] - b.at[y.Fork] })
	return out
}

// maxInverted bounds the pairs of picks that are compared.
const maxInverted = 2000

// inverted are pairs of picks, the newer upstream commit first, that the fork has in the
// other order than upstream and that change a file in common.
func (b *Branch) inverted() [][2]*Pick {
	var out [][2]*Pick
	byPath := map[string][]*Pick{}
	seen := map[[2]*Pick]bool{}
	for i := range b.Picks { // oldest first
		p := &b.Picks[i]
		for _, f := range p.Fork.Files {
			if f.Generated {
				continue
			}
			for _, before := range byPath[f.Path] {
				pair := [2]*Pick{before, p}
				if b.age[before.Link.Upstream] > b.age[p.Link.Upstream] && before.Link.Fork != p.Link.Fork && !seen[pair] && len(out) < maxInverted {
					seen[pair] = true
					out = append(out, pair)
				}
			}
		}
		for _, f := range p.Upstream.Files {
			if !f.Generated {
				byPath[f.Path] = append(byPath[f.Path], p)
			}
		}
	}
	return out
}

// Compared lists the commits whose diffs a branch's findings ask for.
func Compared(b *Branch) []string {
	b.index()
	var out []string
	for _, pair := range b.inverted() {
		out = append(out, pair[0].Link.Upstream, pair[1].Link.Fork)
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
