package cli

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// pagesMarker is the file by which a folder of pages is known as tracker's. Below its
// first line it names the files that tracker wrote there, and only those are ever
// removed. It is the first file to be written, and says all that is to come, so that
// what was cut off can be repeated.
const (
	pagesMarker = ".tracker-pages"
	markerTitle = "tracker render html wrote these:"
)

// pageFolder is a folder that pages are written to.
type pageFolder struct {
	root  *os.Root
	old   []string // the files that stand there, as far as tracker wrote them
	names []string // those that will
}

// takePages makes sure that a folder is empty or of tracker's, and marks it.
func takePages(root *os.Root, dir string, names []string) (*pageFolder, error) {
	f := &pageFolder{root: root, names: names}
	text, err := root.ReadFile(pagesMarker)
	title, list, _ := strings.Cut(string(text), "\n")
	switch {
	case err == nil && title == markerTitle:
		for name := range strings.Lines(list) {
			if name = strings.TrimSuffix(name, "\n"); fs.ValidPath(name) {
				f.old = append(f.old, name)
			}
		}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	default:
		entries, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Name() != temporary(pagesMarker) {
				return nil, fail("name a new folder, or an empty one: --output DIR", "%q is not empty, and not a folder that render html wrote: it has no %s", dir, pagesMarker)
			}
		}
	}
	return f, f.mark(slices.Concat(f.old, names))
}

func (f *pageFolder) mark(names []string) error {
	slices.Sort(names)
	return f.write(pagesMarker, []byte(markerTitle+"\n"+strings.Join(slices.Compact(names), "\n")+"\n"))
}

// temporary is the name that a file has while it is written.
func temporary(name string) string { return name + ".part" }

// write puts a file in the place of the one of that name. A file that has the old one's
// other name, by a hard link, stays as it is.
func (f *pageFolder) write(name string, text []byte) error {
	name = filepath.FromSlash(name)
	part := temporary(name)
	if err := f.root.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what a run that was cut off left there
	}
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err == nil {
		err = f.root.Rename(part, name)
	}
	if err != nil {
		_ = f.root.Remove(part) // the first error is the one to tell
	}
	return err
}

// finish removes the pages of an earlier time that are no more, and says so.
func (f *pageFolder) finish() error {
	now := map[string]bool{}
	for _, name := range f.names {
		now[name] = true
	}
	for _, name := range f.old {
		gone := []string{temporary(name)}
		if !now[name] {
			gone = append(gone, name)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		for _, name := range gone {
			name = filepath.FromSlash(name)
			if info, err := f.root.Lstat(name); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if err := f.root.Remove(name); err != nil {
				return err
			}
		}
	}
	return f.mark(slices.Clone(f.names))
}

// within reports whether a folder is another or stands in it, whatever links lead
// there. The first need not exist yet.
func within(dir, other string) bool {
	outer, err := os.Stat(other)
	if err != nil {
		return false
	}
	at, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	for { // up to what exists, and from there where it really is
		if real, err := filepath.EvalSymlinks(at); err == nil {
			at = real
			break
		}
		if filepath.Dir(at) == at {
			return false
		}
		at = filepath.Dir(at)
	}
	for {
		if info, err := os.Stat(at); err == nil && os.SameFile(info, outer) {
			return true
		}
		if filepath.Dir(at) == at {
			return false
		}
		at = filepath.Dir(at)
	}
}
