package advise

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"tracker/db"
	"tracker/internal/fact"
)

func TestWebAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/owner/name.git":         "https://github.com/owner/name",
		"https://github.com/owner/name/":            "https://github.com/owner/name",
		"git@github.com:owner/name.git":             "https://github.com/owner/name",
		"ssh://git@host.example:2222/owner/name":    "https://host.example/owner/name",
		"https://token@github.com/owner/name":       "https://github.com/owner/name",
		"http://host.example:8080/group/sub/name":   "https://host.example:8080/group/sub/name",
		"git://host.example/owner/name":             "https://host.example/owner/name",
		"../upstream":                               "",
		"/srv/git/name.git":                         "",
		`C:\repos\name`:                             "",
		"file:///srv/git/name":                      "",
		"javascript://host.example/owner/name":      "",
		"https://host.example":                      "",
		"":                                          "",
		"https://host.example/o/na me\"><script>/x": "https://host.example/o/na%20me%22%3E%3Cscript%3E/x",
	} {
		if got := webAddress(remote); got != want {
			t.Errorf("webAddress(%q) = %q, want %q", remote, got, want)
		}
	}
}

// asker answers from a small database.
func ask(t *testing.T, fn func(*Asker)) {
	t.Helper()
	store := db.At(filepath.Join(t.TempDir(), "tracker"))
	hash := func(c byte) string {
		out := make([]byte, 40)
		for i := range out {
			out[i] = c
		}
		return string(out)
	}
	ctx := context.Background()
	err := store.Update(ctx, func(tx *db.Tx) error {
		for _, c := range []fact.Commit{
			{Hash: hash('1'), Subject: "Upstream's one (#5)", PR: 5},
			{Hash: hash('a'), Subject: "Pick of one (#5)", PR: 5, Files: []fact.FileChange{{Path: "a.go"}}, Parents: []string{hash('0')}},
			{Hash: hash('b'), Subject: "docs: where we stand", Files: []fact.FileChange{{Path: "UPSTREAM.md"}}, Parents: []string{hash('a')}},
			{Hash: hash('c'), Subject: "Of no branch"},
		} {
			if err := tx.PutCommit(&c); err != nil {
				return err
			}
		}
		if err := tx.PutView(&fact.View{
			Fork:     fact.Ref{Ref: "refs/heads/main", Commit: hash('b')},
			Upstream: fact.Ref{Ref: "refs/remotes/upstream/main", Commit: hash('1')},
			Range:    []string{hash('1')}, Own: []string{hash('b'), hash('a')},
			Counts: map[fact.Status]int{fact.Integrated: 1},
		}); err != nil {
			return err
		}
		if err := tx.ReplaceAccounts("refs/heads/main", []fact.Account{{Commit: hash('1'), Status: fact.Integrated}}); err != nil {
			return err
		}
		return tx.Finish(time.Unix(1, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.View(ctx, func(tx *db.Tx) error {
		a, err := Ask(tx, nil)
		if err == nil {
			fn(a)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	ask(t, func(a *Asker) {
		for name, want := range map[string]string{"1111111": "1", "#5": "1", "AAAAAAA": "a"} {
			if got, err := a.Find(context.Background(), name); err != nil || got[:1] != want {
				t.Errorf("Find(%q) = %q, %v", name, got, err)
			}
		}
		// A commit that is stored but in no view is no answer.
		for _, name := range []string{"ccccccc", "#6", "nonsense"} {
			var unknown *UnknownError
			if got, err := a.Find(context.Background(), name); !errors.As(err, &unknown) {
				t.Errorf("Find(%q) = %q, %v", name, got, err)
			}
		}
	})
}

func TestIntegrationStaysTrueWhenCommitted(t *testing.T) {
	ask(t, func(a *Asker) {
		for self, want := range map[string]string{"UPSTREAM.md": "a", "": "b", "OTHER.md": "b"} {
			in, err := a.Integration(context.Background(), "main", self, nil)
			if err != nil {
				t.Fatal(err)
			}
			if in.Standing.Fork.Commit[:1] != want || in.Standing.Unaccounted != 0 {
				t.Errorf("%q: as of %s, %d unaccounted", self, in.Standing.Fork.Commit, in.Standing.Unaccounted)
			}
		}
		var unknown *UnknownForkError
		if _, err := a.Integration(context.Background(), "nosuch", "", nil); !errors.As(err, &unknown) {
			t.Errorf("a branch that was not ingested: %v", err)
		}
	})
}
