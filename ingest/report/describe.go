package report

import (
	"strings"
	"unicode"
)

// describe takes a commit's title, pull request, reason and conflicts out of
// the line that is about it.
func (d *doc) describe(e *entry, l *line) {
	if title := l.title(); title != "" && e.Subject == "" {
		e.Subject = title
	}
	for _, p := range l.pulls {
		if p.from >= l.titleAt-1 && p.from <= l.titleEnd+2 || len(l.pulls) == 1 {
			d.setPR(e, p.number)
		}
	}
	d.reasonFrom([]*entry{e}, l)
	rest := l.rest()
	d.conflictsFrom(e, &rest, false)
	if i := strings.IndexAny(l.t.s[l.titleAt:l.titleEnd], "(（"); i >= 0 {
		aside := l.t.slice(l.titleAt+i, l.titleEnd)
		d.conflictsFrom(e, &aside, false)
	}
	counts(e, rest.s)
}

// describeEach gives each of several commits of one line what stands between
// it and the next.
func (d *doc) describeEach(entries []*entry, l *line) {
	subjects := l.subjects()
	k := 0
	for n, i := range subjects {
		if k >= len(entries) {
			return
		}
		e := entries[k]
		if e.hash == "" || !samePrefix(e.hash, l.mentions[i].hash) {
			continue
		}
		k++
		end := len(l.t.s)
		if n+1 < len(subjects) {
			end = l.mentions[subjects[n+1]].from
		}
		between := l.t.slice(l.mentions[i].to, end)
		for _, p := range findPulls(between.s) {
			d.setPR(e, p.number)
			break
		}
		d.conflictsFrom(e, &between, false)
	}
}

// reasonFrom keeps what follows the verdict on a line as the reason.
func (d *doc) reasonFrom(entries []*entry, l *line) {
	rest := l.rest()
	if rest.s == "" {
		return
	}
	o := read(&rest, 0, 0)
	from := 0
	if o.lead.found() && o.at.to <= len(rest.s) {
		from = o.at.to
		for _, c := range clauses(rest.s) {
			// The verdict's clause may go on: "skipped because …".
			if c.from <= o.at.from && o.at.to <= c.to && strings.TrimFunc(rest.s[o.at.to:c.to], fringe) == "" {
				from = c.to
			}
		}
	}
	reason := plain(strings.TrimFunc(rest.s[from:], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("—–-:：，,;)）]*`→|。", r)
	}))
	reason = strings.TrimLeft(reason, "(（.。、，；!！ ")
	if label, at, ok := splitLabel(reason); ok {
		if m, known := fieldOf(label); known && (m == "reason" || m == "notes") {
			reason = plain(reason[at:])
		}
	}
	if strings.Count(reason, "(") > strings.Count(reason, ")") {
		reason += ")"
	}
	if saysNothing(reason) || l.onlyCopy(reason) {
		return
	}
	for _, e := range entries {
		e.because(reason, whyLine)
		why := text{s: rest.s, spans: rest.spans, marks: rest.marks}
		missingFrom(e, &why)
	}
}

// onlyCopy reports whether a text names the fork's copy and no more.
func (l *line) onlyCopy(s string) bool {
	if len(s) > 2*maxHash || len(strings.Fields(s)) > 4 {
		return false
	}
	for _, m := range l.mentions {
		if m.role == roleFork && strings.Contains(strings.ToLower(s), m.hash) {
			return true
		}
	}
	return false
}
