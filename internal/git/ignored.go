package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// maxIgnore is the size in bytes up to which a .gitignore file is read.
const maxIgnore = 1 << 20

// Ignored reports whether a rule of a revision's own .gitignore files matches a path
// that is, or would be, a file of its tree. Rules from outside of the tree, the
// user's and the repository's, do not count.
func (r *Repo) Ignored(ctx context.Context, rev, name string) (ignored bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("looking for a rule that ignores %q: %w", name, err)
		}
	}()
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return false, fmt.Errorf("it is no path of a tree")
	}
	top, err := os.MkdirTemp("", "tracker-ignore-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(top)
	var rules []string
	err = r.ListTree(ctx, rev, func(e TreeEntry) error {
		dir := path.Dir(e.Path)
		if path.Base(e.Path) == ".gitignore" && e.Type == "blob" && (dir == "." || strings.HasPrefix(name, dir+"/")) {
			rules = append(rules, e.Path)
		}
		return nil
	})
	if err != nil || len(rules) == 0 {
		return false, err
	}
	err = r.ReadFiles(ctx, rev, rules, maxIgnore, func(rule string, content []byte) error {
		file := filepath.Join(top, filepath.FromSlash(rule))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o666)
	})
	if err != nil {
		return false, err
	}
	if out, err := Command(ctx, top, "init", "--quiet", "--template=").CombinedOutput(); err != nil {
		return false, fmt.Errorf("%w: %s", err, out)
	}
	err = Command(ctx, top, "-c", "core.excludesFile="+nowhere, "check-ignore", "--no-index", "--quiet", "--", "./"+name).Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok && failed.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}
