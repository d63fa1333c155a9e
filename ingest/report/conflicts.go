package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

var (
	pathWord = regexp.MustCompile(`(?:\.{0,2}/)?(?:[\p{L}\p{N}_.@+*{}\[\]-]+[/\\])*[\p{L}\p{N}_.@+*-]+`)
	fileName = regexp.MustCompile(`^\.?[\p{L}_][\p{L}\p{N}_@+-]*(?:\.[\p{L}\p{N}_+-]+)*\.[A-Za-z][A-Za-z0-9]{0,9}$|^\.[a-z][a-z0-9_-]{2,}$`)
	bareFile = set("Makefile Dockerfile Cargo.lock Gemfile LICENSE README CHANGELOG go.mod go.sum Justfile CODEOWNERS Procfile Rakefile VERSION Jenkinsfile Pipfile")
	notFiles = set("e.g i.e etc node.js next.js vue.js github.com gitlab.com asp.net")
)

// paths returns the file names in a text, in order, each once.
func paths(s string) []string {
	if !dotted(s) {
		return bareNames(s)
	}
	var out []string
	for _, m := range pathWord.FindAllStringIndex(s, -1) {
		w := strings.TrimRight(s[m[0]:m[1]], ".-*")
		if m[0] > 2 && s[m[0]-1] == '/' && s[m[0]-2] == '/' || m[1] < len(s) && (s[m[1]] == '(' && m[1] > 0 || strings.HasPrefix(s[m[1]:], "::")) {
			continue
		}
		if isPath(w) && !contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// dotted reports whether a text has a slash or a dot inside a word.
func dotted(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '/', '\\':
			return true
		case '.':
			if i+1 < len(s) && (isLower(s[i+1]) || isUpper(s[i+1])) {
				return true
			}
		}
	}
	return false
}

// bareNames returns the files of a text without dots and slashes.
func bareNames(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && (isLower(s[i]) || isUpper(s[i])) {
			i++
		}
		if w := s[from:i]; isUpperStart(w) && bareFile[w] && !contains(out, w) {
			out = append(out, w)
		}
		i = max(i, from+1)
	}
	return out
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// isPath reports whether a word is a file's name: its last part has an
// extension of letters, or it is one of the names without.
func isPath(w string) bool {
	w = strings.ReplaceAll(w, `\`, "/")
	if strings.Contains(w, "://") || strings.HasPrefix(w, "www.") || len(w) < 3 {
		return false
	}
	dir, base := "", w
	if i := strings.LastIndexByte(w, '/'); i >= 0 {
		dir, base = w[:i], w[i+1:]
	}
	if bareFile[base] {
		return true
	}
	if notFiles[strings.ToLower(base)] || !fileName.MatchString(base) {
		return false
	}
	if strings.HasPrefix(dir, ".") && !strings.Contains(dir, "/") && strings.HasPrefix(base, ".") {
		return false // ".dart/.sol": two extensions
	}
	ext := base[strings.LastIndexByte(base, '.')+1:]
	if dir == "" {
		// A method call or an address looks the same: want the shape of an
		// extension, lower case and short.
		if strings.HasPrefix(base, ".") && strings.Count(base, ".") == 1 {
			return len(base) > 4 && strings.HasPrefix(base, ".git") || base == ".env" || base == ".npmrc" || base == ".editorconfig" || base == ".dockerignore" || base == ".prettierrc" || base == ".eslintrc"
		}
		return len(ext) <= 5 && strings.IndexFunc(ext, unicode.IsUpper) < 0 && extensions[ext]
	}
	return true
}

// extensions are those after which a word without a folder is a file: a
// method call or a host name has the same shape.
var extensions = set(`adoc asm astro bash bat bazel c cc cfg cjs clj cmake conf cpp cs css csv cts cu cuh cxx d dart
	ejs el env ex exs f90 fs fsx gd glsl go gql gradle graphql groovy h hbs hcl hh hip hpp hs html hxx icl ini ino ipynb java jl js json json5
	jsonc jsx kt kts less lock lua m md mdx metal mjs mk ml mli mm mod mts nim nix nu patch php pl plist po properties proto ps1 py pyi pyx
	r rb rs rst s sass scala scss sh snap sol sql srt sum svelte svg swift tcl templ tex tf tfvars thrift tmpl toml ts tsv tsx txt
	v vb vert vim vue wasm wgsl xaml xml yaml yml zig zsh png jpg ico pdf bzl comp erl frag hrl i18n inc in inl key lean ll map ninja npmrc odin pas pem pom pro pug pxd qml rkt
	rego res sc scm sln spec strings styl sv td ttf tpl vcxproj`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// addConflict notes a conflicted file once.
func addConflict(e *entry, path, detail string) {
	path = strings.ReplaceAll(path, `\`, "/")
	for _, c := range e.Conflicts {
		if c.Path == path {
			return
		}
	}
	e.Conflicts = append(e.Conflicts, fact.Conflict{Path: path, Detail: shorten(detail, 160)})
}

// conflictField reads a cell or a field that holds conflicts. What stands in
// parentheses behind a file describes it.
func (d *doc) conflictField(e *entry, value *text) {
	s := value.s
	if emptyCell(s) || noConflict(s) {
		if !emptyCell(s) {
			e.Clean = true
		}
		return
	}
	depth, from := 0, 0
	var parts []string
	for i, r := range s {
		switch r {
		case '(', '（':
			depth++
		case ')', '）':
			depth = max(0, depth-1)
		case ',', ';', '、', '，', '；', '\n':
			if depth == 0 {
				parts = append(parts, s[from:i])
				from = i + len(string(r))
			}
		}
	}
	parts = append(parts, s[from:])
	found := false
	for _, part := range parts {
		outer, inner := part, ""
		if i := strings.IndexAny(part, "(（"); i >= 0 {
			outer, inner = part[:i], part[i:]
		}
		names := paths(outer)
		if len(names) == 0 {
			names = paths(inner)
		}
		for _, name := range names {
			addConflict(e, name, detailOf(part, names))
			found = true
		}
	}
	if e.Resolution == "" && found {
		if h := lexicon().method.scan(s); len(h) > 0 {
			e.Resolution = plain(s)
		}
	}
	if !found && e.Conflicts == nil && describes(value) {
		e.conflictText = plain(s)
	}
}

// describes reports whether a text tells what conflicted, which a mere "yes"
// or a number does not.
func describes(t *text) bool {
	if strings.IndexFunc(t.s, unicode.IsLetter) < 0 {
		return false
	}
	_, verdict := lexicon().verdict.whole(t.s)
	_, mark := lexicon().mark.whole(t.s)
	return !verdict && !mark
}

// detailOf is what a text says of the files it names: without the name where
// that stands at its end or in parentheses, whole where it is part of a
// sentence.
func detailOf(s string, names []string) string {
	if len(names) > 1 {
		rest := s
		for _, name := range names {
			rest = strings.Replace(rest, name, " ", 1)
		}
		if onlySeparators.MatchString(strings.TrimSpace(rest)) {
			return ""
		}
		return plain(s)
	}
	before, after, _ := strings.Cut(s, names[0])
	before, after = strings.TrimRight(before, " `*"), strings.TrimLeft(after, " `*")
	last, _ := utf8.DecodeLastRuneInString(before)
	switch {
	case before == "":
		return strings.Trim(plain(after), " `()（）:：-–—")
	case strings.Trim(after, " `)）") == "" && strings.ContainsRune("(（:：—–-", last):
		return strings.Trim(plain(before), " `()（）:：-–—")
	case strings.ContainsRune("(（", last) && strings.IndexAny(after, ")）") == 0:
		return plain(strings.TrimRight(before, "(（ ") + " " + strings.TrimLeft(after, ")） "))
	}
	return plain(s)
}

// noConflict reports whether a text says that there was none.
func noConflict(s string) bool {
	if _, ok := lexicon().none.whole(s); ok {
		return true
	}
	for _, h := range lexicon().none.scan(s) {
		if leads(s, span{from: 0, to: len(s)}, h) {
			return true
		}
	}
	return false
}

// clashes reports whether a text speaks of a conflict: by that word, by the
// work of hands, or by the side that was taken.
func clashes(s string) bool {
	for _, h := range lexicon().verdict.scan(s) {
		if h.meaning == "conflict" {
			return true
		}
	}
	return len(lexicon().clash.scan(s)) > 0
}

// conflictsFrom takes the conflicted files out of a sentence: those that
// stand in a clause with the word conflict. under says that conflicts are
// what the section is about; then a deleted file counts, too.
func (d *doc) conflictsFrom(e *entry, t *text, under bool) {
	s := t.s
	if noConflict(s) && len(paths(s)) == 0 {
		e.Clean = true
		return
	}
	if !under && !clashes(s) {
		return
	}
	for _, sp := range sentences(s) {
		sentence := s[sp.from:sp.to]
		if !clashes(sentence) && !(under && len(lexicon().deleted.scan(sentence)) > 0) {
			continue
		}
		for _, p := range paths(sentence) {
			addConflict(e, p, sentence)
		}
	}
}
