package cli

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/db"
	"tracker/internal/desktop"
	"tracker/serve"
)

// serveAt is where the pages are served unless --addr says otherwise.
const serveAt = "127.0.0.1:7433"

func serveCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "the pages of render html, live, with tracker's own search",
		Description: "It answers browsers on this machine until it is interrupted, reads only, and shows what an ingest\n" +
			"beside it found as soon as that has finished.\n\n" +
			"   tracker serve --open\n" +
			"   tracker serve --addr 127.0.0.1:0                     any port that is free\n" +
			"   tracker serve --addr 192.0.2.7:7433 --host forks.example.org    for others, whoever they are",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: serveAt, Usage: "listen at `HOST:PORT`"},
			&cli.StringSliceFlag{Name: "host", Usage: "a name, beside localhost, under which browsers ask: `NAME`, repeatable"},
			&cli.BoolFlag{Name: "open", Usage: "open the browser"},
			&cli.StringFlag{Name: "fork", Usage: "which of several fork branches: `REF`"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("tracker serve --open", "serve takes no argument")
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			keeper, err := serve.Keep(c.Context, &source{place: p, fork: c.String("fork")})
			if err != nil {
				return err
			}
			l, err := (&net.ListenConfig{}).Listen(c.Context, "tcp", c.String("addr"))
			if err != nil {
				return fail("name another address: tracker serve --addr 127.0.0.1:0 takes any port that is free", "listen: %v", err)
			}
			defer l.Close()
			hosts := c.StringSlice("host")
			if host, _, err := net.SplitHostPort(c.String("addr")); err == nil {
				hosts = append(hosts, host)
			}
			address := addressOf(l.Addr())
			if asJSON(c) {
				err = env.printJSON(c, map[string]any{"address": address})
			} else {
				_, err = fmt.Fprintln(env.out, address)
			}
			if err != nil {
				return err
			}
			if a, ok := l.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
				env.warn("warning: whoever reaches this machine can read what the repository's history says")
			}
			if c.Bool("open") {
				if err := desktop.Browse(address); err != nil {
					env.warn("%v", err)
				}
			}
			go keeper.Run(c.Context, func(err error) { env.warn("the pages are as of before: %v", err) })
			return serve.Serve(c.Context, l, &serve.Handler{Keeper: keeper, Search: p.index.Search, Hosts: hosts})
		},
	}
}

// addressOf is what a browser on this machine is given.
func addressOf(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return "http://" + a.String() + "/"
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port)) + "/"
}

// source reads what is served.
type source struct {
	*place
	fork string
}

// Changed tells databases apart by what the file system says of the file.
func (s *source) Changed() string {
	info, err := os.Stat(s.store.Path())
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

func (s *source) Read(ctx context.Context, known string) (h *advise.History, generation string, err error) {
	err = s.store.View(ctx, func(tx *db.Tx) error {
		generation, err = generationOf(tx)
		return err
	})
	if err != nil || generation == known {
		return nil, generation, err
	}
	dir, err := os.MkdirTemp("", "tracker-serve-*")
	if err != nil {
		return nil, "", fmt.Errorf("copy the database: %w", err)
	}
	defer os.RemoveAll(dir)
	copied, err := s.store.Snapshot(ctx, dir)
	if err != nil {
		return nil, "", err
	}
	remotes, err := s.repo.Remotes(ctx)
	if err != nil {
		return nil, "", err
	}
	err = copied.View(ctx, func(tx *db.Tx) error {
		if generation, err = generationOf(tx); err != nil {
			return err
		}
		a, err := advise.Ask(tx, &repository{s.repo})
		if err == nil {
			h, err = a.History(ctx, s.fork, remotes)
		}
		return err
	})
	return h, generation, err
}

// generationOf names the last ingest that finished.
func generationOf(tx *db.Tx) (string, error) {
	id, err := tx.Identity()
	if err != nil {
		return "", err
	}
	f, err := tx.Finished()
	return fmt.Sprint(id, "-", f.Generation), err
}

func (s *source) Changes(ctx context.Context, story *advise.CommitStory) (changes *advise.Changes, err error) {
	err = advise.ReadChanges(ctx, &repository{s.repo}, []*advise.CommitStory{story}, func(_ *advise.CommitStory, c *advise.Changes) error {
		changes = c
		return nil
	})
	return changes, err
}
