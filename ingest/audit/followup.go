package audit

import (
	"fmt"
	"regexp"
	"strings"

	"tracker/internal/fact"
)

var mends = regexp.MustCompile(`(?i)\b(?:fix(?:es|ed|ing|up)?|bug|regression|revert|correct(?:s|ed)?|repair|follow[- ]?up|typo|broken?|crash|panic|leak)\b`)

// mostly is the share of the lines that a commit changes from which on it is about the
// commit that wrote them.
const mostly = 0.5

// missedFollowUp finds upstream commits that mend what the fork has and were not taken,
// nor decided against.
func missedFollowUp(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, up := range b.Range {
		a := b.Account(up)
		if a == nil || a.Status.InFork() || a.Status == fact.Skipped || a.Status == fact.Reverted || b.RevertedUp[up] != "" {
			continue
		}
		told := map[string]bool{}
		needs := b.Needs(up)
		declared := map[string]bool{} // those that its message says it mends
		for i := range needs {
			if _, sure := b.mending(up, &needs[i]); sure {
				declared[needs[i].To] = true
			}
		}
		for _, n := range needs {
			pick := b.takenBy(n.To)
			if pick == "" || told[n.To] || n.Lock || b.lacks(n.To) {
				continue
			}
			why, sure := b.mending(up, &n)
			if why == "" || declared[n.To] && !sure {
				continue
			}
			told[n.To] = true
			f := fact.Finding{
				Kind: fact.FindMissedFollowUp, Severity: fact.Low, Fork: pick, Upstream: up, Lines: 0,
				Message:  fmt.Sprintf("the fork has %s, and upstream's %s mends it (%s) and is %s; pick it", fact.Short(n.To), b.title(up), why, a.Status),
				Evidence: []fact.FindingEvidence{{Commit: up}, {Commit: n.To}},
			}
			if sure {
				f.Severity = fact.Medium
			}
			out = append(out, f)
		}
	}
	return out
}

// mending tells why a commit mends the one that it needs, empty if it does not, and
// whether it says so itself.
func (b *Branch) mending(hash string, n *fact.Need) (why string, sure bool) {
	c := b.Commit(hash)
	switch {
	case c == nil:
	case n.Kind == fact.NeedMarker && len(n.Where) > 0 && !strings.HasPrefix(n.Where[0].Text, "reverts"):
		return "its message says that it " + n.Where[0].Text, true
	case n.Kind == fact.NeedLine && mends.MatchString(c.Subject):
		removed := 0
		for _, f := range c.Files {
			if !f.Generated {
				removed += f.Deletions
			}
		}
		if removed > 0 && float64(n.Count) >= mostly*float64(removed) {
			return fmt.Sprintf("%d of the %d lines that it changes are the other's", n.Count, removed), false
		}
	}
	return "", false
}

// revertedUpstream finds what the fork has and upstream took back.
func revertedUpstream(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, up := range b.Range {
		by, pick := b.RevertedUp[up], b.takenBy(up)
		if by == "" || pick == "" || b.lacks(up) {
			continue
		}
		f := fact.Finding{
			Kind: fact.FindRevertedUpstream, Severity: fact.Medium, Fork: pick, Upstream: up,
			Message:  fmt.Sprintf("upstream took this back with %s, and the fork still has it; pick the revert, or say why it stays", b.title(by)),
			Evidence: []fact.FindingEvidence{{Commit: by}},
		}
		if a := b.Account(by); a != nil && a.Status == fact.Skipped {
			continue // somebody decided so
		} else if a != nil && a.Status.InFork() {
			f.Mended = b.takenBy(by)
			if f.Mended == "" {
				continue
			}
		}
		out = append(out, f)
	}
	return out
}
