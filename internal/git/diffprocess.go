package git

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
)

// diffProcess is a running `git diff-tree --stdin`.
type diffProcess struct {
	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	stdin  io.Closer
	in     *bufio.Writer
	out    *diffReader
	stderr tail
}

// startDiff starts a comparison that leaves out what exclude matches.
func (r *Repo) startDiff(ctx context.Context, exclude []string) (*diffProcess, error) {
	args := slices.Clone(diffArgs)
	if len(exclude) > 0 {
		args = append(append(args, "--"), exclude...)
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &diffProcess{ctx: ctx, cancel: cancel, cmd: r.command(ctx, args...)}
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe()
	var stdout io.ReadCloser
	if err == nil {
		if stdout, err = p.cmd.StdoutPipe(); err == nil {
			err = p.cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return nil, explain(ctx, "diff-tree", &p.stderr, err)
	}
	p.stdin, p.in, p.out = stdin, bufio.NewWriter(stdin), newDiffReader(stdout)
	return p, nil
}

// ask requests a commit. The few requests that wait for an answer fit the
// pipe, so this never blocks. A process that is gone is noticed by the one who
// reads.
func (p *diffProcess) ask(commit string) {
	p.in.WriteString(commit + "\n" + endOfCommit + commit + "\n")
	p.in.Flush()
}

// stop ends a process that is not needed any more. All that was wanted of it
// has been read, so how it ends does not matter.
func (p *diffProcess) stop() {
	p.cancel()
	p.stdin.Close()
	p.cmd.Wait()
}

// cause ends a process whose answer could not be read and says why: in git's
// own words when it ended by itself.
func (p *diffProcess) cause(readErr error) error {
	p.stdin.Close()
	if !errors.Is(readErr, io.ErrUnexpectedEOF) {
		p.cancel() // alive, but not speaking our language
	}
	err := explain(p.ctx, "diff-tree", &p.stderr, p.cmd.Wait())
	p.cancel()
	if p.stderr.String() == "" || err == nil {
		return readErr
	}
	return err
}
