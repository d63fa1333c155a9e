package cli_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tracker/internal/cli"
	"tracker/internal/demo"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// The scripts in testdata run the real program on the demo's fork, as a user
// would. Each gets a fresh copy of it in $FORK.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tracker": func() {
			ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt)
			code := cli.Main(ctx, os.Args, os.Stdout, os.Stderr)
			os.Exit(code)
		},
	})
}

func TestScripts(t *testing.T) {
	made := filepath.Join(t.TempDir(), "demo")
	fork, err := demo.Build(context.Background(), made)
	if err != nil {
		t.Fatal(err)
	}
	dir, some := "testdata", []string(nil)
	if raceDetector { // those that read, answer, plan, audit and draft; the others run no other code side by side
		dir, some = "", []string{"testdata/audit.txtar", "testdata/conflicts.txtar", "testdata/draft.txtar", "testdata/foresight.txtar", "testdata/pages.txtar", "testdata/reports.txtar"}
	}
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		Files:         some,
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			to := filepath.Join(env.WorkDir, "fork")
			env.Setenv("FORK", to)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_AUTHOR_NAME", "Fork Maintainer")
			env.Setenv("GIT_AUTHOR_EMAIL", "fork@example.org")
			env.Setenv("GIT_COMMITTER_NAME", "Fork Maintainer")
			env.Setenv("GIT_COMMITTER_EMAIL", "fork@example.org")
			return os.CopyFS(to, os.DirFS(fork))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":     codeIs,
			"snapshot": snapshot,
		},
	})
}

// codeIs runs a command and requires its exit code: code 10 tracker status.
func codeIs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args…]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// snapshot writes what a folder holds, names, modes and contents, to a file:
// snapshot DIR FILE. tracker's own folder in a git folder is left out, and so are the
// times of objects: git's merge, which tracker lets work on borrowed ones, renews the
// time of one that it would write again.
func snapshot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: snapshot DIR FILE")
	}
	text, err := listing(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

func listing(dir string) (string, error) {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if e.IsDir() && filepath.Base(p) == "tracker" && filepath.Base(filepath.Dir(p)) == ".git" {
			return filepath.SkipDir
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %v", filepath.ToSlash(rel), info.Mode())
		if e.Type().IsRegular() {
			text, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if !strings.HasPrefix(filepath.ToSlash(rel), ".git/objects/") {
				fmt.Fprintf(&b, " %v", info.ModTime().UnixNano())
			}
			fmt.Fprintf(&b, " %q", text)
		}
		b.WriteByte('\n')
		return nil
	})
	return b.String(), err
}
