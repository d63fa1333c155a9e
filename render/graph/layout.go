package graph

// layout places the nodes of an acyclic graph in rows, a row a layer, after
// Sugiyama: edges lead from row to row over nodes of their own, without size,
// where they pass a row; the nodes of a row are ordered for few crossings; then
// they get their places along the row.
type layout struct {
	rows  [][]int // the nodes of each layer, in order
	layer []int   // by node
	size  []int   // how much of its row a node takes, an even number
	real  int     // nodes from here on are those of edges
	below [][]int // by node: its neighbours in the next lower row
	above [][]int // and in the next higher one
	pos   []int   // by node: its number within its row
	at    []int   // by node: the middle of its place in the row
	paths [][]int // by edge: its nodes, from end to end
}

func layoutOf(sizes []int, edges [][2]int) *layout {
	l := &layout{layer: layers(len(sizes), edges), size: sizes, real: len(sizes)}
	for _, e := range edges {
		path := []int{e[0]}
		for at := l.layer[e[0]] - 1; at > l.layer[e[1]]; at-- {
			path = append(path, len(l.layer))
			l.layer = append(l.layer, at)
			l.size = append(l.size, 0)
		}
		l.paths = append(l.paths, append(path, e[1]))
	}
	l.below, l.above = make([][]int, len(l.layer)), make([][]int, len(l.layer))
	for _, path := range l.paths {
		for i, n := range path[1:] {
			l.below[path[i]] = append(l.below[path[i]], n)
			l.above[n] = append(l.above[n], path[i])
		}
	}
	l.order()
	l.place()
	return l
}

// passes reports whether a node is one of an edge.
func (l *layout) passes(n int) bool { return n >= l.real }

// apart is how far the middles of two neighbours of a row have to be apart.
func (l *layout) apart(a, b int) int {
	gap := 20
	if l.passes(a) || l.passes(b) {
		gap = 14
	}
	return (l.size[a]+l.size[b])/2 + gap
}
