package git

// spot is a folder that a pick changes and that Onto has changed, too.
type spot struct {
	ask                *ask
	path               string // with a slash behind, empty at the top
	base, theirs, onto rawID
}

// takeShortcuts answers the picks that need no merge, because each entry that
// the commit changes is in Onto as it was in the commit's parent (or, for a
// file that both have, as it is in the commit).
//
// No rename can change such an answer. A file that the commit changed, removed
// or moved is where it was in Onto, so Onto moved none of them. A file comes
// into a folder that is in Onto as well as in the parent, or into a new one
// where Onto has nothing, so Onto moved no folder that it would have to follow.
// And a folder that the commit removed or moved away is the parent's in Onto, to
// the last file, so nothing of Onto has to follow it.
func (p *Replay) takeShortcuts(asks []*ask) error {
	var spots []spot
	for _, a := range asks {
		if !a.Merge {
			spots = append(spots, spot{ask: a, base: a.base, theirs: a.commitTree, onto: a.onto})
			a.edits = []treeEdit{}
		}
	}
	for len(spots) > 0 {
		var ids []rawID
		for _, s := range spots {
			ids = append(ids, s.base, s.theirs, s.onto)
		}
		if err := p.trees.load(ids); err != nil {
			return err
		}
		var next []spot
		for _, s := range spots {
			if s.ask.edits != nil {
				next = append(next, p.compare(s)...)
			}
		}
		spots = next
	}
	for _, a := range asks {
		if a.done || a.edits == nil {
			continue
		}
		result, err := p.trees.edit(a.onto, a.edits)
		if err != nil {
			return err
		}
		a.merged.Tree, a.done = result.String(), true
		p.shortcuts++
	}
	return nil
}

// compare notes what a pick changes in one folder and returns the folders to be
// looked at below. A pick that has to be merged loses its edits.
func (p *Replay) compare(s spot) (below []spot) {
	a := s.ask
	for _, id := range []rawID{s.base, s.theirs, s.onto} {
		if p.trees.known[id] == nil {
			a.edits = nil
			a.lose(id.String())
			return nil
		}
	}
	onto := p.trees.known[s.onto]
	each(p.trees.known[s.base], p.trees.known[s.theirs], func(base, theirs entry) {
		if a.edits == nil || base.same(theirs) {
			return
		}
		name := base.name + theirs.name
		if base.mode != 0 {
			name = base.name
		}
		ours := onto.get(name)
		switch {
		case ours.same(base) && base.isTree() != theirs.isTree() && base.mode != 0 && theirs.mode != 0:
			a.edits = nil // a file for a folder or the reverse: git knows best
		case ours.same(base):
			a.edits = append(a.edits, treeEdit{s.path + name, theirs})
		case base.isTree() && theirs.isTree() && ours.isTree():
			below = append(below, spot{a, s.path + name + "/", base.id, theirs.id, ours.id})
		case ours.same(theirs) && ours.isBlob() && base.isBlob():
		default:
			a.edits = nil
		}
	})
	return below
}
