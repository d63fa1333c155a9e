package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2"

	"tracker/db"
)

// State is what an index is, seen from its database.
type State string

const (
	Current       State = "current"
	Behind        State = "behind" // it is true of an earlier sequence
	Missing       State = "missing"
	Damaged       State = "damaged"
	OtherVersion  State = "of another version"
	OtherDatabase State = "of another database"
)

// State compares the index with the last finished ingest in store. It changes
// nothing, and fails as store.View and Search do.
func (x *Index) State(ctx context.Context, store *db.Store) (State, error) {
	is, _, _, err := x.compare(ctx, store)
	return is, err
}

// compare also says how far the index is true, and how far it should be.
func (x *Index) compare(ctx context.Context, store *db.Store) (is State, was, now state, err error) {
	err = store.View(ctx, func(tx *db.Tx) (err error) {
		now, err = wanted(tx)
		return err
	})
	if err != nil {
		return "", was, now, err
	}
	ix, err := x.openToRead()
	switch {
	case errors.Is(err, ErrBusy):
		return "", was, now, err
	case errors.Is(err, ErrNone):
		return Missing, was, now, nil
	case err != nil:
		return Damaged, was, now, nil
	}
	was, err = stateOf(ix)
	if cerr := ix.Close(); cerr != nil && err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return Damaged, was, now, nil
	case was.Schema != now.Schema:
		return OtherVersion, was, now, nil
	case was.Identity != now.Identity || was.Seq > now.Seq:
		return OtherDatabase, was, now, nil
	case was.Seq < now.Seq:
		return Behind, was, now, nil
	}
	return Current, was, now, nil
}

// stateKey is where an index keeps its state.
const stateKey = "tracker"

// state is how far an index is true, stored inside each batch.
type state struct {
	Schema   int    `json:"schema"`
	Identity string `json:"identity"` // of the database
	Seq      uint64 `json:"seq"`      // of its newest change that the index knows
	// Batch counts the batches since it was built; what was built has 1.
	Batch int `json:"batch"`
}

func (s state) put(b *bleve.Batch) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.SetInternal([]byte(stateKey), text)
	return nil
}

// stateOf reads how far an open index is true.
func stateOf(ix bleve.Index) (state, error) {
	var s state
	text, err := ix.GetInternal([]byte(stateKey))
	if err != nil {
		return s, fmt.Errorf("read the search index: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("read the search index: its state is %q: %w", text, err)
	}
	return s, nil
}

// wanted is the state of an index that is true of the whole database.
func wanted(tx *db.Tx) (state, error) {
	identity, err := tx.Identity()
	if err != nil {
		return state{}, err
	}
	seq, err := tx.Seq()
	return state{Schema: schema, Identity: identity, Seq: seq}, err
}
