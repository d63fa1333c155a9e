package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/index"
	"tracker/render/script"
	"tracker/render/term"
)

func planCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "an order in which commits can be picked, with what they need, and what will come of it",
		ArgsUsage: "[COMMIT…]",
		Description: "Without commits: all that are pending. What they need and the fork lacks is added and marked as such.\n" +
			"The whole sequence is carried out in memory; a step that conflicts counts as resolved to upstream's\n" +
			"side in the places that conflict. Nothing is written into the repository.\n\n" +
			"   tracker plan '#231' '#219'\n" +
			"   tracker plan --query 'path:attention status:pending'\n" +
			"   tracker plan b0326ff7a --onto release-2.1\n" +
			"   tracker plan '#231' --script > picks.sh      git commands that do it",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "onto", Usage: "pick onto `REV` instead of the fork's branch"},
			&cli.StringFlag{Name: "fork", Usage: "pick onto the fork's branch `REF`, if there are several"},
			&cli.StringFlag{Name: "query", Usage: "plan the upstream commits that `QUERY` finds"},
			&cli.BoolFlag{Name: "only", Usage: "add nothing that the commits need"},
			&cli.BoolFlag{Name: "as-given", Usage: "keep the order in which the commits are named, where needs allow it"},
			&cli.BoolFlag{Name: "script", Usage: "print the git commands"},
		},
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			onto, err := p.onto(c)
			if err != nil {
				return err
			}
			names := c.Args().Slice()
			if q := c.String("query"); q != "" {
				found, err := p.matching(c.Context, q)
				if err != nil {
					return err
				}
				if len(found) == 0 && len(names) == 0 {
					return fail("tracker search shows what a query finds", "no upstream commit that the fork lacks matches %q", q)
				}
				names = append(names, found...)
			}
			var planner *advise.Planner
			err = p.ask(c.Context, func(a *advise.Asker) error {
				named, err := findUpstream(c.Context, a, names)
				if err != nil {
					return err
				}
				planner, err = a.Plan(c.Context, named, advise.PlanOptions{
					Fork: c.String("fork"), Onto: onto, Only: c.Bool("only"), AsGiven: c.Bool("as-given"),
				})
				return err
			})
			if err != nil {
				return err
			}
			plan, err := planner.Run(c.Context) // with the database closed, for it may take long
			if err != nil {
				return err
			}
			switch {
			case asJSON(c):
				return env.printJSON(c, plan)
			case c.Bool("script"):
				_, err := io.WriteString(env.out, script.Shell(plan))
				return err
			}
			return term.Plan(env.out, env.linked(c, p), plan)
		},
	}
}

// matching returns the upstream commits that a query finds and the fork lacks.
func (p *place) matching(ctx context.Context, query string) ([]string, error) {
	r, err := p.index.Search(ctx, "kind:commit "+query, index.Options{Limit: 10000})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, h := range r.Hits {
		if (h.Kind == "commit" || h.Kind == "dependency") && h.Side != "fork" && (h.Status == "pending" || h.Status == "deferred" || strings.Contains(query, "status:")) && !slices.Contains(out, h.ID) {
			out = append(out, h.ID)
		}
	}
	return out, nil
}
