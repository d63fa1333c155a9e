package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tracker/internal/fact"
)

// Commit is a commit as Log reads it, with the blobs it changes.
type Commit struct {
	fact.Commit
	// Changes are the entries of the tree that differ from the first parent's,
	// in git's order, as git lists them without looking into a blob: a rename
	// is a deletion and an addition. Merges have none.
	Changes []Change
}

// Change is one entry of a comparison of two trees.
type Change struct {
	Path             string
	OldPath          string // the source of a rename or copy
	Status           byte   // A, C, D, M, R or T
	OldMode, NewMode uint32 // 0 where there is no file
	OldID, NewID     string // blob or, for a submodule, commit; zeros where there is no file
}

const gitlink = 0o160000 // the mode of a submodule

const (
	trailerValue = "\x1f" // between a trailer's key and its value
	trailerEnd   = "\x1e" // between two trailers
)

// logFormat ends every field with a NUL, which no field can contain.
const logFormat = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00%b%x00" +
	"%(trailers:only=true,unfold=true,key_value_separator=%x1f,separator=%x1e)%x00"

const logFields = 11

// Log calls fn for every commit that can be reached from include but not from
// exclude, children before parents (git's --topo-order), newest first where
// that leaves a choice. Names are any revisions; one that does not exist is an
// error. An error of fn ends the walk and is returned as it is.
//
// Files holds what the trees tell: paths and letters, without renames and
// without counts, so that Log never needs a blob. Diffs tells the rest.
// Trailers are those that git itself sees.
func (r *Repo) Log(ctx context.Context, include, exclude []string, fn func(*Commit) error) error {
	return r.history(ctx, include, exclude, true, fn)
}

// history is Log, with the trees left alone unless they are asked for.
func (r *Repo) history(ctx context.Context, include, exclude []string, trees bool, fn func(*Commit) error) error {
	var stdin strings.Builder
	for _, list := range []struct {
		sign string
		revs []string
	}{{"", include}, {"^", exclude}} {
		for _, rev := range list.revs {
			if rev == "" || strings.HasPrefix(rev, "-") || strings.HasPrefix(rev, "^") || strings.ContainsAny(rev, "\n\x00") {
				return fmt.Errorf("reading history: %q is not a revision", rev)
			}
			stdin.WriteString(list.sign + rev + "\n")
		}
	}
	if len(include) == 0 {
		return nil
	}
	return r.log(ctx, stdin.String(), "--topo-order", trees, fn)
}

// LogCommits calls fn for each of the given commits alone, in their order. They
// are named by their full hashes; one that does not exist is an error.
func (r *Repo) LogCommits(ctx context.Context, commits []string, fn func(*Commit) error) error {
	return r.commits(ctx, commits, true, fn)
}

// commits is LogCommits, with the trees left alone unless they are asked for.
func (r *Repo) commits(ctx context.Context, commits []string, trees bool, fn func(*Commit) error) error {
	if len(commits) == 0 {
		return nil
	}
	for _, c := range commits {
		if !isFullHash(c) {
			return fmt.Errorf("reading commits: %q is not a full hash", c)
		}
	}
	return r.log(ctx, strings.Join(commits, "\n")+"\n", "--no-walk=unsorted", trees, fn)
}

// CommitDate returns when a commit, named by its full hash, was committed. It
// needs no tree.
func (r *Repo) CommitDate(ctx context.Context, hash string) (date time.Time, err error) {
	err = r.commits(ctx, []string{hash}, false, func(c *Commit) error {
		date = c.CommitDate
		return nil
	})
	return date, err
}

// log reads the commits that git finds from the revisions in stdin.
func (r *Repo) log(ctx context.Context, stdin, walk string, trees bool, fn func(*Commit) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	args := []string{"log", "--stdin", walk, "-z", logFormat, "--date=raw", "--encoding=UTF-8",
		"--no-notes", "--no-mailmap", "--no-color", "--no-decorate", "--diff-merges=off"}
	if trees {
		args = append(args, "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "-O"+nowhere)
	} else {
		args = append(args, "--no-patch")
	}
	cmd := r.command(ctx, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr tail
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("reading history: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("reading history: %w", explain(ctx, "log", &stderr, err))
	}
	readErr := readLog(stdout, fn)
	stopped, isCallback := errors.AsType[*callbackError](readErr)
	if readErr != nil {
		outer := ctx.Err()
		cancel()
		cmd.Wait()
		switch {
		case isCallback:
			return stopped.err
		case outer != nil:
			return fmt.Errorf("reading history: %w", outer)
		}
	} else if err := cmd.Wait(); err != nil {
		return fmt.Errorf("reading history: %w", explain(ctx, "log", &stderr, err))
	}
	if readErr != nil {
		if s := stderr.String(); s != "" {
			return fmt.Errorf("reading history: %w: %s", readErr, s)
		}
		return fmt.Errorf("reading history: %w", readErr)
	}
	return nil
}

// callbackError carries an error of the caller's function past our own.
type callbackError struct{ err error }

func (e *callbackError) Error() string { return e.err.Error() }

// readLog reads what git prints for logFormat, -z and --raw. A commit is its
// fields, an empty token (the end of the commit's text), and its entries.
func readLog(in io.Reader, fn func(*Commit) error) error {
	tokens := &tokenReader{in: bufio.NewReaderSize(in, 64<<10)}
	var commit *Commit
	emit := func() error {
		if commit == nil {
			return nil
		}
		if err := fn(commit); err != nil {
			return &callbackError{err}
		}
		return nil
	}
	for {
		token, err := tokens.next()
		if err == io.EOF {
			return emit()
		}
		if err != nil {
			return err
		}
		token = bytes.TrimPrefix(token, []byte("\n"))
		switch {
		case len(token) == 0:
		case token[0] == ':':
			if commit == nil {
				return fmt.Errorf("a change without a commit: %q", token)
			}
			change, err := readChange(token, tokens)
			if err != nil {
				return err
			}
			commit.Changes = append(commit.Changes, change)
			commit.Files = append(commit.Files, change.fact())
		default:
			if err := emit(); err != nil {
				return err
			}
			if commit, err = readCommit(string(token), tokens); err != nil {
				return err
			}
		}
	}
}

func readCommit(hash string, tokens *tokenReader) (*Commit, error) {
	var field [logFields]string
	field[0] = hash
	for i := 1; i < logFields; i++ {
		token, err := tokens.next()
		if err != nil {
			return nil, fmt.Errorf("commit %q is cut off: %w", hash, noEOF(err))
		}
		field[i] = decode(token)
	}
	if !isFullHash(hash) {
		return nil, fmt.Errorf("expected a commit and found %q", hash)
	}
	c := &Commit{Commit: fact.Commit{
		Hash:       hash,
		Parents:    strings.Fields(field[1]),
		Author:     fact.Person{Name: field[2], Email: field[3]},
		AuthorDate: parseDate(field[4]),
		Committer:  fact.Person{Name: field[5], Email: field[6]},
		CommitDate: parseDate(field[7]),
		Subject:    field[8],
		Body:       strings.TrimRight(field[9], "\n"),
		Trailers:   parseTrailers(field[10]),
		Files:      []fact.FileChange{},
	}}
	c.PR = PullRequest(c.Subject, c.Body)
	return c, nil
}

// readChange reads one entry of git's raw format with -z: its header
// ":100644 100644 OLD NEW R086" and, from the tokens, one or two paths.
func readChange(header []byte, tokens *tokenReader) (Change, error) {
	fields := strings.Fields(strings.TrimPrefix(string(header), ":"))
	bad := func(err error) (Change, error) {
		return Change{}, fmt.Errorf("a change that cannot be read, %q: %w", header, noEOF(err))
	}
	if len(fields) != 5 || !isFullHash(fields[2]) || !isFullHash(fields[3]) {
		return bad(errFormat)
	}
	oldMode, err := strconv.ParseUint(fields[0], 8, 32)
	if err != nil {
		return bad(err)
	}
	newMode, err := strconv.ParseUint(fields[1], 8, 32)
	if err != nil {
		return bad(err)
	}
	c := Change{Status: fields[4][0], OldMode: uint32(oldMode), NewMode: uint32(newMode), OldID: fields[2], NewID: fields[3]}
	path, err := tokens.next()
	if err != nil {
		return bad(err)
	}
	c.Path = string(path)
	if c.Status == 'R' || c.Status == 'C' {
		if path, err = tokens.next(); err != nil {
			return bad(err)
		}
		c.OldPath, c.Path = c.Path, string(path)
	}
	return c, nil
}

func (c *Change) fact() fact.FileChange {
	return fact.FileChange{Path: c.Path, OldPath: c.OldPath, Status: string(rune(c.Status)), Generated: Generated(c.Path)}
}

// blobs returns the blobs that a comparison of the entry reads.
func (c *Change) blobs() []string {
	var ids []string
	if c.OldMode != 0 && c.OldMode != gitlink {
		ids = append(ids, c.OldID)
	}
	if c.NewMode != 0 && c.NewMode != gitlink {
		ids = append(ids, c.NewID)
	}
	return ids
}

var errFormat = errors.New("not in git's format")

// noEOF names an end where more was expected.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func isFullHash(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// tokenReader splits a stream at NULs. A token is valid until the next call.
type tokenReader struct {
	in  *bufio.Reader
	buf []byte
}

// next returns the next token without its NUL; io.EOF at the end of the
// stream, io.ErrUnexpectedEOF when a token has no end.
func (t *tokenReader) next() ([]byte, error) {
	token, err := readDelimited(t.in, 0, &t.buf)
	if err == io.EOF && len(token) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	return token[:len(token)-1], nil
}

// readDelimited reads to delim and returns it too, in the reader's buffer when
// it fits and else in *spill. At the end of the stream it returns what is left
// and io.EOF.
func readDelimited(in *bufio.Reader, delim byte, spill *[]byte) ([]byte, error) {
	part, err := in.ReadSlice(delim)
	if err != bufio.ErrBufferFull {
		return part, err
	}
	*spill = append((*spill)[:0], part...)
	for err == bufio.ErrBufferFull {
		part, err = in.ReadSlice(delim)
		*spill = append(*spill, part...)
	}
	return *spill, err
}
