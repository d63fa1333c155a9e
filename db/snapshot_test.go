package db_test

import (
	"errors"
	"testing"
	"time"

	"tracker/db"
)

// A snapshot answers as of when it was taken, and what is written later waits for
// nobody who reads it.
func TestSnapshot(t *testing.T) {
	s := db.At(t.TempDir())
	if _, err := s.Snapshot(t.Context(), t.TempDir()); !errors.Is(err, db.ErrNothing) {
		t.Fatalf("of nothing: %v", err)
	}
	finish := func() error {
		return s.Update(t.Context(), func(tx *db.Tx) error { return tx.Finish(time.Unix(1, 0)) })
	}
	if err := finish(); err != nil {
		t.Fatal(err)
	}
	copied, err := s.Snapshot(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	err = copied.View(t.Context(), func(tx *db.Tx) error {
		if err := finish(); err != nil {
			t.Errorf("beside a reader of the snapshot: %v", err)
		}
		f, err := tx.Finished()
		if f.Generation != 1 {
			t.Errorf("the snapshot is of generation %d", f.Generation)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
