package git

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
)

// rawID is the name of an object as trees hold it: 20 or 32 bytes.
type rawID string

// String returns the full hash, empty for none.
func (id rawID) String() string { return hex.EncodeToString([]byte(id)) }

// parseID reads a full hash, which is known to be one.
func parseID(hash string) rawID {
	raw, err := hex.DecodeString(hash)
	if err != nil {
		return ""
	}
	return rawID(raw)
}

// looseWriter writes loose objects, for one caller at a time.
type looseWriter struct {
	sum  func() hash.Hash
	deep map[string]bool // folders that are known to be there
	zip  *zlib.Writer
	buf  bytes.Buffer
}

func newLooseWriter(format string) *looseWriter {
	w := &looseWriter{sum: sha1.New, deep: map[string]bool{}}
	if format == "sha256" {
		w.sum = sha256.New
	}
	return w
}

// id returns the name of an object.
func (w *looseWriter) id(kind string, content []byte) rawID {
	h := w.sum()
	fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	h.Write(content)
	return rawID(h.Sum(nil))
}

// write puts an object into an object directory and returns its name. One that
// is there is left as it is.
func (w *looseWriter) write(objects, kind string, content []byte) (rawID, error) {
	id := w.id(kind, content)
	return id, w.writeAs(objects, id, kind, content)
}

// writeAs puts an object there under a name, be it the right one or not.
func (w *looseWriter) writeAs(objects string, id rawID, kind string, content []byte) error {
	name := id.String()
	dir := filepath.Join(objects, name[:2])
	if !w.deep[dir] {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("writing an object: %w", err)
		}
		w.deep[dir] = true
	}
	path := filepath.Join(dir, name[2:])
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	w.buf.Reset()
	if w.zip == nil {
		var err error
		if w.zip, err = zlib.NewWriterLevel(&w.buf, zlib.BestSpeed); err != nil {
			return fmt.Errorf("writing an object: %w", err)
		}
	} else {
		w.zip.Reset(&w.buf)
	}
	fmt.Fprintf(w.zip, "%s %d\x00", kind, len(content))
	w.zip.Write(content)
	if err := w.zip.Close(); err != nil {
		return fmt.Errorf("writing an object: %w", err)
	}
	if err := os.WriteFile(path, w.buf.Bytes(), 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing an object: %w", err)
	}
	return nil
}
