package ingest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
	_ "tracker/internal/seeded"
)

type borrowed struct {
	*rapid.T
	t *testing.T
}

func (b borrowed) TempDir() string  { return b.t.TempDir() }
func (b borrowed) Cleanup(f func()) { b.T.Cleanup(f) }

// Whatever the branches did between two ingests, what is added to the older
// lists is what git lists, in its order.
func TestSurveyGoesOnAsGitListsAnew(t *testing.T) {
	wentOn := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := gittest.New(borrowed{rt, t}, gittest.Bare)
		commits := gittest.Random(r, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		r.Git("rev-parse", "--git-dir")
		repo, err := git.Open(t.Context(), r.Dir)
		if err != nil {
			rt.Fatal(err)
		}
		ref := func(label string) fact.Ref {
			return fact.Ref{Ref: label, Commit: rapid.SampledFrom(commits).Draw(rt, label)}
		}
		list := func(fork, up fact.Ref, before *fact.View) *fact.View {
			s, err := surveyFork(t.Context(), repo, fork, up, before)
			if err != nil {
				rt.Fatal(err)
			}
			return &s.view
		}
		before := list(ref("fork"), ref("upstream"), nil)
		fork, up := before.Fork, before.Upstream
		if rapid.Bool().Draw(rt, "fork moves") {
			fork = ref("fork later")
		}
		if rapid.Bool().Draw(rt, "upstream moves") {
			up = ref("upstream later")
		}
		s := &survey{}
		s.view = fact.View{Fork: fork, Upstream: up}
		ok, err := s.goOn(t.Context(), repo, before)
		if err != nil {
			rt.Fatal(err)
		}
		got, want := list(fork, up, before), list(fork, up, nil)
		if ok {
			wentOn++
		}
		if !slices.Equal(got.Range, want.Range) || !slices.Equal(got.Own, want.Own) || got.Merges != want.Merges {
			rt.Fatalf("went on %v: range %q, own %q, %d merges; git lists %q, %q, %d", ok, got.Range, got.Own, got.Merges, want.Range, want.Own, want.Merges)
		}
		if got.Base != want.Base || got.BaseDate != want.BaseDate {
			rt.Fatalf("went on %v: base %s of %s, git has %s of %s", ok, got.Base, got.BaseDate, want.Base, want.BaseDate)
		}
	})
	if wentOn == 0 {
		t.Error("no survey went on from the one before")
	}
}

// A topic that merges the branch and becomes it has commits that git lists
// behind older ones; a list must not tell how often its branch was looked at.
func TestSurveyOfATopicThatBecameTheBranch(t *testing.T) {
	r := gittest.New(t)
	commit := func(name string) string { return r.Commit(gittest.Files{name: name}, name) }
	commit("base")
	r.Branch("topic")
	r.Branch("fork")
	own := commit("own")
	r.Checkout("main")
	for _, name := range []string{"one", "two"} {
		commit(name)
	}
	was := r.Tip()
	r.Checkout("topic")
	commit("three")
	now := r.Merge("main")
	r.WorkTree()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var before *fact.View
	list := func(up string) []string {
		s, err := surveyFork(t.Context(), repo, fact.Ref{Ref: "fork", Commit: own}, fact.Ref{Ref: "main", Commit: up}, before)
		if err != nil {
			t.Fatal(err)
		}
		before = &s.view
		return s.view.Range
	}
	list(was)
	got := list(now)
	before = nil
	if want := list(now); !slices.Equal(got, want) || len(want) != 3 {
		t.Errorf("the second look lists %q, the first %q", got, want)
	}
}
