package index

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestNeedlesLoseNothing compares what is found with and without the first,
// cheap look.
func TestNeedlesLoseNothing(t *testing.T) {
	words := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"query", "Queries", "ties", "tie", "TIE", "İx", "ſs", "Straßes", "boxes", "Kelvin", "\u212aelvin", "b0326ff7a", "b0326ff", "EmbeddingLoader", "embedding_loaders", "日本", "#1707"}),
		rapid.StringN(1, 6, 12),
	), 1, 5)
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(words.Draw(rt, "text"), " ")
		clauses, err := parseQuery(strings.Join(words.Draw(rt, "query"), " "), now)
		if err != nil {
			return
		}
		open := rapid.Bool().Draw(rt, "open")
		quick, slow := newMarker(clauses, open), newMarker(clauses, open)
		slow.needles = []string{""}
		got, n := quick.find(text)
		want, m := slow.find(text)
		if n != m || fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Errorf("%q in %q: %v, want %v", show(clauses), text, got, want)
		}
	})
}

func TestWindow(t *testing.T) {
	line := strings.Repeat("ä", 300) + " needle " + strings.Repeat("ö", 300)
	at := strings.Index(line, "needle")
	text, marks := window(line, [][2]int{{at, at + 6}})
	if len(marks) != 1 || text[marks[0][0]:marks[0][1]] != "needle" {
		t.Errorf("the mark is at %v of %q", marks, text)
	}
	if !utf8.ValidString(text) || len(text) > maxFragment+20 || !strings.HasPrefix(text, "…") || !strings.HasSuffix(text, "…") {
		t.Errorf("cut to %q", text)
	}
	if text, _ := window("short", nil); text != "short" {
		t.Errorf("a short line became %q", text)
	}
}
