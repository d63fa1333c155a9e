package html

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// Drawings are SVG without words, so that they can be drawn out to any width; what they
// say stands beside them. Their colours are the style sheet's.

// bar draws the counts as one bar, a part a status.
func bar(counts map[fact.Status]int, total int) template.HTML {
	if total == 0 {
		return ""
	}
	var b strings.Builder
	var told []string
	for _, s := range fact.Statuses {
		if n := counts[s]; n > 0 {
			told = append(told, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(told) == 0 {
		return ""
	}
	fmt.Fprintf(&b, `<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="%s">`, strings.Join(told, ", "))
	at := 0
	for _, s := range fact.Statuses {
		n := counts[s]
		if n == 0 {
			continue
		}
		from, to := at*1000/total, (at+n)*1000/total
		at += n
		fmt.Fprintf(&b, `<rect class="fill %s" x="%d" y="0" width="%d" height="10"><title>%d %s</title></rect>`, s, from, max(to-from, 2), n, s)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// meter draws how much one number is of another.
func meter(n, most int, class string) template.HTML {
	if most == 0 {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="%s" width="%d" height="8"/></svg>`, class, max(1, n*100/most)))
}

const (
	mostColumns = 60
	upper       = 70 // units above the line, for upstream's commits
	lower       = 34 // and below it, for picks
)

// timeLine draws when upstream's commits were written, by what became of them, and
// below the line when the fork's picks were made. It returns what it spans, as days.
func timeLine(h *advise.History) (drawing template.HTML, since, until string) {
	type event struct {
		at     time.Time
		status fact.Status // empty for a pick
	}
	var events []event
	for i := range h.Standing.Commits {
		a := &h.Standing.Commits[i]
		if t, err := time.Parse(time.RFC3339, a.Date); err == nil {
			events = append(events, event{t.UTC(), a.Status})
		}
	}
	for _, s := range h.Stories {
		if s.Side == "fork" && len(s.Picks) > 0 {
			events = append(events, event{s.Commit.CommitDate.UTC(), ""})
		}
	}
	if len(events) == 0 {
		return "", "", ""
	}
	first, end := events[0].at, events[0].at
	for _, e := range events {
		if e.at.Before(first) {
			first = e.at
		}
		if e.at.After(end) {
			end = e.at
		}
	}
	first = first.Truncate(24 * time.Hour)
	days := int(end.Sub(first).Hours()/24) + 1
	width := 1 // days of a column
	for _, w := range []int{1, 7, 14, 28, 91, 182, 364} {
		width = w
		if (days+w-1)/w <= mostColumns {
			break
		}
	}
	for (days+width-1)/width > mostColumns {
		width *= 2
	}
	columns := (days + width - 1) / width
	above := make([]map[fact.Status]int, columns)
	below := make([]int, columns)
	tall, deep := 1, 1
	for _, e := range events {
		c := min(columns-1, int(e.at.Sub(first).Hours()/24)/width)
		if e.status == "" {
			below[c]++
			deep = max(deep, below[c])
			continue
		}
		if above[c] == nil {
			above[c] = map[fact.Status]int{}
		}
		above[c][e.status]++
		n := 0
		for _, k := range above[c] {
			n += k
		}
		tall = max(tall, n)
	}
	var b strings.Builder
	span := map[int]string{1: "day", 7: "week"}[width]
	if span == "" {
		span = fmt.Sprintf("%d days", width)
	}
	fmt.Fprintf(&b, `<svg class="timeline" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="Upstream commits a %s above the line, picks below it; at most %d and %d">`,
		columns*10, upper+lower+2, span, tall, deep)
	for c := range columns {
		day := first.AddDate(0, 0, c*width).Format(time.DateOnly)
		y := float64(upper)
		for _, s := range fact.Statuses {
			n := above[c][s]
			if n == 0 {
				continue
			}
			height := float64(n) * upper / float64(tall)
			y -= height
			fmt.Fprintf(&b, `<rect class="fill %s" x="%d" y="%.1f" width="8" height="%.1f"><title>%s: %s %s</title></rect>`, s, c*10+1, y, height, day, render.Count(n, "commit"), s)
		}
		if n := below[c]; n > 0 {
			fmt.Fprintf(&b, `<rect class="fill picked" x="%d" y="%d" width="8" height="%.1f"><title>%s: %s made</title></rect>`,
				c*10+1, upper+2, float64(n)*lower/float64(deep), day, render.Count(n, "pick"))
		}
	}
	fmt.Fprintf(&b, `<rect class="axis" x="0" y="%d" width="%d" height="2"/></svg>`, upper, columns*10)
	return template.HTML(b.String()), first.Format(time.DateOnly), end.Format(time.DateOnly)
}
