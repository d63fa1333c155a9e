package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoGit says that there is no git program in the path.
var ErrNoGit = errors.New("git is not installed, or not in the path")

// Nowhere stands for a file that does not exist. Git for Windows knows it too.
const nowhere = "/dev/null"

// MaxBlob is the size in bytes from which git treats a file as binary when it
// compares, so that a file of a gigabyte is named and not read line by line.
// The largest text of mistral.rs has 280 KB; over its 149 commits a cap of 1,
// 2, 4 or 8 MiB gives the same 10.9 MB of patches in the same time. 4 MiB
// leaves room for projects that keep an amalgamation or a table in one file.
const MaxBlob = 4 << 20

// pinned is given to every command. The plumbing that tracker uses ignores
// most of a user's settings; these are the ones it would listen to, and those
// that would run a program.
var pinned = []string{
	"--no-pager",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=" + nowhere,
	"-c", "core.attributesFile=" + nowhere,
	"-c", "attr.tree=refs/tracker/no-attributes", // from git 2.43: a bare repository would read HEAD's
	"-c", "core.quotePath=true",
	"-c", "core.bigFileThreshold=" + strconv.Itoa(MaxBlob),
	"-c", "color.ui=false",
	"-c", "diff.suppressBlankEmpty=false",
	"-c", "diff.orderFile=" + nowhere,
	"-c", "diff.noprefix=false",
	"-c", "diff.mnemonicPrefix=false",
	"-c", "log.showSignature=false",
	"-c", "log.showRoot=true",
	"-c", "log.mailmap=false",
	"-c", "log.date=default",
	"-c", "log.diffMerges=off",
	"-c", "format.pretty=medium", // one that is not known is fatal even where another is given
	"-c", "i18n.logOutputEncoding=UTF-8",
	"-c", "trailer.separators=:",
	"-c", "gc.auto=0",
	"-c", "advice.graftFileDeprecated=false",
	"-c", "maintenance.auto=false",
	"-c", "protocol.allow=never",
}

// Command prepares a git command in the folder dir with everything pinned, but
// does not start it. It sees no configuration but the repository's own, and no
// GIT_ variable of the caller. Cancelling ctx kills it, and a terminal's Ctrl-C
// does not: it has a process group of its own, and if tracker is killed it ends
// when it finds its pipes closed.
//
// It is exported for programs that build repositories (tests, the demo), which
// may add to its Env. Everything else in tracker asks a Repo.
func Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append(slices.Clone(pinned), args...)...)
	cmd.Dir = dir
	cmd.Env = append(environment(nil),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+nowhere, "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE="+nowhere)
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second
	return cmd
}

// Discover prepares a command that may look for the repository around dir as
// the user's own git would: with the user's configuration, because only that
// may declare a folder of another owner safe.
func discover(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := Command(ctx, dir, args...)
	cmd.Env = environment([]string{
		"GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
		"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
	})
	return cmd
}

// Environment returns the caller's environment without git's variables, but
// for those in keep and the one that says where git's own programs are.
func environment(keep []string) []string {
	var env []string
	for _, kv := range os.Environ() {
		key, _, _ := strings.Cut(kv, "=")
		if key == "LANGUAGE" || strings.HasPrefix(key, "LC_") {
			continue
		}
		if strings.HasPrefix(key, "GIT_") && key != "GIT_EXEC_PATH" && !slices.Contains(keep, key) {
			continue
		}
		env = append(env, kv)
	}
	return append(env,
		"LC_ALL=C", "LANGUAGE=",
		"GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_OPTIONAL_LOCKS=0")
}

// CommandError is a git command that failed.
type CommandError struct {
	Command string // the subcommand, such as "diff-tree"
	Stderr  string // the end of what it said, trimmed
	Err     error
}

func (e *CommandError) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("git %s: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("git %s: %v: %s", e.Command, e.Err, e.Stderr)
}

func (e *CommandError) Unwrap() error { return e.Err }

// exitCode returns the status with which git ended, or -1 when err is not
// about a process that ended by itself.
func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return -1
}

// explain turns the error of starting or waiting for a command into one that
// says what happened: a cancelled context, no git, or git's own words.
func explain(ctx context.Context, command string, stderr *tail, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("git %s: %w", command, ctx.Err())
	case errors.Is(err, exec.ErrNotFound):
		return ErrNoGit
	}
	return &CommandError{Command: command, Stderr: stderr.String(), Err: err}
}

// output runs a command to its end and returns what it printed, which must be
// small. The output is also returned when the command fails.
func output(ctx context.Context, command string, cmd *exec.Cmd) ([]byte, error) {
	var out bytes.Buffer
	var stderr tail
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	return out.Bytes(), explain(ctx, command, &stderr, err)
}

// tail keeps the last bytes written to it: git complains at length and says
// at the end what was fatal.
type tail struct{ buf []byte }

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if extra := len(t.buf) - tailSize; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	return decode(bytes.TrimSpace(t.buf))
}
