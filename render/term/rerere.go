package term

import (
	"fmt"
	"io"
	"slices"
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
		if e.State == advise.EntryWritten || e.State == advise.EntryWould {
			written++
		}
		p.line(p.upHash(e.Commit), own("  "), from(e.Subject))
		p.text(6, own("  "), p.pad(own(e.State).in(green), 16), own("  "), from(e.Path), own("  "), own(fmt.Sprintf("(%s)", render.Count(e.Hunks, "place"))).in(dim), own("  as in "), from(strings.Join(e.From, ",")))
		if e.State == advise.EntryBegun {
			p.text(8, own("      git has met this conflict, and waits for your resolution: nothing was written").in(yellow))
		}
		if found.DryRun {
			p.line(own("      " + e.ID).in(dim))
		}
	}
	if len(found.Entries) > 0 && len(found.Left) > 0 {
		p.blank()
	}
	left := map[string][]string{}
	var order []string
	for _, l := range found.Left {
		if left[l.Why] == nil {
			order = append(order, l.Why)
		}
		left[l.Why] = append(left[l.Why], l.Path)
	}
	for _, why := range order {
		p.text(8, p.pad(own(render.Number(len(left[why]))).in(dim), 5), own(" left: "), from(why).in(dim), own("  "), own(list(left[why], 3)).in(dim))
	}
	if len(found.Entries)+len(found.Left) == 0 {
		p.line(own("no conflict that was resolved before is ahead"))
	}
	if n := found.Untried; n > 0 {
		p.line(own(fmt.Sprintf("%s change no file of which a conflict is known", render.Count(n, "pick"))).in(dim))
	}
	if written > 0 && found.DryRun && found.Creates {
		p.text(2, own("It would make "), from(found.Folder), own(", by which git's rerere is switched on in this repository."))
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
	word := own(indent + "  before ").in(dim) // like ones, to look at
	if slices.ContainsFunc(x.Suggestions, func(s fact.Suggestion) bool { return s.Match == fact.MatchExact }) {
		word = own(indent + "  reuse ").in(green)
	}
	p.text(column+2, word, own(before), p.forkHash(hash), own(after))
}
