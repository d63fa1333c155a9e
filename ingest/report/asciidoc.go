package report

import (
	"regexp"
	"strings"
)

var (
	wikiHeading = regexp.MustCompile(`^(={1,6})\s+(\S.*?)(?:\s+=+)?\s*$`)
	blockAttr   = regexp.MustCompile(`^\[[^\]\[]*\]$`)
	docAttr     = regexp.MustCompile(`^:([a-z][a-z-]*):\s+(\S.*)$`)
	termList    = regexp.MustCompile(`^(\S.{0,120}?)::(?:\s+(\S.*))?$`)
	starList    = regexp.MustCompile(`^(\*{2,6}|\.{1,6}|\*)\s+(\S.*)$`)
	columnCount = regexp.MustCompile(`cols="?([^"\]]*)`)
)

// isAsciiDoc reports whether a text is marked up in AsciiDoc: it begins with
// a title of that form, or holds one of its tables.
func isAsciiDoc(lines []string) bool {
	for i, line := range lines {
		if strings.HasPrefix(line, "= ") && i < 5 || strings.TrimRight(line, " ") == "|===" {
			return true
		}
		if strings.HasPrefix(line, "# ") {
			return false
		}
	}
	return false
}

// fromAsciiDoc rewrites what reports use of AsciiDoc in Markdown: headings,
// lists, terms, listings and tables. Every line keeps its place, so that
// what it says is found where it stands.
func fromAsciiDoc(lines []string) []string {
	out := make([]string, len(lines))
	attr := ""
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		switch {
		case line == "----" || line == "....":
			out[i] = "```"
			for i++; i < len(lines) && strings.TrimRight(lines[i], " \t") != line; i++ {
				out[i] = lines[i]
			}
			if i < len(lines) {
				out[i] = "```"
			}
		case line == "|===":
			i = asciiTable(lines, out, i, attr)
		case blockAttr.MatchString(line):
			attr = line
			continue
		case len(line) >= 4 && (strings.Trim(line, "=") == "" || strings.Trim(line, "*") == "" || strings.Trim(line, "_") == ""):
		default:
			out[i] = asciiLine(line)
		}
		attr = ""
	}
	return out
}

// asciiLine rewrites one line.
func asciiLine(line string) string {
	if m := wikiHeading.FindStringSubmatch(line); m != nil {
		return strings.Repeat("#", len(m[1])) + " " + m[2]
	}
	if m := docAttr.FindStringSubmatch(line); m != nil {
		return "- " + strings.TrimPrefix(m[1], "rev") + ": " + m[2]
	}
	if m := starList.FindStringSubmatch(line); m != nil {
		return strings.Repeat("  ", len(m[1])-1) + "- " + m[2]
	}
	if m := termList.FindStringSubmatch(line); m != nil {
		return "- " + m[1] + ": " + m[2]
	}
	return line
}

// asciiTable rewrites a table, a row in the line where it begins, and returns
// the line that closes it.
func asciiTable(lines, out []string, open int, attr string) int {
	type cell struct {
		text string
		line int
	}
	var cells []cell
	columns, end := 0, open+1
	for ; end < len(lines) && strings.TrimRight(lines[end], " \t") != "|==="; end++ {
		parts := strings.Split(lines[end], "|")
		if n := len(cells); n > 0 {
			cells[n-1].text = strings.TrimSpace(cells[n-1].text + " " + strings.TrimSpace(parts[0]))
		}
		for _, p := range parts[1:] {
			cells = append(cells, cell{strings.TrimSpace(p), end})
		}
		if columns == 0 {
			columns = len(parts) - 1
		}
	}
	if m := columnCount.FindStringSubmatch(attr); m != nil {
		columns = strings.Count(m[1], ",") + 1
	}
	if columns <= 0 || columns > 40 {
		return end
	}
	for from := 0; from < len(cells); from += columns {
		row := cells[from:min(from+columns, len(cells))]
		var b strings.Builder
		for _, c := range row {
			b.WriteString("| " + c.text + " ")
		}
		b.WriteString("|")
		if from > 0 {
			out[row[0].line] = b.String()
			continue
		}
		out[open] = b.String() // the head: its own line is taken by the rule under it
		out[row[0].line] = strings.Repeat("|---", columns) + "|"
	}
	// What lies between the rows would end the table.
	for i := open; i < end; i++ {
		if out[i] == "" {
			out[i] = tableGap
		}
	}
	return end
}

// tableGap marks a line that belongs to a table and says nothing.
const tableGap = "\x00"
