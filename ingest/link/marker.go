package link

import (
	"regexp"
	"strings"
)

const hex = `([0-9a-f]{7,64})\b`

// markerForms are the ways in which messages name the upstream commit that
// they carry. Each captures the hash. A sentence that merely mentions a hash
// ("see 1a2b3c4", "builds on 1a2b3c4") is none of them.
var markerForms = []*regexp.Regexp{
	// git cherry-pick -x, and people's versions of it
	regexp.MustCompile(`(?i)\bcherry[- ]?pick(?:ed)?(?: (?:from|of))?(?: (?:the )?upstream)?(?:'s)?(?: commit)?:? \(?(?:https?://\S+/commit/)?` + hex),
	// Linux stable
	regexp.MustCompile(`(?im)^\s*commit ` + hex + ` upstream\b`),
	regexp.MustCompile(`(?im)^\s*\[ ?upstream commit ` + hex),
	// trailers of several projects
	regexp.MustCompile(`(?im)^(?:backport(?:ed)?-(?:of|from)|rebased-from|upstream-commit|upstream|original-commit|picked-from|github-pull-commit)\s*:\s*(?:commit )?(?:https?://\S+/commit/)?` + hex),
	regexp.MustCompile(`(?im)^origin: (?:upstream|backport),? (?:commit:?)?\s*(?:https?://\S+/commit/)?` + hex),
	// prose
	regexp.MustCompile(`(?i)\b(?:back-?port(?:ed|s)?|port(?:ed|s)?)(?: (?:from|of))?(?: (?:the )?upstream)?(?:'s)?(?: commit)?:? \(?(?:https?://\S+/commit/)?` + hex),
}

// another is a further hash of a list, as a squash of several names them.
var another = regexp.MustCompile(`^(?:[ \t]*[,;][ \t]*|[ \t]+)(?:and[ \t]+)?` + hex)

// picked is the trailer of git cherry-pick -x, which also a picked revert has.
var pickedFrom = regexp.MustCompile(`(?m)^\(cherry picked from commit ` + hex + `\)`)

// picked returns the hashes that git cherry-pick -x left.
func picked(message string) []string {
	var out []string
	for _, m := range pickedFrom.FindAllStringSubmatch(message, -1) {
		out = append(out, m[1])
	}
	return out
}

var (
	reverts     = regexp.MustCompile(`(?i)\bthis reverts commit ` + hex)
	revertTitle = regexp.MustCompile(`(?i)^revert "`)
	relandTitle = regexp.MustCompile(`(?i)^(?:reland|reapply) "`)
)

// Markers returns the hashes that a message declares as the commit's origin,
// lower case, each once. Whether such a commit exists is for the caller to
// find out. Patterns are further forms; each must capture the hash in its
// first group.
func Markers(message string, patterns []*regexp.Regexp) []string {
	var out []string
	seen := map[string]bool{}
	for _, forms := range [][]*regexp.Regexp{markerForms, patterns} {
		for _, form := range forms {
			for _, m := range form.FindAllStringSubmatchIndex(message, -1) {
				list := []string{message[m[2]:m[3]]}
				for rest := message[m[3]:]; ; {
					next := another.FindStringSubmatch(rest)
					if next == nil {
						break
					}
					list, rest = append(list, next[1]), rest[len(next[0]):]
				}
				for _, h := range list {
					if h = strings.ToLower(h); !seen[h] {
						seen[h] = true
						out = append(out, h)
					}
				}
			}
		}
	}
	return out
}

// speaksOfReverts spares most messages the search for a whole sentence.
func speaksOfReverts(body string) bool {
	return strings.Contains(body, "everts ") || strings.Contains(body, "EVERTS ")
}

// IsRevert reports whether a message is that of a revert (and not of a
// reapplied revert).
func IsRevert(subject, body string) bool {
	return !relandTitle.MatchString(subject) && (revertTitle.MatchString(subject) || speaksOfReverts(body) && reverts.MatchString(body))
}

// Reverted returns the hashes that a message says it reverts, lower case.
func Reverted(body string) []string {
	if !speaksOfReverts(body) {
		return nil
	}
	var out []string
	for _, m := range reverts.FindAllStringSubmatch(body, -1) {
		out = append(out, strings.ToLower(m[1]))
	}
	return out
}

// RevertedSubject returns the subject that a revert's title quotes, or "".
func RevertedSubject(subject string) string {
	if !revertTitle.MatchString(subject) {
		return ""
	}
	s := strings.TrimSpace(subject)[len(`revert "`):]
	if i := strings.LastIndexByte(s, '"'); i >= 0 {
		s = s[:i]
	}
	return s
}
