package term

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// shownFiles and shownNames cap what a terminal shows of a commit's files and
// identifiers.
const (
	shownFiles = 8
	shownNames = 12
)

// labels is the width of the column that names what a line tells.
const labels = 16

// Commit tells a commit's story: what became of it, why the counterpart is
// believed to be one, what reports say and whether git agrees, and what it
// waits for.
func Commit(w io.Writer, o Options, s *advise.CommitStory) error {
	p := newPrinter(w, o)
	c := &s.Commit
	hash := p.hash(c.Hash, p.side(s.Side))
	if !p.o.TTY {
		hash.text = from(c.Hash).text
	}
	p.text(2, hash, own("  "), title(c.Subject, c.PR).in(bold))
	p.text(2, from(c.Author.Name).in(dim), own(dates(c)).in(dim))
	p.text(2, p.verdict(s)...)
	p.blank()

	p.picks(s)
	p.conflictedIn(s.Resolved)
	for i := range s.Picks {
		p.beside(&s.Picks[i])
	}
	if a := s.Account; a != nil {
		p.again(a)
		spans := p.prose(a.Reason)
		if a.ReasonFrom != "" {
			spans = append(spans, own(" "), from("("+a.ReasonFrom+")").in(dim))
		}
		p.field("reason", spans...)
		if kind := render.KindOfReason(a.ReasonKind); kind != "" && a.Reason != "" {
			p.field("", own(kind).in(dim))
		}
		p.waits(s)
		p.fieldEach("left out", a.Left, shownFiles)
	}
	p.outlook(s)
	p.audits(s.Findings)
	p.statements(s.Statements)
	for i, d := range s.Decisions {
		p.field(first(i, "decisions"), append([]span{own(strconv.Itoa(d.ID) + "  ").in(dim)}, p.decision(&d)...)...)
	}
	p.lessons(s.Lessons)
	p.hashes("reverted by", s.RevertedBy, p.side(s.Side))
	p.hashes("reverts", s.Reverts, p.side(s.Side))
	p.files(c.Files)
	p.fieldList("introduces", s.Defines, shownNames)
	if len(s.Defines) == 0 {
		p.fieldList("adds", s.Adds, shownNames)
	}
	if n := len(s.Unreadable); n > 0 {
		p.field("unreadable", own(render.Count(n, "object")+" that git does not have here, so the patch is judged without: ").in(red),
			own(list(s.Unreadable, 3)))
	}
	p.asOf(s.As)
	return p.flush()
}

func (p *printer) side(side string) render.Forge {
	if side == "fork" {
		return p.fork
	}
	return p.upstream
}

// verdict is the answer in one line.
func (p *printer) verdict(s *advise.CommitStory) []span {
	if a := s.Account; a != nil {
		spans := []span{status(a.Status).in(bold)}
		switch {
		case len(s.Picks) > 0 && s.Side == "upstream":
			spans = append(spans, own("  in the fork as "))
			for i, k := range s.Picks {
				if i > 0 {
					spans = append(spans, own(", "))
				}
				spans = append(spans, p.forkHash(k.Other))
			}
			if d := render.Day(s.Picks[0].Date); d != "" {
				spans = append(spans, own(" since "+d))
			}
		case a.Why != "":
			spans = append(spans, own("  "), from(a.Why))
		}
		return spans
	}
	switch {
	case s.Side == "fork" && len(s.Picks) > 0:
		return []span{own("a fork commit that carries "), own(render.Count(len(s.Picks), "upstream commit")).in(bold)}
	case s.Side == "fork":
		return []span{own("the fork's own: no upstream commit is known to be in it")}
	case s.Side == "shared":
		return []span{own("in both histories: it is older than the base, or was merged")}
	}
	return []span{own("upstream, outside the range")}
}

// picks shows each counterpart with the evidence.
func (p *printer) picks(s *advise.CommitStory) {
	label, at := "why the pick", p.fork
	if s.Side == "fork" {
		label, at = "carries", p.upstream
	}
	for _, k := range s.Picks {
		if k.Subject != s.Commit.Subject || s.Side == "fork" {
			p.field(label, p.hash(k.Other, at), own("  "), from(k.Subject))
			p.field("", from(k.Why).in(dim))
		} else {
			p.field(label, p.hash(k.Other, at), own("  "), from(k.Why).in(dim))
		}
		if len(k.Link.Left) > 0 && (s.Account == nil || len(s.Account.Left) == 0) {
			p.fieldEach("left out", k.Link.Left, shownFiles)
		}
		label = ""
	}
}

// statements shows what reports said, with the conflicts that they tell of.
func (p *printer) statements(all []advise.StatementIn) {
	for i, s := range all {
		where := s.Report
		if s.Entry.Line > 0 {
			where += ":" + strconv.Itoa(s.Entry.Line)
		}
		sign := own("  ")
		switch {
		case s.Disagrees != "":
			sign = own("✗ ").in(red)
		case s.Entry.Status.Decides():
			sign = own("✓ ").in(green)
		}
		said := []span{sign, from(where), own(" says "), from(string(s.Entry.Status)).in(statusStyle(string(s.Entry.Status)))}
		if render.Day(s.Date) != "" {
			said = append(said, own(" on "+render.Day(s.Date)).in(dim))
		}
		if s.Disagrees != "" {
			said = append(said, own(" — git disagrees: ").in(red), from(s.Disagrees))
		}
		p.field(first(i, "reports"), said...)
		p.entry(&s.Entry)
	}
}

// entry shows what a report tells of a commit beyond its verdict.
func (p *printer) entry(e *fact.ReportCommit) {
	for _, c := range e.Conflicts {
		spans := []span{own("conflict in "), from(c.Path).in(bold)}
		if c.Detail != "" && c.Detail != c.Path {
			spans = append(spans, own(": "), from(c.Detail))
		}
		p.below(spans...)
	}
	if e.Clean {
		p.below(own("no conflict, it says"))
	}
	for _, note := range []struct{ word, text string }{
		{"solved", e.Resolution}, {"reason", e.Reason}, {"missing", strings.Join(e.Missing, ", ")},
		{"advice", e.Recommendation}, {"impact", e.Impact},
	} {
		if note.text != "" {
			p.below(own(note.word+": ").in(dim), from(note.text))
		}
	}
}

func (p *printer) hashes(label string, hashes []string, at render.Forge) {
	for i, h := range hashes {
		p.field(first(i, label), p.hash(h, at))
	}
}

// files shows how much a commit changes, and its files with the lines of each.
func (p *printer) files(files []fact.FileChange) {
	if len(files) == 0 {
		return
	}
	added, removed := 0, 0
	for _, f := range files {
		added, removed = added+f.Insertions, removed+f.Deletions
	}
	p.field("files", own(fmt.Sprintf("%s, +%d −%d", render.Count(len(files), "file"), added, removed)))
	for i, f := range files {
		if p.o.TTY && i == shownFiles && len(files) > shownFiles+1 {
			p.field("", own("… and "+render.Number(len(files)-i)+" more: tracker show --json").in(dim))
			return
		}
		spans := []span{from(f.Status).in(dim), own(" "), from(f.Path)}
		if f.OldPath != "" {
			spans = append(spans, own(" from "), from(f.OldPath))
		}
		switch {
		case f.Unreadable:
			spans = append(spans, own("  unreadable").in(red))
		case f.Binary:
			spans = append(spans, own("  binary").in(dim))
		default:
			spans = append(spans, own(fmt.Sprintf("  +%d −%d", f.Insertions, f.Deletions)).in(dim))
		}
		if f.Generated {
			spans = append(spans, own(", generated").in(dim))
		}
		p.field("", spans...)
	}
}

// field prints a labelled line; one without content is left out.
func (p *printer) field(label string, content ...span) {
	if strings.TrimSpace(plain(content)) == "" {
		return
	}
	p.text(labels, append([]span{p.pad(own(label).in(cyan), labels-1), own(" ")}, content...)...)
}

// below prints a line that belongs to the field above it.
func (p *printer) below(content ...span) {
	const indent = labels + 2
	p.text(indent, append([]span{own(strings.Repeat(" ", indent))}, content...)...)
}

// fieldEach prints a line for each item, on a terminal for the first ones.
func (p *printer) fieldEach(label string, items []string, most int) {
	for i, item := range items {
		if p.o.TTY && i == most && len(items) > most+1 {
			p.field("", own("… and "+render.Number(len(items)-i)+" more").in(dim))
			return
		}
		p.field(first(i, label), from(item))
	}
}

// fieldList prints items in one line, on a terminal the first ones.
func (p *printer) fieldList(label string, items []string, most int) {
	if !p.o.TTY {
		most = len(items)
	}
	if len(items) > 0 {
		p.field(label, own(list(items, most)))
	}
}

// first returns the label for the first line of several, and none for the
// others.
func first(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

func (p *printer) prose(s string) []span { return []span{from(s)} }

// asOf names the commits that an answer is true of.
func (p *printer) asOf(as advise.AsOf) {
	if as.Fork.Commit == "" {
		return
	}
	p.blank()
	p.text(2, own("as of ").in(dim), from(render.RefName(as.Fork.Ref)).in(dim), own(" "), p.forkHash(as.Fork.Commit),
		own(", ").in(dim), from(render.RefName(as.Upstream.Ref)).in(dim), own(" "), p.upHash(as.Upstream.Commit))
}

// dates tells when a commit was written, and when it was committed if that was
// another day.
func dates(c *fact.Commit) string {
	if c.AuthorDate.IsZero() {
		return ""
	}
	written, committed := c.AuthorDate.Format(time.DateOnly), c.CommitDate.Format(time.DateOnly)
	if c.CommitDate.IsZero() || written == committed {
		return ", " + written
	}
	return ", " + written + ", committed " + committed
}

// again tells why a decision is open again, a line each.
func (p *printer) again(a *fact.Account) {
	if !a.Reopened {
		return
	}
	for i, r := range a.Reopenings {
		p.field(first(i, "reopened"), from(r.Text).in(bold))
	}
	if len(a.Reopenings) == 0 {
		p.field("reopened", from(a.Why).in(bold))
	}
}

// waits tells of each thing that the commit waits for whether it is here, and
// which upstream commits would bring what is not.
func (p *printer) waits(s *advise.CommitStory) {
	a := s.Account
	if len(a.Waits) == 0 {
		p.field("waits for", p.prose(strings.Join(a.WaitsFor, ", "))...)
		return
	}
	p.field("waits for", from(strings.Join(render.Waiting(a), ", ")))
	label := first(len(render.Waiting(a)), "waits for")
	for _, w := range a.Waits {
		switch {
		case w.State == fact.Before:
			p.field(label, from(w.What), own(" is in the fork, and was when this was decided").in(dim))
		case w.State == fact.Arrived && w.By != "":
			p.field(label, own("✓ ").in(green), from(w.What), own(" is here, with "), p.forkHash(w.By))
		case w.State == fact.Arrived:
			p.field(label, own("✓ ").in(green), from(w.What), own(" is here"))
		default:
			continue
		}
		label = ""
	}
	for i, b := range s.Bringers {
		p.field(first(i, "would come with"), p.upHash(b.Commit), own("  "), status(b.Status), own("  "), title(b.Subject, b.PR))
		p.field("", own(list(b.What, shownNames)).in(dim))
	}
}

// lessons shows what reports say should be remembered of the commit's files or
// of itself.
func (p *printer) lessons(all []advise.LessonFrom) {
	for i, l := range all {
		if p.o.TTY && i == shownFiles && len(all) > shownFiles+1 {
			p.field("", own("… and "+render.Number(len(all)-i)+" more: tracker search kind:lesson").in(dim))
			return
		}
		p.field(first(i, "lessons"), from(l.Text), own("  "), from(fmt.Sprintf("%s:%d", l.Report, l.Line)).in(dim))
	}
}
