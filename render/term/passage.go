package term

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/esc"
)

// Passage shows a line of a report among its neighbours, what was read from it
// and what git says to that.
func Passage(w io.Writer, o Options, s *advise.ReportStory, at *advise.Passage) error {
	p := newPrinter(w, o)
	p.text(2, from(fmt.Sprintf("%s:%d", s.Report.ID, at.Line)).in(bold), own("  "), from(s.Report.Report.Title))
	p.blank()
	for i, text := range at.Lines {
		number := own(fmt.Sprintf("  %6d  ", at.First+i)).in(dim)
		if at.First+i == at.Line {
			number = own(fmt.Sprintf("> %6d  ", at.Line)).in(bold)
		}
		p.text(10, number, span{text: esc.Part(text)})
	}
	for _, d := range at.Disagreements {
		p.blank()
		p.text(4, own("✗ ").in(red), own("git disagrees: "), from(d.Says).in(statusStyle(d.Says)), own(" of "), p.upHash(d.Commit), own(": "), from(d.Message))
	}
	if read(&at.Read) {
		p.reportBody(&at.Read)
	} else {
		p.blank()
		p.text(2, own("nothing was read from this line"))
	}
	p.blank()
	name := s.Report.ID
	if strings.ContainsAny(name, " \t\"'`$&|;<>(){}[]*?!#~\\") {
		name = strconv.Quote(name)
	}
	p.text(2, own("the whole: ").in(dim), from("tracker show "+name))
	p.asOf(s.As)
	return p.flush()
}

// read reports whether there is anything in a report.
func read(r *fact.Report) bool {
	return len(r.Commits)+len(r.Claims)+len(r.Lessons)+len(r.Checklist)+len(r.Steps)+len(r.Methods)+len(r.Findings) > 0
}
