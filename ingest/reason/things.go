package reason

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tracker/internal/fact"
)

// Thing is something that a commit waits for, in a form that can be looked for.
type Thing struct {
	Kind string // fact.ForSymbol, ForFile, ForCommit or ForWords
	// Name is a symbol's last part, a file's path, or a commit's hash in lower case.
	Name string
	// Of is what a symbol belongs to: Conv3d of Conv3d::weight, empty for most.
	Of string
	PR int // of a commit that is named by its pull request
}

var (
	pull      = regexp.MustCompile(`(?i)^(?:(?:PR|pull request|MR|merge request)\s*)?[#!](\d{1,9})$|^(?:PR|MR|pull request|merge request)\s*(\d{1,9})$|/(?:pull|merge_requests)/(\d{1,9})/?$`)
	commitURL = regexp.MustCompile(`/commits?/([0-9a-fA-F]{7,64})/?$`)
	hexWord   = regexp.MustCompile(`^[0-9a-fA-F]{7,64}$`)
	symbol    = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|\.|#|->)[\p{L}_$][\p{L}\p{N}_$]*)*$`)
	parts     = regexp.MustCompile(`::|\.|#|->`)
	pathLike  = regexp.MustCompile(`^[^\s/][^\s]*/[^\s]*$`)
	fileEnd   = regexp.MustCompile(`(?i)\.(?:rs|go|c|h|cc|cpp|cxx|hh|hpp|hxx|cu|cuh|metal|m|mm|cl|py|pyi|pyx|js|jsx|mjs|cjs|ts|tsx|vue|svelte|java|kt|kts|scala|groovy|gradle|cs|rb|swift|php|sh|bash|zsh|lua|ex|exs|zig|jl|dart|proto|sql|html|css|scss|toml|yaml|yml|json|xml|ini|cfg|conf|lock|md|txt|cmake|mk|bat|ps1|tf|nix)$`)
)

// Parse reads one thing as a person names it: a pull request ("#1684"), a hash,
// a path, a symbol with or without what it belongs to, or else words.
func Parse(what string) Thing {
	s := strings.Trim(strings.TrimSpace(what), "`'\"")
	if m := pull.FindStringSubmatch(s); m != nil {
		for _, digits := range m[1:] {
			if n, err := strconv.Atoi(digits); err == nil && n > 0 {
				return Thing{Kind: fact.ForCommit, PR: n}
			}
		}
	}
	if m := commitURL.FindStringSubmatch(s); m != nil {
		return Thing{Kind: fact.ForCommit, Name: strings.ToLower(m[1])}
	}
	if strings.Contains(s, "://") {
		return Thing{Kind: fact.ForWords, Name: s}
	}
	if hexWord.MatchString(s) && strings.ContainsAny(s, "0123456789") {
		return Thing{Kind: fact.ForCommit, Name: strings.ToLower(s)}
	}
	if path := strings.TrimPrefix(s, "./"); pathLike.MatchString(path) && !strings.ContainsAny(path, "<>(){}") || !strings.ContainsAny(s, " \t:(") && fileEnd.MatchString(s) {
		return Thing{Kind: fact.ForFile, Name: path}
	}
	bare := strings.TrimSuffix(strings.TrimSuffix(s, "()"), "!")
	if symbol.MatchString(bare) {
		names := parts.Split(bare, -1)
		t := Thing{Kind: fact.ForSymbol, Name: names[len(names)-1]}
		if len(names) > 1 {
			t.Of = names[len(names)-2]
		}
		if len(t.Name) >= 3 {
			return t
		}
	}
	return Thing{Kind: fact.ForWords, Name: s}
}

// ParseReported reads what a report says is missing. A report is no list of
// names: a word that could be any word is not taken for a symbol.
func ParseReported(what string) Thing {
	t := Parse(what)
	if t.Kind == fact.ForSymbol && t.Of == "" && !CodeLike(t.Name) && !strings.HasSuffix(strings.Trim(what, "`'\" "), "()") {
		return Thing{Kind: fact.ForWords, Name: what}
	}
	return t
}

// CodeLike recognises names with a capital behind a small letter, or
// an underscore between letters: words that prose does not have.
func CodeLike(name string) bool {
	if len(name) < 4 {
		return false
	}
	if strings.Contains(strings.Trim(name, "_"), "_") {
		return true
	}
	lower := false
	for _, r := range name {
		if lower && unicode.IsUpper(r) {
			return true
		}
		lower = lower || unicode.IsLower(r)
	}
	return false
}

// Things returns the symbols, files and commits that a reason names, as they are
// written and each once. Products that are spelt like symbols are left out, and
// so is what only a reader could tell from other words.
func Things(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("`,;\"“”()[]{}<>，。；、（）", r)
	}) {
		word = strings.TrimRight(word, ".:!?'*")
		word = strings.TrimLeft(word, "'*")
		t := ParseReported(word)
		if t.Kind == fact.ForWords || t.Kind == fact.ForSymbol && products[word] || t.Kind == fact.ForFile && !fileEnd.MatchString(word) {
			continue // "and/or" is no file
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// products are names that are spelt like symbols.
var products = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(`GitHub GitLab BitBucket JavaScript TypeScript OpenAI PyTorch TensorFlow macOS iOS iPadOS
		iPhone PowerShell PostgreSQL MySQL SQLite MongoDB GraphQL WebSocket WebAssembly DevOps FreeBSD OpenBSD NetBSD OpenGL OpenCL
		OpenSSL LibreSSL BoringSSL OAuth DeepSeek HuggingFace NodeJS VSCode CMake LaTeX YouTube LinkedIn`) {
		all[w] = true
	}
	return all
}()
