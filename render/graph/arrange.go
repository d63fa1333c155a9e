package graph

import (
	"cmp"
	"slices"
)

const (
	boxWidth   = 236
	padding    = 10
	lineHeight = 16
	margin     = 16
	between    = 32   // parts of a picture that no arrow joins
	pageWidth  = 1500 // what a picture keeps to if it can
)

// arrangement says where everything of a picture is.
type arrangement struct {
	width, height int
	boxes         []rect // by number
	curves        [][]point
	downwards     bool // older commits are on top, not on the left
}

type rect struct{ x, y, w, h int }

type point struct{ x, y int }

// part is the boxes that arrows join, arranged by themselves.
type part struct {
	boxes, arrows []int // by number
	size          point
	places        []rect
	curves        [][]point
}

// height is how high a box is, an even number.
func (b *box) height() int { return 2*padding + lineHeight*(1+len(b.lines)) - 4 }

// arrange gives everything a place: from left to right, or from top to bottom if
// that is too wide and this is narrower.
func (p *picture) arrange() *arrangement {
	a := p.arranged(false)
	if a.width > pageWidth {
		if b := p.arranged(true); b.width < a.width {
			a = b
		}
	}
	return a
}

func (p *picture) arranged(downwards bool) *arrangement {
	parts := p.parts()
	widest := 0
	for i := range parts {
		p.layOut(&parts[i], downwards)
		widest = max(widest, parts[i].size.x)
	}
	a := &arrangement{boxes: make([]rect, len(p.boxes)), curves: make([][]point, len(p.arrows)), downwards: downwards}
	// The parts stand in rows, as words do; the large ones first.
	slices.SortStableFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(len(b.boxes), len(a.boxes)), cmp.Compare(b.size.y, a.size.y))
	})
	limit := max(widest, min(pageWidth, 4*(boxWidth+between)))
	x, y, row := 0, 0, 0
	for i := range parts {
		s := &parts[i]
		if x > 0 && x+s.size.x > limit {
			x, y, row = 0, y+row+between, 0
		}
		for j, b := range s.boxes {
			r := s.places[j]
			r.x, r.y = r.x+x, r.y+y
			a.boxes[b] = r
		}
		for j, n := range s.arrows {
			for _, q := range s.curves[j] {
				a.curves[n] = append(a.curves[n], point{q.x + x, q.y + y})
			}
		}
		row = max(row, s.size.y)
		a.width, a.height = max(a.width, x+s.size.x), y+row
		x += s.size.x + between
	}
	return a
}

// parts divides a picture into what arrows join.
func (p *picture) parts() []part {
	near := make([][]int, len(p.boxes))
	for _, t := range p.arrows {
		near[t.from] = append(near[t.from], t.to)
		near[t.to] = append(near[t.to], t.from)
	}
	of := make([]int, len(p.boxes))
	for b := range of {
		of[b] = -1
	}
	var out []part
	for b := range p.boxes {
		if of[b] >= 0 {
			continue
		}
		of[b] = len(out)
		for walk := []int{b}; len(walk) > 0; walk = walk[1:] {
			for _, n := range near[walk[0]] {
				if of[n] < 0 {
					of[n] = len(out)
					walk = append(walk, n)
				}
			}
		}
		out = append(out, part{})
	}
	for b, i := range of {
		out[i].boxes = append(out[i].boxes, b)
	}
	for n, t := range p.arrows {
		out[of[t.from]].arrows = append(out[of[t.from]].arrows, n)
	}
	return out
}

// layOut arranges one part. Rows of the layout are columns of the picture, unless
// it goes downwards.
func (p *picture) layOut(s *part, downwards bool) {
	local := map[int]int{}
	sizes := make([]int, len(s.boxes))
	for i, b := range s.boxes {
		local[b] = i
		sizes[i] = p.boxes[b].height()
		if downwards {
			sizes[i] = boxWidth
		}
	}
	edges := make([][2]int, len(s.arrows))
	for i, n := range s.arrows {
		edges[i] = [2]int{local[p.arrows[n].from], local[p.arrows[n].to]}
	}
	l := layoutOf(sizes, edges)

	// How deep each row is, and where it begins.
	deep, start := make([]int, len(l.rows)), make([]int, len(l.rows))
	depth := func(n int) int { // of a box
		if downwards {
			return p.boxes[s.boxes[n]].height()
		}
		return boxWidth
	}
	for r, row := range l.rows {
		for _, n := range row {
			if !l.passes(n) {
				deep[r] = max(deep[r], depth(n))
			}
		}
		if r > 0 {
			start[r] = start[r-1] + deep[r-1] + l.gap(r)
		}
	}
	last := len(l.rows) - 1
	span := 0
	for n, at := range l.at {
		span = max(span, at+l.size[n]/2)
	}
	s.size = point{start[last] + deep[last], span}
	if downwards {
		s.size.x, s.size.y = s.size.y, s.size.x
	}

	s.places = make([]rect, len(s.boxes))
	near, far := make([]int, len(s.boxes)), make([]int, len(s.boxes)) // the two sides of a box
	for i := range s.boxes {
		r, d := l.layer[i], depth(i)
		near[i] = start[r] + (deep[r]-d)/2
		far[i] = near[i] + d
		s.places[i] = rect{near[i], l.at[i] - l.size[i]/2, d, l.size[i]}
		if downwards {
			s.places[i] = rect{s.places[i].y, s.places[i].x, s.places[i].h, s.places[i].w}
		}
	}
	leaves, arrives := l.ports()
	s.curves = make([][]point, len(edges))
	for i, path := range l.paths {
		from, to := path[0], path[len(path)-1]
		curve := []point{{near[from], leaves[i]}}
		for _, n := range path[1 : len(path)-1] {
			r := l.layer[n]
			curve = append(curve, point{start[r] + deep[r], l.at[n]}, point{start[r], l.at[n]})
		}
		curve = append(curve, point{far[to], arrives[i]})
		if downwards {
			for j, q := range curve {
				curve[j] = point{q.y, q.x}
			}
		}
		s.curves[i] = curve
	}
}

// gap is how much room edges have between a row and the one below: more where
// they have a long way to go.
func (l *layout) gap(row int) int {
	longest := 0
	for _, n := range l.rows[row] {
		for _, m := range l.below[n] {
			longest = max(longest, l.at[n]-l.at[m], l.at[m]-l.at[n])
		}
	}
	return min(48+longest/10, 120)
}

// ports spreads the ends of edges along the sides of the boxes, in the order in
// which the edges come. Where heads would stand on each other, neighbours share
// one.
func (l *layout) ports() (leaves, arrives []int) {
	type end struct {
		edge, toward int
	}
	below, above := make([][]end, l.real), make([][]end, l.real)
	for i, path := range l.paths {
		from, to := path[0], path[len(path)-1]
		below[from] = append(below[from], end{i, l.at[path[1]]})
		above[to] = append(above[to], end{i, l.at[path[len(path)-2]]})
	}
	spread := func(n int, ends []end, at []int) {
		slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.toward, b.toward) })
		room := l.size[n] - 2*padding
		ports := min(len(ends), room/(2*headHalf+1)+1)
		step := min(14, room/max(1, ports-1))
		for i, e := range ends {
			at[e.edge] = l.at[n] + step*(i*ports/len(ends)) - step*(ports-1)/2
		}
	}
	leaves, arrives = make([]int, len(l.paths)), make([]int, len(l.paths))
	for n := range l.real {
		spread(n, below[n], leaves)
		spread(n, above[n], arrives)
	}
	return leaves, arrives
}
