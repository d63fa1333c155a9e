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
		// A damaged blob has a type; one that stands in is found first.
		if (obj.Missing || obj.Type == "blob") && !strings.Contains(complaint, "tree") {
			again = true
			if err := s.provide(parseID(obj.Name)); err != nil {
				return false, nil, err
			}
		} else {
			lost = append(lost, obj.Name)
		}
	}
	return again, lost, nil
}

// mention names the absent files that touch an answer though no conflict has
// them: one that the side which removed a file added, under the same extension,
// may be that file, moved. Whether a folder has moved is judged without them.
func (s *absentees) mention(a *ask) error {
	if len(s.absent) == 0 || a.Merge {
		return nil
	}
	for _, c := range a.merged.Conflicts {
		side := a.onto
		switch {
		case c.Base.ID == "" || c.Ours.ID != "" && c.Theirs.ID != "":
			continue
		case c.Theirs.ID == "":
			side = a.commitTree
		}
		err := s.added(gap{a.base, side}, "", func(file string) {
			if path.Ext(file) == path.Ext(c.Path) && !slices.Contains(a.merged.Unreadable, file) {
				a.merged.Unreadable = append(a.merged.Unreadable, file)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// added calls fn for the absent files that only the second folder has.
func (s *absentees) added(g gap, prefix string, fn func(path string)) error {
	if err := s.trees.load([]rawID{g.a, g.b}); err != nil {
		return err
	}
	var err error
	each(s.trees.known[g.a], s.trees.known[g.b], func(x, y entry) {
		switch {
		case err != nil || x.same(y):
		case y.isTree():
			below := gap{"", y.id}
			if x.isTree() {
				below.a = x.id
			}
			err = s.added(below, prefix+y.name+"/", fn)
		case y.isBlob() && !x.isBlob() && s.absent[y.id]:
			fn(prefix + y.name)
		}
	})
	return err
}
