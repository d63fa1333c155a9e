package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/term"
)

func showCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "all that is known of a commit, a report or a mark",
		ArgsUsage: "COMMIT|REPORT|mark:ID",
		Description: "   tracker show b0326ff7a\n" +
			"   tracker show '#1707'\n" +
			"   tracker show docs/sync-2026-03.md\n" +
			"   tracker show mark:3",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usage("tracker show COMMIT, or a report's path, or mark:ID", "show takes one name, %d were given", c.NArg())
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			id := c.Args().First()
			return p.ask(c.Context, func(a *advise.Asker) error {
				if n, err := strconv.Atoi(strings.TrimPrefix(id, "mark:")); err == nil && strings.HasPrefix(id, "mark:") {
					return env.showMark(c, a, n)
				}
				r, ok, err := a.Report(reportName(id))
				if err != nil {
					return err
				}
				if ok {
					if asJSON(c) {
						return env.printJSON(c, r)
					}
					return term.Report(env.out, env.linked(c, p), r)
				}
				h, err := a.Find(c.Context, id)
				var unknown *advise.UnknownError
				if errors.As(err, &unknown) && strings.Contains(id, ".") {
					return fail("tracker search kind:report lists the reports", "%q is neither a commit nor a report that was ingested", id)
				}
				if err != nil {
					return err
				}
				s, err := a.Story(c.Context, h)
				if err != nil {
					return err
				}
				if asJSON(c) {
					return env.printJSON(c, s)
				}
				return term.Commit(env.out, env.linked(c, p), s)
			})
		},
	}
}

// reportName takes the line off a name as search prints it: "SYNC.md:31".
func reportName(id string) string {
	at := strings.LastIndexByte(id, ':')
	if at < 0 {
		return id
	}
	if _, err := strconv.Atoi(id[at+1:]); err != nil {
		return id
	}
	return id[:at]
}

func (env *environment) showMark(c *cli.Context, a *advise.Asker, id int) error {
	list, err := a.Decisions()
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ID != id {
			continue
		}
		if asJSON(c) {
			return env.printJSON(c, struct {
				Kind     string        `json:"kind"`
				Decision fact.Decision `json:"decision"`
			}{"decision", d})
		}
		return term.Decisions(env.out, env.termOptions(c), []fact.Decision{d})
	}
	return fail("tracker mark --list shows the marks", "there is no mark %d", id)
}
