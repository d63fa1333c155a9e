package link

import (
	"slices"
	"strings"
	"unicode"

	"tracker/internal/fact"
)

// maxMessageWords caps the words of a message that are compared: longer ones
// are logs and lists, of which the beginning tells as much.
const maxMessageWords = 300

// messageWords hashes the distinct words of a message of at least three
// letters or digits, lower case; the number of a version is a word, that of a
// pull request is none. Trailers, addresses of pages and what a pick leaves in
// the message are not the author's words.
func messageWords(c *fact.Commit) []uint64 {
	var out []uint64
	add := func(line string) {
		for _, w := range strings.FieldsFunc(strings.ToLower(line), isGap) {
			w = strings.Trim(w, ".")
			if len(w) >= 3 && w[0] != '#' && len(out) < maxMessageWords && !(len(w) >= 7 && fact.IsHash(w)) {
				out = append(out, hash('m', w))
			}
		}
	}
	add(c.Subject)
	for line := range strings.Lines(c.Body) {
		if !isTrailer(line, c.Trailers) && !strings.Contains(line, "://") && !strings.HasPrefix(line, "(cherry picked from") {
			add(line)
		}
	}
	slices.Sort(out)
	return slices.Clip(slices.Compact(out))
}

func isGap(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '#'
}

func isTrailer(line string, trailers []fact.Trailer) bool {
	return slices.ContainsFunc(trailers, func(t fact.Trailer) bool {
		return len(line) > len(t.Key) && line[len(t.Key)] == ':' && line[:len(t.Key)] == t.Key
	})
}
