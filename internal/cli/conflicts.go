package cli

import (
	"path"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/render/term"
)

func conflictsCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "conflicts",
		Usage: "every conflict that past picks and merges met, and how it was resolved",
		Description: "The fork's picks and merges are replayed at the commits that they were really made on, and what conflicts\n" +
			"is compared with what was committed. Patterns add up how conflicts of a path, and of a sort of path,\n" +
			"were resolved.\n\n" +
			"   tracker conflicts\n" +
			"   tracker conflicts --path Cargo.lock\n" +
			"   tracker conflicts --path 'src/**' --hunks\n" +
			"   tracker conflicts --json --jq '.patterns[] | select(.of==\"path\") | .pattern, .advice'",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "path", Usage: "of the paths that `GLOB` matches, as a whole or in their last part"},
			&cli.BoolFlag{Name: "hunks", Usage: "show the lines of each place, and what became of them"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("tracker show COMMIT tells of one commit's, tracker conflicts --path GLOB of some paths'", "conflicts takes no %q", c.Args().First())
			}
			if _, err := path.Match(c.String("path"), ""); err != nil {
				return usage("in a glob, * stands for any part of a name, ? for a character, and [ab] for one of some", "--path %q: %s", c.String("path"), err)
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			var found *advise.Conflicts
			err = p.ask(c.Context, func(a *advise.Asker) error {
				found, err = a.Conflicts(c.String("path"))
				return err
			})
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, found)
			}
			return term.Conflicts(env.out, env.linked(c, p), found, c.Bool("hunks"))
		},
	}
}
