package graph

import "slices"

// place gives each node its place along its row. Rows are gone through up and
// down: each node is drawn to the middle of its neighbours, edges that pass rows
// more strongly, and a row takes the places that are nearest to that and keep its
// order and distances. Then threads are made straight.
func (l *layout) place() {
	l.at = make([]int, len(l.layer))
	for _, row := range l.rows {
		l.fit(row, func(int) (int, int) { return 0, 1 })
	}
	for i := range sweeps {
		both := i >= sweeps/3 // at first only what was passed already
		for r := 1; r < len(l.rows); r++ {
			l.fit(l.rows[r], func(n int) (int, int) { return l.drawn(n, true, both) })
		}
		for r := len(l.rows) - 2; r >= 0; r-- {
			l.fit(l.rows[r], func(n int) (int, int) { return l.drawn(n, both, true) })
		}
	}
	for range 3 {
		for _, t := range l.threads() {
			l.straighten(t)
		}
	}
	least := 0
	for n, at := range l.at {
		if begins := at - l.size[n]/2; n == 0 || begins < least {
			least = begins
		}
	}
	for n := range l.at {
		l.at[n] -= least
	}
}

// drawn says where a node's neighbours draw it, and how strongly.
func (l *layout) drawn(n int, below, above bool) (to, weight int) {
	sum := 0
	pull := func(m int) {
		w := 1
		if l.passes(n) && l.passes(m) {
			w = 8
		} else if l.passes(n) || l.passes(m) {
			w = 2
		}
		sum += w * l.at[m]
		weight += w
	}
	if below {
		for _, m := range l.below[n] {
			pull(m)
		}
	}
	if above {
		for _, m := range l.above[n] {
			pull(m)
		}
	}
	if weight == 0 {
		return l.at[n], 1
	}
	return sum / weight, weight
}

// fit places the nodes of a row where they are wanted, as far as their order and
// distances allow: with the least sum of weighted squares (pool adjacent
// violators).
func (l *layout) fit(row []int, wanted func(n int) (at, weight int)) {
	type pool struct{ sum, weight, nodes int }
	var pools []pool
	offset := make([]int, len(row)) // of each node from the first, packed
	for i, n := range row {
		if i > 0 {
			offset[i] = offset[i-1] + l.apart(row[i-1], n)
		}
		at, w := wanted(n)
		p := pool{(at - offset[i]) * w, w, 1}
		for len(pools) > 0 {
			q := pools[len(pools)-1]
			if q.sum*p.weight < p.sum*q.weight {
				break
			}
			p = pool{p.sum + q.sum, p.weight + q.weight, p.nodes + q.nodes}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, p)
	}
	i := 0
	for _, p := range pools {
		for range p.nodes {
			l.at[row[i]] = p.sum/p.weight + offset[i]
			i++
		}
	}
}

// threads returns the paths that should be straight: the nodes of one edge, and
// commits of which each has the next for its only neighbour, and the other way
// round.
func (l *layout) threads() [][]int {
	follows := func(n, m int) bool {
		return l.passes(n) && l.passes(m) ||
			len(l.below[n]) == 1 && len(l.above[m]) == 1
	}
	var out [][]int
	for r := len(l.rows) - 1; r >= 0; r-- {
		for _, n := range l.rows[r] {
			if slices.ContainsFunc(l.above[n], func(m int) bool { return follows(m, n) }) {
				continue // within one
			}
			t := []int{n}
			for {
				last := t[len(t)-1]
				i := slices.IndexFunc(l.below[last], func(m int) bool { return follows(last, m) })
				if i < 0 {
					break
				}
				t = append(t, l.below[last][i])
			}
			if len(t) > 1 {
				out = append(out, t)
			}
		}
	}
	return out
}

// straighten gives the nodes of a thread one place, in as few pieces as their
// neighbours in the rows leave room for.
func (l *layout) straighten(thread []int) {
	for len(thread) > 0 {
		low, high := l.room(thread[0])
		k := 1
		for k < len(thread) {
			a, b := l.room(thread[k])
			if max(a, low) > min(b, high) {
				break
			}
			low, high = max(a, low), min(b, high)
			k++
		}
		places := make([]int, k)
		for i, n := range thread[:k] {
			places[i] = l.at[n]
		}
		slices.Sort(places)
		to := min(max(places[k/2], low), high)
		for _, n := range thread[:k] {
			l.at[n] = to
		}
		thread = thread[k:]
	}
}

// room is how far a node can be moved between its neighbours in the row.
func (l *layout) room(n int) (low, high int) {
	const far = 1 << 30
	row, i := l.rows[l.layer[n]], l.pos[n]
	low, high = -far, far
	if i > 0 {
		low = l.at[row[i-1]] + l.apart(row[i-1], n)
	}
	if i+1 < len(row) {
		high = l.at[row[i+1]] - l.apart(n, row[i+1])
	}
	return low, high
}
