package ingest

import (
	"cmp"
	"context"
	"slices"

	"tracker/ingest/patch"
	"tracker/ingest/reason"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// lookKey is a symbol in the tree of a commit.
type lookKey struct {
	commit string
	thing  reason.Thing
}

// look is where a symbol is declared in a tree.
type look struct {
	path string // empty: nowhere
	told bool   // false: git could not tell
}

// tree is the paths of a commit's files.
type tree struct {
	paths []string
	told  bool
}

// has reports whether a commit's tree has what is wanted; told is false when git
// cannot tell.
func (w *watch) has(ctx context.Context, commit string, x *want) (is, told bool) {
	if x.thing.Kind == fact.ForFile {
		t := w.tree(ctx, commit)
		return slices.ContainsFunc(t.paths, func(p string) bool { return isAt(p, x.thing.Name) }), t.told
	}
	l := w.looks[lookKey{commit, x.thing}]
	return l.path != "", l.told
}

// tree lists a commit's files, once.
func (w *watch) tree(ctx context.Context, commit string) *tree {
	if t := w.trees[commit]; t != nil {
		return t
	}
	t := &tree{}
	err := w.in.Repo.ListTree(ctx, commit, func(e git.TreeEntry) error {
		t.paths = append(t.paths, e.Path)
		return nil
	})
	if t.told = err == nil; ctx.Err() != nil {
		w.fail(err)
	}
	if w.trees == nil {
		w.trees = map[string]*tree{}
	}
	w.trees[commit] = t
	return t
}

// lookAll looks for the wanted symbols in a commit's tree: one search by git for
// the files that name them, one stream for their contents. A commit or a blob
// that git does not have leaves the question open.
func (w *watch) lookAll(ctx context.Context, commit string, wants []*want) error {
	var things []reason.Thing
	var words []string
	for _, x := range wants {
		if x.thing.Kind != fact.ForSymbol || slices.Contains(things, x.thing) {
			continue
		}
		if _, known := w.looks[lookKey{commit, x.thing}]; !known {
			things = append(things, x.thing)
			// A file that declares a part of something names that, too, and many
			// fewer do than name "weight" or "open".
			words = append(words, cmp.Or(x.thing.Of, x.thing.Name))
		}
	}
	if len(things) == 0 {
		return nil
	}
	found := map[reason.Thing]string{}
	slices.Sort(words)
	paths, err := w.in.Repo.FilesNaming(ctx, commit, slices.Compact(words), patch.CodePathspecs)
	if err == nil {
		err = w.in.Repo.ReadFiles(ctx, commit, paths, maxPresent, func(path string, content []byte) error {
			for _, t := range things {
				if found[t] == "" && declared(path, content, t) {
					found[t] = path
				}
			}
			return nil
		})
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if w.looks == nil {
		w.looks = map[lookKey]look{}
	}
	for _, t := range things {
		w.looks[lookKey{commit, t}] = look{path: found[t], told: err == nil || found[t] != ""}
	}
	return nil
}

func declared(path string, content []byte, t reason.Thing) bool {
	return patch.Declared(path, content, t.Name, t.Of) > 0
}
