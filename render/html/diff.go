package html

import (
	"fmt"
	stdhtml "html"
	"html/template"
	"maps"
	"slices"
	"strings"

	"tracker/advise"
	"tracker/advise/beside"
	"tracker/render"
	"tracker/render/html/syntax"
)

// Drawn are the diffs of a commit's page, as a part of it.
type Drawn struct {
	diff   template.HTML
	beside map[string]template.HTML // by the commit at the other end
}

// Draw colours what a commit's page shows of diffs, which costs most of what the page
// does. It is a fact about commits, and can be kept.
func Draw(c *advise.Changes) *Drawn {
	d := &Drawn{beside: map[string]template.HTML{}}
	if c == nil {
		return d
	}
	paint := &syntax.Painter{}
	d.diff = diff(paint, c.Files)
	for _, other := range slices.Sorted(maps.Keys(c.Beside)) {
		d.beside[other] = besideDiff(paint, c.Beside[other])
	}
	return d
}

// Size is how many bytes it takes.
func (d *Drawn) Size() int {
	n := len(d.diff)
	for _, b := range d.beside {
		n += len(b)
	}
	return n
}

// cell is one side of a row of two columns.
type cell struct {
	number int    // of the line, 0 if it has none
	text   string // HTML
	class  string // "", add, del or none (nothing stands there)
}

var nothing = cell{class: "none"}

// columns writes two columns of code.
type columns struct {
	b       strings.Builder
	paint   *syntax.Painter
	numbers bool // lines have numbers
}

func (c *columns) begin(left, right string) {
	class := "code bare"
	if c.numbers {
		class = "code"
	}
	fmt.Fprintf(&c.b, `<div class="scroll" tabindex="0" role="region" aria-label="%s and %s"><table class="%s"><thead><tr><th scope="col">%s</th><th scope="col">%s</th></tr></thead><tbody>`,
		stdhtml.EscapeString(left), stdhtml.EscapeString(right), class, stdhtml.EscapeString(left), stdhtml.EscapeString(right))
}

// rows puts two stretches beside each other, line by line; the longer one faces nothing
// at its end.
func (c *columns) rows(left, right []cell) {
	for i := range max(len(left), len(right)) {
		a, b := nothing, nothing
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		c.row(a, b)
	}
}

func (c *columns) row(left, right cell) {
	c.b.WriteString("<tr>")
	for _, x := range []cell{left, right} {
		c.b.WriteString("<td")
		if x.class != "" {
			fmt.Fprintf(&c.b, ` class="%s"`, x.class)
		}
		if x.number > 0 {
			fmt.Fprintf(&c.b, ` data-n="%d"`, x.number)
		}
		c.b.WriteByte('>')
		c.b.WriteString(x.text)
	}
	c.b.WriteByte('\n')
}

func (c *columns) gap(text string) {
	fmt.Fprintf(&c.b, `<tr class="gap"><td colspan="2">%s`, stdhtml.EscapeString(text))
}

func (c *columns) end() { c.b.WriteString("</table></div>") }

// diff shows what a commit changes: before and after, file by file.
func diff(paint *syntax.Painter, files []advise.FileDiff) template.HTML {
	c := columns{paint: paint, numbers: true}
	for i := range files {
		f := &files[i]
		added, removed := 0, 0
		for j := range f.Hunks {
			for _, l := range f.Hunks[j].Lines {
				switch l.Sign {
				case '+':
					added++
				case '-':
					removed++
				}
			}
		}
		note := fmt.Sprintf("+%d −%d", added, removed)
		if f.Note != "" {
			note = f.Note
		}
		if len(f.Hunks) == 0 {
			fmt.Fprintf(&c.b, `<p class="file"><span class="path">%s</span> <span class="dim">%s</span></p>`, stdhtml.EscapeString(oneLine(f.Path)), stdhtml.EscapeString(note))
			continue
		}
		fmt.Fprintf(&c.b, `<details class="file" open><summary><span class="path">%s</span> <span class="dim">%s</span></summary>`, stdhtml.EscapeString(oneLine(f.Path)), note)
		c.begin("before", "after")
		for j := range f.Hunks {
			if j > 0 {
				c.gap("…")
			}
			c.hunk(f.Path, &f.Hunks[j])
		}
		if f.Left > 0 {
			c.gap("… " + render.Count(f.Left, "more place") + " not shown")
		}
		c.end()
		c.b.WriteString("</details>")
	}
	return template.HTML(c.b.String())
}

// hunk sets the lines that give way beside those that come. Lines that stay are coloured
// once, with those that come.
func (c *columns) hunk(name string, h *advise.DiffHunk) {
	var gone, after []string
	for _, l := range h.Lines {
		if l.Sign == '-' {
			gone = append(gone, l.Text)
		} else {
			after = append(after, l.Text)
		}
	}
	gone, after = c.paint.Lines(name, gone), c.paint.Lines(name, after)
	var old, new []cell
	flush := func() {
		c.rows(old, new)
		old, new = nil, nil
	}
	a, b := 0, 0 // lines of either side before this one
	for _, l := range h.Lines {
		switch l.Sign {
		case '-':
			old = append(old, cell{h.Old + a, gone[0], "del"})
			gone = gone[1:]
			a++
		case '+':
			new = append(new, cell{h.New + b, after[b], "add"})
			b++
		default:
			flush()
			c.row(cell{h.Old + a, after[b], ""}, cell{h.New + b, after[b], ""})
			a, b = a+1, b+1
		}
	}
	flush()
}

// What is shown of a pick beside its original is bounded, too.
const (
	shownBesideFiles = 40
	shownBesideLines = 300
)

// besideDiff shows where a pick changes other lines than its original.
func besideDiff(paint *syntax.Painter, files []beside.File) template.HTML {
	if len(files) == 0 {
		return ""
	}
	c := columns{paint: paint}
	if differs(files) == 0 {
		return `<p class="dim">All files change as in the original.</p>`
	}
	room, same := shownBesideLines, 0
	for i := range files {
		f := &files[i]
		switch {
		case f.Fate == beside.Same:
			same++
			continue
		case i >= shownBesideFiles || room <= 0:
			fmt.Fprintf(&c.b, `<p class="dim">… and %s</p>`, render.Count(len(files)-i, "more file"))
			return template.HTML(c.b.String())
		}
		told := map[beside.Fate]string{
			beside.Changed: fmt.Sprintf("+%d −%d, in the pick +%d −%d", f.Original.Insertions, f.Original.Deletions, f.Pick.Insertions, f.Pick.Deletions),
			beside.Left:    fmt.Sprintf("left out (+%d −%d)", f.Original.Insertions, f.Original.Deletions),
			beside.Added:   fmt.Sprintf("only in the pick (+%d −%d)", f.Pick.Insertions, f.Pick.Deletions),
			beside.Unread:  "cannot be compared here",
		}[f.Fate]
		if len(f.Hunks) == 0 {
			fmt.Fprintf(&c.b, `<p class="file"><span class="path">%s</span> <span class="dim">%s</span></p>`, stdhtml.EscapeString(oneLine(f.Path)), told)
			continue
		}
		fmt.Fprintf(&c.b, `<details class="file" open><summary><span class="path">%s</span> <span class="dim">%s</span></summary>`, stdhtml.EscapeString(oneLine(f.Path)), told)
		c.begin("upstream changes", "the pick changes")
		for j := range f.Hunks {
			if room <= 0 {
				c.gap("… " + render.Count(len(f.Hunks)-j, "more place") + " not shown")
				break
			}
			at := fmt.Sprintf("line %d", f.Hunks[j].Line)
			if n := f.Hunks[j].Before; n > 0 {
				at = alike(n) + " … " + at
			}
			c.gap(at)
			room -= c.changes(f.Path, f.Hunks[j].Lines, room)
			if j == len(f.Hunks)-1 && f.After > 0 {
				c.gap(alike(f.After))
			}
		}
		c.end()
		c.b.WriteString("</details>")
	}
	if same > 0 {
		fmt.Fprintf(&c.b, `<p class="dim">%s as in the original.</p>`, render.Count(same, "other file"))
	}
	return template.HTML(c.b.String())
}

// alike words lines that are not shown since both have them.
func alike(n int) string { return "… " + render.Count(n, "line") + " that both have" }

// changes sets the changed lines of an original beside those of its pick, and returns
// how many there were.
func (c *columns) changes(name string, lines []beside.Line, room int) int {
	more := len(lines) - min(len(lines), room)
	lines = lines[:len(lines)-more]
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = cutTo(l.Text, maxLine)
	}
	texts = c.paint.Lines(name, texts)
	class := map[string]string{"+": "add", "-": "del"}
	var left, right []cell
	flush := func() {
		c.rows(left, right)
		left, right = nil, nil
	}
	for i, l := range lines {
		x := cell{0, texts[i], class[l.Sign]}
		switch l.In {
		case beside.OnlyOriginal:
			left = append(left, x)
		case beside.OnlyPick:
			right = append(right, x)
		default:
			flush()
			c.row(x, x)
		}
	}
	flush()
	if more > 0 {
		c.gap("… " + render.Count(more, "more line") + " not shown")
	}
	return len(lines)
}

// shownSide is how many lines are shown of one side of a past conflict.
const shownSide = 60

// sides shows the two sides of a past conflict beside each other, and below them what
// was made of them by hand.
func sides(paint *syntax.Painter, name string, h *advise.ResolvedHunk) template.HTML {
	c := columns{paint: paint}
	ours, moreOurs := c.side(name, h.Ours)
	theirs, moreTheirs := c.side(name, h.Theirs)
	c.begin("the fork had", "upstream has")
	for i := range max(len(ours), len(theirs)) {
		left, right := nothing, nothing
		if i < len(ours) {
			left = cell{0, ours[i], "ours"}
		}
		if i < len(theirs) {
			right = cell{0, theirs[i], "theirs"}
		}
		c.row(left, right)
	}
	if len(ours) == 0 && len(theirs) == 0 {
		c.row(nothing, nothing)
	}
	if moreOurs+moreTheirs > 0 {
		c.gap(fmt.Sprintf("… %d and %d more lines", moreOurs, moreTheirs))
	}
	if result, more := c.side(name, h.Result); h.Resolution == "manual" {
		c.gap("and became")
		for _, l := range result {
			fmt.Fprintf(&c.b, `<tr><td colspan="2" class="add">%s`, l)
		}
		if len(result) == 0 {
			c.gap("nothing")
		}
		if more > 0 {
			c.gap(fmt.Sprintf("… %d more lines", more))
		}
	}
	c.end()
	return template.HTML(c.b.String())
}

// side cuts a side into lines and colours them.
func (c *columns) side(name, text string) (lines []string, more int) {
	if text == "" {
		return nil, 0
	}
	lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > shownSide+1 {
		more = len(lines) - shownSide
		lines = lines[:shownSide]
	}
	for i, l := range lines {
		lines[i] = cutTo(strings.TrimSuffix(l, "\r"), maxLine)
	}
	return c.paint.Lines(name, lines), more
}

func cutTo(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
