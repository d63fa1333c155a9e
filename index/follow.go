package index

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tracker/db"
)

// touched is what a run of changes makes stale.
type touched struct {
	commits, reports map[string]bool
	decisions        map[int]bool
	replays          map[[2]string]bool // the fork's commit, upstream's
	views            bool
}

func (t *touched) add(c db.Change) {
	switch c.Kind {
	case db.KindCommit, db.KindPatch, db.KindAccount, db.KindLink, db.KindNeeds:
		for _, hash := range c.Commits {
			t.commits[hash] = true
		}
	case db.KindReport:
		t.reports[c.Report] = true
	case db.KindDecision:
		t.decisions[c.Decision] = true
	case db.KindReplayed:
		t.replays[[2]string{c.Commits[0], c.Commits[1]}] = true
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
		t := touched{commits: map[string]bool{}, reports: map[string]bool{}, decisions: map[int]bool{}, replays: map[[2]string]bool{}}
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
	if t.views || len(t.reports) > 0 || len(t.replays) > 0 {
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
		if len(t.replays) > 0 {
			if err := w.applyConflicts(tx, ids, t.replays); err != nil {
				return err
			}
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
