package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MarkerSize is the length of conflict markers, so unusual that no file has a
// line like them. Git adds to it where it nests them.
const MarkerSize = 61

// replayStore is the temporary folder of a Replay: a git folder of its own
// configuration over the repository's objects.
//
//	git/         the git folder; git/objects takes what is new
//	absent/      objects that stand for absent ones; only merges see them
//	attributes/  a folder for each set of .gitattributes files
type replayStore struct {
	top       string
	style     string // of conflicts
	emptyTree rawID
	attrs     []byte // the repository's own info/attributes

	mu      sync.Mutex
	loose   *looseWriter
	commits map[string]string // by tree and parent
	once    sync.Once
	removed error
}

// newReplayStore makes the folder. Nothing of the repository's configuration is
// taken over, so no driver, filter, text conversion or remote of it is known;
// what its info/attributes say holds, and where a shallow history ends.
func newReplayStore(r *Repo, style string) (*replayStore, error) {
	top, err := os.MkdirTemp(scratch(), replayPrefix)
	if err != nil {
		return nil, err
	}
	sweep(filepath.Dir(top))
	s := &replayStore{top: top, style: style, loose: newLooseWriter(r.format), commits: map[string]string{}}
	if err := s.fill(r); err != nil {
		os.RemoveAll(top)
		return nil, err
	}
	return s, nil
}

const (
	replayPrefix = "tracker-replay-"
	// abandoned is how old the folder of a replay is that nobody works in any more.
	abandoned = 24 * time.Hour
)

// sweep removes the folders of replays whose process was killed outright. What
// cannot be removed is another user's.
func sweep(dir string) {
	old, err := filepath.Glob(filepath.Join(dir, replayPrefix+"*"))
	if err != nil {
		return
	}
	for _, name := range old {
		if info, err := os.Lstat(name); err == nil && info.IsDir() && time.Since(info.ModTime()) > abandoned {
			os.RemoveAll(name)
		}
	}
}

func (s *replayStore) fill(r *Repo) error {
	for _, dir := range []string{s.gitDir("refs"), s.gitDir("info"), s.gitDir("objects", "info"), s.absentDir(), filepath.Join(s.top, "attributes")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	var err error
	if s.attrs, err = os.ReadFile(filepath.Join(r.commonDir, "info", "attributes")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	attributes := fmt.Sprintf("%s\n* conflict-marker-size=%d\n", s.attrs, MarkerSize)
	objects := filepath.ToSlash(filepath.Join(r.commonDir, "objects"))
	if strings.ContainsAny(objects, "\n") || strings.HasPrefix(objects, "#") || strings.HasPrefix(objects, "\"") {
		objects = quoteC(objects)
	}
	files := map[string]string{
		s.gitDir("HEAD"):                          "ref: refs/heads/none\n",
		s.gitDir("config"):                        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = " + r.format + "\n",
		s.gitDir("info", "attributes"):            attributes,
		s.gitDir("objects", "info", "alternates"): objects + "\n",
	}
	if r.Shallow() {
		shallow, err := os.ReadFile(filepath.Join(r.commonDir, "shallow"))
		if err != nil {
			return err
		}
		files[s.gitDir("shallow")] = string(shallow)
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	s.emptyTree, err = s.write("tree", nil)
	return err
}

func (s *replayStore) gitDir(path ...string) string {
	return filepath.Join(append([]string{s.top, "git"}, path...)...)
}

func (s *replayStore) absentDir() string { return filepath.Join(s.top, "absent") }

// remove deletes the folder, once.
func (s *replayStore) remove() error {
	s.once.Do(func() { s.removed = os.RemoveAll(s.top) })
	return s.removed
}

// write keeps an object.
func (s *replayStore) write(kind string, content []byte) (rawID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loose.write(s.gitDir("objects"), kind, content)
}

// standIn lets merges read something for a blob that is absent: different for
// each and binary, so that it is taken for no other file and never merged.
// Git does not check the name of what it reads to merge.
func (s *replayStore) standIn(id rawID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loose.writeAs(s.absentDir(), id, "blob", []byte("absent\x00"+string(id)))
}

// commit keeps a commit of a tree and returns its full hash.
func (s *replayStore) commit(tree rawID, parent string) (string, error) {
	key := string(tree) + parent
	s.mu.Lock()
	defer s.mu.Unlock()
	if hash := s.commits[key]; hash != "" {
		return hash, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", tree)
	if parent != "" {
		fmt.Fprintf(&b, "parent %s\n", parent)
	}
	const who = "tracker <tracker> 0 +0000"
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\nreplay\n", who, who)
	id, err := s.loose.write(s.gitDir("objects"), "commit", []byte(b.String()))
	if err != nil {
		return "", err
	}
	s.commits[key] = id.String()
	return s.commits[key], nil
}

// reading prepares a command that reads what there is, as in a bare repository.
func (s *replayStore) reading(ctx context.Context, args ...string) *exec.Cmd {
	return Command(ctx, s.gitDir(), append([]string{"--git-dir=" + s.gitDir(), "--bare"}, args...)...)
}

// merging prepares a command that may find something in place of what is
// absent, with a work tree that holds attributes.
func (s *replayStore) merging(ctx context.Context, workTree string, args ...string) *exec.Cmd {
	cmd := Command(ctx, workTree, append([]string{
		"--git-dir=" + s.gitDir(), "--work-tree=" + workTree,
		"-c", "core.bigFileThreshold=512m", // git's own: a pick of a large text merges it
		"-c", "core.fsync=none",
		"-c", "merge.conflictStyle=" + s.style, // by default merge: others refine less, and conflict where this does not
		"-c", "merge.renames=true", "-c", "merge.directoryRenames=conflict",
		"-c", "merge.renormalize=false", "-c", "merge.verbosity=2",
		"-c", "core.autocrlf=false", "-c", "core.ignoreCase=false",
	}, args...)...)
	cmd.Env = append(cmd.Env, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+quoteC(filepath.ToSlash(s.absentDir())))
	return cmd
}

// quoteC writes a path as git reads it in a list of paths, whatever its bytes.
func quoteC(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			b.WriteString(`\` + strconv.FormatInt(int64(c)|0o1000, 8)[1:])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
