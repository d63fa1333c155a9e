// Package foresee tells why the pick of an upstream commit conflicts: who made the
// two sides of each place what they are.
package foresee

import (
	"bytes"
	"context"
	"io"
	"slices"

	"tracker/ingest/deps"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/lines"
)

// shownCauses is how many commits of each side a conflict names.
const shownCauses = 5

// maxCompared is the size in bytes of a file beyond which the places of its
// conflict are not looked for.
const maxCompared = 4 << 20

// Facts are what is known of the commits of both sides.
type Facts interface {
	// Edits says which lines a commit changes; nil where that is not known.
	Edits(hash string) (*fact.Edits, error)
	// Needs says what an upstream commit needs.
	Needs(hash string) ([]fact.Need, error)
	// Met reports whether the fork has what an upstream commit brings to a file.
	Met(hash, path string) (bool, error)
	// Upstream reports whether a commit is one of upstream's that the fork's own
	// history lacks.
	Upstream(hash string) bool
	// Graph calls fn for each commit that include can reach and exclude cannot,
	// children before parents.
	Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error
}

// Causes finds out why picks conflict. Who wrote which line is found when the
// first conflict asks for it. It serves one caller at a time and must be closed.
type Causes struct {
	Facts    Facts
	Replay   *git.Replay
	Onto     string // the commit that is picked onto
	Upstream string // upstream's tip
	Base     string // where the two parted, empty if they have nothing in common
	// Memory is what is known of past conflicts; nil: no suggestions.
	Memory *reuse.Memory
	// Done are upstream's commits that were picked before, in a sequence.
	Done map[string]bool

	trace   *deps.Trace
	own     map[string]bool // the commits that Onto has beyond upstream
	age     map[string]int  // of all commits of the trace; 0 is the oldest
	touched map[string][]string
	objects *git.Objects
}

// Close ends the process that reads.
func (c *Causes) Close() {
	if c.objects != nil {
		c.objects.Close()
	}
}

// Of words the conflicts of an answer.
func (c *Causes) Of(ctx context.Context, q git.Question, m *git.Merged) ([]fact.Conflicted, error) {
	out := []fact.Conflicted{}
	if len(m.Conflicts) == 0 {
		return out, nil
	}
	if err := c.Begin(ctx); err != nil {
		return nil, err
	}
	for i := range m.Conflicts {
		x := &m.Conflicts[i]
		f := fact.Conflicted{
			Path: x.Path, Kind: x.Kind, Message: x.Message, ForkCommits: []string{}, Suggestions: []fact.Suggestion{},
			Lock: git.Generated(x.Path), Gone: x.Gone(),
		}
		if err := c.find(&f, q, x); err != nil {
			return nil, err
		}
		if c.Memory != nil {
			places, err := Places(c.objects, c.Memory, m, x)
			if err != nil {
				return nil, err
			}
			f.Suggestions = reuse.Best(places)
		}
		out = append(out, f)
	}
	return out, nil
}

// Begin reads who changed what on both sides. Of does it by itself; before a sequence
// it is called so that Of may run beside that, in one other goroutine.
func (c *Causes) Begin(ctx context.Context) (err error) {
	if c.trace != nil {
		return nil
	}
	if c.objects, err = c.Replay.Objects(ctx); err != nil {
		return err
	}
	c.trace, c.own, c.age, c.touched = deps.NewTrace(), map[string]bool{}, map[string]int{}, map[string][]string{}
	type node struct {
		hash    string
		parents []string
	}
	var nodes []node
	var exclude []string
	if c.Base != "" {
		exclude = []string{c.Base}
	}
	err = c.Facts.Graph(ctx, []string{c.Onto, c.Upstream}, exclude, func(hash string, parents []string) {
		nodes = append(nodes, node{hash, parents})
	})
	if err != nil {
		return err
	}
	slices.Reverse(nodes)
	for i, n := range nodes {
		c.age[n.hash] = i
		e, err := c.Facts.Edits(n.hash)
		if err != nil {
			return err
		}
		c.trace.Add(n.hash, n.parents, e)
		if c.Facts.Upstream(n.hash) || len(n.parents) > 1 {
			continue
		}
		c.own[n.hash] = true
		if e != nil {
			for j := range e.Files {
				for _, path := range []string{e.Files[j].Path, e.Files[j].Old} {
					if path != "" {
						c.touched[path] = append(c.touched[path], n.hash)
					}
				}
			}
		}
	}
	return nil
}

// find tells the cause of one path's conflict.
func (c *Causes) find(f *fact.Conflicted, q git.Question, x *git.MergeConflict) error {
	mine, theirs := map[string]bool{}, map[string]bool{}
	switch {
	case x.Ours.ID != "" && x.Theirs.ID != "" && x.Kind != "binary" && x.Ours.Mode != submodule && x.Theirs.Mode != submodule:
		if err := c.places(f, q, x, mine, theirs); err != nil {
			return err
		}
	case x.Ours.ID == "": // the fork has no such file
		for _, h := range c.touched[x.Path] {
			mine[h] = true
		}
		if x.Base.ID != "" && q.Parent != "" {
			if by := c.trace.Creator(q.Parent, x.Path, fact.BlobKey(x.Base.ID)); by != "" {
				theirs[by] = true
			}
		}
	default: // upstream removes what the fork has changed, or moved
		for _, o := range c.trace.Owners(c.Onto, x.Path, fact.BlobKey(x.Ours.ID), 0, 1<<30) {
			mine[o.Commit] = true
		}
	}
	// What upstream's side rests on is told by what the commit needs there.
	list, err := c.Facts.Needs(q.Commit)
	if err != nil {
		return err
	}
	for i := range list {
		need := &list[i]
		if need.Hard && slices.ContainsFunc(need.Where, func(w fact.NeedWhere) bool { return w.Path == x.Path }) {
			theirs[need.To] = true
		}
	}
	if len(mine) == 0 && len(theirs) == 0 {
		for _, h := range c.touched[x.Path] {
			mine[h] = true
		}
	}
	for h := range theirs {
		if c.Done[h] {
			continue
		}
		if met, err := c.Facts.Met(h, x.Path); err != nil {
			return err
		} else if !met {
			f.Needs = append(f.Needs, h)
		}
	}
	for h := range mine {
		if c.own[h] {
			f.ForkCommits = append(f.ForkCommits, h)
		}
	}
	newest := func(a, b string) int { return c.age[b] - c.age[a] }
	slices.SortFunc(f.Needs, newest)
	slices.SortFunc(f.ForkCommits, newest)
	f.Needs, f.ForkCommits = f.Needs[:min(len(f.Needs), shownCauses)], f.ForkCommits[:min(len(f.ForkCommits), shownCauses)]
	switch {
	case len(f.Needs) > 0 && len(f.ForkCommits) > 0:
		f.Cause = fact.CauseBoth
	case len(f.Needs) > 0:
		f.Cause = fact.CauseNeeds
	case len(f.ForkCommits) > 0:
		f.Cause = fact.CauseFork
	}
	return nil
}

const submodule = 0o160000

// places compares the two sides of a content conflict with their base, and adds
// who made the lines of both where they clash.
func (c *Causes) places(f *fact.Conflicted, q git.Question, x *git.MergeConflict, mine, theirs map[string]bool) error {
	text, err := c.read(x.Base.ID, x.Ours.ID, x.Theirs.ID)
	if err != nil {
		return err
	}
	for i, id := range []string{x.Base.ID, x.Ours.ID, x.Theirs.ID} {
		if id != "" && text[i] == nil {
			return nil // absent, or too large
		}
	}
	base, ours, other := lines.Split(text[0]), lines.Split(text[1]), lines.Split(text[2])
	tip, err := c.tip(x, ours)
	if err != nil {
		return err
	}
	byUs, byThem := lines.Edits(base, ours, bytes.Equal), lines.Edits(base, other, bytes.Equal)
	for i, j := 0, 0; i < len(byUs) && j < len(byThem); {
		u, t := byUs[i], byThem[j]
		if u.A0 <= t.A1 && t.A0 <= u.A1 && !sameEdit(u, t, ours, other) {
			f.Hunks++
			tip.span(u.B0, u.B1, func(key uint64, from, to int) {
				for _, o := range c.trace.Owners(c.Onto, x.Path, key, from, to) {
					mine[o.Commit] = true
				}
				for _, h := range c.trace.Removers(c.Onto, x.Path, key, from, to) {
					mine[h] = true
				}
			})
			if q.Parent != "" && x.Base.ID != "" {
				for _, o := range c.trace.Owners(q.Parent, x.Path, fact.BlobKey(x.Base.ID), u.A0, u.A1) {
					theirs[o.Commit] = true
				}
				for _, h := range c.trace.Removers(q.Parent, x.Path, fact.BlobKey(x.Base.ID), u.A0, u.A1) {
					theirs[h] = true
				}
			}
		}
		if u.A1 < t.A1 {
			i++
		} else {
			j++
		}
	}
	delete(theirs, "")
	delete(mine, "")
	return nil
}

// tipLines leads from the lines of a file as picks left it to those of the commit
// that they were picked onto, whose owners are known.
type tipLines struct {
	key  uint64
	back []int // by line, -1 where a pick brought it; nil: the same file
}

func (c *Causes) tip(x *git.MergeConflict, ours [][]byte) (*tipLines, error) {
	t := &tipLines{key: fact.BlobKey(x.Ours.ID)}
	if len(c.Done) == 0 || c.trace.Knows(x.Path, t.key) {
		return t, nil
	}
	var before [][]byte
	id := ""
	err := c.objects.Contents([]string{c.Onto + ":" + x.Path}, func(o git.Object, content io.Reader) error {
		if content == nil || o.Size > maxCompared {
			return nil
		}
		data := make([]byte, o.Size)
		_, err := io.ReadFull(content, data)
		id, before = o.ID, lines.Split(data)
		return err
	})
	if err != nil {
		return nil, err
	}
	t.key, t.back = fact.BlobKey(id), make([]int, len(ours))
	for i := range t.back {
		t.back[i] = -1
	}
	for _, m := range lines.Match(before, ours, bytes.Equal) {
		t.back[m[1]] = m[0]
	}
	return t, nil
}

// span calls fn with the stretch of the tip's file that some lines stand in.
func (t *tipLines) span(from, to int, fn func(key uint64, from, to int)) {
	if t.back == nil {
		fn(t.key, from, to)
		return
	}
	if from == to { // a place between lines
		at := 0
		if from > 0 {
			if at = t.back[from-1] + 1; at == 0 {
				return
			}
		}
		fn(t.key, at, at)
		return
	}
	lo, hi := -1, -1
	for i := from; i < to; i++ {
		if at := t.back[i]; at >= 0 {
			if lo < 0 {
				lo = at
			}
			hi = at + 1
		}
	}
	if lo >= 0 {
		fn(t.key, lo, hi)
	}
}

// sameEdit reports whether both sides did the same.
func sameEdit(u, t lines.Edit, ours, theirs [][]byte) bool {
	return u.A0 == t.A0 && u.A1 == t.A1 && slices.EqualFunc(ours[u.B0:u.B1], theirs[t.B0:t.B1], bytes.Equal)
}

func (c *Causes) read(ids ...string) ([][]byte, error) { return read(c.objects, ids...) }

// Result words an answer. A conflict in what can be read stands whatever else is
// absent.
func Result(m *git.Merged) fact.Result {
	readable := slices.ContainsFunc(m.Conflicts, func(c git.MergeConflict) bool { return !slices.Contains(m.Unreadable, c.Path) })
	switch {
	case readable:
		return fact.ResultConflict
	case m.Tree == "" || len(m.Unreadable) > 0:
		return fact.ResultUnreadable
	case m.Empty:
		return fact.ResultEmpty
	}
	return fact.ResultClean
}

// Question asks what comes of a pick.
type Question = git.Question

// Pick asks for the pick of a commit.
func Pick(c *fact.Commit, onto string) git.Question {
	q := git.Question{Onto: onto, Commit: c.Hash}
	if len(c.Parents) > 0 {
		q.Parent = c.Parents[0]
	}
	return q
}
