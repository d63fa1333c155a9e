package cli

import (
	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/ingest/reuse"
	"tracker/render/term"
)

func suggestCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "suggest",
		Usage:     "how to resolve a conflict, by how like ones were resolved before",
		ArgsUsage: "[COMMIT…]",
		Description: "Without commits: for the conflict in progress in the work tree, of a cherry-pick, merge, rebase or am.\n" +
			"With commits: for what their picks will conflict in. For each place, the best first:\n\n" +
			"   exact   the very same two sides were resolved before: the text that would result\n" +
			"   near    sides that have most words in common, and how much (never applied by tracker)\n" +
			"   path    how conflicts of the same file went, most often\n" +
			"   class   how conflicts of the same sort of file went\n\n" +
			"Each says in which commit, how often, and what became of it. tracker rerere hands the exact ones to git.\n\n" +
			"   tracker suggest\n" +
			"   tracker suggest b0326ff7a '#1707'\n" +
			"   tracker suggest --evaluate              how good they would have been in this history\n" +
			"   tracker suggest --json b0326ff7a --jq '.conflicts[].suggestions[] | select(.match==\"exact\") | .text'",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "onto", Usage: "pick onto `REV` instead of the fork's branch"},
			&cli.StringFlag{Name: "fork", Usage: "pick onto the fork's branch `REF`, if there are several"},
			&cli.BoolFlag{Name: "evaluate", Usage: "answer each past conflict with what was known before it, and count what was right"},
		},
		Action: func(c *cli.Context) error {
			if c.Bool("evaluate") {
				return env.evaluate(c)
			}
			if c.String("onto") != "" && !c.Args().Present() {
				return usage("tracker suggest --onto REV COMMIT", "--onto is for picks, and no commit is named")
			}
			var suggester *advise.Suggester
			p, err := askPicks(c, func(a *advise.Asker, commits []string, onto string) (err error) {
				suggester, err = a.Suggest(c.Context, commits, c.String("fork"), onto)
				return err
			})
			if err != nil {
				return err
			}
			found, err := suggester.Run(c.Context, p.repo)
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, found)
			}
			return term.Suggestions(env.out, env.linked(c, p), found)
		},
	}
}

func (env *environment) evaluate(c *cli.Context) error {
	if c.Args().Present() {
		return usage("tracker suggest --evaluate", "--evaluate is about all past conflicts, and takes no commit")
	}
	p, err := open(c)
	if err != nil {
		return err
	}
	var tables []reuse.Table
	err = p.ask(c.Context, func(a *advise.Asker) (err error) {
		tables, err = a.Evaluate()
		return err
	})
	if err != nil {
		return err
	}
	if asJSON(c) {
		return env.printJSON(c, struct {
			Tables []reuse.Table `json:"tables"`
		}{tables})
	}
	return term.Evaluation(env.out, env.termOptions(c), tables)
}
