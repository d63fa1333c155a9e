package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRerere gives git the resolutions of a real repository's past picks, one pick at a
// time, and does each pick again in a scratch clone at the commit that it was really
// made on: every file that git was given must become what was committed. It needs
//
//	TRACKER_RERERE_REPO      a repository, into which nothing is written
//	TRACKER_RERERE_UPSTREAM  a ref
//	TRACKER_RERERE_FORK      refs, separated by spaces
func TestRerere(t *testing.T) {
	dir := os.Getenv("TRACKER_RERERE_REPO")
	if dir == "" {
		t.Skip("TRACKER_RERERE_REPO names no repository")
	}
	db := filepath.Join(t.TempDir(), "db")
	run := func(dir string, args ...string) string {
		var out, errs bytes.Buffer
		args = append([]string{"tracker", "-C", dir, "--db", db}, args...)
		if code := Main(context.Background(), args, &out, &errs); code != 0 && code != 3 {
			t.Fatalf("%v: exit %d\n%s", args, code, errs.String())
		}
		return out.String()
	}
	ingest := []string{"ingest", "-q", "--upstream", os.Getenv("TRACKER_RERERE_UPSTREAM")}
	for _, ref := range strings.Fields(os.Getenv("TRACKER_RERERE_FORK")) {
		ingest = append(ingest, "--fork", ref)
	}
	run(dir, ingest...)
	var past struct {
		Replayed  int
		Conflicts []struct{ Source, Upstream, Fork string }
	}
	for before := -1; past.Replayed > before; { // the past is replayed some hundred picks at a time
		before = past.Replayed
		run(dir, "ingest", "-q")
		if err := json.Unmarshal([]byte(run(dir, "conflicts", "--json")), &past); err != nil {
			t.Fatal(err)
		}
	}
	var done []string
	picks, asked, given, right := 0, 0, 0, 0
	for _, c := range past.Conflicts {
		if c.Source == "pick" {
			asked++
		}
		if c.Source != "pick" || slices.Contains(done, c.Fork+c.Upstream) {
			continue
		}
		done = append(done, c.Fork+c.Upstream)
		picks++
		clone := scratchClone(t, dir, c.Fork+"^", c.Upstream, c.Fork)
		var got struct {
			Entries []struct{ ID, State, Path string }
		}
		if err := json.Unmarshal([]byte(run(clone.dir, "rerere", "--json", "--onto", clone.git("rev-parse", "HEAD"), c.Upstream)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Entries) == 0 {
			continue
		}
		clone.git("config", "rerere.enabled", "true")
		clone.git("config", "rerere.autoUpdate", "true")
		pick := clone.command("cherry-pick", c.Upstream)
		said, _ := pick.CombinedOutput() // it conflicts
		again, err := clone.command("rerere").CombinedOutput()
		if err != nil || bytes.Contains(again, []byte("error")) {
			t.Errorf("%s: git rerere: %v\n%s", c.Fork, err, again)
		}
		for _, e := range got.Entries {
			given++
			if e.State != "written" {
				t.Errorf("%s: %s is %s", c.Fork, e.Path, e.State)
				continue
			}
			is := clone.git("ls-files", "--stage", "--", e.Path)
			want := strings.Fields(clone.git("ls-tree", c.Fork, "--", e.Path))
			if fields := strings.Fields(is); len(fields) < 3 || fields[2] != "0" || fields[1] != want[2] {
				t.Errorf("%s: %s is %q, committed was %q\n%s", c.Fork, e.Path, is, want, said)
				continue
			}
			right++
		}
	}
	t.Logf("%d conflicts of %d picks; %d files had every place resolved one way and nothing else changed; git resolved %d of them as they were committed", asked, picks, given, right)
	if given == 0 {
		t.Error("git was given nothing")
	}
}
