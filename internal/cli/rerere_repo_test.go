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

// minedConflict is a past conflict as tracker conflicts tells of it.
type minedConflict struct {
	Source, Upstream, Fork, Path, Kind, Resolution string
	Whole, Beyond                                  bool
}

// minedPast ingests the repository that the environment names, until all of its past is
// replayed, and returns its past conflicts and what runs tracker in a folder.
func minedPast(t *testing.T) (dir string, past []minedConflict, run func(dir string, args ...string) string) {
	t.Helper()
	dir = os.Getenv("TRACKER_RERERE_REPO")
	if dir == "" {
		t.Skip("TRACKER_RERERE_REPO names no repository")
	}
	db := filepath.Join(t.TempDir(), "db")
	run = func(dir string, args ...string) string {
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
	var found struct {
		Replayed  int
		Conflicts []minedConflict
	}
	for before := -1; found.Replayed > before; { // the past is replayed some hundred picks at a time
		before = found.Replayed
		run(dir, "ingest", "-q")
		if err := json.Unmarshal([]byte(run(dir, "conflicts", "--json")), &found); err != nil {
			t.Fatal(err)
		}
	}
	return dir, found.Conflicts, run
}

// TestResolutionsAreGits holds the way in which each content conflict of a past pick is
// said to be resolved against git: a file taken whole is that side's file, and one that
// is resolved to a side in its places alone is what git merge-file makes of that side.
// It needs what TestRerere needs.
func TestResolutionsAreGits(t *testing.T) {
	dir, past, _ := minedPast(t)
	origin := &scratch{t, dir}
	blob := func(name string) string {
		out, err := origin.command("show", name).Output()
		if err != nil {
			return "absent"
		}
		return string(out)
	}
	whole, sides, other := 0, 0, 0
	for _, c := range past {
		if c.Source != "pick" || c.Kind != "content" {
			continue
		}
		versions := map[string]string{"ours": blob(c.Fork + "^:" + c.Path), "base": blob(c.Upstream + "^:" + c.Path), "theirs": blob(c.Upstream + ":" + c.Path)}
		if versions["ours"] == "absent" || versions["base"] == "absent" {
			continue // git followed a rename
		}
		result := blob(c.Fork + ":" + c.Path)
		side := c.Resolution == "ours" || c.Resolution == "theirs"
		switch {
		case side && c.Whole:
			if whole++; result != versions[c.Resolution] {
				t.Errorf("%s:%s is not the file of %s", c.Fork, c.Path, c.Resolution)
			}
		case side && !c.Beyond:
			sides++
			folder := t.TempDir()
			for name, text := range versions {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			merge := (&scratch{t, folder}).command("merge-file", "-p", "--"+c.Resolution, "ours", "base", "theirs")
			if merged, err := merge.Output(); err != nil || string(merged) != result {
				t.Errorf("%s:%s is not what git merge-file --%s makes (%v)", c.Fork, c.Path, c.Resolution, err)
			}
		default:
			if other++; result == versions["ours"] || result == versions["theirs"] {
				t.Errorf("%s:%s is one side's file, and said to be %s", c.Fork, c.Path, c.Resolution)
			}
		}
	}
	t.Logf("%d files taken whole, %d resolved to a side in their places alone, %d in other ways", whole, sides, other)
}

// TestRerere gives git the resolutions of a real repository's past picks, one pick at a
// time, and does each pick again in a scratch clone at the commit that it was really
// made on: every file that git was given must become what was committed. It needs
//
//	TRACKER_RERERE_REPO      a repository, into which nothing is written
//	TRACKER_RERERE_UPSTREAM  a ref
//	TRACKER_RERERE_FORK      refs, separated by spaces
func TestRerere(t *testing.T) {
	dir, past, run := minedPast(t)
	var done []string
	picks, asked, given, right := 0, 0, 0, 0
	for _, c := range past {
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
