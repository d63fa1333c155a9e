package git

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Modes of a tree's entries.
const (
	modeTree      = 0o040000
	modeFile      = 0o100644
	modeLink      = 0o120000
	modeSubmodule = 0o160000
)

// entry is what a tree says of one name. Its zero value says that there is
// nothing.
type entry struct {
	name string
	mode uint32
	id   rawID
}

func (e entry) isTree() bool { return e.mode == modeTree }

// isBlob reports whether the entry is a file or a link.
func (e entry) isBlob() bool { return e.mode != 0 && e.mode != modeTree && e.mode != modeSubmodule }

// same reports whether two entries say the same, be it nothing.
func (e entry) same(other entry) bool { return e.mode == other.mode && e.id == other.id }

// tree is one folder, its entries sorted by name alone.
type tree struct {
	entries    []entry
	attributes []attributeFile // of it and the folders below
	attributed bool            // attributes is known
}

// get returns the entry of a name.
func (t *tree) get(name string) entry {
	i, ok := slices.BinarySearchFunc(t.entries, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return entry{}
	}
	return t.entries[i]
}

// maxEntries bounds the entries that are kept: about 100 bytes each.
const maxEntries = 1_000_000

// trees reads folders by one long-lived process and keeps them.
type trees struct {
	store   *replayStore
	start   func() (*Objects, error)
	objects *Objects
	known   map[rawID]*tree // nil for one that is absent or damaged
	entries int
}

func (t *trees) close() {
	if t.objects != nil {
		t.objects.Close()
		t.objects = nil
	}
}

// trim forgets what was read if that is much.
func (t *trees) trim() {
	if t.known == nil || t.entries > maxEntries {
		t.known, t.entries = map[rawID]*tree{}, 0
		t.keep(t.store.emptyTree, &tree{})
	}
}

func (t *trees) keep(id rawID, folder *tree) {
	t.known[id] = folder
	if folder != nil {
		t.entries += len(folder.entries)
	}
}

// reader returns the process, started if there is none.
func (t *trees) reader() (*Objects, error) {
	if t.objects == nil {
		var err error
		if t.objects, err = t.start(); err != nil {
			return nil, err
		}
	}
	return t.objects, nil
}

// info looks objects up.
func (t *trees) info(names []string) ([]Object, error) {
	o, err := t.reader()
	if err != nil {
		return nil, err
	}
	found, err := o.Info(names)
	if err != nil {
		t.close()
	}
	return found, err
}

// load reads those of the trees that are not known. An absent tree becomes
// known as such.
func (t *trees) load(ids []rawID) error {
	var names []string
	asked := map[rawID]bool{"": true}
	for _, id := range ids {
		if _, ok := t.known[id]; !ok && !asked[id] {
			asked[id] = true
			names = append(names, id.String())
		}
	}
	if len(names) == 0 {
		return nil
	}
	err := t.read(names)
	if err == nil || t.objects == nil || t.objects.ctx.Err() != nil {
		return err
	}
	// A damaged object ends the process: the one that does is as good as absent.
	for _, name := range names {
		id := parseID(name)
		if _, ok := t.known[id]; ok {
			continue
		}
		t.close()
		if err := t.read([]string{name}); err != nil {
			if t.objects == nil || t.objects.ctx.Err() != nil {
				return err
			}
			t.close()
			t.keep(id, nil)
		}
	}
	return nil
}

func (t *trees) read(names []string) error {
	o, err := t.reader()
	if err != nil {
		return err
	}
	i := -1
	return o.Contents(names, func(obj Object, content io.Reader) error {
		i++
		id := parseID(names[i])
		if content == nil || obj.Type != "tree" {
			t.keep(id, nil)
			return nil
		}
		data := make([]byte, obj.Size)
		if _, err := io.ReadFull(content, data); err != nil {
			return fmt.Errorf("reading tree %s: %w", id, noEOF(err))
		}
		t.keep(id, parseTree(string(data), len(id)))
		return nil
	})
}

// parseTree reads a tree object, nil when it is none.
func parseTree(data string, idLen int) *tree {
	t := &tree{entries: make([]entry, 0, len(data)/(idLen+20))}
	sorted := true
	for len(data) > 0 {
		head, rest, ok := strings.Cut(data, "\x00")
		mode, name, spaced := strings.Cut(head, " ")
		bits, err := strconv.ParseUint(mode, 8, 32)
		if !ok || !spaced || err != nil || len(rest) < idLen {
			return nil
		}
		e := entry{name: name, mode: uint32(bits), id: rawID(rest[:idLen])}
		if n := len(t.entries); n > 0 && t.entries[n-1].name >= name {
			sorted = false
		}
		t.entries = append(t.entries, e)
		data = rest[idLen:]
	}
	if !sorted {
		slices.SortFunc(t.entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	}
	return t
}

// each calls fn for every name of two trees, either of which may be nil.
func each(a, b *tree, fn func(x, y entry)) {
	var left, right []entry
	if a != nil {
		left = a.entries
	}
	if b != nil {
		right = b.entries
	}
	for len(left) > 0 || len(right) > 0 {
		switch {
		case len(right) == 0 || len(left) > 0 && left[0].name < right[0].name:
			fn(left[0], entry{})
			left = left[1:]
		case len(left) == 0 || right[0].name < left[0].name:
			fn(entry{}, right[0])
			right = right[1:]
		default:
			fn(left[0], right[0])
			left, right = left[1:], right[1:]
		}
	}
}

// gap is a pair of folders to compare; either may be none.
type gap struct{ a, b rawID }

// differences loads what differs between pairs of folders and calls fn for
// every entry that does, a level after the other. Pairs that are in done are
// left out, and those compared are added.
func (t *trees) differences(gaps []gap, done map[gap]bool, fn func(x, y entry)) error {
	for len(gaps) > 0 {
		var ids []rawID
		var fresh []gap
		for _, g := range gaps {
			if g.a != g.b && !done[g] {
				done[g] = true
				fresh = append(fresh, g)
				ids = append(ids, g.a, g.b)
			}
		}
		if err := t.load(ids); err != nil {
			return err
		}
		gaps = gaps[:0]
		for _, g := range fresh {
			each(t.known[g.a], t.known[g.b], func(x, y entry) {
				if x.same(y) {
					return
				}
				fn(x, y)
				var below gap
				if x.isTree() {
					below.a = x.id
				}
				if y.isTree() {
					below.b = y.id
				}
				gaps = append(gaps, below)
			})
		}
	}
	return nil
}
