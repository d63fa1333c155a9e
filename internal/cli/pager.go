package cli

import (
	"os"
	"slices"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"tracker/internal/desktop"
)

// paged are the commands whose answers may be longer than a screen.
var paged = []string{"status", "show", "search", "links", "deps", "predict", "plan", "conflicts", "mark", "report", "render", "audit", "suggest"}

// pager returns what shows a long answer on a terminal, nil where none is wanted.
func (env *environment) pager(app *cli.App, args []string) *desktop.Pager {
	if len(args) == 0 || env.screen == nil || slices.Contains(args, "--no-pager") || slices.Contains(args, completing) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	chain := commandPath(app, args[1:])
	if len(chain) == 0 || !slices.Contains(paged, chain[0].Name) || !term.IsTerminal(int(env.screen.Fd())) {
		return nil
	}
	_, rows, err := term.GetSize(int(env.screen.Fd()))
	if err != nil || rows <= 1 {
		return nil
	}
	return desktop.NewPager(env.screen, rows, os.LookupEnv)
}
