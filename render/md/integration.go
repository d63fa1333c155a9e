package md

import (
	"bytes"
	"fmt"
	"strings"

	"tracker/advise"
	"tracker/internal/block"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// Integration returns the block of UPSTREAM_INTEGRATION.md between tracker's
// markers, both included: where the fork stands in five lines, what needs a
// decision, what to pick next, every commit under its status, conflicts met,
// lessons, decisions, and the rounds so far. Standing.Commits must be in the
// order of the range, newest first. Links to reports are relative to the top of
// the fork's tree, where the file is meant to lie. Lines end in \n.
func Integration(in *advise.Integration) []byte {
	d := &document{in: in, linker: newLinker(in), asked: merge(in.Questions)}
	d.standing()
	d.questions()
	d.audit()
	d.next()
	d.settled()
	d.conflicts()
	d.lessons()
	d.decisions()
	d.rounds()
	return block.Seal(bytes.TrimLeft(d.out.Bytes(), "\n"))
}

type document struct {
	*linker
	in    *advise.Integration
	asked []question
	out   bytes.Buffer
}

func (d *document) printf(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

func (d *document) heading(level int, title string) {
	d.printf("\n%s %s\n\n", strings.Repeat("#", level), title)
}

// standing is the head: what a maintainer sees on a phone without scrolling.
func (d *document) standing() {
	d.heading(2, "Where the fork stands")
	d.head(&d.in.Standing)
	for i := range d.in.Standing.Forks {
		d.out.WriteByte('\n')
		d.head(&d.in.Standing.Forks[i])
	}
}

func (d *document) head(s *advise.Standing) {
	d.printf("%s at %s follows %s at %s", esc.Code(render.RefName(s.Fork.Ref)), d.hash(s.Fork.Commit), esc.Code(render.RefName(s.Upstream.Ref)), d.hash(s.Upstream.Commit))
	switch day := render.Day(s.BaseDate); {
	case s.Base == "" && s.Shallow:
		d.printf("; this clone is shallow and ends before they parted, so the counts go as far as it does")
	case s.Base == "":
		d.printf("; the two have no common commit")
	case day != "":
		d.printf("; they parted at %s, %s", d.hash(s.Base), day)
	default:
		d.printf("; they parted at %s", d.hash(s.Base))
	}
	d.printf(".\n\n- **%s upstream, %s unaccounted**", render.Count(s.Total, "commit"), render.Number(s.Unaccounted))
	if s.Merges > 0 {
		d.printf(" (and %s, whose commits are counted here)", render.Count(s.Merges, "merge"))
	}
	d.printf("\n")
	d.group(s, "in the fork", fact.Integrated, fact.Adapted, fact.Partial)
	d.group(s, "decided against or put off", fact.Skipped, fact.Deferred)
	d.group(s, "taken back or empty", fact.Reverted, fact.Empty)
	if n := s.Counts[fact.Pending]; n > 0 {
		d.printf("- **%s pending**%s\n", render.Number(n), d.oldest(s))
	} else {
		d.printf("- **Nothing pending**\n")
	}
	if s == &d.in.Standing {
		if n := len(d.asked); n == 0 {
			d.printf("- No source disagrees with git on any of them\n")
		} else if n == 1 {
			d.printf("- **1 thing to settle**, below\n")
		} else {
			d.printf("- **%s things to settle**, below\n", render.Number(n))
		}
	}
}

// group writes one line of the head: what several statuses come to together,
// and each of them where there is more than one.
func (d *document) group(s *advise.Standing, what string, statuses ...fact.Status) {
	total := 0
	var parts []string
	for _, status := range statuses {
		if n := s.Counts[status]; n > 0 {
			total += n
			parts = append(parts, render.Number(n)+" "+string(status))
		}
	}
	if total > 0 {
		d.printf("- **%s %s**: %s\n", render.Number(total), what, strings.Join(parts, ", "))
	}
}

func (d *document) oldest(s *advise.Standing) string {
	day := ""
	for i := range s.Commits {
		if a := &s.Commits[i]; a.Status == fact.Pending {
			if of := render.Day(a.Date); of != "" && (day == "" || of < day) {
				day = of
			}
		}
	}
	if day == "" {
		return ""
	}
	return ", the oldest of " + day
}

// list shows each item, separated by commas.
func (d *document) list(items []string, show func(string) string) string {
	shown := make([]string, len(items))
	for i, item := range items {
		shown[i] = show(item)
	}
	return strings.Join(shown, ", ")
}

// table writes rows of finished inline Markdown.
type table struct{ d *document }

func (d *document) table(columns ...string) table {
	t := table{d}
	t.row(columns...)
	d.printf("|%s\n", strings.Repeat(" --- |", len(columns)))
	return t
}

func (t table) row(cells ...string) {
	t.d.printf("|")
	for _, c := range cells {
		t.d.printf(" %s |", esc.Cell(c))
	}
	t.d.printf("\n")
}
