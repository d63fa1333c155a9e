package index

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/memory"
)

const (
	// A batch is written when it has so many documents or bytes of text.
	maxBatch      = 500
	maxBatchBytes = 1 << 20
	// changesAtOnce is how many changes of the database are looked at together.
	changesAtOnce = 1000
	// buildMemory bounds the heap while an index is built: a fifth less costs
	// a third more time, all of it the collector's (58,000 documents of git/git).
	buildMemory = 300 << 20
	// maxMerged is how many documents a merge may put into one segment. bleve's
	// own five million has each document merged again and again while an index
	// is built, and maps all of it at once.
	maxMerged = 8000
)

// config is how bleve keeps an index: as it does by itself, but that no merge
// takes a segment that holds half of maxMerged already.
func config() map[string]any {
	return map[string]any{"scorchMergePlanOptions": map[string]any{"MaxSegmentSize": maxMerged}}
}

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

// rebuild builds a new index beside the old one and makes it the one that counts.
func (x *Index) rebuild(ctx context.Context, store *db.Store, was State, progress func(done, total int)) (stats Stats, err error) {
	defer x.clean()
	defer memory.Bound(buildMemory)()
	if err := os.MkdirAll(x.Path(), 0o777); err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	path, err := os.MkdirTemp(x.Path(), buildPrefix)
	if err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	ix, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, config())
	if err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	w := &writer{path: path, ix: ix, progress: progress}
	err = w.all(ctx, store)
	if err == nil {
		w.state.Batch = 1
		err = w.flush()
	}
	if cerr := ix.Close(); cerr != nil && err == nil {
		err = cerr
	}
	if err == nil {
		err = x.point(filepath.Base(path), w.state.Batch)
	}
	if err != nil {
		return w.stats, fmt.Errorf("build the search index: %w", err)
	}
	w.stats.Rebuilt = was
	return w.stats, nil
}

// writer collects documents and deletions and writes them in batches. It
// opens the index for each batch, unless ix is given.
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

// flush writes what was collected, and the state with it.
func (w *writer) flush() (err error) {
	ix := w.ix
	if ix == nil {
		if ix, err = open(w.path, false); err != nil {
			return err
		}
		w.state.Batch++
		defer func() {
			if cerr := ix.Close(); cerr != nil && err == nil {
				err = cerr
			}
		}()
	}
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

// all writes every document. The state is that of the beginning: what
// changed since is a change that the next CatchUp follows.
func (w *writer) all(ctx context.Context, store *db.Store) error {
	var views []fact.View
	var sides map[string]string
	err := store.View(ctx, func(tx *db.Tx) (err error) {
		if w.state, err = wanted(tx); err != nil {
			return err
		}
		if views, err = tx.Views(); err != nil {
			return err
		}
		sides = members(views)
		reports, err := tx.Reports()
		if err != nil {
			return err
		}
		decisions, err := tx.Decisions()
		if err != nil {
			return err
		}
		w.total = len(sides) + len(decisions)
		for i := range reports {
			if err := w.putReport(&reports[i]); err != nil {
				return err
			}
		}
		for i := range decisions {
			if err := w.putDecision(&decisions[i]); err != nil {
				return err
			}
		}
		w.total += w.stats.Documents + len(w.entries)
		return nil
	})
	if err != nil {
		return err
	}
	return w.allCommits(ctx, store, views, sides)
}

// leastChunk is how many documents are worth a batch of their own when a
// build is shared out.
const leastChunk = 32

// allCommits writes the documents of commits, and those collected before, as
// many chunks at a time as there are cores: bleve builds a batch's segment in
// the goroutine that brings it.
func (w *writer) allCommits(ctx context.Context, store *db.Store, views []fact.View, sides map[string]string) error {
	var mu sync.Mutex
	cores := runtime.GOMAXPROCS(0)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cores)
	write := func(own *writer, fill func(*writer) error) {
		group.Go(func() error {
			err := fill(own)
			if err == nil {
				err = own.flush()
			}
			mu.Lock()
			defer mu.Unlock()
			w.stats.Documents += own.stats.Documents
			w.tell()
			return err
		})
	}
	write(&writer{ix: w.ix, state: w.state, entries: w.entries, size: w.size}, func(*writer) error { return nil })
	w.entries, w.size = nil, 0
	size := min(maxBatch, max(leastChunk, (len(sides)+cores-1)/cores))
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(sides)), size) {
		write(&writer{ix: w.ix, state: w.state}, func(own *writer) error {
			return store.View(ctx, func(tx *db.Tx) error {
				for _, hash := range chunk {
					if err := ctx.Err(); err != nil {
						return err
					}
					if err := own.putCommit(tx, views, sides[hash], hash); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	return group.Wait()
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
