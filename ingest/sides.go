package ingest

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// sides are the commits of a view, newest first, and what linking needs of
// them, oldest first. They are kept small: a long history is all here at once.
type sides struct {
	upstream, own []*brief
	byHash        map[string]*brief
	input         link.Input
}

// brief is a commit without what only some need: its Body and Trailers are
// empty, and Files too unless they were asked for.
type brief struct {
	fact.Commit
	revert  bool     // it is a revert by its message
	reverts []string // the hashes that its message says it reverts
	sighted sighting
}

// loadChunk is how many commits are read from the store at once. Each chunk
// opens the store anew and reads neighbours in the order of the keys, so that
// few of its pages are ever in memory.
const loadChunk = 1000

// loadSides reads a view's commits. withFiles keeps their files; look says what
// to look out for on the way.
func loadSides(ctx context.Context, store *db.Store, view *fact.View, withFiles bool, look *watchlist) (*sides, error) {
	s := &sides{byHash: make(map[string]*brief, len(view.Range)+len(view.Own))}
	var err error
	if s.upstream, s.input.Upstream, err = loadCommits(ctx, store, view.Range, withFiles, false, look); err != nil {
		return nil, err
	}
	if s.own, s.input.Fork, err = loadCommits(ctx, store, view.Own, withFiles, true, look); err != nil {
		return nil, err
	}
	for _, list := range [][]*brief{s.upstream, s.own} {
		for _, c := range list {
			s.byHash[c.Hash] = c
		}
	}
	return s, nil
}

// loadCommits reads commits, several chunks at a time. One that is not stored
// is left out. Only the fork's declare where they come from.
func loadCommits(ctx context.Context, store *db.Store, hashes []string, withFiles, fork bool, look *watchlist) ([]*brief, []link.Commit, error) {
	briefs := make([]*brief, len(hashes))
	links := make([]link.Commit, len(hashes))
	byKey := make([]int, len(hashes))
	for i := range byKey {
		byKey[i] = i
	}
	slices.SortFunc(byKey, func(a, b int) int { return strings.Compare(hashes[a], hashes[b]) })
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for chunk := range slices.Chunk(byKey, loadChunk) {
		group.Go(func() error {
			return store.Peek(ctx, func(tx *db.Tx) error {
				for _, i := range chunk {
					h := hashes[i]
					c, err := tx.Commit(h)
					if err != nil {
						return err
					}
					if c == nil {
						continue
					}
					b := &brief{Commit: *c, revert: link.IsRevert(c.Subject, c.Body), reverts: link.Reverted(c.Body)}
					b.sighted.message(c, fork)
					b.Body, b.Trailers = "", nil
					if !withFiles {
						b.Files = nil
					}
					briefs[i] = b
					if c.IsMerge() {
						continue
					}
					p, err := tx.Patch(h)
					if err != nil {
						return err
					}
					b.sighted.patch(c, p, look)
					if !fork {
						c.Body = "" // nobody asks where upstream's own come from
					}
					links[i] = link.Of(c, p, nil)
				}
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	briefs = slices.DeleteFunc(briefs, func(b *brief) bool { return b == nil })
	links = slices.DeleteFunc(links, func(c link.Commit) bool { return c.Hash == "" })
	slices.Reverse(links)
	return briefs, links, nil
}

// unread lists the commits of which a part could not be read.
func (s *sides) unread() []string {
	var out []string
	for _, list := range [][]link.Commit{s.input.Upstream, s.input.Fork} {
		for i := range list {
			if list[i].Unread {
				out = append(out, list[i].Hash)
			}
		}
	}
	return out
}

// names makes the sides' commits known by what reports call them.
func (s *sides) names() *names {
	known := newNames()
	for _, c := range s.upstream {
		known.add(&c.Commit, true)
	}
	for _, c := range s.own {
		known.add(&c.Commit, false)
	}
	known.done()
	return known
}

// commit returns a commit of the sides, nil for any other.
func (s *sides) commit(hash string) *fact.Commit {
	if b := s.byHash[hash]; b != nil {
		return &b.Commit
	}
	return nil
}
