package cli

import (
	"context"
	"slices"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/term"
)

func statusCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "where the fork stands; every upstream commit accounted for",
		ArgsUsage: "[COMMIT…]",
		Description: "Without arguments: how many upstream commits are in the fork, in which form, and what became of\n" +
			"the others. With commits: the status of each and the evidence for it.\n\n" +
			"   tracker status\n" +
			"   tracker status b0326ff7a '#1707'\n" +
			"   tracker status --json --jq '.commits[] | select(.status==\"pending\") | .commit'",
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			var s *advise.Standing
			err = p.ask(c.Context, func(a *advise.Asker) error {
				moved := make(chan []advise.Move, 1)
				views := a.Views()
				go func() { moved <- p.moves(c.Context, views) }()
				var named []string
				for _, name := range c.Args().Slice() {
					h, err := a.Find(c.Context, name)
					if err != nil {
						return err
					}
					named = append(named, h)
				}
				if s, err = a.Standing(c.Context, named); err != nil {
					return err
				}
				s.Moved = <-moved
				return nil
			})
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, s)
			}
			o := env.linked(c, p)
			if c.Args().Present() {
				return term.Accounts(env.out, o, s.Commits)
			}
			return term.Status(env.out, o, s)
		},
	}
}

// moves finds the refs that stand elsewhere now than the views say. Failing to
// find out is no reason not to answer.
func (p *place) moves(ctx context.Context, views []fact.View) []advise.Move {
	var refs []fact.Ref
	for _, v := range views {
		for _, r := range []fact.Ref{v.Fork, v.Upstream} {
			if !slices.Contains(refs, r) {
				refs = append(refs, r)
			}
		}
	}
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = r.Ref
	}
	now, err := p.repo.Resolve(ctx, names...)
	if err != nil {
		return nil
	}
	var out []advise.Move
	for i, r := range refs {
		if now[i].Commit != r.Commit {
			out = append(out, advise.Move{Ref: r.Ref, Was: r.Commit, Now: now[i].Commit})
		}
	}
	return out
}
