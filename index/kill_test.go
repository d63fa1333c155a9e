package index

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"tracker/db"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("TRACKER_TEST_INDEX"); dir != "" {
		childIndexer(db.At(dir), At(dir))
	}
	os.Exit(m.Run())
}

// childIndexer changes documents, catches up and rebuilds for ever.
func childIndexer(store *db.Store, x *Index) {
	for round := 0; ; round++ {
		err := store.Update(context.Background(), func(tx *db.Tx) error {
			_, patches := corpusCommits()
			for i := range patches {
				patches[i].Adds = append(patches[i].Adds, fmt.Sprintf("Round%d", round))
				if err := tx.PutPatch(&patches[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			panic(err)
		}
		if _, err := x.CatchUp(context.Background(), store, nil); err != nil {
			panic(err)
		}
		fmt.Println("caught up")
		if round%3 == 2 {
			if _, err := x.Rebuild(context.Background(), store, nil); err != nil {
				panic(err)
			}
		}
	}
}

func TestAKilledCatchUpIsHealed(t *testing.T) {
	store, x := corpus(t)
	for round := range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "TRACKER_TEST_INDEX="+store.Dir())
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		for range 1 + round%3 {
			if _, err := lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(3*round) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()

		if r := find(t, x, "EmbeddingLoader"); r.Total != 4 {
			t.Errorf("round %d: before it is healed: found %d", round, r.Total)
		}
		catchUp(t, x, store)
		followed := cards(t, x)
		if err := x.Remove(); err != nil {
			t.Fatal(err)
		}
		catchUp(t, x, store)
		if built := cards(t, x); !slices.Equal(followed, built) {
			t.Errorf("round %d: healed to\n%q, want\n%q", round, followed, built)
		}
		err = store.View(t.Context(), func(tx *db.Tx) error {
			p, err := tx.Patch(hash("b0326ff7a"))
			if err != nil {
				return err
			}
			last := p.Adds[len(p.Adds)-1]
			if r := find(t, x, "introduces:"+last); r.Total != len(corpusAccounts()) {
				t.Errorf("round %d: %d of %d commits have %s", round, r.Total, len(corpusAccounts()), last)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
