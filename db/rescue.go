package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"tracker/internal/fact"
)

// Rescued is what git cannot tell again: what people decided, the reports that
// were read, and what the first ingest was told.
type Rescued struct {
	Config    Config
	Decisions []fact.Decision
	Reports   []fact.StoredReport
	// Lost says what could not be read; empty if everything was.
	Lost []string
}

// Rescue reads what git cannot tell again, record by record, also from a file
// that is damaged and from one in which no ingest ever finished. It fails with
// ErrNothing if there is no file, with a *FormatError if it is of another
// format, and with a *CorruptError if nothing in it can be read.
func (s *Store) Rescue(ctx context.Context) (*Rescued, error) {
	b, err := s.open(ctx, true)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNothing
	}
	if err != nil {
		return nil, err
	}
	defer b.Close()
	btx, err := b.Begin(false)
	if err != nil {
		return nil, fmt.Errorf("begin to read %q: %w", s.Path(), err)
	}
	defer btx.Rollback()
	tx := &Tx{tx: btx, path: s.Path()}
	out := &Rescued{}
	lost := func(what string, err error) {
		var corrupt *CorruptError
		if errors.As(err, &corrupt) {
			err = corrupt.Err
		}
		out.Lost = append(out.Lost, fmt.Sprintf("%s: %v", what, err))
	}
	var format *FormatError
	switch err := tx.check(); {
	case errors.Is(err, ErrNothing), errors.As(err, &format):
		return nil, err
	}
	if out.Config, err = tx.Config(); err != nil {
		lost("what the first ingest was told", err)
	}
	seen := map[string]bool{}
	each := func(kind Kind, fn func(text []byte) error) {
		err := tx.scan(string(kind), nil, nil, func(key, value []byte) (bool, error) {
			seen[string(changeName(kind, key))] = true
			name := fmt.Sprintf("%s %s", kind, readable(kind, key))
			if len(value) < 8 {
				lost(name, errors.New("it has no sequence"))
			} else if err := decodes(kind, key, value[8:]); err != nil {
				lost(name, err)
			} else if err := fn(value[8:]); err != nil {
				lost(name, err)
			}
			return true, ctx.Err()
		})
		if err != nil {
			lost(fmt.Sprintf("some %ss", kind), err)
		}
	}
	each(KindDecision, func(text []byte) error {
		var d fact.Decision
		err := unmarshal(text, &d)
		out.Decisions = append(out.Decisions, d)
		return err
	})
	each(KindReport, func(text []byte) error {
		var r reportRecord
		err := unmarshal(text, &r)
		out.Reports = append(out.Reports, *r.report())
		return err
	})
	// A damaged page may hide records; the change log knows of them.
	err = tx.scan(bucketChange, nil, nil, func(seq, value []byte) (bool, error) {
		c, err := parseChange(seq, value)
		switch {
		case err != nil:
			return false, err
		case c.Deleted || c.Kind != KindDecision && c.Kind != KindReport || seen[string(value[1:])]:
		case c.Kind == KindDecision:
			lost(fmt.Sprintf("decision %d", c.Decision), errors.New("it is gone"))
		default:
			lost(fmt.Sprintf("report %s", c.Report), errors.New("it is gone"))
		}
		return true, ctx.Err()
	})
	if err != nil {
		lost("the change log", err)
	}
	return out, ctx.Err()
}

// Renew puts a new database that holds only what was rescued into the place of
// the old one, which is kept under the name returned. The caller holds the
// Lock. A crash leaves the old database or the new one in place.
func (s *Store) Renew(ctx context.Context, r *Rescued) (kept string, err error) {
	fresh := At(filepath.Join(s.dir, "renew"))
	if err := os.RemoveAll(fresh.dir); err != nil {
		return "", fmt.Errorf("renew the database: %w", err)
	}
	defer os.RemoveAll(fresh.dir)
	err = fresh.Update(ctx, func(tx *Tx) error {
		if err := tx.SetConfig(r.Config); err != nil {
			return err
		}
		for i := range r.Decisions {
			if err := tx.RestoreDecision(&r.Decisions[i]); err != nil {
				return err
			}
		}
		for i := range r.Reports {
			if err := tx.PutReport(&r.Reports[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("renew the database: %w", err)
	}
	if kept, err = s.keep(); err != nil {
		return "", fmt.Errorf("keep the old database: %w", err)
	}
	if err := replaceFile(ctx, fresh.Path(), s.Path()); err != nil {
		return "", fmt.Errorf("renew the database: %w", err)
	}
	return kept, nil
}

// keep copies the file beside itself, under a name that is free.
func (s *Store) keep() (name string, err error) {
	from, err := os.Open(s.Path())
	if err != nil {
		return "", err
	}
	defer from.Close()
	var to *os.File
	for n := 1; to == nil; n++ {
		name = fmt.Sprintf("%s.damaged-%d", s.Path(), n)
		to, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil {
		return "", err
	}
	if err := to.Sync(); err != nil {
		return "", err
	}
	return name, to.Close()
}

// Compact writes the database anew without the space that deleted and replaced
// records left, and returns the sizes in bytes before and after. The caller
// holds the Lock; questions are answered meanwhile. A crash leaves the old
// file, or the new one, and at most a file of no use that the next Compact
// writes over.
func (s *Store) Compact(ctx context.Context) (before, after int64, err error) {
	// What is damaged must not be copied, and above all not replaced.
	var flawed error
	err = s.Check(ctx, func(f Flaw) {
		if flawed == nil {
			flawed = &CorruptError{Path: s.Path(), Err: errors.New(f.String())}
		}
	})
	if err = errors.Join(err, flawed); err != nil {
		return 0, 0, err
	}
	name := s.Path() + ".compact"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, fmt.Errorf("compact the database: %w", err)
	}
	defer os.Remove(name)
	if err := s.copyInto(ctx, name); err != nil {
		return 0, 0, fmt.Errorf("compact the database: %w", err)
	}
	if before, err = size(s.Path()); err != nil {
		return 0, 0, err
	}
	if after, err = size(name); err != nil {
		return 0, 0, err
	}
	if err := replaceFile(ctx, name, s.Path()); err != nil {
		return 0, 0, fmt.Errorf("compact the database: %w", err)
	}
	return before, after, nil
}

func (s *Store) copyInto(ctx context.Context, name string) (err error) {
	from, err := s.open(ctx, true)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := bbolt.Open(name, 0o666, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := to.Close(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	const transaction = 8 << 20
	return bbolt.Compact(to, from, transaction)
}

func size(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("compact the database: %w", err)
	}
	return info.Size(), nil
}

// replaceFile renames a file over another. Where a file that is open cannot be
// replaced (Windows), it waits for the question that has it open.
func replaceFile(ctx context.Context, from, to string) error {
	deadline := time.Now().Add(busyAfter)
	for {
		err := os.Rename(from, to)
		if err == nil || time.Now().After(deadline) || !errors.Is(err, fs.ErrPermission) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retryEvery):
		}
	}
}
