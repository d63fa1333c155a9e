package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrAbsent says that git needs an object that a partial clone lacks.
var ErrAbsent = errors.New("not in this partial clone")

// Partial reports whether a remote promised objects that may be absent here.
func (r *Repo) Partial() bool { return r.partial() }

// partial reports whether blobs and trees may be absent because a remote promised them.
func (r *Repo) partial() bool {
	entries, err := os.ReadDir(filepath.Join(r.commonDir, "objects", "pack"))
	if err != nil {
		return false
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".promisor") {
			return true
		}
	}
	return false
}

// shadow makes a temporary git folder over the repository's objects that knows
// no remote. Asked for an object that a remote promised, git dies when it may
// not fetch it, where it otherwise says that the object is missing; and no
// option takes a promise back that the repository's configuration makes.
func (r *Repo) shadow() (dir string, env []string, err error) {
	if dir, err = os.MkdirTemp("", "tracker-git-"); err != nil {
		return "", nil, err
	}
	config := "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = " + r.format + "\n"
	for name, text := range map[string]string{"HEAD": "ref: refs/heads/none\n", "config": config} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
		}
	}
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "refs"), 0o700)
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", nil, fmt.Errorf("reading a partial clone: %w", err)
	}
	return dir, []string{"GIT_OBJECT_DIRECTORY=" + filepath.Join(r.commonDir, "objects")}, nil
}
