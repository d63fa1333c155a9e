package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/ingest"
	"tracker/render/md"
	"tracker/render/term"
)

// integrationFile is the document's name unless --output gives another.
const integrationFile = "UPSTREAM_INTEGRATION.md"

func renderCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "render",
		Usage: "write what is known as a document",
		Subcommands: []*cli.Command{{
			Name:  "md",
			Usage: "write " + integrationFile + ": where the fork stands, what to decide, what became of every commit",
			Description: "The document keeps what people write outside tracker's two markers, and is the same to the byte\n" +
				"for the same facts. A block that a person edited is reported, not overwritten.\n\n" +
				"   tracker render md\n" +
				"   tracker render md --adopt                put the block into a file that people wrote\n" +
				"   tracker render md --check                exit 4 and show the difference if it is out of date\n" +
				"   tracker render md --output - | less",
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `FILE`, or - for standard output (default: " + integrationFile + " at the top of the work tree)", TakesFile: true},
				&cli.BoolFlag{Name: "adopt", Usage: "put the block into a file that people wrote; their text stays"},
				&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 4 and show the difference if the file is out of date"},
				&cli.StringFlag{Name: "fork", Usage: "which of several fork branches: `REF`"},
			},
			Action: func(c *cli.Context) error { return env.renderMarkdown(c) },
		}, htmlCommand(env)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("tracker render --help", "unknown command %q", "render "+c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func (env *environment) renderMarkdown(c *cli.Context) error {
	p, err := open(c)
	if err != nil {
		return err
	}
	name := c.String("output")
	if name == "-" {
		block, err := p.integration(c.Context, c.String("fork"), "")
		if err == nil {
			err = term.Markdown(env.out, env.termOptions(c), block, nil)
		}
		return err
	}
	if name == "" {
		top := p.repo.WorkTree()
		if top == "" {
			return fail("name the file: --output FILE, or --output - for standard output", "a bare repository has no work tree to write %s into", integrationFile)
		}
		name = filepath.Join(top, integrationFile)
	}
	block, err := p.integration(c.Context, c.String("fork"), ingest.PathIn(p.repo.WorkTree(), name))
	if err != nil {
		return err
	}
	old, err := readDocument(name, p.repo.WorkTree(), c.String("output") == "")
	if err != nil {
		return err
	}
	text, err := md.Splice(old, block, c.Bool("adopt"))
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	same := bytes.Equal(old, text)
	if c.Bool("check") {
		if same {
			return nil
		}
		if err := term.Diff(env.out, env.termOptions(c), md.Diff(old, text)); err != nil {
			return err
		}
		return &Failure{Code: ExitFound, Err: fmt.Errorf("%q is out of date", name), Hint: "tracker render md"}
	}
	if !same {
		if err := writeFile(name, text); err != nil {
			return fmt.Errorf("write the document: %w", err)
		}
	}
	return env.printWritten(c, name, same)
}

// printWritten says that a file was written, or was up to date.
func (env *environment) printWritten(c *cli.Context, name string, same bool) error {
	if asJSON(c) {
		return env.printJSON(c, map[string]any{"file": name, "changed": !same})
	}
	if !c.Bool("quiet") {
		state := "written"
		if same {
			state = "up to date"
		}
		fmt.Fprintf(env.out, "%s  %s\n", oneLine(name), state)
	}
	return nil
}

// maxDocument is the size in bytes up to which a document is read.
const maxDocument = 64 << 20

// readDocument reads the file that is to be written, nil if there is none. One
// whose name the repository chose must not lead out of the work tree.
func readDocument(name, workTree string, ours bool) ([]byte, error) {
	if info, err := os.Lstat(name); ours && err == nil && info.Mode()&fs.ModeSymlink != 0 && ingest.PathIn(workTree, name) == "" {
		return nil, fail("name the file with --output if it is meant", "%q is a link out of the work tree", name)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the document: %w", err)
	case !info.Mode().IsRegular():
		return nil, fail("name a file with --output FILE", "%q is not a file", name)
	case info.Size() > maxDocument:
		return nil, fail("name another file with --output FILE", "%q has over %d MB", name, maxDocument>>20)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	return text, nil
}

// integration renders the block of UPSTREAM_INTEGRATION.md.
func (p *place) integration(ctx context.Context, fork, self string) ([]byte, error) {
	remotes, err := p.repo.Remotes(ctx)
	if err != nil {
		return nil, err
	}
	var in *advise.Integration
	var planner *advise.Planner
	err = p.ask(ctx, func(a *advise.Asker) error {
		if in, err = a.Integration(ctx, fork, self, remotes); err != nil {
			return err
		}
		planner, err = a.PlanNext(ctx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	if planner != nil {
		// What cannot be tried costs the plan and not the document.
		if in.Plan, err = planner.Run(ctx); err != nil && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return md.Integration(in), nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// writeFile replaces a file in one step, so that a crash leaves the old one or
// the new one. The mode of an old file is kept.
func writeFile(name string, text []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return fail("name another file", "%q is not a file", name)
		}
		mode = info.Mode().Perm()
	}
	if dir := filepath.Dir(name); !isFolder(dir) {
		return fail("make the folder first, or name another file", "there is no folder %q to write into", dir)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".tracker-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(mode)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	return err
}
