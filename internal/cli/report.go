package cli

import (
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"tracker/ingest/report"
	"tracker/internal/block"
	"tracker/internal/fact"
	"tracker/render/term"
)

func reportCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "read a report as tracker does, or have one drafted",
		Subcommands: []*cli.Command{{
			Name:      "parse",
			Usage:     "what a Markdown report says, commit by commit; needs no repository",
			ArgsUsage: "FILE",
			Description: "   tracker report parse docs/sync-2026-03.md\n" +
				"   tracker report parse --json - <report.md      from standard input",
			Action: func(c *cli.Context) error {
				if c.NArg() != 1 {
					return usage("tracker report parse FILE", "report parse takes one file, %d were given", c.NArg())
				}
				name := c.Args().First()
				var text []byte
				var err error
				if name == "-" {
					text, err = io.ReadAll(os.Stdin)
				} else {
					text, err = os.ReadFile(name)
				}
				if err != nil {
					return fail("name a file of Markdown, or - for standard input", "read report %q: %v", name, plainError(err))
				}
				r := report.Parse(block.Strip(text))
				if asJSON(c) {
					err = env.printJSON(c, r)
				} else {
					err = term.ReportParse(env.out, env.termOptions(c), name, r)
				}
				if err != nil {
					return err
				}
				return env.unread(name, r)
			},
		}, draftCommand(env)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("tracker report --help", "unknown command %q", "report "+c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

// unread names what of a report could not be read.
func (env *environment) unread(name string, r *fact.Report) error {
	var hint string
	for _, f := range r.Findings {
		if f.Kind == fact.Unreadable {
			env.warn("%s:%d: %s", name, f.Lines[0], f.Message)
			hint = "split the report, or break its long lines"
			if f.Message == report.NoText {
				hint = "give a file of Markdown"
			}
		}
	}
	if hint == "" {
		return nil
	}
	return &Failure{Code: ExitUnread, Hint: hint}
}
