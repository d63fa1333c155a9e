package html

import (
	"slices"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
)

// reuseLine is what past conflicts suggest for one ahead. Hash is empty where that is
// nothing.
type reuseLine struct{ Word, Class, Before, Hash, After string }

func reuse(list []fact.Suggestion, places int) reuseLine {
	r := reuseLine{Word: "before", Class: "alike"} // to look at
	r.Before, r.Hash, r.After = render.Reuse(list, places)
	r.Before, r.After = strings.TrimSpace(r.Before), strings.TrimSpace(r.After)
	if slices.ContainsFunc(list, func(s fact.Suggestion) bool { return s.Match == fact.MatchExact }) {
		r.Word, r.Class = "reuse", "exact"
	}
	if strings.Contains(r.Before, "lost lines") {
		r.Class = "costly"
	}
	return r
}

// lost words how many of the fork's lines a resolution left out; empty where none.
func lost(c advise.Resolved) string {
	if c.LostOurs == 0 || c.Resolution == fact.ResolvedRegenerated {
		return ""
	}
	return render.Count(c.LostOurs, "line") + " of the fork’s alone gone, though merged by git"
}
