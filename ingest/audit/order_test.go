package audit

import "testing"

func TestShareTwo(t *testing.T) {
	for _, c := range []struct {
		a, b []uint64
		want bool
	}{
		{nil, []uint64{1, 2}, false},
		{[]uint64{1, 2}, []uint64{2, 3}, false},
		{[]uint64{1, 2, 5}, []uint64{0, 2, 5, 9}, true},
		{[]uint64{1, 4}, []uint64{1, 2, 3, 4}, true},
	} {
		if got := shareTwo(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: %v", c.a, c.b, got)
		}
	}
}

func TestPairQuotesWhereLinesDiffer(t *testing.T) {
	a, b := pair([]string{`candle = { git = "https://example.com/candle", rev = "new" }`, "x"}, []string{"y", `candle = { git = "https://example.com/candle", rev = "old" }`})
	if a != `…andle", rev = "new" }` || b != `…andle", rev = "old" }` {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := pair([]string{"one"}, []string{"other"}); a != "one" || b != "other" {
		t.Errorf("%s and %s", a, b)
	}
}
