//go:build unix

package desktop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/desktop"
)

// through writes lines to a pager before a screen of ten rows, and returns what the
// screen shows.
func through(t *testing.T, lines int, env map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "screen")
	screen, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	p := desktop.NewPager(screen, 10, func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	})
	for i := range lines {
		if _, err := fmt.Fprintf(p, "line %d\n", i); err != nil {
			t.Fatalf("write: %v", err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPager(t *testing.T) {
	mark := map[string]string{"PAGER": "sed s/^/|/"}
	for _, c := range []struct {
		name  string
		lines int
		env   map[string]string
		want  string
	}{
		{"what fits on the screen needs none", 9, mark, "line 0\n"},
		{"what does not goes through it", 12, mark, "|line 0\n"},
		{"GIT_PAGER comes first", 12, map[string]string{"GIT_PAGER": "sed s/^/>/", "PAGER": "sed s/^/|/"}, ">line 0\n"},
		{"one that is set but empty is none", 12, map[string]string{"GIT_PAGER": "", "PAGER": "sed s/^/|/"}, "line 0\n"},
		{"an empty PAGER, too", 12, map[string]string{"PAGER": " "}, "line 0\n"},
		{"cat with arguments is one", 12, map[string]string{"PAGER": "cat -n"}, "     1\tline 0\n"},
		{"one that fails at once is none", 12, map[string]string{"PAGER": "false"}, "line 0\n"},
		{"and takes nothing away", 100_000, map[string]string{"PAGER": "sed --no-such-option"}, "line 0\n"},
		{"cat is none", 12, map[string]string{"PAGER": "cat"}, "line 0\n"},
		{"one that is not there is none", 12, map[string]string{"PAGER": "no-such-program-here"}, "line 0\n"},
		{"no shell runs", 12, map[string]string{"PAGER": "sed s/^/$(echo)/"}, "$(echo)line 0\n"},
	} {
		got := through(t, c.lines, c.env)
		if !strings.HasPrefix(got, c.want) || strings.Count(got, "\n") != c.lines {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	// One that fails later has shown what it has.
	script := filepath.Join(t.TempDir(), "fails")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nread -r line\necho \"$line\"\nexit 3\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	if got := through(t, 12, map[string]string{"PAGER": script}); got != "line 0\n" {
		t.Errorf("failed later: %q", got)
	}
	// One that is left early takes the rest with it.
	if got := through(t, 200_000, map[string]string{"PAGER": "head -n 2"}); got != "line 0\nline 1\n" {
		t.Errorf("left early: %.100q", got)
	}
}
