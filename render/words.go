package render

import (
	"strconv"
	"strings"
	"time"

	"tracker/internal/fact"
)

// Meaning says in a few words what a status means to somebody who reads it for
// the first time; empty for a status that is not in fact.Statuses.
func Meaning(s fact.Status) string {
	switch s {
	case fact.Integrated:
		return "the same change is in the fork"
	case fact.Adapted:
		return "in the fork, but changed on the way"
	case fact.Partial:
		return "a part of it is in the fork, other files were left out"
	case fact.Empty:
		return "never picked, and nothing of it is left to apply"
	case fact.Reverted:
		return "taken back, here or upstream"
	case fact.Skipped:
		return "someone decided against it"
	case fact.Deferred:
		return "put off until something else is settled"
	case fact.Pending:
		return "nobody has decided yet"
	}
	return ""
}

// Count puts a number before its noun: "1 commit", "2 commits", "1 440
// commits". The plural is the noun with an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// Number writes n in groups of three digits, set apart by spaces, from 10 000
// on: below that the groups help nobody.
func Number(n int) string {
	s := strconv.Itoa(n)
	if n < 10000 {
		return s
	}
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Day returns the day of an RFC 3339 time or of a date, as YYYY-MM-DD in the
// time's own zone, the way git shows it; empty when there is none.
func Day(date string) string {
	if len(date) < len(time.DateOnly) {
		return ""
	}
	day := date[:len(time.DateOnly)]
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ""
	}
	return day
}

// UnixDay returns the day of a time in Unix seconds, in UTC so that it is the
// same on every machine; empty for 0.
func UnixDay(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly)
}

// Lines names lines of a report: " (line 3)", " (lines 3, 8)", or nothing.
func Lines(lines []int) string {
	if len(lines) == 0 {
		return ""
	}
	text := make([]string, len(lines))
	for i, n := range lines {
		text[i] = strconv.Itoa(n)
	}
	if len(lines) == 1 {
		return " (line " + text[0] + ")"
	}
	return " (lines " + strings.Join(text, ", ") + ")"
}

// Finding introduces the message of what was found in a report itself.
func Finding(f fact.ReportFinding) string {
	if f.Kind == fact.Unreadable {
		return "cannot be read whole: "
	}
	return "contradicts itself: "
}

// RefName shortens a ref's full name to what people call it: main for
// refs/heads/main, upstream/main for refs/remotes/upstream/main.
func RefName(ref string) string {
	for _, prefix := range []string{"refs/heads/", "refs/remotes/", "refs/tags/"} {
		if name, ok := strings.CutPrefix(ref, prefix); ok {
			return name
		}
	}
	return ref
}

// words lists what a report may say of a commit in the order in which it is
// told.
var words = []fact.Word{
	fact.WordIntegrated, fact.WordSkipped, fact.WordDeferred,
	fact.WordPending, fact.WordConflict, fact.WordUnknown,
}

// Told lists the counts of words: "8 integrated, 4 skipped".
func Told(counts map[fact.Word]int) string {
	var parts []string
	for _, w := range words {
		if n := counts[w]; n > 0 {
			parts = append(parts, Number(n)+" "+string(w))
		}
	}
	return strings.Join(parts, ", ")
}
