package index

import (
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Dates are terms: of a moment its year, month and day, which few documents
// do not share, and its second. bleve's own numbers are sixteen terms each, half
// of them unique, and took an eighth of the time and size of an index.

// bounds of what can be a date; git knows no year beyond four digits either.
var (
	firstMoment = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	lastMoment  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

const (
	yearTerm   = "y2006"
	monthTerm  = "m2006-01"
	dayTerm    = "d2006-01-02"
	secondTerm = "2006-01-02T15:04:05"
)

// dateTerms are the terms by which a moment is found, and the one by which
// documents are sorted.
func dateTerms(unix int64) (spans []string, second string) {
	t := clamp(time.Unix(unix, 0).UTC())
	return []string{t.Format(yearTerm), t.Format(monthTerm), t.Format(dayTerm)}, t.Format(secondTerm)
}

func clamp(t time.Time) time.Time {
	switch {
	case t.Before(firstMoment):
		return firstMoment
	case t.After(lastMoment):
		return lastMoment
	}
	return t
}

// span is what a range of dates comes to: whole days and months by name, and
// ranges of terms, [from, to), for whole years and for the parts of days at
// its ends.
type span struct {
	names   []string
	years   [2]string
	seconds [][2]string
}

// spanOf takes [from, to) apart; nil stands for no bound.
func spanOf(from, to *time.Time) span {
	begin, end := firstMoment, lastMoment.Add(time.Second)
	if from != nil {
		begin = clamp(ceiling(from.UTC()))
	}
	if to != nil {
		end = clamp(ceiling(to.UTC()))
	}
	var s span
	year := func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }
	month := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
	day := func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
	for at := begin; at.Before(end); {
		var next time.Time
		switch {
		case at.Equal(year(at)) && !at.AddDate(1, 0, 0).After(end):
			next = year(end)
			s.years = [2]string{at.Format(yearTerm), fmt.Sprintf("y%04d", next.Year())}
			if next.Year() > lastMoment.Year() {
				s.years[1] = "z"
			}
		case at.Equal(month(at)) && !at.AddDate(0, 1, 0).After(end):
			s.names = append(s.names, at.Format(monthTerm))
			next = at.AddDate(0, 1, 0)
		case at.Equal(day(at)) && !at.AddDate(0, 0, 1).After(end):
			s.names = append(s.names, at.Format(dayTerm))
			next = at.AddDate(0, 0, 1)
		default:
			if next = day(at).AddDate(0, 0, 1); next.After(end) {
				next = end
			}
			before := "~" // behind every second
			if next.Year() <= lastMoment.Year() {
				before = next.Format(secondTerm)
			}
			s.seconds = append(s.seconds, [2]string{at.Format(secondTerm), before})
		}
		at = next
	}
	return s
}

// ceiling is the first whole second at or after t.
func ceiling(t time.Time) time.Time {
	whole := t.Truncate(time.Second)
	if whole.Before(t) {
		whole = whole.Add(time.Second)
	}
	return whole
}

// query finds the documents whose moment lies in the span.
func (s span) query() query.Query {
	list := []query.Query{query.NewMatchNoneQuery()}
	for _, name := range s.names {
		list = append(list, term(fieldDate, name))
	}
	between := func(field string, terms [2]string) {
		q := query.NewTermRangeQuery(terms[0], terms[1])
		q.SetField(field)
		list = append(list, q)
	}
	if s.years[0] != "" {
		between(fieldDate, s.years)
	}
	for _, part := range s.seconds {
		between(fieldSecond, part)
	}
	return query.NewDisjunctionQuery(list)
}
