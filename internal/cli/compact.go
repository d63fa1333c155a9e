package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func compactCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:        "compact",
		Usage:       "write the database anew, without the space that old records left",
		Description: "Questions are answered meanwhile. A damaged database is left as it is: tracker doctor.",
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			if _, err := p.finished(c.Context); err != nil {
				return err
			}
			lock, err := p.store.Lock(c.Context, c.Duration("wait"), "tracker compact")
			if err != nil {
				return err
			}
			defer lock.Release()
			before, after, err := p.store.Compact(c.Context)
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, map[string]any{"bytes_before": before, "bytes_after": after})
			}
			if !c.Bool("quiet") {
				fmt.Fprintf(env.out, "%.1f MB became %.1f MB\n", float64(before)/1e6, float64(after)/1e6)
			}
			return nil
		},
	}
}
