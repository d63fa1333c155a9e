package audit

import "testing"

func TestPairQuotesWhereLinesDiffer(t *testing.T) {
	a, b := pair([]string{`candle = { git = "https://example.com/candle", rev = "new" }`, "x"}, []string{"y", `candle = { git = "https://example.com/candle", rev = "old" }`})
	if a != `…candle", rev = "new" }` || b != `…candle", rev = "old" }` {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := pair([]string{"one"}, []string{"other"}); a != "one" || b != "other" {
		t.Errorf("%s and %s", a, b)
	}
}
