package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMinedMerges takes 200 merges of a real repository, conflicting ones first and no
// more than half, makes each again with git merge in a scratch clone, and compares the
// paths that conflict with those that were mined. It needs
//
//	TRACKER_MERGES_REPO      a repository, into which nothing is written
//	TRACKER_MERGES_UPSTREAM  a ref, of which the merges are
//	TRACKER_MERGES_FORK      a ref; the merges that it can reach are left out
func TestMinedMerges(t *testing.T) {
	dir := os.Getenv("TRACKER_MERGES_REPO")
	if dir == "" {
		t.Skip("TRACKER_MERGES_REPO names no repository")
	}
	upstream, fork := os.Getenv("TRACKER_MERGES_UPSTREAM"), os.Getenv("TRACKER_MERGES_FORK")
	db := filepath.Join(t.TempDir(), "db")
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		args = append([]string{"tracker", "-C", dir, "--db", db}, args...)
		if code := Main(context.Background(), args, &out, &errs); code != 0 && code != 3 {
			t.Fatalf("%v: exit %d\n%s", args, code, errs.String())
		}
		return out.String()
	}
	run("ingest", "-q", "--upstream", upstream, "--fork", fork, "--upstream-merges")
	var past struct {
		Replayed  int
		Conflicts []struct{ Source, Fork, Path string }
	}
	if err := json.Unmarshal([]byte(run("conflicts", "--json")), &past); err != nil {
		t.Fatal(err)
	}
	mined := map[string][]string{}
	for _, c := range past.Conflicts {
		if c.Source == "upstream merge" {
			mined[c.Fork] = append(mined[c.Fork], c.Path)
		}
	}
	origin := &scratch{t, dir}
	tip := origin.git("rev-parse", upstream+"^{commit}")
	clone := scratchClone(t, dir, tip)
	all := strings.Fields(origin.git("rev-list", "--min-parents=2", "--max-parents=2", tip, "^"+fork))
	if past.Replayed < len(all) {
		t.Fatalf("%d of %d merges were replayed", past.Replayed, len(all))
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var sample []string
	conflicting := 0
	for _, h := range all {
		if len(mined[h]) > 0 && conflicting < 100 {
			conflicting++
			sample = append(sample, h)
		}
	}
	for _, h := range all {
		if len(mined[h]) == 0 && len(sample) < 200 {
			sample = append(sample, h)
		}
	}
	equal, conflicts := 0, 0
	for _, h := range sample {
		clone.git("reset", "-q", "--hard", h+"^1")
		clone.git("clean", "-q", "-ffdx")
		merge, _ := clone.command("merge", "-q", "--no-ff", "--no-commit", "--allow-unrelated-histories", h+"^2").CombinedOutput()
		var paths []string
		for entry := range strings.SplitSeq(clone.git("ls-files", "-u", "-z"), "\x00") {
			if _, path, ok := strings.Cut(entry, "\t"); ok && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
		slices.Sort(paths)
		slices.Sort(mined[h])
		if len(paths) > 0 {
			conflicts++
		}
		if !slices.Equal(paths, mined[h]) {
			t.Errorf("%s: mined %q, git merge says %q\n%s", h, mined[h], paths, merge)
			continue
		}
		equal++
	}
	t.Logf("%d of %d merges, of which %d conflict, conflict in the files that git merge conflicts in", equal, len(sample), conflicts)
}
