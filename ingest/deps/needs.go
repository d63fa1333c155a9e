package deps

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
)

const (
	// around is how many lines before and behind a change git shows as its
	// context.
	around = 3
	// near is how near an unchanged line must stand to a changed one for a merge
	// to conflict over it: git's merge takes changes that touch for one.
	near = 1
	// shown is how many pieces of evidence are kept of each need.
	shown = 5
)

// Commit is what a commit's needs follow from, beside its edits.
type Commit struct {
	Hash    string
	Parents []string
	Edits   *fact.Edits
	// Generated tells which of its files a program wrote.
	Generated func(path string) bool
	// Uses are the identifiers that its added lines have and its removed ones
	// have not; Defines those of them that it declares.
	Uses, Defines []string
	// Named are commits that its message speaks of.
	Named []Named
}

// Named is a commit that another's message speaks of, and in what words.
type Named struct{ Hash, Words string }

// Finder finds what commits need, in one pass over a history.
type Finder struct {
	trace *Trace
	// known reports whether an identifier is in the tree where the history begins.
	known  func(word string) bool
	first  map[string]int32 // the commit with which an identifier appears
	brings map[uint64]brought
	group  map[string]string // the commit with which what a commit belongs to begins
}

type brought struct {
	by   int32
	word string
}

// NewFinder begins with an empty history. known reports whether an identifier is
// in the tree where it begins; nil: no symbols are told.
func NewFinder(known func(word string) bool) *Finder {
	return &Finder{trace: NewTrace(), known: known, first: map[string]int32{}, brings: map[uint64]brought{}, group: map[string]string{}}
}

// Trace is what the finder has learned of lines.
func (f *Finder) Trace() *Trace { return f.trace }

// Skip takes a commit of which only the edits matter: a merge, or one of the
// fork's.
func (f *Finder) Skip(hash string, parents []string, edits *fact.Edits) {
	f.trace.Add(hash, parents, edits)
}

// Add takes the next commit, parents before children, and returns what it needs.
func (f *Finder) Add(c *Commit) fact.Needs {
	t := f.trace
	g := &gathering{at: map[needKey]int{}, trace: t}
	self := t.join(c.Hash, c.Parents)
	parents := t.parents[self]
	if c.Edits != nil && len(c.Parents) < 2 {
		for i := range c.Edits.Files {
			f.file(g, parents, &c.Edits.Files[i], c.Generated(c.Edits.Files[i].Before()))
		}
	}
	t.apply(self, c.Edits)
	brings := f.symbols(g, c, self)
	for _, n := range c.Named {
		if at, ok := t.at[n.Hash]; ok && at != self && t.ancestor(at, self) {
			g.add(at, fact.NeedMarker, false, false, 1, fact.NeedWhere{Text: n.Words})
		}
	}
	n := fact.Needs{Commit: c.Hash, List: g.list(), Brings: brings}
	n.Group = f.belongs(&n)
	return n
}

// file gathers what the change of one file needs.
func (f *Finder) file(g *gathering, parents []int32, e *fact.FileEdit, generated bool) {
	t := f.trace
	if e.From == 0 || e.Old != "" {
		f.vacated(g, parents, e.Path, generated)
	}
	if e.From == 0 {
		return
	}
	path := e.Before()
	v := t.version(parents, path, e.From)
	if v.creator != nobody {
		g.add(v.creator, fact.NeedFile, true, generated, 1, fact.NeedWhere{Path: path})
	}
	if v.mover != nobody && v.mover != v.creator {
		g.add(v.mover, fact.NeedFile, false, generated, 1, fact.NeedWhere{Path: path}) // git follows renames
	}
	if e.Whole || e.To == 0 {
		if v.opaque != nobody && v.opaque != v.creator {
			g.add(v.opaque, fact.NeedFile, true, generated, 1, fact.NeedWhere{Path: path})
		}
	}
	for i, r := range e.Runs {
		end := r.Old + r.Removed
		v.owners(r.Old, end, func(line, count int, owner int32) {
			g.add(owner, fact.NeedLine, true, generated, count, fact.NeedWhere{Path: path, Line: line + 1})
		})
		v.cutsIn(r.Old, end, func(at int, by int32) {
			g.add(by, fact.NeedDeleted, true, generated, 1, fact.NeedWhere{Path: path, Line: at + 1})
		})
		before, behind := 0, end+e.Tail // there are no lines behind the file's end
		if i > 0 {
			before = e.Runs[i-1].Old + e.Runs[i-1].Removed
		}
		if i+1 < len(e.Runs) {
			behind = min(end+around, e.Runs[i+1].Old)
		}
		context := func(hard bool) func(line, count int, owner int32) {
			return func(line, count int, owner int32) {
				g.add(owner, fact.NeedContext, hard, generated, count, fact.NeedWhere{Path: path, Line: line + 1})
			}
		}
		v.owners(max(before, r.Old-around), max(before, r.Old-near), context(false))
		v.owners(max(before, r.Old-near), r.Old, context(true))
		v.owners(end, min(behind, end+near), context(true))
		v.owners(min(behind, end+near), behind, context(false))
	}
}

// vacated gathers who removed the file that stood before where a commit puts one.
func (f *Finder) vacated(g *gathering, parents []int32, path string, generated bool) {
	t := f.trace
	for _, by := range slices.Backward(t.gone[path]) {
		if len(parents) > 0 && parents[0] != nobody && t.ancestor(by, parents[0]) {
			g.add(by, fact.NeedFile, true, generated, 1, fact.NeedWhere{Path: path})
			return
		}
	}
}

// symbols gathers whose identifiers a commit uses, and returns those that it
// brings in itself.
func (f *Finder) symbols(g *gathering, c *Commit, self int32) []string {
	if f.known == nil {
		return nil
	}
	for _, w := range c.Uses {
		if b, ok := f.brings[fact.IdentKey(w)]; ok {
			f.use(g, b, self)
		}
	}
	if c.Edits != nil {
		for _, w := range c.Edits.Near {
			if b, ok := f.brings[w]; ok {
				f.use(g, b, self)
			}
		}
	}
	var brings []string
	defines := map[string]bool{}
	for _, w := range c.Defines {
		defines[w] = true
	}
	for _, w := range c.Uses {
		if _, met := f.first[w]; met {
			continue
		}
		f.first[w] = self
		if defines[w] && !f.known(w) {
			f.brings[fact.IdentKey(w)] = brought{self, w}
			brings = append(brings, w)
		}
	}
	return brings
}

func (f *Finder) use(g *gathering, b brought, self int32) {
	if b.by != self && f.trace.ancestor(b.by, self) {
		g.add(b.by, fact.NeedSymbol, false, false, 1, fact.NeedWhere{Text: b.word})
	}
}

// gathering collects the needs of one commit.
type gathering struct {
	trace *Trace
	at    map[needKey]int
	needs []fact.Need
	order []int32 // whom each is of
}

type needKey struct {
	to   int32
	kind fact.NeedKind
	lock bool
}

// add notes a piece of evidence. What nobody of the history did needs nobody.
// What files say that a program wrote is kept apart from what people wrote.
func (g *gathering) add(to int32, kind fact.NeedKind, hard, lock bool, count int, where fact.NeedWhere) {
	if to < 0 {
		return
	}
	k := needKey{to, kind, lock}
	i, ok := g.at[k]
	if !ok {
		i = len(g.needs)
		g.at[k] = i
		g.needs = append(g.needs, fact.Need{To: g.trace.hashes[to], Kind: kind, Lock: lock})
		g.order = append(g.order, to)
	}
	n := &g.needs[i]
	n.Hard = n.Hard || hard
	n.Count += count
	if len(n.Where) < shown && !slices.Contains(n.Where, where) {
		n.Where = append(n.Where, where)
	}
}

// list returns the needs, newest commit first, the strongest kind first of each.
func (g *gathering) list() []fact.Need {
	by := make([]int, len(g.needs))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(a, b int) int {
		return cmp.Or(cmp.Compare(g.order[b], g.order[a]),
			cmp.Compare(slices.Index(fact.NeedKinds, g.needs[a].Kind), slices.Index(fact.NeedKinds, g.needs[b].Kind)))
	})
	out := make([]fact.Need, 0, len(by))
	for _, i := range by {
		out = append(out, g.needs[i])
	}
	return out
}
