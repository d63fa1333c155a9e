package md

import (
	"slices"

	"tracker/advise"
	"tracker/render/esc"
)

// question is one that several sources may raise.
type question struct {
	advise.Question
	sources []string
}

// merge puts questions that differ in their source alone together, where the
// first of them stood. A report that contradicts itself without a commit in
// doubt leaves nothing to settle now: its round tells of it.
func merge(all []advise.Question) []question {
	var out []question
	at := map[advise.Question]int{}
	for _, q := range all {
		if q.Kind == "contradiction" && q.Commit == "" {
			continue
		}
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
