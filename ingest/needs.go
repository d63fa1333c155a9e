package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/ingest/deps"
	"tracker/ingest/link"
	"tracker/ingest/patch"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// maxBase bounds the bytes of code that are read to learn what identifiers there
// are where the history begins, and maxBaseFile those of a file of it.
const (
	maxBase     = 512 << 20
	maxBaseFile = 2 << 20
)

// needs finds what each upstream commit of the views needs and stores it. What a
// commit needs never changes, so nothing is done where all of them are known.
func (in *Ingest) needs(ctx context.Context, views []*fact.View, progress Progress) error {
	upstream := map[string]bool{}
	var list []string
	for _, v := range views {
		for _, h := range v.Range {
			if !upstream[h] {
				upstream[h] = true
				list = append(list, h)
			}
		}
	}
	var missing []string
	err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		missing, err = tx.MissingNeeds(list)
		return err
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	progress.tell(StageNeeds, 0, len(list))
	h, err := in.history(ctx, views)
	if err != nil {
		return fmt.Errorf("find what commits need: %w", err)
	}
	if err := in.readMerges(ctx, h); err != nil {
		return fmt.Errorf("find what commits need: %w", err)
	}
	known, err := in.baseWords(ctx, h.base)
	if err != nil {
		return fmt.Errorf("find what commits need: %w", err)
	}
	n := &needing{in: in, upstream: upstream, finder: deps.NewFinder(known), known: sortedNames(h.hashes), byPR: map[int][]string{}, total: len(list), progress: progress}
	if err := n.run(ctx, h); err != nil {
		return fmt.Errorf("find what commits need: %w", err)
	}
	return nil
}

// lacksEdits reports whether it is not known yet which lines the commits of the
// views change, as in a file of an earlier format or of an ingest that was ended
// while it read them. What they need must not be told from that: it is kept.
func (in *Ingest) lacksEdits(ctx context.Context, views []fact.View) (lacks bool, err error) {
	if len(views) == 0 {
		return false, nil
	}
	err = in.Store.Peek(ctx, func(tx *db.Tx) error {
		for i := range views {
			missing, err := tx.MissingNeeds(views[i].Range)
			if err != nil || len(missing) == 0 {
				lacks = false
			} else if missing, err = tx.MissingEdits(slices.Concat(missing, views[i].Own)); err == nil {
				lacks = len(missing) > 0
			}
			if err != nil || lacks {
				return err
			}
		}
		return nil
	})
	return lacks, err
}

// history is the commits of both sides, parents before children.
type history struct {
	base    string // what all of them go back to, empty if nothing is
	hashes  []string
	parents map[string][]string
}

func (in *Ingest) history(ctx context.Context, views []*fact.View) (*history, error) {
	h := &history{parents: map[string][]string{}}
	var include, exclude []string
	for i, v := range views {
		include = append(include, v.Fork.Commit)
		if !slices.Contains(include, v.Upstream.Commit) {
			include = append(include, v.Upstream.Commit)
		}
		switch {
		case i == 0:
			h.base = v.Base
		case h.base != "" && v.Base != "" && v.Base != h.base:
			bases, err := in.Repo.MergeBases(ctx, h.base, v.Base)
			if err != nil {
				return nil, err
			}
			h.base = append(bases, "")[0]
		case v.Base == "":
			h.base = ""
		}
	}
	if h.base != "" {
		exclude = []string{h.base}
	}
	err := in.Repo.Graph(ctx, include, exclude, func(hash string, parents []string) {
		h.hashes = append(h.hashes, hash)
		h.parents[hash] = parents
	})
	slices.Reverse(h.hashes)
	return h, err
}

// maxMerges is how many merges are read for the lines that they bring together.
// It takes git 2 ms each on valkey and 5 on git/git, whose 21,044 would
// take longer than all else. Beyond it a file that a merge changed is as if nobody
// had touched it before.
const maxMerges = 3000

// readMerges reads the merges whose edits the store lacks.
func (in *Ingest) readMerges(ctx context.Context, h *history) error {
	var merges []string
	for _, hash := range h.hashes {
		if len(h.parents[hash]) > 1 {
			merges = append(merges, hash)
		}
	}
	if len(merges) > maxMerges {
		return nil
	}
	err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		merges, err = tx.MissingEdits(merges)
		return err
	})
	if err != nil || len(merges) == 0 {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	found := make(chan *fact.Edits, batchCommits)
	readers, rctx := errgroup.WithContext(gctx)
	for part := range slices.Chunk(merges, (len(merges)+1)/2) {
		readers.Go(func() error {
			return in.Repo.MergeEdits(rctx, part, func(e *fact.Edits) error {
				e.Parents = h.parents[e.Hash]
				select {
				case found <- e:
					return nil
				case <-rctx.Done():
					return rctx.Err()
				}
			})
		})
	}
	group.Go(func() error {
		defer close(found)
		return readers.Wait()
	})
	group.Go(func() error {
		for more := true; more; {
			var batch []*fact.Edits
			for len(batch) < batchCommits {
				e, ok := <-found
				if !ok {
					more = false
					break
				}
				batch = append(batch, e)
			}
			err := in.Store.Update(gctx, func(tx *db.Tx) error {
				for _, e := range batch {
					if err := tx.PutEdits(e); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// baseWords tells the identifiers in the tree where the history begins. Where they
// cannot be told (a tree is absent, or there is too much of it) it is nil.
func (in *Ingest) baseWords(ctx context.Context, base string) (func(string) bool, error) {
	if base == "" {
		return func(string) bool { return false }, nil
	}
	var words []uint64
	err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		words, err = tx.Words(base)
		return err
	})
	if err != nil {
		return nil, err
	}
	if words == nil {
		if words, err = readWords(ctx, in.Repo, base); err != nil || words == nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, nil // what cannot be told is not claimed
		}
		if err := in.Store.Update(ctx, func(tx *db.Tx) error { return tx.PutWords(base, words) }); err != nil {
			return nil, err
		}
	}
	return func(word string) bool {
		_, found := slices.BinarySearch(words, fact.IdentKey(word))
		return found
	}, nil
}

// readWords returns the keys of the identifiers in a commit's tree, sorted; nil if
// the tree is too large.
func readWords(ctx context.Context, repo *git.Repo, commit string) ([]uint64, error) {
	paths, ids := map[string]string{}, []string{}
	err := repo.ListTree(ctx, commit, func(e git.TreeEntry) error {
		if e.Type == "blob" && e.Mode != 0o120000 && patch.IsCode(e.Path) && !git.Generated(e.Path) && paths[e.ID] == "" {
			paths[e.ID] = e.Path
			ids = append(ids, e.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	objects, err := repo.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	set := map[uint64]bool{}
	var buf []byte
	total := int64(0)
	err = objects.Contents(ids, func(o git.Object, content io.Reader) error {
		if total += o.Size; content == nil || o.Size > maxBaseFile || total > maxBase {
			return nil
		}
		if int64(cap(buf)) < o.Size {
			buf = make([]byte, o.Size)
		}
		buf = buf[:o.Size]
		if _, err := io.ReadFull(content, buf); err != nil {
			return err
		}
		patch.Identifiers(paths[o.Name], buf, set)
		return nil
	})
	if err != nil || total > maxBase {
		return nil, err
	}
	words := make([]uint64, 0, len(set))
	for w := range set {
		words = append(words, w)
	}
	slices.Sort(words)
	return words, nil
}

// needing is one run over the history.
type needing struct {
	in       *Ingest
	upstream map[string]bool
	finder   *deps.Finder
	known    *names           // all commits, by hash alone
	byPR     map[int][]string // upstream's commits so far
	done     int
	total    int
	progress Progress
}

// step is what a commit is judged by.
type needStep struct {
	hash   string
	edits  *fact.Edits
	commit *fact.Commit // of upstream's alone
	patch  *fact.Patch
}

func (n *needing) run(ctx context.Context, h *history) error {
	// The next chunk is read while one is judged.
	chunks := make(chan []needStep, 1)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(chunks)
		for part := range slices.Chunk(h.hashes, loadChunk) {
			steps, err := n.load(ctx, part)
			if err != nil {
				return err
			}
			select {
			case chunks <- steps:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		for steps := range chunks {
			var found []fact.Needs
			for i := range steps {
				if s := &steps[i]; s.commit == nil {
					n.finder.Skip(s.hash, h.parents[s.hash], s.edits)
				} else {
					found = append(found, n.finder.Add(n.commit(s, h.parents[s.hash])))
				}
			}
			n.done += len(found)
			n.progress.tell(StageNeeds, n.done, n.total)
			err := n.in.Store.Update(ctx, func(tx *db.Tx) error {
				for i := range found {
					if err := tx.PutNeeds(&found[i]); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

func (n *needing) load(ctx context.Context, hashes []string) ([]needStep, error) {
	steps := make([]needStep, len(hashes))
	byKey := make([]int, len(hashes))
	for i := range byKey {
		byKey[i] = i
		steps[i].hash = hashes[i]
	}
	slices.SortFunc(byKey, func(a, b int) int { return strings.Compare(hashes[a], hashes[b]) })
	err := n.in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
		for _, i := range byKey {
			s := &steps[i]
			if s.edits, err = tx.Edits(s.hash); err != nil {
				return err
			}
			if !n.upstream[s.hash] {
				continue
			}
			if s.commit, err = tx.Commit(s.hash); err != nil {
				return err
			}
			if s.patch, err = tx.Patch(s.hash); err != nil {
				return err
			}
		}
		return nil
	})
	return steps, err
}

// commit is what the needs of an upstream commit follow from.
func (n *needing) commit(s *needStep, parents []string) *deps.Commit {
	c := &deps.Commit{Hash: s.hash, Parents: parents, Edits: s.edits, Generated: git.Generated}
	if s.patch != nil {
		c.Uses, c.Defines = telling(s.patch.Adds), telling(s.patch.Defines)
	}
	b := &brief{Commit: *s.commit}
	b.sighted.message(s.commit, false)
	for _, name := range link.Reverted(s.commit.Body) {
		if h := n.known.byHash(name); h != "" {
			c.Named = append(c.Named, deps.Named{Hash: h, Words: "reverts " + fact.Short(h)})
		}
	}
	for _, x := range b.sighted.names {
		if h := n.named(x); x.fix && h != "" && !slices.ContainsFunc(c.Named, func(d deps.Named) bool { return d.Hash == h }) {
			c.Named = append(c.Named, deps.Named{Hash: h, Words: "fixes " + x.words()})
		}
	}
	if pr := s.commit.PR; pr != 0 {
		n.byPR[pr] = append(n.byPR[pr], s.hash)
	}
	return c
}

func sortedNames(hashes []string) *names {
	n := newNames()
	n.hashes = slices.Sorted(slices.Values(hashes))
	return n
}

func (n *needing) named(x naming) string {
	if x.pr == 0 {
		return n.known.byHash(x.hash)
	}
	if list := n.byPR[x.pr]; len(list) == 1 {
		return list[0]
	}
	return ""
}

func telling(words []string) []string {
	var out []string
	for _, w := range words {
		if patch.Telling([]byte(w)) {
			out = append(out, w)
		}
	}
	return out
}
