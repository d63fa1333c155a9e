package graph

// layers gives every node of an acyclic graph a layer, from 0 on, so that each
// edge (from, to) leads to a lower one. It begins with the lowest layers there
// are and then moves nodes, one at a time, as long as that shortens the edges.
func layers(nodes int, edges [][2]int) []int {
	down, up := make([][]int, nodes), make([][]int, nodes)
	for _, e := range edges {
		down[e[0]] = append(down[e[0]], e[1])
		up[e[1]] = append(up[e[1]], e[0])
	}
	layer := make([]int, nodes)
	top := 0
	for i := range layer {
		layer[i] = -1
	}
	var lowest func(n int) int
	lowest = func(n int) int {
		if layer[n] < 0 {
			least := 0
			for _, d := range down[n] {
				least = max(least, lowest(d)+1)
			}
			layer[n] = least
			top = max(top, least)
		}
		return layer[n]
	}
	for n := range nodes {
		lowest(n)
	}
	// A move shortens the edges, or leaves their length and goes up: this ends.
	for moved := true; moved; {
		moved = false
		for n := range nodes {
			if len(up[n])+len(down[n]) == 0 {
				continue
			}
			low, high := 0, top
			for _, d := range down[n] {
				low = max(low, layer[d]+1)
			}
			for _, u := range up[n] {
				high = min(high, layer[u]-1)
			}
			to := high
			if len(down[n]) > len(up[n]) {
				to = low
			}
			if to != layer[n] {
				layer[n], moved = to, true
			}
		}
	}
	return layer
}
