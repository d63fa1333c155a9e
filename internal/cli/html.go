package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/urfave/cli/v2"
	"golang.org/x/sync/errgroup"

	"tracker/advise"
	"tracker/render"
	"tracker/render/html"
)

func htmlCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "html",
		Usage: "write pages for a browser: every commit, pick, report, conflict and group, searchable",
		Description: "The folder works from disk, offline, and can be sent to somebody: open its index.html. A folder that has\n" +
			"such pages is brought up to date; any other must be empty.\n\n" +
			"   tracker render html --output pages\n" +
			"   tracker render html --output pages --fork release/2.x\n" +
			"   tracker serve --open                     the same, live",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write into the folder `DIR`", TakesFile: true},
			&cli.StringFlag{Name: "fork", Usage: "which of several fork branches: `REF`"},
		},
		Action: func(c *cli.Context) error {
			if c.String("output") == "" {
				return usage("tracker render html --output DIR", "render html wants a folder to write into")
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			h, err := p.history(c.Context, c.String("fork"))
			if err != nil {
				return err
			}
			n, size, err := p.writePages(c.Context, html.New(h, html.Options{}), c.String("output"))
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, map[string]any{"folder": c.String("output"), "pages": n, "bytes": size})
			}
			if !c.Bool("quiet") {
				fmt.Fprintf(env.out, "%s  %s, %.1f MB\n", oneLine(filepath.Join(c.String("output"), "index.html")), render.Count(n, "page"), float64(size)/1e6)
			}
			return nil
		},
	}
}

// history reads what the pages tell.
func (p *place) history(ctx context.Context, fork string) (h *advise.History, err error) {
	remotes, err := p.repo.Remotes(ctx)
	if err != nil {
		return nil, err
	}
	err = p.ask(ctx, func(a *advise.Asker) error {
		h, err = a.History(ctx, fork, remotes)
		return err
	})
	return h, err
}

// writePages writes a site into a folder, and removes pages of an earlier one that are
// no more. It returns how many pages there are, and how large all files are.
func (p *place) writePages(ctx context.Context, site *html.Site, dir string) (pages int, size int64, err error) {
	dir = filepath.Clean(dir)
	for _, gitDir := range []string{p.repo.CommonDir(), p.repo.GitDir()} {
		if within(dir, gitDir) {
			return 0, 0, fail("name a folder beside the repository: --output DIR", "%q is in git's own folder, %q", dir, gitDir)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return 0, 0, fmt.Errorf("make the folder %q: %w", dir, plainError(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, 0, fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	names := site.Pages()
	folder, err := takePages(root, dir, slices.Concat(names, html.Assets, []string{html.SearchData}))
	if err != nil {
		return 0, 0, err
	}
	var written atomic.Int64
	write := func(name string, text []byte) error {
		written.Add(int64(len(text)))
		return folder.write(name, text)
	}
	for _, name := range names {
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o777); err != nil {
			return 0, 0, err
		}
	}
	if err := root.MkdirAll("assets", 0o777); err != nil {
		return 0, 0, err
	}
	for _, name := range html.Assets {
		text, err := html.Asset(name)
		if err == nil {
			err = write(name, text)
		}
		if err != nil {
			return 0, 0, err
		}
	}

	type job struct {
		name    string
		changes *advise.Changes
	}
	jobs := make(chan job, 16)
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for j := range jobs {
				text := []byte(nil)
				var err error
				if j.name == html.SearchData {
					text = site.Search()
				} else {
					text, err = site.Page(j.name, html.Draw(j.changes))
				}
				if err == nil {
					err = write(j.name, text)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	send := func(j job) error {
		select {
		case jobs <- j:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	// Pages that need nothing of git are made while it compares for the others.
	var compared []*advise.CommitStory
	plain := []string{html.SearchData}
	for _, name := range names {
		if s := site.Story(name); s != nil && advise.ChangesKey(s) != "" {
			compared = append(compared, s)
		} else {
			plain = append(plain, name)
		}
	}
	sending, sctx := errgroup.WithContext(ctx)
	sending.Go(func() error {
		for _, name := range plain {
			if err := send(job{name: name}); err != nil {
				return err
			}
		}
		return nil
	})
	sending.Go(func() error {
		return advise.ReadChanges(sctx, &repository{p.repo}, compared, func(s *advise.CommitStory, c *advise.Changes) error {
			return send(job{site.Address(s), c})
		})
	})
	group.Go(func() error {
		defer close(jobs)
		return sending.Wait()
	})
	if err := group.Wait(); err != nil {
		return 0, 0, err
	}
	return len(names), written.Load(), folder.finish()
}
