package cli

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/internal/git"
)

// TestPlanScript plans all that is pending in a real repository, runs the script in
// a scratch clone, a step at a time, and compares what each leaves with what was
// foreseen: the outcome, and at the end the tree. It needs
//
//	TRACKER_PLAN_REPO      a repository, into which nothing is written
//	TRACKER_PLAN_UPSTREAM  a ref
//	TRACKER_PLAN_FORK      a ref
func TestPlanScript(t *testing.T) {
	dir := os.Getenv("TRACKER_PLAN_REPO")
	if dir == "" {
		t.Skip("TRACKER_PLAN_REPO names no repository")
	}
	base := []string{"tracker", "-C", dir, "--db", filepath.Join(t.TempDir(), "db")}
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		if code := Main(context.Background(), append(append([]string{}, base...), args...), &out, &errs); code != 0 && code != 3 {
			t.Fatalf("tracker %v: exit %d\n%s", args, code, errs.String())
		}
		return out.String()
	}
	run("ingest", "-q", "--upstream", os.Getenv("TRACKER_PLAN_UPSTREAM"), "--fork", os.Getenv("TRACKER_PLAN_FORK"))
	start := time.Now()
	var plan struct {
		Onto  string
		Tree  string
		Steps []struct {
			Commit, Result string
			Needs          []string
			Conflicts      []struct{ Path string }
		}
	}
	if err := json.Unmarshal([]byte(run("plan", "--json")), &plan); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d steps planned in %.1f s", len(plan.Steps), time.Since(start).Seconds())

	place := map[string]int{}
	for i, s := range plan.Steps {
		place[s.Commit] = i
		for _, n := range s.Needs {
			if at, planned := place[n]; !planned || at >= i {
				t.Errorf("step %d, %s, comes before %s, which it needs", i+1, s.Commit, n)
			}
		}
	}

	var planned []string
	for _, s := range plan.Steps {
		planned = append(planned, s.Commit)
	}
	clone := scratchClone(t, dir, plan.Onto, planned...)
	parts := strings.Split(run("plan", "--script"), "\n\n# ")
	if len(parts) != len(plan.Steps)+1 {
		t.Fatalf("the script has %d steps, the plan %d", len(parts)-1, len(plan.Steps))
	}
	equal := 0
	for i, s := range plan.Steps {
		// What git itself does without the option tells the outcome.
		outcome, paths := clone.pick(s.Commit)
		var want []string
		for _, c := range s.Conflicts {
			want = append(want, c.Path)
		}
		if outcome != s.Result || strings.Join(paths, "\n") != strings.Join(want, "\n") {
			t.Errorf("step %d, %s: foreseen %s %q, git says %s %q", i+1, s.Commit, s.Result, want, outcome, paths)
		} else {
			equal++
		}
		clone.script("picked() { false; }\n# " + parts[i+1])
	}
	t.Logf("%d of %d steps end as foreseen", equal, len(plan.Steps))
	if tree := clone.git("rev-parse", "HEAD^{tree}"); tree != plan.Tree {
		t.Errorf("the script leaves %s, foreseen was %s", tree, plan.Tree)
	}
}

// scratch is a clone in which picks are carried out.
type scratch struct {
	t   *testing.T
	dir string
}

// scratchClone makes a clone at a commit that borrows the objects of a repository.
// What that lacks of it and of more has a stand-in.
func scratchClone(t *testing.T, dir, commit string, more ...string) *scratch {
	s := &scratch{t, t.TempDir()}
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	s.git("init", "-q")
	objects := filepath.Join(repo.CommonDir(), "objects")
	if err := os.WriteFile(filepath.Join(s.dir, ".git", "objects", "info", "alternates"), []byte(objects+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, set := range [][2]string{
		{"user.name", "Scratch"}, {"user.email", "scratch@example.org"}, {"core.autocrlf", "false"}, {"commit.gpgsign", "false"},
		{"advice.skippedCherryPicks", "false"}, {"gc.auto", "0"}, {"core.hooksPath", "/dev/null"},
	} {
		s.git("config", set[0], set[1])
	}
	// Git makes no tree of what is absent, so that a stand-in is put there by its name.
	list := s.command("rev-list", "--objects", "--missing=print", "--no-walk", "--stdin")
	list.Stdin = strings.NewReader(strings.Join(append([]string{commit}, more...), "\n"))
	listed, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	absent := map[string]bool{}
	for line := range strings.Lines(string(listed)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "?"); ok {
			s.standIn(id)
			absent[id] = true
		}
	}
	if len(absent) > 0 {
		s.leaveOut(absent, commit, more)
	}
	s.git("update-ref", "--no-deref", "HEAD", commit)
	s.git("read-tree", "-m", "-u", "HEAD")
	return s
}

// leaveOut keeps the paths of absent blobs out of the work tree, where git would see
// that their stand-ins are something else.
func (s *scratch) leaveOut(absent map[string]bool, commit string, more []string) {
	changes := s.command("diff-tree", "--stdin", "-r", "--raw", "--no-abbrev", "--no-renames", "--no-commit-id")
	changes.Stdin = strings.NewReader(strings.Join(more, "\n"))
	out, err := changes.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	sparse := "/*\n"
	for line := range strings.Lines(s.git("ls-tree", "-r", commit) + "\n" + string(out)) {
		head, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		for _, word := range strings.Fields(head) {
			if absent[word] && !strings.Contains(sparse, "!/"+path+"\n") {
				sparse += "!/" + path + "\n"
			}
		}
	}
	s.git("config", "core.sparseCheckout", "true")
	if err := os.WriteFile(filepath.Join(s.dir, ".git", "info", "sparse-checkout"), []byte(sparse), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// standIn writes a blob of another content under the name of an absent one. Git does
// not look whether the name is that of the content.
func (s *scratch) standIn(id string) {
	dir := filepath.Join(s.dir, ".git", "objects", id[:2])
	var loose bytes.Buffer
	w := zlib.NewWriter(&loose)
	fmt.Fprintf(w, "blob %d\x00\x00absent %s", len(id)+8, id)
	err := w.Close()
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, id[2:]), loose.Bytes(), 0o666)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scratch) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C", "GIT_EDITOR=true")
	return cmd
}

func (s *scratch) git(args ...string) string {
	out, err := s.command(args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// pick tries a pick and takes it back.
func (s *scratch) pick(commit string) (outcome string, paths []string) {
	out, err := s.command("cherry-pick", "--no-commit", commit).CombinedOutput()
	for line := range strings.Lines(s.git("ls-files", "-u", "-z")) {
		for entry := range strings.SplitSeq(line, "\x00") {
			if _, path, ok := strings.Cut(entry, "\t"); ok && (len(paths) == 0 || paths[len(paths)-1] != path) {
				paths = append(paths, path)
			}
		}
	}
	switch {
	case len(paths) > 0:
		outcome = "conflict"
	case err != nil:
		s.t.Fatalf("git cherry-pick %s: %v\n%s", commit, err, out)
	case s.command("diff", "--cached", "--quiet").Run() == nil:
		outcome = "empty"
	default:
		outcome = "clean"
	}
	s.git("reset", "-q", "--hard", "HEAD")
	return outcome, paths
}

// script runs the commands of one step.
func (s *scratch) script(text string) {
	cmd := exec.Command("sh", "-e")
	cmd.Dir, cmd.Stdin = s.dir, strings.NewReader(text)
	cmd.Env = s.command().Env
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s\n%v\n%s", text, err, out)
	}
}
