package advise

import (
	"slices"
	"strings"

	"tracker/internal/fact"
)

// around is how many lines before and behind a line are shown with it.
const around = 3

// Passage is a line of a report with those around it, and what was read from it.
type Passage struct {
	Line  int      `json:"line"`
	First int      `json:"first"` // the number of the first of the lines
	Lines []string `json:"lines"` // as the report has them
	// Read holds of the report what stands on the line.
	Read          fact.Report    `json:"read"`
	Disagreements []Disagreement `json:"disagreements"`
}

// LineEnds turns what the reader of reports takes for the end of a line into a line feed.
var LineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// Passage returns the passage around a line, counted from 1; nil where the
// report has no such line, and how many lines it has.
func (s *ReportStory) Passage(line int) (p *Passage, lines int) {
	text := strings.Split(strings.TrimSuffix(LineEnds.Replace(s.Report.Text), "\n"), "\n")
	if line < 1 || line > len(text) {
		return nil, len(text)
	}
	first := max(1, line-around)
	r := &s.Report.Report
	p = &Passage{
		Line: line, First: first, Lines: text[first-1 : min(len(text), line+around)],
		Read: fact.Report{
			Commits: keep(r.Commits, func(c *fact.ReportCommit) bool {
				return c.Line == line || slices.ContainsFunc(c.Statements, func(s fact.Statement) bool { return s.Line == line })
			}),
			Claims:    keep(r.Claims, func(c *fact.Claim) bool { return c.Line == line }),
			Lessons:   keep(r.Lessons, func(n *fact.Note) bool { return n.Line == line }),
			Checklist: keep(r.Checklist, func(c *fact.ChecklistItem) bool { return c.Line == line }),
			Steps:     keep(r.Steps, func(n *fact.Note) bool { return n.Line == line }),
			Methods:   keep(r.Methods, func(m *fact.Method) bool { return m.Line == line }),
			Findings:  keep(r.Findings, func(f *fact.ReportFinding) bool { return slices.Contains(f.Lines, line) }),
		},
		Disagreements: keep(s.Disagreements, func(d *Disagreement) bool {
			return d.Line == line && (d.Report == "" || d.Report == s.Report.ID)
		}),
	}
	return p, len(text)
}

// keep returns the items that are wanted, never nil.
func keep[T any](list []T, wanted func(*T) bool) []T {
	out := []T{}
	for i := range list {
		if wanted(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}
