package audit

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"tracker/internal/fact"
)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// names lists commits by their short hashes, and counts those beyond the third.
func names(hashes []string) string { return list(shorts(hashes), 3) }

func shorts(hashes []string) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = fact.Short(h)
	}
	return out
}

// list joins the first most words, and counts the others.
func list(words []string, most int) string {
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// product reports whether a file is a program and no test of one.
func (b *Branch) product(file string) bool {
	if !b.Code(file) || b.Generated(file) {
		return false
	}
	for part := range strings.SplitSeq(path.Dir(file), "/") {
		if slices.Contains(testFolders, part) {
			return false
		}
	}
	base := path.Base(file)
	return !strings.HasPrefix(base, "test_") && !strings.Contains(base, "_test.") && !strings.Contains(base, ".test.") && !strings.Contains(base, ".spec.")
}

var testFolders = []string{"test", "tests", "testing", "testdata", "spec", "t", "examples", "bench", "benches"}

// maxExample is how many bytes of a line a sentence quotes.
const maxExample = 80

// example quotes the line that says most among some.
func example(texts []string) string {
	best := ""
	for _, t := range texts {
		if len(t) > len(best) && len(best) < maxExample/2 {
			best = t
		}
	}
	if len(best) > maxExample {
		best = strings.ToValidUTF8(best[:maxExample], "") + "…"
	}
	return best
}

func (b *Branch) title(hash string) string {
	c := b.Commit(hash)
	if c == nil {
		return fact.Short(hash)
	}
	return fmt.Sprintf("%s %q", fact.Short(hash), c.Subject)
}

// them agrees with a number.
func them(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_./+-@%:,=", r)
	}
	if path != "" && !strings.HasPrefix(path, "-") && strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\'\''`) + "'"
}
