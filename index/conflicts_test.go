package index

import (
	"strings"
	"testing"

	"tracker/db"
	"tracker/internal/fact"
)

// Conflicts are found by their paths, their lines and who met them, and patterns by
// the paths that they are of.
func TestConflictsAreFound(t *testing.T) {
	store, x := corpus(t)
	long := strings.Repeat("a line that is long\n", 2000)
	r := fact.Replayed{
		Fork: hash("938a17866"), Upstream: hash("0410d162c"), Source: fact.SourcePick, Subject: "Fix cpu flash attn mask case (#1672)", Author: "Ada Lovelace", When: at.Unix(),
		Conflicts: []fact.PastConflict{
			{Path: "core/src/attention/cpu.rs", Kind: "content", Resolution: fact.ResolvedTheirs, Whole: true, LostOurs: 4, Hunks: []fact.PastHunk{
				{ID: "1", Ours: "let quixotic = 1;\n", Theirs: "let rotated = 2;\n", Result: "let rotated = 2;\n", Heading: "fn flash()", Resolution: fact.ResolvedTheirs},
				{ID: "2", Ours: long, Theirs: "\x1b[31mred\n", Result: "by zealotry\n", Resolution: fact.ResolvedManual},
			}},
			{Path: "Cargo.lock", Kind: "content", Resolution: fact.ResolvedOurs},
		},
	}
	finds := func(q string, want ...string) {
		t.Helper()
		var got []string
		for _, h := range find(t, x, q).Hits {
			got = append(got, brief(h))
			for _, f := range h.Fragments {
				if strings.Contains(f, "\x1b") {
					t.Errorf("%s: a fragment has control characters: %q", q, f)
				}
			}
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: %q, want %q", q, got, want)
		}
	}
	const cpu = "conflict 938a17866:core/src/attention/cpu.rs"
	change(t, store, func(tx *db.Tx) error { return tx.PutReplayed(&r) })
	catchUp(t, x, store)
	finds("quixotic", cpu)
	finds("zealotry", cpu)
	finds("kind:conflict path:Cargo.lock", "conflict 938a17866:Cargo.lock")
	finds("kind:conflict hash:0410d162c author:lovelace theirs", cpu)
	finds("kind:pattern path:cpu.rs")
	finds("kind:pattern lost OR gone", "pattern pattern:code", "pattern pattern:content")
	// Looked at anew, a conflict less is found.
	r.Conflicts = r.Conflicts[:1]
	change(t, store, func(tx *db.Tx) error { return tx.PutReplayed(&r) })
	catchUp(t, x, store)
	finds("kind:conflict", cpu)
	if a, err := x.Check(t.Context(), store); err != nil || len(a.Extra)+len(a.Missing) > 0 {
		t.Errorf("%+v, %v", a, err)
	}
}
