package db

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/internal/fact"
)

// text draws what git hands over: any bytes, not only UTF-8.
var text = rapid.OneOf(
	rapid.SampledFrom([]string{"", "a", "Fix\x00nul", "latin1 \xe9", "日本語", "two\nlines"}),
	rapid.StringN(0, 20, 60),
)

func drawHash(width int) *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("0123456789abcdef")), width, width, width)
}

var anyHash = rapid.OneOf(drawHash(40), drawHash(64))

func drawTime(t *rapid.T, label string) time.Time {
	unix := rapid.Int64Range(-1<<33, 1<<35).Draw(t, label)
	minutes := rapid.IntRange(-14*60, 14*60).Draw(t, label+" zone")
	return time.Unix(unix, 0).In(time.FixedZone("", minutes*60))
}

func drawCommit(t *rapid.T) *fact.Commit {
	c := &fact.Commit{
		Hash:       anyHash.Draw(t, "hash"),
		Author:     fact.Person{Name: text.Draw(t, "author"), Email: text.Draw(t, "email")},
		AuthorDate: drawTime(t, "author date"),
		Committer:  fact.Person{Name: text.Draw(t, "committer"), Email: text.Draw(t, "email")},
		CommitDate: drawTime(t, "commit date"),
		Subject:    text.Draw(t, "subject"),
		Body:       text.Draw(t, "body"),
		PR:         rapid.IntRange(0, 99999).Draw(t, "pr"),
	}
	width := rapid.SampledFrom([]int{40, 64}).Draw(t, "width")
	if rapid.Bool().Draw(t, "parents") {
		c.Parents = rapid.SliceOfN(drawHash(width), 0, 3).Draw(t, "parents")
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "files") {
		c.Files = append(c.Files, fact.FileChange{
			Path: text.Draw(t, "path"), OldPath: text.Draw(t, "old path"),
			Status: rapid.StringMatching("[ACDMRT]").Draw(t, "status"), Insertions: i, Deletions: 2 * i,
			Binary: rapid.Bool().Draw(t, "binary"), Generated: rapid.Bool().Draw(t, "generated"),
			Unreadable: rapid.Bool().Draw(t, "unreadable"),
		})
	}
	if rapid.Bool().Draw(t, "trailers") {
		c.Trailers = []fact.Trailer{{Key: text.Draw(t, "key"), Value: text.Draw(t, "value")}}
	}
	return c
}

func TestCommitRoundTrip(t *testing.T) {
	s := newStore(t)
	rapid.Check(t, func(rt *rapid.T) {
		want := drawCommit(rt)
		var got *fact.Commit
		update(t, s, func(tx *Tx) (err error) {
			if err := tx.PutCommit(want); err != nil {
				return err
			}
			got, err = tx.Commit(want.Hash)
			return err
		})
		for _, d := range []struct{ got, want time.Time }{
			{got.AuthorDate, want.AuthorDate}, {got.CommitDate, want.CommitDate},
		} {
			if d.got.Format(time.RFC3339) != d.want.Format(time.RFC3339) {
				rt.Errorf("date %s came back as %s", d.want, d.got)
			}
		}
		got.AuthorDate, got.CommitDate = want.AuthorDate, want.CommitDate
		if !reflect.DeepEqual(got, want) {
			rt.Errorf("stored %+v\n   got %+v", want, got)
		}
	})
}

// TestRecordRoundTrip has rapid fill whole records by reflection, so that a
// field that is added to package fact and lost here fails the test.
func TestRecordRoundTrip(t *testing.T) {
	s := newStore(t)
	hash := hashOf("a")
	same := func(rt *rapid.T, want, got any) {
		w, g := normal(want), normal(got)
		for i := range min(len(w), len(g)) {
			if w[i] != g[i] {
				from := max(0, i-60)
				rt.Fatalf("%T: stored …%.200s\n   got …%.200s", want, w[from:], g[from:])
			}
		}
		if len(w) != len(g) {
			rt.Fatalf("%T: stored %d bytes, got %d", want, len(w), len(g))
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		patch := rapid.Make[fact.Patch]().Draw(rt, "patch")
		report := rapid.Make[fact.StoredReport]().Draw(rt, "report")
		link := rapid.Make[fact.Link]().Draw(rt, "link")
		account := rapid.Make[fact.Account]().Draw(rt, "account")
		view := rapid.Make[fact.View]().Draw(rt, "view")
		decision := rapid.Make[fact.Decision]().Draw(rt, "decision")
		patch.Hash, report.ID, account.Commit, account.Fork, view.Fork.Ref = hash, "r/"+report.ID, hash, "refs/heads/f", "refs/heads/f"
		link.Fork, link.Upstream, decision.ID = hash, hash, 0
		view.Range = rapid.SliceOfN(drawHash(40), 0, 4).Draw(rt, "range")
		view.Own = rapid.SliceOfN(drawHash(64), 0, 4).Draw(rt, "own")
		update(t, s, func(tx *Tx) error {
			for _, err := range []error{
				tx.PutPatch(&patch), tx.PutReport(&report), tx.ReplaceLinks("refs/heads/f", []fact.Link{link}),
				tx.ReplaceAccounts("refs/heads/f", []fact.Account{account}), tx.PutView(&view), tx.PutDecision(&decision),
			} {
				if err != nil {
					return err
				}
			}
			p, err := tx.Patch(hash)
			if err != nil {
				return err
			}
			same(rt, patch, *p)
			r, err := tx.Report(report.ID)
			if err != nil {
				return err
			}
			same(rt, report, *r)
			l, err := tx.LinksFrom("refs/heads/f", hash)
			if err != nil {
				return err
			}
			same(rt, []fact.Link{link}, l)
			a, err := tx.Account("refs/heads/f", hash)
			if err != nil {
				return err
			}
			same(rt, account, *a)
			v, err := tx.View("refs/heads/f")
			if err != nil {
				return err
			}
			same(rt, view, *v)
			d, err := tx.Decision(decision.ID)
			if err != nil {
				return err
			}
			same(rt, decision, *d)
			return nil
		})
	})
}

// normal forgets the difference between an empty and an absent list, and
// between 0 and -0, which records that leave empty fields out cannot keep.
func normal(v any) string {
	return fmt.Sprintf("%#v", deref(reflect.ValueOf(v)))
}

// deref turns a value into maps and slices without pointers.
func deref(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return []any{deref(v.Elem())}
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			fields[v.Type().Field(i).Name] = deref(v.Field(i))
		}
		return fields
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, deref(v.Index(i)))
		}
		return list
	case reflect.Map:
		fields := map[string]any{}
		for _, key := range v.MapKeys() {
			fields[fmt.Sprint(key.Interface())] = deref(v.MapIndex(key))
		}
		return fields
	case reflect.Float64:
		return v.Float() + 0
	}
	return v.Interface()
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	s := newStore(t)
	full := hashOf("a")
	err := s.Update(t.Context(), func(tx *Tx) error {
		for name, err := range map[string]error{
			"short hash":         tx.PutCommit(&fact.Commit{Hash: "abc"}),
			"upper-case hash":    tx.PutCommit(&fact.Commit{Hash: strings.ToUpper(full)}),
			"odd parent":         tx.PutCommit(&fact.Commit{Hash: full, Parents: []string{"HEAD"}}),
			"mixed parents":      tx.PutCommit(&fact.Commit{Hash: full, Parents: []string{full, strings.Repeat("b", 64)}}),
			"patch without hash": tx.PutPatch(&fact.Patch{}),
			"report without id":  tx.PutReport(&fact.StoredReport{}),
			"view without ref":   tx.PutView(&fact.View{}),
			"ref with nul":       tx.ReplaceLinks("a\x00b", nil),
			"account twice":      tx.ReplaceAccounts("f", []fact.Account{{Commit: full}, {Commit: full}}),
			"link twice":         tx.ReplaceLinks("f", []fact.Link{{Fork: full, Upstream: full}, {Fork: full, Upstream: full}}),
			"unknown decision":   tx.PutDecision(&fact.Decision{ID: 7}),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if seq, err := tx.Seq(); seq != 0 || err != nil {
			t.Errorf("something was written: %d, %v", seq, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAbsenceIsNoError(t *testing.T) {
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		c, err1 := tx.Commit(hashOf("a"))
		p, err2 := tx.Patch(hashOf("a"))
		r, err3 := tx.Report("none")
		v, err4 := tx.View("refs/heads/none")
		a, err5 := tx.Account("refs/heads/none", hashOf("a"))
		d, err6 := tx.Decision(1)
		for _, err := range []error{err1, err2, err3, err4, err5, err6, tx.DeleteReport("none"), tx.DeleteView("refs/heads/none")} {
			if err != nil {
				t.Error(err)
			}
		}
		if c != nil || p != nil || r != nil || v != nil || a != nil || d != nil {
			t.Error("something came out of an empty store")
		}
		return nil
	})
}

func TestLookups(t *testing.T) {
	s := newStore(t)
	put := func(tx *Tx, hash string, pr int) {
		t.Helper()
		if err := tx.PutCommit(&fact.Commit{Hash: hash, PR: pr}); err != nil {
			t.Fatal(err)
		}
	}
	a, b, c := "abc0"+strings.Repeat("0", 36), "abc1"+strings.Repeat("0", 36), "abd0"+strings.Repeat("0", 60)
	update(t, s, func(tx *Tx) error {
		put(tx, a, 12)
		put(tx, b, 12)
		put(tx, c, 1)
		put(tx, c, 300) // the PR moves
		for _, q := range []struct {
			prefix string
			limit  int
			want   []string
		}{
			{"ab", 10, []string{a, b, c}}, {"abc", 10, []string{a, b}}, {"ABC1", 10, []string{b}}, {"ab", 2, []string{a, b}},
			{c, 2, []string{c}}, {c + "0", 2, nil}, {"", 10, nil}, {"xyz", 10, nil}, {"f", 10, nil}, {"ab", 0, nil},
		} {
			got, err := tx.CommitsByPrefix(q.prefix, q.limit)
			if err != nil || !reflect.DeepEqual(got, q.want) {
				t.Errorf("prefix %q, at most %d: %v, %v", q.prefix, q.limit, got, err)
			}
		}
		for pr, want := range map[int][]string{12: {a, b}, 1: nil, 300: {c}, 0: nil, -1: nil} {
			got, err := tx.CommitsByPR(pr)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("PR %d: %v, %v", pr, got, err)
			}
		}
		missing, err := tx.MissingCommits([]string{hashOf("1"), a, hashOf("2")})
		if err != nil || !reflect.DeepEqual(missing, []string{hashOf("1"), hashOf("2")}) {
			t.Errorf("missing: %v, %v", missing, err)
		}
		return nil
	})
}
