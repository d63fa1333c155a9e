package git

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Changed is a file in which two trees differ: its entry in the one and the other.
// A Stage is zero where there is none.
type Changed struct {
	Path          string
	Before, After Stage
}

// Differences returns the files in which pairs of commits or trees (full hashes, those
// of merged trees among them) differ, sorted by path. Renames are not looked for. Of
// a pair of which a tree is absent the list is nil.
func (p *Replay) Differences(ctx context.Context, pairs [][2]string) ([][]Changed, error) {
	p.trees.trim()
	var names []string
	for _, pair := range pairs {
		names = append(names, pair[0]+"^{tree}", pair[1]+"^{tree}")
	}
	found, err := p.trees.info(names)
	if err != nil {
		return nil, fmt.Errorf("comparing trees: %w", err)
	}
	out := make([][]Changed, len(pairs))
	var level []folders
	for i := range pairs {
		a, b := found[2*i], found[2*i+1]
		if a.Type == "tree" && b.Type == "tree" && a.ID != b.ID {
			level = append(level, folders{pair: i, gap: gap{parseID(a.ID), parseID(b.ID)}})
		}
	}
	lost := map[int]bool{}
	for len(level) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var ids []rawID
		for _, f := range level {
			ids = append(ids, f.a, f.b)
		}
		if err := p.trees.load(slices.DeleteFunc(ids, func(id rawID) bool { return id == "" })); err != nil {
			return nil, fmt.Errorf("comparing trees: %w", err)
		}
		var below []folders
		for _, f := range level {
			for _, id := range []rawID{f.a, f.b} {
				if id != "" && p.trees.known[id] == nil {
					lost[f.pair] = true
				}
			}
			each(p.trees.known[f.a], p.trees.known[f.b], func(x, y entry) {
				if x.same(y) {
					return
				}
				name := f.prefix + x.name
				if x.mode == 0 {
					name = f.prefix + y.name
				}
				var next gap
				c := Changed{Path: name}
				if x.isTree() {
					next.a = x.id
				} else if x.mode != 0 {
					c.Before = Stage{Mode: x.mode, ID: x.id.String()}
				}
				if y.isTree() {
					next.b = y.id
				} else if y.mode != 0 {
					c.After = Stage{Mode: y.mode, ID: y.id.String()}
				}
				if next != (gap{}) {
					below = append(below, folders{pair: f.pair, prefix: name + "/", gap: next})
				}
				if c.Before != (Stage{}) || c.After != (Stage{}) {
					out[f.pair] = append(out[f.pair], c)
				}
			})
		}
		level = below
	}
	for i := range out {
		if lost[i] {
			out[i] = nil
		}
		slices.SortFunc(out[i], func(a, b Changed) int { return strings.Compare(a.Path, b.Path) })
	}
	return out, nil
}

// folders are a pair of folders of the same name, of one of the pairs compared.
type folders struct {
	gap
	pair   int
	prefix string
}
