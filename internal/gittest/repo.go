package gittest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tracker/internal/git"
)

// Files are contents by path (slashes). Deleted as a content deletes the file.
type Files map[string]string

// Deleted stands for the content of a file that a commit deletes.
const Deleted = "\x00deleted\x00"

// Start is the time of the first commit.
var Start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// Who wrote and committed what no option says otherwise of.
const (
	Name  = "Fork Maintainer"
	Email = "maintainer@fork.example"
)

// TB is the part of testing.TB that New needs.
type TB interface {
	Helper()
	TempDir() string
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Repo is a repository under construction. It has one current branch, main at
// the start. It is not safe for several goroutines. A step that fails ends the
// test, or the function given to Build.
type Repo struct {
	Dir string // the work tree, or the repository itself when it is bare

	ctx    context.Context
	fail   func(error)
	bare   bool
	digits int // of a hash
	branch string
	tips   map[string]string // commits of the branches
	clock  time.Time
	stream *importer // nil while nothing is being written
	stale  bool      // the work tree is behind the current branch
}

// New makes an empty repository in a temporary folder of the test.
func New(t TB, opts ...InitOption) *Repo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := newRepo(ctx, t.TempDir(), func(err error) {
		t.Helper()
		t.Fatalf("building a repository: %v", err)
	})
	t.Cleanup(func() {
		cancel()
		r.abandon()
	})
	r.init(opts)
	return r
}

// Build makes a repository in dir, which is created, by the steps that build
// takes, and leaves its work tree on the current branch.
func Build(ctx context.Context, dir string, build func(*Repo), opts ...InitOption) (err error) {
	type failure struct{ error }
	defer func() {
		switch v := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("building a repository: %w", v.error)
		default:
			panic(v)
		}
	}()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("building a repository: %w", err)
	}
	r := newRepo(ctx, dir, func(err error) { panic(failure{err}) })
	defer r.abandon()
	r.init(opts)
	build(r)
	r.WorkTree()
	return nil
}

func newRepo(ctx context.Context, dir string, fail func(error)) *Repo {
	return &Repo{Dir: dir, ctx: ctx, fail: fail, digits: 40, branch: "main", tips: map[string]string{}, clock: Start}
}

// InitOption changes how the repository is made.
type InitOption string

const (
	// Bare makes a repository without a work tree.
	Bare InitOption = "--bare"
	// SHA256 names objects by SHA-256.
	SHA256 InitOption = "--object-format=sha256"
)

func (r *Repo) init(opts []InitOption) {
	args := []string{"init", "--quiet", "--initial-branch=main", "--template="}
	for _, opt := range opts {
		args = append(args, string(opt))
		switch opt {
		case Bare:
			r.bare = true
		case SHA256:
			r.digits = 64
		}
	}
	r.run("", args...)
}

// Option changes one commit.
type Option func(*commit)

// Author sets who wrote the commit.
func Author(name, email string) Option {
	return func(c *commit) { c.author, c.email = name, email }
}

// Date sets when the commit was written; the time of committing stays the
// clock's.
func Date(t time.Time) Option { return func(c *commit) { c.date = t } }

// Message replaces the message of a pick, merge or revert.
func Message(message string) Option { return func(c *commit) { c.message = message } }

// Encoding declares the encoding of the commit's text, which is written as given.
func Encoding(name string) Option { return func(c *commit) { c.encoding = name } }

// Mode sets the mode of a path that the commit writes: 100644 (the default),
// 100755, 120000 for a link, or 160000 for a submodule, whose content is a hash.
func Mode(path, mode string) Option {
	return func(c *commit) { c.modes[path] = mode }
}

// Rename moves a file before the commit's files are written.
func Rename(from, to string) Option {
	return func(c *commit) { c.moves = append(c.moves, move{"R", from, to}) }
}

// Copy copies a file before the commit's files are written.
func Copy(from, to string) Option {
	return func(c *commit) { c.moves = append(c.moves, move{"C", from, to}) }
}

// Parent adds a further parent: the commit becomes a merge.
func Parent(hash string) Option {
	return func(c *commit) { c.merges = append(c.merges, hash) }
}

// Resolve says what the given files hold after a pick, merge or revert that
// conflicts, or that changes them on the way.
func Resolve(files Files) Option { return func(c *commit) { c.files = files } }

// Without leaves paths out of a pick: they stay as they were.
func Without(paths ...string) Option {
	return func(c *commit) { c.without = append(c.without, paths...) }
}

type move struct{ op, from, to string }

type commit struct {
	author, email, message, encoding string
	date, committed                  time.Time
	files                            Files
	modes                            map[string]string
	moves                            []move
	merges, without                  []string
}

func (r *Repo) newCommit(opts []Option) *commit {
	c := &commit{author: Name, email: Email, committed: r.clock, modes: map[string]string{}}
	r.clock = r.clock.Add(time.Hour)
	for _, opt := range opts {
		opt(c)
	}
	if c.date.IsZero() {
		c.date = c.committed
	}
	return c
}

// Commit writes files on the current branch and returns the commit's hash.
// Files that are not named stay as they are.
func (r *Repo) Commit(files Files, message string, opts ...Option) string {
	c := r.newCommit(opts)
	c.files, c.message = files, message
	if r.stream == nil {
		var err error
		if r.stream, err = startImport(r.ctx, r.Dir); err != nil {
			r.fail(err)
		}
	}
	hash, err := r.stream.commit("refs/heads/"+r.branch, r.tips[r.branch], c)
	if err != nil {
		r.fail(fmt.Errorf("committing %q: %w", message, err))
	}
	r.tips[r.branch] = hash
	r.stale = true
	return hash
}

// Tip returns the newest commit of the current branch, empty if it has none.
func (r *Repo) Tip() string { return r.tips[r.branch] }

// Branch makes a branch at the current commit, or at the one given, and goes
// there.
func (r *Repo) Branch(name string, at ...string) {
	tip := r.Tip()
	if len(at) > 0 {
		tip = at[0]
	}
	r.flush()
	if tip != "" {
		r.run("", "update-ref", "refs/heads/"+name, tip)
	}
	r.tips[name] = tip
	r.Checkout(name)
}

// Orphan goes to a new branch that has no history.
func (r *Repo) Orphan(name string) {
	r.tips[name] = ""
	r.Checkout(name)
}

// Checkout goes to a branch made before.
func (r *Repo) Checkout(name string) {
	if _, ok := r.tips[name]; !ok {
		r.fail(fmt.Errorf("there is no branch %q", name))
	}
	r.branch = name
	r.stale = true
}

// SetRef lets a ref outside refs/heads, such as refs/remotes/upstream/main,
// name a commit.
func (r *Repo) SetRef(ref, commit string) { r.Git("update-ref", ref, commit) }

// WorkTree writes all that is pending and brings HEAD and the work tree to the
// current branch.
func (r *Repo) WorkTree() {
	r.flush()
	if !r.stale {
		return
	}
	if r.bare || r.Tip() == "" {
		r.run("", "symbolic-ref", "HEAD", "refs/heads/"+r.branch)
	} else {
		r.run("", "checkout", "--quiet", "--force", r.branch)
	}
	r.stale = false
}

// Git runs a git command in the repository, with everything written that is
// pending, and returns what it printed without the last newline. A command that
// moves the current branch is noticed.
func (r *Repo) Git(args ...string) string { return r.GitInput("", args...) }

// GitInput is Git with something on standard input.
func (r *Repo) GitInput(stdin string, args ...string) string {
	r.flush()
	out := r.run(stdin, args...)
	if tip, err := r.try(r.clock, "", "rev-parse", "--verify", "--quiet", "refs/heads/"+r.branch); err == nil {
		r.tips[r.branch] = tip
	}
	return out
}

// flush ends the import, which makes its commits visible to git.
func (r *Repo) flush() {
	if r.stream == nil {
		return
	}
	err := r.stream.close()
	r.stream = nil
	if err != nil {
		r.fail(err)
	}
}

// abandon ends a process that a failed step left running.
func (r *Repo) abandon() {
	if r.stream != nil {
		r.stream.close()
		r.stream = nil
	}
}

func (r *Repo) run(stdin string, args ...string) string {
	out, err := r.try(r.clock, stdin, args...)
	if err != nil {
		r.fail(err)
	}
	return out
}

// try runs git as Ada at the given time.
func (r *Repo) try(now time.Time, stdin string, args ...string) (string, error) {
	cmd := git.Command(r.ctx, r.Dir, args...)
	date := rawDate(now)
	cmd.Env = append(cmd.Env,
		"GIT_AUTHOR_NAME="+Name, "GIT_AUTHOR_EMAIL="+Email, "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME="+Name, "GIT_COMMITTER_EMAIL="+Email, "GIT_COMMITTER_DATE="+date,
		"GIT_EDITOR=true", "GIT_MERGE_AUTOEDIT=no",
		"GIT_ALLOW_PROTOCOL=file", "GIT_OPTIONAL_LOCKS=1")
	cmd.Stdin = strings.NewReader(stdin)
	var out, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()+out.String()))
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// write puts files into the work tree.
func (r *Repo) write(files Files) {
	for path, content := range files {
		name := filepath.Join(r.Dir, filepath.FromSlash(path))
		var err error
		if content == Deleted {
			if err = os.Remove(name); errors.Is(err, os.ErrNotExist) {
				err = nil
			}
		} else if err = os.MkdirAll(filepath.Dir(name), 0o777); err == nil {
			err = os.WriteFile(name, []byte(content), 0o666)
		}
		if err != nil {
			r.fail(err)
		}
	}
}

func rawDate(t time.Time) string {
	return fmt.Sprintf("%d %s", t.Unix(), t.Format("-0700"))
}
