package db

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/internal/fact"
)

func newStore(t testing.TB) *Store {
	t.Helper()
	return At(filepath.Join(t.TempDir(), "tracker"))
}

func update(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func peek(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Peek(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func hashOf(digit string) string { return strings.Repeat(digit, 40) }

func TestNothingIsVisibleBeforeTheFirstFinish(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	never := func(*Tx) error { t.Error("called"); return nil }
	if err := s.View(ctx, never); !errors.Is(err, ErrNothing) {
		t.Fatalf("no folder: %v", err)
	}
	if err := s.Peek(ctx, never); !errors.Is(err, ErrNothing) {
		t.Fatalf("peek without a folder: %v", err)
	}
	if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a question made the folder: %v", err)
	}
	update(t, s, func(tx *Tx) error { return tx.PutCommit(&fact.Commit{Hash: hashOf("a")}) })
	if err := s.View(ctx, never); !errors.Is(err, ErrNothing) {
		t.Fatalf("unfinished: %v", err)
	}
	peek(t, s, func(tx *Tx) error {
		c, err := tx.Commit(hashOf("a"))
		if c == nil {
			t.Error("an ingest cannot see what it wrote")
		}
		return err
	})
	at := time.Unix(1700000000, 0)
	update(t, s, func(tx *Tx) error { return tx.Finish(at) })
	update(t, s, func(tx *Tx) error { return tx.Finish(at) })
	called := false
	err := s.View(ctx, func(tx *Tx) error {
		called = true
		f, err := tx.Finished()
		if (f != Finished{Generation: 2, At: at.Unix()}) {
			t.Errorf("finished: %+v", f)
		}
		return err
	})
	if err != nil || !called {
		t.Fatal(called, err)
	}
}
