package cli

import (
	"bytes"
	"fmt"

	"github.com/urfave/cli/v2"

	"tracker/ingest"
)

func exportCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write the marks and the reports that were read, as JSON lines",
		ArgsUsage: "[FILE]",
		Description: "What git cannot tell again, sorted, the same for the same database: keep it where you keep your notes.\n" +
			"Everything else comes back by tracker ingest. A damaged database is read as far as it can be.\n\n" +
			"   tracker export marks.jsonl\n" +
			"   tracker export | tracker -C ../other-clone import -",
		Action: func(c *cli.Context) error {
			if c.NArg() > 1 {
				return usage("tracker export [FILE]", "export takes one file, %d were given", c.NArg())
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			var text bytes.Buffer
			marks, reports, lost, err := ingest.Export(c.Context, p.store, visible{&text})
			if err != nil {
				return err
			}
			if name := c.Args().First(); name == "" || name == "-" {
				if _, err := env.out.Write(text.Bytes()); err != nil {
					return fmt.Errorf("write the archive: %w", err)
				}
			} else if err := writeFile(name, text.Bytes()); err != nil {
				return fmt.Errorf("write the archive: %w", err)
			} else if asJSON(c) {
				if err := env.printJSON(c, map[string]any{"file": name, "marks": marks, "reports": reports, "lost": append([]string{}, lost...)}); err != nil {
					return err
				}
			} else if !c.Bool("quiet") {
				fmt.Fprintf(env.out, "%s  %d marks, %d reports\n", oneLine(name), marks, reports)
			}
			if len(lost) > 0 {
				for _, l := range lost {
					env.warn("could not be read: %s", l)
				}
				return &Failure{Code: ExitUnread, Hint: "the rest was written; tracker doctor says what is wrong with the database"}
			}
			return nil
		},
	}
}
