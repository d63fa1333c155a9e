package db

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

func TestUnchangedIsUnwritten(t *testing.T) {
	s := newStore(t)
	fill := func(tx *Tx) error {
		return errors.Join(
			tx.PutCommit(&fact.Commit{Hash: hashOf("a"), PR: 3, AuthorDate: time.Unix(5, 0)}),
			tx.PutPatch(&fact.Patch{Hash: hashOf("a"), FileIDs: map[string]string{"x": "1", "y": "2", "z": "3"}}),
			tx.PutReport(&fact.StoredReport{ID: "r.md", Text: "# r"}),
			tx.PutView(&fact.View{Fork: fact.Ref{Ref: "f"}, Range: []string{hashOf("a")}, Counts: map[fact.Status]int{fact.Pending: 1, fact.Empty: 0}}),
			tx.ReplaceAccounts("f", []fact.Account{{Commit: hashOf("a")}}),
			tx.ReplaceLinks("f", []fact.Link{{Fork: hashOf("b"), Upstream: hashOf("a")}}),
			tx.SetConfig(Config{Upstream: "u", Settings: map[string]string{"k": "v"}}),
		)
	}
	update(t, s, fill)
	before, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		update(t, s, fill)
		update(t, s, func(*Tx) error { return nil })
	}
	after, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("writing the same again changed the file")
	}
}

func TestAFailedUpdateLeavesNothing(t *testing.T) {
	s := newStore(t)
	update(t, s, func(tx *Tx) error { return tx.PutCommit(&fact.Commit{Hash: hashOf("a")}) })
	stop := errors.New("stop")
	err := s.Update(t.Context(), func(tx *Tx) error {
		if err := tx.PutCommit(&fact.Commit{Hash: hashOf("b")}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	peek(t, s, func(tx *Tx) error {
		if c, _ := tx.Commit(hashOf("b")); c != nil {
			t.Error("the commit stayed")
		}
		if seq, _ := tx.Seq(); seq != 1 {
			t.Errorf("the log is at %d", seq)
		}
		if tx.PutCommit(&fact.Commit{Hash: hashOf("b")}) == nil {
			t.Error("a question can write")
		}
		return nil
	})
}

// name words a change without its sequence.
func name(c Change) string {
	return fmt.Sprintf("%s %s %v %s %d", c.Kind, c.Fork, c.Commits, c.Report, c.Decision)
}

// TestChangeLog runs random writes against a model: a follower that has read
// the log up to anywhere learns of every later change, each record is in the
// log once, and what was deleted is in it as such.
func TestChangeLog(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore(t)
		model := map[string]string{}  // record → value, absent: deleted
		changedAt := map[string]int{} // record → number of the step
		follower := map[string]bool{} // record → is there, as the follower knows
		followed := uint64(0)         // how far it has read
		set := func(step int, id, value string, present bool) {
			old, was := model[id]
			if present == was && (!present || old == value) {
				return
			}
			changedAt[id] = step
			if present {
				model[id] = value
			} else {
				delete(model, id)
			}
		}
		steps := rapid.IntRange(1, 12).Draw(rt, "steps")
		for step := range steps {
			digit := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "record")
			value := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "value")
			hash := hashOf(digit)
			op := rapid.SampledFrom([]string{"commit", "report", "delete report", "accounts", "view", "delete view"}).Draw(rt, "op")
			update(t, s, func(tx *Tx) error {
				switch op {
				case "commit":
					set(step, name(Change{Kind: KindCommit, Commits: []string{hash}}), value, true)
					return tx.PutCommit(&fact.Commit{Hash: hash, Subject: value})
				case "report":
					set(step, name(Change{Kind: KindReport, Report: digit}), value, true)
					return tx.PutReport(&fact.StoredReport{ID: digit, Text: value})
				case "delete report":
					set(step, name(Change{Kind: KindReport, Report: digit}), "", false)
					return tx.DeleteReport(digit)
				case "view":
					set(step, name(Change{Kind: KindView, Fork: "f"}), value, true)
					return tx.PutView(&fact.View{Fork: fact.Ref{Ref: "f", Commit: value}})
				case "accounts":
					for _, d := range []string{"1", "2", "3"} {
						set(step, name(Change{Kind: KindAccount, Fork: "f", Commits: []string{hashOf(d)}}), value, d == digit)
					}
					return tx.ReplaceAccounts("f", []fact.Account{{Commit: hash, Reason: value}})
				default:
					set(step, name(Change{Kind: KindView, Fork: "f"}), "", false)
					for _, d := range []string{"1", "2", "3"} {
						set(step, name(Change{Kind: KindAccount, Fork: "f", Commits: []string{hashOf(d)}}), "", false)
					}
					return tx.DeleteView("f")
				}
			})
			if !rapid.Bool().Draw(rt, "follow") && step < steps-1 {
				continue
			}
			peek(t, s, func(tx *Tx) error {
				for {
					changes, err := tx.Changes(followed, 2)
					if err != nil || len(changes) == 0 {
						return err
					}
					for _, c := range changes {
						if c.Seq <= followed {
							rt.Errorf("sequence %d after %d", c.Seq, followed)
						}
						followed = c.Seq
						follower[name(c)] = !c.Deleted
					}
				}
			})
			for id, there := range follower {
				if _, want := model[id]; want != there {
					rt.Errorf("%s: the follower thinks %v", id, there)
				}
			}
			for id := range model {
				if !follower[id] {
					rt.Errorf("%s: the follower does not know it", id)
				}
			}
		}
		peek(t, s, func(tx *Tx) error {
			changes, err := tx.Changes(0, 1000)
			var got []string
			for _, c := range changes {
				got = append(got, name(c))
			}
			if len(got) != len(changedAt) {
				rt.Errorf("the log has %d entries for %d records", len(got), len(changedAt))
			}
			if !slices.IsSortedFunc(got, func(a, b string) int { return changedAt[a] - changedAt[b] }) {
				rt.Errorf("the log is out of order: %v, changed at %v", got, changedAt)
			}
			seq, _ := tx.Seq()
			if n := len(changes); n > 0 && changes[n-1].Seq != seq {
				rt.Errorf("Seq is %d, the last change %d", seq, changes[n-1].Seq)
			}
			if tombs := len(changedAt) - len(model); tombs != count(changes) {
				rt.Errorf("%d tombstones, want %d", count(changes), tombs)
			}
			return err
		})
	})
}

func count(changes []Change) (deleted int) {
	for _, c := range changes {
		if c.Deleted {
			deleted++
		}
	}
	return deleted
}

func TestDecisionsAreNumberedAndKept(t *testing.T) {
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		first, second := fact.Decision{Reason: "a"}, fact.Decision{Reason: "b"}
		if err := errors.Join(tx.PutDecision(&first), tx.PutDecision(&second)); err != nil {
			return err
		}
		first.Undone = 9
		if err := tx.PutDecision(&first); err != nil {
			return err
		}
		list, err := tx.Decisions()
		if len(list) != 2 || list[0].ID != 1 || list[0].Undone != 9 || list[1].ID != 2 || list[1].Reason != "b" {
			t.Errorf("decisions: %+v", list)
		}
		return err
	})
}
