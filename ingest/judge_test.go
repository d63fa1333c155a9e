package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

func (b *bench) decide(t *testing.T, d fact.Decision) fact.Decision {
	t.Helper()
	d, _, err := b.in.Decide(context.Background(), d, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func account(t *testing.T, sum *ingest.Summary, hash string) fact.Account {
	t.Helper()
	for _, list := range sum.Accounts {
		for _, a := range list {
			if a.Commit == hash {
				return a
			}
		}
	}
	t.Fatalf("%s is not in the range", hash)
	return fact.Account{}
}

// A fork that left upstream at a merge must not hide the commits below it from
// another fork's range.
func TestForkBasedOnAMerge(t *testing.T) {
	r := gittest.New(t)
	base := r.Commit(file(0), "Begin", theirs)
	r.Branch("theirs")
	r.Commit(file(1), "One", theirs)
	r.Branch("topic", base)
	r.Commit(file(2), "Two", theirs)
	r.Checkout("theirs")
	merge := r.Merge("topic")
	r.Commit(file(3), "Three", theirs)
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(file(10), "Ours")
	r.Branch("late", merge)
	r.Commit(file(11), "Ours, later")
	sum := newBench(t, r).ingest(t, ingest.Options{Forks: []string{"refs/heads/main", "refs/heads/late"}})
	if len(sum.Views[0].Range) != 3 || sum.Views[0].Merges != 1 || len(sum.Views[1].Range) != 1 {
		t.Errorf("views %+v", sum.Views)
	}
}

func TestRevertsUpstream(t *testing.T) {
	r := gittest.New(t)
	r.Commit(file(0), "Begin", theirs)
	r.Branch("theirs")
	a := r.Commit(file(1), "Add alpha", theirs)
	b := r.Commit(file(2), "Add beta", theirs)
	back := r.Commit(gittest.Files{"f1.go": "package f\n", "f2.go": "package f\n"},
		fmt.Sprintf("Take both back\n\nThis reverts commit %s.\nThis reverts commit %s.\n", a, b), theirs)
	c := r.Commit(file(3), "Add gamma", theirs)
	undo := r.Revert(c)
	redo := r.Revert(undo)
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	bench := newBench(t, r)
	sum := bench.ingest(t, ingest.Options{})
	for hash, want := range map[string]fact.Status{a: "reverted", b: "reverted", back: "empty", c: "pending", undo: "reverted", redo: "empty"} {
		if got := account(t, sum, hash); got.Status != want {
			t.Errorf("%s is %s (%s), want %s", got.Subject, got.Status, got.Why, want)
		}
	}
	// With one of the two taken, by whatever way, taking both back is something to take.
	bench.decide(t, fact.Decision{Commit: a, Status: fact.Adapted, Reason: "by hand"})
	if got := account(t, bench.ingest(t, ingest.Options{}), back); got.Status != fact.Pending {
		t.Errorf("the revert of a commit that was taken by hand is %s (%s)", got.Status, got.Why)
	}
}

func TestPartialAndAlreadyThere(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a.go": "package a\n", "b.go": "package b\n"}, "Begin", theirs)
	r.Branch("theirs")
	both := gittest.Files{"a.go": "package a\n\nfunc FirstHalf() int { return 1 }\n", "b.go": "package b\n\nfunc SecondHalf() int { return 2 }\n"}
	half := r.Commit(both, "Add two halves of one thing (#5)", theirs)
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.CherryPick(half, gittest.Without("b.go"))
	b := newBench(t, r)
	if got := account(t, b.ingest(t, ingest.Options{}), half); got.Status != fact.Partial || !slices.Equal(got.Left, []string{"b.go"}) {
		t.Errorf("%s, left %v", got.Status, got.Left)
	}
	// The other half comes in under another name: nothing is left out any more.
	r.Commit(gittest.Files{"b.go": both["b.go"]}, "Our own second half")
	if got := account(t, b.ingest(t, ingest.Options{}), half); got.Status != fact.Adapted || len(got.Left) != 0 {
		t.Errorf("%s, left %v", got.Status, got.Left)
	}
}

func TestCorrectedLinks(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 2)
	own := r.Commit(file(30), "Quite another thing")
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	b.decide(t, fact.Decision{Commit: up[0], Status: fact.Adapted, As: own, Reason: "ported"})
	sum := b.ingest(t, ingest.Options{})
	if l := sum.Links["refs/heads/main"]; len(l) != 1 || account(t, sum, up[0]).Status != fact.Adapted {
		t.Fatalf("links %+v", l)
	}
	// The last word on a pair counts.
	b.decide(t, fact.Decision{Commit: up[0], Not: own})
	if l := b.ingest(t, ingest.Options{}).Links["refs/heads/main"]; len(l) != 0 {
		t.Errorf("links %+v", l)
	}
}

func TestDecisionForOneBranch(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 1)
	r.Branch("old")
	r.Commit(file(40), "On the old one")
	r.Checkout("main")
	own := r.Commit(file(41), "Ported by hand")
	b := newBench(t, r)
	o := ingest.Options{Forks: []string{"refs/heads/main", "refs/heads/old"}}
	b.ingest(t, o)
	b.decide(t, fact.Decision{Commit: up[0], Status: fact.Adapted, As: own})
	sum := b.ingest(t, o)
	if got := sum.Accounts["refs/heads/main"][0].Status; got != fact.Adapted {
		t.Errorf("main: %s", got)
	}
	if got := sum.Accounts["refs/heads/old"][0].Status; got != fact.Pending {
		t.Errorf("old: %s", got)
	}
}

func skips(word string, hashes ...string) string {
	return "# Sync\n\n## " + word + "\n\n- " + strings.Join(hashes, "\n- ") + "\n"
}

func TestReportsThatMove(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 4)
	r.Commit(gittest.Files{"SYNC.md": skips("Skipped", up[:3]...)}, "docs: the sync")
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	r.Commit(nil, "docs: elsewhere", gittest.Rename("SYNC.md", "docs/SYNC.md"))
	sum := b.ingest(t, ingest.Options{})
	if got := account(t, sum, up[0]); len(got.Sources) != 1 || got.Sources[0].Report != "docs/SYNC.md" {
		t.Errorf("sources %+v", got.Sources)
	}
	// The fork merges most of the range: what was a report stays one.
	r.Merge(up[2])
	r.Commit(gittest.Files{"docs/SYNC.md": skips("Deferred", up...)}, "docs: later")
	if got := account(t, b.ingest(t, ingest.Options{}), up[3]); got.Status != fact.Deferred {
		t.Errorf("%s (%s)", got.Status, got.Why)
	}
}

// Of reports that came in with one commit the one that states the later day wins.
func TestReportsOfOneCommit(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	r.Commit(gittest.Files{
		"SYNC-MARCH.md": "**Date**: 2026-03-01\n\n" + skips("Skipped", up...),
		"SYNC-JUNE.md":  "**Date**: 2026-06-01\n\n" + skips("Deferred", up...),
	}, "docs: all reports")
	if got := account(t, newBench(t, r).ingest(t, ingest.Options{}), up[2]); got.Status != fact.Deferred {
		t.Errorf("%s (%s)", got.Status, got.Why)
	}
}

// A report that names any commit of the fork does not bring a commit in. One that
// shares a file with it does, and so does the merge of such a one.
func TestReportNamesAForkCommit(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a.go": "package a\n", "b.go": "package b\n", "c.go": "package c\n"}, "Begin", theirs)
	r.Branch("theirs")
	var up []string
	for _, name := range []string{"a", "b", "c"} {
		up = append(up, r.Commit(gittest.Files{name + ".go": "package " + name + "\n\nfunc Upstream_" + name + "() string { return \"upstream " + name + "\" }\n"}, "Rework "+name, theirs))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	begin := r.Tip()
	other := r.Commit(gittest.Files{"own.go": "package own\n\nfunc Own() {}\n"}, "Quite another thing")
	port := r.Commit(gittest.Files{"b.go": "package b\n\nvar ported = 1 // in our own way\n"}, "By hand")
	r.Branch("topic", begin)
	r.Commit(gittest.Files{"c.go": "package c\n\nvar handmade = 2 // in our own way\n"}, "By hand, too")
	r.Checkout("main")
	merge := r.Merge("topic")
	r.Commit(gittest.Files{"SYNC.md": fmt.Sprintf("# Sync\n\n## Integrated\n\n- %s as %s\n- %s as %s\n- %s as %s\n", up[0], other, up[1], port, up[2], merge)}, "docs: the sync")
	sum := newBench(t, r).ingest(t, ingest.Options{})
	a := account(t, sum, up[0])
	if want := "names " + fact.Short(other) + ", which shares no file with it"; a.Status != fact.Pending || len(a.ForkCommits) > 0 || a.Sources[0].Disagrees != want {
		t.Errorf("%s (%s), carried by %v, sources %+v", a.Status, a.Why, a.ForkCommits, a.Sources)
	}
	for i, by := range map[int]string{1: port, 2: merge} {
		if a := account(t, sum, up[i]); a.Status != fact.Adapted || !slices.Contains(a.ForkCommits, by) || a.Sources[0].Disagrees != "" {
			t.Errorf("%s: %s (%s), carried by %v, want %s; sources %+v", a.Subject, a.Status, a.Why, a.ForkCommits, by, a.Sources)
		}
	}
}
