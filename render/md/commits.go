package md

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// notes are what is worth knowing of a pending commit: why it is open again,
// what was said of it, what it waits for.
func (d *document) notes(a *fact.Account) []string {
	var notes []string
	if a.Reopened {
		notes = append(notes, "open again: "+d.prose(render.WhyOpen(a)))
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

// shownBringers is how many upstream commits are named that would bring what a
// commit waits for.
const shownBringers = 3

func (d *document) waits(a *fact.Account) string {
	waits := render.Waiting(a)
	if len(waits) == 0 {
		return ""
	}
	var with []string
	for _, w := range a.Waits {
		for _, h := range w.From {
			if w.State == fact.Lacking && w.Kind != fact.ForCommit && !slices.Contains(with, h) {
				with = append(with, h)
			}
		}
	}
	from := ""
	if len(with) > 0 {
		from = ", which would come with " + d.list(with[:min(len(with), shownBringers)], d.hash)
	}
	return "waits for " + d.list(waits, func(w string) string {
		return cmp.Or(d.word(strings.Trim(w, "`")), symbol(w))
	}) + from
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

// reason is why people decided as they did.
func (d *document) reason(a *fact.Account) string {
	why := a.Reason
	if why == "" {
		why = "no reason given"
	}
	parts := []string{d.prose(why), d.waits(a)}
	if a.Reopened {
		parts = append(parts, "**open again**: "+d.prose(render.WhyOpen(a)))
	}
	return joined(parts)
}

// joined puts the parts that say something after one another.
func joined(parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}
