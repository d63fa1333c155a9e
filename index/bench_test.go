package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"tracker/db"
	"tracker/internal/fact"
)

// bulk fills a store with n commits whose words are as unevenly frequent as
// those of real ones.
func bulk(b *testing.B, n int) *db.Store {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.3, 4, 20000)
	word := func() string { return fmt.Sprintf("w%x", zipf.Uint64()) }
	words := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = word()
		}
		return strings.Join(list, " ")
	}
	store := db.At(filepath.Join(b.TempDir(), "tracker"))
	view := fact.View{Fork: fact.Ref{Ref: forkRef}}
	for start := 0; start < n; start += 1000 {
		err := store.Update(context.Background(), func(tx *db.Tx) error {
			for i := start; i < min(n, start+1000); i++ {
				c := fact.Commit{
					Hash: fmt.Sprintf("%040x", random.Uint64()), Subject: words(7), Body: words(60), PR: i + 1,
					Author: fact.Person{Name: "A U Thor", Email: "author@example.org"}, CommitDate: at.AddDate(0, 0, i%900),
				}
				for range 1 + random.IntN(6) {
					c.Files = append(c.Files, fact.FileChange{Path: word() + "/" + word() + ".go", Status: "M"})
				}
				p := fact.Patch{Hash: c.Hash}
				for range random.IntN(40) {
					p.Adds = append(p.Adds, word()+"Loader_"+word())
				}
				if err := tx.PutCommit(&c); err != nil {
					return err
				}
				if err := tx.PutPatch(&p); err != nil {
					return err
				}
				view.Range = append(view.Range, c.Hash)
			}
			if start+1000 < n {
				return nil
			}
			if err := tx.PutView(&view); err != nil {
				return err
			}
			return tx.Finish(at)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return store
}

// BenchmarkSearch opens the index, searches, and closes it, as a process does.
func BenchmarkSearch(b *testing.B) {
	store := bulk(b, 5000)
	x := At(store.Dir())
	catchUp(b, x, store)
	for _, q := range []string{"w3Loader", "loader", "w0 w1", `"w0 w1"`, "hash:0123", "path:w2/w3 w1", "since:2026-01-01 kind:commit", "nowhere"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				find(b, x, q)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	const n = 5000
	store := bulk(b, n)
	x := At(store.Dir())
	for b.Loop() {
		if err := x.Remove(); err != nil {
			b.Fatal(err)
		}
		catchUp(b, x, store)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
