package cli

import (
	"context"
	"slices"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/render/graph"
	"tracker/render/term"
)

func depsCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "deps",
		Usage:     "what upstream commits need of each other and the fork lacks",
		ArgsUsage: "[COMMIT…]",
		Description: "Without commits: of all that are pending. What the fork has already, under whatever hash, is left out.\n" +
			"A need is hard when the commit does not apply without it, and soft otherwise: it uses a name that the\n" +
			"other brings in, or stands near its lines. What only lock files say is marked and not followed.\n\n" +
			"   tracker deps b0326ff7a\n" +
			"   tracker deps '#1707' --closure       what it needs through others, too, in an order that works\n" +
			"   tracker deps a3d3d473f --reverse     what builds on it, and what mends it later\n" +
			"   tracker deps b0326ff7a --closure --svg > needs.svg\n" +
			"   tracker deps b0326ff7a --closure --dot | dot -Tpdf > needs.pdf",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "closure", Usage: "follow needs from commit to commit"},
			&cli.BoolFlag{Name: "reverse", Usage: "what needs the commits instead"},
			&cli.BoolFlag{Name: "all", Usage: "show what the fork has already, too"},
			&cli.BoolFlag{Name: "dot", Usage: "print a graph in Graphviz's language"},
			&cli.BoolFlag{Name: "svg", Usage: "print a picture, as SVG"},
			&cli.StringFlag{Name: "fork", Usage: "of the fork's branch `REF`, if there are several"},
		},
		Action: func(c *cli.Context) error {
			if c.Bool("reverse") && !c.Args().Present() {
				return usage("tracker deps COMMIT --reverse", "--reverse needs a commit")
			}
			if c.Bool("dot") && c.Bool("svg") {
				return usage("tracker deps --svg is a picture, --dot a text that Graphviz makes one of", "--dot and --svg cannot be given together")
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			var d *advise.Dependencies
			err = p.ask(c.Context, func(a *advise.Asker) error {
				named, err := findUpstream(c.Context, a, c.Args().Slice())
				if err != nil {
					return err
				}
				d, err = a.Deps(c.Context, named, advise.DepsOptions{
					Fork: c.String("fork"), Closure: c.Bool("closure"), Reverse: c.Bool("reverse"), All: c.Bool("all"),
				})
				return err
			})
			if err != nil {
				return err
			}
			switch {
			case asJSON(c):
				return env.printJSON(c, d)
			case c.Bool("dot"):
				_, err := env.out.Write(graph.Dot(d))
				return err
			case c.Bool("svg"):
				_, err := env.out.Write(graph.SVG(d, nil))
				return err
			}
			return term.Deps(env.out, env.linked(c, p), d)
		},
	}
}

// findUpstream finds the upstream commits that were named. For a pick in the fork
// its original is taken.
func findUpstream(ctx context.Context, a *advise.Asker, names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		h, err := a.Find(ctx, name)
		if err != nil {
			return nil, err
		}
		originals := []string{h}
		if !a.InRange(h) {
			if originals, err = a.Originals(h); err != nil {
				return nil, err
			}
			if merge, err := a.IsMerge(ctx, h); err != nil {
				return nil, err
			} else if merge && len(originals) == 0 {
				return nil, fail("name the commits that it brings: git log --no-merges "+short(h)+"^.."+short(h), "%s is a merge commit: what it brings is in its commits", short(h))
			}
			if len(originals) == 0 {
				return nil, fail("tracker status lists upstream's commits", "%s is not a commit that upstream has and the fork lacks", short(h))
			}
		}
		for _, h := range originals {
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}
