package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tracker/internal/cli"
	"tracker/internal/gittest"
)

// Without git, or with one that is too old, every command that needs it says so.
func TestWithoutGit(t *testing.T) {
	r, _ := pickedFork(t)
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	for _, command := range []string{"ingest", "status", "doctor"} {
		says(t, 1, []string{"tracker: error: opening repository: git is not installed, or not in the path\n", "hint: install git 2.39 or newer and put it on the PATH\n"}, "-C", r.Dir, command)
	}
	if runtime.GOOS == "windows" {
		return
	}
	old := "#!/bin/sh\ncase \"$*\" in *version*) echo git version 2.30.2;; *) echo 'error: unknown option' >&2; exit 129;; esac\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(old), 0o755); err != nil {
		t.Fatal(err)
	}
	says(t, 1, []string{`git is too old: found "2.30.2", need 2.39 or newer`, "hint: install git 2.39 or newer\n"}, "-C", r.Dir, "ingest")
}

// An abbreviation or a pull request that means several commits lists them, and
// the names that the hint gives work.
func TestAmbiguousNames(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "x\n"}, "Begin")
	r.Branch("theirs")
	seen := map[string]string{}
	var short, one, other string
	for i := 0; short == "" && i < 2000; i++ {
		h := r.Commit(gittest.Files{"a": fmt.Sprintln(i)}, fmt.Sprintf("Change %d (#%d)", i, min(i, 1)))
		if first := seen[h[:4]]; first != "" {
			short, one, other = h[:4], first, h
		}
		seen[h[:4]] = h
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.WorkTree()
	must(t, "-C", r.Dir, "ingest")
	for _, command := range []string{"show", "status"} {
		says(t, 1, []string{fmt.Sprintf("error: %q names ", short), "hint: name one of them by more digits:\n", "  " + one[:12] + "  Change ", "  " + other[:12] + "  Change "},
			"-C", r.Dir, command, short)
	}
	if got := must(t, "-C", r.Dir, "show", one[:12]); !strings.Contains(got, one) {
		t.Errorf("show %s: %s", one[:12], got)
	}
	says(t, 1, []string{`error: "#1" names `, "more\n"}, "-C", r.Dir, "show", "#1")
}

// What a partial clone left out comes by the two commands of the hint.
func TestPartialCloneHint(t *testing.T) {
	r, _ := pickedFork(t)
	r.Git("config", "uploadpack.allowFilter", "true")
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "--quiet", "--no-checkout", "--filter=tree:0", "file://"+filepath.ToSlash(r.Dir), clone)
	gitIn(t, clone, "config", "--add", "remote.origin.fetch", "+refs/remotes/upstream/*:refs/remotes/upstream/*")
	fetch := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", append([]string{"-C", clone, "fetch", "--quiet"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git fetch %q: %v: %s", args, err, out)
		}
	}
	fetch("--filter=tree:0", "origin")
	says(t, cli.ExitUnread, []string{"(absent-tree)", "hint: the rest was ingested; git fetch --refetch --no-filter REMOTE brings what this partial clone left out, and tracker doctor --repair reads it\n"}, "-C", clone, "ingest")
	fetch("--refetch", "--no-filter", "origin")
	must(t, "-C", clone, "doctor", "--repair")
	must(t, "-C", clone, "doctor")
	if got := must(t, "-C", clone, "status", "--jq", ".counts | .integrated, .skipped, .pending"); got != "1\n1\n1\n" {
		t.Errorf("with everything there the counts are %q", got)
	}
}
