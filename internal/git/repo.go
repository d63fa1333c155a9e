package git

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	// ErrNoRepo says that a folder is not inside a git repository.
	ErrNoRepo = errors.New("not a git repository")
	// ErrOldGit says that git is older than Oldest.
	ErrOldGit = errors.New("git is too old")
)

// ForeignError says that git does not read a repository because it belongs to
// another user, whose configuration could name programs to run.
type ForeignError struct {
	Dir string // as git's safe.directory wants it
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("the repository %q belongs to another user, so git does not read it", e.Dir)
}

// foreign finds git's complaint about a repository's owner.
var foreign = regexp.MustCompile(`dubious ownership in repository at '(.*)'`)

// Oldest is the first git that tracker works with: merge-tree --stdin and
// cat-file -z --batch-command came with it or shortly before.
const Oldest = "2.39"

// Repo is a repository on disk. It holds no process and no open file, and may
// be used by several goroutines.
type Repo struct {
	gitDir    string
	commonDir string
	workTree  string
	format    string
	shallow   map[string]bool
}

// Open finds the repository that the folder dir is in. It costs one process.
// The error is ErrNoRepo, ErrOldGit, ErrNoGit (see errors.Is), a ForeignError,
// or git's own complaint.
func Open(ctx context.Context, dir string) (*Repo, error) {
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("opening repository: there is no folder %q: %w", dir, ErrNoRepo)
	} else if err != nil {
		return nil, fmt.Errorf("opening repository: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("opening repository: %q is not a folder: %w", dir, ErrNoRepo)
	}
	// --show-toplevel comes last because it fails in a bare repository, after
	// the other answers are out.
	out, err := output(ctx, "rev-parse", discover(ctx, dir, "rev-parse", "--path-format=absolute",
		"--absolute-git-dir", "--git-common-dir", "--show-object-format",
		"--is-shallow-repository", "--is-inside-work-tree", "--show-toplevel"))
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if err != nil && (len(lines) != 5 || exitCode(err) != 128) {
		if errors.Is(err, ErrNoGit) || ctx.Err() != nil {
			return nil, fmt.Errorf("opening repository: %w", err)
		}
		if old := CheckVersion(ctx); old != nil {
			return nil, fmt.Errorf("opening repository: %w", old)
		}
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, fmt.Errorf("opening repository %q: %w", dir, ErrNoRepo)
		}
		if m := foreign.FindStringSubmatch(err.Error()); m != nil {
			return nil, fmt.Errorf("opening repository: %w", &ForeignError{Dir: m[1]})
		}
		return nil, fmt.Errorf("opening repository %q: %w", dir, err)
	}
	if len(lines) < 5 || len(lines) > 6 {
		return nil, fmt.Errorf("opening repository %q: git answered %q", dir, out)
	}
	r := &Repo{
		gitDir:    filepath.FromSlash(lines[0]),
		commonDir: filepath.FromSlash(lines[1]),
		format:    lines[2],
	}
	if len(lines) == 6 && lines[4] == "true" {
		r.workTree = filepath.FromSlash(lines[5])
	}
	if lines[3] == "true" {
		if r.shallow, err = readShallow(r.commonDir); err != nil {
			return nil, fmt.Errorf("opening repository %q: %w", dir, err)
		}
	}
	return r, nil
}

// readShallow returns the commits whose parents a shallow clone leaves out.
func readShallow(commonDir string) (map[string]bool, error) {
	data, err := os.ReadFile(filepath.Join(commonDir, "shallow"))
	if err != nil {
		return nil, err
	}
	shallow := map[string]bool{}
	for _, hash := range strings.Fields(string(data)) {
		shallow[hash] = true
	}
	return shallow, nil
}

// CommonDir returns the absolute path of the folder that all work trees of the
// repository share: its .git folder, or the bare repository itself.
func (r *Repo) CommonDir() string { return r.commonDir }

// GitDir returns the absolute path of the git folder of this work tree, which
// differs from CommonDir in a linked work tree.
func (r *Repo) GitDir() string { return r.gitDir }

// WorkTree returns the absolute path of the top of the work tree, empty in a
// bare repository.
func (r *Repo) WorkTree() string { return r.workTree }

// ObjectFormat returns "sha1" or "sha256".
func (r *Repo) ObjectFormat() string { return r.format }

// HashLen returns the number of digits of a hash.
func (r *Repo) HashLen() int {
	if r.format == "sha256" {
		return 64
	}
	return 40
}

// Shallow reports whether the history ends early because the clone is shallow.
func (r *Repo) Shallow() bool { return len(r.shallow) > 0 }

// Edge names the commits at which a shallow clone's history ends, shortened to
// what tells two such sets apart; empty when the history is whole.
func (r *Repo) Edge() string {
	if len(r.shallow) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(slices.Sorted(maps.Keys(r.shallow)), " ")))
	return hex.EncodeToString(sum[:8])
}

// command prepares a command on this repository as if it were bare and had no
// index: attributes that a work tree or an index happens to hold do not count.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := Command(ctx, r.commonDir, append([]string{"--git-dir=" + r.gitDir, "--bare"}, args...)...)
	cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+filepath.Join(r.gitDir, "tracker", "no-index"))
	return cmd
}

// output runs a command of which args[0] is the name and returns what it
// printed, also when it fails.
func (r *Repo) output(ctx context.Context, args ...string) ([]byte, error) {
	return output(ctx, args[0], r.command(ctx, args...))
}

// CheckVersion returns ErrOldGit, with the version found, when git is older
// than Oldest, and ErrNoGit when there is none. It costs a process.
func CheckVersion(ctx context.Context) error {
	out, err := output(ctx, "version", Command(ctx, "", "version"))
	if err != nil {
		return err
	}
	found := strings.TrimSpace(strings.TrimPrefix(string(bytes.TrimSpace(out)), "git version "))
	if versionLess(found, Oldest) {
		return fmt.Errorf("%w: found %q, need %s or newer", ErrOldGit, found, Oldest)
	}
	return nil
}

// versionLess compares the leading numbers of two versions: "2.39.5 (Apple
// Git-154)" and "2.45.1.windows.1" are versions too. What is no version at all
// is older than every version.
func versionLess(a, b string) bool {
	return slices.Compare(versionNumbers(a), versionNumbers(b)) < 0
}

func versionNumbers(s string) []int {
	var numbers []int
	for part := range strings.SplitSeq(s, ".") {
		n, digits := 0, 0
		for digits < len(part) && digits < 9 && part[digits] >= '0' && part[digits] <= '9' {
			n = n*10 + int(part[digits]-'0')
			digits++
		}
		if digits == 0 {
			break
		}
		numbers = append(numbers, n)
		if digits < len(part) {
			break
		}
	}
	return numbers
}
