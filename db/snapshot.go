package db

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot copies the database into dir, which exists, and returns the copy as a store
// of its own. It is for answers that take long to read: the file itself is held open
// for no longer than it takes to copy it, so that an ingest is not kept waiting. It
// fails as View does.
func (s *Store) Snapshot(ctx context.Context, dir string) (*Store, error) {
	to := At(dir)
	err := s.View(ctx, func(tx *Tx) (err error) {
		f, err := os.OpenFile(filepath.Join(dir, fileName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
		defer func() {
			if cerr := f.Close(); err == nil {
				err = cerr
			}
		}()
		defer tx.guard(&err)()
		if _, err := tx.tx.WriteTo(f); err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return to, nil
}
