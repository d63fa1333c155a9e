package advise

import (
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// explain says in one line which step requires an added one, and for what.
func (p *Planner) explain(s *Step) error {
	for _, asked := range []bool{true, false} { // what was asked for explains best
		for i := range p.plan.Steps {
			by := &p.plan.Steps[i]
			if by.Added == asked || !slices.Contains(by.Needs, s.Commit) {
				continue
			}
			list, err := p.needs.of(by.Commit)
			if err != nil {
				return err
			}
			s.Why = fact.Short(by.Commit) + " " + reasonFor(list, s.Commit)
			return nil
		}
	}
	return nil
}

// reasonFor words why a commit requires another: "uses EmbeddingLoaderType, which it introduces",
// "changes 5 lines that it wrote in src/auto.rs".
func reasonFor(list []fact.Need, to string) string {
	var parts []string
	for _, kind := range []fact.NeedKind{fact.NeedSymbol, fact.NeedFile, fact.NeedLine, fact.NeedDeleted, fact.NeedContext} {
		for i := range list {
			need := &list[i]
			if need.To == to && need.Kind == kind && requires(need) {
				parts = append(parts, words(need))
				break
			}
		}
		if len(parts) == 2 {
			break
		}
	}
	return strings.TrimSuffix(strings.Join(parts, " and "), ",")
}

// words says what one need is.
func words(need *fact.Need) string {
	first := fact.NeedWhere{}
	if len(need.Where) > 0 {
		first = need.Where[0]
	}
	more := func(n int) string {
		if n > 0 {
			return fmt.Sprintf(" and %d more", n)
		}
		return ""
	}
	switch need.Kind {
	case fact.NeedSymbol:
		var names []string
		for _, w := range need.Where[:min(len(need.Where), 3)] {
			names = append(names, w.Text)
		}
		return "uses " + strings.Join(names, ", ") + more(need.Count-len(names)) + ", which it introduces,"
	case fact.NeedFile:
		return "changes " + first.Path + more(need.Count-1) + ", which it creates or moves"
	case fact.NeedLine:
		if need.Count == 1 {
			return "changes a line that it wrote in " + first.Path
		}
		return fmt.Sprintf("changes %d lines that it wrote in %s", need.Count, first.Path)
	case fact.NeedDeleted:
		return "changes a place in " + first.Path + " where it removed lines"
	case fact.NeedContext:
		return "changes lines beside its own in " + first.Path
	}
	return first.Text
}
