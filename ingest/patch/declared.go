package patch

import (
	"bytes"
	"slices"
)

// CodePathspecs are the pathspecs of the files in which Declared finds anything.
var CodePathspecs = func() []string {
	var out []string
	for end, lang := range languages {
		if lang.keywords != nil {
			out = append(out, "*"+end)
		}
	}
	slices.Sort(out)
	return out
}()

// IsCode reports whether Declared may find anything in a file.
func IsCode(path string) bool { return languageOf(path).keywords != nil }

// Declared returns the number, from 1, of the first line of a file that declares
// a name, 0 if none does. Comments and texts declare nothing. If of is not
// empty the declaration must stand within, or be written with, something of that
// name: a method of a type, a field, a variant. Within is told by indentation,
// as programs are written.
func Declared(path string, content []byte, name, of string) int {
	lang := languageOf(path)
	if lang.keywords == nil {
		return 0
	}
	lines := bytes.Split(withoutComments(lang, content), []byte("\n"))
	for i, line := range lines {
		if !hasWord(line, name) {
			continue
		}
		first := leadingName(bytes.TrimLeft(line, " \t"))
		switch {
		case of == "" && string(lang.declares(line)) == name:
			return i + 1
		case of == "":
		case !(string(lang.declares(line)) == name || string(first) == name || hasWord(line, of) && lang.declares(line) != nil):
		case hasWord(line, of), within(lines[:i], indent(line), of):
			return i + 1
		}
	}
	return 0
}

// Uses reports whether a program has a name as a word, outside comments and texts.
// Of a file that is no program every word counts.
func Uses(path string, content []byte, name string) bool {
	if lang := languageOf(path); lang.keywords != nil {
		content = withoutComments(lang, content)
	}
	return hasWord(content, name)
}

// within reports whether one of the lines that enclose an indentation has a word.
func within(before [][]byte, depth int, word string) bool {
	for i := len(before) - 1; i >= 0 && depth > 0; i-- {
		line := bytes.TrimSpace(before[i])
		if len(line) == 0 {
			continue
		}
		if at := indent(before[i]); at < depth {
			if line[0] == '}' || line[0] == ')' {
				continue // the end of what stood there, or "} else {"
			}
			depth = at
			if hasWord(line, word) {
				return true
			}
		}
	}
	return false
}

// indent is how far a line stands from the margin; a tab counts as one.
func indent(line []byte) int {
	return len(line) - len(bytes.TrimLeft(line, " \t"))
}

// hasWord reports whether a line has a word that is no part of a longer one.
func hasWord(line []byte, word string) bool {
	for rest, at := line, 0; ; {
		i := bytes.Index(rest, []byte(word))
		if i < 0 || word == "" {
			return false
		}
		from, to := at+i, at+i+len(word)
		if (from == 0 || !isNameByte(line[from-1])) && (to == len(line) || !isNameByte(line[to])) {
			return true
		}
		rest, at = line[to:], to
	}
}

// withoutComments blanks the comments and texts of a program, as far as one can
// without a grammar: what stands between /* and */, between three quotes, and
// behind // or, where the language has it, #, each outside a text of one line.
func withoutComments(lang *language, content []byte) []byte {
	out := bytes.Clone(content)
	hash := lang == python || lang == ruby || lang == shell || lang == php || lang == script
	slashes := lang != python && lang != ruby && lang != shell
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	until := func(from int, end string) int {
		if i := bytes.Index(content[from:], []byte(end)); i >= 0 {
			return from + i + len(end)
		}
		return len(content)
	}
	for i := 0; i < len(content); {
		rest := content[i:]
		end := 0
		switch c := content[i]; {
		case slashes && bytes.HasPrefix(rest, []byte("/*")):
			end = until(i+2, "*/")
		case slashes && bytes.HasPrefix(rest, []byte("//")), hash && c == '#':
			end = until(i, "\n") - 1
			if end < i || end == len(content)-1 && content[end] != '\n' {
				end = len(content)
			}
		case bytes.HasPrefix(rest, []byte(`"""`)), lang == python && bytes.HasPrefix(rest, []byte(`'''`)):
			end = until(i+3, string(rest[:3]))
		case c == '"':
			end = textEnd(content, i)
		}
		if end == 0 {
			i++
			continue
		}
		blank(i, end)
		i = max(end, i+1)
	}
	return out
}

// textEnd returns the place behind the quote that ends a text on its own line, 0
// if none does: a lone quote is no text.
func textEnd(content []byte, from int) int {
	for i := from + 1; i < len(content) && content[i] != '\n'; i++ {
		switch content[i] {
		case '\\':
			i++
		case content[from]:
			return i + 1
		}
	}
	return 0
}
