package db

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tracker/internal/fact"
)

// TestMain lets the test binary be the other process of a test.
func TestMain(m *testing.M) {
	switch dir := os.Getenv("TRACKER_TEST_DIR"); os.Getenv("TRACKER_TEST_CHILD") {
	case "writer":
		childWriter(At(dir))
	case "holder":
		childHolder(At(dir))
	default:
		os.Exit(m.Run())
	}
}

// childWriter writes generation after generation, each in one transaction, and says so.
func childWriter(s *Store) {
	for generation := 1; ; generation++ {
		err := s.Update(context.Background(), func(tx *Tx) error {
			for i := range 300 {
				c := &fact.Commit{Hash: fmt.Sprintf("%040x", i), PR: generation, Subject: fmt.Sprint(generation)}
				if err := tx.PutCommit(c); err != nil {
					return err
				}
			}
			return tx.Finish(time.Unix(int64(generation), 0))
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(generation)
	}
}

// childHolder takes the lock, opens a transaction, and stays there.
func childHolder(s *Store) {
	if _, err := s.Lock(context.Background(), 0, "tracker ingest"); err != nil {
		panic(err)
	}
	err := s.Update(context.Background(), func(*Tx) error {
		fmt.Println("holding")
		time.Sleep(time.Hour)
		return nil
	})
	panic(err)
}

// child starts the test binary in a role; the returned reader is its stdout.
func child(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TRACKER_TEST_CHILD="+role, "TRACKER_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, bufio.NewReader(out)
}

func TestAKilledWriterLeavesWholeTransactions(t *testing.T) {
	s := newStore(t)
	for round := range 4 {
		cmd, out := child(t, "writer", s.Dir())
		for range 2 {
			if _, err := out.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(round) * 3 * time.Millisecond) // somewhere in a transaction
		cmd.Process.Kill()
		cmd.Wait()
		err := s.View(t.Context(), func(tx *Tx) error {
			var generation string
			seen := 0
			if err := tx.EachCommit(func(c *fact.Commit) error {
				if seen == 0 {
					generation = c.Subject
				}
				if c.Subject != generation {
					t.Errorf("round %d: commits of generations %s and %s", round, generation, c.Subject)
				}
				seen++
				return nil
			}); err != nil {
				return err
			}
			changes, err := tx.Changes(0, 1000)
			f, _ := tx.Finished()
			if seen != 300 || len(changes) != 300 || fmt.Sprint(f.At) != generation {
				t.Errorf("round %d: %d commits, %d changes, finished %+v, generation %s", round, seen, len(changes), f, generation)
			}
			byPR, _ := tx.CommitsByPR(int(f.At))
			if len(byPR) != 300 {
				t.Errorf("round %d: %d commits by PR", round, len(byPR))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check(t, s)
}

// check has bbolt look at every page.
func check(t *testing.T, s *Store) {
	t.Helper()
	b, err := bbolt.Open(s.Path(), 0o666, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	b.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return nil
	})
}

func TestTwoProcesses(t *testing.T) {
	s := newStore(t)
	update(t, s, func(tx *Tx) error { return tx.Finish(time.Unix(1, 0)) })
	cmd, out := child(t, "holder", s.Dir())
	if _, err := out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	names := func(err error) {
		t.Helper()
		var busy *BusyError
		if !errors.As(err, &busy) || busy.PID != cmd.Process.Pid || busy.Command != "tracker ingest" || time.Since(busy.Since) > time.Minute {
			t.Errorf("got %#v, want who holds it (%d)", err, cmd.Process.Pid)
		}
	}
	start := time.Now()
	_, err := s.Lock(t.Context(), 0, "tracker ingest")
	names(err)
	_, err = s.Lock(t.Context(), 100*time.Millisecond, "tracker ingest")
	names(err)
	if took := time.Since(start); took < 100*time.Millisecond || took > time.Second {
		t.Errorf("waited %s for the lock", took)
	}
	start = time.Now()
	names(s.View(t.Context(), func(*Tx) error { return nil }))
	if took := time.Since(start); took < busyAfter || took > 2*busyAfter {
		t.Errorf("waited %s for the file", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Update(ctx, func(*Tx) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an interrupted wait: %v", err)
	}

	cmd.Process.Kill()
	cmd.Wait()
	lock, err := s.Lock(t.Context(), time.Second, "tracker ingest")
	if err != nil {
		t.Fatalf("after the other's death: %v", err)
	}
	if _, err := s.Lock(t.Context(), 0, "x"); err == nil {
		t.Error("locked twice")
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if got := *s.holder(); got != (BusyError{}) {
		t.Errorf("a released lock still names %+v", got)
	}
	if err := s.View(t.Context(), func(*Tx) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestAnotherFormatIsRefused(t *testing.T) {
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		if err := tx.Finish(time.Unix(1, 0)); err != nil {
			return err
		}
		return tx.setMeta("format", uint64(format+1))
	})
	never := func(*Tx) error { t.Error("called"); return nil }
	for _, err := range []error{s.View(t.Context(), never), s.Update(t.Context(), never)} {
		var f *FormatError
		if !errors.As(err, &f) || f.Found != format+1 || f.Known != format {
			t.Errorf("got %v", err)
		}
	}
}

func TestDamageIsAnError(t *testing.T) {
	whole := newStore(t)
	update(t, whole, func(tx *Tx) error {
		for i := range 2000 {
			if err := tx.PutCommit(&fact.Commit{Hash: fmt.Sprintf("%040x", i), Body: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return tx.Finish(time.Unix(1, 0))
	})
	good, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	read := func(tx *Tx) error {
		_, err := tx.Changes(0, 10000)
		return errors.Join(err, tx.EachCommit(func(*fact.Commit) error { return nil }))
	}
	write := func(tx *Tx) error { return tx.PutCommit(&fact.Commit{Hash: hashOf("f")}) }
	try := func(t *testing.T, content []byte, mustFail bool) {
		s := newStore(t)
		if err := os.MkdirAll(s.Dir(), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.Path(), content, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{s.View(t.Context(), read), s.Update(t.Context(), write)} {
			var corrupt *CorruptError
			if err == nil && !mustFail || errors.As(err, &corrupt) {
				continue
			}
			t.Errorf("got %v", err)
		}
	}
	t.Run("garbage", func(t *testing.T) { try(t, []byte("this is no database, but it is quite long"), true) })
	t.Run("long garbage", func(t *testing.T) { try(t, make([]byte, 64<<10), true) })
	for _, size := range []int{1, 100, 4096, 8192, 16384, len(good) / 4, len(good) / 2} {
		t.Run(fmt.Sprintf("cut at %d", size), func(t *testing.T) { try(t, good[:size], true) })
	}
	// Any page but the metas overwritten: read or refused, never a panic.
	for page := 2; page < len(good)/4096; page += 7 {
		bad := append([]byte(nil), good...)
		for i := range 4096 {
			bad[page*4096+i] = 0xff
		}
		t.Run(fmt.Sprintf("page %d", page), func(t *testing.T) { try(t, bad, false) })
	}
	t.Run("another program's", func(t *testing.T) {
		s := newStore(t)
		if err := os.MkdirAll(s.Dir(), 0o777); err != nil {
			t.Fatal(err)
		}
		b, err := bbolt.Open(s.Path(), 0o666, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err }); err != nil {
			t.Fatal(err)
		}
		b.Close()
		var corrupt *CorruptError
		if err := s.Update(t.Context(), func(*Tx) error { return nil }); !errors.As(err, &corrupt) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		s := newStore(t)
		if err := os.MkdirAll(filepath.Join(s.Path(), "x"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := s.View(t.Context(), read); err == nil {
			t.Error("no error")
		}
	})
}
