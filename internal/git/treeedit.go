package git

import (
	"fmt"
	"slices"
	"strings"
)

// treeEdit puts an entry at a path, or removes what is there when the entry's
// mode is zero.
type treeEdit struct {
	path  string
	entry entry
}

// branch is a folder of edits.
type branch struct {
	set  *entry
	kids map[string]*branch
}

// edit returns the tree that results from edits of another, and writes the
// folders on the way. Folders appear and vanish with their files; a folder that
// is needed takes the place of a file.
func (t *trees) edit(root rawID, edits []treeEdit) (rawID, error) {
	if len(edits) == 0 {
		return root, nil
	}
	top := &branch{}
	for i := range edits {
		at := top
		for name := range strings.SplitSeq(edits[i].path, "/") {
			if at.kids == nil {
				at.kids = map[string]*branch{}
			}
			if at.kids[name] == nil {
				at.kids[name] = &branch{}
			}
			at = at.kids[name]
		}
		at.set = &edits[i].entry
	}
	id, err := t.rewrite(root, top)
	if err != nil {
		return "", fmt.Errorf("editing tree %s: %w", root, err)
	}
	if id == "" {
		return t.store.emptyTree, nil
	}
	return id, nil
}

// rewrite edits one folder; what it returns is empty if nothing is left.
func (t *trees) rewrite(id rawID, edits *branch) (rawID, error) {
	folder := &tree{}
	if id != "" {
		if err := t.load([]rawID{id}); err != nil {
			return "", err
		}
		if folder = t.known[id]; folder == nil {
			return "", fmt.Errorf("tree %s: %w", id, ErrAbsent)
		}
	}
	entries := make([]entry, 0, len(folder.entries)+len(edits.kids))
	for _, e := range folder.entries {
		if edits.kids[e.name] == nil {
			entries = append(entries, e)
		}
	}
	for name, kid := range edits.kids {
		now := folder.get(name)
		if kid.set != nil {
			now = *kid.set
		}
		if len(kid.kids) > 0 {
			below := rawID("")
			if now.isTree() {
				below = now.id
			}
			below, err := t.rewrite(below, kid)
			if err != nil {
				return "", err
			}
			if below != "" {
				now = entry{mode: modeTree, id: below}
			} else if now.isTree() {
				now = entry{}
			}
		}
		if now.mode != 0 {
			now.name = name
			entries = append(entries, now)
		}
	}
	if len(entries) == 0 {
		return "", nil
	}
	return t.write(entries)
}

// write keeps a folder.
func (t *trees) write(entries []entry) (rawID, error) {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.order(), b.order()) })
	var raw []byte
	for _, e := range entries {
		raw = fmt.Appendf(raw, "%o %s\x00%s", e.mode, e.name, string(e.id))
	}
	id, err := t.store.write("tree", raw)
	if err != nil {
		return "", err
	}
	if _, ok := t.known[id]; !ok {
		t.keep(id, parseTree(string(raw), len(id)))
	}
	return id, nil
}

// order is what git sorts a tree's entries by.
func (e entry) order() string {
	if e.isTree() {
		return e.name + "/"
	}
	return e.name
}
