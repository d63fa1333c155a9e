package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// opensWithNeed reports whether a text begins by saying what is missing, as
// "Requires the loader" does.
func opensWithNeed(s string) bool {
	for _, h := range lexicon().needs.scan(s) {
		return leads(s, span{from: 0, to: len(s)}, h)
	}
	return false
}

// needsFirst reports whether a text is a sentence about what is missing, in
// the form that no title has: "needs …", "waits for …", "blocked by …".
func needsFirst(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	if r, _ := utf8.DecodeRuneInString(word); !unicode.IsLower(r) {
		return false
	}
	h, ok := lexicon().needs.match(s, 0)
	return ok && h.to > len(word) && (word == "blocked" || word == "waiting") || ok && strings.HasSuffix(word, "s") && h.to >= len(word)
}

// givesNeed reports whether a parenthesis says what is missing rather than
// what a commit does: it opens with such a word or, in languages that put
// their verbs last, has one.
func givesNeed(s string) bool {
	for _, h := range lexicon().needs.scan(s) {
		if s[h.from] >= utf8.RuneSelf {
			return true
		}
	}
	return opensWithNeed(s)
}

// missingFrom keeps what a reason says is missing. Words without code marks
// count where they have the form of a symbol and stand in the clause that
// says so, or behind it.
func missingFrom(e *entry, value *text) {
	hits := lexicon().needs.scan(value.s)
	if len(hits) == 0 {
		return
	}
	names := missingNames(value, true)
	parts := clauses(value.s)
	for _, sp := range sentences(value.s) {
		for _, h := range hits {
			if h.from < sp.from || h.from >= sp.to {
				continue
			}
			from := h.from
			for _, c := range parts {
				if c.from <= h.from && h.from < c.to {
					from = max(c.from, sp.from)
				}
			}
			for _, name := range symbols(value.s[from:sp.to]) {
				if !contains(names, name) && !contains(names, name+"()") {
					names = append(names, name)
				}
			}
			break
		}
	}
	for _, name := range names {
		if !contains(e.implied, name) {
			e.implied = append(e.implied, name)
		}
	}
}

var (
	symbolWord = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*(?:(?:::|\.)[A-Za-z_][A-Za-z0-9_]*)*(?:\(\))?`)
	// notSymbols are names of products that are written like types.
	notSymbols = set(`GitHub GitLab BitBucket JavaScript TypeScript CoffeeScript OpenAI PyTorch TensorFlow macOS iOS iPadOS iPhone LaTeX YouTube LinkedIn PowerShell
		PostgreSQL MySQL SQLite MongoDB NoSQL GraphQL WebSocket WebSockets WebAssembly DevOps FreeBSD OpenBSD NetBSD OpenGL OpenCL OpenSSL LibreSSL BoringSSL
		OAuth DeepSeek HuggingFace NodeJS VSCode DockerHub IntelliJ CMake`)
)

// symbols returns the words of a text that can only be names in a program: a
// capital inside, an underscore, a path of names, a call.
func symbols(s string) []string {
	var out []string
	for _, m := range symbolWord.FindAllStringIndex(s, -1) {
		w := s[m[0]:m[1]]
		if m[0] > 0 && (wordByte(s[m[0]-1]) || strings.IndexByte("/.-@#", s[m[0]-1]) >= 0) || m[1] < len(s) && (s[m[1]] == '/' || s[m[1]] == '-') {
			continue
		}
		name := strings.TrimSuffix(w, "()")
		shaped := name != w || strings.Contains(name, "::") || strings.Contains(strings.Trim(name, "_"), "_")
		for i := 1; i < len(name); i++ {
			shaped = shaped || isLower(name[i-1]) && isUpper(name[i])
		}
		if shaped && len(name) > 3 && !notSymbols[name] && !isPath(name) && !contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isUpperStart(s string) bool { return s != "" && isUpper(s[0]) }

// missingField reads what a commit waits for.
func (d *doc) missingField(e *entry, value *text) {
	for _, name := range missingNames(value, false) {
		if !contains(e.Missing, name) {
			e.Missing = append(e.Missing, name)
		}
	}
}

// missingNames returns the symbols, files and commits that a text names: the
// code spans outside parentheses, or else within; hashes and file names
// without code marks.
func missingNames(t *text, inner bool) []string {
	var out, in []string
	depth := 0
	at := make([]int, len(t.s)+1)
	for i := 0; i < len(t.s); i++ {
		switch t.s[i] {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		}
		at[i] = depth
	}
	add := func(name string, pos int) {
		name = strings.Trim(name, " `*")
		if name == "" || len(name) > 200 || contains(out, name) || contains(in, name) {
			return
		}
		if at[pos] > 0 {
			in = append(in, name)
		} else {
			out = append(out, name)
		}
	}
	for _, sp := range t.spans {
		if sp.kind == spanCode && !strings.Contains(strings.TrimSpace(t.s[sp.from:sp.to]), " ") {
			add(t.s[sp.from:sp.to], sp.from)
		}
	}
	for _, m := range findHashes(t) {
		if _, code := t.within(m.from, spanCode); !code && m.role != rolePlace {
			add(m.hash, m.from)
		}
	}
	for _, p := range findPulls(t.s) {
		if p.number >= 10 {
			add(strings.Trim(t.s[p.from:p.to], " ("), p.from)
		}
	}
	for _, p := range paths(t.s) {
		if i := strings.Index(t.s, p); i >= 0 {
			add(p, i)
		}
	}
	if len(out) == 0 && inner {
		return in
	}
	return out
}
