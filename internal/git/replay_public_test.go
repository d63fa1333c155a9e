package git_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracker/internal/git"
)

// TestReplayPublic holds 200 picks of a real repository against real ones.
//
//	TRACKER_REPLAY_REPO  the repository
//	TRACKER_REPLAY_FROM  the branch to pick from, such as refs/heads/unstable
//	TRACKER_REPLAY_ONTO  the branch to pick onto, such as refs/heads/7.2
func TestReplayPublic(t *testing.T) {
	dir, from, onto := os.Getenv("TRACKER_REPLAY_REPO"), os.Getenv("TRACKER_REPLAY_FROM"), os.Getenv("TRACKER_REPLAY_ONTO")
	if dir == "" || from == "" || onto == "" {
		t.Skip("TRACKER_REPLAY_REPO, _FROM and _ONTO name no repository and branches")
	}
	const wanted = 200
	repo, ctx := open(t, dir), context.Background()
	tip, err := repo.Resolve(ctx, onto)
	if err != nil {
		t.Fatal(err)
	}
	var all []git.Question
	err = repo.Log(ctx, []string{from}, []string{onto}, func(c *git.Commit) error {
		if len(c.Parents) == 1 {
			all = append(all, git.Question{Onto: tip[0].Commit, Commit: c.Hash, Parent: c.Parents[0]})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var questions []git.Question
	for i := range min(wanted, len(all)) {
		questions = append(questions, all[i*len(all)/min(wanted, len(all))])
	}
	replay, err := repo.Replay(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	answers, err := replay.Ask(ctx, questions)
	if err != nil {
		t.Fatal(err)
	}
	r := clone(t, dir, filepath.Join(t.TempDir(), "clone"))
	same, count := 0, map[string]int{}
	for i, q := range questions {
		stages, _, tree := r.merged(q)
		kind, _, _ := strings.Cut(outcome(&answers[i]), " ")
		count[kind]++
		if got := stagesOf(&answers[i]); !slices.Equal(got, stages) || len(stages) == 0 && answers[i].Tree != tree {
			t.Errorf("%s:\n got %q %s\nwant %q %s\nunreadable %q", q.Commit, got, answers[i].Tree, stages, tree, answers[i].Unreadable)
			continue
		}
		same++
	}
	t.Logf("%d of %d are the same, %d by shortcut: %v", same, len(questions), replay.Shortcuts(), count)
}
