package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// place is a repository with tracker's own files.
type place struct {
	repo  *git.Repo
	store *db.Store
	index *index.Index
}

// open finds the repository and tracker's folder. It creates nothing.
func open(c *cli.Context) (*place, error) {
	repo, err := git.Open(c.Context, c.String("repo"))
	if err != nil {
		return nil, err
	}
	dir := c.String("db")
	if dir == "" {
		dir = filepath.Join(repo.CommonDir(), "tracker")
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fail("name a folder: --db DIR", "%q is a file, and tracker's files need a folder", dir)
	}
	return &place{
		repo:  repo,
		store: db.At(dir),
		index: index.At(dir),
	}, nil
}

func (p *place) ingest() *ingest.Ingest {
	return &ingest.Ingest{Repo: p.repo, Store: p.store, Index: p.index}
}

// ask answers a question from the last finished ingest.
func (p *place) ask(ctx context.Context, fn func(*advise.Asker) error) error {
	return p.store.View(ctx, func(tx *db.Tx) error {
		a, err := advise.Ask(tx, &repository{p.repo})
		if err != nil {
			return err
		}
		return fn(a)
	})
}

// finished tells when the last ingest finished.
func (p *place) finished(ctx context.Context) (f db.Finished, err error) {
	err = p.store.View(ctx, func(tx *db.Tx) error {
		f, err = tx.Finished()
		return err
	})
	return f, err
}

// repository answers what package advise asks of git.
type repository struct{ repo *git.Repo }

func (r *repository) Commit(ctx context.Context, rev string) (string, []string, error) {
	found, err := r.repo.Resolve(ctx, rev)
	if err != nil {
		return "", nil, err
	}
	return found[0].Commit, found[0].Candidates, nil
}

func (r *repository) Load(ctx context.Context, hash string) (*fact.Commit, error) {
	var out *fact.Commit
	err := r.repo.Read(ctx, []string{hash}, []string{hash + "^@"}, 1, nil, func(d *git.Diff) error {
		c := d.Commit.Commit
		c.Files = d.Changes()
		out = &c
		return nil
	})
	return out, err
}

// Diffs reads nothing of commits that git has no more.
func (r *repository) Diffs(ctx context.Context, hashes ...string) (map[string]*git.Diff, error) {
	found, err := r.repo.Resolve(ctx, hashes...)
	if err != nil {
		return nil, err
	}
	var there []string
	for _, f := range found {
		if f.Found() {
			there = append(there, f.Commit)
		}
	}
	out := make(map[string]*git.Diff, len(there))
	if len(there) == 0 {
		return out, nil
	}
	var mu sync.Mutex
	err = r.repo.ReadCommits(ctx, there, min(len(there), runtime.GOMAXPROCS(0)), func(d *git.Diff) error {
		mu.Lock()
		defer mu.Unlock()
		out[d.Commit.Hash] = d
		return nil
	})
	return out, err
}

func (r *repository) ReadLines(ctx context.Context, files []git.Lines) error {
	return r.repo.ReadLines(ctx, files)
}

func (r *repository) IsAncestor(ctx context.Context, ancestor, descendant string) (bool, error) {
	return r.repo.IsAncestor(ctx, ancestor, descendant)
}

func (r *repository) Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error {
	return r.repo.Graph(ctx, include, exclude, fn)
}

func (r *repository) Replay(ctx context.Context) (*git.Replay, error) { return r.repo.Replay(ctx) }

func (r *repository) Sizes(ctx context.Context, algorithm string, hashes ...string) (map[string][]fact.FileChange, error) {
	return r.repo.Sizes(ctx, algorithm, hashes...)
}

func (r *repository) Ignored(ctx context.Context, hash, path string) (bool, error) {
	return r.repo.Ignored(ctx, hash, path)
}

func (r *repository) Paths(ctx context.Context, hash string) (paths []string, err error) {
	err = r.repo.ListTree(ctx, hash, func(e git.TreeEntry) error {
		paths = append(paths, e.Path)
		return nil
	})
	return paths, err
}
