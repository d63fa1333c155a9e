package html

import (
	"strings"

	"tracker/advise"
)

// What of a report is shown is bounded, since Markdown is parsed by going back.
const (
	maxReport    = 512 << 10 // bytes
	maxLineShown = 8 << 10   // bytes of a line
	maxStretch   = 16 << 10  // bytes without an empty line
	maxNested    = 40        // marks of quotes and lists at the start of a line
)

// reportText is a report's Markdown as it is rendered, with the way back to its lines.
type reportText struct {
	text   []byte
	starts []int // offset of each line of text
	lines  []int // its number in the report
	cut    bool  // something was left out
}

func newReportText(text string) *reportText {
	t := &reportText{}
	text = advise.LineEnds.Replace(strings.TrimPrefix(text, "\ufeff"))
	if len(text) > maxReport {
		text, t.cut = text[:maxReport], true
	}
	var out strings.Builder
	emit := func(l string, number int) {
		t.starts = append(t.starts, out.Len())
		t.lines = append(t.lines, number)
		out.WriteString(l)
		out.WriteByte('\n')
	}
	stretch, number := 0, 0
	for l := range strings.SplitSeq(text, "\n") {
		number++
		if len(l) > maxLineShown {
			l, t.cut = strings.ToValidUTF8(l[:maxLineShown], "")+"…", true
		}
		marks := len(l) - len(strings.TrimLeft(l, " \t>*+-"))
		if marks > maxNested && strings.Trim(l[:marks], " \t") != "" && strings.Trim(l, "-* \t") != "" {
			l = l[marks-maxNested:]
		}
		if stretch += len(l); l == "" {
			stretch = 0
		} else if stretch > maxStretch {
			emit("", number)
			stretch = len(l)
		}
		emit(l, number)
	}
	t.text = []byte(out.String())
	return t
}

// line is the number in the report of what stands at an offset.
func (t *reportText) line(offset int) int {
	low, high := 0, len(t.starts)
	for low+1 < high {
		if m := (low + high) / 2; t.starts[m] <= offset {
			low = m
		} else {
			high = m
		}
	}
	return t.lines[low]
}
