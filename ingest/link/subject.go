package link

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// prefixes that a fork puts before upstream's subject: "[release-1.2] ",
	// "UPSTREAM: 1234: ", "Backport: ", "(cherry-pick) ".
	subjectPrefix = regexp.MustCompile(`(?i)^(?:\[[^\]]{1,40}\]\s*|upstream(?:ed)?\s*:\s*(?:<[a-z-]+>\s*:\s*|#?\d+\s*:\s*)?|\(?(?:back-?port(?:ed)?|cherry[- ]?pick(?:ed)?|port)\)?(?:\s+of)?\s*:\s*)`)
	// suffixes that name pull requests or mark the pick: " (#1707)", " (cherry-picked)".
	subjectSuffix = regexp.MustCompile(`(?i)\s*\((?:[^()]*[#!]\d+[^()]*|back-?port(?:ed)?[^()]*|cherry[- ]?pick(?:ed)?[^()]*)\)\s*$`)
)

// Normalise reduces a subject to the words that survive a pick: branch and
// pull request marks, case, punctuation and spacing are dropped.
func Normalise(subject string) string {
	s := strings.TrimSpace(subject)
	for {
		t := subjectPrefix.ReplaceAllString(s, "")
		t = strings.TrimSpace(subjectSuffix.ReplaceAllString(t, ""))
		if t == s || t == "" {
			break
		}
		s = t
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	return b.String()
}
