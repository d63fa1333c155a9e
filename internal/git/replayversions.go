package git

import (
	"fmt"
	"strings"
)

// Versions asks for the merge of one path alone, of which three versions are in the
// repository: those of an index in which it conflicts. A zero Stage is no file.
func (p *Replay) Versions(path string, base, ours, theirs Stage) (Question, error) {
	p.trees.trim()
	var names [3]string
	for i, s := range []Stage{base, ours, theirs} {
		var edits []treeEdit
		if s.ID != "" {
			edits = []treeEdit{{path, entry{mode: s.Mode, id: parseID(s.ID)}}}
		}
		tree, err := p.trees.edit(p.store.emptyTree, edits)
		if err != nil {
			return Question{}, fmt.Errorf("merging versions of %q: %w", path, err)
		}
		names[i] = tree.String()
	}
	return Question{Onto: names[1], Commit: names[2], Parent: names[0]}, nil
}

// Marked names the file that an answer has at a conflict, with markers where it is
// text: for Objects of its Replay. It is empty where the answer has no tree.
func (m *Merged) Marked(c *MergeConflict) string {
	if m.Tree == "" {
		return ""
	}
	return m.Tree + ":" + c.at
}

// Has reports whether a commit has a file or folder at a path, also where its content
// is absent here; false where a tree on the way is.
func (p *Replay) Has(commit, path string) (bool, error) {
	p.trees.trim()
	found, err := p.trees.info([]string{commit + "^{tree}"})
	if err != nil {
		return false, fmt.Errorf("looking for %q: %w", path, err)
	}
	if found[0].Missing {
		return false, nil
	}
	id := parseID(found[0].ID)
	for part := range strings.SplitSeq(path, "/") {
		if err := p.trees.load([]rawID{id}); err != nil {
			return false, fmt.Errorf("looking for %q: %w", path, err)
		}
		folder := p.trees.known[id]
		if folder == nil {
			return false, nil
		}
		e := folder.get(part)
		if e.mode == 0 {
			return false, nil
		}
		id = e.id
	}
	return true, nil
}
