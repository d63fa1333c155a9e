package git_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// sides makes random changes that meet: few files, few words, and folders that
// are moved as a whole.
type sides struct {
	*rapid.T
	repo *gittest.Repo
}

func (s sides) choose(label string, n int) int { return rapid.IntRange(0, n-1).Draw(s.T, label) }

// content is a file of a side; gone ones are not in the map.
type content struct{ text, mode string }

var (
	sidePaths = []string{"a", "b", "d/one", "d/two", "d/deep/three", "e/four", "e", "d", "f/x/y", "new"}
	sideWords = []string{"red\n", "green\n", "blue\n"}
)

// text makes a file of twelve lines that are like those of its neighbours.
func (s sides) text(seed int) string {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, "line %d of %d\n", i, seed)
	}
	return b.String()
}

// blocked reports whether a path and one in the tree cannot both be files.
func blocked(tree map[string]content, path string) bool {
	for other := range tree {
		if strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/") {
			return true
		}
	}
	return false
}

// change makes one change to a tree.
func (s sides) change(tree map[string]content) {
	paths := slices.Sorted(maps.Keys(tree))
	fresh := sidePaths[s.choose("fresh", len(sidePaths))]
	if len(paths) == 0 {
		tree[fresh] = content{s.text(0), "100644"}
		return
	}
	path := paths[s.choose("path", len(paths))]
	f := tree[path]
	switch s.choose("change", 12) {
	case 0:
		delete(tree, path)
	case 1: // moved, and perhaps changed
		if _, ok := tree[fresh]; ok {
			return
		}
		delete(tree, path)
		if blocked(tree, fresh) {
			return
		}
		tree[fresh] = f
	case 2: // a folder is moved
		from := []string{"d/", "e/", "d/deep/", "f/"}[s.choose("from", 4)]
		to := []string{"g/", "f/", "e/", "d/"}[s.choose("to", 4)]
		if strings.HasPrefix(from, to) || strings.HasPrefix(to, from) {
			return
		}
		for _, p := range paths {
			if rest, ok := strings.CutPrefix(p, from); ok && !blocked(tree, to+rest) {
				tree[to+rest] = tree[p]
				delete(tree, p)
			}
		}
	case 3, 4: // a new file
		if _, ok := tree[fresh]; !ok && !blocked(tree, fresh) {
			tree[fresh] = content{s.text(s.choose("seed", 3)), "100644"}
		}
	case 5:
		if f.mode == "100644" {
			tree[path] = content{f.text, "100755"}
		} else if f.mode == "100755" {
			tree[path] = content{f.text, "100644"}
		}
	case 6:
		if s.choose("type", 3) > 0 {
			return
		}
		kinds := []content{{"binary\x00" + sideWords[s.choose("word", 3)], "100644"}, {"a/target" + fmt.Sprint(s.choose("target", 2)), "120000"},
			{strings.Repeat(fmt.Sprint(1+s.choose("module", 3)), 40), "160000"}}
		tree[path] = kinds[s.choose("kind", len(kinds))]
	default:
		if f.mode == "120000" || f.mode == "160000" || f.text == "" {
			return
		}
		lines := strings.SplitAfter(f.text, "\n")
		for range 1 + s.choose("edits", 2) {
			at := s.choose("at", min(4, len(lines)))
			if s.choose("low", 3) == 0 {
				at = len(lines) - 1 - at
			}
			switch s.choose("edit", 5) {
			case 0:
				lines[at] = ""
			case 1:
				lines = slices.Insert(lines, at, sideWords[s.choose("word", 3)])
			case 2:
				last := len(lines) - 1
				lines[last] = strings.TrimSuffix(lines[last], "\n")
			default:
				lines[at] = sideWords[s.choose("word", 3)]
			}
		}
		text := strings.Join(lines, "")
		if s.choose("end", 4) == 0 {
			text = strings.TrimSuffix(text, "\n") // no newline at the end
		}
		tree[path] = content{text, f.mode}
	}
}

// commit writes the tree that some changes make of another.
func (s sides) commit(before map[string]content, changes int, opts ...gittest.Option) map[string]content {
	after := maps.Clone(before)
	for range changes {
		s.change(after)
	}
	files := gittest.Files{}
	for path := range before {
		if _, ok := after[path]; !ok {
			files[path] = gittest.Deleted
		}
	}
	for path, f := range after {
		if f != before[path] {
			files[path] = f.text
			opts = append(opts, gittest.Mode(path, f.mode))
		}
	}
	s.repo.Commit(files, "change", opts...)
	return after
}

// meeting is a repository with commits of ours to pick onto and commits of
// theirs to pick, all from one start.
type meeting struct {
	repo   *gittest.Repo
	start  string
	ours   []string
	theirs []string // each the child of the one before, the first of start
}

func newMeeting(t *testing.T, rt *rapid.T, opts ...gittest.InitOption) *meeting {
	r := gittest.New(scratch{rt, t}, append(opts, gittest.Bare)...)
	s := sides{rt, r}
	m := &meeting{repo: r}
	base := map[string]content{}
	for i, path := range sidePaths[:6] {
		if path != "e" && s.choose("there", 5) > 0 {
			base[path] = content{s.text(i), "100644"}
		}
	}
	if len(base) == 0 {
		base["a"] = content{s.text(0), "100644"}
	}
	if rule := []string{"", "", "a merge=union\nd/* merge=union\n", "a merge=ours-own\n", "* -merge\n"}[s.choose("attributes", 5)]; rule != "" {
		base[[]string{".gitattributes", "d/.gitattributes"}[s.choose("where", 2)]] = content{rule, "100644"}
	}
	s.commit(nil, 0) // an empty root
	r.Git("update-ref", "refs/heads/root", r.Tip())
	files := gittest.Files{}
	for path, f := range base {
		files[path] = f.text
	}
	m.start = r.Commit(files, "start")
	r.Branch("ours", m.start)
	tree := base
	for range 1 + s.choose("ours", 2) {
		tree = s.commit(tree, 1+s.choose("changes", 4))
		m.ours = append(m.ours, r.Tip())
	}
	r.Branch("theirs", m.start)
	tree = base
	for i := range 1 + s.choose("theirs", 4) {
		var opts []gittest.Option
		if i == 2 && s.choose("criss-cross", 3) == 0 {
			opts = append(opts, gittest.Parent(m.ours[0]))
		}
		tree = s.commit(tree, 1+s.choose("changes", 2), opts...)
		m.theirs = append(m.theirs, r.Tip())
	}
	r.Git("rev-parse", "HEAD")
	return m
}

// questions asks for every pick and merge of theirs onto every commit of ours.
func (m *meeting) questions() (questions []git.Question) {
	for _, onto := range m.ours {
		parent := m.start
		for _, commit := range m.theirs {
			questions = append(questions, git.Question{Onto: onto, Commit: commit, Parent: parent},
				git.Question{Onto: onto, Commit: commit, Merge: true})
			parent = commit
		}
		questions = append(questions, git.Question{Onto: onto, Commit: m.theirs[0]}) // as if it were a root
	}
	return questions
}

// real is a clone in which git itself picks and merges.
type real struct {
	t     interface{ Fatalf(string, ...any) }
	dir   string
	dirty bool // the last one conflicted, and may have left files behind
}

func clone(t interface{ Fatalf(string, ...any) }, from, to string) *real {
	r := &real{t: t, dir: to}
	cmd := git.Command(context.Background(), "", "clone", "--quiet", "--shared", "--no-checkout", from, to)
	cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=file")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v: %s", err, out)
	}
	return r
}

func (r *real) try(stdin string, args ...string) (string, error) {
	cmd := git.Command(context.Background(), r.dir, append([]string{"-c", "core.bigFileThreshold=512m"}, args...)...)
	cmd.Env = append(cmd.Env, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a", "GIT_OPTIONAL_LOCKS=1", "GIT_EDITOR=true")
	cmd.Stdin = strings.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("git %s: %w: %s%s", args[0], err, stderr.String(), out.String())
	}
	return out.String(), nil
}

func (r *real) git(args ...string) string {
	out, err := r.try("", args...)
	if err != nil {
		r.t.Fatalf("%v", err)
	}
	return out
}

// beside finds what git adds to the path of a file for which there is no room.
var beside = regexp.MustCompile(`~(?:HEAD|[0-9a-f]{7,40}(?: \(.*\))?)(?:_\d+)?$`)

// merged does what a question asks for. It returns the stages ("path stage
// mode", sorted) and, without any, the tree; unmerged tells the stages with ids.
func (r *real) merged(q git.Question) (stages, unmerged []string, tree string) {
	r.git("reset", "--quiet", "--hard", q.Onto)
	if r.dirty {
		r.git("clean", "-ffdxq")
	}
	var err error
	if q.Merge {
		_, err = r.try("", "merge", "--quiet", "--no-commit", "--no-ff", q.Commit)
	} else {
		if _, err = r.try("", "cherry-pick", "--no-commit", q.Commit); err != nil && strings.Contains(err.Error(), "is a merge") {
			_, err = r.try("", "cherry-pick", "--no-commit", "-m1", q.Commit)
		}
	}
	for entry := range strings.SplitSeq(r.git("ls-files", "-u", "-z"), "\x00") {
		if head, path, ok := strings.Cut(entry, "\t"); ok {
			f := strings.Fields(head)
			stages = append(stages, beside.ReplaceAllString(path, "")+" "+f[2]+" "+f[0])
			unmerged = append(unmerged, entry)
		}
	}
	slices.Sort(stages)
	r.dirty = err != nil
	if len(stages) > 0 {
		return stages, unmerged, ""
	}
	if err != nil {
		return []string{"died"}, nil, ""
	}
	return nil, nil, strings.TrimSpace(r.git("write-tree"))
}

// stagesOf lists an answer's stages in the same way.
func stagesOf(m *git.Merged) (stages []string) {
	for _, c := range m.Conflicts {
		for i, s := range []git.Stage{c.Base, c.Ours, c.Theirs} {
			if s.ID != "" {
				stages = append(stages, fmt.Sprintf("%s %d %06o", c.Path, i+1, s.Mode))
			}
		}
	}
	slices.Sort(stages)
	return stages
}

func TestReplayIsWhatGitDoes(t *testing.T) {
	ctx := context.Background()
	count := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMeeting(t, rt)
		questions := m.questions()
		replay, err := open(t, m.repo.Dir).Replay(ctx)
		if err != nil {
			rt.Fatal(err)
		}
		defer replay.Close()
		answers, err := replay.Ask(ctx, questions)
		if err != nil {
			rt.Fatal(err)
		}
		r, heads := clone(rt, m.repo.Dir, filepath.Join(t.TempDir(), "clone")), map[string]string{}
		first := rapid.IntRange(0, 2).Draw(rt, "first") // a third is enough: a real pick costs four processes
		for i, q := range questions {
			if i%3 != first || !q.Merge && q.Parent == "" {
				continue // no real pick is like one without a parent
			}
			stages, _, tree := r.merged(q)
			answer := &answers[i]
			if slices.Equal(stages, []string{"died"}) {
				count["died"]++
				continue
			}
			if got := stagesOf(answer); !slices.Equal(got, stages) {
				rt.Fatalf("%+v:\n got %q\nwant %q\n%+v", q, got, stages, answer)
			}
			if heads[q.Onto] == "" {
				heads[q.Onto] = strings.TrimSpace(r.git("rev-parse", q.Onto+"^{tree}"))
			}
			head := heads[q.Onto]
			switch {
			case len(stages) > 0:
				for _, c := range answer.Conflicts {
					count[c.Kind]++
				}
				continue
			case answer.Tree != tree:
				rt.Fatalf("%+v: tree %s, want %s\n%s", q, answer.Tree, tree, r.git("diff-tree", "-r", head, tree))
			case answer.Empty != (tree == head):
				rt.Fatalf("%+v: empty is %v", q, answer.Empty)
			}
			count[map[bool]string{true: "empty", false: "clean"}[answer.Empty]]++
		}
	})
	t.Logf("%v", count)
}

func TestReplayShortcutIsWhatMergingSays(t *testing.T) {
	ctx := context.Background()
	short, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		m := newMeeting(t, rt)
		repo := open(t, m.repo.Dir)
		var answers [2][]git.Merged
		for i := range answers {
			replay, err := repo.Replay(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			defer replay.Close()
			if i == 1 {
				replay.MergeEverything()
			}
			if answers[i], err = replay.Ask(ctx, m.questions()); err != nil {
				rt.Fatal(err)
			}
			if i == 0 {
				short += replay.Shortcuts()
			}
		}
		for i, q := range m.questions() {
			all++
			if got, want := answers[0][i], answers[1][i]; got.Tree != want.Tree || got.Empty != want.Empty || len(got.Conflicts) != len(want.Conflicts) {
				rt.Fatalf("%+v:\n  got %+v\n want %+v", q, got, want)
			}
		}
	})
	t.Logf("%d of %d by shortcut", short, all)
	if short == 0 {
		t.Error("no shortcut was taken")
	}
}

// simple are the kinds of conflicts of which the resolution is git's own.
var simple = []string{"content", "add/add", "modify/delete", "binary", "submodule"}

func TestReplaySequenceIsWhatGitDoes(t *testing.T) {
	ctx := context.Background()
	count := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMeeting(t, rt)
		replay, err := open(t, m.repo.Dir).Replay(ctx)
		if err != nil {
			rt.Fatal(err)
		}
		defer replay.Close()
		var picks []git.Question
		parent := m.start
		for _, commit := range m.theirs {
			picks = append(picks, git.Question{Commit: commit, Parent: parent})
			parent = commit
		}
		r := clone(rt, m.repo.Dir, filepath.Join(t.TempDir(), "clone"))
		onto, stop := m.ours[len(m.ours)-1], errors.New("stop")
		err = replay.Sequence(ctx, onto, picks, func(i int, answer *git.Merged, after string) error {
			q := picks[i]
			q.Onto = onto
			stages, unmerged, tree := r.merged(q)
			if slices.Equal(stages, []string{"died"}) {
				return stop
			}
			if got := stagesOf(answer); !slices.Equal(got, stages) {
				rt.Fatalf("step %d:\n got %q\nwant %q", i, got, stages)
			}
			for _, c := range answer.Conflicts {
				if !slices.Contains(simple, c.Kind) {
					count["left"]++
					return stop
				}
			}
			if len(unmerged) > 0 {
				tree = r.resolve(unmerged)
			}
			if after != tree {
				rt.Fatalf("step %d: tree %s, want %s\n%s\n%+v", i, after, tree, r.show(replay, after, tree), answer)
			}
			count[fmt.Sprint(len(unmerged) > 0)]++
			onto = strings.TrimSpace(r.git("commit-tree", "-m", "step", "-p", onto, tree))
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			rt.Fatal(err)
		}
	})
	t.Logf("conflicts %d, clean %d, left %d", count["true"], count["false"], count["left"])
}

// resolve takes their side of what is unmerged, with git's own tools, and
// returns the tree.
func (r *real) resolve(unmerged []string) string {
	type versions [4][2]string
	paths := map[string]*versions{}
	for _, entry := range unmerged {
		head, path, _ := strings.Cut(entry, "\t")
		f := strings.Fields(head)
		if paths[path] == nil {
			paths[path] = &versions{}
		}
		paths[path][f[2][0]-'0'] = [2]string{f[0], f[1]}
	}
	var info strings.Builder
	for path, v := range paths {
		fmt.Fprintf(&info, "0 %s\t%s\x00", strings.Repeat("0", 40), path)
		mode, id := v[3][0], v[3][1]
		if id == "" {
			continue
		}
		regular := strings.HasPrefix(v[1][0], "100") && strings.HasPrefix(v[2][0], "100") && strings.HasPrefix(mode, "100")
		if regular {
			if mode == v[1][0] {
				mode = v[2][0]
			}
			for i := 1; i <= 3; i++ {
				text := r.git("cat-file", "blob", v[i][1])
				if err := os.WriteFile(filepath.Join(r.dir, ".git", fmt.Sprint("v", i)), []byte(text), 0o600); err != nil {
					r.t.Fatalf("%v", err)
				}
			}
			binary := strings.Contains(r.git("cat-file", "blob", v[1][1])+r.git("cat-file", "blob", v[2][1])+r.git("cat-file", "blob", id), "\x00")
			attribute := r.git("check-attr", "-z", "merge", "--", path)
			if !binary && !strings.Contains(attribute, "\x00unset\x00") {
				text, err := r.try("", "merge-file", "-p", "--theirs", ".git/v2", ".git/v1", ".git/v3")
				if err != nil {
					r.t.Fatalf("%v", err)
				}
				if id, err = r.try(text, "hash-object", "-w", "--stdin"); err != nil {
					r.t.Fatalf("%v", err)
				}
				id = strings.TrimSpace(id)
			}
		}
		fmt.Fprintf(&info, "%s %s\t%s\x00", mode, id, path)
	}
	if _, err := r.try(info.String(), "update-index", "-z", "--index-info"); err != nil {
		r.t.Fatalf("%v", err)
	}
	return strings.TrimSpace(r.git("write-tree"))
}

// show tells how two trees differ, the first one's objects being the replay's.
func (r *real) show(replay *git.Replay, got, want string) string {
	cmd := git.Command(context.Background(), r.dir, "diff-tree", "-r", "-p", want, got)
	cmd.Env = append(cmd.Env, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+filepath.Join(replay.Folder(), "git", "objects"))
	out, err := cmd.CombinedOutput()
	return fmt.Sprintf("%s %v", out, err)
}

// snapshot lists all files below a folder with their contents.
func snapshot(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		files[path] = d.Type().String()
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files[path] = string(data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestReplayWritesNothing(t *testing.T) {
	t.Run("sha1", func(t *testing.T) { writesNothing(t) })
	t.Run("sha256", func(t *testing.T) { writesNothing(t, gittest.SHA256) })
}

func writesNothing(t *testing.T, opts ...gittest.InitOption) {
	ctx := context.Background()
	r := gittest.New(t, opts...)
	base := r.Commit(gittest.Files{"a": "1\n2\n3\n4\n5\n6\n7\n8\n", ".gitattributes": "a merge=mine\n"}, "Start")
	fix := r.Commit(gittest.Files{"a": "1\n2\n3\n4\n5\n6\n7\nacht\n"}, "Fix")
	r.Branch("fork", base)
	r.Commit(gittest.Files{"a": "eins\n2\n3\n4\n5\n6\n7\neight\n"}, "Ours")
	r.Git("config", "merge.mine.driver", "touch "+filepath.Join(r.Dir, "driven"))
	r.WorkTree()
	before := snapshot(t, r.Dir)
	replay, err := open(t, r.Dir).Replay(ctx)
	if err != nil {
		t.Fatal(err)
	}
	question := git.Question{Onto: r.Tip(), Commit: fix, Parent: base}
	answers, err := replay.Ask(ctx, []git.Question{question, {Onto: r.Tip(), Commit: fix, Merge: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range answers {
		if len(m.Conflicts) != 1 || m.Conflicts[0].Kind != "content" || !slices.Equal(m.Undriven, []string{"a"}) {
			t.Errorf("answer %+v", m)
		}
	}
	resolved, err := replay.Resolve(ctx, &answers[0])
	if err != nil {
		t.Fatal(err)
	}
	objects, err := replay.Objects(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = objects.Contents([]string{resolved + ":a"}, func(_ git.Object, content io.Reader) error {
		data, err := io.ReadAll(content)
		if want := "eins\n2\n3\n4\n5\n6\n7\nacht\n"; string(data) != want {
			t.Errorf("resolved to %q, want %q", data, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = replay.Sequence(ctx, r.Tip(), []git.Question{question, question}, func(i int, m *git.Merged, after string) error {
		if after != resolved || m.Empty != (i == 1) {
			t.Errorf("step %d: tree %s, %+v", i, after, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	objects.Close()
	folder := replay.Folder()
	if err := replay.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is left: %v", err)
	}
	if !maps.Equal(before, snapshot(t, r.Dir)) {
		t.Error("the repository has changed")
	}
}
