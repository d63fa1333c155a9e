package graph

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/advise"
	_ "tracker/internal/seeded"
)

// An arrow goes round the boxes: between rows it is in the gap, and where it
// passes a row it keeps to its own place.
func TestArrowsPassNoBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &advise.Dependencies{}
		for range rapid.IntRange(1, 60).Draw(t, "needs") {
			from := rapid.IntRange(1, 30).Draw(t, "from")
			to := rapid.IntRange(0, from-1).Draw(t, "to")
			d.Edges = append(d.Edges, advise.NeedEdge{From: fmt.Sprint(from), To: fmt.Sprint(to), Strength: "hard"})
		}
		p := pictureOf(d, mostBoxes)
		for _, downwards := range []bool{false, true} {
			a := p.arranged(downwards)
			for i, curve := range a.curves {
				for j := 2; j < len(curve); j += 2 {
					q, r := curve[j-1], curve[j]
					for n, b := range a.boxes {
						if max(q.x, r.x) >= b.x && min(q.x, r.x) <= b.x+b.w && max(q.y, r.y) >= b.y && min(q.y, r.y) <= b.y+b.h {
							t.Fatalf("arrow %d, downwards: %t, passes the box %d at %v from %v to %v", i, downwards, n, b, q, r)
						}
					}
				}
			}
		}
	})
}

func TestWrapped(t *testing.T) {
	for s, want := range map[string]string{
		"":                        "",
		"one":                     "one",
		"one two three four five": "one two|three four|five",
		"a b c d e f g h i j k l m n o p q r s t u v w x": "a b c d e f|g h i j k l m|n o p q r s…",
		"internationalisation":                            "internationa|lisation",
		"漢字漢字漢字漢字漢字":                                      "漢字漢字漢字|漢字漢字",
		"\u202ex":                                         `\u202ex`,
	} {
		if got := strings.Join(wrapped(s, 80, 3), "|"); got != want {
			t.Errorf("wrapped(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWrappedProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aW \u0301漢👩\u200d💻")))).Draw(t, "s")
		lines := wrapped(s, 80, 3)
		if len(lines) > 3 {
			t.Fatalf("%q is %d lines", s, len(lines))
		}
		for _, line := range lines {
			if line == "" || width(line) > 8000 && len([]rune(line)) > 1 {
				t.Fatalf("%q holds the line %q, %d wide", s, line, width(line))
			}
		}
	})
}
