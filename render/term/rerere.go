package term

import (
	"fmt"
	"io"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// Reused tells which resolutions git was given. Off the terminal, a line a conflict:
// state, id, commit, path, past conflicts (separated by commas); of one that is left:
// "left", nothing, commit, path, why.
func Reused(w io.Writer, o Options, found *advise.Reused) error {
	p := newPrinter(w, o)
	if !p.o.TTY {
		for i := range found.Entries {
			e := &found.Entries[i]
			p.record(e.State, e.ID, e.Commit, e.Path, strings.Join(e.From, ","))
		}
		for _, l := range found.Left {
			p.record("left", "", l.Commit, l.Path, l.Why)
		}
		return p.flush()
	}
	written := 0
	for i := range found.Entries {
		e := &found.Entries[i]
		if e.State != advise.EntryThere {
			written++
		}
		p.line(p.upHash(e.Commit), own("  "), from(e.Subject))
		p.text(6, own("  "), p.pad(own(e.State).in(green), 16), own("  "), from(e.Path), own("  "), own(fmt.Sprintf("(%s)", render.Count(e.Hunks, "place"))).in(dim), own("  as in "), from(strings.Join(e.From, ",")))
		for _, b := range e.Became {
			p.text(8, own("      "), from(b).in(yellow))
		}
		if found.DryRun {
			p.line(own("      " + e.ID).in(dim))
		}
	}
	if len(found.Entries) > 0 && len(found.Left) > 0 {
		p.blank()
	}
	left := map[string]int{}
	var order []string
	for _, l := range found.Left {
		if left[l.Why] == 0 {
			order = append(order, l.Why)
		}
		left[l.Why]++
	}
	for _, why := range order {
		p.text(8, p.pad(own(render.Number(left[why])).in(dim), 5), own(" left: "), own(why).in(dim))
	}
	if len(found.Entries)+len(found.Left) == 0 {
		p.line(own("no conflict is ahead"))
	}
	switch {
	case written == 0:
	case found.Off:
		p.text(2, own("✗ ").in(red), own("rerere.enabled is false, so git uses none of it: git config rerere.enabled true"))
	case found.Creates && found.DryRun:
		p.text(2, own("It would make "), from(found.Folder), own(", by which git's rerere is switched on in this repository."))
	case found.Creates:
		p.text(2, own("Made "), from(found.Folder), own(", by which git's rerere is switched on in this repository; git config rerere.enabled false switches it off."))
	}
	return p.flush()
}

// reuse shows what past conflicts suggest for one.
func (p *printer) reuse(x *fact.Conflicted, column int) {
	before, hash, after := render.Reuse(x.Suggestions, x.Hunks)
	if before == "" {
		return
	}
	indent := fmt.Sprintf("%*s", column, "")
	p.text(column+2, own(indent+"  reuse ").in(green), own(before), p.forkHash(hash), own(after))
}
