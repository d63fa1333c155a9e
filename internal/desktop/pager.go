package desktop

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

// Pager stands before a terminal: what is written to it is shown by the person's pager
// as soon as it is more than the screen has room for, and else as it is. It is asked
// for as git does: the first that is set of GIT_PAGER and PAGER, else less, and none if
// that is empty or cat alone.
// Unlike git it runs no shell, so that the words of the variable are a program and its
// arguments, and it asks no configuration, which is the repository's too.
//
// A pager that is left before the end takes the rest of the output with it, and that is
// no error. One that fails before it has read anything is as none.
type Pager struct {
	screen  *os.File
	rows    int
	lookup  func(string) (string, bool)
	held    bytes.Buffer // until it is known whether a pager is wanted
	lines   int
	started bool
	pipe    *os.File // to the pager; nil if there is none
	left    bool     // the pager has ended
	sent    int      // bytes that went into the pipe
	ended   chan []byte
}

// NewPager returns a pager before a terminal with so many rows. It must be closed.
// Lookup is os.LookupEnv, or as that.
func NewPager(screen *os.File, rows int, lookup func(string) (string, bool)) *Pager {
	return &Pager{screen: screen, rows: rows, lookup: lookup}
}

// Write takes output. It never fails because the pager was left.
func (p *Pager) Write(b []byte) (int, error) {
	if !p.started {
		p.held.Write(b)
		p.lines += bytes.Count(b, []byte{'\n'})
		if p.lines < p.rows {
			return len(b), nil
		}
		p.start()
		return len(b), p.pass(p.held.Bytes())
	}
	return len(b), p.pass(b)
}

func (p *Pager) pass(b []byte) error {
	if p.pipe == nil {
		_, err := p.screen.Write(b)
		return err
	}
	if !p.left {
		n, err := p.pipe.Write(b)
		p.sent += n
		p.left = err != nil
	}
	return nil
}

func (p *Pager) start() {
	p.started = true
	words := p.words()
	if len(words) == 0 {
		return
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr = p.screen, os.Stderr
	cmd.Env = os.Environ()
	// -R lets colours and links through and nothing else, -F and -X leave what was
	// shown on the screen.
	for _, v := range []string{"LESS=FRX", "LV=-c"} {
		if name, _, _ := strings.Cut(v, "="); !p.set(name) {
			cmd.Env = append(cmd.Env, v)
		}
	}
	in, pipe, err := os.Pipe()
	if err != nil {
		return
	}
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		_, _ = in.Close(), pipe.Close()
		return // there is no such program: the terminal scrolls
	}
	p.pipe, p.ended = pipe, make(chan []byte, 1)
	go func() {
		defer in.Close()
		var unread []byte
		if cmd.Wait() != nil {
			unread, _ = io.ReadAll(in) // to the end of the output: it may have to be shown yet
		}
		p.ended <- unread
	}()
	// An interrupt is the pager's now: it shares the terminal, and stays until it is
	// left. It was started before, and ignores nothing.
	signal.Ignore(os.Interrupt)
}

func (p *Pager) words() []string {
	for _, name := range []string{"GIT_PAGER", "PAGER"} {
		if value, ok := p.lookup(name); ok {
			words := strings.Fields(value)
			if len(words) == 1 && words[0] == "cat" {
				return nil
			}
			return words
		}
	}
	return []string{"less"}
}

func (p *Pager) set(name string) bool {
	_, ok := p.lookup(name)
	return ok
}

// Close shows what was held back, and waits until the pager is left.
func (p *Pager) Close() error {
	if !p.started {
		_, err := p.screen.Write(p.held.Bytes())
		return err
	}
	if p.pipe == nil {
		return nil
	}
	_ = p.pipe.Close()
	if unread := <-p.ended; len(unread) == p.sent { // it failed at once
		_, err := p.screen.Write(unread)
		return err
	}
	return nil
}
