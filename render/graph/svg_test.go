package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
	"tracker/render/esc"
	"tracker/render/graph"
	"tracker/render/internal/golden"
	"tracker/render/internal/sample"
)

// small has one of each: a commit that is asked for, ones that it needs, over
// another and directly, hard and soft, for lock files alone, one that the fork
// has, and one that nothing touches.
func small() *advise.Dependencies {
	h := sample.Hash
	need := func(from, to string, kind fact.NeedKind, strength string, count int) advise.NeedEdge {
		return advise.NeedEdge{From: h(from), To: h(to), Kind: kind, Strength: strength, Count: count}
	}
	lock := need("c3", "e5", fact.NeedLine, "hard", 1)
	lock.Lockfile = true
	met := need("b2", "d4", fact.NeedFile, "hard", 1)
	met.Met = true
	return &advise.Dependencies{
		Commits: []advise.Depends{
			{Commit: h("c3"), Subject: "Draw tiles off the main thread, with a queue for each of the loaders that there are, and then some (#207)", PR: 207, Status: fact.Deferred, Asked: true},
			{Commit: h("a1"), Subject: "Add `TileStore`", PR: 201, Status: fact.Pending},
			{Commit: h("b2"), Subject: sample.Hostile, Status: fact.Pending},
			{Commit: h("e5"), Subject: "Update the lock file", Status: fact.Pending, Unknown: true},
		},
		Edges: []advise.NeedEdge{
			need("c3", "a1", fact.NeedSymbol, "soft", 2),
			need("c3", "b2", fact.NeedContext, "soft", 1),
			need("c3", "b2", fact.NeedLine, "hard", 3),
			need("b2", "a1", fact.NeedFile, "hard", 1),
			met, lock,
			need("c3", "f6", fact.NeedSymbol, "soft", 1),
		},
	}
}

func TestSVG(t *testing.T) {
	golden.Check(t, "small.svg", graph.SVG(small(), nil))
	golden.Check(t, "none.svg", graph.SVG(&advise.Dependencies{}, nil))
}

func TestSVGLinks(t *testing.T) {
	address := func(hash string) string {
		if hash == sample.Hash("a1") {
			return ""
		}
		return `c/` + hash + `?a=1&b="><script>`
	}
	s := parse(t, graph.SVG(small(), address))
	var want []string
	for _, c := range []string{"c3", "b2", "e5", "d4", "f6"} {
		want = append(want, address(sample.Hash(c)))
	}
	if !slices.Equal(s.links, want) {
		t.Errorf("links %q, want %q", s.links, want)
	}
}

// What does not fit is counted, and what is near to the asked commits is kept.
func TestSVGKeepsTheNearest(t *testing.T) {
	d := &advise.Dependencies{}
	for i := range 400 {
		d.Commits = append(d.Commits, advise.Depends{Commit: hash(i), Subject: "s", Asked: i == 200})
		if i > 0 {
			d.Edges = append(d.Edges, advise.NeedEdge{From: hash(i), To: hash(i - 1), Kind: fact.NeedLine, Strength: "hard", Count: 1})
		}
	}
	out := graph.SVG(d, nil)
	s := parse(t, out)
	if len(s.boxes) != 150 || len(s.arrows) != 149 {
		t.Errorf("%d boxes and %d arrows, want 150 and 149", len(s.boxes), len(s.arrows))
	}
	for _, i := range []int{126, 200, 274} {
		if _, ok := s.boxes[hash(i)]; !ok {
			t.Errorf("commit %d is not drawn", i)
		}
	}
	if want := ">the 150 nearest of 400 are drawn<"; !bytes.Contains(out, []byte(want)) {
		t.Errorf("the picture does not say %q", want)
	}
}

// A circle cannot be, and does no harm.
func TestSVGCircle(t *testing.T) {
	d := &advise.Dependencies{}
	for i := range 3 {
		d.Edges = append(d.Edges, advise.NeedEdge{From: hash(i), To: hash((i + 1) % 3), Kind: fact.NeedLine, Strength: "hard"})
	}
	d.Edges = append(d.Edges, advise.NeedEdge{From: hash(0), To: hash(0), Kind: fact.NeedLine, Strength: "hard"})
	if s := parse(t, graph.SVG(d, nil)); len(s.boxes) != 3 || len(s.arrows) != 2 {
		t.Errorf("%d boxes and %d arrows, want 3 and 2", len(s.boxes), len(s.arrows))
	}
}

func TestSVGProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &advise.Dependencies{}
		n := rapid.IntRange(1, 40).Draw(t, "commits")
		for i := range n {
			d.Commits = append(d.Commits, advise.Depends{
				Commit: hash(i), Subject: subject().Draw(t, "subject"), Asked: rapid.Bool().Draw(t, "asked"),
				Status: rapid.SampledFrom(fact.Statuses).Draw(t, "status"),
			})
		}
		for range rapid.IntRange(0, 3*n).Draw(t, "needs") {
			from := rapid.IntRange(0, n).Draw(t, "from")
			if from == 0 {
				continue
			}
			d.Edges = append(d.Edges, advise.NeedEdge{
				From: hash(from), To: hash(rapid.IntRange(0, from-1).Draw(t, "to")), Count: 1,
				Kind:     rapid.SampledFrom(fact.NeedKinds).Draw(t, "kind"),
				Strength: rapid.SampledFrom([]string{"hard", "soft"}).Draw(t, "strength"),
				Lockfile: rapid.IntRange(0, 9).Draw(t, "lock") == 0,
			})
		}
		out := graph.SVG(d, nil)
		if !bytes.Equal(out, graph.SVG(d, nil)) {
			t.Fatal("two pictures of the same differ")
		}
		check(t, d, parse(t, out))
	})
}

// check compares a picture with what it is of.
func check(t fataler, d *advise.Dependencies, s *seen) {
	hard := map[[2]string]bool{}
	for _, e := range d.Edges {
		if !e.Lockfile {
			k := [2]string{e.From, e.To}
			hard[k] = hard[k] || e.Strength == "hard"
		}
	}
	commits := map[string]bool{}
	for _, c := range d.Commits {
		commits[c.Commit] = true
		if want := esc.Line(c.Subject); !strings.Contains(s.titles[c.Commit], xmlText(want)) {
			t.Fatalf("the title %q lacks %q", s.titles[c.Commit], want)
		}
	}
	for k := range hard {
		commits[k[0]], commits[k[1]] = true, true
	}
	if len(s.boxes) != len(commits) {
		t.Fatalf("%d boxes for %d commits", len(s.boxes), len(commits))
	}
	// A need is drawn unless a path over others is as strong.
	var over func(from, to string, all bool, left int) bool
	memo := map[string]bool{}
	over = func(from, to string, all bool, left int) bool {
		key := fmt.Sprint(from, to, all, left)
		if r, ok := memo[key]; ok {
			return r
		}
		found := false
		for k, h := range hard {
			if k[0] != from || all && !h {
				continue
			}
			if k[1] == to && left < 2 || k[1] != to && over(k[1], to, all, 1) {
				found = true
				break
			}
		}
		memo[key] = found
		return found
	}
	for k, h := range hard {
		drawn, ok := s.arrows[k]
		if implied := over(k[0], k[1], h, 2); ok == implied {
			t.Fatalf("%v (hard: %t) is drawn: %t, follows from others: %t", k, h, ok, implied)
		}
		if ok && drawn != h {
			t.Fatalf("%v is drawn as hard: %t, want %t", k, drawn, h)
		}
		from, to := s.boxes[k[0]], s.boxes[k[1]]
		if from.x < to.x+to.w && from.y < to.y+to.h {
			t.Fatalf("%s at %v stands neither right of nor below %s at %v", k[0], from, k[1], to)
		}
	}
	for k := range s.arrows {
		if _, ok := hard[k]; !ok {
			t.Fatalf("%v is no need", k)
		}
	}
	for a, r := range s.boxes {
		if r.x < 0 || r.y < 0 || r.x+r.w > s.width || r.y+r.h > s.height {
			t.Fatalf("%s at %v is outside of the picture", a, r)
		}
		for b, q := range s.boxes {
			if a != b && r.x < q.x+q.w && q.x < r.x+r.w && r.y < q.y+q.h && q.y < r.y+r.h {
				t.Fatalf("%s at %v overlaps %s at %v", a, r, b, q)
			}
		}
	}
}

func TestSVGLarge(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	d := &advise.Dependencies{}
	for i := range 150 {
		d.Commits = append(d.Commits, advise.Depends{Commit: hash(i), Subject: "Make tiles of everything that there is, at once", Asked: true})
	}
	known := map[[2]int]bool{}
	for len(known) < 600 {
		from := 1 + random.IntN(149)
		to := random.IntN(from)
		if known[[2]int{from, to}] {
			continue
		}
		known[[2]int{from, to}] = true
		d.Edges = append(d.Edges, advise.NeedEdge{From: hash(from), To: hash(to), Kind: fact.NeedLine, Strength: "hard", Count: 1})
	}
	took := time.Hour
	var out []byte
	for range 3 { // the machine may be busy
		began := time.Now()
		out = graph.SVG(d, nil)
		took = min(took, time.Since(began))
	}
	check(t, d, parse(t, out))
	t.Logf("%d bytes in %v", len(out), took)
	if took > 200*time.Millisecond && !raced {
		t.Errorf("took %v", took)
	}
}

func hash(i int) string { return fmt.Sprintf("%040x", 0xabc0000+i) }

// subject draws titles from the characters that could do harm.
func subject() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Just(sample.Hostile),
		rapid.StringOf(rapid.SampledFrom([]rune("abW  `<>&\"']]>/=\n\t\r\x00\x1b\u202e\u2066\u200d\u0301é漢👩\ufffe\uffff"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

// xmlText is a text as XML can hold it.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, s)
}

type fataler interface{ Fatalf(string, ...any) }

// seen is what a reader of the SVG finds.
type seen struct {
	width, height int
	boxes         map[string]box
	titles        map[string]string
	arrows        map[[2]string]bool // whether it is drawn as a hard need
	links         []string
}

type box struct{ x, y, w, h int }

// known are the elements that a picture consists of, with their attributes.
var known = map[string][]string{
	"svg": {"xmlns", "class", "role", "width", "height", "viewBox", "aria-label"}, "style": nil, "title": nil,
	"g": {"class", "transform", "data-commit", "data-from", "data-to"}, "a": {"href"},
	"rect": {"x", "y", "width", "height", "rx"}, "path": {"class", "d"},
	"text": {"class", "x", "y"}, "tspan": {"x", "y"},
}

// parse reads a picture, and fails on what must not be in one, and on a commit or
// an arrow that is drawn twice.
func parse(t fataler, data []byte) *seen {
	s := &seen{boxes: map[string]box{}, titles: map[string]string{}, arrows: map[[2]string]bool{}}
	in := xml.NewDecoder(bytes.NewReader(data))
	commit, inTitle := "", false
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		switch e := token.(type) {
		case xml.CharData:
			for _, r := range string(e) {
				if r != '\n' && esc.Hidden(r) {
					t.Fatalf("%U is in the picture", r)
				}
			}
			if inTitle {
				s.titles[commit] += string(e)
			}
		case xml.EndElement:
			inTitle = false
		case xml.StartElement:
			allowed, ok := known[e.Name.Local]
			if !ok {
				t.Fatalf("<%s> is in the picture", e.Name.Local)
			}
			value := map[string]string{}
			for _, a := range e.Attr {
				if !slices.Contains(allowed, a.Name.Local) {
					t.Fatalf("<%s %s> is in the picture", e.Name.Local, a.Name.Local)
				}
				value[a.Name.Local] = a.Value
			}
			number := func(name string) int { n, _ := strconv.Atoi(value[name]); return n }
			switch e.Name.Local {
			case "svg":
				s.width, s.height = number("width"), number("height")
			case "title":
				inTitle = true
			case "a":
				s.links = append(s.links, value["href"])
			case "g":
				commit = value["data-commit"]
				if from := value["data-from"]; from != "" {
					k := [2]string{from, value["data-to"]}
					if _, twice := s.arrows[k]; twice {
						t.Fatalf("%v is drawn twice", k)
					}
					s.arrows[k] = value["class"] == "need hard"
				}
			case "rect":
				if commit == "" {
					continue // of the legend
				}
				if _, twice := s.boxes[commit]; twice {
					t.Fatalf("%s is drawn twice", commit)
				}
				s.boxes[commit] = box{number("x"), number("y"), number("width"), number("height")}
			}
		}
	}
}
