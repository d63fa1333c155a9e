package report

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	reInsertions = regexp.MustCompile(`(?i)([\d,]+)\s*(?:insertions?|additions?|lines? added|\(\+\))|\+([\d,]+)(?:\s*[,/−-]|\s|$|\))`)
	reDeletions  = regexp.MustCompile(`(?i)([\d,]+)\s*(?:deletions?|removals?|lines? (?:removed|deleted)|\(-\))|(?:^|[\s,/(])[-−]([\d,]+)(?:\s|$|\)|,)`)
)

// counts takes the inserted and deleted lines out of a text.
func counts(e *entry, s string) {
	if e.Insertions != 0 || e.Deletions != 0 || !strings.ContainsAny(s, "0123456789") {
		return
	}
	lower := strings.ToLower(s)
	if strings.Contains(s, "+") && strings.ContainsAny(s, "-−") || strings.Contains(lower, "insertion") || strings.Contains(lower, "deletion") || strings.Contains(lower, "addition") {
		e.Insertions, e.Deletions = number(reInsertions, s), number(reDeletions, s)
	}
}

func number(re *regexp.Regexp, s string) int {
	m := re.FindStringSubmatch(s)
	for _, g := range m[min(1, len(m)):] {
		if n, err := strconv.Atoi(strings.ReplaceAll(g, ",", "")); err == nil {
			return n
		}
	}
	return 0
}
