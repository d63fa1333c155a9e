package git

import (
	"regexp"
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
	pairs     map[[2]rawID]bool // folders compared
}

// gap is a pair of folders to compare.
type gap struct{ a, b rawID }

// lookFor finds the absent blobs that the merges may read: those in which the
// sides differ from the base. Those in which two bases of a merge differ are
// found when git dies of them.
func (s *absentees) lookFor(asks []*ask) error {
	if !s.lookFirst {
		return nil
	}
	if s.pairs == nil {
		s.pairs = map[[2]rawID]bool{}
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
	for len(gaps) > 0 {
		var ids []rawID
		var fresh []gap
		for _, g := range gaps {
			if key := [2]rawID{g.a, g.b}; !s.pairs[key] {
				s.pairs[key] = true
				fresh = append(fresh, g)
				ids = append(ids, g.a, g.b)
			}
		}
		if err := s.trees.load(ids); err != nil {
			return err
		}
		gaps = gaps[:0]
		for _, g := range fresh {
			each(s.trees.known[g.a], s.trees.known[g.b], func(x, y entry) {
				if x.same(y) {
					return
				}
				var down gap
				for i, e := range []entry{x, y} {
					switch {
					case e.isBlob():
						blobs[e.id] = true
					case e.isTree() && i == 0:
						down.a = e.id
					case e.isTree():
						down.b = e.id
					}
				}
				if down != (gap{}) {
					gaps = append(gaps, down)
				}
			})
		}
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
