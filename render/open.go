package render

import (
	"fmt"
	"strings"

	"tracker/internal/fact"
)

// WhyOpen says in one line why a decision is open again.
func WhyOpen(a *fact.Account) string {
	var texts []string
	for _, r := range a.Reopenings {
		texts = append(texts, r.Text)
	}
	if len(texts) == 0 {
		return a.Why
	}
	return strings.Join(texts, "; ")
}

// Progress says how much of what a commit waits for is in the fork, empty if
// nothing of it is, or it waits for nothing.
func Progress(a *fact.Account) string {
	var lacking []string
	for _, w := range a.Waits {
		if w.State == fact.Lacking {
			lacking = append(lacking, w.What)
		}
	}
	here := len(a.Waits) - len(lacking)
	switch {
	case here == 0:
		return ""
	case len(lacking) == 0 && here == 1:
		return "it waits for nothing else"
	case len(lacking) == 0:
		return fmt.Sprintf("all %d things that it waits for are here", here)
	}
	is := "are"
	if here == 1 {
		is = "is"
	}
	return fmt.Sprintf("%d of %d %s here; still waits for %s", here, len(a.Waits), is, strings.Join(lacking, ", "))
}

// Waiting lists what a commit still waits for, as it was named.
func Waiting(a *fact.Account) []string {
	if len(a.Waits) == 0 {
		return a.WaitsFor
	}
	var out []string
	for _, w := range a.Waits {
		if w.State == fact.Lacking {
			out = append(out, w.What)
		}
	}
	return out
}

// KindOfReason says in a few words what a reason comes to, empty where that
// tells nothing that its words do not.
func KindOfReason(k fact.ReasonKind) string {
	switch k {
	case fact.NotApplicable:
		return "not applicable"
	case fact.Superseded:
		return "superseded"
	case fact.Missing:
		return "needs something missing"
	case fact.Policy:
		return "policy"
	case fact.NoOp:
		return "no-op"
	case fact.TooCostly:
		return "too costly"
	}
	return ""
}
