package render

import (
	"fmt"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
)

// Prospects adds up what pending commits will meet: "9 pick clean · 3 conflict · 2
// need others"; empty where no pick was tried.
func Prospects(s *advise.OutlookSum) string {
	var parts []string
	add := func(n int, one, many string) {
		if n == 1 {
			parts = append(parts, "1 "+one)
		} else if n > 1 {
			parts = append(parts, Number(n)+" "+many)
		}
	}
	add(s.Clean, "picks clean", "pick clean")
	add(s.Conflict, "conflicts", "conflict")
	add(s.Needs, "needs another", "need others")
	add(s.Empty, "is empty", "are empty")
	if len(parts) > 0 {
		add(s.Untried, "not tried", "not tried")
	}
	return strings.Join(parts, " · ")
}

// Meets says in a few words what an open commit will meet.
func Meets(o *advise.Outlook) string {
	word := ""
	switch o.Result {
	case fact.ResultClean:
		word = "picks clean"
	case fact.ResultEmpty:
		return "nothing of it is left to apply"
	case fact.ResultConflict:
		word = "conflicts in " + Count(len(o.Conflicts), "file")
	case fact.ResultUnreadable:
		word = "cannot be tried: an object is not here"
	}
	if n := len(o.Requires); n > 0 {
		word += ", needs " + fact.Short(o.Requires[0])
		if n > 1 {
			word += fmt.Sprintf(" and %d more", n-1)
		}
	}
	return word
}
