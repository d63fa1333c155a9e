// Package lines compares two lists of lines.
package lines

// maxSteps bounds how far apart two lists of lines may be for the longest common
// subsequence to be found; beyond it what is found so far is taken, and the search goes
// on from there.
const maxSteps = 1000

// Match returns the places of a longest common subsequence of two lists, in order
// (Myers, An O(ND) Difference Algorithm, 1986). Of lists that are very far apart it is
// a long one.
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
	for at, to := [2]int{start, start}, [2]int{len(a) - end, len(b) - end}; at[0] < to[0] && at[1] < to[1]; {
		found, x, y := middle(a[at[0]:to[0]], b[at[1]:to[1]], equal)
		for _, m := range found {
			out = append(out, [2]int{at[0] + m[0], at[1] + m[1]})
		}
		at[0], at[1] = at[0]+x, at[1]+y
	}
	for k := end; k > 0; k-- {
		out = append(out, [2]int{len(a) - k, len(b) - k})
	}
	return out
}

// middle is Match for lists whose ends differ. It returns how far in both it has come,
// which is the ends unless they are very far apart.
func middle[T any](a, b []T, equal func(T, T) bool) (found [][2]int, x, y int) {
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
				return walkBack(trace, n, m, d), n, m
			}
		}
	}
	for k := -limit; k <= limit; k += 2 { // the furthest
		if at := reached[limit+k]; at <= n && at-k <= m && at-k >= 0 && 2*at-k > x+y {
			x, y = at, at-k
		}
	}
	if x+y == 0 {
		return nil, n, m
	}
	return walkBack(trace, x, y, limit), x, y
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
