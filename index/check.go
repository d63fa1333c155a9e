package index

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"tracker/db"
	"tracker/internal/fact"
)

// Audit is an index held against its database.
type Audit struct {
	State State
	// Documents is how many there are. Missing are those that the database
	// gives rise to and the index lacks, Extra the reverse; both are empty
	// unless State is Current.
	Documents      int
	Missing, Extra []string
}

// Check compares every document's name with what the database should have
// given rise to. It changes nothing, and fails as store.View does.
func (x *Index) Check(ctx context.Context, store *db.Store) (Audit, error) {
	is, err := x.State(ctx, store)
	a := Audit{State: is}
	if err != nil || is != Current {
		return a, err
	}
	have, err := x.documents()
	if err != nil {
		a.State = Damaged
		return a, nil
	}
	a.Documents = len(have)
	want := map[string]bool{}
	err = store.View(ctx, func(tx *db.Tx) error { return expected(tx, want) })
	if err != nil {
		return a, err
	}
	for _, id := range have {
		if !want[id] {
			a.Extra = append(a.Extra, id)
		}
		delete(want, id)
	}
	for id := range want {
		a.Missing = append(a.Missing, id)
	}
	slices.Sort(a.Extra)
	slices.Sort(a.Missing)
	return a, nil
}

// documents lists the documents of the index that counts. Over a damaged
// segment bleve panics, or reads beyond the end of its map.
func (x *Index) documents() (ids []string, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read the search index: %v", r)
		}
	}()
	path, err := x.current()
	if err != nil {
		return nil, err
	}
	return (&writer{path: path}).ids()
}

// expected adds the ids of all documents that the database gives rise to.
func expected(tx *db.Tx, want map[string]bool) error {
	views, err := tx.Views()
	if err != nil {
		return err
	}
	sides := members(views)
	hashes := make([]string, 0, len(sides))
	for hash := range sides {
		hashes = append(hashes, hash)
	}
	absent, err := tx.MissingCommits(hashes)
	if err != nil {
		return err
	}
	for _, hash := range absent {
		delete(sides, hash)
	}
	for hash, side := range sides {
		want[commitID(side, hash)] = true
	}
	reports, err := tx.Reports()
	if err != nil {
		return err
	}
	for i := range reports {
		entries, err := reportEntries(&reports[i])
		if err != nil {
			return err
		}
		for _, e := range entries {
			want[e.id] = true
		}
	}
	decisions, err := tx.Decisions()
	if err != nil {
		return err
	}
	for _, d := range decisions {
		want[decisionID(d.ID)] = true
	}
	err = tx.EachReplayed(func(r *fact.Replayed) error {
		for i := range r.Conflicts {
			want[conflictID(r, i)] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	patterns, err := patternEntries(tx)
	for _, e := range patterns {
		want[e.id] = true
	}
	return err
}
