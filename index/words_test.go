package index

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"EmbeddingLoaderBuilder":  "embeddingloaderbuilder embedding loader builder",
		"embedding_loader":        "embedding_loader embedding loader",
		"HTTPServer":              "httpserver http server",
		"parseURL":                "parseurl parse url",
		"Qwen3VL":                 "qwen3vl qwen3 vl",
		"V8Heap":                  "v8heap v8 heap",
		"__init__":                "init",
		"___":                     "",
		"A":                       "a",
		"mistralrs-core/src/a.rs": "mistralr core src a rs",
		"b0326ff7a":               "b0326ff7a",
		"conflicts and classes":   "conflict and class",
		"queries status analysis": "query status analysis",
		"修复冲突 fix":                "修 复 冲 突 fix",
		"Straße ÉCOLE":            "straße école",
		"don't":                   "don t",
		"a\xffb":                  "a b",
	} {
		var got []string
		cut(in, func(tok token) { got = append(got, tok.term) })
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", in, s, want)
		}
	}
	if got := parts(strings.Repeat("x", maxWord+1) + " y"); !slices.Equal(got, []string{"y"}) {
		t.Errorf("a word without end: %q", got)
	}
}

func TestHashesIn(t *testing.T) {
	got := hashesIn("Fixes B0326FF7A and b0326ff7a, (43531ee5e2) but not deadbee, defaced, abc12 or 1234567g")
	if want := []string{"b0326ff7a", "43531ee5e2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"EmbeddingLoader", "a_B9c", "ǅungla", "İstanbul", "日本Go", "\xff\xfe", "e\u0301", "ｘＹ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pos := 0
		covered := make([]bool, len(text))
		cut(text, func(tok token) {
			if tok.start < 0 || tok.end > len(text) || tok.start >= tok.end {
				t.Fatalf("%q: token %+v is outside", text, tok)
			}
			if tok.whole {
				if tok.pos != pos+1 {
					t.Fatalf("%q: whole word %+v is not where its first part is", text, tok)
				}
				return
			}
			pos++
			if tok.pos != pos {
				t.Fatalf("%q: token %+v is not number %d", text, tok, pos)
			}
			for i := tok.start; i < tok.end; i++ {
				if covered[i] {
					t.Fatalf("%q: byte %d is in two parts", text, i)
				}
				covered[i] = true
			}
		})
		// Nothing is lost: what is in no part is no letter, or in a word too long.
		if len(text) > maxWord || !utf8.ValidString(text) {
			return
		}
		for i, r := range text {
			if inWord(r) && r != '_' && !covered[i] {
				t.Fatalf("%q: %q at %d is in no part", text, r, i)
			}
		}
	})
}
