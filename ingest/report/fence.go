package report

import (
	"strings"

	"tracker/internal/fact"
)

// fence reads a code block. Logs and listings say nothing; a cherry-pick that
// is spelled out as a command is a plan, unless what git printed stands below.
func (d *doc) fence(b *block) {
	if d.listing(b) {
		return
	}
	in := inherited{}
	asked := false
	for i, c := range b.code {
		if d.fenceComment(b, c) {
			continue
		}
		args, ok := pickCommand(c.s)
		if !ok {
			continue
		}
		if i := strings.Index(args, " #"); i >= 0 {
			args = args[:i]
		}
		if i := strings.IndexAny(args, "&|;"); i >= 0 {
			args = args[:i]
		}
		if !asked {
			in, asked = d.surroundings(b), true
		}
		words := strings.Fields(args)
		if flags(words) == len(words) {
			continue // --continue, --abort
		}
		result, k := resultOf(b, i), 0
		for _, word := range words {
			t := plainText(word, c.line)
			for _, m := range findHashes(&t) {
				if m.role == rolePlace || m.from != 0 {
					continue
				}
				e := d.commit(m.hash, c.line)
				d.visit++
				if len(result.made) > 0 || len(result.conflicts) > 0 || result.dropped {
					d.show(e, result, k, len(words)-flags(words), c.line, c.s)
					k++
					continue
				}
				verdict, tier := fact.WordPending, tierOwn
				if in.word == fact.WordIntegrated && !in.already {
					verdict, tier = in.word, tierAbove
				}
				d.state(e, verdict, tier, d.visit, c.line, c.s)
			}
		}
	}
}

// listing reads a code block that stands for a list: a paragraph that passes
// a verdict introduces it, and each of its lines begins with a commit. What
// is said to be taken may as well be a log of the fork, so that counts only
// where no fence makes a log of it.
func (d *doc) listing(b *block) bool {
	if b.intro == nil || !introduces(b.intro, false) || len(b.intro.entry) > 0 {
		return false
	}
	r := b.intro.announces().ruling
	if !r.word.Decides() || r.own || r.word == fact.WordIntegrated && b.fenced {
		return false
	}
	for _, c := range b.code {
		t := plainText(c.s, c.line)
		if c.s != "" && (!startsWithHash(&t) || strings.Contains(c.s, "HEAD ->") || d.ofFork(findHashes(&t)[0].hash)) {
			return false
		}
	}
	for _, c := range b.code {
		if c.s != "" {
			line := *b
			line.kind, line.line, line.text = blockItem, c.line, plainText(c.s, c.line)
			d.textBlock(&line)
		}
	}
	return true
}

// flags counts the options among the arguments of a command.
func flags(words []string) int {
	n := 0
	for _, w := range words {
		if strings.HasPrefix(w, "-") {
			n++
		}
	}
	return n
}

// fenceComment reads "# Skip abc1234 (Metal)" among cherry-picks that are
// spelled out: a decision not to pick.
func (d *doc) fenceComment(b *block, c coded) bool {
	note, ok := strings.CutPrefix(c.s, "#")
	if !ok || !picks(b) {
		return false
	}
	t := plainText(strings.TrimSpace(note), c.line)
	l := d.readLine(&t, false, false)
	word, subjects := fact.Word(""), l.subjects()
	for _, h := range verdicts(t.s) {
		if h.from == 0 && (h.meaning == "skipped" || h.meaning == "deferred") {
			word = fact.Word(h.meaning)
		}
	}
	if word == "" || len(subjects) == 0 {
		return false
	}
	for _, i := range subjects {
		e := d.commit(l.mentions[i].hash, c.line)
		d.visit++
		d.state(e, word, tierOwn, d.visit, c.line, c.s)
		e.because(strings.Trim(plain(t.s[l.mentions[subjects[len(subjects)-1]].to:]), " ()—–-:,;"), whyLine)
	}
	return true
}

// picks reports whether a code block spells out cherry-picks.
func picks(b *block) bool {
	for _, c := range b.code {
		if strings.HasPrefix(strings.TrimLeft(c.s, "$>%+ "), "git cherry-pick") {
			return true
		}
	}
	return false
}

// readLogs takes what else stands in a log of the fork for the fork's own: a
// code block whose lines begin with commits of which several are known as
// the fork's copies and none as upstream's.
func (d *doc) readLogs(blocks []*block) {
	for _, b := range blocks {
		if b.kind != blockFence {
			continue
		}
		var open []string
		copies, foreign := 0, false
		for _, c := range b.code {
			t := plainText(strings.TrimLeft(c.s, "*|/\\ "), c.line)
			found := hashesIn(&t, 0, min(1, len(t.s)))
			if len(found) == 0 {
				continue
			}
			hash := found[0].hash
			switch e := d.known(hash); {
			case d.ofFork(hash):
				copies++
			case e != nil && e.upstream, e != nil && decided(e):
				foreign = true
			default:
				open = append(open, hash)
			}
		}
		if copies < 2 || foreign {
			continue
		}
		for _, hash := range open {
			d.isFork(hash)
		}
	}
}

// decided reports whether the report gives a commit any word.
func decided(e *entry) bool {
	for _, s := range e.says {
		if s.tier != tierNone {
			return true
		}
	}
	return false
}
