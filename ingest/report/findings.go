package report

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// findings checks a report against itself: what it lists against what it
// claims, parts against wholes, percentages against their fractions, a
// table's columns against their totals, one commit against itself.
func (d *doc) findings(blocks []*block, claims []claim) {
	d.checkListed(blocks, claims)
	d.checkHeadings(blocks, claims)
	d.checkShares(claims)
	d.checkParts(claims)
	d.checkMethods()
	d.checkTables(blocks)
	d.checkStatements(changes(blocks))
	sort.SliceStable(d.out.Findings, func(i, j int) bool { return firstLine(d.out.Findings[i]) < firstLine(d.out.Findings[j]) })
}

func firstLine(f fact.ReportFinding) int {
	if len(f.Lines) == 0 {
		return 0
	}
	return f.Lines[0]
}

func (d *doc) found(kind, message string, lines ...int) {
	for i, f := range d.out.Findings {
		if f.Kind == kind && f.Message == message {
			for _, l := range lines {
				if !hasLine(f.Lines, l) {
					d.out.Findings[i].Lines = append(d.out.Findings[i].Lines, l)
				}
			}
			return
		}
	}
	d.out.Findings = append(d.out.Findings, fact.ReportFinding{Kind: kind, Message: message, Lines: lines})
}

func hasLine(lines []int, l int) bool {
	for _, have := range lines {
		if have == l {
			return true
		}
	}
	return false
}

// checkListed compares the claims on the whole report with what it lists.
func (d *doc) checkListed(blocks []*block, claims []claim) {
	listed, already, unknown := map[string]int{}, 0, 0
	for _, e := range d.entries {
		if e.Status != fact.WordUnknown {
			listed[string(e.Status)]++
		} else {
			unknown++
		}
		if e.Status == fact.WordIntegrated && e.already {
			already++
		}
	}
	for _, c := range claims {
		if c.Kind == "already" && !c.overall {
			// The report counts what was there already apart.
			listed["integrated"] -= already
			listed["already"] = already
			break
		}
	}
	for _, c := range claims {
		n, ok := listed[c.Kind]
		if !ok || c.overall || c.percent || c.narrow || c.block.kind == blockHeading || c.Value != math.Trunc(c.Value) || int(c.Value) == n {
			continue
		}
		if n < int(c.Value) && int(c.Value) <= n+unknown {
			continue // what the report says of those is beyond this reader
		}
		if c.mixed && n > int(c.Value) || d.plausible(blocks, claims, c, n) {
			continue
		}
		d.found("listed", fmt.Sprintf("claims %d commits %s and lists %d", int(c.Value), c.Kind, n), c.Line)
	}
}

// checkHeadings compares "Picked commits (8)" with what stands under it.
func (d *doc) checkHeadings(blocks []*block, claims []claim) {
	for _, c := range claims {
		if c.block.kind != blockHeading || c.percent || c.Total != 0 {
			continue
		}
		from, to := c.Line, 1<<30
		for _, b := range blocks {
			if b.kind == blockHeading && b.line > c.Line && b.level <= c.block.level {
				to = b.line
				break
			}
		}
		n, first := 0, 0 // commits named there, and named there first
		for _, e := range d.entries {
			for _, s := range e.says {
				if s.Line > from && s.Line < to {
					n++
					if e.Line > from {
						first++
					}
					break
				}
			}
		}
		if n > 0 && n != int(c.Value) && first != int(c.Value) {
			d.found("listed", fmt.Sprintf("the heading %q counts %d and %s under it", headingText(c.block), int(c.Value), commitsStand(n)), c.Line)
		}
	}
}

func commitsStand(n int) string {
	if n == 1 {
		return "1 commit stands"
	}
	return strconv.Itoa(n) + " commits stand"
}

// checkShares compares percentages with the fractions beside them, and with
// the total of the same list.
func (d *doc) checkShares(claims []claim) {
	for _, c := range claims {
		total := c.Total
		if total == 0 {
			total = totalFor(claims, c)
		}
		if c.share < 0 || total == 0 || c.percent {
			continue
		}
		if share := 100 * c.Value / total; math.Abs(share-c.share) >= 1 {
			d.found("percentage", fmt.Sprintf("%s of %s is %.0f %%, not %s %%", num(c.Value), num(total), share, num(c.share)), c.Line)
		}
	}
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// sameList reports whether two claims are made in the same list or table.
func sameList(a, b *block) bool {
	if a.kind != b.kind || a.section != b.section || a.parent != b.parent {
		return false
	}
	return a.kind != blockRow || a.table == b.table
}

// totalFor finds the whole that a claim is a part of: the one total stated
// in the same list, or else what was attempted.
func totalFor(claims []claim, part claim) float64 {
	for _, kind := range []string{"total", "attempted"} {
		found, n := 0.0, 0
		for _, c := range claims {
			if c.Kind == kind && !c.percent && sameList(c.block, part.block) {
				found = c.Value
				n++
			}
		}
		if n == 1 {
			return found
		}
	}
	return 0
}

// checkParts adds up what a list says became of the commits.
func (d *doc) checkParts(claims []claim) {
	done := map[int]bool{}
	for _, c := range claims {
		if c.Kind != "integrated" || c.percent || done[c.Line] {
			continue
		}
		total := totalFor(claims, c)
		if total == 0 {
			continue
		}
		sum, n := 0.0, 0
		var lines []int
		seen := map[string]bool{}
		for _, p := range claims {
			if p.percent || !sameList(p.block, c.block) {
				continue
			}
			switch p.Kind {
			case "integrated", "skipped", "deferred", "pending", "already":
				if seen[p.Kind] {
					n = -100 // two figures of one kind: they are not the parts of one whole
				}
				seen[p.Kind] = true
				sum += p.Value
				n++
				lines = append(lines, p.Line)
				done[p.Line] = true
			}
		}
		if n >= 2 && (sum > total || sum < total && seen["skipped"]) {
			d.found("sum", fmt.Sprintf("the parts add up to %s, the total says %s", num(sum), num(total)), lines...)
		}
	}
}

// checkMethods looks for commits counted under two methods, for counts that
// differ from the commits listed, and for a sum that differs from the
// conflicts claimed.
func (d *doc) checkMethods() {
	lines := map[string][]int{}
	var order []string
	for _, m := range d.out.Methods {
		for _, c := range m.Commits {
			if len(lines[c]) == 0 {
				order = append(order, c)
			}
			lines[c] = append(lines[c], m.Line)
		}
		if m.Count > 0 && len(m.Commits) > 0 && m.Count != len(m.Commits) {
			d.found("method", fmt.Sprintf("%q counts %d and lists %d", m.Text, m.Count, len(m.Commits)), m.Line)
		}
	}
	for _, c := range order {
		if len(lines[c]) > 1 {
			d.found("method", fmt.Sprintf("%s is counted under %d methods", c, len(lines[c])), lines[c]...)
		}
	}
}

// checkTables adds up the columns of tables that end in a total.
func (d *doc) checkTables(blocks []*block) {
	for _, b := range blocks {
		if b.kind != blockRow || len(b.table.rows) < 3 || len(b.cells) < 2 || !totalRow(b) {
			continue
		}
		for i := 1; i < len(b.cells); i++ {
			total, ok := onlyNumber(&b.cells[i])
			if !ok {
				continue
			}
			sum, n := 0.0, 0
			for _, r := range b.table.rows[:len(b.table.rows)-1] {
				if i < len(r.cells) {
					if v, ok := onlyNumber(&r.cells[i]); ok {
						sum += v
						n++
					}
				}
			}
			if n == len(b.table.rows)-1 && sum != total && i < len(b.table.head) {
				d.found("sum", fmt.Sprintf("the column %q adds up to %s, its total says %s", plain(b.table.head[i].s), num(sum), num(total)), b.line)
			}
		}
	}
}

func onlyNumber(t *text) (float64, bool) {
	f := figures(t)
	if len(f) != 1 || f[0].percent || f[0].total != 0 || strings.Trim(t.s[:f[0].from]+t.s[f[0].to:], " *") != "" {
		return 0, false
	}
	return f[0].value, true
}

// checkStatements looks for commits of which the report says two things
// outright in one round. A later entry of a log or a change of mind that is
// told as one contradicts nothing.
func (d *doc) checkStatements(changed []int) {
	for _, e := range d.entries {
		var first *say
		for i := range e.says {
			s := &e.says[i]
			if s.tier < tierAbove || !s.Status.Decides() {
				continue
			}
			if first == nil {
				first = s
			} else if tellsOfChange(changed, first.Line, s) {
				first = s
			} else if s.Status != first.Status {
				name := e.hash
				if name == "" {
					name = "#" + strconv.Itoa(e.PR)
				}
				d.found("status", fmt.Sprintf("%s is called %s and then %s", name, first.Status, s.Status), first.Line, s.Line)
				break
			}
		}
	}
}
