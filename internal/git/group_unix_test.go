//go:build unix

package git_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// A git that waits for questions is in a process group of its own, and ends
// when its caller gives up or goes away.
func TestChildrenEnd(t *testing.T) {
	r := gittest.New(t)
	tip := r.Commit(nil, "One")
	for name, end := range map[string]func(cancel func(), stdin io.Closer){
		"cancelled": func(cancel func(), _ io.Closer) { cancel() },
		"left":      func(_ func(), stdin io.Closer) { stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cmd, stdin := waiting(ctx, t, r.Dir, tip)
			if group, err := syscall.Getpgid(cmd.Process.Pid); err != nil || group != cmd.Process.Pid {
				t.Errorf("process %d is in group %d (%v)", cmd.Process.Pid, group, err)
			}
			end(cancel, stdin)
			ended := make(chan struct{})
			go func() { cmd.Wait(); close(ended) }()
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				cmd.Process.Kill()
				t.Error("git goes on")
			}
		})
	}
}

// waiting starts a git that has answered once.
func waiting(ctx context.Context, t *testing.T, dir, commit string) (*exec.Cmd, io.Closer) {
	t.Helper()
	cmd := git.Command(ctx, dir, "cat-file", "--batch-check")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(stdin, commit)
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatalf("git answers %q: %v", line, err)
	}
	return cmd, stdin
}
