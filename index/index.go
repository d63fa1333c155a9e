package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

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
	folder      = "index"
	pointerName = "current" // the file that names the folder of the index, and its last batch
	buildPrefix = "build-"

	// How long a question waits for a batch to be written, and a batch for
	// questions to be answered.
	readWait  = "2s"
	writeWait = "30s"
)

// Index is a folder that holds a full-text index. It is only a name, as a
// db.Store is: nothing is held open between calls.
//
// Each index that is built has a folder of its own, and a small file names
// the one that counts. To rename an index into the place of another would let
// a reader open the old one's root and the new one's segments, which bear the
// same names, and answer from both.
type Index struct {
	dir string
}

// At returns the index that is kept in dir, beside the database.
func At(dir string) *Index { return &Index{dir: dir} }

// Path returns the folder that the index is in, or will be.
func (x *Index) Path() string { return filepath.Join(x.dir, folder) }

// current returns the folder of the index that counts, ErrNone if there is none.
func (x *Index) current() (string, error) {
	path, _, err := x.pointed()
	return path, err
}

// pointed also returns the batch that the index had reached at least.
func (x *Index) pointed() (path string, batch int, err error) {
	text, err := os.ReadFile(filepath.Join(x.Path(), pointerName))
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, ErrNone
	}
	if err != nil {
		return "", 0, fmt.Errorf("open the search index: %w", err)
	}
	name, reached, _ := strings.Cut(string(text), " ")
	if !strings.HasPrefix(name, buildPrefix) || !filepath.IsLocal(name) || filepath.Base(name) != name {
		return "", 0, ErrNone
	}
	batch, _ = strconv.Atoi(reached) // none: it was never said
	return filepath.Join(x.Path(), name), batch, nil
}

// point makes the index in a folder of Path the one that counts, and says
// which batch it has reached.
func (x *Index) point(name string, batch int) error {
	file, err := os.CreateTemp(x.Path(), pointerName+"-")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := fmt.Fprintf(file, "%s %d", name, batch); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(x.Path(), pointerName))
}

// Remove deletes the index. The next CatchUp builds it anew.
func (x *Index) Remove() error {
	if err := os.RemoveAll(x.Path()); err != nil {
		return fmt.Errorf("remove the search index: %w", err)
	}
	return nil
}

// clean removes indexes that do not count: those that were replaced, and those
// whose build was interrupted. One that a question still reads cannot be
// removed on Windows; the next clean does it.
func (x *Index) clean() {
	current, _ := x.current()
	entries, _ := os.ReadDir(x.Path())
	for _, e := range entries {
		if path := filepath.Join(x.Path(), e.Name()); path != current && e.Name() != pointerName {
			_ = os.RemoveAll(path)
		}
	}
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

// openToRead opens the index for one question. If the index is replaced and
// removed in the same moment, it opens the one that counts now.
//
// Where a file is damaged bleve goes back, without a word, to a snapshot of
// some batches before. Such an index is refused.
func (x *Index) openToRead() (bleve.Index, error) {
	path, batch, err := x.pointed()
	for {
		if err != nil {
			return nil, err
		}
		ix, failed := open(path, true)
		if failed == nil {
			if s, serr := stateOf(ix); serr == nil && s.Schema == schema && s.Batch < batch {
				ix.Close()
				ix, failed = nil, fmt.Errorf("open the search index %q: it fell back from batch %d to %d", path, batch, s.Batch)
			}
		}
		if failed == nil || errors.Is(failed, ErrBusy) {
			return ix, failed
		}
		before := path
		if path, batch, err = x.pointed(); path == before {
			return nil, failed
		}
	}
}
