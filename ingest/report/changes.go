package report

import (
	"sort"

	"tracker/internal/fact"
)

// changes returns the lines, in order, at which a report begins to speak of a
// later moment: dated headings, labels and lines, addenda.
func changes(blocks []*block) []int {
	var out []int
	for _, b := range blocks {
		later := b.text.stamped
		if b.kind == blockHeading || b.kind != blockRow && b.kind != blockFence && introduces(b, true) {
			later = later || findDate(b.text.s) != "" || beginsWithDay(b.text.s)
			for _, h := range lexicon().change.scan(b.text.s) {
				later = later || h.meaning == "addendum"
			}
		} else if b.kind != blockRow && b.kind != blockFence {
			if label, _, ok := splitLabel(b.text.s); ok {
				later = later || findDate(label) != "" || beginsWithDay(label)
				h, update := lexicon().change.match(label, 0)
				later = later || update && h.meaning == "addendum"
			}
		}
		if later {
			out = append(out, b.line)
		}
	}
	return out
}

// tellsOfChange reports whether a statement comes later in time than one in
// an earlier line: something dated stands between, or its words say so.
func tellsOfChange(changed []int, from int, s *say) bool {
	if i := sort.SearchInts(changed, from+1); i < len(changed) && changed[i] <= s.Line {
		return true
	}
	for _, h := range lexicon().failing.scan(s.Text) {
		if h.meaning == "undone" {
			return true
		}
	}
	for _, h := range lexicon().change.scan(s.Text) {
		if h.meaning == "turn" {
			return true
		}
	}
	return false
}

// changed reports whether any commit got another word in the course of the
// report.
func (d *doc) changed() bool {
	for _, e := range d.entries {
		if first := firstWord(e); first != "" && first != e.Status {
			return true
		}
	}
	return false
}

func firstWord(e *entry) fact.Word {
	for _, s := range e.says {
		if s.tier >= tierAbove && s.Status != fact.WordUnknown {
			return s.Status
		}
	}
	return ""
}

// plausible reports whether a claim that differs from what is listed in the
// end may be right all the same: it counts what is taken in part apart, it
// is one of several figures of its kind ("2 rejected, 1 not applicable"), or it
// was true before the report told of changes, of the whole or of a chapter.
func (d *doc) plausible(blocks []*block, claims []claim, c claim, n int) bool {
	partial, sum := 0, 0
	for _, p := range claims {
		if p.Kind == c.Kind && !p.percent && (p.block == c.block || sameList(p.block, c.block)) {
			sum += int(p.Value)
		}
		if c.Kind == "integrated" && p.Kind == "partial" && (p.block == c.block || sameList(p.block, c.block)) {
			partial += int(p.Value)
		}
	}
	claimed := int(c.Value)
	fits := func(n int) bool { return claimed <= n && n <= claimed+partial }
	if fits(n) || sum == n || c.Kind == "pending" && n <= claimed && claimed <= d.notTaken() {
		return true
	}
	if len(claims)*len(d.entries) > 1_000_000 || !d.changed() {
		return false // too many to weigh for each claim
	}
	first := 0
	for _, e := range d.entries {
		if firstWord(e) == fact.Word(c.Kind) {
			first++
		}
	}
	if fits(first) || sum == first {
		return true
	}
	for _, n := range d.byChapter(blocks, c.Kind) {
		if fits(n) {
			return true
		}
	}
	return false
}

// notTaken counts the commits that are not in the fork: "open" may mean any of
// them.
func (d *doc) notTaken() int {
	n := 0
	for _, e := range d.entries {
		if e.Status != fact.WordIntegrated {
			n++
		}
	}
	return n
}

// byChapter counts the commits on which the chapters pass a verdict, by chapter.
func (d *doc) byChapter(blocks []*block, kind string) map[int]int {
	var heads []int
	for _, b := range blocks {
		if b.kind == blockHeading {
			heads = append(heads, b.line)
		}
	}
	counts := map[int]int{}
	for _, e := range d.entries {
		seen := -1
		for _, s := range e.says {
			at := sort.SearchInts(heads, s.Line+1)
			if at != seen && s.Status == fact.Word(kind) {
				counts[at]++
				seen = at
			}
		}
	}
	return counts
}
