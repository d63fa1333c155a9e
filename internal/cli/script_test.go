package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/gittest"
)

// A script leaves the tree that its plan foresaw, also where git has to put one of
// two files beside, and whatever paths and titles say.
func TestScriptOfConflictsThatAreNoLines(t *testing.T) {
	r := gittest.New(t)
	odd := "we\nird ~ $(touch PWNED) 'q' `touch PWNED` %s \x1b[31m \u202e\\"
	r.Commit(gittest.Files{"keep": "1\n", odd: lined(nil), "moved/x": lined(nil), "moved/y": lined(map[int]string{3: "y"}), "f*": "1\n", "sub": strings.Repeat("1", 40)},
		"Begin", gittest.Mode("sub", "160000"))
	r.Branch("theirs")
	r.Commit(gittest.Files{"folder": "a file\n"}, "A file where the fork has a folder\x1b[31m $(touch PWNED)")
	r.Commit(gittest.Files{"file/in": "in\n"}, "A folder where the fork has a file")
	r.Commit(gittest.Files{odd: lined(map[int]string{4: "theirs"})}, "An odd path")
	r.Commit(gittest.Files{odd + "2/in": "in\n"}, "A folder of an odd path")
	r.Commit(nil, "Move a folder", gittest.Rename("moved/x", "new/x"), gittest.Rename("moved/y", "new/y"))
	r.Commit(gittest.Files{"sub": strings.Repeat("2", 40)}, "A submodule", gittest.Mode("sub", "160000"))
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"folder/in": "1\n", "folder~keep": "1\n", "file": "1\n", "file~keep": "1\n", odd + "2": "1\n",
		odd: lined(map[int]string{4: "ours"}), "moved/z": "of the fork\n", "sub": strings.Repeat("3", 40)}, "Own", gittest.Mode("sub", "160000"))
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest")
	if got := strings.TrimSpace(must(t, "plan", "--jq", "[.steps[].conflicts[].kind] | join(\" \")")); got != "file/directory file/directory content file/directory file location submodule" {
		t.Errorf("the plan's conflicts are %s", got)
	}
	script, want := must(t, "plan", "--script"), strings.TrimSpace(must(t, "plan", "--jq", ".tree"))
	if strings.ContainsAny(script, "\x1b\u202e") {
		t.Errorf("the script steers the terminal that it is read on:\n%q", script)
	}
	scratch := filepath.Join(t.TempDir(), "scratch")
	gitIn(t, r.Dir, "clone", "--quiet", r.Dir, scratch)
	gitIn(t, scratch, "fetch", "--quiet", r.Dir, "refs/remotes/upstream/main")
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	run := exec.Command(sh)
	run.Dir, run.Stdin = filepath.Join(scratch, "moved"), strings.NewReader(script)
	run.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, script)
	}
	if got := strings.TrimSpace(gitIn(t, scratch, "rev-parse", "HEAD^{tree}")); got != want {
		t.Errorf("the script leaves\n%s\nand not\n%s", gitIn(t, scratch, "ls-tree", "-r", got), want)
	}
	if out := gitIn(t, scratch, "status", "--porcelain"); out != "" {
		t.Errorf("the script leaves %q", out)
	}
}
