package report

import (
	"strings"

	"tracker/internal/fact"
)

// fence reads a code block. Logs and listings say nothing; a cherry-pick that
// is spelled out as a command is a plan.
func (d *doc) fence(b *block) {
	in := inherited{}
	asked := false
	for _, c := range b.code {
		command := strings.TrimSpace(strings.TrimLeft(c.s, "$>%+ "))
		args, ok := strings.CutPrefix(command, "git cherry-pick")
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
		for _, word := range strings.Fields(args) {
			t := plainText(word, c.line)
			for _, m := range findHashes(&t) {
				if m.role == rolePlace || m.from != 0 {
					continue
				}
				e := d.commit(m.hash, c.line)
				d.visit++
				verdict, tier := fact.WordPending, tierOwn
				if in.word == fact.WordIntegrated && !in.already {
					verdict, tier = in.word, tierAbove
				}
				d.state(e, verdict, tier, d.visit, c.line, c.s)
			}
		}
	}
}
