package advise

import (
	"context"

	"tracker/advise/beside"
)

// besideAtMost is how many picks are put beside their original: of a commit
// that dozens of branches carry, the first tell how it is carried.
const besideAtMost = 5

// addChanged puts the picks that changed on the way beside their original.
func (a *Asker) addChanged(ctx context.Context, s *CommitStory) error {
	var list []*Pick
	var hashes []string
	for i := range s.Picks {
		if p := &s.Picks[i]; !p.Link.Same && p.Subject != "" && len(list) < besideAtMost {
			list = append(list, p)
			hashes = append(hashes, p.Other)
		}
	}
	if len(list) == 0 || a.git == nil {
		return nil
	}
	diffs, err := a.git.Diffs(ctx, append(hashes, s.Commit.Hash)...)
	if err != nil {
		return err
	}
	for _, p := range list {
		if original, pick := diffs[p.Link.Upstream], diffs[p.Link.Fork]; original != nil && pick != nil {
			p.Changed = beside.Compare(original, pick)
		}
	}
	return nil
}
