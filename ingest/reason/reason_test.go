package reason_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/ingest/reason"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

//go:embed testdata/reasons.tsv
var cases string

// The cases are data, too: kind, tab, a reason as people write them.
func TestClassify(t *testing.T) {
	n := 0
	for line := range strings.Lines(cases) {
		want, text, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		if got := reason.Classify(text); string(got) != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if n < 100 {
		t.Errorf("only %d cases were read", n)
	}
}

func TestClassifyNothing(t *testing.T) {
	for _, s := range []string{"", "  ", "``"} {
		if got := reason.Classify(s); got != "" {
			t.Errorf("%q is %q", s, got)
		}
	}
}

// Whatever is written, the answer is one of the kinds and the same when written
// in capitals or with more space.
func TestClassifyAnything(t *testing.T) {
	words := rapid.SampledFrom(strings.Fields(cases))
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(words, 1, 8).Draw(t, "words")
		got := reason.Classify(strings.Join(list, " "))
		if !slices.Contains(fact.ReasonKinds, got) && got != "" {
			t.Fatalf("%q is %q", list, got)
		}
		if again := reason.Classify("  " + strings.ToTitle(strings.Join(list, " \t "))); again != got && strings.EqualFold(strings.ToTitle(strings.Join(list, "")), strings.Join(list, "")) {
			t.Fatalf("%q is %q, spread out and in capitals %q", list, got, again)
		}
	})
}

func TestParse(t *testing.T) {
	for what, want := range map[string]reason.Thing{
		"EmbeddingLoader":                 {Kind: fact.ForSymbol, Name: "EmbeddingLoader"},
		"`EmbeddingLoader`":               {Kind: fact.ForSymbol, Name: "EmbeddingLoader"},
		"Conv3dNoBias.weight":             {Kind: fact.ForSymbol, Name: "weight", Of: "Conv3dNoBias"},
		"crate::loaders::TileStore":       {Kind: fact.ForSymbol, Name: "TileStore", Of: "loaders"},
		"open_tile()":                     {Kind: fact.ForSymbol, Name: "open_tile"},
		"disk":                            {Kind: fact.ForSymbol, Name: "disk"},
		"#1684":                           {Kind: fact.ForCommit, PR: 1684},
		"PR 12":                           {Kind: fact.ForCommit, PR: 12},
		"https://example.org/o/n/pull/77": {Kind: fact.ForCommit, PR: 77},
		"https://example.org/o/n/commit/A3D3D473F": {Kind: fact.ForCommit, Name: "a3d3d473f"},
		"a3d3d473f":             {Kind: fact.ForCommit, Name: "a3d3d473f"},
		"defaced":               {Kind: fact.ForSymbol, Name: "defaced"},
		"src/loader.rs":         {Kind: fact.ForFile, Name: "src/loader.rs"},
		"./src/loader/":         {Kind: fact.ForFile, Name: "src/loader/"},
		"loader.rs":             {Kind: fact.ForFile, Name: "loader.rs"},
		"a designer":            {Kind: fact.ForWords, Name: "a designer"},
		"https://example.org/x": {Kind: fact.ForWords, Name: "https://example.org/x"},
		"":                      {Kind: fact.ForWords},
	} {
		if got := reason.Parse(what); got != want {
			t.Errorf("Parse(%q) = %+v, want %+v", what, got, want)
		}
	}
	for what, kind := range map[string]string{"infrastructure": fact.ForWords, "Metal": fact.ForWords, "run()": fact.ForSymbol, "TileStore": fact.ForSymbol, "mod.rs": fact.ForFile} {
		if got := reason.ParseReported(what); got.Kind != kind {
			t.Errorf("ParseReported(%q) = %+v, want %s", what, got, kind)
		}
	}
}

func TestThings(t *testing.T) {
	for text, want := range map[string]string{
		"Requires EmbeddingLoader infrastructure not present":      "EmbeddingLoader",
		"needs `TileStore`, which #231 brings (see src/store.go).": "TileStore #231 src/store.go",
		"依赖 TileStore，以及 a3d3d473f。":                               "TileStore a3d3d473f",
		"waits for macOS and/or GitHub runners, 24/7":              "",
		"needs Conv3dNoBias::weight()":                             "Conv3dNoBias::weight",
		"needs":                                                    "",
	} {
		if got := strings.Join(reason.Things(text), " "); got != want {
			t.Errorf("Things(%q) = %q, want %q", text, got, want)
		}
	}
}
