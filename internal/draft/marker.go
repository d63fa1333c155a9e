package draft

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"tracker/internal/block"
)

// The markers are whole lines. A free section may stand anywhere between the first
// and the last of them.
const (
	// Marker begins the first of them.
	Marker    = "<!-- tracker:draft "
	endMarker = "<!-- tracker:draft-end -->"
	freeEnd   = "<!-- tracker:free-end -->"
)

var (
	markers  = regexp.MustCompile(`(?m)^\x{FEFF}?(?:(<!-- tracker:draft [^\n]*-->)|(<!-- tracker:draft-end -->)|<!-- tracker:free ([a-z][a-z0-9-]{0,30}) -->|(<!-- tracker:free-end -->))[ \t]*\r?$`)
	sumIn    = regexp.MustCompile(`\bsha256=([0-9a-f]{16})\b`)
	rangeIn  = regexp.MustCompile(`\brange=([0-9a-f]{40,64})?\.\.([0-9a-f]{40,64})?(?: |$)`)
	errNoEnd = errors.New("has no end")
)

// ErrMarkers says that the markers do not stand around exactly one draft.
var ErrMarkers = block.ErrMarkers

// Part is a piece of a draft: what tracker wrote, or a free section.
type Part struct {
	Free       string // the section's name, empty for what tracker wrote
	Begin, End int    // in bytes: whole lines, of a free section those between its markers
}

// Found is where a draft stands in a document. Begin is the start of its first
// marker, End that of the line behind its last.
type Found struct {
	Begin, End int
	Parts      []Part
	From, To   string // the range that it was drafted for: To is empty if it goes to the tip
	Sum        string
}

// Find looks for the one draft of a document. It returns nil when there is none, and
// an error when the markers do not make exactly one.
func Find(doc []byte) (*Found, error) {
	var f *Found
	done, at := false, 0 // at: where the part at hand begins
	free := ""           // the section that is open
	bad := func(pos int, what string) error {
		return fmt.Errorf("%w: the marker in line %d %s", ErrMarkers, 1+bytes.Count(doc[:pos], []byte("\n")), what)
	}
	for _, m := range markers.FindAllSubmatchIndex(doc, -1) {
		next := min(m[1]+1, len(doc)) // the line behind
		switch {
		case m[2] >= 0:
			if f != nil {
				return nil, bad(m[0], "begins a second draft")
			}
			f, at = &Found{Begin: m[2]}, next
			line := doc[m[2]:m[3]]
			if s := sumIn.FindSubmatch(line); s != nil {
				f.Sum = string(s[1])
			}
			s := rangeIn.FindSubmatch(line)
			if s == nil {
				return nil, bad(m[0], "does not say its range any more")
			}
			f.From, f.To = string(s[1]), string(s[2])
		case f == nil:
			return nil, bad(m[0], "stands outside a draft")
		case done:
			return nil, bad(m[0], "stands behind the end")
		case m[4] >= 0:
			if free != "" {
				return nil, bad(m[0], "stands in a free section")
			}
			f.Parts = append(f.Parts, Part{Begin: at, End: m[0]})
			f.End, done = next, true
		case m[6] >= 0:
			if free != "" {
				return nil, bad(m[0], "stands in a free section")
			}
			f.Parts = append(f.Parts, Part{Begin: at, End: m[0]})
			free, at = string(doc[m[6]:m[7]]), next
		default:
			if free == "" {
				return nil, bad(m[0], "ends no free section")
			}
			f.Parts = append(f.Parts, Part{Free: free, Begin: at, End: m[0]})
			free, at = "", next
		}
	}
	if f != nil && !done {
		return nil, bad(f.Begin, "begins a draft that "+errNoEnd.Error())
	}
	return f, nil
}

// Checksum identifies what tracker wrote of a draft: what is free does not count, nor
// what an editor's formatting changes.
func (f *Found) Checksum(doc []byte) string {
	var own []byte
	for _, p := range f.Parts {
		if p.Free == "" {
			own = append(append(own, doc[p.Begin:p.End]...), '\n')
		}
	}
	return block.Checksum(own)
}

// Free writes an empty free section's markers around what it begins with.
func Free(name, text string) string {
	return "<!-- tracker:free " + name + " -->\n" + text + freeEnd + "\n"
}

// Seal puts the markers around a draft, of which body is the Markdown with its free
// sections: no other line of it may be a marker. to is empty for a range that goes to
// the fork's tip.
func Seal(body []byte, from, to string) []byte {
	seal := func(sum string) []byte {
		var b bytes.Buffer
		fmt.Fprintf(&b, "%srange=%s..%s sha256=%s Drafted by `tracker report draft`. Write in the free sections, above or below: that is kept. -->\n\n", Marker, from, to, sum)
		b.Write(body)
		b.WriteString("\n" + endMarker + "\n")
		return b.Bytes()
	}
	blank := seal("0000000000000000")
	f, err := Find(blank)
	if err != nil {
		panic(fmt.Sprintf("draft: a body with markers of its own: %v", err)) // what is drafted has none at the beginning of a line
	}
	return seal(f.Checksum(blank))
}
