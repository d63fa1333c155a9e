package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/internal/demo"
)

func demoCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "demo",
		Usage:     "build a small fork, ingest it, and show what tracker tells of it",
		ArgsUsage: "[DIR]",
		Description: "Makes an upstream and a fork of it in a temporary folder (or in DIR, which must not exist yet), and runs\n" +
			"ingest, status, search and render md on it. Needs git and no network.",
		Action: func(c *cli.Context) error {
			dir, err := demoFolder(c.Args().First())
			if err != nil {
				return err
			}
			fork, err := demo.Build(c.Context, dir)
			if err != nil {
				return err
			}
			steps := [][]string{
				{"ingest"},
				{"status"},
				{"search", "TileStore", "--limit", "5"},
				{"render", "md"},
			}
			for _, args := range steps {
				fmt.Fprintf(env.out, "\n$ tracker %s\n", strings.Join(args, " "))
				full := append([]string{"tracker", "-C", fork}, args...)
				if c.Bool("no-color") {
					full = append(full, "--no-color")
				}
				if err := run(c.Context, full, env.out, env.err); err != nil {
					return err
				}
			}
			fmt.Fprintf(env.out, "\nThe fork is %s; go there and ask on: tracker show '#104'\n"+
				"UPSTREAM_INTEGRATION.md is %s\n", oneLine(fork), oneLine(filepath.Join(fork, integrationFile)))
			return nil
		},
	}
}

// demoFolder is where the demo goes: a new folder.
func demoFolder(name string) (string, error) {
	if name == "" {
		dir, err := os.MkdirTemp("", "tracker-demo-")
		if err != nil {
			return "", fmt.Errorf("make a folder for the demo: %w", err)
		}
		return dir, nil
	}
	if _, err := os.Lstat(name); err == nil {
		return "", fail("name a folder that does not exist yet: tracker demo DIR", "%q exists already", name)
	}
	return filepath.Abs(name)
}
