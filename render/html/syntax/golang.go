package syntax

import "github.com/alecthomas/chroma/v2"

func golang() chroma.Lexer {
	return chroma.MustNewLexer(&chroma.Config{Name: "Go", Filenames: []string{"*.go"}}, func() chroma.Rules {
		return chroma.Rules{"root": {
			{Pattern: `\s+`, Type: chroma.Text},
			{Pattern: `//[^\n]*`, Type: chroma.CommentSingle},
			{Pattern: `/\*[^*]*\*+(?:[^/*][^*]*\*+)*/`, Type: chroma.CommentMultiline},
			{Pattern: chroma.Words(`\b`, `\b`, "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func",
				"go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var", "true", "false", "nil", "iota"),
				Type: chroma.Keyword},
			{Pattern: chroma.Words(`\b`, `\b`, "any", "bool", "byte", "comparable", "complex64", "complex128", "error", "float32", "float64", "int", "int8",
				"int16", "int32", "int64", "rune", "string", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "append", "cap", "clear", "close",
				"copy", "delete", "len", "make", "max", "min", "new", "panic", "print", "println", "recover"),
				Type: chroma.KeywordType},
			{Pattern: "`[^`]*`", Type: chroma.LiteralString},
			{Pattern: `"(?:\\.|[^"\\\n])*"`, Type: chroma.LiteralString},
			{Pattern: `'(?:\\.|[^'\\\n])+'`, Type: chroma.LiteralStringChar},
			{Pattern: `\d[\w.]*`, Type: chroma.LiteralNumber},
			{Pattern: `[^\W\d]\w*(?=\()`, Type: chroma.NameFunction},
			{Pattern: `[^\W\d]\w*`, Type: chroma.NameOther},
			{Pattern: `.`, Type: chroma.Punctuation},
		}}
	})
}
