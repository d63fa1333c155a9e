package git_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
	_ "tracker/internal/seeded"
)

// checkDiff compares a diff with what git shows for the commit, paths limited.
func checkDiff(t interface{ Fatalf(string, ...any) }, r *gittest.Repo, d *git.Diff, limit ...string) {
	args := func(format ...string) []string {
		return append(append(append([]string{"diff-tree", "--root", "-r", "-M", "--no-commit-id"}, format...), d.Commit.Hash, "--"), limit...)
	}
	readable := 0
	var numstat, status strings.Builder
	for _, f := range d.Files {
		if f.Unreadable {
			continue
		}
		readable++
		counts := fmt.Sprintf("%d\t%d\t", f.Insertions, f.Deletions)
		if f.Binary || sameBinary(r, f) {
			counts = "-\t-\t"
		}
		if f.OldPath != "" {
			fmt.Fprintf(&numstat, "%s\x00%s\x00%s\x00", counts, f.OldPath, f.Path)
			fmt.Fprintf(&status, "%s\x00%s\x00%s\x00", f.Status, f.OldPath, f.Path)
		} else {
			fmt.Fprintf(&numstat, "%s%s\x00", counts, f.Path)
			fmt.Fprintf(&status, "%s\x00%s\x00", f.Status, f.Path)
		}
	}
	if want := r.Git(args("--numstat", "-z")...); numstat.String() != want {
		t.Fatalf("counts of %s:\n%q, want\n%q", d.Commit.Hash, numstat.String(), want)
	}
	want := r.Git(args("--name-status", "-z")...)
	for digits := range 1000 { // R086 is R
		want = strings.ReplaceAll(want, fmt.Sprintf("R%03d\x00", digits), "R\x00")
		if digits == 100 {
			break
		}
	}
	if status.String() != want {
		t.Fatalf("status of %s:\n%q, want\n%q", d.Commit.Hash, status.String(), want)
	}
	patch := withoutHunkLines(r.Git(args("-p", "--full-index")...) + "\n")
	if readable == 0 {
		patch = strings.TrimSpace(patch)
	}
	if got := show(d); got != patch {
		t.Fatalf("patch of %s:\n%q, want\n%q", d.Commit.Hash, got, patch)
	}
}

// sameBinary recognises a binary file that only moved or changed its mode. Git
// looks at the content to count; its patch, which is all that Diffs reads, has
// none.
func sameBinary(r *gittest.Repo, f git.File) bool {
	const submodule = 0o160000
	return f.Change.OldID == f.Change.NewID && f.Change.NewMode != submodule && strings.Contains(r.Git("cat-file", "blob", f.Change.NewID), "\x00")
}

func TestDiffsSayWhatGitSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, commits := random(t, rt)
		_, diffs, err := readAll(open(rt, r.Dir))
		if err != nil {
			rt.Fatal(err)
		}
		if len(diffs) != len(commits) {
			rt.Fatalf("%d diffs of %d commits", len(diffs), len(commits))
		}
		for _, d := range diffs {
			if !d.Whole() {
				rt.Fatalf("commit %s: %v", d.Commit.Hash, d.Warnings)
			}
			checkDiff(rt, r, d)
		}
	})
}

// changesOf lists what a commit changes by its trees alone.
func changesOf(t interface {
	Helper()
	Fatal(...any)
}, r *gittest.Repo, hash string) (changes []git.Change) {
	t.Helper()
	err := open(t, r.Dir).LogCommits(context.Background(), []string{hash}, func(c *git.Commit) error {
		changes = c.Changes
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// Any blobs may be absent: every commit is still answered, the files that lack
// nothing are as git shows them without the others, and no process dies.
func TestDiffsWithAbsentBlobs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, commits := random(t, rt)
		var blobs []string
		for line := range strings.Lines(r.Git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")) {
			if id, ok := strings.CutPrefix(strings.TrimSpace(line), "blob "); ok {
				blobs = append(blobs, id)
			}
		}
		absent := map[string]bool{}
		for _, id := range blobs {
			if rapid.IntRange(0, 3).Draw(rt, "absent") == 0 {
				absent[id] = true
				removeBlob(rt, r.Dir, id)
			}
		}
		_, diffs, err := readAll(open(rt, r.Dir))
		if err != nil {
			rt.Fatal(err)
		}
		if len(diffs) != len(commits) {
			rt.Fatalf("%d diffs of %d commits", len(diffs), len(commits))
		}
		for _, d := range diffs {
			limit := []string{"."}
			lost := 0
			changed := changesOf(rt, r, d.Commit.Hash)
			for _, c := range changed {
				if absent[c.OldID] || absent[c.NewID] {
					limit = append(limit, ":(top,exclude,literal)"+c.Path)
					lost++
				}
			}
			if lost > 0 && git.Command(context.Background(), r.Dir, "diff-tree", "--root", "-r", "-M", "-p", d.Commit.Hash).Run() == nil {
				limit, lost = nil, 0 // git does without, as where a file only moved
			}
			unreadable := 0
			for _, f := range d.Files {
				if f.Unreadable {
					unreadable++
				}
			}
			if unreadable != lost || d.Whole() != (lost == 0) || len(d.Absent()) < lost {
				rt.Fatalf("commit %s: %d files lost, %d unreadable, warnings %v", d.Commit.Hash, lost, unreadable, d.Warnings)
			}
			for _, w := range d.Warnings {
				if w.Kind != git.AbsentBlob || !absent[w.Object] {
					rt.Fatalf("commit %s: %+v", d.Commit.Hash, w)
				}
			}
			if lost < len(changed) {
				checkDiff(rt, r, d, limit...)
			}
		}
	})
}

// A blob that is there but damaged cannot be known before: the process dies.
func TestDiffsGoOnBehindADamagedObject(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	for i := range 20 {
		r.Commit(gittest.Files{"a": strings.Repeat("line\n", i+1), "other": fmt.Sprint(i)}, fmt.Sprint("Commit ", i))
	}
	bad := r.Git("rev-parse", "main~10:a")
	name := filepath.Join(r.Dir, "objects", bad[:2], bad[2:])
	os.Chmod(name, 0o600)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data[:len(data)-6], 0o600); err != nil {
		t.Fatal(err)
	}
	_, diffs, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	killers := []string{r.Git("rev-parse", "main~10"), r.Git("rev-parse", "main~9")}
	for hash, d := range diffs {
		if slices.Contains(killers, hash) {
			if len(d.Warnings) != 1 || d.Warnings[0].Kind != git.Died || !strings.Contains(d.Warnings[0].Detail, bad) || len(d.Files) != 2 || !d.Files[0].Unreadable {
				t.Errorf("commit %s: %+v", hash, d)
			}
		} else if !d.Whole() {
			t.Errorf("commit %s: %v", hash, d.Warnings)
		}
	}
	if len(diffs) != 20 {
		t.Errorf("%d diffs of 20 commits", len(diffs))
	}
}

func TestDiffsSummariseBlobsOverTheCap(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	r.Commit(gittest.Files{"big": strings.Repeat("0123456789abcde\n", git.MaxBlob/16+1), "small": strings.Repeat("0123456789abcde\n", git.MaxBlob/16-1)}, "Big")
	r.Git("rev-parse", "main")
	_, diffs, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	d := diffs[r.Tip()]
	if f := d.Files[0]; !f.Binary || f.Insertions != 0 || len(show(d)) > git.MaxBlob+1000+git.MaxBlob/16 {
		t.Errorf("over the cap: %+v", f.FileChange)
	}
	if f := d.Files[1]; f.Binary || f.Insertions != git.MaxBlob/16-1 {
		t.Errorf("under the cap: %+v", f.FileChange)
	}
}

func TestDiffsKeepCountsOverMaxDiff(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	files := gittest.Files{}
	lines := git.MaxBlob/16 - 1
	for i := range git.MaxDiff/git.MaxBlob + 1 {
		files[fmt.Sprintf("f%02d", i)] = strings.Repeat(fmt.Sprintf("%015d\n", i), lines)
	}
	r.Commit(files, "Far too much")
	r.Git("rev-parse", "main")
	_, diffs, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	d := diffs[r.Tip()]
	if len(d.Warnings) != 1 || d.Warnings[0].Kind != git.TooLarge {
		t.Errorf("warnings %v", d.Warnings)
	}
	for _, f := range d.Files {
		if f.Insertions != lines {
			t.Errorf("%s has %d insertions, want %d", f.Path, f.Insertions, lines)
		}
	}
	if n := len(show(d)); n > git.MaxDiff {
		t.Errorf("%d bytes are kept, the cap is %d", n, git.MaxDiff)
	}
}

func TestDiffsOfAShallowClone(t *testing.T) {
	r := gittest.New(t)
	for i := range 4 {
		r.Commit(gittest.Files{"a": fmt.Sprint(i, "\n")}, fmt.Sprint("Commit ", i))
	}
	r.WorkTree()
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "--quiet", "--depth=2", "file://"+filepath.ToSlash(r.Dir), clone)
	repo := open(t, clone)
	if !repo.Shallow() {
		t.Error("the clone is not known to be shallow")
	}
	order, diffs, err := readAll(repo)
	if err != nil || len(order) != 2 {
		t.Fatalf("%d commits, %v", len(order), err)
	}
	if d := diffs[order[0].Hash]; !d.Whole() || d.Files[0].Status != "M" {
		t.Errorf("the newest commit: %+v", d)
	}
	if d := diffs[order[1].Hash]; len(d.Warnings) != 1 || d.Warnings[0].Kind != git.ShallowEnd {
		t.Errorf("the last commit is no root: %+v", d)
	}
}

// A clone without trees costs a process for each of a few commits, not of all.
func TestDiffsLearnThatTreesAreAbsent(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("counts processes with a shell script")
	}
	r := gittest.New(t)
	r.Git("config", "uploadpack.allowFilter", "true")
	for i := range 400 {
		r.Commit(gittest.Files{"a": fmt.Sprint(i, "\n")}, fmt.Sprint("Commit ", i))
	}
	r.WorkTree()
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "--quiet", "--no-checkout", "--filter=tree:0", "file://"+filepath.ToSlash(r.Dir), clone)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	calls := filepath.Join(dir, "calls")
	script := fmt.Sprintf("#!/bin/sh\necho call >>'%s'\nexec '%s' \"$@\"\n", calls, real)
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, diffs, err := readAll(open(t, clone))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		if len(d.Warnings) != 1 || d.Warnings[0].Kind != git.AbsentTree {
			t.Fatalf("commit %s: %+v", d.Commit.Hash, d)
		}
	}
	data, err := os.ReadFile(calls)
	if n := strings.Count(string(data), "call"); err != nil || n > 200 || len(diffs) != 400 {
		t.Errorf("%d diffs took %d processes (%v)", len(diffs), n, err)
	}
}

func TestDiffsReturnTheCallersError(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	for i := range 200 {
		r.Commit(gittest.Files{"a": fmt.Sprint(i)}, "Commit")
	}
	r.Git("rev-parse", "main")
	stop := errors.New("stop")
	err := open(t, r.Dir).Read(context.Background(), []string{"main"}, nil, 2, nil, func(*git.Diff) error { return stop })
	if err != stop {
		t.Errorf("the callback's error came back as %v", err)
	}
}

func TestCancelEndsEverythingWithinASecond(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	for i := range 300 {
		r.Commit(gittest.Files{"a": fmt.Sprint(i)}, "Commit")
	}
	r.Git("rev-parse", "main")
	repo := open(t, r.Dir)
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	var cancelled time.Time
	err := repo.Read(ctx, []string{"main"}, nil, 1, nil, func(*git.Diff) error {
		if seen++; seen == 3 {
			cancelled = time.Now()
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelling gives %v", err)
	}
	if took := time.Since(cancelled); took > time.Second {
		t.Errorf("ended %v after the cancel", took)
	}
	if seen == 300 {
		t.Error("all commits came all the same")
	}
}

// What a repository or a user has configured must neither run nor show.
func TestHostileConfigurationDoesNothing(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"dir/a.txt": "one\ntwo\n\nthree\n", ".gitattributes": "*.txt diff=evil filter=evil\n*.c -diff\n", "b.c": "1\n"}, "Start")
	r.Commit(gittest.Files{"dir/a.txt": "one\n2\n\nthree\n", "b.c": "2\n"}, "Edit\n\nKey: value\n")
	r.Commit(gittest.Files{"dir/ä.txt": "one\n2\n\nthree\n", "dir/a.txt": gittest.Deleted}, "Rename")
	r.WorkTree()
	before, beforeDiffs, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	marker := filepath.ToSlash(filepath.Join(t.TempDir(), "ran"))
	evil := "touch '" + marker + "'; cat"
	hooks := t.TempDir()
	config := "[core]\n\tfsmonitor = \"" + evil + "\"\n\thooksPath = " + filepath.ToSlash(hooks) + "\n\tpager = \"" + evil + "\"\n\tquotePath = false\n\tabbrev = 5\n\tattributesFile = " + filepath.ToSlash(hooks) + "/attr\n" +
		"[diff]\n\texternal = \"" + evil + "\"\n\tnoprefix = true\n\tmnemonicPrefix = true\n\trenames = false\n\tcontext = 0\n\talgorithm = patience\n\tsuppressBlankEmpty = true\n\torderFile = " + filepath.ToSlash(hooks) + "/order\n\tinterHunkContext = 9\n\trenameLimit = 1\n\tignoreSubmodules = all\n\tindentHeuristic = false\n\tsubmodule = log\n\twsErrorHighlight = all\n" +
		"[diff \"evil\"]\n\ttextconv = \"" + evil + "\"\n\tcommand = \"" + evil + "\"\n\tbinary = true\n" +
		"[filter \"evil\"]\n\tclean = \"" + evil + "\"\n\tsmudge = \"" + evil + "\"\n" +
		"[log]\n\tshowSignature = true\n\tshowRoot = false\n\tmailmap = true\n\tdate = relative\n\tdecorate = full\n\tfollow = true\n\tdiffMerges = on\n" +
		"[i18n]\n\tlogOutputEncoding = ISO-8859-1\n[color]\n\tui = always\n\tdiff = always\n[format]\n\tpretty = fuller\n\tnotes = true\n[gpg]\n\tprogram = \"" + evil + "\"\n" +
		"[trailer]\n\tseparators = \"=\"\n[notes]\n\tdisplayRef = refs/notes/*\n"
	file, err := os.OpenFile(filepath.Join(r.Dir, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(config); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"order": "b.c\n", "attr": "* -diff\n"} {
		if err := os.WriteFile(filepath.Join(hooks, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range map[string]string{
		"GIT_EXTERNAL_DIFF": evil, "GIT_PAGER": evil, "GIT_DIR": hooks, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.external", "GIT_CONFIG_VALUE_0": evil,
		"GIT_DIFF_OPTS": "--unified=0", "GIT_LITERAL_PATHSPECS": "1", "GIT_OBJECT_DIRECTORY": hooks, "LC_ALL": "de_DE.UTF-8",
	} {
		t.Setenv(key, value)
	}
	after, afterDiffs, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a configured command ran")
	}
	for i := range before {
		a, b := before[i], after[i]
		if fmt.Sprintf("%+v", *a) != fmt.Sprintf("%+v", *b) {
			t.Errorf("commit differs:\n%+v\n%+v", *a, *b)
		}
		if !bytes.Equal([]byte(show(beforeDiffs[a.Hash])), []byte(show(afterDiffs[b.Hash]))) {
			t.Errorf("diff differs:\n%s\n%s", show(beforeDiffs[a.Hash]), show(afterDiffs[b.Hash]))
		}
	}
	if f := afterDiffs[after[1].Hash].Files[0]; f.Path != "b.c" || f.Binary {
		t.Errorf("attributes of the work tree reached the diff: %+v", f.FileChange)
	}

	// The repository's own attributes can reach a driver; its commands stay put.
	if err := os.MkdirAll(filepath.Join(r.Dir, ".git", "info"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, ".git", "info", "attributes"), []byte("*.txt diff=evil filter=evil\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readAll(open(t, r.Dir)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a command named by the repository's attributes ran")
	}
}
