package graph

import (
	"cmp"
	"slices"
)

// sweeps is how often the rows are gone through, for fewer crossings and then for
// places. Crossings in three pictures of a real fork (48, 150 and 150 commits):
//
//	sweeps   6    12    24    48    96
//	        18    16    16    16    16
//	       381   381   381   381   381
//	       412   412   376   374   374
const sweeps = 24

// order puts the nodes of each row into an order in which few edges cross: each
// between its neighbours in the row before, up and down in turn, and the best of
// all that were met is kept.
func (l *layout) order() {
	l.first()
	best, least := l.copyRows(), l.crossings()
	for i := 0; i < sweeps && least > 0; i++ {
		if i%2 == 0 {
			for r := 1; r < len(l.rows); r++ {
				l.settle(r, l.below, i%4 > 1)
			}
		} else {
			for r := len(l.rows) - 2; r >= 0; r-- {
				l.settle(r, l.above, i%4 > 1)
			}
		}
		l.swap()
		if n := l.crossings(); n < least {
			best, least = l.copyRows(), n
		}
	}
	l.rows = best
	for r := range l.rows {
		l.number(r)
	}
}

// first orders the rows by a walk along the edges, so that what hangs together
// is together.
func (l *layout) first() {
	top := 0
	for _, n := range l.layer {
		top = max(top, n)
	}
	l.rows, l.pos = make([][]int, top+1), make([]int, len(l.layer))
	seen := make([]bool, len(l.layer))
	var visit func(n int)
	visit = func(n int) {
		if seen[n] {
			return
		}
		seen[n] = true
		l.pos[n] = len(l.rows[l.layer[n]])
		l.rows[l.layer[n]] = append(l.rows[l.layer[n]], n)
		for _, m := range l.above[n] {
			visit(m)
		}
		for _, m := range l.below[n] {
			visit(m)
		}
	}
	for n := range l.layer {
		visit(n)
	}
}

// settle sorts a row by the middle of each node's neighbours in another; equal
// ones stay as they are, or change places.
func (l *layout) settle(row int, near [][]int, change bool) {
	weight := map[int]int{}
	for i, n := range l.rows[row] {
		weight[n] = i * 1000
		if k := len(near[n]); k > 0 {
			sum := 0
			for _, m := range near[n] {
				sum += l.pos[m]
			}
			weight[n] = sum * 1000 / k
		}
	}
	if change {
		slices.Reverse(l.rows[row])
	}
	slices.SortStableFunc(l.rows[row], func(a, b int) int { return cmp.Compare(weight[a], weight[b]) })
	l.number(row)
}

// swap exchanges neighbours within a row as long as fewer edges cross by that.
func (l *layout) swap() {
	for better, rounds := true, 0; better && rounds < 4; rounds++ {
		better = false
		for _, row := range l.rows {
			for i := 1; i < len(row); i++ {
				a, b := row[i-1], row[i]
				if l.crossed(a, b) > l.crossed(b, a) {
					row[i-1], row[i] = b, a
					l.pos[a], l.pos[b] = i, i-1
					better = true
				}
			}
		}
	}
}

// crossed counts how often the edges of two nodes cross if a stands before b.
func (l *layout) crossed(a, b int) int {
	n := 0
	for _, near := range [][][]int{l.below, l.above} {
		for _, x := range near[a] {
			for _, y := range near[b] {
				if l.pos[x] > l.pos[y] {
					n++
				}
			}
		}
	}
	return n
}

// crossings counts how often edges cross in the whole layout.
func (l *layout) crossings() int {
	sum := 0
	for r := 1; r < len(l.rows); r++ {
		var ends []int // in the lower row, in the order of the upper one
		for _, n := range l.rows[r] {
			from := len(ends)
			for _, m := range l.below[n] {
				ends = append(ends, l.pos[m])
			}
			slices.Sort(ends[from:])
		}
		// For each end, those before it that are greater, by a tree of sums.
		tree := make([]int, len(l.rows[r-1])+1)
		for i, e := range ends {
			less := 0
			for k := e + 1; k > 0; k -= k & -k {
				less += tree[k]
			}
			sum += i - less
			for k := e + 1; k < len(tree); k += k & -k {
				tree[k]++
			}
		}
	}
	return sum
}

func (l *layout) number(row int) {
	for i, n := range l.rows[row] {
		l.pos[n] = i
	}
}

func (l *layout) copyRows() [][]int {
	out := make([][]int, len(l.rows))
	for i, r := range l.rows {
		out[i] = slices.Clone(r)
	}
	return out
}
