// Package draft is the form of a report that tracker drafts: the words that package
// render/md writes and package ingest/report reads back, and the markers between
// which it stands. What people write there, in the sections that are free, and
// around it is theirs and is kept.
package draft

import (
	"regexp"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// Sections are the headings of the second level.
const (
	Summary  = "Summary"
	Patterns = "Patterns met"
	Audit    = "What the audit found"
	Steps    = "Next steps"
	Check    = "Checklist"
	Notes    = "Notes"
)

// Labels begin the lines of a commit.
const (
	Title          = "Title"
	Status         = "Status"
	Copy           = "Hash in the fork"
	Conflict       = "Conflict"
	Resolution     = "Resolution"
	Impact         = "Impact"
	Reason         = "Reason"
	Missing        = "Waits for"
	Recommendation = "Recommendation"
)

// None is what stands for no conflict.
const None = "none"

// Mark is what stands before a commit's hash, by what became of it.
func Mark(w fact.Word) string {
	switch w {
	case fact.WordIntegrated:
		return "✅"
	case fact.WordSkipped:
		return "⏭️"
	case fact.WordDeferred:
		return "⏸️"
	}
	return "▫️"
}

// Group is the heading over the commits of a word.
func Group(w fact.Word) string {
	s := string(w)
	return strings.ToUpper(s[:1]) + s[1:] + " commits"
}

// Words are those that commits are grouped by, in order.
var Words = []fact.Word{fact.WordIntegrated, fact.WordSkipped, fact.WordDeferred, fact.WordPending}

// Total is a row of the summary.
type Total struct {
	Label string
	Kind  string // of the claim that it makes
}

// Totals are the rows of the summary, in order. Labels are told apart.
var Totals = []Total{
	{"Attempted", "attempted"},
	{"Integrated", "integrated"},
	{"Skipped", "skipped"},
	{"Deferred", "deferred"},
	{"Share integrated", "percentage"},
	{"Files in conflict", "conflicts"},
	{"Files changed", "files"},
	{"Insertions", "insertions"},
	{"Deletions", "deletions"},
	{"Insertions not generated", "insertions"},
	{"Deletions not generated", "deletions"},
}

// Claim returns the claim that a row of the summary makes; ok is false if it is no
// such row.
func Claim(label, value string) (c fact.Claim, ok bool) {
	for _, t := range Totals {
		m := amount.FindStringSubmatch(value)
		if t.Label != label || m == nil {
			continue
		}
		c = fact.Claim{Text: label + ": " + value, Kind: t.Kind}
		c.Value, _ = strconv.ParseFloat(m[1], 64)
		c.Total, _ = strconv.ParseFloat(m[2], 64)
		return c, true
	}
	return c, false
}

// Amount writes what Claim reads.
func Amount(kind string, value, total int) string {
	s := strconv.Itoa(value)
	if total > 0 {
		s += " of " + strconv.Itoa(total)
	}
	if kind == "percentage" {
		s += " %"
	}
	return s
}

var amount = regexp.MustCompile(`^(\d{1,15})(?: of (\d{1,15})| %)?$`)

// Lines writes insertions and deletions.
func Lines(insertions, deletions int) string {
	return plural(insertions, "insertion") + ", " + plural(deletions, "deletion")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

var lines = regexp.MustCompile(`^(\d{1,15}) insertions?, (\d{1,15}) deletions?\b`)

// ReadLines reads what Lines wrote at the beginning of a text.
func ReadLines(s string) (insertions, deletions int, ok bool) {
	m := lines.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	insertions, _ = strconv.Atoi(m[1])
	deletions, _ = strconv.Atoi(m[2])
	return insertions, deletions, true
}

// Numbered puts a pull request behind a title.
func Numbered(title string, pr int) string {
	if pr == 0 {
		return title
	}
	return strings.TrimLeft(title+" (#"+strconv.Itoa(pr)+")", " ")
}

var numbered = regexp.MustCompile(`^(?:(.*) )?\(#([1-9]\d{0,8})\)$`)

// Unnumbered takes the pull request off the end of what Numbered wrote.
func Unnumbered(s string) (title string, pr int) {
	m := numbered.FindStringSubmatch(s)
	if m == nil {
		return s, 0
	}
	pr, _ = strconv.Atoi(m[2])
	return m[1], pr
}

// head is the heading of a commit, without its markup.
var head = regexp.MustCompile(`^\d+\. (\S+) ([0-9a-f]{4,64})(?: — (.*))?$`)

// ReadHead reads the heading of a commit, without its markup; ok is false for any
// other.
func ReadHead(s string) (w fact.Word, hash, title string, ok bool) {
	m := head.FindStringSubmatch(s)
	if m == nil {
		return "", "", "", false
	}
	for _, w := range Words {
		if Mark(w) == m[1] {
			return w, m[2], m[3], true
		}
	}
	return "", "", "", false
}
