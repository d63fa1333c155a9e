package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tracker/internal/fact"
)

// told is a store with everything in it that Check looks at.
func told(t *testing.T) *Store {
	t.Helper()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		for i := range 40 {
			hash := fmt.Sprintf("%040x", i+1)
			if err := errors.Join(
				tx.PutCommit(&fact.Commit{Hash: hash, Subject: fmt.Sprint(i), PR: i % 3, Body: strings.Repeat("body ", i)}),
				tx.PutPatch(&fact.Patch{Hash: hash, Adds: []string{"A"}}),
				tx.PutDecision(&fact.Decision{Commit: hash, Status: fact.Skipped, Reason: fmt.Sprint("reason ", i)}),
			); err != nil {
				return err
			}
		}
		for i := range 5 {
			if err := tx.PutReport(&fact.StoredReport{ID: fmt.Sprintf("docs/%d.md", i), Source: "fork", Text: fmt.Sprint("text ", i)}); err != nil {
				return err
			}
		}
		a, b := fmt.Sprintf("%040x", 1), fmt.Sprintf("%040x", 2)
		return errors.Join(
			tx.PutView(&fact.View{Fork: fact.Ref{Ref: "refs/heads/main", Commit: a}, Upstream: fact.Ref{Ref: "u", Commit: b}, Range: []string{b}, Own: []string{a}}),
			tx.ReplaceLinks("refs/heads/main", []fact.Link{{Fork: a, Upstream: b}}),
			tx.ReplaceAccounts("refs/heads/main", []fact.Account{{Commit: b, Status: fact.Pending}}),
			tx.DeleteReport("docs/4.md"),
			tx.SetConfig(Config{Upstream: "u", Forks: []string{"refs/heads/main"}}),
			tx.Finish(time.Unix(1, 0)))
	})
	return s
}

func flaws(t *testing.T, s *Store) (list []string, err error) {
	t.Helper()
	err = s.Check(t.Context(), func(f Flaw) { list = append(list, f.String()) })
	return list, err
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	s := told(t)
	if list, err := flaws(t, s); err != nil || len(list) > 0 {
		t.Fatalf("a sound database: %q, %v", list, err)
	}
	hash := fmt.Sprintf("%040x", 7)
	key, _ := hashKey(hash)
	view := []byte("refs/heads/main")
	for _, c := range []struct {
		name, want string
		damage     func(tx *Tx) error
	}{
		{"no CBOR", "commit " + hash, func(tx *Tx) error { return tx.rawPut("commit", key, []byte("12345678\xff\xff")) }},
		{"no sequence", "patch " + hash, func(tx *Tx) error { return tx.rawPut("patch", key, []byte("1")) }},
		{"another's number", "decision 3: it calls itself 4", func(tx *Tx) error {
			other, err := tx.rawGet("decision", uint64Key(4))
			if err != nil {
				return err
			}
			return tx.rawPut("decision", uint64Key(3), append([]byte(nil), other...))
		}},
		{"not logged", "report docs/1.md: the change log does not have it", func(tx *Tx) error {
			r, err := tx.rawGet("report", []byte("docs/1.md"))
			if err != nil {
				return err
			}
			return tx.rawDelete("change", append([]byte(nil), r[:8]...))
		}},
		{"a record gone", "the change log has 1 entries too many", func(tx *Tx) error { return tx.rawDelete("patch", key) }},
		{"no view", `there is no view of "refs/heads/main"`, func(tx *Tx) error { return tx.rawDelete("view", view) }},
		{"no pull request", "it is not found by its pull request", func(tx *Tx) error {
			first := fmt.Sprintf("%040x", 2)
			raw, _ := hashKey(first)
			return tx.rawDelete("pr", prKey(1, raw))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := told(t)
			update(t, s, c.damage)
			list, err := flaws(t, s)
			if err != nil || !strings.Contains(strings.Join(list, "\n"), c.want) {
				t.Errorf("got %q, %v; want %q", list, err, c.want)
			}
		})
	}
}

// Whatever byte is damaged: nothing panics, and what people decided is found,
// or said to be lost.
func TestNoDecisionIsLostSilently(t *testing.T) {
	whole := told(t)
	good, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	want, err := whole.Rescue(t.Context())
	if err != nil || len(want.Lost) > 0 || len(want.Decisions) != 40 || len(want.Reports) != 4 || want.Config.Upstream != "u" {
		t.Fatalf("%+v, %v", want, err)
	}
	s := newStore(t)
	if err := os.MkdirAll(s.Dir(), 0o777); err != nil {
		t.Fatal(err)
	}
	refused, partly, same := 0, 0, 0
	for at := 0; at < len(good); at += 149 {
		bad := append([]byte(nil), good...)
		bad[at] ^= 0x15
		if err := os.WriteFile(s.Path(), bad, 0o666); err != nil {
			t.Fatal(err)
		}
		var corrupt *CorruptError
		var format *FormatError
		got, err := s.Rescue(t.Context())
		switch {
		case errors.As(err, &corrupt), errors.As(err, &format), errors.Is(err, ErrNothing):
			refused++
		case err != nil:
			t.Errorf("byte %d: %v", at, err)
		case len(got.Lost) > 0:
			partly++
		case len(got.Decisions) != len(want.Decisions) || len(got.Reports) != len(want.Reports):
			t.Errorf("byte %d: %d decisions and %d reports, and nothing is said to be lost", at, len(got.Decisions), len(got.Reports))
		default:
			same++
		}
		if _, err := flaws(t, s); err != nil && !errors.As(err, &corrupt) && !errors.As(err, &format) && !errors.Is(err, ErrNothing) {
			t.Errorf("byte %d: check: %v", at, err)
		}
	}
	if partly == 0 || same == 0 {
		t.Errorf("%d refused, %d partly lost, %d whole", refused, partly, same)
	}
}

func TestRenewKeepsTestimonyAndTheOldFile(t *testing.T) {
	s := told(t)
	old, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Rescue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.Renew(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(kept); err != nil || string(text) != string(old) {
		t.Errorf("the old file was not kept: %v", err)
	}
	after, err := s.Rescue(t.Context())
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("renewed:\n%+v, %v\nwant\n%+v", after, err, before)
	}
	if list, err := flaws(t, s); err != nil || len(list) > 0 {
		t.Errorf("%q, %v", list, err)
	}
	if err := s.View(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, ErrNothing) {
		t.Errorf("nothing has been ingested into it: %v", err)
	}
	if again, err := s.Renew(t.Context(), after); err != nil || again == kept {
		t.Errorf("kept as %q and then %q, %v", kept, again, err)
	}
}

func TestCompact(t *testing.T) {
	s := told(t)
	for round := range 20 {
		update(t, s, func(tx *Tx) error {
			for i := range 40 {
				c := &fact.Commit{Hash: fmt.Sprintf("%040x", 1000*round+i), Body: strings.Repeat("x", 5000)}
				if err := tx.PutCommit(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	update(t, s, func(tx *Tx) error {
		return tx.replace(KindCommit, nil, nil)
	})
	dump := func() (out string) {
		err := s.Peek(t.Context(), func(tx *Tx) error {
			for _, b := range buckets {
				if err := tx.scan(b, nil, nil, func(k, v []byte) (bool, error) {
					out += fmt.Sprintf("%s %x %x\n", b, k, v)
					return true, nil
				}); err != nil {
					return err
				}
			}
			seq, err := tx.Seq()
			out += fmt.Sprint("at ", seq)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := dump()
	before, after, err := s.Compact(t.Context())
	if err != nil || after >= before/4 {
		t.Errorf("%d bytes became %d, %v", before, after, err)
	}
	if dump() != want {
		t.Error("compacting changed what is stored")
	}
	check(t, s)
	if left, _ := filepath.Glob(s.Path() + ".*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}

	update(t, s, func(tx *Tx) error { return tx.rawPut("patch", []byte("12345678901234567890"), []byte("1")) })
	var corrupt *CorruptError
	if _, _, err := s.Compact(t.Context()); !errors.As(err, &corrupt) {
		t.Errorf("a damaged database was compacted: %v", err)
	}
}
