// Package syntax colours lines of code for a page: it turns each into HTML in which
// words stand in spans of a few classes, and all else is escaped.
//
// The lexers are chroma's. Its package lexers reads the head of each of its 250 files
// when a program starts, which takes longer than most of tracker's answers (23 ms);
// those of the languages that forks are mostly written in are kept here as they are in
// chroma, under its licence, and read when they are first wanted. Go's, which chroma has
// no file of, is written here.
//
// What is coloured is bounded, since the rules are regular expressions that go back, and
// the text is anybody's: longer texts and longer lines are escaped and not coloured.
package syntax

import (
	"embed"
	"html"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
)

//go:embed lexers/*.xml
var files embed.FS

// table finds lexers by the names of files.
type table struct {
	ending map[string]chroma.Lexer // by the last part of a name, with its dot
	name   map[string]chroma.Lexer
}

var lexers = sync.OnceValue(func() table {
	registry := chroma.NewLexerRegistry() // by which one lexer finds another
	t := table{map[string]chroma.Lexer{}, map[string]chroma.Lexer{}}
	names, err := fs.Glob(files, "lexers/*.xml")
	if err != nil {
		panic(err)
	}
	add := func(l chroma.Lexer) {
		for _, pattern := range l.Config().Filenames {
			if ending, ok := strings.CutPrefix(pattern, "*"); ok && path.Ext(ending) == ending {
				t.ending[ending] = l
			} else {
				t.name[pattern] = l
			}
		}
	}
	for _, name := range names {
		add(registry.Register(chroma.MustNewXMLLexer(files, name)))
	}
	add(golang())
	for ending, as := range alike {
		t.ending[ending] = t.ending[as]
	}
	return t
})

// alike are endings of which another's lexer serves.
var alike = map[string]string{
	".cu": ".cpp", ".cuh": ".cpp", ".metal": ".cpp", ".m": ".c", ".mm": ".cpp", ".jsx": ".js", ".html": ".xml", ".vue": ".xml", ".scss": ".css", ".pyx": ".py", ".tcl": ".sh",
}

const (
	maxText = 24 << 10 // bytes of one text
	maxLine = 300
	// atMost is how long the texts of one page may take: a hundred times what they do,
	// unless they are made for it.
	atMost = 3 * time.Second
)

// Painter colours the texts of one page. The zero value is ready.
type Painter struct{ spent time.Duration }

// Lines returns the lines of a file with this path as HTML, a string a line. Lines of
// an unknown language, or too many, are escaped alone, and so are all that come when the
// painter has spent three seconds.
func (p *Painter) Lines(name string, lines []string) []string {
	begun := time.Now()
	defer func() { p.spent += time.Since(begun) }()
	lexer := lexerOf(name)
	size := 0
	for _, l := range lines {
		size += len(l) + 1
		if len(l) > maxLine {
			lexer = nil
		}
	}
	if lexer == nil || size > maxText || len(lines) == 0 || p.spent > atMost {
		return escaped(lines)
	}
	tokens, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, strings.Join(lines, "\n")+"\n")
	if err != nil {
		return escaped(lines)
	}
	out := make([]string, 1, len(lines)+1)
	for token := tokens(); token != chroma.EOF; token = tokens() {
		if p.spent+time.Since(begun) > atMost {
			return escaped(lines)
		}
		class := classOf(token.Type)
		for i, piece := range strings.Split(token.Value, "\n") {
			if i > 0 {
				out = append(out, "")
			}
			out[len(out)-1] += span(class, piece)
		}
	}
	if len(out) != len(lines)+1 {
		return escaped(lines) // a lexer that adds or drops a line
	}
	return out[:len(lines)]
}

func lexerOf(file string) chroma.Lexer {
	base := path.Base(file)
	if l := lexers().name[base]; l != nil {
		return l
	}
	return lexers().ending[path.Ext(base)]
}

func escaped(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = html.EscapeString(l)
	}
	return out
}

func span(class, text string) string {
	if class == "" || strings.TrimSpace(text) == "" {
		return html.EscapeString(text)
	}
	return `<i class="` + class + `">` + html.EscapeString(text) + `</i>`
}

// classOf names what a token is in one letter: a keyword, type, string, number, comment,
// function, or attribute; all else has no colour.
func classOf(t chroma.TokenType) string {
	switch {
	case t == chroma.KeywordType || t == chroma.NameBuiltin || t == chroma.NameBuiltinPseudo:
		return "t"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber):
		return "n"
	case t == chroma.CommentPreproc || t == chroma.CommentPreprocFile:
		return "a"
	case t.InCategory(chroma.Comment):
		return "c"
	case t == chroma.NameFunction || t == chroma.NameFunctionMagic:
		return "f"
	case t == chroma.NameClass, t == chroma.NameNamespace, t == chroma.NameAttribute, t == chroma.NameDecorator, t == chroma.NameTag:
		return "a"
	}
	return ""
}
