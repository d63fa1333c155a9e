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
			// The answer is printed when the database is closed again: a pager
			// may stay open for long.
			var print func() error
			err = p.ask(c.Context, func(a *advise.Asker) error {
				answer, people, err := env.find(c, p, a, c.Args().First())
				print = people
				if asJSON(c) {
					print = func() error { return env.printJSON(c, answer) }
				}
				return err
			})
			if err != nil {
				return err
			}
			return print()
		},
	}
}

// find returns what a name means, and how to print it for people.
func (env *environment) find(c *cli.Context, p *place, a *advise.Asker, name string) (answer any, people func() error, err error) {
	if id, ok := strings.CutPrefix(name, "mark:"); ok {
		if n, err := strconv.Atoi(id); err == nil {
			return env.findMark(c, a, n)
		}
	}
	r, ok, err := a.Report(reportName(name))
	if err != nil {
		return nil, nil, err
	}
	if ok {
		return r, func() error { return term.Report(env.out, env.linked(c, p), r) }, nil
	}
	h, err := a.Find(c.Context, name)
	var unknown *advise.UnknownError
	if errors.As(err, &unknown) && strings.Contains(name, ".") {
		return nil, nil, fail("tracker search kind:report lists the reports", "%q is neither a commit nor a report that was ingested", name)
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := a.Story(c.Context, h)
	if err != nil {
		return nil, nil, err
	}
	return s, func() error { return term.Commit(env.out, env.linked(c, p), s) }, nil
}

func (env *environment) findMark(c *cli.Context, a *advise.Asker, id int) (any, func() error, error) {
	list, err := a.Marks(true)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range list {
		if m.ID == id {
			return struct {
				Kind     string              `json:"kind"`
				Decision fact.Decision       `json:"decision"`
				Covers   []advise.CoveredNow `json:"covers"`
			}{"decision", m.Decision, m.Covers}, func() error { return term.Mark(env.out, env.termOptions(c), &m) }, nil
		}
	}
	return nil, nil, fail("tracker mark --list shows the marks", "there is no mark %d", id)
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
