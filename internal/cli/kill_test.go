package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/internal/cli"
	"tracker/internal/demo"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

// kills is how often an ingest is killed: TRACKER_KILLS, or a few.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("TRACKER_KILLS"))
	if err != nil || n < 1 {
		return 20
	}
	return n
}

// tracker runs one command in this process.
func tracker(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Main(context.Background(), append([]string{"tracker"}, args...), &out, &errs)
	return code, out.String(), errs.String()
}

// must runs a command that has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := tracker(args...)
	if code != 0 {
		t.Fatalf("tracker %q: exit %d: %s", args, code, errs)
	}
	return out
}

// answers are what a user is told: statuses, links, searches, the document.
// The score of a hit depends on how often a document was written, its order
// among the others does not.
func answers(t *testing.T, fork, dir string) []string {
	t.Helper()
	var out []string
	for _, args := range [][]string{
		{"status", "--json"},
		{"links", "--json"},
		{"search", "TileStore", "--jq", "del(.took_ms) | .hits |= map(del(.score))"},
		{"search", "kind:commit", "--limit", "100", "--jq", ".total, (.hits | map(.id) | sort)"},
		{"search", "kind:report", "--limit", "100", "--jq", ".total, (.hits | map(.id) | sort)"},
		{"search", "kind:decision", "--jq", ".total, (.hits | map(.id) | sort)"},
		{"render", "md", "--output", "-"},
	} {
		out = append(out, must(t, append([]string{"-C", fork, "--db", dir}, args...)...))
	}
	return out
}

// forkBetween is the demo's fork with a database of some time ago: both sides
// have moved on since, and a decision was recorded.
func forkBetween(t *testing.T) (fork, before string) {
	t.Helper()
	fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	const upstream, ours = "refs/remotes/upstream/main", "refs/heads/main"
	tips := map[string]string{}
	for ref, back := range map[string]string{upstream: "~4", ours: "~3"} {
		tips[ref] = gitIn(t, fork, "rev-parse", ref)
		gitIn(t, fork, "update-ref", ref, ref+back)
	}
	before = filepath.Join(t.TempDir(), "before")
	must(t, "-C", fork, "--db", before, "ingest")
	must(t, "-C", fork, "--db", before, "mark", "#107", "deferred", "--reason", "when the kiosks get a disk")
	for ref, tip := range tips {
		gitIn(t, fork, "update-ref", ref, tip)
	}
	return fork, before
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := git.Command(t.Context(), dir, args...)
	cmd.Env = append(cmd.Env, "GIT_AUTHOR_NAME="+gittest.Name, "GIT_AUTHOR_EMAIL="+gittest.Email,
		"GIT_COMMITTER_NAME="+gittest.Name, "GIT_COMMITTER_EMAIL="+gittest.Email, "GIT_ALLOW_PROTOCOL=file")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v: %s", args, err, out)
	}
	return string(bytes.TrimSpace(out))
}

// child prepares tracker as a process of its own.
func child(args ...string) *exec.Cmd { return exec.Command("tracker", args...) }

// notUnderRace skips what takes long and runs nothing side by side that other tests do
// not: the race detector makes it several times as long.
func notUnderRace(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("long, and tried without the race detector")
	}
}

// An ingest that is killed at any moment leaves the answers of the last that
// finished, and the next one ends as if nothing had happened. Odd kills hit a
// first ingest, with its making of database and index; even ones an ingest
// that brings both up to date.
func TestKilledIngest(t *testing.T) {
	notUnderRace(t)
	n := kills(t)
	fork, before := forkBetween(t)
	type setting struct {
		name      string
		start     string // the database to begin with, or none
		old, want []string
		took      time.Duration
	}
	settings := []*setting{{name: "first"}, {name: "later", start: before, old: answers(t, fork, before)}}
	place := func(s *setting) string {
		dir := filepath.Join(t.TempDir(), "db")
		if s.start != "" {
			if err := os.CopyFS(dir, os.DirFS(s.start)); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	for _, s := range settings {
		dir := place(s)
		start := time.Now()
		if out, err := child("-C", fork, "--db", dir, "ingest").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		s.took = time.Since(start)
		s.want = answers(t, fork, dir)
	}
	if slices.Equal(settings[1].old, settings[1].want) {
		t.Fatal("nothing is new since: the second setting tests nothing")
	}

	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	stages := map[string]int{}
	healed := 0
	for i := range n {
		s := settings[i%2]
		dir := place(s)
		delay := time.Duration((float64(i) + random.Float64()) / float64(n) * 1.05 * float64(s.took))
		cmd := child("-C", fork, "--db", dir, "ingest")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay)
		cmd.Process.Kill()
		cmd.Wait()
		stages[s.name+" ingest, "+stage(t, dir, s.old != nil)]++

		what := fmt.Sprintf("kill %d (seed %d), %s after the start of a %s ingest", i, seed, delay, s.name)
		switch code, out, errs := tracker("-C", fork, "--db", dir, "status", "--json"); {
		case code == cli.ExitNothing && s.old == nil:
		case code == 0 && (out == s.want[0] || s.old != nil && out == s.old[0]):
		default:
			t.Errorf("%s: status, exit %d: %s\n%s", what, code, errs, out)
		}
		if code, _, errs := tracker("-C", fork, "--db", dir, "search", "TileStore"); code != 0 && code != cli.ExitNothing && code != cli.ExitFailed {
			t.Errorf("%s: search, exit %d: %s", what, code, errs)
		}
		if code, _, errs := tracker("-C", fork, "--db", dir, "ingest"); code != 0 {
			t.Errorf("%s: the next ingest: exit %d: %s", what, code, errs)
			continue
		}
		same := true
		for j, got := range answers(t, fork, dir) {
			if got != s.want[j] {
				same = false
				t.Errorf("%s: answer %d is\n%s\nand not\n%s", what, j, got, s.want[j])
			}
		}
		if same {
			healed++
		}
		os.RemoveAll(dir)
	}
	t.Logf("%d of %d kills healed (seed %d); struck: %v", healed, n, seed, stages)
	if len(stages) < 4 {
		t.Errorf("the kills struck only %v", stages)
	}
}

// stage tells how far an ingest had come when it was killed.
func stage(t *testing.T, dir string, later bool) string {
	t.Helper()
	store := db.At(dir)
	if _, err := os.Stat(store.Path()); err != nil {
		return "before the database"
	}
	var f db.Finished
	commits := 0
	err := store.Peek(t.Context(), func(tx *db.Tx) (err error) {
		commits, err = tx.Count(db.KindCommit)
		if err != nil {
			return err
		}
		f, err = tx.Finished()
		return err
	})
	if err == db.ErrNothing {
		return "making the database"
	}
	if err != nil {
		t.Fatal(err)
	}
	if f.Generation == 0 || later && f.Generation < 3 {
		if commits == 0 {
			return "before the commits"
		}
		return "before the last transaction"
	}
	entries, _ := os.ReadDir(filepath.Join(dir, "index"))
	is, err := index.At(dir).State(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case is == index.Missing && len(entries) == 0:
		return "before the index"
	case is == index.Missing:
		return "making the index"
	case is != index.Current:
		return "bringing the index up to date"
	}
	return "after the index"
}
