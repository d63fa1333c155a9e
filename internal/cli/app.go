// Package cli is tracker's command line: one file a command, each of which
// turns flags into a call and prints the answer.
//
// Results go to stdout, everything else to stderr. Errors are values until
// Main turns the last of them into words and an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/render/term"
)

// Main runs one command and returns its exit code. It never exits the process
// itself, so that everything opened is closed.
//
// Whatever a command fails with after ctx was cancelled is told as the
// interruption, which is what broke it.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := run(ctx, args, stdout, stderr)
	if failure, ok := errors.AsType[*Failure](err); err != nil && ctx.Err() != nil && !(ok && failure.Err == nil) {
		err = Interrupted(args)
	}
	return Report(stderr, err)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	env := &environment{out: stdout, err: stderr}
	app := newApp(env)
	words := arrange(app, args)
	env.screen, _ = stdout.(*os.File)
	if pager := env.pager(app, words); pager != nil {
		env.out = pager
		app.Writer = pager
		defer pager.Close()
	}
	return app.RunContext(ctx, words)
}

// environment is what commands share: where they print, and what the global
// options say.
type environment struct {
	out, err io.Writer
	screen   *os.File // what out ends at, if that is a file: a pager may stand before it
}

func newApp(env *environment) *cli.App {
	usageError := func(c *cli.Context, err error, _ bool) error {
		hint := helpHint(c)
		if strings.Contains(err.Error(), "for flag -wait") {
			hint = "a duration is a number with its unit, such as 30s or 2m"
		}
		return usage(hint, "%s", err)
	}
	app := &cli.App{
		Name:  "tracker",
		Usage: "knows which upstream commits your fork has, how, and why not",
		Description: "tracker reads the history of a fork and of its upstream, and the reports that people wrote while\n" +
			"bringing commits over. It accounts for every upstream commit, answers questions, and writes\n" +
			"UPSTREAM_INTEGRATION.md. It only reads your repository, and keeps its own files in .git/tracker.",
		UsageText: "tracker ingest                      read git and the reports in the fork\n" +
			"tracker status                      where the fork stands; every upstream commit accounted for\n" +
			"tracker search EmbeddingLoader      commits, reports and decisions that speak of it\n" +
			"tracker show '#1707'                all that is known of one commit\n" +
			"tracker render md                   write UPSTREAM_INTEGRATION.md",
		Version:                   version(),
		HideVersion:               false,
		EnableBashCompletion:      true,
		Writer:                    env.out,
		ErrWriter:                 env.err,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageError,
		UseShortOptionHandling:    false,
		DisableSliceFlagSeparator: true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "repo", Aliases: []string{"C"}, Value: ".", Usage: "the repository, or a folder in it", TakesFile: true},
			&cli.StringFlag{Name: "db", Usage: "keep tracker's files in `DIR` (default: tracker in the repository's .git folder)", TakesFile: true},
			&cli.BoolFlag{Name: "json", Usage: "print one JSON object"},
			&cli.StringFlag{Name: "jq", Usage: "filter the JSON with `EXPR`; implies --json"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print results and errors only"},
			&cli.BoolFlag{Name: "no-color", Usage: "print without colour (so does NO_COLOR)"},
			&cli.BoolFlag{Name: "no-pager", Usage: "print long answers at once (so does PAGER=cat)"},
			&cli.DurationFlag{Name: "wait", Usage: "wait up to `DURATION` for another ingest to finish"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				hint := "tracker --help lists the commands"
				if near := nearest(c.App.Commands, c.Args().First()); near != "" {
					hint = "did you mean tracker " + near + "?"
				}
				return usage(hint, "unknown command %q", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{
			ingestCommand(env),
			statusCommand(env),
			showCommand(env),
			searchCommand(env),
			linksCommand(env),
			depsCommand(env),
			predictCommand(env),
			planCommand(env),
			conflictsCommand(env),
			suggestCommand(env),
			rerereCommand(env),
			auditCommand(env),
			markCommand(env),
			reportCommand(env),
			renderCommand(env),
			serveCommand(env),
			demoCommand(env),
			doctorCommand(env),
			exportCommand(env),
			importCommand(env),
			compactCommand(env),
			reindexCommand(env),
			completionCommand(env),
		},
	}
	for _, c := range app.Commands {
		prepare(c, usageError)
	}
	complete(app.Commands)
	return app
}

// prepare gives a command and its subcommands what all of them share.
func prepare(c *cli.Command, usageError cli.OnUsageErrorFunc) {
	c.OnUsageError = usageError
	for _, s := range c.Subcommands {
		prepare(s, usageError)
	}
}

// nearest returns the command that was probably meant: one that two slips of a
// finger turn into the word, but not more than half of it. Empty if there is none.
func nearest(commands []*cli.Command, word string) string {
	best, least := "", min(2, len(word)/2)+1
	for _, c := range commands {
		if n := slips(c.Name, word); n < least {
			best, least = c.Name, n
		}
	}
	return best
}

// slips counts the letters to add, drop, change or swap with a neighbour until a
// is b: the optimal string alignment distance.
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + rows[i-1][j-1]
			}
			rows[i][j] = min(rows[i][j], rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func helpHint(c *cli.Context) string {
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "tracker" {
		return fmt.Sprintf("tracker %s --help", c.Command.HelpName[len("tracker "):])
	}
	return "tracker --help"
}

// asJSON reports whether the answer is wanted as JSON.
func asJSON(c *cli.Context) bool { return c.Bool("json") || c.String("jq") != "" }

// termOptions say how to print for people.
func (env *environment) termOptions(c *cli.Context) term.Options {
	o := term.Options{}
	if env.screen != nil {
		o = term.Detect(env.screen, os.Getenv)
	}
	if c.Bool("no-color") {
		o.Color = false
	}
	return o
}

// linked are termOptions with the projects' web addresses, which only a
// terminal that shows links asks for.
func (env *environment) linked(c *cli.Context, p *place) term.Options {
	o := env.termOptions(c)
	if !o.Hyperlinks {
		return o
	}
	remotes, err := p.repo.Remotes(c.Context)
	if err != nil {
		return o // links are a convenience
	}
	_ = p.ask(c.Context, func(a *advise.Asker) error {
		o.UpstreamURL, o.ForkURL = a.WebAddresses(remotes)
		return nil
	})
	return o
}
