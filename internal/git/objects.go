package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// Object is git's answer to the name of an object.
type Object struct {
	Name      string // as asked
	ID        string // empty when missing or ambiguous
	Type      string // commit, tree, blob or tag
	Size      int64  // in bytes
	Missing   bool   // there is no such object here
	Ambiguous bool   // an abbreviation of several objects
}

// Objects is a long-lived git process that answers for any number of objects.
// It serves one caller at a time. Close ends the process.
type Objects struct {
	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr tail
	spill  []byte
	once   sync.Once
	failed error
	folder string // to be removed at the end
}

// Objects starts a reader of objects, which are named by hash or "hash:path". It
// must be closed. An object that a partial clone lacks is Missing.
func (r *Repo) Objects(ctx context.Context) (*Objects, error) {
	if !r.partial() {
		return r.revisions(ctx)
	}
	dir, env, err := r.shadow()
	if err != nil {
		return nil, err
	}
	o, err := startObjects(ctx, func(ctx context.Context, args ...string) *exec.Cmd {
		cmd := Command(ctx, dir, append([]string{"--git-dir=" + dir}, args...)...)
		cmd.Env = append(cmd.Env, env...)
		return cmd
	})
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	o.folder = dir
	return o, nil
}

// revisions starts a reader of objects that are named by any revision.
func (r *Repo) revisions(ctx context.Context) (*Objects, error) {
	return startObjects(ctx, r.command)
}

func startObjects(ctx context.Context, command func(context.Context, ...string) *exec.Cmd) (*Objects, error) {
	ctx, cancel := context.WithCancel(ctx)
	o := &Objects{ctx: ctx, cancel: cancel}
	o.cmd = command(ctx, "cat-file", "--batch-command", "--buffer", "-z")
	o.cmd.Stderr = &o.stderr
	var out io.ReadCloser
	var err error
	if o.in, err = o.cmd.StdinPipe(); err == nil {
		if out, err = o.cmd.StdoutPipe(); err == nil {
			err = o.cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("reading objects: %w", explain(ctx, "cat-file", &o.stderr, err))
	}
	o.out = bufio.NewReaderSize(out, 64<<10)
	return o, nil
}

// Close ends the process. Closing twice is allowed.
func (o *Objects) Close() error {
	o.once.Do(func() {
		o.in.Close()
		o.cancel()
		o.cmd.Wait() // killed or done: either is what was wanted
		if o.folder != "" {
			os.RemoveAll(o.folder)
		}
	})
	return nil
}

// Info looks up every name and returns the answers in the same order. Nothing is read but the header.
func (o *Objects) Info(names []string) ([]Object, error) {
	objects := make([]Object, 0, len(names))
	err := o.ask("info ", names, func(obj Object) error {
		objects = append(objects, obj)
		return nil
	})
	return objects, err
}

// Contents calls fn with each object in the order of the names. The reader
// holds Object.Size bytes and is valid until fn returns; what fn leaves unread
// is skipped. A missing or ambiguous name has a nil reader.
func (o *Objects) Contents(names []string, fn func(Object, io.Reader) error) error {
	return o.ask("contents ", names, func(obj Object) error {
		var content io.Reader
		limited := &io.LimitedReader{R: o.out, N: obj.Size}
		if obj.ID != "" {
			content = limited
		}
		if err := fn(obj, content); err != nil {
			return &callbackError{err}
		}
		if content == nil {
			return nil
		}
		// The newline behind the content belongs to the answer.
		if _, err := io.CopyN(io.Discard, o.out, limited.N+1); err != nil {
			return noEOF(err)
		}
		return nil
	})
}

// ask sends one request a name and reads one answer a name. A failure leaves
// the stream at an unknown place, so the reader is of no use after it.
func (o *Objects) ask(request string, names []string, answer func(Object) error) error {
	if o.failed != nil {
		return o.failed
	}
	if len(names) == 0 {
		return nil
	}
	// Git blocks on its answers while we still ask: write apart.
	written := make(chan error, 1)
	go func() {
		w := bufio.NewWriterSize(o.in, 32<<10)
		for _, name := range names {
			w.WriteString(request)
			w.WriteString(strings.ReplaceAll(name, "\x00", "\uFFFD"))
			w.WriteByte(0)
		}
		w.WriteString("flush\x00")
		written <- w.Flush()
	}()
	fail := func(err error) error {
		o.failed = err
		o.Close() // ends the writer, too
		<-written
		return err
	}
	for _, name := range names {
		obj, err := o.header(name)
		if err == nil {
			err = answer(obj)
		}
		if stopped, ok := errors.AsType[*callbackError](err); ok {
			return fail(stopped.err)
		}
		if err != nil {
			o.in.Close()
			if waited := o.cmd.Wait(); waited != nil {
				err = explain(o.ctx, "cat-file", &o.stderr, waited)
			}
			return fail(fmt.Errorf("reading object %q: %w", name, err))
		}
	}
	if err := <-written; err != nil {
		o.failed = fmt.Errorf("reading objects: %w", err)
		return o.failed
	}
	return nil
}

// header reads "ID TYPE SIZE", or the name itself and what is wrong with it.
func (o *Objects) header(name string) (Object, error) {
	line, err := readDelimited(o.out, '\n', &o.spill)
	if err != nil {
		return Object{}, noEOF(err)
	}
	line = line[:len(line)-1]
	fields := bytes.Fields(line)
	if len(fields) == 3 && isFullHash(string(fields[0])) {
		if size, err := strconv.ParseInt(string(fields[2]), 10, 64); err == nil {
			return Object{Name: name, ID: string(fields[0]), Type: string(fields[1]), Size: size}, nil
		}
	}
	// The name is echoed, newlines and all.
	for range strings.Count(name, "\n") {
		if line, err = readDelimited(o.out, '\n', &o.spill); err != nil {
			return Object{}, noEOF(err)
		}
		line = line[:len(line)-1]
	}
	switch {
	case bytes.HasSuffix(line, []byte(" missing")):
		return Object{Name: name, Missing: true}, nil
	case bytes.HasSuffix(line, []byte(" ambiguous")):
		return Object{Name: name, Ambiguous: true}, nil
	}
	return Object{}, fmt.Errorf("unexpected answer %q", line)
}
