package ingest

import (
	"fmt"
	"testing"
	"time"

	"tracker/db"
)

// Of a partial clone every commit is read again when all is, and that takes
// no time by itself.
func TestReadingAllAgainIsPlannedAtOnce(t *testing.T) {
	s := &survey{}
	for i := range 60_000 {
		s.view.Range = append(s.view.Range, fmt.Sprintf("%040x", i))
	}
	s.again = s.view.Range
	store := db.At(t.TempDir())
	lock, err := store.Lock(t.Context(), 0, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	if err := store.Update(t.Context(), func(*db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	missing, err := missingCommits(t.Context(), store, []*survey{s})
	if err != nil || len(missing) != len(s.again) || s.newRange != len(s.again) {
		t.Errorf("%d commits to read, %d of them new, %v", len(missing), s.newRange, err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
}
