package git

import (
	"context"
	"fmt"
)

// Sequence picks one commit after the other, each onto the tree that the one
// before left; a question's Onto is not looked at, and a merge is picked like
// any commit, against its Parent. After each step fn gets its number, the
// answer, and the full hash of the tree after it: where it conflicts, that is
// what Resolve makes of it, and where nothing can be told, the tree before. fn
// may ask the Replay for more. An error of fn ends the sequence and is returned
// as it is.
//
// A step that needs no merge costs some small files, any other a process.
func (p *Replay) Sequence(ctx context.Context, onto string, picks []Question, fn func(i int, m *Merged, after string) error) error {
	p.trees.trim()
	first := &ask{Question: Question{Onto: onto, Commit: onto, Merge: true}, merged: &Merged{}}
	if err := p.findTrees([]*ask{first}); err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	if first.done {
		return fmt.Errorf("replaying onto %s: %w", onto, ErrAbsent)
	}
	onto = first.onto.String()
	for i := range picks {
		q := picks[i]
		q.Onto, q.Merge = onto, false
		if i%window == 0 {
			if err := p.foresee(picks[i:min(i+window, len(picks))]); err != nil {
				return fmt.Errorf("replaying: %w", err)
			}
		}
		answers := make([]Merged, 1)
		if err := p.answer(ctx, []Question{q}, answers, true); err != nil {
			return fmt.Errorf("replaying %s: %w", q.Commit, err)
		}
		m := &answers[0]
		if m.Tree != "" {
			var err error
			if onto, err = p.Resolve(ctx, m); err != nil {
				return fmt.Errorf("replaying %s: %w", q.Commit, err)
			}
		}
		if err := fn(i, m, onto); err != nil {
			return err
		}
	}
	return nil
}

// foresee reads what the picks change, all at once.
func (p *Replay) foresee(picks []Question) error {
	asks := make([]*ask, len(picks))
	for i, q := range picks {
		q.Onto, q.Merge = q.Commit, false
		asks[i] = &ask{Question: q, merged: &Merged{}}
	}
	if err := p.findTrees(asks); err != nil {
		return err
	}
	var gaps []gap
	for _, a := range asks {
		gaps = append(gaps, gap{a.base, a.commitTree})
	}
	return p.trees.differences(gaps, map[gap]bool{}, func(entry, entry) {})
}
