package html

import (
	"cmp"
	"html/template"
	"slices"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// What the overview shows of lists that can be long.
const (
	shownNext      = 12
	shownQuestions = 8
	shownSpots     = 12
	shownLessons   = 8
	shownFindings  = 8
)

type overview struct {
	*advise.Standing
	In, Out, Open int // commits that the fork has, that were decided against or put off, and that are open
	Shares        []share
	Bar, Line     template.HTML
	Since, Until  string // what the time line spans
	Questions     []question
	MoreQuestions int
	Next          []next
	MoreNext      int
	Prospects     string
	Spots         []spot
	MoreSpots     int
	Rounds        []round
	Lessons       []advise.LessonFrom
	MoreLessons   int
	Findings      []finding
	MoreFindings  int
	Decisions     []fact.Decision
}

// share is how many commits have a status.
type share struct {
	Status  fact.Status
	Count   int
	Meaning string
}

// question is what a maintainer has to settle about one commit.
type question struct {
	Commit, Subject string
	PR              int
	Status          fact.Status
	Items           []questionItem
}

type questionItem struct {
	Kind, Text string
	Report     string
	Line       int
}

// next is an open commit, in the order in which upstream made them.
type next struct {
	*fact.Account
	Outlook *advise.Outlook
}

type round struct {
	advise.Round
	Told    string
	Wrong   int // statements that git contradicts
	Address string
}

func (p *page) overview(*Drawn) error {
	h := p.site.h
	s := &h.Standing
	o := &overview{Standing: s, Spots: spots(h), Decisions: h.Decisions, Prospects: render.Prospects(&s.Outlook)}
	for _, status := range fact.Statuses {
		n := s.Counts[status]
		switch {
		case status.InFork():
			o.In += n
		case status == fact.Pending:
			o.Open += n
		default:
			o.Out += n
		}
		if n > 0 {
			o.Shares = append(o.Shares, share{status, n, render.Meaning(status)})
		}
	}
	o.Bar = bar(s.Counts, s.Total)
	o.Line, o.Since, o.Until = timeLine(h)
	o.Questions = questions(h)
	o.Questions, o.MoreQuestions = few(o.Questions, shownQuestions)
	for i := range slices.Backward(s.Commits) {
		if a := &s.Commits[i]; a.Status == fact.Pending {
			o.Next = append(o.Next, next{a, s.Outlooks[a.Commit]})
		}
	}
	o.Next, o.MoreNext = few(o.Next, shownNext)
	o.Spots, o.MoreSpots = few(o.Spots, shownSpots)
	o.Rounds = p.rounds()
	slices.Reverse(o.Rounds)
	o.Lessons, o.MoreLessons = few(h.Lessons, shownLessons)
	o.Findings, o.MoreFindings = few(p.site.found.open, shownFindings)
	return p.write("overview", frame{Title: "Where the fork stands", Body: o})
}

// few returns the first n of a list, and how many there are beside; one more than n
// is no reason to leave it out.
func few[T any](list []T, n int) (first []T, more int) {
	if len(list) <= n+1 {
		return list, 0
	}
	return list[:n], len(list) - n
}

// questions gathers what has to be settled, commit by commit.
func questions(h *advise.History) []question {
	accounts := map[string]*fact.Account{}
	for i := range h.Standing.Commits {
		accounts[h.Standing.Commits[i].Commit] = &h.Standing.Commits[i]
	}
	var out []question
	at := map[string]int{}
	for _, q := range h.Questions {
		i, ok := at[q.Commit]
		if !ok {
			i = len(out)
			at[q.Commit] = i
			one := question{Commit: q.Commit, Subject: q.Subject}
			if a := accounts[q.Commit]; a != nil {
				one.PR, one.Status = a.PR, a.Status
			}
			out = append(out, one)
		}
		item := questionItem{Kind: q.Kind, Text: q.Text}
		item.Report, item.Line = splitSource(q.Source)
		out[i].Items = append(out[i].Items, item)
	}
	slices.SortStableFunc(out, func(a, b question) int {
		return cmp.Compare(rankOf(a.Items), rankOf(b.Items))
	})
	return out
}

// rankOf puts what is open again first.
func rankOf(items []questionItem) int {
	if slices.ContainsFunc(items, func(i questionItem) bool { return i.Kind == "reopened" }) {
		return 0
	}
	return 1
}

func (p *page) rounds() []round {
	var out []round
	for _, r := range p.site.h.Rounds {
		out = append(out, round{
			Round: r, Told: render.Told(r.Words), Wrong: len(r.Disagreements) + len(r.Names) + len(r.Unknown) + len(r.Findings),
			Address: p.to(p.site.names.reports[r.ID]),
		})
	}
	return out
}
