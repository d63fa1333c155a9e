package md

import (
	"fmt"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// audit lists what is wrong with the picks and stands: what is high and medium, and how
// much is good to know.
func (d *document) audit() {
	var shown []*advise.Finding
	low, accepted := 0, 0
	for i := range d.in.Findings {
		f := &d.in.Findings[i]
		switch {
		case f.MendedBy != "":
		case f.AcceptedBy != 0:
			accepted++
		case f.Severity == fact.Low:
			low++
		default:
			shown = append(shown, f)
		}
	}
	if len(shown)+low+accepted == 0 {
		return
	}
	d.heading(2, "What needs a look in the picks")
	for _, f := range shown {
		d.printf("- **%s**, %s in ", esc.Text(string(f.Severity)), esc.Text(string(f.Kind)))
		if f.Fork != "" {
			d.printf("%s %s", d.hash(f.Fork), d.title(f.Subject, 0))
		} else {
			d.printf("%s %s", d.hash(f.Upstream), d.title(f.Subject, 0))
		}
		if f.Path != "" {
			d.printf(", %s", esc.Code(f.Path))
		}
		d.printf(" — %s\n", d.prose(f.Message))
	}
	if low+accepted > 0 {
		var rest []string
		if low > 0 {
			rest = append(rest, fmt.Sprintf("%s that %s good to know", render.Count(low, "finding"), isAre(low)))
		}
		if accepted > 0 {
			rest = append(rest, fmt.Sprintf("%s that %s accepted", render.Count(accepted, "finding"), isAre(accepted)))
		}
		d.printf("- %s: `tracker audit --all`\n", joined(rest))
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
