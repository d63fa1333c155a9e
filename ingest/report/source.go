package report

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tracker/internal/fact"
)

// The limits that keep any input linear. Each is far above what a person or
// a tool writes: what lies beyond is not read.
const (
	maxSource    = 4 << 20  // bytes of a report
	maxLine      = 16 << 10 // bytes of a line
	maxParagraph = 16 << 10 // bytes without an empty line, tables aside
	maxNesting   = 24       // quote marks and bullets at the start of a line
	maxHead      = 400      // lines in which another markup than Markdown shows itself
	maxIndent    = 96       // columns of white space at the start of a line
)

// source is a report's text in the form that the Markdown parser gets, with
// the way back to the lines of the file.
type source struct {
	text   []byte
	starts []int // offset of each line of text
	lines  []int // its number in the file, from 1
	front  []string
	cut    []fact.ReportFinding // what lies beyond the limits
}

// newSource decodes a file to UTF-8 with plain line ends and mends what
// Markdown would misread: front matter, pipes inside the code spans of a
// table, and empty lines in the middle of one.
func newSource(raw []byte) *source {
	all, cut := decode(raw)
	lines := strings.Split(all, "\n")
	s := &source{}
	if cut {
		s.cut = append(s.cut, unreadable(fmt.Sprintf("only the first %d MB are read", maxSource>>20), len(lines)))
	}
	first := s.frontMatter(lines)
	if isAsciiDoc(lines[first:min(len(lines), first+maxHead)]) {
		lines = fromAsciiDoc(lines)
	}
	var out bytes.Buffer
	out.Grow(len(raw) + len(raw)/16)
	s.starts, s.lines = make([]int, 0, len(lines)), make([]int, 0, len(lines))
	var long []int // lines that are cut
	emit := func(line string, number int) {
		s.starts = append(s.starts, out.Len())
		s.lines = append(s.lines, number)
		out.WriteString(line)
		out.WriteByte('\n')
	}
	var fence string
	columns, length := 0, 0 // of the table at hand; bytes of the paragraph
	for i := first; i < len(lines); i++ {
		if lines[i] == tableGap {
			continue
		}
		if len(lines[i]) > maxLine {
			long = append(long, i+1)
		}
		line := limitLine(lines[i])
		trimmed := strings.TrimSpace(line)
		if mark := fenceMark(trimmed); fence != "" {
			if strings.HasPrefix(mark, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				fence = ""
			}
			emit(line, i+1)
			continue
		} else if mark != "" {
			fence, columns, length = mark, 0, 0
			emit(line, i+1)
			continue
		}
		switch {
		case trimmed == "":
			length = 0
			if columns > 0 && rowsGoOn(lines, i, columns) {
				continue
			}
			columns = 0
		case columns > 0 && strings.Contains(line, "|"):
			line = escapeCodePipes(line, columns)
		case strings.Contains(trimmed, "|") && i+1 < len(lines) && isDelimiter(lines[i+1]):
			columns = countCells(lines[i+1])
			line = escapeCodePipes(line, columns)
		default:
			columns = 0
			if length += len(line); length > maxParagraph {
				emit("", i+1)
				length = len(line)
			}
		}
		emit(line, i+1)
	}
	if len(long) > 0 {
		s.cut = append(s.cut, unreadable(fmt.Sprintf("only the first %d kB of a line are read", maxLine>>10), long[:min(len(long), maxNamed)]...))
	}
	s.text = out.Bytes()
	return s
}

// NoText is the message of the finding about a file that is no text.
const NoText = "not a text"

// maxNamed is how many of the lines that are cut a finding names.
const maxNamed = 20

// unreadable is a finding about what of a report is not read.
func unreadable(message string, lines ...int) fact.ReportFinding {
	return fact.ReportFinding{Kind: fact.Unreadable, Message: message, Lines: lines}
}

// line returns the line of the file in which a byte of text stands.
func (s *source) line(offset int) int {
	lo, hi := 0, len(s.starts)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; s.starts[mid] <= offset {
			lo = mid
		} else {
			hi = mid
		}
	}
	if len(s.lines) == 0 {
		return 1
	}
	return s.lines[lo]
}

// maxProbe is how much of a file decides whether it is a text.
const maxProbe = 8 << 10

// notText reports whether a file is no text: it holds a NUL, as git judges,
// and more than a fifth of its beginning are control characters and bytes
// outside UTF-8. A text with a stray NUL is still read.
func notText(raw []byte) bool {
	raw = raw[:min(len(raw), maxProbe)]
	if bytes.IndexByte(raw, 0) < 0 || wide(raw) != nil {
		return false
	}
	odd := 0
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			odd++
		}
		i += n
	}
	return odd*5 > len(raw)
}

// wide returns the byte order of a text in UTF-16, which Windows shells
// write: told by its byte order mark, or by the NULs of its Latin letters.
// nil says that it is none.
func wide(raw []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	raw = raw[:min(len(raw), maxProbe)&^1]
	var nul, plain [2]int
	for i, c := range raw {
		switch {
		case c == 0:
			nul[i&1]++
		case c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t':
			plain[i&1]++
		}
	}
	pairs := len(raw) / 2
	switch {
	case pairs < 8:
	case nul[0] == 0 && nul[1]*10 > pairs*8 && plain[0]*10 > pairs*8:
		return binary.LittleEndian
	case nul[1] == 0 && nul[0]*10 > pairs*8 && plain[1]*10 > pairs*8:
		return binary.BigEndian
	}
	return nil
}

// Text returns the bytes of a report as far as Parse reads them: UTF-16 as
// UTF-8, and what lies beyond the limit cut off. It is nil for what is no text.
func Text(raw []byte) []byte {
	if notText(raw) {
		return nil
	}
	text, _ := utf8Of(raw)
	return text
}

// utf8Of turns UTF-16 into UTF-8, bounds the text and reports whether that cut
// something off.
func utf8Of(raw []byte) (text []byte, cut bool) {
	if order := wide(raw); order != nil {
		cut = len(raw) > 2*maxSource
		raw = decodeUTF16(raw[:min(len(raw), 2*maxSource)], order)
	}
	if len(raw) <= maxSource {
		return raw, cut
	}
	end := maxSource
	for end > maxSource-utf8.UTFMax && !utf8.RuneStart(raw[end]) {
		end--
	}
	return raw[:end], true
}

// decode turns the bytes of a file into valid UTF-8 with LF line ends and
// without control characters, and reports whether some lie beyond the limit.
func decode(raw []byte) (text string, cut bool) {
	raw, cut = utf8Of(raw)
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte(" "))
	}
	text = string(raw)
	if strings.Contains(text, "\r") || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029") {
		text = lineEnds.Replace(text)
	}
	return strings.Map(func(r rune) rune {
		if r == 0x7f || r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, text), cut
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

func decodeUTF16(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// frontMatter keeps a leading YAML block aside and returns the number of
// lines it takes: to Markdown it would be a rule and a heading.
func (s *source) frontMatter(lines []string) int {
	if strings.TrimRight(lines[0], " ") != "---" {
		return 0
	}
	for i := 1; i < len(lines) && i < 100; i++ {
		switch strings.TrimRight(lines[i], " ") {
		case "---", "...":
			s.front = lines[1:i]
			return i + 1
		case "":
			return 0
		}
	}
	return 0
}

// limitLine bounds a line's length, its indentation, and the number of
// containers that it opens.
func limitLine(line string) string {
	if len(line) > maxLine {
		line = strings.ToValidUTF8(line[:maxLine], "")
	}
	columns, marks := 0, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\t':
			columns += 4
		case c == ' ':
			columns++
		case c == '>' || (c == '-' || c == '*' || c == '+') && i+1 < len(line) && line[i+1] == ' ':
			marks++
			columns = 0
		case c >= '0' && c <= '9' || c == '.' || c == ')':
		default:
			return line
		}
		if columns > maxIndent || marks > maxNesting {
			return strings.TrimLeft(line[i:], " \t>-*+")
		}
	}
	return line
}

func fenceMark(trimmed string) string {
	for _, c := range []string{"`", "~"} {
		if n := len(trimmed) - len(strings.TrimLeft(trimmed, c)); n >= 3 {
			if c == "`" && strings.Contains(trimmed[n:], "`") {
				return ""
			}
			return trimmed[:n]
		}
	}
	return ""
}

var delimiterRow = regexp.MustCompile(`^[\s>]*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)

func isDelimiter(line string) bool {
	return len(line) <= maxLine && strings.Contains(line, "|") && strings.Contains(line, "-") && delimiterRow.MatchString(line)
}

// countCells returns the number of cells of a row, as Markdown splits it.
func countCells(line string) int {
	line = strings.Trim(strings.TrimSpace(line), "|")
	return strings.Count(line, "|") - strings.Count(line, `\|`) + 1
}

// rowsGoOn reports whether the first line after the empty one at i is another
// row of a table with that many columns and not the head of a new one.
func rowsGoOn(lines []string, i, columns int) bool {
	if i+1 >= len(lines) || columns < 2 || !strings.HasPrefix(strings.TrimSpace(lines[i+1]), "|") || countCells(lines[i+1]) != columns {
		return false
	}
	return i+2 >= len(lines) || !isDelimiter(lines[i+2])
}

// escapeCodePipes escapes the pipes inside code spans of a row that has more
// cells than its table, if that makes the count right.
func escapeCodePipes(line string, columns int) string {
	extra := countCells(line) - columns
	if extra <= 0 || strings.Count(line, "`")%2 != 0 {
		return line
	}
	var b strings.Builder
	code := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '`':
			code = !code
		case c == '|' && code && (i == 0 || line[i-1] != '\\'):
			b.WriteByte('\\')
			extra--
		}
		b.WriteByte(line[i])
	}
	if extra != 0 {
		return line
	}
	return b.String()
}
