package patch_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/patch"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

func TestMain(m *testing.M) {
	// A random repository costs some processes; -rapid.checks asks for more.
	flag.Set("rapid.checks", seeded.Checks(25))
	flag.Set("rapid.shrinktime", "5s")
	os.Exit(m.Run())
}

// scratch lends a rapid run the folders of its test.
type scratch struct {
	*rapid.T
	t *testing.T
}

func (s scratch) TempDir() string  { return s.t.TempDir() }
func (s scratch) Cleanup(f func()) { s.T.Cleanup(f) }

// patches derives the patch of every commit in revs.
func patches(t interface {
	Helper()
	Fatal(...any)
}, dir string, revs ...string) map[string]fact.Patch {
	t.Helper()
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	all := map[string]fact.Patch{}
	err = repo.Read(ctx, revs, nil, 2, nil, func(d *git.Diff) error {
		p := patch.From(d, repo.ObjectFormat() == "sha256")
		mu.Lock()
		defer mu.Unlock()
		all[p.Hash] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// gitIDs asks git for the patch ids of commits.
func gitIDs(run func(stdin string, args ...string) string, commits []string) map[string]string {
	ids := map[string]string{}
	diffs := run(strings.Join(commits, "\n")+"\n", "diff-tree", "--stdin", "-p", "--root", "--full-index", "-M", "-r")
	for line := range strings.Lines(run(diffs+"\n", "patch-id", "--stable")) {
		id, commit, _ := strings.Cut(strings.TrimSpace(line), " ")
		ids[commit] = id
	}
	return ids
}

func TestIDIsGitsPatchID(t *testing.T) {
	for _, format := range [][]gittest.InitOption{{gittest.Bare}, {gittest.Bare, gittest.SHA256}} {
		rapid.Check(t, func(rt *rapid.T) {
			r := gittest.New(scratch{rt, t}, format...)
			commits := gittest.Random(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
			got := patches(rt, r.Dir, strings.Fields(r.Git("for-each-ref", "--format=%(objectname)"))...)
			want := gitIDs(r.GitInput, commits)
			for _, c := range commits {
				if got[c].PatchID != want[c] {
					rt.Fatalf("patch id of %s is %q, git says %q:\n%s", c, got[c].PatchID, want[c], r.Git("diff-tree", "-p", "-M", "-r", "--root", c))
				}
			}
		})
	}
}

// TRACKER_FORK names a real fork: refs/heads/fork and refs/remotes/upstream/main.
func TestIDIsGitsPatchIDOnARealFork(t *testing.T) {
	dir := os.Getenv("TRACKER_FORK")
	if dir == "" {
		t.Skip("TRACKER_FORK names no repository")
	}
	got := patches(t, dir, "refs/heads/fork...refs/remotes/upstream/main")
	run := func(stdin string, args ...string) string {
		cmd := git.Command(context.Background(), dir, args...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args, err)
		}
		return string(out)
	}
	var whole []string
	for hash, p := range got {
		if len(p.Unreadable) == 0 {
			whole = append(whole, hash)
		} else if p.PatchID != "" {
			t.Errorf("commit %s lacks blobs and has a patch id", hash)
		}
	}
	want := gitIDs(run, whole)
	for _, hash := range whole {
		if got[hash].PatchID != want[hash] {
			t.Errorf("patch id of %s is %q, git says %q", hash, got[hash].PatchID, want[hash])
		}
	}
	t.Logf("%d commits compared, %d lack blobs", len(whole), len(got)-len(whole))
}

func TestDiffIDSurvivesWhatAPickChanges(t *testing.T) {
	code := "fn one() {\n    a();\n}\n\nfn two() {\n    b();\n}\n\nfn three() {\n    c();\n}\n"
	r := gittest.New(t)
	r.Commit(gittest.Files{"src/x.rs": code, "z.rs": "fn z() {}\n", "Cargo.lock": "one\n", "go.sum": "1\n"}, "Start")
	base := r.Tip()
	changed := strings.Replace(code, "    b();\n", "    b();\n    b_again(1);\n", 1)
	up := r.Commit(gittest.Files{"src/x.rs": changed, "z.rs": "fn z() { more_of_it() }\n", "Cargo.lock": "two\n"}, "Call b again")
	r.Branch("fork", base)
	// Other neighbours, another place, tabs, another lock file, moved elsewhere.
	ours := "// ours\n// ours\n" + strings.NewReplacer("a();", "ours();", "    b();", "\tb(); // ours").Replace(code)
	r.Commit(gittest.Files{"lib/x.rs": ours, "src/x.rs": gittest.Deleted}, "Ours")
	pick := r.Commit(gittest.Files{
		"lib/x.rs": strings.Replace(ours, "// ours\n}", "// ours\n\tb_again( 1 );\n\n}", 1), "z.rs": "fn z() {\tmore_of_it() }\r\n", "go.sum": "2\n",
	}, "Picked by hand")
	other := r.Commit(gittest.Files{"z.rs": "fn z() { something_else() }\n"}, "Other")
	r.Git("rev-parse", "fork")
	all := patches(t, r.Dir, "main", "fork")
	if all[up].PatchID == all[pick].PatchID {
		t.Fatal("the test is too easy: git itself finds the patches equal")
	}
	if all[up].DiffID == "" || all[up].DiffID != all[pick].DiffID {
		t.Errorf("diff ids %q and %q", all[up].DiffID, all[pick].DiffID)
	}
	if len(all[up].FileIDs) != 2 || all[up].FileIDs["src/x.rs"] != all[pick].FileIDs["lib/x.rs"] || all[up].FileIDs["z.rs"] != all[pick].FileIDs["z.rs"] {
		t.Errorf("file ids %v and %v", all[up].FileIDs, all[pick].FileIDs)
	}
	if all[other].DiffID == all[up].DiffID || all[other].FileIDs["z.rs"] == all[up].FileIDs["z.rs"] {
		t.Error("another change has the same id")
	}
	if !slices.Equal(all[up].Lines, all[pick].Lines) || len(all[up].Lines) != 2 /* "fn z() {}" says too little */ {
		t.Errorf("lines %x and %x", all[up].Lines, all[pick].Lines)
	}
}

func TestDiffIDIsEmptyWhenNothingIsLeft(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	binary := "\x00\x01\x02" + strings.Repeat("x", 100)
	r.Commit(gittest.Files{"a.txt": "text\nof some\nlines\n", "b.png": binary}, "Start")
	lock := r.Commit(gittest.Files{"Cargo.lock": "lots\n"}, "Lock")
	blank := r.Commit(gittest.Files{"a.txt": "text\n\nof some\nlines\n\n"}, "Blank lines")
	moved := r.Commit(nil, "Move", gittest.Rename("a.txt", "c.txt"))
	empty := r.Commit(nil, "Nothing")
	image := r.Commit(gittest.Files{"b.png": binary + "1"}, "Image")
	back := r.Commit(gittest.Files{"b.png": binary}, "Image back")
	again := r.Commit(gittest.Files{"b.png": binary + "1"}, "Image again")
	gone := r.Commit(gittest.Files{"b.png": gittest.Deleted}, "No image")
	r.Git("rev-parse", "main")
	all := patches(t, r.Dir, "main")
	for _, c := range []string{lock, blank, moved, empty} {
		if p := all[c]; p.DiffID != "" || p.FileIDs != nil || p.Lines != nil {
			t.Errorf("%+v", p)
		}
	}
	if all[empty].PatchID != "" || all[moved].PatchID == "" {
		t.Errorf("patch ids %q of nothing, %q of a move", all[empty].PatchID, all[moved].PatchID)
	}
	if all[image].DiffID == "" || all[image].DiffID != all[again].DiffID || all[image].DiffID == all[back].DiffID || all[gone].DiffID == all[image].DiffID || all[gone].DiffID == "" {
		t.Errorf("binary files: %q, back %q, again %q, gone %q", all[image].DiffID, all[back].DiffID, all[again].DiffID, all[gone].DiffID)
	}
}

func TestIdentifiersOfACommit(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	r.Commit(gittest.Files{
		"lib.rs":  "struct OldThing;\nfn moved_here() {}\nfn kept() { call_before(12); }\n",
		"more.rs": "// nothing\n",
	}, "Start")
	c := r.Commit(gittest.Files{
		"lib.rs":        "pub(crate) struct EmbeddingLoader {\n    größe: usize,\n}\nfn kept() { call_after(0x1F, x1, 3abc); }\n",
		"more.rs":       "// nothing\npub async fn moved_here() {}\nmacro_rules! make_it { () => {} }\n",
		"README.md":     "Use `the loader` or EmbeddingBuilder with load_all.\nstruct NotDefined;\n",
		"Cargo.lock":    "locked_word\n",
		"data.json":     "{\"" + strings.Repeat("word_in_a_long_line ", 200) + "\"}\n",
		"web/x.min.js":  "function minified(){}\n",
		"tool/thing.py": "class ThingTool:\n    async def run_it(self): pass\n",
	}, "Change")
	r.Git("rev-parse", "main")
	p := patches(t, r.Dir, "main")[c]
	if want := []string{"EmbeddingLoader", "ThingTool", "make_it", "run_it"}; !slices.Equal(p.Defines, want) {
		t.Errorf("defines %q, want %q", p.Defines, want)
	}
	if want := []string{"EmbeddingLoader", "ThingTool", "call_after", "größe", "make_it", "run_it"}; !slices.Equal(p.Adds, want) {
		t.Errorf("adds %q, want %q", p.Adds, want)
	}
	if want := []string{"EmbeddingBuilder", "NotDefined", "load_all", "loader", "the"}; !slices.Equal(p.Mentions, want) {
		t.Errorf("mentions %q, want %q", p.Mentions, want)
	}
	if want := []string{"OldThing", "call_before"}; !slices.Equal(p.Removes, want) {
		t.Errorf("removes %q, want %q", p.Removes, want)
	}
}

func TestListsAreCappedSortedAndDisjoint(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	var big strings.Builder
	for i := range patch.MaxLines + 100 {
		fmt.Fprintf(&big, "fn function_%05d() {}\n", i)
	}
	c := r.Commit(gittest.Files{"a.rs": big.String()}, "Big")
	d := r.Commit(gittest.Files{"a.rs": "fn only_this() {}\n"}, "Small")
	r.Git("rev-parse", "main")
	all := patches(t, r.Dir, "main")
	if p := all[c]; len(p.Lines) != patch.MaxLines || len(p.Adds) != patch.MaxWords || len(p.Defines) != patch.MaxDefines || p.Defines[0] != "function_00000" {
		t.Errorf("%d lines, %d words, %d definitions", len(p.Lines), len(p.Adds), len(p.Defines))
	}
	for _, p := range all {
		if !slices.IsSorted(p.Lines) || !slices.IsSorted(p.Adds) || !slices.IsSorted(p.Removes) || !slices.IsSorted(p.Defines) {
			t.Errorf("a list of %s is not sorted", p.Hash)
		}
		for _, w := range p.Adds {
			if slices.Contains(p.Removes, w) {
				t.Errorf("%q is added and removed", w)
			}
		}
	}
	if all[d].Adds[0] != "only_this" || len(all[d].Removes) != patch.MaxWords {
		t.Errorf("adds %q, removes %d", all[d].Adds, len(all[d].Removes))
	}
}
