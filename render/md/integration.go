package md

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tracker/advise"
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
	d.next()
	d.settled()
	d.conflicts()
	d.lessons()
	d.decisions()
	d.rounds()
	return seal(bytes.TrimLeft(d.out.Bytes(), "\n"))
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
	d.group(s, "in the fork", fact.Integrated, fact.Adapted, fact.Partial, fact.Empty)
	d.group(s, "decided against or put off", fact.Reverted, fact.Skipped, fact.Deferred)
	if n := s.Counts[fact.Pending]; n > 0 {
		d.printf("- **%s pending**%s\n", render.Number(n), d.oldest(s))
	} else {
		d.printf("- **Nothing pending**\n")
	}
	if s == &d.in.Standing {
		if n := len(d.asked); n == 0 {
			d.printf("- Nothing needs a decision\n")
		} else if n == 1 {
			d.printf("- **1 thing needs a decision**, below\n")
		} else {
			d.printf("- **%s things need a decision**, below\n", render.Number(n))
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

// question is one that several sources may raise.
type question struct {
	advise.Question
	sources []string
}

// merge puts questions that differ in their source alone together, where the
// first of them stood.
func merge(all []advise.Question) []question {
	var out []question
	at := map[advise.Question]int{}
	for _, q := range all {
		source := q.Source
		q.Source = ""
		i, seen := at[q]
		if !seen {
			i = len(out)
			at[q] = i
			out = append(out, question{Question: q})
		}
		if source != "" && !slices.Contains(out[i].sources, source) {
			out[i].sources = append(out[i].sources, source)
		}
	}
	return out
}

func (d *document) questions() {
	if len(d.asked) == 0 {
		return
	}
	d.heading(2, "What needs a decision")
	for _, q := range d.asked {
		d.printf("- ")
		if kind := askedFor(q.Kind); kind != "" {
			d.printf("**%s**: ", kind)
		}
		if q.Commit != "" {
			d.printf("%s %s — ", d.hash(q.Commit), d.title(q.Subject, 0))
		}
		d.printf("%s", d.prose(q.Text))
		if len(q.sources) > 0 {
			d.printf(" (%s)", d.list(q.sources, d.source))
		}
		d.printf("\n")
	}
}

// list shows each item, separated by commas.
func (d *document) list(items []string, show func(string) string) string {
	shown := make([]string, len(items))
	for i, item := range items {
		shown[i] = show(item)
	}
	return strings.Join(shown, ", ")
}

// askedFor says why a question is asked.
func askedFor(kind string) string {
	switch kind {
	case "reopened":
		return "Open again"
	case "disagreement":
		return "Git disagrees"
	case "contradiction":
		return "Two sources contradict each other"
	}
	return esc.Text(kind)
}

// next lists what is pending, in the order of the range: a commit never comes
// before one that it was built on.
func (d *document) next() {
	var pending []*fact.Account
	for i := range d.in.Standing.Commits {
		if a := &d.in.Standing.Commits[i]; a.Status == fact.Pending {
			pending = append(pending, a)
		}
	}
	if len(pending) == 0 {
		return
	}
	slices.Reverse(pending)
	d.heading(2, "What is next")
	d.printf("%s, oldest first, which is the order to pick in.\n\n", render.Count(len(pending), "pending commit"))
	for _, a := range pending {
		d.printf("1. %s %s", d.hash(a.Commit), d.title(a.Subject, a.PR))
		if day := render.Day(a.Date); day != "" {
			d.printf(" · %s", day)
		}
		for _, note := range d.notes(a) {
			d.printf("\n   - %s", note)
		}
		d.printf("\n")
	}
}

// notes are what is worth knowing of a pending commit: why it is open again,
// what was said of it, what it waits for.
func (d *document) notes(a *fact.Account) []string {
	var notes []string
	if a.Reopened {
		notes = append(notes, "open again: "+d.prose(a.Why))
	}
	if a.Reason != "" {
		notes = append(notes, d.prose(a.Reason))
	}
	if w := d.waits(a); w != "" {
		notes = append(notes, w)
	}
	if said := d.said(a); said != "" {
		notes = append(notes, said)
	}
	return notes
}

func (d *document) waits(a *fact.Account) string {
	if len(a.WaitsFor) == 0 {
		return ""
	}
	return "waits for " + d.list(a.WaitsFor, func(w string) string {
		return cmp.Or(d.word(strings.Trim(w, "`")), symbol(w))
	})
}

// symbol shows one word as code, and a phrase as prose.
func symbol(s string) string {
	if bare := strings.Trim(esc.Line(s), "`"); !strings.ContainsAny(bare, " `") {
		return esc.Code(bare)
	}
	return esc.Prose(s, nil)
}

// said tells which sources say what: "integrated in A:3, B:7". Those that git
// contradicts come last, each with how. That a commit was once listed as pending
// says nothing any more when it has been settled since.
func (d *document) said(a *fact.Account) string {
	var order, denied []string
	where := map[string][]string{}
	for _, s := range a.Sources {
		word, at := s.Status+" in", d.report(s.Report, s.Line)
		if s.Report == "" {
			word, at = s.Status+" by", fmt.Sprintf("decision %d", s.Mark)
		}
		if s.Disagrees != "" {
			denied = append(denied, fmt.Sprintf("✗ %s %s, but git disagrees: %s", esc.Text(word), at, d.prose(s.Disagrees)))
			continue
		}
		if a.Status != fact.Pending && (s.Status == string(fact.WordPending) || s.Status == string(fact.WordUnknown)) {
			continue
		}
		if where[word] == nil {
			order = append(order, word)
		}
		where[word] = append(where[word], at)
	}
	var said []string
	for _, word := range order {
		said = append(said, esc.Text(word)+" "+strings.Join(where[word], ", "))
	}
	return strings.Join(append(said, denied...), "; ")
}

// settled writes a table for each status but pending.
func (d *document) settled() {
	byStatus := map[fact.Status][]*fact.Account{}
	for i := range d.in.Standing.Commits {
		a := &d.in.Standing.Commits[i]
		byStatus[a.Status] = append(byStatus[a.Status], a)
	}
	first := true
	for _, status := range fact.Statuses {
		accounts := byStatus[status]
		if status == fact.Pending || len(accounts) == 0 {
			continue
		}
		if first {
			d.heading(2, "Every commit")
			if len(byStatus[fact.Pending]) > 0 {
				d.printf("The pending ones stand above, under what is next.\n")
			}
			first = false
		}
		slices.Reverse(accounts)
		slices.SortStableFunc(accounts, func(a, b *fact.Account) int {
			return cmp.Compare(render.Day(a.Date), render.Day(b.Date))
		})
		d.heading(3, strings.ToUpper(string(status[:1]))+string(status[1:]))
		d.printf("%s: %s.\n\n", render.Count(len(accounts), "commit"), render.Meaning(status))
		d.statusTable(status, accounts)
	}
}

func (d *document) statusTable(status fact.Status, accounts []*fact.Account) {
	switch status {
	case fact.Skipped, fact.Deferred:
		t := d.table("Date", "Upstream commit", "Reason", "Said in")
		for _, a := range accounts {
			t.row(render.Day(a.Date), d.commit(a), d.reason(a), d.said(a))
		}
	case fact.Empty:
		t := d.table("Date", "Upstream commit", "Why", "Said in")
		for _, a := range accounts {
			t.row(render.Day(a.Date), d.commit(a), d.why(a), d.said(a))
		}
	default:
		t := d.table("Date", "Upstream commit", "In the fork", "Why", "Said in")
		for _, a := range accounts {
			t.row(render.Day(a.Date), d.commit(a), d.carriers(a), d.why(a), d.said(a))
		}
	}
}

func (d *document) commit(a *fact.Account) string {
	return d.hash(a.Commit) + " " + d.title(a.Subject, a.PR)
}

func (d *document) carriers(a *fact.Account) string {
	return d.list(a.ForkCommits, d.hash)
}

// why is what git shows, and what people add to it.
func (d *document) why(a *fact.Account) string {
	parts := []string{d.prose(a.Why)}
	if a.Reason != "" {
		parts = append(parts, d.prose(a.Reason))
	}
	if len(a.Left) > 0 && !strings.Contains(a.Why, "left out") {
		parts = append(parts, "left out: "+d.list(a.Left, esc.Code))
	}
	return joined(parts)
}

// reason is why people decided as they did; without one, why tracker thinks
// that they did.
func (d *document) reason(a *fact.Account) string {
	why := a.Reason
	if why == "" {
		why = a.Why
	}
	parts := []string{d.prose(why), d.waits(a)}
	if a.Reopened {
		parts = append(parts, "**open again**: "+d.prose(a.Why))
	}
	return joined(parts)
}

// joined puts the parts that say something after one another.
func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
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
