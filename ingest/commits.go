package ingest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"tracker/db"
	"tracker/ingest/patch"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// A transaction holds at most this many commits or bytes of identifiers, so
// that the store is open for moments and memory stays flat.
const (
	batchCommits = 1000
	batchBytes   = 8 << 20
)

// readCommits reads what the store lacks of the surveyed commits and stores
// it, a batch a transaction. It returns how many it read and what could not be
// read of them.
func readCommits(ctx context.Context, repo *git.Repo, store *db.Store, surveys []*survey, progress Progress) (int, []git.Warning, error) {
	missing, err := missingCommits(ctx, store, surveys)
	if err != nil || len(missing) == 0 {
		return 0, nil, err
	}
	w := &writer{ctx: ctx, store: store}
	sha256 := repo.ObjectFormat() == "sha256"
	var done atomic.Int64
	progress.tell(StageGit, 0, len(missing))
	err = repo.ReadCommits(ctx, missing, 0, func(d *git.Diff) error {
		commit := d.Commit.Commit
		commit.Files = d.Changes()
		p, e := patch.From(d, sha256), patch.EditsOf(d)
		if err := w.put(&commit, &p, &e, d.Warnings); err != nil {
			return err
		}
		progress.tell(StageGit, int(done.Add(1)), len(missing))
		return nil
	})
	err = w.finish(err)
	return int(done.Load()), w.warned, err
}

// missingCommits returns the surveyed commits that the store lacks or that are
// to be read again, each once, and counts the former in the surveys.
func missingCommits(ctx context.Context, store *db.Store, surveys []*survey) ([]string, error) {
	var missing []string
	seen := map[string]bool{}
	err := store.Peek(ctx, func(tx *db.Tx) error {
		for _, s := range surveys {
			again := make(map[string]bool, len(s.again))
			for _, h := range s.again {
				again[h] = true
			}
			for _, l := range []struct {
				list  []string
				count *int
			}{{s.view.Range, &s.newRange}, {s.view.Own, &s.newOwn}} {
				lacking, err := tx.MissingCommits(l.list)
				if err != nil {
					return err
				}
				*l.count = len(lacking)
				if *l.count < len(l.list) { // those of a file of an earlier format are read again
					if lacking, err = tx.MissingEdits(l.list); err != nil {
						return err
					}
				}
				for _, h := range l.list {
					if again[h] {
						lacking = append(lacking, h)
					}
				}
				for _, h := range lacking {
					if !seen[h] {
						seen[h] = true
						missing = append(missing, h)
					}
				}
			}
		}
		return nil
	})
	return missing, err
}

// writer collects commits from several goroutines and stores them in batches,
// one behind their backs while the next is collected.
type writer struct {
	ctx   context.Context
	store *db.Store

	mu      sync.Mutex
	now     batch
	warned  []git.Warning
	writing chan error // the result of the batch being written, nil before the first
}

type batch struct {
	commits []*fact.Commit
	patches []*fact.Patch
	edits   []*fact.Edits
	bytes   int
}

func (w *writer) put(c *fact.Commit, p *fact.Patch, e *fact.Edits, warnings []git.Warning) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.warned = append(w.warned, warnings...)
	b := &w.now
	b.commits = append(b.commits, c)
	b.patches = append(b.patches, p)
	b.edits = append(b.edits, e)
	b.bytes += len(c.Body) + 64*len(c.Files) + 12*(len(p.Adds)+len(p.Removes)+len(p.Mentions)) + 8*len(p.Lines) + 5*len(e.Near)
	if len(b.commits) < batchCommits && b.bytes < batchBytes {
		return nil
	}
	return w.hand()
}

// hand gives the batch to be written, once the one before it is.
func (w *writer) hand() error {
	if err := w.wait(); err != nil || len(w.now.commits) == 0 {
		return err
	}
	b := w.now
	w.now = batch{}
	w.writing = make(chan error, 1)
	go func() { w.writing <- w.write(&b) }()
	return nil
}

// wait returns the result of the batch being written, if there is one.
func (w *writer) wait() error {
	if w.writing == nil {
		return nil
	}
	err := <-w.writing
	w.writing = nil
	return err
}

// finish writes what is left if all went well so far, and ends in any case
// with nothing being written.
func (w *writer) finish(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		err = w.hand()
	}
	if werr := w.wait(); err == nil {
		err = werr
	}
	return err
}

func (w *writer) write(b *batch) error {
	err := w.store.Update(w.ctx, func(tx *db.Tx) error {
		for i, c := range b.commits {
			// The commit comes last: where it is, all that is known of it is.
			if err := tx.PutEdits(b.edits[i]); err != nil {
				return err
			}
			if err := tx.PutPatch(b.patches[i]); err != nil {
				return err
			}
			if err := tx.PutCommit(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store commits: %w", err)
	}
	return nil
}
