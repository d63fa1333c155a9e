package git

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

// mergeStream is a process that answers one question after the other.
//
// Before 2.49 git keeps its answers until it has a buffer full of them or its
// input ends. So each question is followed by one of which the answer is longer
// than any buffer of a C library, and that pushes the first one out. Of 303
// merges of a sequence on mistral.rs, each costs 21 ms this way and 69 ms with
// a process of its own, which has to find its way into the packs anew.
type mergeStream struct {
	*mergeProcess
	folder *attributeFolder
	push   string // the line that asks for the long answer
	served int
}

const (
	// pushLength is the length of a name that the long answer holds at least
	// four times. Buffers of C libraries have 1 to 64 KB.
	pushLength = 24 << 10
	// streamPatience is how long an answer is waited for until the input is
	// closed, after which git has to give what it has.
	streamPatience = 20 * time.Second
)

// mergeNext lets the process that is waiting answer, or starts it.
func (p *Replay) mergeNext(ctx context.Context, a *ask) ([]*batch, error) {
	b := &batch{folder: a.folder, asks: []*ask{a}}
	if s := p.stream; s != nil && (s.folder != a.folder || s.served >= maxBatch) {
		s.stop()
		p.stream = nil
	}
	if p.stream == nil {
		push, err := p.pushLine()
		if err != nil {
			return nil, err
		}
		process, err := p.store.startMerge(p.ctx, a.folder.dir)
		if err != nil {
			return nil, err
		}
		p.stream = &mergeStream{mergeProcess: process, folder: a.folder, push: push}
	}
	s := p.stream
	stop := context.AfterFunc(ctx, s.cancel)
	answer, ok, last := s.ask(a)
	if !stop() {
		s.stop()
		p.stream = nil
		return nil, fmt.Errorf("git merge-tree: %w", ctx.Err())
	}
	switch {
	case !ok:
		p.stream = nil
		var err error
		if b.complaint, err = s.complaint(); err != nil {
			return nil, err
		}
		return []*batch{b}, nil
	case last:
		s.stop()
		p.stream = nil
	}
	b.answers = []treeAnswer{answer}
	return []*batch{b}, nil
}

// ask waits for an answer. last says that the process takes no further question.
func (s *mergeStream) ask(a *ask) (answer treeAnswer, ok, last bool) {
	s.served++
	// The pipe holds both lines. That git is gone is noticed by reading.
	io.WriteString(s.in, a.ours+" "+a.theirs+"\n"+s.push)
	var closed atomic.Bool
	timer := time.AfterFunc(streamPatience, func() {
		closed.Store(true)
		s.in.Close()
	})
	defer timer.Stop()
	// The end of the last long answer came only with this one.
	if s.served > 1 {
		if _, ok = readTreeAnswer(&s.fields); !ok {
			return answer, false, true
		}
	}
	answer, ok = readTreeAnswer(&s.fields)
	return answer, ok, closed.Load()
}

// pushLine returns the question of the long answer: we changed a file of a long
// name, and they removed it.
func (p *Replay) pushLine() (string, error) {
	name := strings.Repeat("x", pushLength)
	version := func(text string) (rawID, error) {
		id, err := p.store.write("blob", []byte(text))
		if err != nil {
			return "", err
		}
		return p.trees.write([]entry{{name, modeFile, id}})
	}
	base, err := version("base\n")
	if err != nil {
		return "", err
	}
	ours, err := version("ours\n")
	if err != nil {
		return "", err
	}
	a := &ask{merged: &Merged{}, base: base, onto: ours, commitTree: p.store.emptyTree}
	if err := p.sides(a); err != nil {
		return "", err
	}
	return a.ours + " " + a.theirs + "\n", nil
}
