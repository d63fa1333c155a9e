package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/term"
)

func linksCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "links",
		Usage: "which fork commit is which upstream commit, and by what evidence",
		Description: "   tracker links\n" +
			"   tracker links --without marker,report      as if that evidence did not exist\n" +
			"   tracker links --json --jq '.links[] | select(.score < 0.9)'",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "without", Usage: "leave `KIND` of evidence out; several with commas"},
		},
		Action: func(c *cli.Context) error {
			without, err := kinds(c.StringSlice("without"))
			if err != nil {
				return err
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			var links []fact.Link
			var rows []term.LinkRow
			if len(without) > 0 {
				links, err = p.ingest().Relink(c.Context, without)
			}
			if err != nil {
				return err
			}
			err = p.ask(c.Context, func(a *advise.Asker) error {
				if len(without) == 0 {
					if links, err = a.Links(); err != nil {
						return err
					}
				}
				rows, err = linkRows(a, links)
				return err
			})
			if err != nil {
				return err
			}
			if asJSON(c) {
				if links == nil {
					links = []fact.Link{}
				}
				return env.printJSON(c, map[string]any{"links": links})
			}
			return term.Links(env.out, env.linked(c, p), rows)
		},
	}
}

// linkRows puts the subjects to the links.
func linkRows(a *advise.Asker, links []fact.Link) ([]term.LinkRow, error) {
	var rows []term.LinkRow
	for _, l := range links {
		up, err := a.Subject(l.Upstream)
		if err != nil {
			return nil, err
		}
		fork, err := a.Subject(l.Fork)
		if err != nil {
			return nil, err
		}
		rows = append(rows, term.LinkRow{Link: l, ForkSubject: fork, UpstreamSubject: up})
	}
	return rows, nil
}

// kinds reads the values of --without.
func kinds(words []string) ([]fact.Kind, error) {
	var out []fact.Kind
	for _, w := range words {
		for name := range strings.SplitSeq(w, ",") {
			k := fact.Kind(strings.TrimSpace(name))
			if k == "" {
				continue
			}
			if !slices.Contains(fact.Kinds, k) {
				var known []string
				for _, k := range fact.Kinds {
					known = append(known, string(k))
				}
				return nil, usage("the kinds are "+strings.Join(known, ", "), "unknown kind of evidence %q", name)
			}
			out = append(out, k)
		}
	}
	return out, nil
}
