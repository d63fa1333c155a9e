package cli

import (
	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/render/term"
)

func predictCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "predict",
		Usage:     "what comes of picking commits, each alone: clean, empty, or what conflicts and why",
		ArgsUsage: "[COMMIT…]",
		Description: "Without commits: all that are pending. The picks are carried out in memory by git's own merge; nothing\n" +
			"is written into the repository. tracker plan tells what comes of them one after the other.\n\n" +
			"   tracker predict\n" +
			"   tracker predict b0326ff7a '#1707'\n" +
			"   tracker predict --onto release-2.1 b0326ff7a\n" +
			"   tracker predict --json --jq '.commits[] | select(.result==\"clean\") | .commit'",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "onto", Usage: "pick onto `REV` instead of the fork's branch"},
			&cli.StringFlag{Name: "fork", Usage: "pick onto the fork's branch `REF`, if there are several"},
		},
		Action: func(c *cli.Context) error {
			var predictor *advise.Predictor
			p, err := askPicks(c, func(a *advise.Asker, commits []string, onto string) (err error) {
				predictor, err = a.Predict(c.Context, commits, c.String("fork"), onto)
				return err
			})
			if err != nil {
				return err
			}
			found, err := predictor.Run(c.Context) // with the database closed, for it may take long
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, found)
			}
			return term.Predictions(env.out, env.linked(c, p), found)
		},
	}
}

// askPicks lets prepare see the commits that a command names and what --onto says that
// they are picked onto, as full hashes. What it prepares is carried out behind it, with
// the database closed.
func askPicks(c *cli.Context, prepare func(a *advise.Asker, commits []string, onto string) error) (*place, error) {
	p, err := open(c)
	if err != nil {
		return nil, err
	}
	onto, err := p.onto(c)
	if err != nil {
		return nil, err
	}
	return p, p.ask(c.Context, func(a *advise.Asker) error {
		var commits []string
		for _, name := range c.Args().Slice() {
			h, err := a.Find(c.Context, name)
			if err != nil {
				return err
			}
			commits = append(commits, h)
		}
		return prepare(a, commits, onto)
	})
}

// onto is the commit that --onto names, empty without it.
func (p *place) onto(c *cli.Context) (string, error) {
	rev := c.String("onto")
	if rev == "" {
		return "", nil
	}
	hash, candidates, err := (&repository{p.repo}).Commit(c.Context, rev)
	switch {
	case err != nil:
		return "", err
	case len(candidates) > 0:
		e := &advise.AmbiguousError{Name: rev}
		for _, h := range candidates {
			e.Candidates = append(e.Candidates, advise.Candidate{Hash: h})
		}
		return "", e
	case hash == "":
		return "", &advise.UnknownError{Name: rev}
	}
	return hash, nil
}
