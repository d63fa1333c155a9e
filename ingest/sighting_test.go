package ingest

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Thousands of decisions watch for more words than all patches have.
func TestManyWatchedWordsCostLittle(t *testing.T) {
	w := &watchlist{}
	start := time.Now()
	for i := range 200_000 {
		w.addWord(fmt.Sprintf("NewThing%d", i%199_999))
	}
	w.sort()
	for range 5000 {
		if got := common(w.words, []string{"Absent", "NewThing0", "NewThing7"}); !slices.Equal(got, []string{"NewThing0", "NewThing7"}) {
			t.Fatalf("watched are %q", got)
		}
	}
	if got := common([]string{"NewThing0", "Z"}, w.words); !slices.Equal(got, []string{"NewThing0"}) || len(w.words) != 199_999 {
		t.Errorf("watched are %q of %d", got, len(w.words))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}
