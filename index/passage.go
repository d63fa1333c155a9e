package index

import (
	"strings"
)

// passage is what stands under one heading of a report, up to the next.
type passage struct {
	line    int      // of the heading, from 1
	heading []string // the heading and those above it, outermost first
	text    string   // with the heading
}

// maxPassage is how many bytes a passage may have before it is cut at the next
// line: a table of four hundred commits would match every word and say nothing.
const maxPassage = 8 << 10

// passages splits Markdown at its headings (CommonMark's ATX and setext).
// Fenced code keeps its lines, comments in a shell script among them.
func passages(text string) []passage {
	var list []passage
	var levels [7]string
	cur := passage{line: 1}
	var body strings.Builder
	flush := func(next int) {
		if strings.TrimSpace(body.String()) != "" {
			cur.text = body.String()
			list = append(list, cur)
		}
		body.Reset()
		cur = passage{line: next, heading: trail(levels)}
	}
	fence := ""
	n := 0
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		n = i + 1
		line = strings.TrimSuffix(line, "\r")
		switch {
		case fence != "":
			if closesFence(line, fence) {
				fence = ""
			}
		case opensFence(line) != "":
			fence = opensFence(line)
		default:
			if level, heading := atx(line); level > 0 {
				setLevel(&levels, level, heading)
				flush(n)
			} else if level := setext(lines, i); level > 0 {
				setLevel(&levels, level, strings.TrimSpace(line))
				flush(n)
			} else if body.Len() >= maxPassage {
				flush(n)
			}
		}
		body.WriteString(line)
		body.WriteByte('\n')
	}
	flush(n + 1)
	return list
}

func setLevel(levels *[7]string, level int, heading string) {
	levels[level] = heading
	clear(levels[level+1:])
}

func trail(levels [7]string) []string {
	var list []string
	for _, h := range levels {
		if h != "" {
			list = append(list, h)
		}
	}
	return list
}

// indented reports whether a line is too far to the right for a block mark.
func indented(line string) bool {
	return strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "    ")
}

func opensFence(line string) string {
	text := strings.TrimLeft(line, " ")
	if indented(line) || text == "" || text[0] != '`' && text[0] != '~' {
		return ""
	}
	mark := text[:len(text)-len(strings.TrimLeft(text, text[:1]))]
	if len(mark) < 3 || mark[0] == '`' && strings.Contains(text[len(mark):], "`") {
		return ""
	}
	return mark
}

func closesFence(line, fence string) bool {
	text := strings.TrimSpace(line)
	return !indented(line) && len(text) >= len(fence) && strings.Trim(text, fence[:1]) == ""
}

func atx(line string) (level int, heading string) {
	text := strings.TrimLeft(line, " ")
	rest := strings.TrimLeft(text, "#")
	level = len(text) - len(rest)
	if indented(line) || level < 1 || level > 6 || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return 0, ""
	}
	heading = strings.TrimSpace(rest)
	if bare := strings.TrimRight(heading, "#"); bare == "" || strings.HasSuffix(bare, " ") {
		heading = strings.TrimSpace(bare)
	}
	return level, heading
}

// setext reports the level of a heading that the next line underlines.
func setext(lines []string, i int) int {
	if i+1 >= len(lines) {
		return 0
	}
	text := strings.TrimSpace(lines[i])
	if text == "" || indented(lines[i]) || strings.ContainsAny(text[:1], "|>-+*#=") {
		return 0
	}
	if i > 0 && strings.TrimSpace(lines[i-1]) != "" {
		return 0 // the last line of a paragraph, or of a table
	}
	under := strings.TrimRight(lines[i+1], " \t\r")
	switch {
	case indented(under) || len(strings.TrimSpace(under)) < 2:
		return 0
	case strings.Trim(strings.TrimSpace(under), "=") == "":
		return 1
	case strings.Trim(strings.TrimSpace(under), "-") == "":
		return 2
	}
	return 0
}
