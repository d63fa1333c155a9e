package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/term"
)

func auditCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "audit",
		Usage:     "what picks got wrong: work of the fork that is gone, picks that rest on what is not there, …",
		ArgsUsage: "[RANGE|COMMIT|REPORT…]",
		Description: "Every pick is compared with what git itself makes of it on the commit that it was really made on.\n" +
			"Shown is what stands today; --all also shows what was mended since, and by which commit, and what\n" +
			"a mark accepts.\n\n" +
			"   tracker audit\n" +
			"   tracker audit ddeaa5148..HEAD              of the picks in a range of the fork\n" +
			"   tracker audit '#1704'                      of one commit and its picks\n" +
			"   tracker audit --fail-on high               exit 4 if anything as bad as that stands, for CI\n" +
			"   tracker audit --json --jq '.findings[] | select(.kind==\"lost-fork-lines\") | .fork_commit, .path'\n" +
			"   tracker mark 958acfcb6 accept:lost-fork-lines --reason 'upstream builds it better'",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "all", Usage: "what was mended since or is accepted, too"},
			&cli.StringFlag{Name: "fail-on", Usage: "exit 4 if a finding stands that is at least as bad as `LEVEL`: high, medium or low"},
		},
		Action: func(c *cli.Context) error {
			level := fact.Severity(strings.ToLower(c.String("fail-on")))
			if level != "" && !slices.Contains(fact.Severities, level) {
				return usage("--fail-on high, --fail-on medium or --fail-on low", "unknown level %q", c.String("fail-on"))
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			var options advise.AuditOptions
			var reports *advise.ReportAudit
			err = p.ask(c.Context, func(a *advise.Asker) (err error) {
				if options, err = auditOptions(c, p, a); err == nil {
					reports, err = a.ReportAudit(c.Context, slices.Sorted(maps.Keys(options.Reports)))
				}
				return err
			})
			if err != nil {
				return err
			}
			said, err := reports.Run(c.Context) // with the database closed, for git replays what they speak of
			if err != nil {
				return err
			}
			var found *advise.Audit
			err = p.ask(c.Context, func(a *advise.Asker) (err error) {
				found, err = a.Audit(options, said...)
				return err
			})
			if err != nil {
				return err
			}
			if asJSON(c) {
				err = env.printJSON(c, found)
			} else {
				err = term.Audit(env.out, env.linked(c, p), found, c.Bool("all"))
			}
			switch {
			case err != nil:
				return err
			case level != "" && found.Worst(level) > 0:
				return &Failure{Code: ExitFound}
			case found.NotCompared > 0:
				return &Failure{Code: ExitUnread, Err: fmt.Errorf("%s could not be compared with what git makes of it", render.Count(found.NotCompared, "pick")), Hint: "what it takes is not in this clone, or is yet to be replayed: git fetch --refetch --no-filter REMOTE, then tracker ingest"}
			}
			return nil
		},
	}
}

// auditOptions reads what is to be told of.
func auditOptions(c *cli.Context, p *place, a *advise.Asker) (advise.AuditOptions, error) {
	o := advise.AuditOptions{All: c.Bool("all"), Commits: map[string]bool{}, Reports: map[string]bool{}}
	for _, name := range c.Args().Slice() {
		r, ok, err := a.Report(name)
		if err != nil {
			return o, err
		}
		if ok {
			o.Reports[r.Report.ID] = true
			continue
		}
		if from, to, ok := strings.Cut(name, ".."); ok {
			if strings.HasPrefix(to, ".") {
				return o, usage("tracker audit A..B", "%q is the commits of either side, and an audit is of the fork's", name)
			}
			if err := commitsBetween(c, p, a, to, from, o.Commits); err != nil {
				return o, err
			}
			continue
		}
		h, err := a.Find(c.Context, name)
		if err != nil {
			if unknown, ok := errors.AsType[*advise.UnknownError](err); ok && strings.Contains(name, ".") {
				return o, fail("tracker search kind:report lists the reports", "%q is neither a commit nor a report that was ingested", unknown.Name)
			}
			return o, err
		}
		o.Commits[h] = true
	}
	if c.Args().Present() && len(o.Commits)+len(o.Reports) == 0 {
		o.Commits[""] = false // an empty range is asked for, and not everything
	}
	return o, nil
}

// commitsBetween adds the commits that one revision can reach and another cannot; an
// empty one is HEAD, as git has it.
func commitsBetween(c *cli.Context, p *place, a *advise.Asker, to, from string, into map[string]bool) error {
	var ends []string
	for _, name := range []string{to, from} {
		if name == "" {
			name = "HEAD"
		}
		h, err := a.Find(c.Context, name)
		if err != nil {
			return err
		}
		ends = append(ends, h)
	}
	return p.repo.Graph(c.Context, ends[:1], ends[1:], func(hash string, _ []string) { into[hash] = true })
}
