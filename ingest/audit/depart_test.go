package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/audit"
	_ "tracker/internal/seeded"
)

const marker = 7

// conflicted is a merged file's place where both sides changed something.
func conflicted(ours, theirs string) string {
	return "<<<<<<< ours\n" + ours + "=======\n" + theirs + ">>>>>>> theirs\n"
}

func lined(words string) string {
	if words == "" {
		return ""
	}
	return strings.Join(strings.Fields(words), "\n") + "\n"
}

func TestDepart(t *testing.T) {
	base := lined("one two three four five six seven")
	for name, c := range map[string]struct {
		base, theirs, ours, merged, result string
		gone, given, brought, news, left   string
	}{
		"as git has it": {base, lined("one TWO three four five six seven"), lined("one two three four five SIX seven"),
			lined("one TWO three four five SIX seven"), lined("one TWO three four five SIX seven"), "", "", "", "", ""},
		"the whole file as upstream has it": {base, lined("one TWO three four five six seven"), lined("one two three four own five seven"),
			lined("one TWO three four own five seven"), lined("one TWO three four five six seven"), "own", "", "six", "", ""},
		"what was not upstream's commit comes in": {lined("one other two three"), lined("one other TWO three"), lined("one two three"),
			"one\n" + conflicted("two\n", "other\nTWO\n") + "three\n", lined("one other TWO three"), "", "two", "other", "", ""},
		"what only looks like a line of upstream's": {lined("one if two three if four"), lined("one if two THREE if four"), lined("one two three four"),
			lined("one two THREE four"), lined("one two THREE own if more four"), "", "", "", "own if more", ""},
		"a conflict resolved to upstream's side": {base, lined("one TWO three four five six seven"), lined("one zwei three four five six seven"),
			"one\n" + conflicted("zwei\n", "TWO\n") + lined("three four five six seven"), lined("one TWO three four five six seven"), "", "zwei", "", "", ""},
		"a conflict resolved by hand": {base, lined("one TWO three four five six seven"), lined("one zwei three four five six seven"),
			"one\n" + conflicted("zwei\n", "TWO\n") + lined("three four five six seven"), lined("one both three four five six seven"), "", "zwei", "", "", ""},
		"a line of nobody's": {base, lined("one TWO three four five six seven"), base,
			lined("one TWO three four five six seven"), lined("one TWO three four five six seven extra"), "", "", "", "extra", ""},
		"a part left out": {base, lined("one TWO three four five SIX seven"), base,
			lined("one TWO three four five SIX seven"), lined("one TWO three four five six seven"), "", "", "", "", "SIX"},
		"what moved stays": {base, lined("one TWO three four five six seven"), lined("one two three four five own six seven"),
			lined("one TWO three four five own six seven"), lined("own one TWO three four five six seven"), "", "", "", "", ""},
		"brackets say nothing": {"{\none\n}\n", "{\nONE\n}\n", "{\none\n}\n}\n", "{\nONE\n}\n}\n", "{\nONE\n}\n", "", "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := audit.Depart(&audit.Sides{Base: []byte(c.base), Theirs: []byte(c.theirs), Ours: []byte(c.ours), Merged: []byte(c.merged), Result: []byte(c.result), Marker: marker})
			ours, theirs, result := strings.Fields(c.ours), strings.Fields(c.theirs), strings.Fields(c.result)
			var gone, given, brought, news, left []string
			for _, g := range d.Gone {
				gone = append(gone, ours[g.Line])
			}
			for _, g := range d.Given {
				given = append(given, ours[g.Line])
			}
			for _, b := range d.Brought {
				brought = append(brought, theirs[b.Line])
			}
			for _, i := range d.New {
				news = append(news, result[i])
			}
			for _, i := range d.Left {
				left = append(left, theirs[i])
			}
			for _, x := range []struct {
				what string
				got  []string
				want string
			}{{"gone", gone, c.gone}, {"given", given, c.given}, {"brought", brought, c.brought}, {"new", news, c.news}, {"left", left, c.left}} {
				if got := strings.Join(x.got, " "); got != x.want {
					t.Errorf("%s: %q, want %q", x.what, got, x.want)
				}
			}
		})
	}
}

// A file that the fork does not have comes in with all that others wrote in it.
func TestDepartOfAFileThatIsNotThere(t *testing.T) {
	d := audit.Depart(&audit.Sides{Base: []byte(lined("one two")), Theirs: []byte(lined("one TWO")), Merged: []byte(lined("one TWO")), Result: []byte(lined("one TWO")), Marker: marker})
	if len(d.Brought) != 1 || d.Brought[0].Line != 0 || len(d.Gone)+len(d.Given)+len(d.New)+len(d.Left) > 0 {
		t.Errorf("departs in %+v", d)
	}
}

// changes are two sides that change different places of a file, so that what their
// merge is follows without git.
type changes struct {
	base, ours, theirs, merged []string
	own                        []string // that ours adds
	cut                        []string // of base, that ours removes
	up                         []string // that theirs adds
}

func drawn(t *rapid.T) *changes {
	c := &changes{}
	for i := range rapid.IntRange(4, 30).Draw(t, "length") {
		line := fmt.Sprintf("base %d", i)
		if rapid.IntRange(0, 5).Draw(t, "bracket") == 0 {
			line = "}"
		}
		c.base = append(c.base, line)
		who := rapid.IntRange(0, 4).Draw(t, "who")
		if i%3 != 1 { // changes do not touch each other
			who = 4
		}
		mine, other := []string{line}, []string{line}
		switch who {
		case 0:
			mine = []string{line, fmt.Sprintf("own %d", i)}
			c.own = append(c.own, mine[1])
		case 1:
			mine = []string{fmt.Sprintf("own %d", i)}
			c.own = append(c.own, mine[0])
			c.cut = append(c.cut, line)
		case 2:
			other = []string{line, fmt.Sprintf("up %d", i)}
			c.up = append(c.up, other[1])
		case 3:
			other = []string{fmt.Sprintf("up %d", i)}
			c.up = append(c.up, other[0])
		}
		c.ours, c.theirs = append(c.ours, mine...), append(c.theirs, other...)
		if who < 2 {
			c.merged = append(c.merged, mine...)
		} else {
			c.merged = append(c.merged, other...)
		}
	}
	return c
}

func (c *changes) depart(result []string) audit.Departures {
	text := func(list []string) []byte { return []byte(strings.Join(list, "\n") + "\n") }
	return audit.Depart(&audit.Sides{Base: text(c.base), Theirs: text(c.theirs), Ours: text(c.ours), Merged: text(c.merged), Result: text(result), Marker: marker})
}

func TestDepartProperties(t *testing.T) {
	telling := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "}" })
	}
	same := func(rt *rapid.T, what string, got, want []string) {
		slices.Sort(got)
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			rt.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := drawn(rt)

		if d := c.depart(c.merged); len(d.Gone)+len(d.Given)+len(d.Brought)+len(d.New)+len(d.Left) > 0 {
			rt.Errorf("what git makes of it departs from itself: %+v", d)
		}

		// The file as upstream has it: all of the fork's is gone, all that it had removed
		// is back, and nothing else departs.
		var gone, brought []string
		d := c.depart(c.theirs)
		for _, g := range d.Gone {
			gone = append(gone, c.ours[g.Line])
		}
		for _, b := range d.Brought {
			brought = append(brought, c.theirs[b.Line])
		}
		same(rt, "gone", gone, telling(c.own))
		same(rt, "brought", brought, telling(c.cut))
		if len(d.New)+len(d.Left)+len(d.Given) > 0 {
			rt.Errorf("what upstream has departs otherwise: %+v", d)
		}

		// The file as the fork had it: all that upstream adds is left out.
		var left []string
		for _, i := range c.depart(c.ours).Left {
			left = append(left, c.theirs[i])
		}
		same(rt, "left", left, telling(c.up))

		// Lines of nobody's are new, wherever they stand.
		result := slices.Clone(c.merged)
		var added []string
		for i := range rapid.IntRange(1, 4).Draw(rt, "added") {
			added = append(added, fmt.Sprintf("nobody's %d", i))
			result = slices.Insert(result, rapid.IntRange(0, len(result)).Draw(rt, "at"), added[i])
		}
		d = c.depart(result)
		var news []string
		for _, i := range d.New {
			news = append(news, result[i])
		}
		same(rt, "new", news, added)
		if len(d.Gone)+len(d.Given)+len(d.Brought)+len(d.Left) > 0 {
			rt.Errorf("added lines take something away: %+v", d)
		}

		// What moves within the file departs in nothing.
		moved := rapid.Permutation(c.merged).Draw(rt, "moved")
		if d := c.depart(moved); len(d.Gone)+len(d.Given)+len(d.Brought)+len(d.New)+len(d.Left) > 0 {
			rt.Errorf("moved lines depart: %+v", d)
		}
	})
}
