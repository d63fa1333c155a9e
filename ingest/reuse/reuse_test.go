package reuse_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/conflict"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

func split(text string) [][]byte {
	var out [][]byte
	for line := range strings.Lines(text) {
		out = append(out, []byte(line))
	}
	return out
}

// hunk is a place with its sides, and what it became.
func hunk(ours, theirs, result string) fact.PastHunk {
	h := fact.PastHunk{ID: conflict.ID(conflict.Hunk{Ours: split(ours), Theirs: split(theirs)}), Ours: ours, Theirs: theirs, Result: result}
	switch result {
	case theirs:
		h.Resolution = fact.ResolvedTheirs
	case ours:
		h.Resolution = fact.ResolvedOurs
	case ours + theirs, theirs + ours:
		h.Resolution = fact.ResolvedBoth
	default:
		h.Resolution = fact.ResolvedManual
	}
	return h
}

func past(when int64, path string, hunks ...fact.PastHunk) reuse.Past {
	c := fact.PastConflict{Path: path, Kind: "content", Resolution: hunks[0].Resolution, Hunks: hunks}
	return reuse.Past{ID: fmt.Sprintf("%09d:%s", when, path), Fork: fmt.Sprintf("%040d", when), When: when, PastConflict: c}
}

func learned(list ...reuse.Past) *reuse.Memory {
	m := reuse.New()
	for i := range list {
		m.Learn(&list[i])
	}
	return m
}

func sides(path, ours, theirs string) *reuse.Sides {
	return &reuse.Sides{ID: hunk(ours, theirs, "").ID, Path: path, Ours: ours, Theirs: theirs}
}

func TestExact(t *testing.T) {
	const a, b = "alpha one\n", "beta two\n"
	wide := hunk(a, b, "wide\n")
	wide.Wide = true
	marked := past(1, "f", hunk(a, b, "<<<<<<< HEAD\n"))
	marked.Markers = true
	for _, c := range []struct {
		name string
		past []reuse.Past
		want string // how, text, seen of how many
	}{
		{"unknown", []reuse.Past{past(1, "f", hunk(a, "gamma\n", a))}, ""},
		{"once", []reuse.Past{past(1, "f", hunk(a, b, b))}, "theirs beta two 1/1"},
		// What was ours there is theirs here: the text stays, its name turns.
		{"turned", []reuse.Past{past(1, "f", hunk(b, a, b))}, "theirs beta two 1/1"},
		{"most often", []reuse.Past{past(1, "f", hunk(a, b, b)), past(2, "f", hunk(a, b, a)), past(3, "f", hunk(a, b, b))}, "theirs beta two 2/3, ours alpha one 1/3"},
		{"the newest of equals", []reuse.Past{past(1, "f", hunk(a, b, b)), past(2, "f", hunk(a, b, a))}, "ours alpha one 1/2, theirs beta two 1/2"},
		{"the same path first", []reuse.Past{past(1, "f", hunk(a, b, b)), past(2, "g", hunk(a, b, a)), past(3, "g", hunk(a, b, a))}, "theirs beta two 1/3, ours alpha one 2/3"},
		{"more than the place", []reuse.Past{past(1, "f", wide)}, ""},
		{"and more than the place", []reuse.Past{past(1, "f", hunk(a, b, b)), past(2, "f", wide)}, "theirs beta two 1/2"},
		{"with markers", []reuse.Past{marked}, ""},
		{"both", []reuse.Past{past(1, "f", hunk(a, b, b+a))}, "both beta two|alpha one 1/1"},
	} {
		var got []string
		for _, s := range learned(c.past...).Exact(sides("f", a, b)) {
			got = append(got, fmt.Sprintf("%s %s %d/%d", s.How, strings.ReplaceAll(strings.TrimSpace(s.Text), "\n", "|"), s.Seen, s.Of))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNear(t *testing.T) {
	const ours, theirs = "let limit = 5;\nfetch(limit, queue)\n", "let count = 7;\nfetch(count, stack)\n"
	m := learned(past(1, "a.rs", hunk("let limit = 6;\nfetch(limit, queue)\n", theirs, theirs)))
	near := m.Near(sides("b.rs", ours, theirs))
	if len(near) != 1 || near[0].How != fact.ResolvedTheirs || near[0].Text != theirs || near[0].Score <= 0.5 || near[0].Score >= 1 {
		t.Errorf("%+v", near)
	}
	if turned := m.Near(sides("b.rs", theirs, ours)); len(turned) != 1 || turned[0].How != fact.ResolvedOurs || !turned[0].Turned || near[0].Turned || turned[0].Text != theirs {
		t.Errorf("with the sides turned: %+v", turned)
	}
	if other := m.Near(sides("Cargo.lock", ours, theirs)); len(other) != 0 {
		t.Errorf("for another sort of file: %+v", other)
	}
	if empty := learned(past(1, "a.rs", hunk("fetch(limit)\n", "", ""))).Near(sides("b.rs", "other(limit)\n", "")); len(empty) != 0 {
		t.Errorf("for one word in common, and an empty side: %+v", empty)
	}
	if far := m.Near(sides("b.rs", "struct Tile { edge: u8 }\n", "enum Shape { Round }\n")); len(far) != 0 {
		t.Errorf("for other words: %+v", far)
	}
	by := learned(past(1, "a.rs", hunk("let limit = 6;\nfetch(limit, queue)\n", theirs, "by hand\n")))
	if near := by.Near(sides("b.rs", ours, theirs)); len(near) != 1 || near[0].How != fact.ResolvedManual || near[0].Text != "by hand\n" {
		t.Errorf("by hand: %+v", near)
	}
}

func TestLike(t *testing.T) {
	lost := past(2, "src/a.rs", hunk("1\n", "2\n", "2\n"))
	lost.LostOurs = 3
	m := learned(past(1, "src/a.rs", hunk("a\n", "b\n", "b\n")), lost, past(3, "src/b.rs", hunk("c\n", "d\n", "c\n")), past(4, "Cargo.lock", hunk("e\n", "f\n", "g\n")))
	others := past(5, "src/a.rs", hunk("h\n", "i\n", "h\n"))
	others.Source = fact.SourceUpstreamMerge
	m.Learn(&others) // upstream's own count apart
	words := func(path, kind string) string {
		var got []string
		for _, s := range m.Like(path, kind, false, nil) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %d/%d %d %s", s.Match, s.How, s.Seen, s.Of, s.Lost, s.Tool)))
		}
		return strings.Join(got, ", ")
	}
	for _, c := range [][3]string{
		{"src/a.rs", "content", "path theirs 2/2 1, class theirs 2/3 1"},
		{"src/new.rs", "content", "class theirs 2/3 1"},
		{"src/new.rs", "modify/delete", ""},
		{"x/Cargo.lock", "content", "class manual 1/1 0 cargo update --workspace"},
	} {
		if got := words(c[0], c[1]); got != c[2] {
			t.Errorf("%s, %s: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestCompose(t *testing.T) {
	merged := &conflict.Merged{Lines: split("top\nend\n"), Hunks: []conflict.Hunk{
		{At: 1, Ours: split("a\n"), Theirs: split("b\n")}, {At: 2, Ours: split("c\n"), Theirs: split("d\n")},
	}}
	first := past(1, "f", hunk("a\n", "b\n", "x\n"))
	second := func(change func(p *reuse.Past)) []reuse.Past {
		p := past(2, "f", hunk("d\n", "c\n", ""))
		change(&p)
		return []reuse.Past{first, p}
	}
	for _, c := range []struct {
		name string
		past []reuse.Past
		want string
		why  string
	}{
		{"every place", second(func(*reuse.Past) {}), "top\nx\nend\n", ""},
		{"one is new", []reuse.Past{first}, "", "not every"},
		{"two ways", append(second(func(*reuse.Past) {}), past(3, "f", hunk("c\n", "d\n", "d\n"))), "", "more than one way"},
		{"with others", second(func(p *reuse.Past) { p.Beyond = true }), "", "other lines"},
		{"once with others", append(second(func(p *reuse.Past) { p.Beyond = true }), past(3, "f", hunk("c\n", "d\n", ""))), "", "other lines"},
		{"wide", second(func(p *reuse.Past) { p.Hunks[0].Wide = true }), "", "other lines"},
		{"elsewhere", second(func(p *reuse.Past) { p.Path = "g" }), "", "in other files"},
		{"here and elsewhere", append(second(func(*reuse.Past) {}), past(3, "g", hunk("c\n", "d\n", ""))), "top\nx\nend\n", ""},
		{"a squash", second(func(p *reuse.Past) { p.Loose = true }), "", "more than that pick"},
		{"taken back", second(func(p *reuse.Past) { p.Became = "taken back by 1234" }), "", "did not stand: taken back by 1234"},
		{"markers", second(func(p *reuse.Past) { p.Markers = true }), "", "not every"},
	} {
		text, _, why := learned(c.past...).Compose("f", merged)
		if string(text) != c.want || !strings.Contains(why, c.why) || c.why == "" && why != "" {
			t.Errorf("%s: %q, because %q", c.name, text, why)
		}
	}
}

// In a rebase the fork's side is theirs: the text is that of the side that went before.
func TestSuggestTurnsWithTheSides(t *testing.T) {
	m := learned(past(1, "f", hunk("1\n", "2\n", "2\n")))
	here := []conflict.Hunk{{Ours: split("up\n"), Theirs: split("own\n")}}
	for side, want := range map[reuse.Side]string{
		reuse.TheirsUpstream: "path theirs own\n, class theirs own\n", reuse.TheirsFork: "path ours up\n, class ours up\n", reuse.TheirsUnknown: "",
	} {
		var got []string
		for _, s := range m.Suggest("f", "content", here, side)[0].Suggestions {
			got = append(got, fmt.Sprintf("%s %s %s", s.Match, s.How, s.Text))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: %q, want %q", side, got, want)
		}
	}
}

// TestEvaluateKnowsOnlyWhatWasBefore counts exact answers a second time, the slow way.
func TestEvaluateKnowsOnlyWhatWasBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "a\n", "b\n", "c\n"})
		var list []reuse.Past
		for i := range rapid.IntRange(0, 12).Draw(t, "conflicts") {
			ours, theirs := word.Draw(t, "ours"), word.Draw(t, "theirs")
			p := past(rapid.Int64Range(1, 6).Draw(t, "when"), rapid.SampledFrom([]string{"f", "g"}).Draw(t, "path"), hunk(ours, theirs, word.Draw(t, "result")))
			p.ID += fmt.Sprint(i)
			list = append(list, p)
		}
		slices.SortStableFunc(list, func(a, b reuse.Past) int { return cmp.Compare(a.When, b.When) })
		want := reuse.Table{Kind: fact.MatchExact}
		for i := range list {
			before := list[:slices.IndexFunc(list, func(p reuse.Past) bool { return p.When == list[i].When })]
			h := &list[i].Hunks[0]
			want.Asked++
			if exact := learned(slices.Clone(before)...).Exact(sides(list[i].Path, h.Ours, h.Theirs)); len(exact) > 0 {
				want.Answered++
				if exact[0].Text == h.Result {
					want.Right++
				}
			}
		}
		got := reuse.Evaluate(list)
		if !reflect.DeepEqual(got[0], want) {
			t.Fatalf("%+v, want %+v", got[0], want)
		}
		if got[1].Asked != want.Asked-want.Answered || got[2].Asked != len(list) || got[3].Answered > got[3].Asked {
			t.Fatalf("%+v", got)
		}
	})
}
