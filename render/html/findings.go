package html

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
)

// finding is one of an audit's, with the mark of its place in the list.
type finding struct {
	*fact.Finding
	Class string // of its badge
}

// found are the findings, by what they are about. All lists keep the order in which
// they are given.
type found struct {
	open, all []finding
	commit    map[string][]finding
	report    map[string][]finding
}

func newFound(list []fact.Finding) found {
	f := found{commit: map[string][]finding{}, report: map[string][]finding{}}
	class := map[fact.Severity]string{fact.High: "reverted", fact.Medium: "partial", fact.Low: "empty"}
	for i := range list {
		one := finding{&list[i], class[list[i].Severity]}
		f.all = append(f.all, one)
		if one.Mended == "" {
			f.open = append(f.open, one)
		}
		for _, h := range []string{one.Fork, one.Upstream} {
			if h != "" {
				f.commit[h] = append(f.commit[h], one)
			}
		}
		if one.Report != "" {
			f.report[one.Report] = append(f.report[one.Report], one)
		}
	}
	rank := func(x finding) int { return slices.Index(fact.Severities, x.Severity) }
	slices.SortStableFunc(f.open, func(a, b finding) int { return cmp.Compare(rank(a), rank(b)) })
	return f
}

func (p *page) findingList(*Drawn) error {
	return p.write("findings", frame{Title: "Findings", Body: p.site.found})
}

// Open and Mended are what the list shows.
func (f found) Open() []finding { return f.open }

func (f found) Mended() []finding {
	return slices.DeleteFunc(slices.Clone(f.all), func(x finding) bool { return x.Mended == "" })
}
