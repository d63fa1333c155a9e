package link

import (
	"fmt"
	"strings"

	"tracker/internal/fact"
)

// explain gives the reasons for a link in one line that a person can check:
// "same author and date; 94 % of its lines; title changed".
func explain(l fact.Link) string {
	var parts []string
	has := func(k fact.Kind) *fact.Evidence {
		for i := range l.Evidence {
			if l.Evidence[i].Kind == k {
				return &l.Evidence[i]
			}
		}
		return nil
	}
	if e := has(fact.KindMark); e != nil {
		parts = append(parts, "decided ("+e.Detail+")")
	}
	if has(fact.KindAncestry) != nil {
		parts = append(parts, "upstream's own commit is in the fork's history")
	}
	if e := has(fact.KindMarker); e != nil {
		parts = append(parts, e.Detail)
	}
	switch {
	case has(fact.KindPatchID) != nil:
		parts = append(parts, "the very same patch")
	case has(fact.KindDiffID) != nil:
		parts = append(parts, "the same lines in another context")
	}
	switch {
	case l.SameAuthor && l.SameDate:
		parts = append(parts, "same author and date")
	case l.SameAuthor:
		parts = append(parts, "same author")
	}
	if !l.Same && l.Lines >= 0 {
		parts = append(parts, fmt.Sprintf("%.0f %% of its lines", 100*l.Lines))
	}
	if has(fact.KindAncestry) == nil {
		if l.Retitled {
			parts = append(parts, "title changed")
		} else if has(fact.KindSubject) != nil || !l.SameDate {
			parts = append(parts, "same title")
		}
	}
	if e := has(fact.KindReport); e != nil {
		parts = append(parts, "paired in "+e.Detail)
	}
	return strings.Join(parts, "; ")
}
