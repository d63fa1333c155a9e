package index

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	if err := os.MkdirAll(x.Path(), 0o777); err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	path, err := os.MkdirTemp(x.Path(), buildPrefix)
	if err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	ix, err := bleve.New(path, newMapping())
	if err != nil {
		return Stats{}, fmt.Errorf("build the search index: %w", err)
	}
	w := &writer{path: path, ix: ix, progress: progress}
	err = w.all(ctx, store)
	if cerr := ix.Close(); cerr != nil && err == nil {
		err = cerr
	}
	if err == nil {
		err = x.point(filepath.Base(path))
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
	if w.progress != nil {
		w.progress(w.stats.Documents, max(w.total, w.stats.Documents))
	}
	w.entries, w.deleted, w.size = nil, nil, 0
	return nil
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
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(sides)), maxBatch) {
		err := store.View(ctx, func(tx *db.Tx) error {
			for _, hash := range chunk {
				if err := w.putCommit(tx, views, sides[hash], hash); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return w.flush()
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

// touched is what a run of changes makes stale.
type touched struct {
	commits, reports map[string]bool
	decisions        map[int]bool
	views            bool
}

func (t *touched) add(c db.Change) {
	switch c.Kind {
	case db.KindCommit, db.KindPatch, db.KindAccount, db.KindLink:
		for _, hash := range c.Commits {
			t.commits[hash] = true
		}
	case db.KindReport:
		t.reports[c.Report] = true
	case db.KindDecision:
		t.decisions[c.Decision] = true
	case db.KindView:
		t.views = true
	}
}

// follow applies the next run of changes and reports whether there were any.
// The documents collected may be written before the last of them is: the
// state moves on only with the last batch, and to write a document again changes nothing.
func (w *writer) follow(ctx context.Context, store *db.Store) (more bool, err error) {
	err = store.View(ctx, func(tx *db.Tx) error {
		changes, err := tx.Changes(w.state.Seq, changesAtOnce)
		if err != nil || len(changes) == 0 {
			return err
		}
		more = true
		t := touched{commits: map[string]bool{}, reports: map[string]bool{}, decisions: map[int]bool{}}
		for _, c := range changes {
			t.add(c)
		}
		if err := w.apply(ctx, tx, t); err != nil {
			return err
		}
		w.state.Seq = changes[len(changes)-1].Seq
		return w.flush()
	})
	return more, err
}

func (w *writer) apply(ctx context.Context, tx *db.Tx, t touched) error {
	views, err := tx.Views()
	if err != nil {
		return err
	}
	sides := members(views)
	stale := map[string]string{} // hash → side, of what must be written
	for hash := range t.commits {
		if side, ok := sides[hash]; ok {
			stale[hash] = side
		}
	}
	if t.views || len(t.reports) > 0 {
		ids, err := w.ids()
		if err != nil {
			return err
		}
		if t.views {
			if err := w.reconcile(ids, sides, stale); err != nil {
				return err
			}
		}
		if err := w.applyReports(tx, ids, t.reports); err != nil {
			return err
		}
	}
	w.total = w.stats.Documents + len(stale) + len(w.entries) + len(t.decisions)
	for _, hash := range slices.Sorted(maps.Keys(stale)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.putCommit(tx, views, stale[hash], hash); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.decisions)) {
		d, err := tx.Decision(id)
		if err != nil {
			return err
		}
		if d == nil {
			continue
		}
		if err := w.putDecision(d); err != nil {
			return err
		}
	}
	return nil
}

// reconcile deletes the documents of commits that left the views or changed
// sides, and adds to stale those that have none yet.
func (w *writer) reconcile(ids []string, sides, stale map[string]string) error {
	have := map[string]bool{}
	for _, id := range ids {
		rest, ok := strings.CutPrefix(id, "commit/")
		if !ok {
			continue
		}
		side, hash, _ := strings.Cut(rest, "/")
		if sides[hash] == side {
			have[hash] = true
		} else if err := w.delete(id); err != nil {
			return err
		}
	}
	for hash, side := range sides {
		if !have[hash] {
			stale[hash] = side
		}
	}
	return nil
}

// applyReports writes the documents of reports anew, and deletes those that
// they no longer have.
func (w *writer) applyReports(tx *db.Tx, ids []string, reports map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(reports)) {
		kept := map[string]bool{}
		r, err := tx.Report(name)
		if err != nil {
			return err
		}
		var entries []entry
		if r != nil {
			if entries, err = reportEntries(r); err != nil {
				return err
			}
		}
		for _, e := range entries {
			kept[e.id] = true
			if err := w.put(e); err != nil {
				return err
			}
		}
		for _, id := range ids {
			if ofReport(id, name) && !kept[id] {
				if err := w.delete(id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// ofReport reports whether a document is of the report with this ID. What
// follows the ID is a line, and a number for a lesson.
func ofReport(id, report string) bool {
	rest, ok := strings.CutPrefix(id, reportPrefix(report))
	if !ok {
		rest, ok = strings.CutPrefix(id, lessonPrefix(report))
	}
	return ok && strings.Trim(rest, "0123456789/") == ""
}

// ids lists every document of the index.
func (w *writer) ids() (ids []string, err error) {
	ix, err := open(w.path, true)
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	advanced, err := ix.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	all, err := reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer all.Close()
	for {
		internal, err := all.Next()
		if err != nil || internal == nil {
			return ids, err
		}
		id, err := reader.ExternalID(internal)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
}
