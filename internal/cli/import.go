package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"tracker/db"
	"tracker/ingest"
)

func importCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "add the marks and reports of an export, and judge anew",
		ArgsUsage: "FILE",
		Description: "Nothing that is there is overwritten: a mark whose number is taken gets the next free one, a report\n" +
			"that is there in another wording stays. To import the same file again changes nothing.\n\n" +
			"   tracker import marks.jsonl\n" +
			"   tracker import - <marks.jsonl",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usage("tracker import FILE", "import takes one file, %d were given", c.NArg())
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			sum, err := p.importFrom(c, c.Args().First())
			if errors.Is(err, ingest.ErrNoArchive) {
				return fail("name a file that tracker export wrote", "%v", err)
			}
			if err != nil {
				return err
			}
			for _, was := range slices.Sorted(maps.Keys(sum.Renumber)) {
				env.warn("mark %d is another one here; the imported one is mark %d", was, sum.Renumber[was])
			}
			for _, id := range sum.Differ {
				env.warn("%s is here in another wording, which is kept", id)
			}
			// The statuses follow from what people said, if there are any yet.
			if _, err := p.finished(c.Context); err == nil {
				_, err = p.ingest().Run(c.Context, ingest.Options{Wait: c.Duration("wait"), Command: "tracker import"})
				if err != nil {
					return err
				}
			} else if errors.Is(err, db.ErrNothing) {
				env.warn("next: tracker ingest")
			} else {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, map[string]any{
					"marks": sum.Decisions, "undone": len(sum.Undone), "reports": sum.Reports, "known": sum.Known,
					"renumbered": len(sum.Renumber), "differ": append([]string{}, sum.Differ...),
				})
			}
			if !c.Bool("quiet") {
				fmt.Fprintf(env.out, "%d marks and %d reports are new, %d were here already\n", sum.Decisions, sum.Reports, sum.Known)
			}
			return nil
		},
	}
}

func (p *place) importFrom(c *cli.Context, name string) (*ingest.Imported, error) {
	var in io.Reader = os.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fail("name a file that tracker export wrote, or - for standard input", "import %q: %v", name, plainError(err))
		}
		defer file.Close()
		in = file
	}
	return p.ingest().Import(c.Context, in, ingest.Options{Wait: c.Duration("wait"), Command: "tracker import"})
}
