package index

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"pgregory.net/rapid"

	"tracker/db"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

func ids(t testing.TB, x *Index) []string {
	t.Helper()
	list, err := (&writer{path: current(t, x)}).ids()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// cards lists what the index shows of every document.
func cards(t testing.TB, x *Index) []string {
	t.Helper()
	ix, err := open(current(t, x), true)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	r := bleve.NewSearchRequestOptions(bleve.NewMatchAllQuery(), 10000, 0, false)
	r.Fields = []string{fieldCard}
	found, err := ix.Search(r)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range found.Hits {
		list = append(list, fmt.Sprint(m.ID, " ", m.Fields[fieldCard]))
	}
	slices.Sort(list)
	return list
}

func TestNoIndexIsSaid(t *testing.T) {
	x := At(filepath.Join(t.TempDir(), "tracker"))
	if _, err := x.Search(t.Context(), "loader", Options{}); !errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
	if _, err := x.CatchUp(t.Context(), db.At(x.dir), nil); !errors.Is(err, db.ErrNothing) {
		t.Errorf("catch up with nothing: %v", err)
	}
	if _, err := os.Stat(x.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
}

func TestDocuments(t *testing.T) {
	_, x := corpus(t)
	var want []string
	for _, c := range corpusView().Range {
		want = append(want, commitID(upstream, c))
	}
	want = append(want, commitID(fork, hash("938a17866")), "decision/1", "lesson/docs/phase2.md:30/0",
		"report/docs/phase2.md:1", "report/docs/phase2.md:3", "report/docs/phase2.md:5", "report/docs/phase2.md:10",
		"report/docs/phase2.md:12", "report/docs/phase2.md:18")
	slices.Sort(want)
	if got := ids(t, x); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r := find(t, x, "path:embedding.rs/mistralrs-core"); r.Total != 0 {
		t.Errorf("the end of one path and the beginning of the next are found as one: %+v", r.Hits)
	}
	if r := find(t, x, `"in no view"`); r.Total != 0 && r.Note == "" {
		t.Errorf("a commit in no view is an answer: %+v", r.Hits)
	}
}

func TestNothingNewWritesNothing(t *testing.T) {
	store, x := corpus(t)
	before := treeOf(t, x.Path())
	if stats := catchUp(t, x, store); stats != (Stats{}) {
		t.Errorf("did %+v", stats)
	}
	if after := treeOf(t, x.Path()); before != after {
		t.Errorf("files changed:\n%s\n%s", before, after)
	}
}

func treeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %d %x\n", filepath.Base(path), len(content), content[:min(len(content), 64)])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestEveryRecordOfACommitRefreshesIt changes one record after the other that
// a commit's document is made of.
func TestEveryRecordOfACommitRefreshesIt(t *testing.T) {
	store, x := corpus(t)
	pick := hash("b9974565b")
	finds := func(q string, want ...string) {
		t.Helper()
		var got []string
		for _, h := range find(t, x, q+" -kind:report").Hits {
			got = append(got, brief(h))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", q, got, want)
		}
	}
	step := func(want int, fn func(*db.Tx) error) {
		t.Helper()
		change(t, store, fn)
		if stats := catchUp(t, x, store); stats.Rebuilt != "" || stats.Documents != want {
			t.Errorf("did %+v, want %d documents", stats, want)
		}
	}
	step(1, func(tx *db.Tx) error {
		return tx.PutPatch(&fact.Patch{Hash: pick, Defines: []string{"BrandNew"}, Adds: []string{"BrandNew"}})
	})
	finds("introduces:BrandNew", "commit b9974565b")
	step(1, func(tx *db.Tx) error {
		c, err := tx.Commit(pick)
		if err != nil {
			return err
		}
		c.Body = "quixotic"
		return tx.PutCommit(c)
	})
	finds("quixotic", "commit b9974565b")
	step(1, func(tx *db.Tx) error {
		accounts := corpusAccounts()
		for i := range accounts {
			if accounts[i].Commit == pick {
				accounts[i].Status, accounts[i].Reason = fact.Deferred, "zealotry"
			}
		}
		return tx.ReplaceAccounts(forkRef, accounts)
	})
	finds("zealotry status:deferred", "commit b9974565b")
	step(3, func(tx *db.Tx) error { // the fork's commit, its former and its new counterpart
		return tx.ReplaceLinks(forkRef, []fact.Link{{Fork: hash("938a17866"), Upstream: pick}})
	})
	finds("hash:b9974565b", "commit b9974565b", "commit 938a17866")
	step(1, func(tx *db.Tx) error {
		d, err := tx.Decision(1)
		if err != nil {
			return err
		}
		d.Reason = "perhaps mañana"
		return tx.PutDecision(d)
	})
	finds("mañana", "decision mark:1")
	finds("kind:decision vision")
}

func TestAReportIsReplacedWhole(t *testing.T) {
	store, x := corpus(t)
	other := fact.StoredReport{ID: "docs/phase2.md:1", Text: "# Another\n\nwith a name that begins alike"}
	change(t, store, func(tx *db.Tx) error { return tx.PutReport(&other) })
	catchUp(t, x, store)
	change(t, store, func(tx *db.Tx) error {
		r := corpusReport()
		r.Text, r.Report.Lessons = "# Phase 2: Upstream Integration\n\nAll is well.\n", nil
		return tx.PutReport(&r)
	})
	if stats := catchUp(t, x, store); stats.Documents != 1 || stats.Deleted != 6 {
		t.Errorf("did %+v", stats)
	}
	change(t, store, func(tx *db.Tx) error { return tx.DeleteReport(reportID) })
	catchUp(t, x, store)
	var left []string
	for _, id := range ids(t, x) {
		if !strings.HasPrefix(id, "commit/") && !strings.HasPrefix(id, "decision/") {
			left = append(left, id)
		}
	}
	if !slices.Equal(left, []string{"report/docs/phase2.md:1:1"}) {
		t.Errorf("left: %q", left)
	}
}

// fewer has rapid try a property n times: each try here writes several indexes.
func fewer(t *testing.T, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	if err := checks.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { checks.Set(before) })
}

// TestCatchUpEqualsRebuild moves random commits into and out of random views,
// and asks whether following the changes ends where a new index would.
func TestCatchUpEqualsRebuild(t *testing.T) {
	fewer(t, 15)
	rapid.Check(t, func(rt *rapid.T) {
		dir := filepath.Join(t.TempDir(), "tracker")
		store, x := db.At(dir), At(dir)
		change(t, store, fillCorpus)
		catchUp(t, x, store)
		all := append(corpusView().Range, hash("938a17866"), hash("dead00123"))
		for range rapid.IntRange(2, 6).Draw(rt, "rounds") {
			change(t, store, func(tx *db.Tx) error {
				replayed := fact.Replayed{Fork: hash("938a17866"), Upstream: rapid.SampledFrom(all).Draw(rt, "upstream"), Source: fact.SourcePick}
				for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Cargo.lock", "a:b.rs", "src/a.rs"}), 0, 3, rapid.ID).Draw(rt, "paths") {
					how := rapid.SampledFrom(fact.Resolutions).Draw(rt, "how")
					replayed.Conflicts = append(replayed.Conflicts, fact.PastConflict{Path: path, Kind: "content", Resolution: how})
				}
				if err := tx.PutReplayed(&replayed); err != nil {
					return err
				}
				ref := rapid.SampledFrom([]string{forkRef, "refs/heads/other"}).Draw(rt, "ref")
				if rapid.IntRange(0, 3).Draw(rt, "delete") == 0 {
					return tx.DeleteView(ref)
				}
				shuffled := rapid.Permutation(all).Draw(rt, "commits")
				n := rapid.IntRange(0, len(all)).Draw(rt, "range")
				m := rapid.IntRange(n, len(all)).Draw(rt, "own")
				var accounts []fact.Account
				for _, hash := range shuffled[:n] {
					status := rapid.SampledFrom(fact.Statuses).Draw(rt, "status")
					accounts = append(accounts, fact.Account{Commit: hash, Status: status, Reason: "because it is " + string(status)})
				}
				if err := tx.ReplaceAccounts(ref, accounts); err != nil {
					return err
				}
				return tx.PutView(&fact.View{Fork: fact.Ref{Ref: ref}, Range: shuffled[:n], Own: shuffled[n:m]})
			})
			if stats := catchUp(t, x, store); stats.Rebuilt != "" {
				rt.Errorf("rebuilt: %s", stats.Rebuilt)
			}
		}
		followed := cards(t, x)
		if err := x.Remove(); err != nil {
			rt.Fatal(err)
		}
		catchUp(t, x, store)
		if built := cards(t, x); !slices.Equal(followed, built) {
			rt.Errorf("followed %q\n   built %q", followed, built)
		}
	})
}

func TestRebuiltWhenNeeded(t *testing.T) {
	withState := func(s state) func(t *testing.T, x *Index) {
		return func(t *testing.T, x *Index) {
			ix, err := open(current(t, x), false)
			if err != nil {
				t.Fatal(err)
			}
			defer ix.Close()
			b := ix.NewBatch()
			if err := errors.Join(s.put(b), ix.Batch(b)); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Which of the segments count is bleve's secret: merged ones lie about for a
	// while. So all of them are spoilt.
	segments := func(t *testing.T, x *Index, spoil func(string) error) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(current(t, x), "store", "*.zap"))
		if err != nil || len(files) == 0 {
			t.Fatal("no segment", err)
		}
		for _, f := range files {
			if err := spoil(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(name string, content []byte) func(*testing.T, *Index) {
		return func(t *testing.T, x *Index) {
			if err := os.WriteFile(filepath.Join(current(t, x), name), content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	point := func(name string) func(*testing.T, *Index) {
		return func(t *testing.T, x *Index) {
			if err := x.point(name, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		why   State
		spoil func(*testing.T, *Index)
	}{
		{"older version", OtherVersion, withState(state{})},
		{"newer version", OtherVersion, withState(state{Schema: 9})},
		{"other database", OtherDatabase, withState(state{Schema: schema, Identity: "x", Seq: 1, Batch: 9})},
		{"ahead of the database", OtherDatabase, func(t *testing.T, x *Index) {
			store := db.At(x.dir)
			var s state
			err := store.View(t.Context(), func(tx *db.Tx) (err error) { s, err = wanted(tx); return err })
			if err != nil {
				t.Fatal(err)
			}
			s.Seq++
			s.Batch = 9
			withState(s)(t, x)
		}},
		{"an earlier snapshot", Damaged, func(t *testing.T, x *Index) {
			name, reached, err := x.pointed()
			if err != nil || reached == 0 {
				t.Fatalf("batch %d, %v", reached, err)
			}
			if err := x.point(filepath.Base(name), reached+1); err != nil {
				t.Fatal(err)
			}
		}},
		{"no meta file", Damaged, func(t *testing.T, x *Index) {
			if err := os.Remove(filepath.Join(current(t, x), "index_meta.json")); err != nil {
				t.Fatal(err)
			}
		}},
		{"garbage in the meta file", Damaged, write("index_meta.json", []byte("{"))},
		{"garbage in the root", Damaged, write(filepath.Join("store", "root.bolt"), []byte(strings.Repeat("x", 70000)))},
		{"a segment is gone", Damaged, func(t *testing.T, x *Index) {
			segments(t, x, os.Remove)
		}},
		{"a segment is cut", Damaged, func(t *testing.T, x *Index) {
			segments(t, x, func(f string) error { return os.Truncate(f, 100) })
		}},
		{"an empty folder", Damaged, func(t *testing.T, x *Index) {
			if err := errors.Join(os.RemoveAll(current(t, x)), os.MkdirAll(current(t, x), 0o777)); err != nil {
				t.Fatal(err)
			}
		}},
		{"a build that was killed", Missing, func(t *testing.T, x *Index) {
			if err := os.Remove(filepath.Join(x.Path(), pointerName)); err != nil {
				t.Fatal(err)
			}
		}},
		{"a name that leads nowhere", Missing, point(buildPrefix + "0")},
		{"a name that leads elsewhere", Missing, point(buildPrefix + "0/../../..")},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, x := corpus(t)
			want := ids(t, x)
			c.spoil(t, x)
			if c.name != "other database" && c.name != "ahead of the database" {
				if _, err := x.Search(t.Context(), "loader", Options{}); !errors.Is(err, ErrNone) {
					t.Errorf("a search says %v", err)
				}
			}
			if is, err := x.State(t.Context(), store); is != c.why || err != nil {
				t.Errorf("it is %q, %v", is, err)
			}
			if stats := catchUp(t, x, store); stats.Rebuilt != c.why {
				t.Errorf("rebuilt because %q, want %q", stats.Rebuilt, c.why)
			}
			if got := ids(t, x); !slices.Equal(got, want) {
				t.Errorf("got %q", got)
			}
			if r := find(t, x, "EmbeddingLoader"); r.Total != 4 {
				t.Errorf("found %d", r.Total)
			}
		})
	}
}

// TestAnInterruptedCatchUpGoesOn cancels in the middle: the index is as it
// was, or further, and the next one finishes.
func TestAnInterruptedCatchUpGoesOn(t *testing.T) {
	store, x := corpus(t)
	change(t, store, func(tx *db.Tx) error {
		v := corpusView()
		for i := range 3 * maxBatch {
			c := fact.Commit{Hash: fmt.Sprintf("%040x", i+1), Subject: fmt.Sprintf("Bulk %d", i)}
			if err := tx.PutCommit(&c); err != nil {
				return err
			}
			v.Range = append(v.Range, c.Hash)
		}
		return tx.PutView(&v)
	})
	interrupt := func() {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := x.CatchUp(ctx, store, func(done, total int) {
			if done > total {
				t.Errorf("%d of %d done", done, total)
			}
			cancel()
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		if r := find(t, x, "EmbeddingLoader"); r.Total != 4 {
			t.Errorf("in the middle: found %d", r.Total)
		}
	}
	interrupt()
	if stats := catchUp(t, x, store); stats.Rebuilt != "" {
		t.Errorf("rebuilt: %s", stats.Rebuilt)
	}
	if got, want := len(ids(t, x)), 3*maxBatch+17; got != want {
		t.Errorf("%d documents, want %d", got, want)
	}
	change(t, store, func(tx *db.Tx) error {
		for i := range 3 * maxBatch {
			if err := tx.PutPatch(&fact.Patch{Hash: fmt.Sprintf("%040x", i+1), Adds: []string{"Everywhere"}}); err != nil {
				return err
			}
		}
		return nil
	})
	interrupt()
	catchUp(t, x, store)
	if r := find(t, x, "introduces:Everywhere"); r.Total != 3*maxBatch {
		t.Errorf("%d of %d patches are in the index", r.Total, 3*maxBatch)
	}
}

func TestABusyIndexIsSaid(t *testing.T) {
	_, x := corpus(t)
	ix, err := bleve.OpenUsing(current(t, x), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if _, err := x.Search(t.Context(), "loader", Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
}

// TestQuestionsGoOnMeanwhile asks all the time while documents change and the
// index is replaced.
func TestQuestionsGoOnMeanwhile(t *testing.T) {
	store, x := corpus(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 4 {
			err := store.Update(context.Background(), func(tx *db.Tx) error {
				return tx.PutPatch(&fact.Patch{Hash: hash("b9974565b"), Adds: []string{fmt.Sprintf("Round%d", i)}})
			})
			if err != nil {
				t.Error(err)
			}
			if _, err := x.CatchUp(context.Background(), store, nil); err != nil {
				t.Error(err)
			}
			if _, err := x.Rebuild(context.Background(), store, nil); err != nil {
				t.Error(err)
			}
		}
	}()
	for asked := 0; ; asked++ {
		if r := find(t, x, "EmbeddingLoader"); r.Total != 4 {
			t.Errorf("question %d: found %d", asked, r.Total)
		}
		select {
		case <-done:
			if r := find(t, x, "introduces:Round3"); r.Total != 1 {
				t.Errorf("afterwards: found %d", r.Total)
			}
			return
		default:
		}
	}
}
