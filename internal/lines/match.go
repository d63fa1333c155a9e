// Package lines compares two lists of lines.
package lines

// maxSteps bounds how far apart two lists of lines may be for their common
// lines to be looked for; beyond it they have nothing in common but their ends.
const maxSteps = 1000

// Match returns the places of a longest common subsequence of two lists, in order
// (Myers, An O(ND) Difference Algorithm, 1986). Lists that are very far apart have
// nothing in common but their ends.
func Match[T any](a, b []T, equal func(T, T) bool) [][2]int {
	var out [][2]int
	start := 0
	for start < len(a) && start < len(b) && equal(a[start], b[start]) {
		out = append(out, [2]int{start, start})
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && equal(a[len(a)-1-end], b[len(b)-1-end]) {
		end++
	}
	for _, m := range middle(a[start:len(a)-end], b[start:len(b)-end], equal) {
		out = append(out, [2]int{start + m[0], start + m[1]})
	}
	for k := end; k > 0; k-- {
		out = append(out, [2]int{len(a) - k, len(b) - k})
	}
	return out
}

// middle is Match for lists whose ends differ.
func middle[T any](a, b []T, equal func(T, T) bool) [][2]int {
	n, m := len(a), len(b)
	limit := min(n+m, maxSteps)
	reached := make([]int, 2*limit+2) // furthest place in a on each diagonal
	var trace [][]int                 // of every step, the part that it used
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int(nil), reached[limit-d:limit+d+1]...))
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case d == 0:
			case k == -d || k != d && reached[limit+k-1] < reached[limit+k+1]:
				x = reached[limit+k+1]
			default:
				x = reached[limit+k-1] + 1
			}
			for x < n && x-k < m && equal(a[x], b[x-k]) {
				x++
			}
			reached[limit+k] = x
			if x >= n && x-k >= m {
				return walkBack(trace, n, m, d)
			}
		}
	}
	return nil
}

// walkBack follows the steps from the end and collects the common lines.
func walkBack(trace [][]int, x, y, d int) [][2]int {
	var back [][2]int
	for ; d > 0; d-- {
		before := func(k int) int { return trace[d][d+k] }
		k := x - y
		via := k - 1
		if k == -d || k != d && before(k-1) < before(k+1) {
			via = k + 1
		}
		fromX := before(via)
		fromY := fromX - via
		stepX, stepY := fromX, fromY
		if via == k+1 {
			stepY++
		} else {
			stepX++
		}
		for x > stepX && y > stepY {
			x, y = x-1, y-1
			back = append(back, [2]int{x, y})
		}
		x, y = fromX, fromY
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		back = append(back, [2]int{x, y})
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

// Edit is a place where two lists differ: the lines from A0 to A1 (not included) of
// the one give way to those from B0 to B1 of the other.
type Edit struct{ A0, A1, B0, B1 int }

// Edits returns the places where two lists differ, in order.
func Edits[T any](a, b []T, equal func(T, T) bool) []Edit {
	var out []Edit
	i, j := 0, 0
	for _, m := range append(Match(a, b, equal), [2]int{len(a), len(b)}) {
		if i < m[0] || j < m[1] {
			out = append(out, Edit{i, m[0], j, m[1]})
		}
		i, j = m[0]+1, m[1]+1
	}
	return out
}
