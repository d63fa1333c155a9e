package ingest

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// library holds the commits of all views, each once, and what linking needs of
// them. They are kept small: a long history is all here at once.
type library struct {
	views   []*fact.View
	commits map[string]*brief
	input   link.Input
	same    twinsOf
}

// sides are the commits of one view, newest first.
type sides struct {
	upstream, own []*brief
	byHash        map[string]*brief
}

// brief is a commit without what only some need: its Body and Trailers are
// empty, and Files too unless they were asked for.
type brief struct {
	fact.Commit
	link    *link.Commit // nil for a merge, and where nothing is to be linked
	unread  bool         // a part of it could not be read
	revert  bool         // it is a revert by its message
	reverts []string     // the hashes that its message says it reverts
	sighted sighting
}

// loadChunk is how many commits are read from the store at once. Each chunk
// opens the store anew and reads neighbours in the order of the keys, so that
// few of its pages are ever in memory.
const loadChunk = 1000

// loadLibrary reads the commits of views. withFiles keeps their files; look says
// what to look out for on the way.
func loadLibrary(ctx context.Context, store *db.Store, views []*fact.View, withFiles bool, look *watchlist) (*library, error) {
	lib := &library{views: views, commits: map[string]*brief{}}
	var sides [2][]string
	seen := map[string]bool{}
	for _, v := range longestFirst(views) {
		for i, list := range [2][]string{v.Range, v.Own} {
			for _, h := range list {
				if !seen[h] {
					seen[h] = true
					sides[i] = append(sides[i], h)
				}
			}
		}
		lib.input.Views = append(lib.input.Views, link.View{Range: v.Range, Own: v.Own})
	}
	for i, commits := range [2]*[]link.Commit{&lib.input.Upstream, &lib.input.Fork} {
		how := loading{files: withFiles, fork: i == 1, links: len(sides[1]) > 0, look: look}
		briefs, links, err := loadCommits(ctx, store, sides[i], how)
		if err != nil {
			return nil, err
		}
		if *commits = links; len(views) > 1 {
			slices.SortStableFunc(links, func(a, b link.Commit) int { return cmp.Compare(a.CommitDate, b.CommitDate) })
		}
		for _, b := range briefs {
			lib.commits[b.Hash] = b
		}
		for at := range links {
			lib.commits[links[at].Hash].link = &links[at]
		}
	}
	return lib, nil
}

// longestFirst sorts views by the length of their range.
func longestFirst(views []*fact.View) []*fact.View {
	return slices.SortedStableFunc(slices.Values(views), func(a, b *fact.View) int { return cmp.Compare(len(b.Range), len(a.Range)) })
}

// sides returns the commits of one of the views.
func (lib *library) sides(view *fact.View) *sides {
	s := &sides{byHash: make(map[string]*brief, len(view.Range)+len(view.Own))}
	for _, l := range []struct {
		hashes []string
		briefs *[]*brief
	}{{view.Range, &s.upstream}, {view.Own, &s.own}} {
		for _, h := range l.hashes {
			if b := lib.commits[h]; b != nil {
				*l.briefs = append(*l.briefs, b)
				s.byHash[h] = b
			}
		}
	}
	return s
}

// loading says how commits are read.
type loading struct {
	files bool // keep what they change
	fork  bool // they are the fork's, which declare where they come from
	links bool // they are to be linked: a fork without commits of its own has nothing to link
	look  *watchlist
}

// loadCommits reads commits, several chunks at a time. One that is not stored
// is left out.
func loadCommits(ctx context.Context, store *db.Store, hashes []string, how loading) ([]*brief, []link.Commit, error) {
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
					b.unread = slices.ContainsFunc(c.Files, func(f fact.FileChange) bool { return f.Unreadable })
					if how.look != nil && !how.look.idle {
						b.sighted.message(c, how.fork)
					}
					b.Body, b.Trailers = "", nil
					if !how.files {
						b.Files = nil
					}
					briefs[i] = b
					// Only the patch tells of a commit whose trees are absent.
					if c.IsMerge() || !how.links && how.look.empty() && len(c.Files) > 0 {
						continue
					}
					p, err := tx.Patch(h)
					if err != nil {
						return err
					}
					b.unread = b.unread || p != nil && len(p.Unreadable) > 0
					b.sighted.patch(c, p, how.look)
					switch {
					case how.fork:
						links[i] = link.Own(c, p, nil)
					case how.links:
						links[i] = link.Of(c, p)
					}
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
	for _, list := range [][]*brief{s.upstream, s.own} {
		for _, c := range list {
			if c.unread {
				out = append(out, c.Hash)
			}
		}
	}
	return out
}

// names makes the sides' commits known by what reports call them.
func (s *sides) names() *names {
	known := newNames()
	for _, c := range s.upstream {
		known.add(c, true)
	}
	for _, c := range s.own {
		known.add(c, false)
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
