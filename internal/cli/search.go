package cli

import (
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/db"
	"tracker/index"
	"tracker/render/term"
)

func searchCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "search",
		Usage:     "commits, reports, lessons, decisions, conflicts and patterns that speak of something",
		ArgsUsage: "QUERY",
		Description: "Words must all be found; identifiers are found whole and in parts, hashes by their first digits.\n\n" +
			"   tracker search EmbeddingLoader\n" +
			"   tracker search '\"tool call\" status:skipped'       a phrase, a status\n" +
			"   tracker search 'introduces:EmbeddingLoaderType'   the commit that brought it in\n" +
			"   tracker search 'path:pipeline author:ann since:2026-03 -clippy'\n" +
			"   tracker search 'kind:conflict path:Cargo.lock'     how past conflicts went; kind:pattern: in common\n\n" +
			"Fields: " + strings.Join(index.Fields, ", ") + ".\n" +
			"Kinds: " + strings.Join(index.Kinds, ", ") + ".",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "limit", Aliases: []string{"n"}, Value: 20, Usage: "show at most `N` hits"},
			&cli.IntFlag{Name: "offset", Usage: "leave the best `N` hits out"},
		},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usage("tracker search EmbeddingLoader", "search for what?")
			}
			if c.Int("limit") < 1 || c.Int("offset") < 0 {
				return usage("tracker search --limit 20 QUERY", "--limit counts from 1 and --offset from 0")
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			query := strings.Join(c.Args().Slice(), " ")
			r, err := p.index.Search(c.Context, query, index.Options{Limit: c.Int("limit"), Offset: c.Int("offset")})
			var bad *index.QueryError
			switch {
			case errors.As(err, &bad):
				return usage("tracker search --help lists the fields", "%v", err)
			case errors.Is(err, index.ErrNone):
				// Without an index there may still be a finished ingest.
				if _, serr := p.finished(c.Context); errors.Is(serr, db.ErrNothing) {
					return db.ErrNothing
				}
				return fail("tracker reindex builds it", "%v", err)
			case err != nil:
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, r)
			}
			return term.Search(env.out, env.linked(c, p), resultsForPeople(query, c.Int("offset"), r))
		},
	}
}
