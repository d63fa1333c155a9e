package db

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	fileName = "tracker.db"
	format   = 3
	oldest   = 1 // that is read as well

	// busyAfter is how long an open waits for another process to be done with
	// its transaction; between two tries it sleeps retryEvery.
	busyAfter  = 2 * time.Second
	retryEvery = 5 * time.Millisecond
)

// Store is a folder that holds a database. It is only a name: a Store has
// nothing to close and may be used by many goroutines.
type Store struct {
	dir string
}

// At returns the store in dir, which need not exist.
func At(dir string) *Store { return &Store{dir: dir} }

// Dir returns the folder that the store was made with.
func (s *Store) Dir() string { return s.dir }

// Path returns where the database file is, or will be.
func (s *Store) Path() string { return filepath.Join(s.dir, fileName) }

// View calls fn with the state of the last finished ingest, read-only. It
// fails with ErrNothing if there is none, with a *BusyError if
// another process keeps the file open for writing for two seconds, with a
// *FormatError or a *CorruptError if the file cannot be understood. The Tx,
// but not what was read through it, ends with fn.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.Peek(ctx, func(tx *Tx) error {
		f, err := tx.Finished()
		if err != nil {
			return err
		}
		if f.Generation == 0 {
			return ErrNothing
		}
		return fn(tx)
	})
}

// Peek is View for an ingest and for diagnosis: it also shows what an ingest
// that has not finished wrote, and fails with ErrNothing only if there is no
// database at all.
func (s *Store) Peek(ctx context.Context, fn func(*Tx) error) error {
	b, err := s.open(ctx, true)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNothing
	}
	if err != nil {
		return err
	}
	defer b.Close()
	btx, err := b.Begin(false)
	if err != nil {
		return fmt.Errorf("begin to read %q: %w", s.Path(), err)
	}
	defer btx.Rollback()
	tx := &Tx{tx: btx, path: s.Path()}
	if err := tx.check(); err != nil {
		return err
	}
	return tx.attempt(fn)
}

// Update calls fn with a transaction and commits it if fn returns nil;
// otherwise nothing of it is kept. It creates the folder and the file if they
// are missing. If fn wrote nothing the file is left as it was. It fails as View
// does, but never with ErrNothing.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) (err error) {
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	if err := s.begin(); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	b, err := s.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := b.Close(); cerr != nil && err == nil {
			err = fmt.Errorf("close %q: %w", s.Path(), cerr)
		}
	}()
	btx, err := b.Begin(true)
	if err != nil {
		return fmt.Errorf("begin to write %q: %w", s.Path(), err)
	}
	defer btx.Rollback()
	tx := &Tx{tx: btx, path: s.Path()}
	if err := tx.create(); err != nil {
		return err
	}
	if err := tx.check(); err != nil {
		return err
	}
	if err := tx.upgrade(); err != nil {
		return err
	}
	if err := tx.attempt(fn); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !tx.dirty {
		return nil
	}
	return tx.commit()
}

// open opens the file, waiting for others to close it. bbolt's own waiting
// looks every 50 ms and cannot be interrupted, so it is asked to try once.
func (s *Store) open(ctx context.Context, readOnly bool) (*bbolt.DB, error) {
	deadline := time.Now().Add(busyAfter)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := s.openOnce(readOnly, false)
		if !errors.Is(err, bolterrors.ErrTimeout) {
			return b, err
		}
		if time.Now().After(deadline) {
			busy := s.holder()
			if busy.PID == os.Getpid() {
				// The lock is ours: somebody reads the file, and says not who.
				busy = &BusyError{}
			}
			return nil, busy
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retryEvery):
		}
	}
}

// openOnce opens the file or fails with bbolt's ErrTimeout if another process
// has it open. On a damaged file bbolt panics or reads beyond its end. freelist
// has a reader load the list of free pages, too, which only a check looks at.
func (s *Store) openOnce(readOnly, freelist bool) (b *bbolt.DB, err error) {
	var file *os.File
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			file.Close()
			b, err = nil, &CorruptError{Path: s.Path(), Err: fmt.Errorf("%v", r)}
		}
	}()
	b, err = bbolt.Open(s.Path(), 0o666, &bbolt.Options{
		Timeout:         time.Nanosecond,
		ReadOnly:        readOnly,
		PreLoadFreelist: freelist,
		FreelistType:    bbolt.FreelistMapType,
		NoStatistics:    true,
		OpenFile: func(name string, flag int, perm os.FileMode) (f *os.File, err error) {
			file, err = os.OpenFile(name, flag, perm)
			return file, err
		},
	})
	switch {
	case err == nil:
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, err
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum),
		errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrInvalidMapping):
		return nil, &CorruptError{Path: s.Path(), Err: err}
	default:
		// bbolt has no sentinel for a file that ends inside its meta pages.
		if info, serr := os.Stat(s.Path()); serr == nil && info.Mode().IsRegular() && info.Size() < 2*int64(os.Getpagesize()) {
			return nil, &CorruptError{Path: s.Path(), Err: err}
		}
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return b, nil
}

// begin makes an empty file of bbolt's if there is none. It is made under
// another name: what a full disk or a kill leaves of bbolt's first pages is no
// database, and no later open could tell it from a damaged one.
func (s *Store) begin() error {
	if _, err := os.Stat(s.Path()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir, err := os.MkdirTemp(s.dir, fileName+".begin-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, fileName)
	b, err := bbolt.Open(name, 0o666, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	if err := b.Close(); err != nil {
		return err
	}
	// A link, unlike a rename, leaves a file that another process made meanwhile.
	if err := os.Link(name, s.Path()); err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(name, s.Path())
}

// create makes the buckets of a new file. A file that has none was made by an
// Update that did not live to its end.
func (tx *Tx) create() (err error) {
	defer tx.guard(&err)()
	if first, _ := tx.tx.Cursor().First(); first != nil {
		return nil
	}
	for _, name := range buckets {
		if _, err := tx.tx.CreateBucket([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %q: %w", name, err)
		}
	}
	id := make([]byte, 16)
	rand.Read(id)
	if err := tx.rawPut(bucketMeta, []byte("identity"), id); err != nil {
		return err
	}
	return tx.setMeta("format", uint64(format))
}

// check tells a database of tracker's in a known format from all else.
func (tx *Tx) check() (err error) {
	defer tx.guard(&err)()
	// Beyond the end of a truncated file a read is a fault that kills the process.
	if info, err := os.Stat(tx.path); err != nil {
		return fmt.Errorf("open the database: %w", err)
	} else if info.Size() < tx.tx.Size() {
		return tx.corrupt(fmt.Errorf("%d bytes, but %d were written", info.Size(), tx.tx.Size()))
	}
	if first, _ := tx.tx.Cursor().First(); first == nil {
		return ErrNothing
	}
	if tx.tx.Bucket([]byte(bucketMeta)) == nil {
		return tx.corrupt(errors.New("it is another program's"))
	}
	var found uint64
	if ok, err := tx.meta("format", &found); err != nil {
		return err
	} else if !ok {
		return tx.corrupt(errors.New("it names no format"))
	}
	if found < oldest || found > format {
		return &FormatError{Path: tx.path, Found: found, Known: format}
	}
	for _, name := range buckets {
		if tx.tx.Bucket([]byte(name)) == nil && young[name] <= found {
			return tx.corrupt(fmt.Errorf("bucket %q is missing", name))
		}
	}
	return nil
}

// upgrade brings a file of an earlier format to this one: what it lacks is made
// empty, and the next ingest fills it.
func (tx *Tx) upgrade() (err error) {
	defer tx.guard(&err)()
	var found uint64
	if _, err := tx.meta("format", &found); err != nil || found == format {
		return err
	}
	for name := range young {
		if _, err := tx.tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %q: %w", name, err)
		}
	}
	return tx.setMeta("format", uint64(format))
}
