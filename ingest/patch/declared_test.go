package patch_test

import (
	"testing"

	"tracker/ingest/patch"
)

func TestDeclared(t *testing.T) {
	for _, c := range []struct {
		path, content, name, of string
		want                    int
	}{
		{"a.rs", "use x;\npub struct EmbeddingLoader {\n}\n", "EmbeddingLoader", "", 2},
		{"a.rs", "pub(crate) enum Kind { A }\n", "Kind", "", 1},
		{"a.rs", "// pub struct EmbeddingLoader {}\n", "EmbeddingLoader", "", 0},
		{"a.rs", "/*\npub struct EmbeddingLoader {}\n*/\nstruct X;\n", "EmbeddingLoader", "", 0},
		{"a.rs", "struct X; // struct EmbeddingLoader\n", "EmbeddingLoader", "", 0},
		{"a.rs", "let s = \"\nstruct EmbeddingLoader\n\";\n", "EmbeddingLoader", "", 2}, // no grammar: a text over lines is not seen
		{"a.rs", "use crate::EmbeddingLoader;\n", "EmbeddingLoader", "", 0},
		{"a.rs", "struct EmbeddingLoaderBuilder;\n", "EmbeddingLoader", "", 0},
		{"a.rs", "impl Conv3d {\n    fn bias(&self) {}\n}\n\nimpl Conv3dNoBias {\n    fn new() {}\n\n    pub fn weight(&self) -> &T {\n", "weight", "Conv3dNoBias", 8},
		{"a.rs", "impl Conv3d {\n    pub fn weight(&self) {\n    }\n}\nimpl Conv3dNoBias {\n}\n", "weight", "Conv3dNoBias", 0},
		{"a.rs", "enum Category {\n    Text,\n    Embedding {\n        n: u8,\n    },\n}\n", "Embedding", "Category", 3},
		{"a.go", "func (r *Reader) Close() error {\n", "Close", "Reader", 1},
		{"a.go", "\tx := Reader{}\n\tx.Close()\n", "Close", "Reader", 0},
		{"a.cc", "void Reader::Close() {\n}\n", "Close", "Reader", 1},
		{"a.py", "class Tile:\n    \"\"\"\n    class TileStore of old\n    \"\"\"\n", "TileStore", "", 0},
		{"a.py", "class TileStore(Base):\n", "TileStore", "", 1},
		{"a.py", "x = 1  # class TileStore\n", "TileStore", "", 0},
		{"NOTES.md", "struct EmbeddingLoader\n", "EmbeddingLoader", "", 0},
		{"a.json", "{\"EmbeddingLoader\": 1}\n", "EmbeddingLoader", "", 0},
		{"a.js", "const url = \"http://x\"; class Store {\n", "Store", "", 0},
		{"a.js", "const u = \"//\"\nclass Store {\n", "Store", "", 2},
		{"a.rs", "#", "EmbeddingLoader", "", 0},
		{"a.rs", "//", "EmbeddingLoader", "", 0},
	} {
		if got := patch.Declared(c.path, []byte(c.content), c.name, c.of); got != c.want {
			t.Errorf("%s of %q in %s %q is declared in line %d, want %d", c.name, c.of, c.path, c.content, got, c.want)
		}
	}
}

func FuzzDeclared(f *testing.F) {
	f.Add("a.rs", []byte("/* \"\"\" */ impl X {\n fn weight() // \n"), "weight", "X")
	f.Add("a.py", []byte("'''\n# \"\\"), "x", "")
	f.Fuzz(func(t *testing.T, path string, content []byte, name, of string) {
		if got := patch.Declared(path, content, name, of); got < 0 || got > 1+len(content) {
			t.Fatalf("line %d", got)
		}
	})
}
