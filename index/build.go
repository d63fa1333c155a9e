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
	// buildMemory bounds the heap while an index is built: a quarter less costs
	// a third more time, all of it the collector's (58,000 documents of git/git).
	buildMemory = 260 << 20
	// A session writes so many chunks and closes the index, for bleve keeps every
	// page of what it has written mapped until then.
	chunksASession = 32
	// leastChunk is how many documents are worth a batch of their own when a
	// build is shared out.
	leastChunk = 32
	// mostSegments is about how many segments an index is built of.
	mostSegments = 16
)

// config is how bleve keeps an index of so many documents: as it does by
// itself, but that it leaves segments alone that are large enough for their
// number to stay near mostSegments. By itself it merges until five million
// documents are one segment. Not to merge at all would spare a fifth of the
// work; but then every segment stays mapped as it was written, and on git/git
// that is 180 MB more at the peak.
func config(documents int) map[string]any {
	// A segment that holds half of the most is not merged.
	most := 2 * max(maxBatch, documents/mostSegments)
	return map[string]any{"scorchMergePlanOptions": map[string]any{"MaxSegmentSize": most}}
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
	b := &build{writer: writer{path: path, progress: progress}, store: store}
	if err = b.run(ctx); err == nil {
		err = x.point(filepath.Base(path), b.state.Batch)
	}
	if err != nil {
		return b.stats, fmt.Errorf("build the search index: %w", err)
	}
	b.stats.Rebuilt = was
	return b.stats, nil
}

// build writes a new index of everything that the database has. The state is
// that of the beginning: what changed since is a change that the next CatchUp
// follows.
type build struct {
	writer
	mu        sync.Mutex
	store     *db.Store
	views     []fact.View
	sides     map[string]string // of every commit in a view
	reports   []fact.StoredReport
	decisions []fact.Decision
}

func (b *build) run(ctx context.Context) error {
	err := b.store.View(ctx, func(tx *db.Tx) (err error) {
		if b.state, err = wanted(tx); err != nil {
			return err
		}
		if b.views, err = tx.Views(); err != nil {
			return err
		}
		b.sides = members(b.views)
		if b.reports, err = tx.Reports(); err != nil {
			return err
		}
		b.decisions, err = tx.Decisions()
		return err
	})
	if err != nil {
		return err
	}
	b.total = len(b.sides) + len(b.decisions)
	ix, err := bleve.NewUsing(b.path, newMapping(), scorch.Name, scorch.Name, config(b.total))
	if err != nil {
		return err
	}
	if err := ix.Close(); err != nil {
		return err
	}
	chunks := []func(*writer) error{b.said, b.conflicts}
	cores := runtime.GOMAXPROCS(0)
	size := min(maxBatch, max(leastChunk, (len(b.sides)+cores-1)/cores))
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(b.sides)), size) {
		chunks = append(chunks, func(w *writer) error { return b.commits(ctx, w, chunk) })
	}
	for session := range slices.Chunk(chunks, chunksASession) {
		if err := b.session(ctx, session); err != nil {
			return err
		}
	}
	return b.flush() // says that all is there
}

// session writes chunks, as many at a time as there are cores: bleve builds a
// batch's segment in the goroutine that brings it.
func (b *build) session(ctx context.Context, chunks []func(*writer) error) (err error) {
	done, err := b.open()
	if err != nil {
		return err
	}
	defer func() {
		if cerr := done(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, fill := range chunks {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			w := &writer{ix: b.ix, state: b.state}
			err := fill(w)
			if err == nil {
				err = w.flush()
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			b.stats.Documents += w.stats.Documents
			b.tell()
			return err
		})
	}
	return group.Wait()
}

// said writes the documents of what people said: reports and decisions.
func (b *build) said(w *writer) error {
	for i := range b.reports {
		if err := w.putReport(&b.reports[i]); err != nil {
			return err
		}
	}
	for i := range b.decisions {
		if err := w.putDecision(&b.decisions[i]); err != nil {
			return err
		}
	}
	return nil
}

// conflicts writes the documents of conflicts and of what they have in common.
func (b *build) conflicts(w *writer) error {
	return b.store.View(context.Background(), func(tx *db.Tx) error {
		err := tx.EachReplayed(func(r *fact.Replayed) error {
			list, err := conflictEntries(r)
			for _, e := range list {
				if err == nil {
					err = w.put(e)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		list, err := patternEntries(tx)
		for _, e := range list {
			if err == nil {
				err = w.put(e)
			}
		}
		return err
	})
}

func (b *build) commits(ctx context.Context, w *writer, hashes []string) error {
	return b.store.View(ctx, func(tx *db.Tx) error {
		for _, hash := range hashes {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.putCommit(tx, b.views, b.sides[hash], hash); err != nil {
				return err
			}
		}
		return nil
	})
}
