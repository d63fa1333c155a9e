package index

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"

	"tracker/db"
	"tracker/internal/fact"
)

const (
	// A batch is written when it has so many documents or bytes of text.
	maxBatch      = 500
	maxBatchBytes = 1 << 20
	// changesAtOnce is how many changes of the database are looked at together.
	changesAtOnce = 1000
)

// Stats says what a CatchUp did.
type Stats struct {
	Documents int // written
	Deleted   int
	// Rebuilt says what the index was that a new one replaced, empty if none did.
	Rebuilt State
}

// CatchUp makes the index true of the last finished ingest in store. It does
// nothing if it is so already, applies what changed if it is behind, and builds
// a new index if there is none that could be mended. Only one process may
// catch up at a time: the caller holds the store's Lock. Questions asked
// meanwhile are answered from what the index was, or after a batch's wait.
// progress may be nil; it hears how many of how many documents are done.
func (x *Index) CatchUp(ctx context.Context, store *db.Store, progress func(done, total int)) (Stats, error) {
	x.clean()
	is, was, now, err := x.compare(ctx, store)
	switch {
	case err != nil:
		return Stats{}, err
	case is == Current:
		return Stats{}, nil
	case is != Behind:
		return x.rebuild(ctx, store, is, progress)
	}
	path, err := x.current()
	if err != nil {
		return Stats{}, err
	}
	w := &writer{path: path, state: was, progress: progress}
	for w.state.Seq < now.Seq {
		more, err := w.follow(ctx, store)
		if err != nil {
			return w.stats, fmt.Errorf("update the search index: %w", err)
		}
		if !more {
			break
		}
	}
	if err := x.point(filepath.Base(path), w.state.Batch); err != nil {
		return w.stats, fmt.Errorf("update the search index: %w", err)
	}
	return w.stats, nil
}

// Rebuild builds a new index whatever the old one is like, which answers
// questions until the new one takes its place. Otherwise it is like CatchUp.
func (x *Index) Rebuild(ctx context.Context, store *db.Store, progress func(done, total int)) (Stats, error) {
	x.clean()
	is, _, _, err := x.compare(ctx, store)
	if err != nil {
		return Stats{}, err
	}
	return x.rebuild(ctx, store, is, progress)
}

// writer collects documents and deletions and writes them in batches. It
// opens the index for each batch, unless it is open.
type writer struct {
	path     string
	ix       bleve.Index
	state    state // as of the last batch written
	stats    Stats
	progress func(done, total int)
	total    int

	entries []entry
	deleted []string
	size    int
}

func (w *writer) put(e entry) error {
	w.entries = append(w.entries, e)
	w.size += e.size
	if w.full() {
		return w.flush()
	}
	return nil
}

func (w *writer) delete(id string) error {
	w.deleted = append(w.deleted, id)
	if w.full() {
		return w.flush()
	}
	return nil
}

func (w *writer) full() bool {
	return len(w.entries)+len(w.deleted) >= maxBatch || w.size >= maxBatchBytes
}

// open opens the index until the returned function is called, for any number of batches.
func (w *writer) open() (done func() error, err error) {
	ix, err := open(w.path, false)
	if err != nil {
		return nil, err
	}
	w.ix = ix
	return func() error {
		w.ix = nil
		return ix.Close()
	}, nil
}

// flush writes what was collected, and the state with it.
func (w *writer) flush() (err error) {
	if w.ix == nil {
		done, err := w.open()
		if err != nil {
			return err
		}
		w.state.Batch++
		defer func() {
			if cerr := done(); cerr != nil && err == nil {
				err = cerr
			}
		}()
	}
	ix := w.ix
	b := ix.NewBatch()
	for _, id := range w.deleted {
		b.Delete(id)
	}
	for _, e := range w.entries {
		if err := b.Index(e.id, e.fields); err != nil {
			return fmt.Errorf("index %q: %w", e.id, err)
		}
	}
	if err := w.state.put(b); err != nil {
		return err
	}
	if err := ix.Batch(b); err != nil {
		return fmt.Errorf("write a batch: %w", err)
	}
	w.stats.Documents += len(w.entries)
	w.stats.Deleted += len(w.deleted)
	w.tell()
	w.entries, w.deleted, w.size = nil, nil, 0
	return nil
}

// tell reports how far the writing has come.
func (w *writer) tell() {
	if w.progress != nil {
		w.progress(w.stats.Documents, max(w.total, w.stats.Documents))
	}
}

func (w *writer) putCommit(tx *db.Tx, views []fact.View, side, hash string) error {
	e, ok, err := commitEntry(tx, views, side, hash)
	if err != nil || !ok {
		return err
	}
	return w.put(e)
}

func (w *writer) putReport(r *fact.StoredReport) error {
	entries, err := reportEntries(r)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := w.put(e); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putDecision(d *fact.Decision) error {
	e, err := decisionEntry(d)
	if err != nil {
		return err
	}
	return w.put(e)
}
