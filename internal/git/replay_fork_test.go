package git_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/internal/git"
)

// replays reads a table of real replays: upstream commit, subject, outcome onto
// a fixed commit, fork commit, its parent, outcome onto that.
func replays(t testing.TB) (rows [][]string) {
	name := os.Getenv("TRACKER_REPLAYS")
	if name == "" {
		name = filepath.Join("..", "..", "..", "shared", "corpora", "mistral", "replays.tsv")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Skipf("no table of replays: %v", err)
	}
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, append(strings.Split(strings.TrimRight(line, "\n"), "\t"), "", "", "", "")[:6])
		}
	}
	return rows
}

// fork opens the repository that the table was made with.
func fork(t testing.TB) *git.Repo {
	dir := os.Getenv("TRACKER_REPLAY_FORK")
	if dir == "" {
		t.Skip("TRACKER_REPLAY_FORK names no fork")
	}
	return open(t, dir)
}

// pick makes the question of a pick, and nothing of what cannot be resolved.
func pick(t testing.TB, repo *git.Repo, commit, onto string) git.Question {
	resolved, err := repo.Resolve(context.Background(), commit, commit+"^", onto)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resolved {
		if !r.Found() {
			t.Fatalf("%s onto %s: not found", commit, onto)
		}
	}
	return git.Question{Commit: resolved[0].Commit, Parent: resolved[1].Commit, Onto: resolved[2].Commit}
}

// outcome writes an answer as the table does.
func outcome(m *git.Merged) string {
	if m.Tree == "" {
		return "unreadable " + strings.Join(m.Unreadable, " ")
	}
	var paths []string
	for _, c := range m.Conflicts {
		if slices.Contains(m.Unreadable, c.Path) {
			continue
		}
		kind := c.Kind
		if kind == "content" {
			kind = "contents"
		}
		paths = append(paths, "("+kind+"):"+c.Path)
	}
	switch {
	case len(paths) > 0:
		return "conflict " + strings.Join(paths, "; ")
	case m.Empty:
		return "empty"
	}
	return "clean"
}

func TestReplayForkTable(t *testing.T) {
	repo, rows := fork(t), replays(t)
	var questions []git.Question
	var want, name []string
	for _, row := range rows {
		if row[2] != "" {
			questions = append(questions, pick(t, repo, row[0], "ddeaa5148"))
			want, name = append(want, row[2]), append(name, row[0]+" onto ddeaa5148")
		}
		if row[4] != "" && row[5] != "" {
			questions = append(questions, pick(t, repo, row[0], row[4]))
			want, name = append(want, row[5]), append(name, row[0]+" onto "+row[4])
		}
	}
	replay, err := repo.Replay(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	answers, err := replay.Ask(context.Background(), questions)
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for i := range answers {
		if got := outcome(&answers[i]); got != want[i] {
			t.Errorf("%s:\n got %s\nwant %s\nunreadable %q", name[i], got, want[i], answers[i].Unreadable)
			continue
		}
		same++
	}
	t.Logf("%d of %d answers are the same", same, len(answers))
}

// TestReplaySequenceSpeed picks all that a fork has not taken yet, one after
// the other, and prints what a step costs. TRACKER_REPLAY_PENDING names a
// repository with refs/heads/fork and refs/remotes/upstream/main.
func TestReplaySequenceSpeed(t *testing.T) {
	dir := os.Getenv("TRACKER_REPLAY_PENDING")
	if dir == "" {
		t.Skip("TRACKER_REPLAY_PENDING names no fork")
	}
	repo, ctx := open(t, dir), context.Background()
	tip, err := repo.Resolve(ctx, "refs/heads/fork")
	if err != nil {
		t.Fatal(err)
	}
	var picks []git.Question
	err = repo.Log(ctx, []string{"refs/remotes/upstream/main"}, []string{"refs/heads/fork"}, func(c *git.Commit) error {
		if len(c.Parents) == 1 {
			picks = append(picks, git.Question{Commit: c.Hash, Parent: c.Parents[0]})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(picks)
	replay, err := repo.Replay(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	count := map[string]int{}
	var steps []time.Duration
	start := time.Now()
	last := start
	err = replay.Sequence(ctx, tip[0].Commit, picks, func(i int, m *git.Merged, after string) error {
		kind, _, _ := strings.Cut(outcome(m), " ")
		count[kind]++
		steps = append(steps, time.Since(last))
		last = time.Now()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	slices.Sort(steps)
	t.Logf("%d steps in %v, the median %v, the longest %v: %v", len(steps), took.Round(time.Millisecond),
		steps[len(steps)/2].Round(time.Microsecond), steps[len(steps)-1].Round(time.Millisecond), count)
}

// BenchmarkReplayAsk answers the table's questions onto one commit, and
// compares with one plain batch of git for the same, taken in turn: the metric
// x-git is the ratio of the medians.
func BenchmarkReplayAsk(b *testing.B) {
	repo, ctx := fork(b), context.Background()
	var questions []git.Question
	for _, row := range replays(b) {
		if row[2] != "" {
			questions = append(questions, pick(b, repo, row[0], "ddeaa5148"))
		}
	}
	begin := func() *git.Replay {
		replay, err := repo.Replay(ctx)
		if err != nil {
			b.Fatal(err)
		}
		return replay
	}
	var ours, plain []time.Duration
	for b.Loop() {
		start := time.Now()
		replay := begin()
		if _, err := replay.Ask(ctx, questions); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		other := begin()
		run, err := other.PlainBatch(ctx, questions, replay)
		if err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		plain = append(plain, time.Since(start))
		replay.Close()
		other.Close()
	}
	median := func(d []time.Duration) float64 {
		slices.Sort(d)
		return float64(d[len(d)/2].Microseconds()) / 1000
	}
	b.ReportMetric(median(ours)/median(plain), "x-git")
	b.ReportMetric(median(ours), "ms/ask")
	b.ReportMetric(median(plain), "ms/git")
	b.ReportMetric(float64(len(questions)), "questions")
}
