package cli

import (
	"slices"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/ingest"
	"tracker/render/term"
)

func rerereCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "rerere",
		Usage:     "hand past resolutions to git, which then resolves the same conflicts by itself",
		ArgsUsage: "[COMMIT…]",
		Description: "Writes into the repository's rerere cache what the picks of commits (none: all that are pending) will\n" +
			"conflict in, with the resolution: of files alone in which every place was resolved before, always in\n" +
			"one way, and nothing else was changed with it. Entries that are there are left as they are.\n" +
			"git uses the cache where rerere.enabled is set or the folder is there; with rerere.autoUpdate it also\n" +
			"stages what it resolved. git rerere forget PATH takes an entry back, in the middle of its conflict.\n\n" +
			"   tracker rerere --dry-run\n" +
			"   tracker rerere b0326ff7a\n" +
			"   git -c rerere.autoUpdate=true cherry-pick -x b0326ff7a",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "show what would be written"},
			&cli.StringFlag{Name: "onto", Usage: "for picks onto `REV` instead of the fork's branch"},
			&cli.StringFlag{Name: "fork", Usage: "for picks onto the fork's branch `REF`, if there are several"},
		},
		Action: func(c *cli.Context) error {
			var reuser *advise.Reuser
			p, err := askPicks(c, func(a *advise.Asker, commits []string, onto string) (err error) {
				reuser, err = a.Reuse(c.Context, commits, c.String("fork"), onto)
				return err
			})
			if err != nil {
				return err
			}
			meter := newMeter(env, c)
			found, err := reuser.Run(c.Context, p.repo, c.Bool("dry-run"), func(done, total int) { meter.tell(ingest.StageReplay, done, total) })
			meter.stop()
			if err != nil {
				return err
			}
			if asJSON(c) {
				return env.printJSON(c, found)
			}
			if err := term.Reused(env.out, env.linked(c, p), found); err != nil {
				return err
			}
			if written := slices.ContainsFunc(found.Entries, func(e advise.CacheEntry) bool { return e.State == advise.EntryWritten }); written && !c.Bool("quiet") {
				switch {
				case found.Off:
					env.warn("rerere.enabled is false, so git uses none of it: git config rerere.enabled true")
				case found.Creates:
					env.warn("made %s, by which git's rerere is switched on in this repository; git config rerere.enabled false switches it off", found.Folder)
				}
			}
			return nil
		},
	}
}
