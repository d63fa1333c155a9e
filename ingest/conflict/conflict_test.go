package conflict_test

import (
	"crypto/sha1"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/conflict"
	"tracker/internal/fact"
	"tracker/internal/gittest"
	"tracker/internal/seeded"
)

func TestMain(m *testing.M) {
	flag.Parse()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue {
		flag.Set("rapid.checks", seeded.Checks(25)) // each costs some processes
	}
	os.Exit(m.Run())
}

const marker = 61

// edited changes a few lines of a text, which recur.
func edited(t *rapid.T, label string, lines []string) []string {
	out := append([]string{}, lines...)
	for i := range rapid.IntRange(1, 4).Draw(t, label) {
		at := rapid.IntRange(0, len(out)).Draw(t, "at")
		cut := min(rapid.IntRange(0, 2).Draw(t, "cut"), len(out)-at)
		var put []string
		for k := range rapid.IntRange(0, 2).Draw(t, "put") {
			put = append(put, rapid.SampledFrom([]string{"}", "shared", fmt.Sprintf("%s %d %d", label, i, k)}).Draw(t, "line"))
		}
		out = append(append(append([]string{}, out[:at]...), put...), out[at+cut:]...)
	}
	return out
}

func text(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestComposeIsGitsOwn takes files apart that git merged, and puts them together
// with one side in all places: what git makes of it with --ours and --theirs.
func TestComposeIsGitsOwn(t *testing.T) {
	r := gittest.New(t)
	dir := r.Dir
	merge := func(args ...string) string {
		for i, name := range []string{"ours", "base", "theirs"} {
			_ = i
			args = append(args, filepath.Join(dir, name))
		}
		return r.Git(append([]string{"merge-file", "-p"}, args...)...)
	}
	conflicts := 0
	rapid.Check(t, func(rt *rapid.T) {
		var base []string
		for i := range rapid.IntRange(2, 10).Draw(rt, "length") {
			base = append(base, fmt.Sprintf("line %d", i))
		}
		sides := conflict.Sides{Base: []byte(text(base)), Ours: []byte(text(edited(rt, "ours", base))), Theirs: []byte(text(edited(rt, "theirs", base))), Marker: marker}
		for name, content := range map[string][]byte{"base": sides.Base, "ours": sides.Ours, "theirs": sides.Theirs} {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
				rt.Fatal(err)
			}
		}
		ours, theirs := merge("--ours"), merge("--theirs")
		// git merge-file ends with the number of conflicts, which is no failure.
		merged := r.Git("-c", "alias.m=!git merge-file -p --marker-size=61 ours base theirs || true", "m")
		m, ok := conflict.Parse([]byte(merged+"\n"), marker)
		if merged == "" {
			m, ok = conflict.Parse(nil, marker)
		}
		if !ok {
			rt.Fatalf("not taken apart:\n%s", merged)
		}
		conflicts += len(m.Hunks)
		for _, want := range []struct {
			text string
			side func(i int) [][]byte
			as   fact.Resolution
		}{
			{ours, func(i int) [][]byte { return m.Hunks[i].Ours }, fact.ResolvedOurs},
			{theirs, func(i int) [][]byte { return m.Hunks[i].Theirs }, fact.ResolvedTheirs},
		} {
			got := m.Compose(want.side)
			if strings.TrimSuffix(string(got), "\n") != want.text {
				rt.Fatalf("got\n%s\nwant\n%s", got, want.text)
			}
			s := sides
			s.Merged, s.Result = []byte(merged+"\n"), got
			c := conflict.Resolve(&s)
			hunks, res := c.Hunks, c.Resolution
			if len(m.Hunks) > 0 && (c.Beyond || c.Whole) {
				rt.Fatalf("one side in every place is told as more than that:\n%s", merged)
			}
			if len(m.Hunks) == 0 {
				continue
			}
			if len(hunks) != len(m.Hunks) {
				rt.Fatalf("%d places, want %d", len(hunks), len(m.Hunks))
			}
			if res != want.as {
				rt.Fatalf("resolved %s, want %s:\n%s", res, want.as, merged)
			}
		}
	})
	if conflicts == 0 {
		t.Error("no case conflicts")
	}
}

// TestPreimageIsThatOfRerere compares with what git's rerere files of a conflict, and
// under which name, in every style of markers.
func TestPreimageIsThatOfRerere(t *testing.T) {
	for _, style := range []string{"merge", "diff3"} {
		t.Run(style, func(t *testing.T) { preimages(t, style) })
	}
}

func preimages(t *testing.T, style string) {
	for _, c := range []struct{ base, ours, theirs string }{
		{"a\nb\nc\n", "a\nours\nc\n", "a\ntheirs\nc\n"},
		{"a\nb\nc\n", "a\nzz\nc\n", "a\nc\nd\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n", "p\n2\n3\n4\n5\n6\n7\n8\nq\n"},
	} {
		r := gittest.New(t)
		r.Commit(gittest.Files{"f": c.base}, "base")
		r.Branch("theirs")
		r.Commit(gittest.Files{"f": c.theirs}, "theirs")
		r.Checkout("main")
		r.Commit(gittest.Files{"f": c.ours}, "ours")
		r.WorkTree()
		r.Git("config", "rerere.enabled", "true")
		r.Git("config", "merge.conflictStyle", style)
		r.Git("-c", "alias.m=!git merge -q theirs || true", "m")
		entries, err := os.ReadDir(filepath.Join(r.Dir, ".git", "rr-cache"))
		if err != nil || len(entries) != 1 {
			t.Fatalf("rerere has %d entries (%v)", len(entries), err)
		}
		merged, err := os.ReadFile(filepath.Join(r.Dir, "f"))
		if err != nil {
			t.Fatal(err)
		}
		m, ok := conflict.Parse(merged, 7)
		if !ok {
			t.Fatalf("not taken apart:\n%s", merged)
		}
		if got := conflict.ID(m.Hunks...); got != entries[0].Name() {
			t.Errorf("got %s, rerere says %s for\n%s", got, entries[0].Name(), merged)
		}
		want, err := os.ReadFile(filepath.Join(r.Dir, ".git", "rr-cache", entries[0].Name(), "preimage"))
		if err != nil {
			t.Fatal(err)
		}
		text, id, ok := conflict.Preimage(m, 7, sha1.New())
		if !ok || id != entries[0].Name() || string(text) != string(want) {
			t.Errorf("the preimage is %s\n%s\nrerere has %s\n%s", id, text, entries[0].Name(), want)
		}
	}
}

// A file with lines like markers is one that rerere gives up on, or reads otherwise.
func TestPreimageOfMarkers(t *testing.T) {
	side := func(text string) [][]byte { return [][]byte{[]byte(text)} }
	for text, want := range map[string]bool{"plain\n": true, "=======\n": false, "<<<<<<< x\n": false, ">>>>>>> x\n": false, "========\n": true, "======= x\n": false, "=======x\n": true, "|||||||\n": false} {
		m := &conflict.Merged{Hunks: []conflict.Hunk{{Ours: side(text), Theirs: side("other\n")}}}
		if _, _, ok := conflict.Preimage(m, 7, sha1.New()); ok != want {
			t.Errorf("a side of %q: %v", text, ok)
		}
	}
	heading := &conflict.Merged{Lines: [][]byte{[]byte("Title\n"), []byte("=======\n")}, Hunks: []conflict.Hunk{{At: 2, Ours: side("a\n"), Theirs: side("b\n")}}}
	if _, _, ok := conflict.Preimage(heading, 7, sha1.New()); !ok {
		t.Error("a line below a title is taken for a marker")
	}
}

func TestResolve(t *testing.T) {
	big := strings.Repeat("<", marker) + " a\n"
	mid := strings.Repeat("=", marker) + "\n"
	end := strings.Repeat(">", marker) + " b\n"
	merged := "func f() {\n\tx\n" + big + "\tours\n" + mid + "\ttheirs\n" + end + "\ty\n}\n"
	for _, c := range []struct {
		name, result string
		gone         bool
		generated    bool
		want         fact.Resolution
		became       string
	}{
		{name: "theirs", result: "func f() {\n\tx\n\ttheirs\n\ty\n}\n", want: fact.ResolvedTheirs, became: "\ttheirs\n"},
		{name: "ours", result: "func f() {\n\tx\n\tours\n\ty\n}\n", want: fact.ResolvedOurs, became: "\tours\n"},
		{name: "both", result: "func f() {\n\tx\n\ttheirs\n\tours\n\ty\n}\n", want: fact.ResolvedBoth, became: "\ttheirs\n\tours\n"},
		{name: "by hand", result: "func f() {\n\tx\n\tneither\n\ty\n}\n", want: fact.ResolvedManual, became: "\tneither\n"},
		{name: "regenerated", result: "func f() {\n\tx\n\tneither\n\ty\n}\n", generated: true, want: fact.ResolvedRegenerated, became: "\tneither\n"},
		{name: "gone", gone: true, want: fact.ResolvedManual},
	} {
		s := conflict.Sides{
			Base: []byte("func f() {\n\tx\n\tbase\n\ty\n}\n"), Ours: []byte("func f() {\n\tx\n\tours\n\ty\n}\n"),
			Theirs: []byte("func f() {\n\tx\n\ttheirs\n\ty\n}\nmore\n"), Merged: []byte(merged), Marker: marker, Generated: c.generated,
		}
		if !c.gone {
			s.Result = []byte(c.result)
		}
		was := conflict.Resolve(&s)
		hunks, r, whole := was.Hunks, was.Resolution, was.Whole
		if r != c.want || whole {
			t.Errorf("%s: %s, whole %v", c.name, r, whole)
		}
		if c.became != "" && (len(hunks) != 1 || hunks[0].Result != c.became || hunks[0].Base != "\tbase\n" || hunks[0].Heading != "func f() {") {
			t.Errorf("%s: %+v", c.name, hunks)
		}
	}
	// One side's file as it was, though the other's had merged by itself elsewhere.
	s := conflict.Sides{
		Base: []byte("a\nb\nc\nd\ne\nf\n"), Ours: []byte("ours\nb\nc\nd\ne\nfork\n"), Theirs: []byte("theirs\nb\nc\nd\ne\nf\n"),
		Merged: []byte(big + "ours\n" + mid + "theirs\n" + end + "b\nc\nd\ne\nfork\n"), Marker: marker,
	}
	s.Result = s.Theirs
	if c := conflict.Resolve(&s); c.Resolution != fact.ResolvedTheirs || !c.Whole || !c.Beyond || c.LostOurs != 1 || c.LostTheirs != 0 {
		t.Errorf("%+v", c)
	}
}
