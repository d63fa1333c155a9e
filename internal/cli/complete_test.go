//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/gittest"
)

// The shells themselves complete commits and reports, and nothing in a repository's
// names runs on the way.
func TestShellsComplete(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "1\n"}, "Begin")
	r.Branch("theirs")
	var up []string
	for _, title := range []string{"First (#11)", "Second $(touch PWNED) `touch PWNED` \x1b[31m (#12)", "Third (#13)"} {
		up = append(up, r.Commit(gittest.Files{"a": title + "\n"}, title))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	report := "# Sync\n\n- " + up[0] + " skipped: no\n- " + up[1] + " skipped: no\n- " + up[2] + " skipped: no\n"
	r.Commit(gittest.Files{"SYNC.md": report, "SYNC $(touch PWNED) 'x'.md": report}, "Tell")
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest")

	bin := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The test binary is tracker when it is called so: see TestMain.
	if err := os.Symlink(program, filepath.Join(bin, "tracker")); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	first := up[1][:9]
	for _, c := range []struct {
		shell, script string
		want, not     []string
	}{
		{"bash", `source <(tracker completion bash)
			t() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _tracker; printf '%s\n' "${COMPREPLY[@]}"; }
			t tracker show ` + up[1][:4] + `
			t tracker show SYN
			t tracker se
			t tracker search kind:r
			t tracker mark ` + up[1] + ` def
			t tracker completion f
			t tracker plan --on
			eval "x=($(t tracker show 'SYNC $'))"; echo "eval: $x"`,
			[]string{first, "SYNC.md", `SYNC\ \$\(touch\ PWNED\)\ \'x\'.md`, "search", "serve", "kind:report", "deferred", "fish", "--onto", "eval: SYNC $(touch PWNED) 'x'.md"}, []string{up[0][:9], "kind:commit", "\x1b"}},
		{"fish", `tracker completion fish | source
			complete -C "tracker show ` + up[1][:4] + `"
			complete -C "tracker show SYN"
			complete -C "tracker show '#1"
			complete -C "tracker se"
			complete -C "tracker plan --on"`,
			[]string{first + "\tskipped  Second $(touch PWNED)", "SYNC.md\treport  Sync", "#12\tskipped  Second", "search", "--onto"}, []string{"\x1b"}},
		{"zsh", `compdef() { }
			_describe() { print -rl -- "${found[@]}" }
			source <(tracker completion zsh)
			t() { words=("$@"); CURRENT=$#; _tracker; }
			t tracker show ` + up[1][:4] + `
			t tracker show SYN
			t tracker se`,
			[]string{first + ":skipped  Second $(touch PWNED)", "SYNC.md:report  Sync", "search"}, []string{"\x1b"}},
	} {
		shell, err := exec.LookPath(c.shell)
		if err != nil {
			t.Logf("SKIPPED: there is no %s", c.shell)
			continue
		}
		cmd := exec.Command(shell, "-c", c.script)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", c.shell, err)
		}
		for _, want := range c.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s does not offer %q:\n%s", c.shell, want, out)
			}
		}
		for _, not := range c.not {
			if strings.Contains(string(out), not) {
				t.Errorf("%s offers %q:\n%s", c.shell, not, out)
			}
		}
		if _, err := os.Stat("PWNED"); err == nil {
			t.Fatalf("%s ran what stands in a name", c.shell)
		}
	}
}
