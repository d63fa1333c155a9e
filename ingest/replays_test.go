package ingest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tracker/db"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// replayed lists what is stored of past picks and merges: source, paths that conflict,
// and how these were resolved.
func (b *bench) replayed(t *testing.T) []string {
	t.Helper()
	var out []string
	err := b.in.Store.View(context.Background(), func(tx *db.Tx) error {
		return tx.EachReplayed(func(r *fact.Replayed) error {
			words := []string{r.Source, r.Subject}
			for _, c := range r.Conflicts {
				words = append(words, c.Path, string(c.Resolution))
			}
			out = append(out, strings.Join(words, " "))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// Upstream's merges are replayed where that is asked for, which is remembered, and
// forgotten where it is not; each merge and pick is replayed once.
func TestReplaysOfUpstreamsMerges(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "1\n2\n3\n", "b": "1\n"}, "Begin")
	r.Branch("up")
	r.Branch("topic")
	r.Commit(gittest.Files{"a": "1\ntopic\n3\n"}, "Topic")
	r.Checkout("up")
	picked := r.Commit(gittest.Files{"a": "1\nup\n3\n"}, "Up")
	r.Merge("topic", gittest.Resolve(gittest.Files{"a": "1\nboth\n3\n"}))
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"a": "1\nown\n3\n"}, "Own")
	r.CherryPick(picked, gittest.Resolve(gittest.Files{"a": "1\nup\n3\n"}))
	b := newBench(t, r)
	pick := "pick Up a theirs"
	merge := "upstream merge Merge branch 'topic' into up a manual"
	check := func(o ingest.Options, want ...string) {
		t.Helper()
		b.ingest(t, o)
		if got := b.replayed(t); !slices.Equal(got, want) {
			t.Errorf("replayed are %q, and not %q", got, want)
		}
	}
	yes, no := true, false
	check(ingest.Options{}, pick)
	check(ingest.Options{UpstreamMerges: &yes}, pick, merge)
	if sum := b.ingest(t, ingest.Options{}); sum.Changed {
		t.Error("an ingest of nothing new replays again")
	}
	second := func(name string) string {
		r.Checkout("up")
		r.Branch(name)
		r.Commit(gittest.Files{"b": name + "\n"}, name)
		r.Checkout("up")
		r.Commit(gittest.Files{"b": "up of " + name + "\n"}, "Up of "+name)
		r.Merge(name, gittest.Resolve(gittest.Files{"b": name + "\n"}))
		r.SetRef("refs/remotes/upstream/main", r.Tip())
		return "upstream merge Merge branch '" + name + "' into up b theirs"
	}
	more := second("more")
	check(ingest.Options{}, pick, more, merge)
	second("last")
	check(ingest.Options{UpstreamMerges: &no}, pick)
}
