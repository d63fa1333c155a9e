package report

// column is what tracker takes a column of a table to hold.
type column struct {
	field string
	word  ruling // for a column whose head is itself a verdict
}

// columnsOf works a table's columns out, from their heads and, where those
// leave it open, from what the cells hold.
func (d *doc) columnsOf(t *table, in inherited) []column {
	t.mergeHead()
	n := len(t.head)
	cols := make([]column, n)
	hashes := make([]int, n) // cells that begin with a hash and hold little else
	filled := make([]int, n)
	for _, r := range t.rows {
		for i, c := range r.cells {
			if i >= n || emptyCell(c.s) {
				continue
			}
			filled[i]++
			if len(findHashes(&c)) > 0 && startsWithHash(&c) {
				hashes[i]++
			}
		}
	}
	var commitLike []int
	for i, head := range t.head {
		cols[i].field, _ = fieldOf(head.s)
		known := cols[i].field
		if known == "" || known == "resolution" || known == "status" && hashes[i] > 0 {
			if h, ok := lexicon().verdict.whole(head.s); ok && h.meaning != "none" && h.meaning != "own" && h.meaning != "conflict" {
				cols[i] = column{word: h.ruling()}
				continue
			} else if m, ok := lexicon().mark.whole(head.s); ok {
				cols[i] = column{field: "status", word: m.ruling()}
				cols[i].word = ruling{}
				continue
			}
		}
		mostly := hashes[i] > 0 && hashes[i]*2 >= filled[i]
		switch {
		case known == "commit", known == "upstream", known == "fork":
			if mostly {
				commitLike = append(commitLike, i)
			} else if hashes[i] == 0 {
				cols[i].field = "subject"
				if known == "fork" || known == "upstream" {
					cols[i].field = "notes"
				}
			} else {
				commitLike = append(commitLike, i)
			}
		case mostly && (known == "" || known == "number" || known == "pr" || known != "position" && !hasField(t.head, "commit", "upstream")):
			cols[i].field = "commit"
			commitLike = append(commitLike, i)
		}
	}
	d.pairColumns(t, cols, commitLike, in)
	if len(commitLike) > 0 {
		d.statusByContent(t, cols)
		t.subjectByContent(cols)
	}
	return cols
}

// subjectByContent takes the wordiest column without a head for the titles
// of a table that has no column of them.
func (t *table) subjectByContent(cols []column) {
	best, most := -1, 0
	for i, c := range cols {
		if c.field == "subject" {
			return
		}
		if c.field != "" || c.word.found() || !emptyCell(t.head[i].s) {
			continue
		}
		length := 0
		for _, r := range t.rows[:min(len(t.rows), 40)] {
			if i < len(r.cells) {
				length += len(r.cells[i].s)
			}
		}
		if length > most && length > 8*min(len(t.rows), 40) {
			best, most = i, length
		}
	}
	if best >= 0 {
		cols[best].field = "subject"
	}
}

// statusByContent takes a column without a known head for the status if most
// of its cells are short and say one.
func (d *doc) statusByContent(t *table, cols []column) {
	for _, c := range cols {
		if c.field == "status" || c.word.found() {
			return
		}
	}
	for i := range cols {
		if cols[i].field != "" {
			continue
		}
		filled, found := 0, 0
		for _, r := range t.rows[:min(len(t.rows), 40)] {
			if i >= len(r.cells) || emptyCell(r.cells[i].s) {
				continue
			}
			filled++
			if cell := &r.cells[i]; len(cell.s) <= 60 && d.readStatus(cell).found() {
				found++
			}
		}
		if found > 0 && found*2 > filled {
			cols[i].field = "status"
			return
		}
	}
}

func hasField(head []text, names ...string) bool {
	for _, h := range head {
		if m, ok := fieldOf(h.s); ok && contains(names, m) {
			return true
		}
	}
	return false
}

// pairColumns decides which of several columns of hashes is upstream's.
func (d *doc) pairColumns(t *table, cols []column, like []int, in inherited) {
	verdicts := 0
	for _, c := range cols {
		if c.word.found() {
			verdicts++
		}
	}
	if verdicts > 1 {
		return // a board: each column holds commits of its own
	}
	upstream, fork := -1, -1
	var open []int
	for _, i := range like {
		switch cols[i].field {
		case "upstream":
			if upstream < 0 {
				upstream = i
			}
		case "fork":
			if fork < 0 {
				fork = i
			}
		default:
			open = append(open, i)
		}
	}
	for _, i := range open {
		switch {
		case upstream < 0 && (fork >= 0 || len(open) == 1 || !in.reverse):
			upstream = i
		case fork < 0:
			fork = i
		case upstream < 0:
			upstream = i
		}
	}
	for _, i := range like {
		switch i {
		case upstream:
			cols[i].field = "upstream"
		case fork:
			cols[i].field = "fork"
		default:
			cols[i].field = "position"
		}
	}
}

// mergeHead joins a head of two rows, as spreadsheets export it: groups of
// columns above, the columns themselves in the first row below.
func (t *table) mergeHead() {
	if len(t.rows) < 2 || len(t.head) < 3 {
		return
	}
	below := t.rows[0].cells
	known, empty := 0, 0
	for i := range t.head {
		if i >= len(below) {
			break
		}
		if len(findHashes(&below[i])) > 0 || len(findPulls(below[i].s)) > 0 {
			return
		}
		if _, ok := lexicon().field.whole(below[i].s); ok {
			known++
		} else if !emptyCell(below[i].s) {
			return
		}
		if emptyCell(t.head[i].s) {
			empty++
		}
	}
	if known < 2 || empty == 0 {
		return
	}
	group := text{}
	for i := range t.head {
		if !emptyCell(t.head[i].s) {
			group = t.head[i]
		}
		switch {
		case i >= len(below) || emptyCell(below[i].s):
		case sideHead(below[i].s):
			t.head[i] = plainText(group.s+" "+below[i].s, group.line(0))
		default:
			t.head[i] = below[i]
		}
	}
}

// sideHead reports whether a head only says whose column it is together with
// the group above it.
func sideHead(s string) bool {
	meaning, _ := fieldOf(s)
	return meaning == "commit"
}
