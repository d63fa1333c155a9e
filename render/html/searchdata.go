package html

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// searchData is what the search in the pages looks through, column by column, so that
// no name of a field is there twice. Kinds, statuses and people are numbers.
type searchData struct {
	Kinds    []string `json:"kinds"`
	Statuses []string `json:"statuses"`
	People   []string `json:"people"`
	Kind     []int    `json:"k"`
	Address  []string `json:"a"`
	Title    []string `json:"t"`
	Status   []int    `json:"s"` // -1: none
	Date     []string `json:"d"`
	Author   []int    `json:"p"`
	Paths    []string `json:"f"`
	Names    []string `json:"n"` // hashes, pull requests, identifiers
	Text     []string `json:"x"`
}

// What of one text is searched is bounded, so that the data stays smaller than the
// pages.
const (
	searchedText  = 1200 // bytes of a message, or of a passage of a report
	searchedNames = 600
	searchedPaths = 600
)

type entry struct {
	kind, address, title, status, date, author string
	paths, names                               []string
	text                                       []string
}

func (d *searchData) add(e entry) {
	d.Kind = append(d.Kind, number(&d.Kinds, e.kind))
	d.Address = append(d.Address, e.address)
	d.Title = append(d.Title, oneLine(e.title))
	status := -1
	if e.status != "" {
		status = number(&d.Statuses, e.status)
	}
	d.Status = append(d.Status, status)
	d.Date = append(d.Date, e.date)
	d.Author = append(d.Author, number(&d.People, oneLine(e.author)))
	d.Paths = append(d.Paths, within(e.paths, searchedPaths))
	d.Names = append(d.Names, within(e.names, searchedNames))
	d.Text = append(d.Text, within(e.text, searchedText))
}

func number(list *[]string, s string) int {
	i := slices.Index(*list, s)
	if i < 0 {
		i = len(*list)
		*list = append(*list, s)
	}
	return i
}

// within joins words as far as there is room for them.
func within(words []string, room int) string {
	var b strings.Builder
	for _, w := range words {
		w = esc.Line(cutTo(w, room))
		if b.Len()+len(w) > room {
			if left := room - b.Len(); left > 40 {
				b.WriteString(" " + cutTo(w, left))
			}
			break
		}
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// Search is the script with what the search looks through. It hands one string to
// JSON.parse, which browsers read faster than code, and in which nothing can end the
// string or the script.
func (s *Site) Search() []byte {
	d := &searchData{Kinds: []string{}, Statuses: []string{}, People: []string{}}
	d.add(entry{kind: "page", address: "index.html", title: "Overview"})
	for _, story := range s.h.Stories {
		d.add(s.commitEntry(story))
	}
	for i := range s.h.Reports {
		s.addReport(d, &s.h.Reports[i])
	}
	if s.h.Met != nil {
		for i := range s.h.Met.Patterns {
			p := &s.h.Met.Patterns[i]
			d.add(entry{kind: "pattern", address: s.names.patterns[[2]string{p.Of, p.Pattern}], title: p.Pattern, text: append([]string{p.Of, p.Advice}, p.Warnings...), paths: []string{p.Pattern}})
		}
		for i := range s.h.Met.Conflicts {
			c := &s.h.Met.Conflicts[i]
			e := entry{kind: "conflict", address: s.names.commits[c.Fork] + "#" + conflictID(c.Path), title: c.Path + " in " + fact.Short(c.Fork), date: c.Date, author: c.Author,
				paths: []string{c.Path}, names: []string{c.Fork, c.Upstream}, text: []string{c.Kind, c.Class, string(c.Resolution), c.Subject}}
			for _, said := range c.Said {
				e.text = append(e.text, said.Detail, said.Resolution)
			}
			d.add(e)
		}
	}
	for i := range s.h.Groups {
		g := &s.h.Groups[i]
		d.add(entry{kind: "group", address: s.names.groups[g.Root], title: g.Name, names: g.Commits, text: []string{g.Why}})
	}
	for _, x := range s.h.Decisions {
		address := "index.html"
		if a, ok := s.names.commits[x.Commit]; ok {
			address = a
		}
		d.add(entry{kind: "decision", address: address, title: cmp.Or(x.Reason, string(x.Status)), status: string(x.Status), date: render.UnixDay(x.At), author: x.By,
			names: []string{x.Commit, x.As, x.Not}, paths: []string{x.Path}, text: []string{x.Subject}})
	}
	for _, f := range s.found.all {
		address := "findings.html"
		if a, ok := s.names.commits[cmp.Or(f.Fork, f.Upstream)]; ok {
			address = a + "#findings"
		}
		d.add(entry{kind: "finding", address: address, title: f.Message, paths: []string{f.Path}, names: []string{f.Fork, f.Upstream}, text: []string{string(f.Kind), string(f.Severity)}})
	}
	return script(d)
}

func (s *Site) commitEntry(story *advise.CommitStory) entry {
	c := &story.Commit
	e := entry{kind: "commit", address: s.names.commits[c.Hash], title: c.Subject, date: c.CommitDate.Format("2006-01-02"), author: c.Author.Name, names: []string{c.Hash}}
	if story.Side == "fork" {
		e.kind = "pick"
	}
	if c.PR > 0 {
		e.names = append(e.names, fmt.Sprintf("#%d", c.PR))
	}
	e.names = append(e.names, story.Defines...)
	for _, f := range c.Files {
		e.paths = append(e.paths, f.Path)
	}
	if a := story.Account; a != nil {
		e.status = string(a.Status)
		e.names = append(e.names, a.ForkCommits...)
		e.text = append(e.text, a.Reason)
		for _, w := range render.Waiting(a) {
			e.text = append(e.text, "waits for "+w)
		}
	}
	e.text = append(e.text, c.Body)
	return e
}

// addReport adds the passages of a report, and its lessons.
func (s *Site) addReport(d *searchData, r *advise.ReportStory) {
	address := s.names.reports[r.Report.ID]
	title := cmp.Or(r.Report.Report.Title, s.names.called[r.Report.ID])
	for _, x := range passages(r.Report.Text) {
		to := address
		for l := x.first; l <= x.last; l++ {
			if at := s.at(r.Report.ID, l); at != "" {
				to += at
				break
			}
		}
		e := entry{kind: "report", address: to, title: title, date: r.Report.Day, paths: []string{s.names.called[r.Report.ID]}, text: []string{x.text}}
		if x.heading != "" && x.heading != title {
			e.title += " › " + x.heading
		}
		d.add(e)
	}
	for _, n := range r.Report.Report.Lessons {
		d.add(entry{kind: "lesson", address: address + s.at(r.Report.ID, n.Line), title: n.Text, date: r.Report.Day, text: []string{n.Heading}, paths: n.Paths, names: n.Commits})
	}
}

// passage is what stands under a heading of a report, or a part of it.
type passage struct {
	heading     string
	first, last int // lines
	text        string
}

// passages cuts a report at its headings, and where one is longer than what is
// searched of it.
func passages(text string) []passage {
	var out []passage
	heading, first, fenced := "", 1, false
	var b strings.Builder
	number := 0
	flush := func() {
		if strings.TrimSpace(b.String()) != "" {
			out = append(out, passage{heading, first, number, b.String()})
		}
		b.Reset()
		first = number + 1
	}
	t := newReportText(text)
	for i, l := range strings.Split(strings.TrimSuffix(string(t.text), "\n"), "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "```") {
			fenced = !fenced
		}
		if name := strings.TrimLeft(l, "#"); !fenced && len(name) < len(l) && strings.HasPrefix(name, " ") {
			flush()
			heading = strings.TrimSpace(name)
		} else if b.Len()+len(l) > searchedText {
			flush()
		}
		number = t.lines[i]
		b.WriteString(l)
		b.WriteByte('\n')
	}
	flush()
	return out
}

// script puts data into a script: a call with one string.
func script(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers alone
	}
	var b bytes.Buffer
	b.Grow(len(text) + len(text)/16)
	b.WriteString("tracker.data(JSON.parse('")
	// json.Marshal writes <, >, & and U+2028 and U+2029 as escapes.
	for _, c := range text {
		if c == '\\' || c == '\'' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	b.WriteString("'));\n")
	return b.Bytes()
}
