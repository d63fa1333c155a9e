package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func reindexCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:        "reindex",
		Usage:       "build the search index anew from the database",
		Description: "The index is derived: it can be deleted at any time, and the next ingest builds it again.",
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			lock, err := p.store.Lock(c.Context, c.Duration("wait"), "tracker reindex")
			if err != nil {
				return err
			}
			defer lock.Release()
			stats, err := p.index.Rebuild(c.Context, p.store, nil)
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, map[string]any{"documents": stats.Documents})
			}
			if !c.Bool("quiet") {
				fmt.Fprintf(env.out, "indexed %d documents\n", stats.Documents)
			}
			return nil
		},
	}
}
