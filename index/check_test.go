package index

import (
	"slices"
	"testing"
)

func TestCheckComparesDocuments(t *testing.T) {
	store, x := corpus(t)
	a, err := x.Check(t.Context(), store)
	if err != nil || a.State != Current || a.Documents == 0 || len(a.Missing)+len(a.Extra) > 0 {
		t.Fatalf("a sound index: %+v, %v", a, err)
	}
	path, err := x.current()
	if err != nil {
		t.Fatal(err)
	}
	ids, err := x.documents()
	if err != nil {
		t.Fatal(err)
	}
	_, was, _, err := x.compare(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{path: path, state: was}
	e, err := newEntry("commit/upstream/none", card{Kind: "commit"}, 0, map[string]any{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.delete(ids[0]), w.delete(ids[3]), w.put(e), w.flush()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a, err = x.Check(t.Context(), store)
	want := []string{ids[0], ids[3]}
	slices.Sort(want)
	if err != nil || a.State != Current || !slices.Equal(a.Missing, want) || !slices.Equal(a.Extra, []string{e.id}) || a.Documents != len(ids)-1 {
		t.Errorf("%+v, %v; want missing %q", a, err, want)
	}
	if err := x.Remove(); err != nil {
		t.Fatal(err)
	}
	if a, err = x.Check(t.Context(), store); err != nil || a.State != Missing {
		t.Errorf("without an index: %+v, %v", a, err)
	}
}
