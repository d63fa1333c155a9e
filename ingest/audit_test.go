package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"tracker/db"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// audited ingests and returns the findings, worst first, as "severity kind path", with
// the subject of the commit that mended it, and the departures of all picks.
func (b *bench) audited(t *testing.T) (found []string, departures []fact.Departure) {
	t.Helper()
	sum := b.ingest(t, ingest.Options{})
	if sum.Untried != nil {
		t.Fatal(sum.Untried)
	}
	err := b.in.Store.View(context.Background(), func(tx *db.Tx) error {
		list, err := tx.Findings("refs/heads/main")
		if err != nil {
			return err
		}
		for _, f := range list {
			s := strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.Kind, f.Path))
			if f.Mended != "" {
				s += " - " + strings.TrimSpace(b.Git("log", "-1", "--format=%s", f.Mended))
			}
			found = append(found, s)
		}
		for _, l := range sum.Links["refs/heads/main"] {
			d, err := tx.Departure(l.Fork, l.Upstream)
			if err != nil {
				return err
			}
			if d != nil {
				departures = append(departures, *d)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, departures
}

// numbered is a program of so many lines, some of them otherwise.
func numbered(n int, other map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if s, ok := other[i]; ok {
			b.WriteString(s)
		} else {
			fmt.Fprintf(&b, "line %d\n", i)
		}
	}
	return b.String()
}

// TestAudit makes mistakes with git itself, and mends them.
func TestAudit(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a.go": numbered(40, nil), "b.go": numbered(40, nil), "moved.go": numbered(40, nil)}, "Begin")
	r.Branch("theirs")
	other := r.Commit(gittest.Files{"a.go": numbered(40, map[int]string{30: "other 1\nother 2\nother 3\n"}), "b.go": numbered(40, map[int]string{5: "func Other() {\n"})}, "Another change")
	fix := r.Commit(gittest.Files{"a.go": numbered(40, map[int]string{20: "fixed\n", 30: "other 1\nother 2\nother 3\n"})}, "Fix a thing")
	moved := r.Commit(gittest.Files{"moved.go": numbered(40, map[int]string{20: "fixed as well\n"})}, "Fix what is moved")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	own := map[int]string{10: "line 10\nown 1\nown 2\nown 3\n"}
	r.Commit(gittest.Files{"a.go": numbered(40, own)}, "Own work")
	r.Commit(nil, "Move a file", gittest.Rename("moved.go", "new.go"))
	b := newBench(t, r)

	// The whole file as upstream has it.
	r.CherryPick(fix, gittest.Resolve(gittest.Files{"a.go": numbered(40, map[int]string{20: "fixed\n", 30: "other 1\nother 2\nother 3\n"})}))
	// A pick into a file that has moved goes through.
	r.CherryPick(moved)
	found, departures := b.audited(t)
	if want := []string{"high lost-fork-lines a.go", "medium foreign-lines a.go"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	for _, d := range departures {
		for _, f := range d.Files {
			if f.Path != "a.go" || !f.Whole || f.Conflicted {
				t.Errorf("departs in %+v", f)
			}
		}
	}

	// The commit whose lines came in is picked after all, and the own work put back.
	r.CherryPick(other)
	r.Commit(gittest.Files{"a.go": numbered(40, map[int]string{10: own[10], 20: "fixed\n", 30: "other 1\nother 2\nother 3\n"})}, "Put it back")
	found, _ = b.audited(t)
	if want := []string{"high lost-fork-lines a.go - Put it back", "medium foreign-lines a.go - Another change"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}

	// Nothing is found anew where nothing moved.
	again, _ := b.audited(t)
	if !slices.Equal(again, found) {
		t.Errorf("again %q", again)
	}
}

// What git itself makes of a pick, with its own side or the other in what conflicts,
// takes nothing away that merged by itself, and brings nothing of nobody's.
func TestWhatGitMakesDepartsInNothing(t *testing.T) {
	departed := 0
	rapid.Check(t, func(rt *rapid.T) {
		edit := func(who string) string {
			other := map[int]string{}
			for i := 1; i <= 24; i++ {
				switch rapid.IntRange(0, 7).Draw(rt, who) {
				case 0:
					other[i] = fmt.Sprintf("%s %d\n", who, i)
				case 1:
					other[i] = fmt.Sprintf("line %d\n%s %d\n", i, who, i)
				case 2:
					other[i] = ""
				}
			}
			return numbered(24, other)
		}
		r := gittest.New(t)
		r.Commit(gittest.Files{"a.go": numbered(24, nil)}, "Begin")
		r.Branch("theirs")
		r.Commit(gittest.Files{"a.go": edit("before")}, "Before it")
		fix := r.Commit(gittest.Files{"a.go": edit("up")}, "Fix a thing")
		r.SetRef("refs/remotes/upstream/main", r.Tip())
		r.Checkout("main")
		r.Commit(gittest.Files{"a.go": edit("own")}, "Own work")
		r.WorkTree()
		side := rapid.SampledFrom([]string{"ours", "theirs"}).Draw(rt, "side")
		r.Git("cherry-pick", "-x", "--allow-empty", "--keep-redundant-commits", "--strategy-option="+side, fix)
		r.SetRef("refs/heads/picked", strings.TrimSpace(r.Git("rev-parse", "HEAD")))
		b := newBench(t, r)
		sum := b.ingest(t, ingest.Options{Forks: []string{"refs/heads/picked"}})
		err := b.in.Store.View(context.Background(), func(tx *db.Tx) error {
			for _, l := range sum.Links["refs/heads/picked"] {
				d, err := tx.Departure(l.Fork, l.Upstream)
				if err != nil || d == nil {
					return err
				}
				departed += len(d.Files)
				for _, f := range d.Files {
					for _, x := range f.Lines {
						if x.How == fact.LinesGone || x.How == fact.LinesCut || x.How == fact.LinesNew || x.How == fact.LinesLeft {
							rt.Errorf("%s: %q of %s", x.How, x.Texts, x.Owner)
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
	})
	if departed == 0 {
		t.Error("no pick conflicted: the test looks at nothing")
	}
}

// A database of the format before there was an audit lacks all that it rests on, and
// the next ingest that finds something new fills it.
func TestAuditOfAnEarlierFormat(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a.go": numbered(40, nil)}, "Begin")
	r.Branch("theirs")
	fix := r.Commit(gittest.Files{"a.go": numbered(40, map[int]string{20: "fixed\n"})}, "Fix a thing")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"a.go": numbered(40, map[int]string{10: "line 10\nown 1\n"})}, "Own work")
	r.CherryPick(fix, gittest.Resolve(gittest.Files{"a.go": numbered(40, map[int]string{20: "fixed\n"})}))
	b := newBench(t, r)
	want, _ := b.audited(t)
	if !slices.Equal(want, []string{"high lost-fork-lines a.go"}) {
		t.Fatalf("found %q", want)
	}
	file, err := bbolt.Open(b.in.Store.Path(), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = file.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("departure")), tx.DeleteBucket([]byte("finding")), tx.Bucket([]byte("meta")).Put([]byte("format"), []byte{2}))
	})
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	err = b.in.Store.View(context.Background(), func(tx *db.Tx) error {
		list, err := tx.Findings("refs/heads/main")
		if len(list) > 0 {
			t.Errorf("found %v before it was upgraded", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Commit(gittest.Files{"other": "1\n"}, "Go on")
	if got, _ := b.audited(t); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
