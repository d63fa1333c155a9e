package git

import "fmt"

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
