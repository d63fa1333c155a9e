package deps

import (
	"tracker/internal/fact"
)

// Trace knows who last touched each line of each version of each file that a
// history made. It grows by Add, and is not safe for several goroutines.
type Trace struct {
	hashes   []string
	parents  [][]int32 // nobody where a parent is not of the history
	chain    []int32   // the line of first parents that a commit is of
	at       map[string]int32
	tips     map[int32]int32 // the last commit of each chain
	versions map[content][]*version
	paths    map[string][]*version // the same by path alone
	gone     map[string][]int32    // by path, the commits that removed it or moved it away
	joined   bool                  // there is a commit with another parent than the one before it

	// What ancestor found out of one commit, and what it walks with.
	asked   int32
	answers map[int32]bool
	seen    []int32 // by commit, the last walk that came by
	walks   int32
	list    []int32
}

// content is what a file holds, and where.
type content struct {
	path string
	key  uint64
}

// NewTrace begins with an empty history.
func NewTrace() *Trace {
	return &Trace{
		at: map[string]int32{}, tips: map[int32]int32{}, versions: map[content][]*version{},
		paths: map[string][]*version{}, gone: map[string][]int32{}, asked: nobody, answers: map[int32]bool{},
	}
}

// Add takes a commit, whose parents must have been added if they are of the
// history at all. edits may be nil where the commit changes nothing or nothing
// could be read of it.
func (t *Trace) Add(hash string, parents []string, edits *fact.Edits) {
	t.apply(t.join(hash, parents), edits)
}

// apply makes the versions of the files that a commit changes.
func (t *Trace) apply(c int32, edits *fact.Edits) {
	if edits == nil {
		return
	}
	if len(t.parents[c]) > 1 {
		t.merge(c, edits)
		return
	}
	type made struct {
		path string
		v    *version
	}
	var news []made
	for i := range edits.Files {
		f := &edits.Files[i]
		if f.To == 0 {
			t.before(c, f) // so that the same content made anew is told apart
			t.gone[f.Path] = append(t.gone[f.Path], c)
			continue
		}
		if f.Old != "" {
			t.gone[f.Old] = append(t.gone[f.Old], c)
		}
		v := t.before(c, f)
		news = append(news, made{f.Path, v.after(f, c)})
	}
	for _, n := range news { // a file may take the place of one that moves
		t.keep(n.path, n.v)
	}
}

func (t *Trace) keep(path string, v *version) {
	k := content{path, v.key}
	t.versions[k] = append(t.versions[k], v)
	t.paths[path] = append(t.paths[path], v)
}

// join adds a commit to the graph.
func (t *Trace) join(hash string, parents []string) int32 {
	c := int32(len(t.hashes))
	t.hashes = append(t.hashes, hash)
	t.at[hash] = c
	var list []int32
	chain := c
	for i, p := range parents {
		at, ok := t.at[p]
		if !ok {
			at = nobody
		} else if i == 0 && t.tips[t.chain[at]] == at {
			chain = t.chain[at]
		}
		if at != c-1 && c > 0 {
			t.joined = true
		}
		list = append(list, at)
	}
	t.parents = append(t.parents, list)
	t.chain = append(t.chain, chain)
	t.tips[chain] = c
	return c
}

// before is the version that a commit's change of a file goes out from.
func (t *Trace) before(c int32, f *fact.FileEdit) *version {
	if f.From == 0 {
		return &version{by: c, creator: c, mover: nobody, opaque: nobody, spans: whole}
	}
	return t.version(t.parents[c][f.Parent:], f.Before(), f.From)
}

// after is the version that a change makes of another.
func (v *version) after(f *fact.FileEdit, c int32) *version {
	n := &version{by: c, key: f.To, creator: v.creator, mover: v.mover, opaque: v.opaque, spans: v.spans, cuts: v.cuts}
	if f.Old != "" {
		n.mover = c
	}
	switch {
	case f.Whole:
		n.spans, n.cuts, n.opaque = whole, nil, c
	case f.From == 0: // one span: an empty file has no lines, and then nobody asks
		n.spans, n.cuts = []span{{0, c}}, nil
	case len(f.Runs) > 0:
		n.spans, n.cuts = v.edited(f.Runs, c)
	}
	return n
}

// merge makes the versions of the files that equal no parent's.
func (t *Trace) merge(c int32, edits *fact.Edits) {
	for i := 0; i < len(edits.Files); {
		n := i + 1
		for n < len(edits.Files) && edits.Files[n].Parent > edits.Files[n-1].Parent {
			n++
		}
		sides := edits.Files[i:n]
		i = n
		if sides[0].To == 0 {
			continue
		}
		path := sides[0].Path
		v := &version{by: c, key: sides[0].To, creator: nobody, mover: nobody, opaque: nobody}
		var spans [][]span
		var cuts [][]cut
		for k := range sides {
			f := &sides[k]
			if f.From == 0 {
				spans = append(spans, []span{{0, unknown}})
				continue
			}
			old := t.version(t.parents[c][f.Parent:], f.Before(), f.From)
			if v.creator == nobody {
				v.creator = old.creator
			}
			v.opaque, v.mover = max(v.opaque, old.opaque), max(v.mover, old.mover)
			if f.Whole {
				spans = append(spans, []span{{0, unknown}})
				continue
			}
			s, x := old.edited(f.Runs, unknown)
			spans, cuts = append(spans, s), append(cuts, x)
		}
		v.spans, v.cuts = merged(spans, c), mergedCuts(cuts)
		t.keep(path, v)
	}
}

// version finds the version of a path with a content as the first of the parents
// has it. What no commit of the history made was there before.
func (t *Trace) version(parents []int32, path string, key uint64) *version {
	k := content{path, key}
	list := t.versions[k]
	if len(list) == 0 {
		return t.old(path, key)
	}
	if len(list) > 1 && t.joined && len(parents) > 0 {
		if v := t.nearest(parents[0], path, key); v != nil {
			return v
		}
	}
	return list[len(list)-1]
}

// old is the version of a file that was there before the history begins. It is
// remembered, so that a later one with the same content is told apart.
func (t *Trace) old(path string, key uint64) *version {
	v := &version{by: nobody, key: key, creator: nobody, mover: nobody, opaque: nobody, spans: whole}
	t.keep(path, v)
	return v
}

// nearest follows a path back from a commit to the version that it has there, as
// git blame does: through a merge to the first parent that has the content.
// nil if it is not found.
func (t *Trace) nearest(from int32, path string, key uint64) *version {
	made := map[int32]*version{}
	var old *version
	for _, v := range t.paths[path] {
		if v.by == nobody {
			if v.key == key {
				old = v
			}
			continue
		}
		made[v.by] = v
	}
	gone := map[int32]bool{}
	for _, c := range t.gone[path] {
		gone[c] = true
	}
	seen := map[int32]bool{}
	var walk func(c int32) *version
	walk = func(c int32) *version {
		for c != nobody && !seen[c] {
			seen[c] = true
			if v := made[c]; v != nil {
				if v.key == key {
					return v
				}
				return nil
			}
			if gone[c] {
				return nil
			}
			switch parents := t.parents[c]; len(parents) {
			case 0:
				return nil
			case 1:
				c = parents[0]
			default:
				for _, p := range parents {
					if v := walk(p); v != nil {
						return v
					}
				}
				return nil
			}
		}
		if c == nobody {
			return old // nil: the file was another there
		}
		return nil
	}
	return walk(from)
}

// ancestor reports whether c descends from a, or is it.
func (t *Trace) ancestor(a, c int32) bool {
	if a == c {
		return true
	}
	if a > c {
		return false
	}
	// Many are asked of the same commit, one after the other.
	if t.asked != c {
		t.asked = c
		clear(t.answers)
	}
	yes, ok := t.answers[a]
	if !ok {
		yes = t.reaches(c, a)
		t.answers[a] = yes
	}
	return yes
}

// reaches walks back from one commit to another.
func (t *Trace) reaches(c, a int32) bool {
	for len(t.seen) < len(t.hashes) {
		t.seen = append(t.seen, 0)
	}
	t.walks++
	t.list = append(t.list[:0], c)
	for len(t.list) > 0 {
		c := t.list[len(t.list)-1]
		t.list = t.list[:len(t.list)-1]
		if t.chain[c] == t.chain[a] && c >= a {
			return true
		}
		for _, p := range t.parents[c] {
			if p >= a && t.seen[p] != t.walks {
				t.seen[p] = t.walks
				t.list = append(t.list, p)
			}
		}
	}
	return false
}

// Owned is a run of lines that one commit last touched.
type Owned struct {
	Line, Count int    // from 0
	Commit      string // empty: nobody of the history
}

// Owners tells who last touched the lines from one to another (not included) of
// a file as a commit of the history left it. key is its content (fact.BlobKey).
// What the history did not touch is nobody's.
func (t *Trace) Owners(commit, path string, key uint64, from, to int) []Owned {
	var parents []int32
	if c, ok := t.at[commit]; ok {
		parents = []int32{c}
	}
	var out []Owned
	t.version(parents, path, key).owners(from, to, func(line, count int, owner int32) {
		o := Owned{Line: line, Count: count}
		if owner >= 0 {
			o.Commit = t.hashes[owner]
		}
		out = append(out, o)
	})
	return out
}

// Removers tells who removed lines between one line and another of a file, and
// put none there: at the places from one to the other, both included.
func (t *Trace) Removers(commit, path string, key uint64, from, to int) []string {
	var parents []int32
	if c, ok := t.at[commit]; ok {
		parents = []int32{c}
	}
	var out []string
	t.version(parents, path, key).cutsIn(from, to, func(_ int, by int32) {
		out = append(out, t.hashes[by])
	})
	return out
}

// Creator tells which commit of the history created a file, before renames;
// empty if none did.
func (t *Trace) Creator(commit, path string, key uint64) string {
	var parents []int32
	if c, ok := t.at[commit]; ok {
		parents = []int32{c}
	}
	if v := t.version(parents, path, key); v.creator >= 0 {
		return t.hashes[v.creator]
	}
	return ""
}

// Knows reports whether the history made a file what it is, or changed what it
// is.
func (t *Trace) Knows(path string, key uint64) bool { return len(t.versions[content{path, key}]) > 0 }

// Touched reports whether the history changed a path at all.
func (t *Trace) Touched(path string) bool { return len(t.paths[path])+len(t.gone[path]) > 0 }
