//go:build unix

package cli_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tracker/internal/cli"
	"tracker/internal/demo"
)

// nobody is a user without rights, as which root runs what must not write.
const nobody = 65534

// dropsTo reports whether a process can run as nobody, who must be able to
// reach the test's folders and the program.
func dropsTo(t *testing.T) bool {
	t.Helper()
	program, err := exec.LookPath("tracker")
	if err != nil {
		return false
	}
	for _, leaf := range []string{program, t.TempDir()} {
		for dir := leaf; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if info, err := os.Stat(dir); err != nil || info.Mode()&0o001 == 0 {
				if os.Chmod(dir, 0o755) != nil {
					return false
				}
			}
		}
	}
	return asNobody(t, exec.Command("tracker", "--version")).Run() == nil
}

func asNobody(t *testing.T, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		// Git asks whether this user trusts the repository.
		config := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(config, []byte("[safe]\n\tdirectory = *\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+config)
	}
	return cmd
}

// atTerminal puts a command into a process group of its own, as a shell at a
// terminal does, and returns what Ctrl-C does there: interrupt the whole group.
func atTerminal(cmd *exec.Cmd) (interrupt func() error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

// limited runs tracker with files limited in size, as a full disk limits them.
// The limit counts in blocks of 512 bytes, or of 1024 in some shells.
func limited(t *testing.T, blocks string, args ...string) (code int, stderr string) {
	t.Helper()
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -f "$0" && trap '' XFSZ && exec tracker "$@"`, blocks}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	cmd.Run()
	return cmd.ProcessState.ExitCode(), errs.String()
}

// On a disk that is full at any moment an ingest fails in words, what was there
// stays, and with room again the next one ends as if nothing had happened.
func TestFullDisk(t *testing.T) {
	notUnderRace(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell to set a limit with")
	}
	fork, before := forkBetween(t)
	undisturbed := copyOf(t, before)
	must(t, "-C", fork, "--db", undisturbed, "ingest")
	want := answers(t, fork, undisturbed)
	old := answers(t, fork, before)
	failed := 0
	for _, blocks := range []string{"1", "64", "140", "200"} {
		for _, start := range []string{"", before} {
			dir := filepath.Join(t.TempDir(), "db")
			if start != "" {
				dir = copyOf(t, start)
			}
			code, errs := limited(t, blocks, "-C", fork, "--db", dir, "ingest")
			if code != 0 {
				failed++
				if code != cli.ExitFailed || !strings.Contains(errs, "file too large") || !strings.Contains(errs, "hint: ") || strings.Contains(errs, "goroutine") {
					t.Errorf("%s blocks: exit %d: %s", blocks, code, errs)
				}
				if start != "" {
					if got := must(t, "-C", fork, "--db", dir, "status", "--json"); got != old[0] && got != want[0] {
						t.Errorf("%s blocks: status is neither the old nor the new one: %s", blocks, got)
					}
				}
			}
			must(t, "-C", fork, "--db", dir, "ingest")
			if start != "" {
				if got := answers(t, fork, dir); !slices.Equal(got, want) {
					t.Errorf("%s blocks: afterwards\n%s\nwant\n%s", blocks, got, want)
				}
			}
			must(t, "-C", fork, "--db", dir, "doctor")
		}
	}
	if failed < 4 {
		t.Errorf("only %d ingests ran into the limit", failed)
	}
	t.Logf("%d of 8 ingests ran into the limit", failed)
}

// A repository of another user is named as such, and what the hint says helps.
func TestForeignRepository(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a repository away")
	}
	for _, name := range []string{"plain", "with a 'quote' and blanks"} {
		fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		err = filepath.WalkDir(fork, func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Lchown(path, nobody, nobody))
		})
		if err != nil {
			t.Fatal(err)
		}
		config := filepath.Join(t.TempDir(), "config")
		t.Setenv("GIT_CONFIG_GLOBAL", config)
		code, _, errs := tracker("-C", fork, "status")
		_, command, ok := strings.Cut(errs, "hint: if you trust whoever owns it: ")
		if code != cli.ExitFailed || !ok || !strings.Contains(errs, "belongs to another user, so git does not read it") || strings.Count(errs, "\n") != 2 {
			t.Fatalf("exit %d: %s", code, errs)
		}
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("the hint fails: %v: %s", err, out)
		}
		must(t, "-C", fork, "ingest")
		must(t, "-C", fork, "status")
	}
}
