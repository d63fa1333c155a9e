package ingest_test

import (
	"testing"

	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

func linked(sum *ingest.Summary, fork, upstream string) bool {
	for _, list := range sum.Links {
		for _, l := range list {
			if l.Fork == fork && l.Upstream == upstream {
				return true
			}
		}
	}
	return false
}

// A correction holds for what a pick to another branch, a rebase, and both
// together make of the commit that it names.
func TestCorrectionsOutliveARebase(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	base := r.Tip()
	wrong := r.CherryPick(up[0]) // the user says that it is none
	port := r.Commit(gittest.Files{"ours.go": "package ours\n\n// Third is ours.\nconst Third = \"third\"\n"}, "Port the third")
	r.Branch("stable", base)
	r.Commit(file(20), "Stable's own")
	wrongToo, portToo := r.CherryPick(wrong), r.CherryPick(port)
	b := newBench(t, r)
	forks := ingest.Options{Forks: []string{"refs/heads/main", "refs/heads/stable"}}
	sum := b.ingest(t, forks)
	if !linked(sum, wrong, up[0]) || !linked(sum, wrongToo, up[0]) || linked(sum, port, up[2]) {
		t.Fatalf("before: %+v", sum.Links)
	}
	b.decide(t, fact.Decision{Commit: up[0], Not: wrong})
	b.decide(t, fact.Decision{Commit: up[2], Status: fact.Integrated, As: port, Reason: "ported"})

	check := func(sum *ingest.Summary, wrong, port string) {
		t.Helper()
		if linked(sum, wrong, up[0]) {
			t.Errorf("%s is linked again", wrong)
		}
		if !linked(sum, port, up[2]) {
			t.Errorf("%s is not linked any more", port)
		}
		for ref, list := range sum.Accounts {
			for _, a := range list {
				if a.Commit == up[2] && a.Status != fact.Integrated {
					t.Errorf("%s: %s is %s (%s)", ref, a.Commit, a.Status, a.Why)
				}
			}
		}
	}
	forks.Anew = true
	sum = b.ingest(t, forks)
	check(sum, wrong, port)
	check(sum, wrongToo, portToo)

	r.Checkout("main")
	r.Branch("rebased", base)
	r.Commit(file(30), "Work that goes first")
	wrongNow, portNow := r.CherryPick(wrong), r.CherryPick(port)
	r.SetRef("refs/heads/main", r.Tip())
	sum = b.ingest(t, forks)
	check(sum, wrongNow, portNow)
	check(sum, wrongToo, portToo)
}
