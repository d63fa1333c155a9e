package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// TreeEntry is one file of a tree.
type TreeEntry struct {
	Path string
	Mode uint32
	Type string // blob, or commit for a submodule
	ID   string
}

// ListTree calls fn for every file of a revision's tree, sorted by path. An
// error of fn ends the listing and is returned as it is. Blobs may be absent:
// sizes are not asked for, at the first of which git would die in a partial clone.
// Where a tree is absent the error is ErrAbsent.
func (r *Repo) ListTree(ctx context.Context, rev string, fn func(TreeEntry) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", rev)
	var stderr tail
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("listing %q: %w", rev, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("listing %q: %w", rev, explain(ctx, "ls-tree", &stderr, err))
	}
	tokens := &tokenReader{in: bufio.NewReaderSize(stdout, 64<<10)}
	for {
		token, err := tokens.next()
		if err == io.EOF {
			break
		}
		var entry TreeEntry
		if err == nil {
			entry, err = readTreeEntry(string(token))
		}
		if err == nil {
			if err = fn(entry); err != nil {
				err = &callbackError{err}
			}
		}
		if err != nil {
			outer := ctx.Err()
			cancel()
			cmd.Wait()
			if stopped, ok := errors.AsType[*callbackError](err); ok {
				return stopped.err
			}
			if outer != nil {
				err = outer
			}
			return fmt.Errorf("listing %q: %w", rev, err)
		}
	}
	if err := cmd.Wait(); err != nil {
		err = explain(ctx, "ls-tree", &stderr, err)
		if strings.Contains(err.Error(), "promisor remote") {
			err = fmt.Errorf("a tree is %w", ErrAbsent)
		}
		return fmt.Errorf("listing %q: %w", rev, err)
	}
	return nil
}

// readTreeEntry reads "MODE TYPE ID\tPATH".
func readTreeEntry(s string) (TreeEntry, error) {
	head, path, ok := strings.Cut(s, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 || !isFullHash(fields[2]) {
		return TreeEntry{}, fmt.Errorf("an entry that cannot be read, %q: %w", s, errFormat)
	}
	mode, err := strconv.ParseUint(fields[0], 8, 32)
	if err != nil {
		return TreeEntry{}, fmt.Errorf("an entry that cannot be read, %q: %w", s, err)
	}
	return TreeEntry{Path: path, Mode: uint32(mode), Type: fields[1], ID: fields[2]}, nil
}

// ReadFiles calls fn with the content of each path (from the top, with
// slashes) at a revision, in the given order. The content is nil when there is
// no such file, when its blob is absent, and when it has more than limit bytes.
func (r *Repo) ReadFiles(ctx context.Context, rev string, paths []string, limit int64, fn func(path string, content []byte) error) error {
	resolved, err := r.Resolve(ctx, rev)
	if err != nil {
		return err
	}
	if !resolved[0].Found() {
		return fmt.Errorf("reading files of %q: %w", rev, ErrNoCommit)
	}
	objects, err := r.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = resolved[0].Commit + ":" + path
	}
	i := -1
	return objects.Contents(names, func(obj Object, content io.Reader) error {
		i++
		if content == nil || obj.Type != "blob" || obj.Size > limit {
			return fn(paths[i], nil)
		}
		data := make([]byte, obj.Size)
		if _, err := io.ReadFull(content, data); err != nil {
			return fmt.Errorf("reading %q at %q: %w", paths[i], rev, noEOF(err))
		}
		return fn(paths[i], data)
	})
}
