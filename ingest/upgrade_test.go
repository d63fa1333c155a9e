package ingest_test

import (
	"context"
	"reflect"
	"testing"

	"go.etcd.io/bbolt"

	"tracker/db"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// A database of format 1, or one of which an ingest was ended before it read the
// lines, has commits without them. An ingest reads them although no ref has moved,
// and finds the same needs and forecasts as one that begins anew.
func TestIngestFillsInWhatAnEarlierFormatLacks(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "1\n2\n3\n", "b": "1\n"}, "base")
	r.Branch("up")
	r.Checkout("main")
	r.Commit(gittest.Files{"own": "1\n"}, "own")
	r.Checkout("up")
	r.Commit(gittest.Files{"a": "1\ntwo\n3\n"}, "two")
	r.Commit(gittest.Files{"a": "1\nII\n3\n"}, "II")
	r.Checkout("main")
	for name, lacking := range map[string][]string{"format 1": {"needs", "edits", "words", "forecast"}, "ended early": {"needs", "edits"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, r)
			o := ingest.Options{Upstream: "refs/heads/up"}
			up := b.ingest(t, o).Views[0].Range
			facts := func() (needs []*fact.Needs, forecasts map[string]fact.Forecast) {
				err := b.in.Store.View(context.Background(), func(tx *db.Tx) (err error) {
					for _, h := range up {
						n, err := tx.Needs(h)
						if err != nil {
							return err
						}
						needs = append(needs, n)
					}
					forecasts, err = tx.Forecasts("refs/heads/main")
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return needs, forecasts
			}
			needs, forecasts := facts()
			if len(needs[0].List) == 0 || len(forecasts) != 2 {
				t.Fatalf("needs %v, forecasts %v", needs[0], forecasts)
			}
			file, err := bbolt.Open(b.in.Store.Path(), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = file.Update(func(tx *bbolt.Tx) error {
				for _, bucket := range lacking {
					if err := tx.DeleteBucket([]byte(bucket)); err != nil {
						return err
					}
					if name != "format 1" {
						if _, err := tx.CreateBucket([]byte(bucket)); err != nil {
							return err
						}
					}
				}
				if name == "format 1" {
					return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte{1})
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			file.Close()
			b.ingest(t, o)
			if n, f := facts(); !reflect.DeepEqual(n, needs) || !reflect.DeepEqual(f, forecasts) {
				t.Errorf("needs %v, want %v\nforecasts %v, want %v", n, needs, f, forecasts)
			}
		})
	}
}
