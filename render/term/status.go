package term

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// A terminal shows this many commits of a kind, and says how to see the rest.
const (
	shownAttention = 5
	shownPending   = 10
)

// Status shows where the fork stands: what follows what, the sum, a line for
// each status, what needs attention, what is pending, and what to ask next.
// Off the terminal it is the same text in full.
func Status(w io.Writer, o Options, s *advise.Standing) error {
	p := newPrinter(w, o)
	p.standing(s)
	for i := range s.Forks {
		p.blank()
		p.standing(&s.Forks[i])
	}
	p.blank()
	p.text(6, own("next: ").in(dim), own("tracker show COMMIT"), own(" · ").in(dim), own("tracker plan"), own(" · ").in(dim), own("tracker render md"))
	return p.flush()
}

func (p *printer) standing(s *advise.Standing) {
	head := []span{from(render.RefName(s.Fork.Ref)).in(bold), own(" "), p.forkHash(s.Fork.Commit), own(" follows "),
		from(render.RefName(s.Upstream.Ref)).in(bold), own(" "), p.upHash(s.Upstream.Commit)}
	if s.Base == "" && s.Shallow {
		head = append(head, own(" · the clone ends before their base"))
	} else if s.Base == "" {
		head = append(head, own(" · no common commit"))
	} else {
		head = append(head, own(" · base "), p.upHash(s.Base))
		if day := render.Day(s.BaseDate); day != "" {
			head = append(head, own(", "+day))
		}
	}
	p.text(2, head...)
	sum := []span{own(render.Count(s.Total, "commit") + " upstream, ").in(bold)}
	if s.Unaccounted == 0 {
		sum = append(sum, own("0 unaccounted").in(bold))
	} else {
		sum = append(sum, own(render.Number(s.Unaccounted)+" unaccounted ✗").in(red))
	}
	if s.Merges > 0 {
		sum = append(sum, own(" · and "+render.Count(s.Merges, "merge")))
	}
	p.text(2, sum...)
	if s.Shallow {
		p.text(2, own("✗ ").in(red), own("the clone is shallow: counts go as far as it does · git fetch --unshallow, then tracker ingest"))
	}
	p.moved(s.Moved)
	p.counts(s)
	p.audited(&s.Findings)
	p.attention(s)
	p.pending(s)
}

// moved warns that the refs have moved on since the answer was found.
func (p *printer) moved(moved []advise.Move) {
	for _, m := range moved {
		spans := []span{own("! ").in(red), from(render.RefName(m.Ref)).in(bold)}
		if m.Now == "" {
			spans = append(spans, own(" is gone since the last ingest"))
		} else {
			spans = append(spans, own(" has moved from "), p.forkHash(m.Was), own(" to "), p.forkHash(m.Now), own(" since the last ingest"))
		}
		p.text(2, append(spans, own(" · run tracker ingest"))...)
	}
}

// counts prints a line for each status that has commits.
func (p *printer) counts(s *advise.Standing) {
	most := 0
	for _, n := range s.Counts {
		most = max(most, n)
	}
	if most == 0 {
		return
	}
	p.blank()
	digits := len(render.Number(most))
	bar := 24
	if limit := p.limit(); limit > 0 {
		bar = min(bar, limit/4)
	}
	for _, st := range fact.Statuses {
		n := s.Counts[st]
		if n == 0 {
			continue
		}
		number := render.Number(n)
		line := []span{own("  "), p.pad(status(st), 10), own(" " + strings.Repeat(" ", digits-len(number)) + number + "  ")}
		if p.o.TTY && bar > 0 {
			line = append(line, p.pad(own(strings.Repeat("█", p.blocks(n, most, bar))), min(bar, most*p.width("█"))+2).in(statusStyle(string(st))))
		}
		p.line(append(line, p.meaning(s, st, n))...)
	}
}

// blocks is the length of a bar that has room for the given cells: a block a
// commit where that fits, else in proportion, and at least one.
func (p *printer) blocks(n, most, cells int) int {
	room := cells / p.width("█")
	if most <= room {
		return n
	}
	return max(1, n*room/most)
}

// meaning explains a status, and names the files when one commit alone left
// some out.
func (p *printer) meaning(s *advise.Standing, st fact.Status, n int) span {
	again := 0
	for i := range s.Commits {
		if a := &s.Commits[i]; a.Status == st && a.Reopened {
			again++
		}
	}
	if again > 0 {
		return own(render.Number(again) + " reopened")
	}
	if met := render.Prospects(&s.Outlook); st == fact.Pending && met != "" {
		return own(met)
	}
	if st == fact.Partial && n == 1 {
		for i := range s.Commits {
			if a := &s.Commits[i]; a.Status == st && len(a.Left) > 0 {
				return own("left out of " + p.upHash(a.Commit).text + ": " + list(a.Left, 2)).in(dim)
			}
		}
	}
	return own(render.Meaning(st)).in(dim)
}

// list joins the first n strings, and counts the others.
func list(all []string, n int) string {
	var out []string
	for i, s := range all {
		if i == n && len(all) > n {
			return strings.Join(out, ", ") + " and " + render.Number(len(all)-n) + " more"
		}
		out = append(out, from(s).text)
	}
	return strings.Join(out, ", ")
}

// attention lists the commits that somebody should look at: open again,
// contradicted by git, put off.
func (p *printer) attention(s *advise.Standing) {
	var reopened, contradicted, deferred []*fact.Account
	for i := range s.Commits {
		a := &s.Commits[i]
		switch {
		case a.Reopened:
			reopened = append(reopened, a)
		case slices.ContainsFunc(a.Sources, disputed):
			contradicted = append(contradicted, a)
		case a.Status == fact.Deferred:
			deferred = append(deferred, a)
		}
	}
	p.few(reopened, shownAttention, "reopened", "render md", func(a *fact.Account) {
		p.account("reopened", bold, a, reopening(a))
	})
	p.few(contradicted, shownAttention, "disagreement", "render md", func(a *fact.Account) {
		notes := denied(a)
		for _, reason := range reasonOf(a) {
			if !slices.ContainsFunc(a.Sources, func(s fact.Source) bool { return s.Disagrees == reason }) {
				notes = append(notes, reason)
			}
		}
		p.account("disagreement", red, a, notes)
	})
	p.few(deferred, shownAttention, "deferred", "search status:deferred", func(a *fact.Account) {
		p.account("deferred", yellow, a, reasonOf(a))
	})
}

// reopening tells what happened since a commit was decided, what it still waits
// for, and how it was decided.
func reopening(a *fact.Account) []string {
	notes := []string{render.WhyOpen(a)}
	if s := render.Progress(a); s != "" {
		notes = append(notes, s)
	}
	was := string(a.Status)
	if day := cmp.Or(a.Ruling.Day, render.UnixDay(a.Ruling.When)); day != "" {
		was += " on " + day
	}
	if a.Reason == "" {
		return append(notes, was)
	}
	was += ": " + a.Reason
	if a.ReasonFrom != "" {
		was += " (" + a.ReasonFrom + ")"
	}
	return append(notes, was)
}

// denied tells what git contradicts, sources of the same words together.
func denied(a *fact.Account) []string {
	var order []fact.Source
	where := map[fact.Source][]string{}
	for _, s := range a.Sources {
		if !disputed(s) {
			continue
		}
		words := fact.Source{Status: s.Status, Disagrees: s.Disagrees}
		if where[words] == nil {
			order = append(order, words)
		}
		where[words] = append(where[words], cite(s))
	}
	var notes []string
	for _, words := range order {
		say := " says "
		if len(where[words]) > 1 {
			say = " say "
		}
		notes = append(notes, "✗ "+strings.Join(where[words], ", ")+say+words.Status+": "+words.Disagrees)
	}
	return notes
}

// disputed reports whether git contradicts a verdict. A plan that was left
// standing after it was carried out is stale, and no dispute.
func disputed(s fact.Source) bool {
	return s.Disagrees != "" && s.Status != string(fact.WordPending)
}

// reasonOf tells why an account was settled as it is, by whom, and what it
// waits for.
func reasonOf(a *fact.Account) []string {
	var notes []string
	reason := a.Reason
	if reason == "" && a.Status != fact.Pending {
		reason = a.Why
	}
	if reason != "" {
		if a.Reason != "" && a.ReasonFrom != "" {
			reason += " (" + a.ReasonFrom + ")"
		}
		notes = append(notes, reason)
	}
	if waits := render.Waiting(a); len(waits) > 0 {
		notes = append(notes, "waits for "+strings.Join(waits, ", "))
	}
	return notes
}

// cite names a source as report:line, or by the number of a decision.
func cite(s fact.Source) string {
	if s.Report == "" {
		return "decision " + strconv.Itoa(s.Mark)
	}
	if s.Line > 0 {
		return s.Report + ":" + strconv.Itoa(s.Line)
	}
	return s.Report
}

// few shows the first of a list, all of it off the terminal, and how to see
// the others.
func (p *printer) few(accounts []*fact.Account, most int, what, ask string, show func(*fact.Account)) {
	if len(accounts) == 0 {
		return
	}
	p.blank()
	for i, a := range accounts {
		if p.o.TTY && i == most && len(accounts) > most+1 {
			p.line(own("  … and " + render.Number(len(accounts)-most) + " more " + what + ": tracker " + ask).in(dim))
			return
		}
		show(a)
	}
}

// account prints a commit below a word, with notes under its subject.
func (p *printer) account(word string, st style, a *fact.Account, notes []string) {
	const column = 14
	hash := p.upHash(a.Commit)
	line := []span{p.pad(own(word).in(st), column), hash, own("  ")}
	if string(a.Status) != word {
		line = append(line, status(a.Status), own("  "))
	}
	p.line(append(line, title(a.Subject, a.PR))...)
	for _, n := range notes {
		p.text(column, own(strings.Repeat(" ", column)), from(n).in(dim))
	}
}

func (p *printer) pending(s *advise.Standing) {
	var pending []*fact.Account
	for i := range s.Commits {
		if a := &s.Commits[i]; a.Status == fact.Pending && !a.Reopened {
			pending = append(pending, a)
		}
	}
	if len(pending) == 0 {
		return
	}
	slices.Reverse(pending)
	p.blank()
	p.line(own("pending, in upstream's order").in(bold))
	for i, a := range pending {
		if p.o.TTY && i == shownPending && len(pending) > shownPending+1 {
			p.line(own(fmt.Sprintf("  … and %s more: tracker search status:pending", render.Number(len(pending)-i))).in(dim))
			return
		}
		line := []span{own("  "), p.upHash(a.Commit), own("  " + render.Day(a.Date) + "  ").in(dim)}
		if len(s.Outlooks) > 0 {
			line = append(line, p.pad(p.prospect(s.Outlooks[a.Commit]), 8), own("  "))
		}
		p.line(append(line, title(a.Subject, a.PR))...)
	}
}

// prospect is what an open commit will meet, in a word.
func (p *printer) prospect(o *advise.Outlook) span {
	switch {
	case o == nil:
		return own("")
	case o.Result != fact.ResultEmpty && len(o.Requires) > 0:
		return own("needs").in(yellow)
	}
	return result(o.Result)
}

// meets shows what an open commit will meet, in its colour.
func (p *printer) meets(o *advise.Outlook) span {
	st := result(o.Result).style
	if st == green && len(o.Requires) > 0 {
		st = yellow
	}
	return own(render.Meets(o)).in(st)
}

// Accounts lists commits with their status: the answer to "status COMMIT…".
// Off the terminal: commit, status, date, fork commits (separated by commas),
// author, pull request, subject, why, reason.
func Accounts(w io.Writer, o Options, accounts []fact.Account) error {
	p := newPrinter(w, o)
	if p.o.TTY && len(accounts) > 0 {
		p.line(own("COMMIT     STATUS      DATE        IN FORK    SUBJECT").in(dim))
	}
	for i := range accounts {
		a := &accounts[i]
		if !p.o.TTY {
			number := ""
			if a.PR > 0 {
				number = strconv.Itoa(a.PR)
			}
			p.record(a.Commit, string(a.Status), a.Date, strings.Join(a.ForkCommits, ","), a.Author, number, a.Subject, a.Why, a.Reason)
			continue
		}
		carrier := own("")
		if len(a.ForkCommits) > 0 {
			carrier = p.forkHash(a.ForkCommits[0])
		}
		p.line(p.pad(p.upHash(a.Commit), 9), own("  "), p.pad(status(a.Status), 10), own("  "),
			p.pad(own(render.Day(a.Date)), 10), own("  "), p.pad(carrier, 9), own("  "), title(a.Subject, a.PR))
		indent := strings.Repeat(" ", 11)
		p.text(len(indent), own(indent), from(a.Why).in(dim))
		if a.Reason != "" {
			p.text(len(indent), own(indent), from(a.Reason).in(dim))
		}
		for _, s := range a.Sources {
			p.text(len(indent), append([]span{own(indent)}, p.said(s)...)...)
		}
	}
	return p.flush()
}

// said shows a source and whether git contradicts it.
func (p *printer) said(s fact.Source) []span {
	spans := []span{from(cite(s)), own(" says "), from(s.Status).in(statusStyle(s.Status))}
	if s.Disagrees != "" {
		return append(spans, own("  ✗ git disagrees: ").in(red), from(s.Disagrees))
	}
	return spans
}
