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
// for as git does: GIT_PAGER, then PAGER, then less, and none if that is empty or cat.
// Unlike git it runs no shell, so that the words of the variable are a program and its
// arguments, and it asks no configuration, which is the repository's too.
//
// A pager that is left before the end takes the rest of the output with it, and that is
// no error.
type Pager struct {
	screen  *os.File
	rows    int
	getenv  func(string) string
	held    bytes.Buffer // until it is known whether a pager is wanted
	lines   int
	started bool
	cmd     *exec.Cmd // nil if there is none
	pipe    io.WriteCloser
	left    bool // the pager has ended
}

// NewPager returns a pager before a terminal with so many rows. It must be closed.
func NewPager(screen *os.File, rows int, getenv func(string) string) *Pager {
	return &Pager{screen: screen, rows: rows, getenv: getenv}
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
		_, err := p.pipe.Write(b)
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
		if name, _, _ := strings.Cut(v, "="); p.getenv(name) == "" {
			cmd.Env = append(cmd.Env, v)
		}
	}
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return // there is no such program: the terminal scrolls
	}
	p.cmd, p.pipe = cmd, pipe
	// An interrupt is the pager's now: it shares the terminal, and stays until it is
	// left. It was started before, and ignores nothing.
	signal.Ignore(os.Interrupt)
}

func (p *Pager) words() []string {
	for _, name := range []string{"GIT_PAGER", "PAGER"} {
		if words := strings.Fields(p.getenv(name)); len(words) > 0 {
			if words[0] == "cat" {
				return nil
			}
			return words
		}
	}
	return []string{"less"}
}

// Close shows what was held back, and waits until the pager is left.
func (p *Pager) Close() error {
	if !p.started {
		_, err := p.screen.Write(p.held.Bytes())
		return err
	}
	if p.cmd == nil {
		return nil
	}
	_ = p.pipe.Close() // it fails if the pager was left
	_ = p.cmd.Wait()   // how it ended is its own affair
	return nil
}
