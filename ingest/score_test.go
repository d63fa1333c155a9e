package ingest

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/db"
	"tracker/index"
	"tracker/ingest/link"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// ladder are the sets of evidence that the score is taken with, from all but
// what the keys are from to what the diffs alone tell.
var ladder = []rungs{
	{"all but marker", []fact.Kind{fact.KindMarker}},
	{"… and group", []fact.Kind{fact.KindMarker, fact.KindGroup}},
	{"… and similarity", []fact.Kind{fact.KindMarker, fact.KindGroup, fact.KindSimilarity, fact.KindMessage}},
	{"the diffs alone", []fact.Kind{fact.KindMarker, fact.KindAuthorDate, fact.KindSubject, fact.KindPR, fact.KindMessage, fact.KindReport}},
	{"similarity alone", allBut(fact.KindSimilarity)},
	{"patch-id alone", allBut(fact.KindPatchID)},
	{"author-date alone", allBut(fact.KindAuthorDate)},
}

type rungs struct {
	name    string
	without []fact.Kind
}

func allBut(kind fact.Kind) []fact.Kind {
	return slices.DeleteFunc(slices.Clone(fact.Kinds), func(k fact.Kind) bool { return k == kind })
}

// TestScore scores links against pairs that commit messages declare, and counts
// the links that are found where there can be none. It needs a repository:
//
//	TRACKER_PAIRS_REPO      its folder
//	TRACKER_PAIRS           a file of lines "fork commit, upstream commit, 1 if both have one
//	                        patch-id" with tabs between; only fork commits named there are scored
//	TRACKER_PAIRS_UPSTREAM  a ref
//	TRACKER_PAIRS_FORK      refs or globs, with spaces between
//	TRACKER_PAIRS_DB        a folder to keep the database in, which saves the next run the ingest
func TestScore(t *testing.T) {
	dir := os.Getenv("TRACKER_PAIRS_REPO")
	if dir == "" {
		t.Skip("TRACKER_PAIRS_REPO names no repository")
	}
	ctx := context.Background()
	repo, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("TRACKER_PAIRS_DB")
	if folder == "" {
		folder = t.TempDir()
	}
	in := &Ingest{Repo: repo, Store: db.At(folder), Index: index.At(folder)}
	start := time.Now()
	sum, err := in.Run(ctx, Options{Upstream: os.Getenv("TRACKER_PAIRS_UPSTREAM"), Forks: strings.Fields(os.Getenv("TRACKER_PAIRS_FORK"))})
	if err != nil {
		t.Fatal(err)
	}
	var views []*fact.View
	for i := range sum.Views {
		views = append(views, &sum.Views[i])
	}
	t.Logf("%d views, ingested in %.1f s, %d commits new", len(views), time.Since(start).Seconds(), sum.New)
	start = time.Now()
	lib, err := loadLibrary(ctx, in.Store, views, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d upstream and %d fork commits loaded in %.2f s", len(lib.input.Upstream), len(lib.input.Fork), time.Since(start).Seconds())
	timeLogs(t, dir, lib)

	if keys := os.Getenv("TRACKER_PAIRS"); keys != "" {
		scoreLadder(t, lib.input, readKeys(t, keys))
	}
	last := lib.input.Fork[len(lib.input.Fork)-1]
	start = time.Now()
	link.Find(link.Input{Upstream: lib.input.Upstream, Fork: []link.Commit{last}})
	t.Logf("one fork commit linked in %.0f ms", 1000*time.Since(start).Seconds())

	invention(t, "its own past", past(t, repo, lib))
	cut := lib.input
	original := map[string]bool{}
	for _, l := range link.Find(lib.input) {
		original[l.Upstream] = true
	}
	cut.Upstream = slices.DeleteFunc(slices.Clone(cut.Upstream), func(c link.Commit) bool { return original[c.Hash] })
	invention(t, "upstream without the originals", cut)
}

// timeLogs compares with what git needs to print the same commits.
func timeLogs(t *testing.T, dir string, lib *library) {
	var list strings.Builder
	for h := range lib.commits {
		list.WriteString(h + "\n")
	}
	cmd := exec.Command("git", "-C", dir, "log", "-p", "--no-walk=unsorted", "--stdin")
	cmd.Stdin, cmd.Stdout = strings.NewReader(list.String()), io.Discard
	start := time.Now()
	err := cmd.Run()
	logged := time.Since(start)
	start = time.Now()
	links := link.Find(lib.input)
	t.Logf("%d links found in %.2f s; git log -p of the same commits %.2f s (%v)", len(links), time.Since(start).Seconds(), logged.Seconds(), err)
}

// key is what a fork commit's message declares.
type key struct {
	of   map[string]bool
	same bool // the patch was not modified
}

func readKeys(t *testing.T, name string) map[string]*key {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	keys := map[string]*key{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		w := strings.Split(lines.Text(), "\t")
		if len(w) != 3 || strings.HasPrefix(w[0], "#") {
			continue
		}
		k := keys[w[0]]
		if k == nil {
			k = &key{of: map[string]bool{}}
			keys[w[0]] = k
		}
		k.of[w[1]], k.same = true, k.same || w[2] == "1"
	}
	return keys
}

// right reports whether u is what f's message declares, or what the message of
// that one declares, a few steps on.
func right(keys map[string]*key, f, u string, steps int) bool {
	k := keys[f]
	if k == nil || k.of[u] {
		return k != nil
	}
	for via := range k.of {
		if steps > 0 && right(keys, via, u, steps-1) {
			return true
		}
	}
	return false
}

func scoreLadder(t *testing.T, input link.Input, keys map[string]*key) {
	// The messages name all origins, where a key may have the first alone.
	named := map[string]map[string]bool{}
	for _, l := range link.Find(input) {
		if slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindMarker }) {
			if named[l.Fork] == nil {
				named[l.Fork] = map[string]bool{}
			}
			named[l.Fork][l.Upstream] = true
		}
	}
	own := map[string]bool{}
	for i := range input.Fork {
		own[input.Fork[i].Hash] = true
	}
	input.Without = nil
	ladder := append(slices.Clone(ladder), rungs{"headers stripped", []fact.Kind{}})
	t.Logf("%-20s %9s %9s %9s   %s", "evidence", "recall", "modified", "precision", "wrong by the keys, by messages")
	for _, rung := range ladder {
		input.Without = rung.without
		if rung.name == "headers stripped" {
			input.Fork = stripped(input.Fork)
		}
		got := map[string][]string{}
		for _, l := range link.Find(input) {
			got[l.Fork] = append(got[l.Fork], l.Upstream)
		}
		var all, modified, hit, hitModified, said, wrong, refuted float64
		for f, k := range keys {
			if !own[f] {
				continue
			}
			found := false
			for _, u := range got[f] {
				said++
				if right(keys, f, u, 3) {
					found = true
				} else if wrong++; !named[f][u] {
					refuted++
				}
			}
			all++
			if found {
				hit++
			}
			if !k.same {
				modified++
				if found {
					hitModified++
				}
			}
		}
		t.Logf("%-20s %9.4f %9.4f %9.4f   %.0f, %.0f of %.0f", rung.name, hit/all, hitModified/modified, (said-wrong)/said, wrong, refuted, said)
	}
}

// stripped is a fork as a script leaves it that commits everything anew: of one
// author, at the time of the pick, under titles of its own.
func stripped(fork []link.Commit) []link.Commit {
	out := slices.Clone(fork)
	for i := range out {
		c := &out[i]
		c.AuthorName, c.AuthorMail, c.AuthorDate = "Script", "script@example.org", c.CommitDate
		c.Subject, c.Words, c.PR, c.Markers, c.Message = "update "+c.Hash, 2, 0, nil, nil
	}
	return out
}

// past sets each branch against the upstream commits that it has already, and
// that it can therefore have picked nothing of.
func past(t *testing.T, repo *git.Repo, lib *library) link.Input {
	input := lib.input
	input.Views = nil
	for _, v := range lib.views {
		view := link.View{Own: v.Own}
		err := repo.RevList(context.Background(), []string{v.Base}, nil, func(hash string, _ int) {
			if c := lib.commits[hash]; c != nil && c.link != nil {
				view.Range = append(view.Range, hash)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		input.Views = append(input.Views, view)
	}
	return input
}

// invention counts the links of an input in which there should be none, apart
// from changes that were made twice: those that share title and author.
func invention(t *testing.T, name string, input link.Input) {
	linked, twice := map[string]bool{}, map[string]bool{}
	for _, l := range link.Find(input) {
		linked[l.Fork] = true
		if l.SameAuthor && !l.Retitled {
			twice[l.Fork] = true
		}
	}
	n := float64(len(input.Fork))
	t.Logf("%-32s %d of %.0f fork commits linked (%.1f in 1,000), without those under the same title and author %d (%.1f)",
		name, len(linked), n, 1000*float64(len(linked))/n, len(linked)-len(twice), 1000*float64(len(linked)-len(twice))/n)
}
