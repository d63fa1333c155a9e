package doctor_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/db"
	"tracker/doctor"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

const (
	mainRef     = "refs/heads/main"
	upstreamRef = "refs/remotes/upstream/main"
)

// patient is a fork with two picks of four upstream commits and a decision.
func patient(t *testing.T) (*gittest.Repo, *ingest.Ingest) {
	t.Helper()
	r := gittest.New(t)
	file := func(n int) gittest.Files {
		return gittest.Files{fmt.Sprintf("f%d.go", n): fmt.Sprintf("package f\n\nvar Value%d = %d\n", n, n)}
	}
	r.Commit(file(0), "Begin")
	r.Branch("theirs")
	var up []string
	for i := 1; i <= 4; i++ {
		up = append(up, r.Commit(file(i), fmt.Sprintf("Add value %d (#%d)", i, i)))
	}
	r.SetRef(upstreamRef, r.Tip())
	r.Checkout("main")
	r.CherryPick(up[0])
	r.CherryPick(up[2])
	r.WorkTree()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in := &ingest.Ingest{Repo: repo, Store: db.At(dir), Index: index.At(dir)}
	if _, err := doctor.Examine(t.Context(), in); !errors.Is(err, db.ErrNothing) {
		t.Fatalf("before the first ingest: %v", err)
	}
	if _, err := in.Run(t.Context(), ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := in.Decide(t.Context(), fact.Decision{Commit: up[3], Status: fact.Skipped, Reason: "not ours"}, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	return r, in
}

func words(list []doctor.Finding) string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "%s wrong=%v cure=%s: %s → %s\n", f.Where, f.Wrong, f.Cure, f.What, f.Do)
	}
	return b.String()
}

func examine(t *testing.T, in *ingest.Ingest) []doctor.Finding {
	t.Helper()
	list, err := doctor.Examine(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// state is all that a repair must bring back.
func state(t *testing.T, in *ingest.Ingest) string {
	t.Helper()
	out := ""
	err := in.Store.View(t.Context(), func(tx *db.Tx) error {
		views, err := tx.Views()
		if err != nil {
			return err
		}
		links, lerr := tx.Links(mainRef)
		accounts, aerr := tx.Accounts(mainRef)
		decisions, derr := tx.Decisions()
		out = fmt.Sprintf("%+v\n%+v\n%+v\n%+v", views, links, accounts, decisions)
		return errors.Join(lerr, aerr, derr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each sabotage is found and named, and mended to the very state before it,
// with every decision.
func TestWhatIsWrongIsMended(t *testing.T) {
	change := func(fn func(v *fact.View)) func(*db.Tx) error {
		return func(tx *db.Tx) error {
			v, err := tx.View(mainRef)
			if err != nil {
				return err
			}
			fn(v)
			return tx.PutView(v)
		}
	}
	for _, c := range []struct {
		name, want string
		cure       doctor.Cure
		sabotage   func(*db.Tx) error
	}{
		{"a commit left out", "git lists 4 upstream commits and the database 3; it lacks 1 and has 0", doctor.Anew,
			change(func(v *fact.View) { v.Range = v.Range[1:] })},
		{"a commit too many", "git lists 2 commits of the fork's own and the database 3; it lacks 0 and has 1", doctor.Anew,
			change(func(v *fact.View) { v.Own = append(v.Own, v.Base) })},
		{"merges", "git lists 0 merges and the database 7", doctor.Anew, change(func(v *fact.View) { v.Merges = 7 })},
		{"base", "the merge base is", doctor.Anew, change(func(v *fact.View) { v.Base = v.Upstream.Commit })},
		{"counts", "9 commits are counted as pending, and 1 are", doctor.Anew, change(func(v *fact.View) { v.Counts[fact.Pending] = 9 })},
		{"an account gone", "3 accounts for 4 upstream commits", doctor.Anew, func(tx *db.Tx) error {
			list, err := tx.Accounts(mainRef)
			return errors.Join(err, tx.ReplaceAccounts(mainRef, list[1:]))
		}},
		{"a stray link", "1 links name commits that are not in its lists", doctor.Anew, func(tx *db.Tx) error {
			list, err := tx.Links(mainRef)
			return errors.Join(err, tx.ReplaceLinks(mainRef, append(list, fact.Link{Fork: strings.Repeat("a", 40), Upstream: strings.Repeat("b", 40)})))
		}},
		{"links of no view", `there is no view of "refs/heads/other"`, doctor.Renew, func(tx *db.Tx) error {
			return tx.ReplaceLinks("refs/heads/other", []fact.Link{{Fork: strings.Repeat("a", 40), Upstream: strings.Repeat("b", 40)}})
		}},
		{"an unstored commit", "1 of 7 commits are not stored", doctor.Anew,
			change(func(v *fact.View) { v.Own = append(v.Own, strings.Repeat("c", 40)) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, in := patient(t)
			if list := examine(t, in); len(list) > 0 {
				t.Fatalf("a sound patient: %s", words(list))
			}
			want := state(t, in)
			if err := in.Store.Update(t.Context(), c.sabotage); err != nil {
				t.Fatal(err)
			}
			list := examine(t, in)
			if !doctor.Wrong(list) || !strings.Contains(words(list), c.want) || !strings.Contains(words(list), "cure="+string(c.cure)) {
				t.Errorf("found\n%swant %q, cure %s", words(list), c.want, c.cure)
			}
			did, err := doctor.Mend(t.Context(), in, list, ingest.Options{})
			if err != nil || len(did) == 0 {
				t.Fatalf("mended %q, %v", did, err)
			}
			if list := examine(t, in); len(list) > 0 {
				t.Errorf("after %q:\n%s", did, words(list))
			}
			if got := state(t, in); got != want {
				t.Errorf("mended to\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestIndexAgainstDatabase(t *testing.T) {
	_, in := patient(t)
	if err := os.Remove(filepath.Join(in.Index.Path(), "current")); err != nil {
		t.Fatal(err)
	}
	list := examine(t, in)
	if !strings.Contains(words(list), "index wrong=true cure=reindex: the search index is missing → tracker reindex") {
		t.Errorf("found %s", words(list))
	}
	if did, err := doctor.Mend(t.Context(), in, list, ingest.Options{}); err != nil || len(did) != 1 {
		t.Errorf("mended %q, %v", did, err)
	}
	if list := examine(t, in); len(list) > 0 {
		t.Errorf("after it: %s", words(list))
	}
}

// What moved or went away in git is worth a note and nothing is wrong.
func TestNotes(t *testing.T) {
	r, in := patient(t)
	up := r.Git("rev-parse", upstreamRef)
	r.Git("update-ref", upstreamRef, up+"~2")
	list := examine(t, in)
	if doctor.Wrong(list) || !strings.Contains(words(list), upstreamRef+" is at") || !strings.Contains(words(list), "→ tracker ingest") {
		t.Errorf("found %s", words(list))
	}
	r.Git("update-ref", "-d", "refs/heads/theirs")
	r.Git("reflog", "expire", "--expire=now", "--all")
	r.Git("gc", "--quiet", "--prune=now")
	list = examine(t, in)
	if doctor.Wrong(list) || !strings.Contains(words(list), "commits of the last ingest are not in git any more") ||
		!strings.Contains(words(list), "marks speak of 1 commits that are not in git any more, and are kept: "+fact.Short(up)) {
		t.Errorf("found %s", words(list))
	}
	before := state(t, in)
	if did, err := doctor.Mend(t.Context(), in, list, ingest.Options{}); err != nil || len(did) > 0 || state(t, in) != before {
		t.Errorf("notes were mended: %q, %v", did, err)
	}
	r.Git("update-ref", "-d", upstreamRef)
	if list := examine(t, in); !doctor.Wrong(list) || !strings.Contains(words(list), "names no commit any more → name where it went") {
		t.Errorf("found %s", words(list))
	}
}
