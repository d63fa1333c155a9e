package term

import (
	"io"
	"strings"

	"tracker/render/esc"
)

// Diff shows a unified diff. On a terminal its lines are coloured and made
// safe; elsewhere it is passed on byte for byte, so that git apply takes it.
func Diff(w io.Writer, o Options, diff string) error {
	if !o.TTY {
		_, err := io.WriteString(w, diff)
		return err
	}
	p := newPrinter(w, o)
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		s := span{text: esc.Part(line)}
		switch {
		case strings.HasPrefix(line, "@@"):
			s.style = cyan
		case strings.HasPrefix(line, "+"):
			s.style = green
		case strings.HasPrefix(line, "-"):
			s.style = red
		}
		p.span(s)
		p.blank()
	}
	return p.flush()
}
