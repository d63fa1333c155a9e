package lines_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tracker/internal/lines"
)

// Lists that are very far apart keep what they have in common: here every third line.
func TestMatchOfListsFarApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var a, b []string
	for i := range 4000 {
		a, b = append(a, fmt.Sprint("both ", i)), append(b, fmt.Sprint("both ", i))
		for range 1 + r.IntN(3) {
			a = append(a, fmt.Sprint("a ", r.Uint64()))
		}
		for range 1 + r.IntN(3) {
			b = append(b, fmt.Sprint("b ", r.Uint64()))
		}
	}
	found := lines.Match(a, b, func(x, y string) bool { return x == y })
	last := [2]int{-1, -1}
	for _, m := range found {
		if a[m[0]] != b[m[1]] || m[0] <= last[0] || m[1] <= last[1] {
			t.Fatalf("%v behind %v: %q and %q", m, last, a[m[0]], b[m[1]])
		}
		last = m
	}
	if len(found) < 3900 {
		t.Errorf("%d of 4000 lines in common", len(found))
	}
}
