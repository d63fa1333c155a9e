package md_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "tracker/internal/seeded"
	"tracker/render/md"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"", "a\n", "@@ -0,0 +1 @@\n+a\n"},
		{"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"a\nb\nc\n", "a\nx\nc", "@@ -1,3 +1,3 @@\n a\n-b\n-c\n+x\n+c\n\\ No newline at end of file\n"},
		{
			"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n5\n6\n7\n8\n9\n",
			"@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+X\n 5\n 6\n 7\n",
		},
		{ // six lines between two changes are the context of both
			"a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
			"@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n",
		},
		{
			"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
			"@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n",
		},
	} {
		if got := md.Diff([]byte(c.old), []byte(c.new)); got != c.want {
			t.Errorf("Diff(%q, %q) =\n%s\nwant\n%s", c.old, c.new, got, c.want)
		}
	}
}

// git apply is the oracle: the diff turns old into new.
func TestDiffIsWhatGitApplies(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	line := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "", "-", "+x", "@@ -1 +1 @@", "\\ No newline"})
	text := rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(line, 0, 30).Draw(t, "lines"), "\n")
		if s != "" && rapid.Bool().Draw(t, "ends") {
			s += "\n"
		}
		return s
	})
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		old, new := text.Draw(t, "old"), text.Draw(t, "new")
		diff := md.Diff([]byte(old), []byte(new))
		if old == new {
			if diff != "" {
				t.Fatalf("equal texts differ:\n%s", diff)
			}
			return
		}
		checkHunks(t, diff, old, new)
		if checks++; checks > 40 || old == "" || new == "" {
			return // a process each: forty are enough, and git names an empty file otherwise
		}
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, []byte(old), 0o666); err != nil {
			t.Fatalf("write: %v", err)
		}
		apply := exec.Command(git, "apply", "--unidiff-zero", "--whitespace=nowarn", "-")
		apply.Dir = dir
		apply.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		apply.Stdin = strings.NewReader("--- a/file\n+++ b/file\n" + diff)
		if out, err := apply.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != new {
			t.Fatalf("git made %q of %q, want %q (%v)\n%s", got, old, new, err, diff)
		}
	})
}

// checkHunks reads the two sides back out of a diff without context to spare:
// what it removes and keeps stands in old, what it adds and keeps in new.
func checkHunks(t fataler, diff, old, new string) {
	var was, is []string
	for line := range strings.Lines(diff) {
		switch line[0] {
		case '-':
			was = append(was, line[1:])
		case '+':
			is = append(is, line[1:])
		case ' ':
			was, is = append(was, line[1:]), append(is, line[1:])
		}
	}
	rest := old + "\n"
	for _, l := range was {
		i := strings.Index(rest, l)
		if i < 0 {
			t.Fatalf("%q is not in old after what came before it\n%s", l, diff)
		}
		rest = rest[i+len(l):]
	}
	rest = new + "\n"
	for _, l := range is {
		i := strings.Index(rest, l)
		if i < 0 {
			t.Fatalf("%q is not in new after what came before it\n%s", l, diff)
		}
		rest = rest[i+len(l):]
	}
}
