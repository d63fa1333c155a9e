package patch

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"
)

func TestDeclares(t *testing.T) {
	for _, c := range []struct{ path, line, want string }{
		{"a.rs", "pub struct Widget<'a> {", "Widget"},
		{"a.rs", "    pub(crate) async unsafe fn load_it<T>(&self) -> T {", "load_it"},
		{"a.rs", `pub extern "C" fn exported() {`, "exported"},
		{"a.rs", "impl Loader for Widget {", ""},
		{"a.rs", "    pub const fn size() -> usize {", "size"},
		{"a.rs", "static mut COUNTER: u32 = 0;", "COUNTER"},
		{"a.rs", "macro_rules! my_macro {", "my_macro"},
		{"a.rs", "    let widget = Widget::new();", ""},
		{"a.rs", "// struct Commented;", ""},
		{"a.rs", "    type Output = u8;", "Output"},
		{"a.rs", "pub mod loaders;", "loaders"},
		{"a.go", "func (r *Repo) Open(ctx context.Context) error {", "Open"},
		{"a.go", "func New() *Repo {", "New"},
		{"a.go", "type Store struct {", "Store"},
		{"a.go", "const MaxSize = 3", "MaxSize"},
		{"a.go", "\tvar local int", ""},
		{"a.go", "\tfn := func(a int) {}", ""},
		{"a.c", "static int parse_header(const char *s)", "parse_header"},
		{"a.c", "struct node *find_node(int id) {", "find_node"},
		{"a.c", "struct node {", "node"},
		{"a.c", "int prototype(int a);", ""},
		{"a.c", "#define MAX_ITEMS 3", "MAX_ITEMS"},
		{"a.c", "    return compute(1);", ""},
		{"a.cpp", "template <typename T> class Stack {", "Stack"},
		{"a.cpp", "void Widget::draw(int x) {", "draw"},
		{"a.cu", "__global__ void my_kernel(float *x) {", "my_kernel"},
		{"a.py", "    async def fetch(self):", "fetch"},
		{"a.py", "class Loader(Base):", "Loader"},
		{"a.py", "    x = build()", ""},
		{"a.ts", "export default class App extends X {", "App"},
		{"a.ts", "export const makeThing = () => 1", "makeThing"},
		{"a.ts", "  const local = 1", ""},
		{"a.ts", "export interface Props {", "Props"},
		{"a.ts", "export async function load() {", "load"},
		{"a.js", "function* walk() {", "walk"},
		{"A.java", "    public static <T> List<T> copyOf(List<T> l) {", "copyOf"},
		{"A.java", "public final class Thing implements X {", "Thing"},
		{"A.java", "        return helper(1);", ""},
		{"A.java", "    private int size = compute();", ""},
		{"a.kt", "data class Point(val x: Int)", "Point"},
		{"a.kt", "    override fun render(x: Int) {", "render"},
		{"A.cs", "    public async Task<int> LoadAsync(int id)", "LoadAsync"},
		{"A.cs", "internal sealed record Entry(string Name);", "Entry"},
		{"a.rb", "  def self.create(args)", "create"},
		{"a.rb", "module Tools", "Tools"},
		{"a.swift", "public final class Renderer: Base {", "Renderer"},
		{"a.swift", "    private func drawIt() {", "drawIt"},
		{"a.php", "    public static function make($x) {", "make"},
		{"a.sh", "function build_all {", "build_all"},
		{"a.md", "struct Documented {", ""},
		{"a.yaml", "type: thing", ""},
	} {
		if got := string(languageOf(c.path).declares([]byte(c.line))); got != c.want {
			t.Errorf("%s: %q declares %q, want %q", c.path, c.line, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"let x1 = foo_bar(0x1F, 3abc, ab, ___) + größe.Ünï": {"let", "foo_bar", "größe", "Ünï"},
		"日本語 = a\xffbcd\xfe":                                {"日本語", "bcd"},
		"":                                                  nil,
		"__init__ _x _ab a_b":                               {"__init__", "_ab", "a_b"},
	} {
		var got []string
		for w := range words([]byte(line)) {
			got = append(got, string(w))
		}
		if !slices.Equal(got, want) {
			t.Errorf("words of %q: %q, want %q", line, got, want)
		}
	}
	for line, want := range map[string][]string{
		"Use `the loader` or EmbeddingBuilder, load_all and _emphasis_ here": {"the", "loader", "EmbeddingBuilder", "load_all"},
		"an `unclosed quote": nil,
		"GPU Plain iPhone":   {"iPhone"},
	} {
		var got []string
		for w := range codeWords([]byte(line)) {
			got = append(got, string(w))
		}
		if !slices.Equal(got, want) {
			t.Errorf("code in %q: %q, want %q", line, got, want)
		}
	}
}

func FuzzWordsAndDeclarations(f *testing.F) {
	for _, seed := range []string{"pub(crate) struct X {", "func (r *T) Name(", "`a` b_c `", "\xff\xfe", "template<class T>", "int f(", "#define", "def self."} {
		f.Add([]byte(seed), ".rs")
		f.Add([]byte(seed), ".cpp")
	}
	f.Fuzz(func(t *testing.T, line []byte, ext string) {
		for _, scan := range []func([]byte) func(func([]byte) bool){
			func(b []byte) func(func([]byte) bool) { return words(b) },
			func(b []byte) func(func([]byte) bool) { return codeWords(b) },
		} {
			for w := range scan(line) {
				if utf8.RuneCount(w) < 3 || len(w) > maxWord || !utf8.Valid(w) || !bytes.Contains(line, w) {
					t.Errorf("word %q of %q", w, line)
				}
			}
		}
		for _, lang := range languages {
			if name := lang.declares(line); name != nil && !bytes.Contains(line, name) {
				t.Errorf("name %q of %q", name, line)
			}
		}
	})
}
