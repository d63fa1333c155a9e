package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/ingest"
	"tracker/internal/draft"
	"tracker/internal/fact"
	"tracker/render/md"
	"tracker/render/term"
)

func draftCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "draft",
		Usage:     "the report of a round of integration, written from git",
		ArgsUsage: "[RANGE]",
		Description: "What the fork picked in a range of its commits, with the conflicts that each pick met, how they were\n" +
			"resolved, and true counts; what was decided against or put off, and what it waits for; totals that add\n" +
			"up; what git contradicts in the round's reports; what is next. tracker report parse reads it back\n" +
			"without loss.\n\n" +
			"RANGE is A..B, of commits of the fork; without A it begins at the base, without B it goes to the tip. By\n" +
			"default it is all since the newest report. What people write in the free sections of the file, and\n" +
			"around the draft, is kept when it is drafted anew; then the range is that of the draft.\n\n" +
			"   tracker report draft\n" +
			"   tracker report draft v1.2..main --output docs/sync-2026-03.md\n" +
			"   tracker report draft --output docs/sync-2026-03.md           anew, with what was picked since\n" +
			"   tracker report draft --output docs/sync-2026-03.md --check   exit 4 if it is out of date",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `FILE` instead of standard output", TakesFile: true},
			&cli.BoolFlag{Name: "adopt", Usage: "put the draft into a file that people wrote; their text stays"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 4 and show the difference if the file is out of date"},
			&cli.StringFlag{Name: "fork", Usage: "which of several fork branches: `REF`"},
		},
		Action: func(c *cli.Context) error { return env.reportDraft(c) },
	}
}

func (env *environment) reportDraft(c *cli.Context) error {
	name := c.String("output")
	switch {
	case c.NArg() > 1:
		return usage("tracker report draft [RANGE]", "report draft takes one range, %d were given", c.NArg())
	case (name == "" || name == "-") && (c.Bool("check") || c.Bool("adopt")):
		return usage("name the file: --output FILE", "--check and --adopt are about a file")
	}
	p, err := open(c)
	if err != nil {
		return err
	}
	o := advise.DraftOptions{Fork: c.String("fork"), Range: c.Args().First()}
	if name == "" || name == "-" {
		d, err := p.draft(c.Context, o)
		if err != nil {
			return err
		}
		if asJSON(c) {
			d.Report = *md.DraftReport(d)
			return env.printJSON(c, d)
		}
		_, err = env.out.Write(md.Draft(d))
		return err
	}
	o.Self = ingest.PathIn(p.repo.WorkTree(), name)
	old, err := readDocument(name, p.repo.WorkTree(), false)
	if err != nil {
		return err
	}
	if o.Range == "" {
		found, err := draft.Find(old)
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if found != nil {
			o.Range = found.From + ".." + found.To
		}
	}
	d, err := p.draft(c.Context, o)
	if err != nil {
		return err
	}
	d.After = "" // a file keeps its range, and the report before it may change
	text, err := md.Redraft(old, md.Draft(d), c.Bool("adopt"))
	if err != nil {
		return &Failure{Code: ExitFailed, Err: fmt.Errorf("%q: %w", name, err), Hint: "restore the marker lines as they were; or move your own text above or below the draft, delete what is left of it, and run it with --adopt"}
	}
	same := bytes.Equal(old, text)
	if c.Bool("check") {
		if asJSON(c) {
			if err := env.printJSON(c, map[string]any{"file": name, "changed": !same}); err != nil {
				return err
			}
		}
		if same {
			return nil
		}
		if asJSON(c) {
			return &Failure{Code: ExitFound}
		}
		if err := term.Diff(env.out, env.termOptions(c), md.Diff(old, text)); err != nil {
			return err
		}
		return &Failure{Code: ExitFound, Err: fmt.Errorf("%q is out of date", name), Hint: "draft it anew without --check"}
	}
	if !same {
		now, err := readDocument(name, p.repo.WorkTree(), false)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, old) {
			return fail("run it again", "%q was changed while its draft was made", name)
		}
		if err := writeFile(name, text); err != nil {
			return fmt.Errorf("write the draft: %w", err)
		}
	}
	return env.printWritten(c, name, same)
}

// draft writes the report of a round, with what the audit found of its picks and what
// git contradicts in the reports that spoke in it.
func (p *place) draft(ctx context.Context, o advise.DraftOptions) (*advise.Draft, error) {
	var d *advise.Draft
	var audit *advise.ReportAudit
	var found []fact.Finding
	err := p.ask(ctx, func(a *advise.Asker) (err error) {
		if d, err = a.Draft(ctx, o); err != nil {
			return err
		}
		if found, err = a.PickFindings(d.As.Fork.Ref); err == nil && len(d.Reports) > 0 {
			audit, err = a.ReportAudit(ctx, d.Reports)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if audit != nil {
		said, err := audit.Run(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, said...)
	}
	d.Audited(found)
	return d, nil
}
