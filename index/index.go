package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrNone says that there is no index that could answer: it was never built,
// or what is there is damaged or of another version. CatchUp mends that.
var ErrNone = errors.New("there is no search index yet")

// ErrBusy says that another process kept the index open for writing for
// longer than a question waits.
var ErrBusy = errors.New("the search index is in use by another process")

const (
	folder    = "index"
	newPrefix = "index.new-" // an index that is being built
	oldPrefix = "index.old-" // one that was replaced

	// How long a question waits for a batch to be written, and a batch for
	// questions to be answered.
	readWait  = "2s"
	writeWait = "30s"

	renameWait = 2 * time.Second
)

// Index is a folder that holds a full-text index. It is only a name, as a
// db.Store is: nothing is held open between calls.
type Index struct {
	dir string
}

// At returns the index that is kept in dir, beside the database.
func At(dir string) *Index { return &Index{dir: dir} }

// Path returns where the index is, or will be.
func (x *Index) Path() string { return filepath.Join(x.dir, folder) }

// Remove deletes the index and what builds of it left behind. The next CatchUp
// builds it anew.
func (x *Index) Remove() error {
	if err := os.RemoveAll(x.Path()); err != nil {
		return fmt.Errorf("remove the search index: %w", err)
	}
	return x.clean()
}

// clean removes what interrupted builds left behind.
func (x *Index) clean() error {
	entries, err := os.ReadDir(x.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("clean up the search index: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), newPrefix) || strings.HasPrefix(e.Name(), oldPrefix) {
			if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
				return fmt.Errorf("clean up the search index: %w", err)
			}
		}
	}
	return nil
}

// open opens the index at path. It returns ErrNone if there is none, ErrBusy
// if another process has it, and any other error for a damaged one.
func open(path string, readOnly bool) (ix bleve.Index, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	// Over a damaged segment bleve panics, or reads beyond the end of its map.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			ix, err = nil, fmt.Errorf("open the search index %q: %v", path, r)
		}
	}()
	wait := writeWait
	if readOnly {
		wait = readWait
	}
	opened, err := bleve.OpenUsing(path, map[string]any{"read_only": readOnly, "bolt_timeout": wait})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrBusy
	case err != nil:
		// On failure opened is an interface that holds a nil pointer.
		return nil, fmt.Errorf("open the search index %q: %w", path, err)
	}
	return opened, nil
}

// openToRead opens the index for one question. Between the two renames that
// replace an index there is none for a moment, and a reader may find files of both.
func (x *Index) openToRead() (bleve.Index, error) {
	for try := 0; ; try++ {
		ix, err := open(x.Path(), true)
		if err == nil || errors.Is(err, ErrBusy) {
			return ix, err
		}
		if replaced, _ := filepath.Glob(filepath.Join(x.dir, oldPrefix+"*")); len(replaced) == 0 || try == 10 {
			return nil, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// rename renames a folder. On Windows that fails while a question has a
// file of it open, which is over in moments.
func rename(from, to string) error {
	deadline := time.Now().Add(renameWait)
	for {
		err := os.Rename(from, to)
		if err == nil || errors.Is(err, fs.ErrNotExist) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
