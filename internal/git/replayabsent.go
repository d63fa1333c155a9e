package git

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// absentees knows which blobs the repository lacks, as far as that was looked
// up, and puts something in their place.
type absentees struct {
	store     *replayStore
	trees     *trees
	lookFirst bool // before each merge; else once a merge has died
	looked    map[rawID]bool
	absent    map[rawID]bool
	pairs     map[gap]bool // folders compared
}

// lookFor finds the absent blobs that the merges may read: those in which the
// sides differ from the base. Those in which two bases of a merge differ are
// found when git dies of them.
func (s *absentees) lookFor(asks []*ask) error {
	if !s.lookFirst {
		return nil
	}
	if s.pairs == nil {
		s.pairs = map[gap]bool{}
	}
	var gaps []gap
	for _, a := range asks {
		if a.Merge {
			gaps = append(gaps, gap{a.onto, a.commitTree})
		} else {
			gaps = append(gaps, gap{a.base, a.onto}, gap{a.base, a.commitTree})
		}
	}
	blobs := map[rawID]bool{}
	err := s.trees.differences(gaps, s.pairs, func(x, y entry) {
		for _, e := range []entry{x, y} {
			if e.isBlob() {
				blobs[e.id] = true
			}
		}
	})
	if err != nil {
		return err
	}
	return s.look(blobs)
}

// look finds out which of the blobs are absent and puts something there.
func (s *absentees) look(blobs map[rawID]bool) error {
	if s.looked == nil {
		s.looked, s.absent = map[rawID]bool{}, map[rawID]bool{}
	}
	var names []string
	for id := range blobs {
		if !s.looked[id] {
			s.looked[id] = true
			names = append(names, id.String())
		}
	}
	found, err := s.trees.info(names)
	if err != nil {
		return err
	}
	for _, obj := range found {
		if obj.Missing {
			if err := s.provide(parseID(obj.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *absentees) provide(id rawID) error {
	if s.absent == nil {
		s.looked, s.absent = map[rawID]bool{}, map[rawID]bool{}
	}
	s.looked[id], s.absent[id] = true, true
	return s.store.standIn(id)
}

// hashes finds the names of objects in what git says.
var hashes = regexp.MustCompile(`\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b`)

// learn reads why git died at a question. It reports whether something new came
// of it, so that it is worth to ask again; lost names the objects that no
// stand-in helps for.
func (s *absentees) learn(a *ask, complaint string) (again bool, lost []string, err error) {
	first := !s.lookFirst
	s.lookFirst = true
	var names []string
	for _, hash := range hashes.FindAllString(complaint, -1) {
		if hash != a.ours && hash != a.theirs && !s.absent[parseID(hash)] {
			names = append(names, hash)
		}
	}
	if len(names) == 0 {
		return first, nil, nil
	}
	found, err := s.trees.info(names)
	if err != nil {
		return false, nil, err
	}
	for _, obj := range found {
		// A damaged blob has a type. What is there of trees and commits is only
		// mentioned.
		switch {
		case obj.Missing && strings.Contains(complaint, "tree"):
			lost = append(lost, obj.Name)
		case obj.Missing || obj.Type == "blob":
			again = true
			if err := s.provide(parseID(obj.Name)); err != nil {
				return false, nil, err
			}
		}
	}
	return again || first && len(lost) == 0, lost, nil
}

// leaf is a file that only one of two trees has.
type leaf struct {
	path string
	id   rawID
}

// moves are the files that a side removed and added: what a rename is made of.
type moves struct{ removed, added []leaf }

// mention names the absent files that touch an answer though no conflict has
// them: git takes a file for another one moved by what they hold. What the
// commit moved counts, and of what Onto moved what the commit touches: a file,
// or a folder that it adds to. Onto may have moved much: there, a file is taken
// for another of the same extension only.
func (s *absentees) mention(a *ask) error {
	if len(s.absent) == 0 || a.Merge {
		return nil
	}
	var theirs, ours moves
	if err := s.collect(gap{a.base, a.commitTree}, "", &theirs); err != nil {
		return err
	}
	if err := s.collect(gap{a.base, a.onto}, "", &ours); err != nil {
		return err
	}
	name := func(l leaf) { a.merged.Unreadable = append(a.merged.Unreadable, l.path) }
	if len(theirs.removed) > 0 && len(theirs.added) > 0 {
		for _, l := range slices.Concat(theirs.removed, theirs.added) {
			if s.absent[l.id] {
				name(l)
			}
		}
	}
	touched := map[string]bool{}
	for _, l := range theirs.removed {
		touched[l.path] = true
	}
	for _, c := range a.merged.Conflicts {
		touched[c.Path] = true
	}
	entered := map[string]bool{}
	for _, l := range theirs.added {
		for dir := path.Dir(l.path); dir != "."; dir = path.Dir(dir) {
			entered[dir] = true
		}
	}
	added := map[string][]leaf{}
	for _, l := range ours.added {
		added[path.Ext(l.path)] = append(added[path.Ext(l.path)], l)
	}
	for _, l := range ours.removed {
		ext := path.Ext(l.path)
		if !touched[l.path] && !entered[path.Dir(l.path)] || len(added[ext]) == 0 {
			continue
		}
		if s.absent[l.id] {
			name(l)
		}
		for _, other := range added[ext] {
			if s.absent[other.id] {
				name(other)
			}
		}
		added[ext] = slices.DeleteFunc(added[ext], func(l leaf) bool { return s.absent[l.id] })
	}
	return nil
}

// collect lists the files that only one of two folders has.
func (s *absentees) collect(g gap, prefix string, m *moves) error {
	if err := s.trees.load([]rawID{g.a, g.b}); err != nil {
		return err
	}
	var err error
	each(s.trees.known[g.a], s.trees.known[g.b], func(x, y entry) {
		if err != nil || x.same(y) {
			return
		}
		file := prefix + x.name
		if x.mode == 0 {
			file = prefix + y.name
		}
		var below gap
		switch {
		case x.isTree():
			below.a = x.id
		case x.isBlob() && !y.isBlob():
			m.removed = append(m.removed, leaf{file, x.id})
		}
		switch {
		case y.isTree():
			below.b = y.id
		case y.isBlob() && !x.isBlob():
			m.added = append(m.added, leaf{file, y.id})
		}
		if below != (gap{}) {
			err = s.collect(below, file+"/", m)
		}
	})
	return err
}
