package git

import (
	"context"
	"io"
	"strings"
)

// MergeEverything lets a test see what git says where a shortcut would do.
func (p *Replay) MergeEverything() { p.noShortcuts = true }

// Shortcuts returns how many questions were answered without git.
func (p *Replay) Shortcuts() int { return p.shortcuts }

// Folder returns the temporary folder.
func (p *Replay) Folder() string { return p.store.top }

// PlainBatch prepares one process of git for all questions, with something in
// place of all that another Replay found to be absent, and returns what runs it
// and drops what it says.
func (p *Replay) PlainBatch(ctx context.Context, questions []Question, other *Replay) (func() error, error) {
	p.trees.trim()
	asks := make([]*ask, len(questions))
	for i, q := range questions {
		asks[i] = &ask{Question: q, merged: &Merged{}}
	}
	if err := p.findTrees(asks); err != nil {
		return nil, err
	}
	if err := p.findAttributes(asks); err != nil {
		return nil, err
	}
	var in strings.Builder
	for _, a := range asks {
		if err := p.sides(a); err != nil {
			return nil, err
		}
		in.WriteString(a.ours + " " + a.theirs + "\n")
	}
	for id := range other.absent.absent {
		if err := p.store.standIn(id); err != nil {
			return nil, err
		}
	}
	return func() error {
		cmd := p.store.merging(ctx, asks[0].folder.dir, "merge-tree", "--write-tree", "--stdin", "-z")
		cmd.Stdin, cmd.Stdout = strings.NewReader(in.String()), io.Discard
		return cmd.Run()
	}, nil
}
