package git_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// askAll answers questions by a Replay of its own.
func askAll(t interface{ Fatal(...any) }, repo *git.Repo, questions []git.Question) []git.Merged {
	replay, err := repo.Replay(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	answers, err := replay.Ask(context.Background(), questions)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestReplayWithAbsentObjects(t *testing.T) {
	lines := func(first, last string) string { return first + "\n2\n3\n4\n5\n6\n7\n" + last + "\n" }
	r := gittest.New(t, gittest.Bare)
	base := r.Commit(gittest.Files{"a": lines("1", "8"), "b": lines("1", "8"), "c/d": lines("c", "c"), "e/f": "e\n"}, "Start")
	parent := base
	var questions []git.Question
	theirs := func(files gittest.Files) string {
		commit := r.Commit(files, "Theirs")
		questions = append(questions, git.Question{Commit: commit, Parent: parent})
		parent = commit
		return commit
	}
	both := theirs(gittest.Files{"a": lines("1", "lost"), "b": lines("1", "acht")})
	theirs(gittest.Files{"b": lines("eins", "acht")})
	theirs(gittest.Files{"c/d": lines("c", "d")})
	late := theirs(gittest.Files{"e/f": "g\n"})
	theirs(gittest.Files{"b": lines("eins", "neun")})
	r.Branch("fork", base)
	r.Commit(gittest.Files{"a": lines("un", "8"), "b": lines("1\n1a", "8"), "c/d": lines("x", "c"), "e/h": "h\n"}, "Ours")
	for i := range questions {
		questions[i].Onto = r.Tip()
	}
	r.Git("rev-parse", "HEAD") // writes what is pending
	repo := open(t, r.Dir)
	whole := askAll(t, repo, questions)
	removeBlob(t, r.Dir, r.Git("rev-parse", both+":a"))
	removeBlob(t, r.Dir, r.Git("rev-parse", late+":e"))
	answers := askAll(t, repo, questions)
	for i, want := range [][]string{{"a"}, nil, nil, {r.Git("rev-parse", late+":e")}, nil} {
		got := answers[i]
		if !slices.Equal(got.Unreadable, want) {
			t.Errorf("question %d: unreadable %q, want %q", i, got.Unreadable, want)
		}
		if len(want) == 0 && (got.Tree != whole[i].Tree || len(got.Conflicts) != len(whole[i].Conflicts)) {
			t.Errorf("question %d: %+v, want %+v", i, got, whole[i])
		}
	}
	if got := answers[0]; len(got.Conflicts) != 1 || got.Conflicts[0].Path != "a" || got.Tree == "" {
		t.Errorf("the first answer is %+v", got)
	}
	lost := strings.Repeat("1", 40)
	for _, q := range []git.Question{{Onto: lost, Commit: both, Parent: base}, {Onto: base, Commit: lost, Merge: true}, {Onto: base, Commit: both, Parent: lost}} {
		if m := askAll(t, repo, []git.Question{q})[0]; m.Tree != "" || !slices.Equal(m.Unreadable, []string{lost}) {
			t.Errorf("%+v: %+v", q, m)
		}
	}
}

func TestReplayOfAShallowClone(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	early := r.Commit(gittest.Files{"a": "0\n"}, "Early")
	base := r.Commit(gittest.Files{"a": "1\n", "b": "1\n"}, "Start")
	fix := r.Commit(gittest.Files{"a": "2\n"}, "Fix")
	r.Branch("fork", base)
	ours := r.Commit(gittest.Files{"b": "2\n"}, "Ours")
	r.Git("rev-parse", "HEAD")
	if err := os.WriteFile(filepath.Join(r.Dir, "shallow"), []byte(base+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	removeBlob(t, r.Dir, early)
	answers := askAll(t, open(t, r.Dir), []git.Question{
		{Onto: ours, Commit: fix, Merge: true}, {Onto: ours, Commit: fix, Parent: base}, {Onto: ours, Commit: base, Parent: early},
	})
	if !answers[0].Clean() || !answers[1].Clean() || answers[0].Tree != answers[1].Tree {
		t.Errorf("a merge %+v and a pick %+v", answers[0], answers[1])
	}
	if !slices.Equal(answers[2].Unreadable, []string{early}) {
		t.Errorf("a pick over the edge: %+v", answers[2])
	}
}

// An answer that names nothing absent is the answer of the whole repository.
func TestReplayAbsenceIsMentioned(t *testing.T) {
	mentioned, same := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		m := newMeeting(t, rt)
		repo := open(t, m.repo.Dir)
		var questions []git.Question
		for _, q := range m.questions() {
			if !q.Merge {
				questions = append(questions, q)
			}
		}
		whole := askAll(rt, repo, questions)
		blobs := map[string]bool{}
		for _, commit := range append(slices.Clone(m.ours), m.theirs...) {
			for line := range strings.Lines(m.repo.Git("ls-tree", "-r", commit)) {
				if f := strings.Fields(line); f[1] == "blob" {
					blobs[f[2]] = true
				}
			}
		}
		names := slices.Sorted(maps.Keys(blobs))
		if len(names) == 0 {
			return
		}
		removeBlob(rt, m.repo.Dir, names[rapid.IntRange(0, len(names)-1).Draw(rt, "absent")])
		for i, got := range askAll(rt, repo, questions) {
			want := whole[i]
			if len(got.Unreadable) > 0 {
				mentioned++
				continue
			}
			same++
			if got.Tree != want.Tree || !slices.Equal(stagesOf(&got), stagesOf(&want)) {
				rt.Fatalf("%+v:\n  got %+v\n want %+v", questions[i], got, want)
			}
		}
	})
	t.Logf("%d answers name what is absent, %d do not", mentioned, same)
}

func TestReplayKeepsInItsFolder(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	id := strings.TrimSpace(r.GitInput("* merge=union\n", "hash-object", "-w", "--stdin"))
	file := "100644 blob " + id + "\t.gitattributes"
	deep := r.GitInput(file+"\n", "mktree")
	hostile := r.GitInput("040000 tree "+deep+"\t..\n040000 tree "+deep+"\t.git\n040000 tree "+deep+"\tgood\n120000 blob "+id+"\t.gitattributes\n100644 blob "+id+"\tx\n", "mktree", "--missing")
	base := r.Commit(gittest.Files{"x": "1\n"}, "Start")
	fix := r.Commit(gittest.Files{"x": "2\n"}, "Fix")
	r.Git("rev-parse", "HEAD")
	replay, err := open(t, r.Dir).Replay(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	answers, err := replay.Ask(context.Background(), []git.Question{{Onto: hostile, Commit: fix, Parent: base}})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers[0].Conflicts) != 1 {
		t.Errorf("answer %+v", answers[0])
	}
	var found []string
	filepath.WalkDir(replay.Folder(), func(path string, d os.DirEntry, err error) error {
		if err == nil && filepath.Base(path) == ".gitattributes" {
			found = append(found, filepath.Base(filepath.Dir(path)))
		}
		return err
	})
	if !slices.Equal(found, []string{"good"}) {
		t.Errorf("attributes below %q", found)
	}
}

func TestReplayIsCancelled(t *testing.T) {
	r := gittest.New(t, gittest.Bare)
	base := r.Commit(gittest.Files{"x": "1\n"}, "Start")
	fix := r.Commit(gittest.Files{"x": "2\n"}, "Fix")
	r.Branch("fork", base)
	ours := r.Commit(gittest.Files{"x": "3\n"}, "Ours")
	r.Git("rev-parse", "HEAD")
	replay, err := open(t, r.Dir).Replay(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	question := git.Question{Onto: ours, Commit: fix, Parent: base}
	steps := 0
	err = replay.Sequence(ctx, ours, []git.Question{question, question}, func(int, *git.Merged, string) error {
		steps++
		cancel()
		return nil
	})
	if err == nil || steps != 1 {
		t.Errorf("%d steps, %v", steps, err)
	}
	if _, err := replay.Ask(ctx, []git.Question{question}); err == nil {
		t.Error("an answer in spite of the cancelled context")
	}
	if answers, err := replay.Ask(context.Background(), []git.Question{question}); err != nil || len(answers[0].Conflicts) != 1 {
		t.Errorf("the next question: %+v, %v", answers, err)
	}
	if err := replay.Close(); err != nil {
		t.Error(err)
	}
	if err := replay.Close(); err != nil {
		t.Error(err)
	}
}
