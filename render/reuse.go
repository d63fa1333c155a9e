package render

import (
	"fmt"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// Reuse words what past conflicts suggest for a conflict of so many places, in one
// line: what stands before the hash of the commit to look at, the hash, and what stands
// behind it. All are empty where nothing is suggested.
func Reuse(list []fact.Suggestion, places int) (before, hash, after string) {
	if len(list) == 0 {
		return "", "", ""
	}
	count := map[fact.Match]int{}
	for i := range list {
		count[list[i].Match]++
	}
	for _, match := range []fact.Match{fact.MatchExact, fact.MatchNear, fact.MatchPath, fact.MatchClass} {
		at := slices.IndexFunc(list, func(s fact.Suggestion) bool { return s.Match == match })
		if at < 0 {
			continue
		}
		s := &list[at]
		n := count[match]
		switch match {
		case fact.MatchExact:
			before = "was resolved before, " + How(s) + ", in "
			if places > 1 {
				before = fmt.Sprintf("%d of %d places were resolved before, the first %s, in ", n, places, How(s))
			}
			if s.Seen > 1 {
				after = fmt.Sprintf(" and %s before", Count(s.Seen-1, "time"))
			}
			if s.Beyond {
				after += ", along with other lines of the file"
			}
		case fact.MatchNear:
			before = fmt.Sprintf("a place that is %.0f %% the same was resolved %s in ", 100*s.Score, How(s))
		case fact.MatchPath:
			before = fmt.Sprintf("so far here: %s %d of %d%s, last in ", s.How, s.Seen, s.Of, Lost(s))
		default:
			before = fmt.Sprintf("so far in such files: %s %d of %d%s, last in ", s.How, s.Seen, s.Of, Lost(s))
		}
		return before, s.Fork, after
	}
	return "", "", ""
}

// Lost words how many of the conflicts resolved so lost lines of the fork's; empty
// where none did.
func Lost(s *fact.Suggestion) string {
	if s.Lost == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of them lost lines of the fork's)", s.Lost)
}

// How words a way to resolve a conflict.
func How(s *fact.Suggestion) string {
	switch s.How {
	case fact.ResolvedTheirs:
		return "to upstream's side"
	case fact.ResolvedOurs:
		return "to the fork's side"
	case fact.ResolvedBoth:
		return "to both sides"
	case fact.ResolvedRegenerated:
		return "by making it anew"
	}
	return "by hand"
}

// Shown cuts a text of several lines for a terminal or a page: at most so many lines,
// and how many were left out.
func Shown(text string, most int) (lines []string, more int) {
	lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > most+1 {
		return lines[:most], len(lines) - most
	}
	return lines, 0
}
