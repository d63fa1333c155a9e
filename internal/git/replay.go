package git

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Stage is one version of a path in a conflict: of the base, ours or theirs.
// It is zero where that side has no such file.
type Stage struct {
	Mode uint32
	ID   string
}

// MergeConflict is a path at which a merge leaves a decision to a person.
type MergeConflict struct {
	// Path is where the file belongs. Where git had to write it beside, as
	// "path~name", it is the path without the name.
	Path string
	// Kind is git's own word: content, binary, modify/delete, add/add,
	// rename/delete, rename/rename, file/directory, file location, submodule and
	// some more; empty when git names a path without a word.
	Kind string
	// Message is what git says of the path, a line each.
	Message            string
	Base, Ours, Theirs Stage

	at string // the path in Merged.Tree
}

// Question asks what comes of a pick or a merge.
type Question struct {
	Onto   string // full hash of a commit or a tree: ours
	Commit string // full hash of a commit, or of a tree if it is no merge: theirs
	Parent string // what the pick compares Commit with, likewise; empty for the pick of a root commit
	Merge  bool   // a merge of two commits, the bases of which git finds: Parent is not looked at
}

// Merged is the answer to a Question.
type Merged struct {
	// Tree is the full hash of what results, with markers where it conflicts.
	// It is empty where nothing can be told; Unreadable says why.
	Tree string
	// Empty says that Tree is what Onto has already, without a conflict.
	Empty bool
	// Conflicts are sorted by path; without any the answer is clean.
	Conflicts []MergeConflict
	// Unreadable names what is absent or damaged in this repository and touches
	// the answer: paths, or full hashes where no path is known. The conflict of
	// such a path is git's guess about a binary file; all others are right.
	Unreadable []string
	// Undriven names the paths whose attributes ask for a merge driver of a
	// configuration. None is run: they are merged as text.
	Undriven []string

	ours, theirs string // the names of the sides in markers
}

// Clean reports whether the question has a whole answer without a conflict.
func (m *Merged) Clean() bool {
	return m.Tree != "" && len(m.Conflicts) == 0 && len(m.Unreadable) == 0
}

// Replay carries out picks and merges in memory, by git's own merge with git's
// own defaults. New objects go to a temporary folder, nothing into the
// repository. (Git sets the time of an object of the repository that a merge
// makes again, as it does for every repository that borrows from another.)
//
// It serves one caller at a time and must be closed.
type Replay struct {
	repo    *Repo
	ctx     context.Context
	cancel  context.CancelFunc
	store   *replayStore
	trees   *trees
	absent  *absentees
	folders map[string]*attributeFolder // by what they hold
	stream  *mergeStream                // nil while there is none

	shortcuts   int  // taken
	noShortcuts bool // every question is merged
}

// Replay makes the temporary folder. Processes live until Close, or until ctx
// is cancelled.
func (r *Repo) Replay(ctx context.Context) (*Replay, error) { return r.ReplayStyled(ctx, "merge") }

// ReplayStyled is Replay with conflicts laid out in another style of git's: merge, diff3
// or zdiff3.
func (r *Repo) ReplayStyled(ctx context.Context, style string) (*Replay, error) {
	store, err := newReplayStore(r, style)
	if err != nil {
		return nil, fmt.Errorf("preparing a replay: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &Replay{repo: r, ctx: ctx, cancel: cancel, store: store, folders: map[string]*attributeFolder{}}
	p.trees = &trees{store: store, start: func() (*Objects, error) { return p.Objects(ctx) }}
	p.absent = &absentees{store: store, trees: p.trees, lookFirst: r.partial()}
	return p, nil
}

// Close ends the processes and removes the temporary folder with all that was
// merged. Closing twice is allowed.
func (p *Replay) Close() error {
	p.cancel()
	p.trees.close()
	if p.stream != nil {
		p.stream.stop()
		p.stream = nil
	}
	if err := p.store.remove(); err != nil {
		return fmt.Errorf("removing a replay's folder: %w", err)
	}
	return nil
}

// Objects starts a reader of the repository's objects and of those that were
// merged. It must be closed, before the Replay is.
func (p *Replay) Objects(ctx context.Context) (*Objects, error) {
	return startObjects(ctx, p.store.reading)
}

// ask is a question under way.
type ask struct {
	Question
	merged       *Merged
	onto, base   rawID // trees
	commitTree   rawID
	ours, theirs string // the commits that git merges
	done         bool
	edits        []treeEdit // of onto's tree, while a shortcut seems possible
	folder       *attributeFolder
	auto         []string // paths of which git merged the contents
	deaths       int      // of processes, for no reason that was understood
}

// lose gives a question up.
func (a *ask) lose(why ...string) {
	a.done, a.merged.Tree = true, ""
	a.merged.Conflicts = nil
	a.merged.Unreadable = append(a.merged.Unreadable, why...)
}

// window is how many questions are prepared at once.
const window = 512

// Ask answers each question by itself, in order. Questions that touch nothing
// that Onto changed cost no merge; the others are shared out to as many git
// processes as there are cores. What the repository lacks costs the questions
// that need it, never the others; see Merged.Unreadable.
func (p *Replay) Ask(ctx context.Context, questions []Question) ([]Merged, error) {
	answers := make([]Merged, len(questions))
	for start := 0; start < len(questions); start += window {
		end := min(start+window, len(questions))
		if err := p.answer(ctx, questions[start:end], answers[start:end], false); err != nil {
			return nil, fmt.Errorf("replaying: %w", err)
		}
	}
	return answers, nil
}

// answer fills the answers in. With stream, it is one of a sequence.
func (p *Replay) answer(ctx context.Context, questions []Question, answers []Merged, stream bool) error {
	p.trees.trim()
	asks := make([]*ask, len(questions))
	for i, q := range questions {
		asks[i] = &ask{Question: q, merged: &answers[i]}
	}
	if err := p.findTrees(asks); err != nil {
		return err
	}
	if !p.noShortcuts {
		if err := p.takeShortcuts(open(asks)); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.mergeAll(ctx, open(asks), stream); err != nil {
		return err
	}
	for _, a := range asks {
		m := a.merged
		m.Empty = m.Tree != "" && m.Tree == a.onto.String() && len(m.Conflicts) == 0
		slices.Sort(m.Unreadable)
		m.Unreadable = slices.Compact(m.Unreadable)
	}
	return nil
}

// open returns the questions that have no answer yet.
func open(asks []*ask) []*ask {
	var rest []*ask
	for _, a := range asks {
		if !a.done {
			rest = append(rest, a)
		}
	}
	return rest
}

// findTrees looks up the trees of all that the questions name.
func (p *Replay) findTrees(asks []*ask) error {
	var names []string
	at := map[string]int{}
	for _, a := range asks {
		for _, hash := range a.names() {
			if _, ok := at[hash]; !ok && hash != "" {
				if len(hash) != p.repo.HashLen() || !isFullHash(hash) {
					return fmt.Errorf("%q is not a full hash", hash)
				}
				at[hash] = len(names)
				names = append(names, hash+"^{tree}")
			}
		}
	}
	found, err := p.trees.info(names)
	if err != nil {
		return err
	}
	tree := func(a *ask, hash string) rawID {
		obj := found[at[hash]]
		if obj.Missing || obj.Type != "tree" {
			a.lose(hash)
			return ""
		}
		return parseID(obj.ID)
	}
	for _, a := range asks {
		a.onto = tree(a, a.Onto)
		a.commitTree = tree(a, a.Commit)
		switch {
		case a.Merge:
		case a.Parent == "":
			a.base = p.store.emptyTree
		default:
			a.base = tree(a, a.Parent)
		}
	}
	return nil
}

// names lists the hashes that a question names.
func (q *Question) names() []string {
	if q.Merge {
		return []string{q.Onto, q.Commit}
	}
	return []string{q.Onto, q.Commit, q.Parent}
}

// sides writes the commits of which git shall find the base that the question
// names: a pick onto a tree is the merge of two children of one commit.
func (p *Replay) sides(a *ask) error {
	a.ours, a.theirs = a.Onto, a.Commit
	if !a.Merge {
		base, err := p.store.commit(a.base, "")
		if err != nil {
			return err
		}
		if a.ours, err = p.store.commit(a.onto, base); err != nil {
			return err
		}
		if a.theirs, err = p.store.commit(a.commitTree, base); err != nil {
			return err
		}
		if a.ours == a.theirs {
			a.merged.Tree, a.done = a.onto.String(), true
		}
	}
	a.merged.ours, a.merged.theirs = a.ours, a.theirs
	return nil
}

// errUnwritten says that git could not write what it merged.
var errUnwritten = errors.New("git cannot write to the temporary folder")
