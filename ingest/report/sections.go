package report

import (
	"strings"

	"tracker/internal/fact"
)

// sense is what a heading or an introduction says about what stands under it.
type sense struct {
	ruling
	kinds   map[string]bool // section kinds of the word table
	already bool            // it names "already there" among its verdicts
	reverse bool            // it says that the fork's hash comes before upstream's
	byMark  bool            // its verdict is a mark, not a word
	top     bool            // it is the title of the whole report
}

// quiet are the sections whose mentions of commits are asides: they give no
// verdict and name nobody for the first time.
func (s *sense) quiet() bool {
	return s.kinds["lessons"] || s.kinds["reference"] || s.kinds["checklist"] || s.kinds["methods"]
}

// above returns the sense of a section's heading.
func (s *section) above() *sense {
	if s.sense == nil {
		s.sense = &sense{}
		if s.head != nil {
			s.sense = titleSense(&s.head.text, s.head.level == 1)
		}
	}
	return s.sense
}

// announces returns what an item or a paragraph says to what stands under it.
func (b *block) announces() *sense {
	if b.sense == nil {
		t := b.text
		if parts := sentences(t.s); b.kind == blockParagraph && len(parts) > 1 {
			last := parts[len(parts)-1]
			for _, p := range parts {
				if len(t.s) < 160 && len(lexicon().these.scan(t.s[p.from:p.to])) > 0 {
					last = p
				}
			}
			t = t.slice(last.from, last.to)
		}
		b.sense = titleSense(&t, false)
	}
	return b.sense
}

// titleSense reads a heading. The title of a whole report decides only by
// plain words: "Upstream Merge Log" merges nothing.
func titleSense(t *text, top bool) *sense {
	s := &sense{kinds: map[string]bool{}, top: top}
	for _, h := range lexicon().section.scan(t.s) {
		s.kinds[h.meaning] = true
	}
	var best, pending ruling
	var parts []span
	for i, h := range verdicts(t.s) {
		if i == 0 {
			parts = clauses(t.s)
		}
		r := h.ruling()
		s.already = s.already || r.already
		if h.strength != strengthStrong {
			if top || !headingWord(t.s, parts, h) {
				continue
			}
		}
		if r.word == fact.WordPending {
			pending = r
		}
		best = prefer(best, r, nil, h)
	}
	if best.word == fact.WordIntegrated && pending.found() && !best.already {
		best = pending // "candidates to be integrated"
	}
	if !best.word.Decides() && !best.own {
		for _, m := range lexicon().mark.scan(t.s) {
			if !strings.HasPrefix(m.meaning, "cell") && !top && !strings.HasPrefix(t.s[m.from:], "⚠") {
				best, s.byMark = prefer(best, m.ruling(), nil, m), true
			}
		}
	}
	if best.word == fact.WordSkipped {
		for _, h := range lexicon().failing.scan(t.s) {
			best.undone = best.undone || h.meaning == "undone"
		}
	}
	s.ruling = best
	s.own = !top && !bothSides(t.s) && (best.own || s.kinds["own"] && !best.word.Decides())
	s.reverse = forkFirst(t.s)
	return s
}

// bothSides reports whether a text names the fork and upstream alike: it
// speaks of pairs, not of the fork's own commits.
func bothSides(s string) bool {
	fork, upstream := false, false
	for _, h := range lexicon().field.scan(s) {
		fork = fork || h.meaning == "fork"
		upstream = upstream || h.meaning == "upstream"
	}
	return fork && upstream
}

// headingWord reports whether a phrase that is not a plain verdict counts in
// a heading: a verb only where it is a clause of its own.
func headingWord(s string, parts []span, h hit) bool {
	if h.strength == strengthCell {
		return leads(s, span{from: 0, to: len(s)}, h) && strings.TrimFunc(s[h.to:], fringe) == ""
	}
	if h.meaning == "integrated" {
		for _, p := range parts {
			if p.from <= h.from && h.to <= p.to {
				return leads(s, p, h) && strings.TrimFunc(s[h.to:p.to], fringe) == ""
			}
		}
		return false
	}
	return true
}

// forkFirst reports whether a text announces pairs in the order fork,
// upstream, as "ours → theirs" does.
func forkFirst(s string) bool {
	arrow := strings.Index(s, "→")
	if arrow < 0 {
		arrow = strings.Index(s, "⇒")
	}
	if arrow < 0 {
		if arrow = strings.Index(s, "->"); arrow < 0 {
			arrow = strings.Index(s, "=>")
		}
	}
	if arrow < 0 {
		return false
	}
	side := func(part string) string {
		found := ""
		for _, h := range lexicon().field.scan(part) {
			if h.meaning == "fork" || h.meaning == "upstream" {
				found = h.meaning
			}
		}
		return found
	}
	return side(s[:arrow]) == "fork" && side(s[arrow:]) == "upstream"
}

// inherited is what the surroundings of a block say.
type inherited struct {
	ruling
	already bool
	quiet   bool
	steps   bool
	reverse bool
	numbers bool
	// conflicts says that conflicts are what the list or the chapter is about.
	conflicts bool
}

// surroundings asks the introduction of a block's list, the items around it
// and the headings above, nearest first, until one has a verdict.
func (d *doc) surroundings(b *block) inherited {
	in := inherited{reverse: d.reverse}
	done := false
	take := func(s *sense) {
		in.reverse = in.reverse || s.reverse
		in.conflicts = in.conflicts || !s.top && (s.word == fact.WordConflict || s.kinds["conflicts"] && !s.word.Decides())
		if done {
			return
		}
		in.already = in.already || s.already
		if s.found() && !s.byMark {
			in.ruling, done = s.ruling, true
			return
		}
		if s.found() && !in.found() {
			in.ruling = s.ruling
		}
		switch {
		case s.quiet() && !s.top:
			in.ruling, in.quiet, done = ruling{}, true, true
		case in.found():
		case s.kinds["steps"]:
			in.steps, in.ruling, done = true, ruling{word: fact.WordPending}, true
		case s.kinds["numbers"]:
			in.numbers = true
		}
	}
	for at := b; at != nil; at = at.parent {
		if at != b && len(at.entry) == 0 && at.text.s != "" {
			take(at.announces())
		}
		if at.intro != nil && introduces(at.intro, false) && len(at.intro.entry) == 0 {
			take(at.intro.announces())
		} else if at.intro != nil {
			in.reverse = in.reverse || forkFirst(at.intro.text.s)
		}
	}
	for s := b.section; s != nil && s.head != nil; s = s.parent {
		if s.head == b {
			continue
		}
		take(s.above())
	}
	return in
}
