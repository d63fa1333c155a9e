package patch

import (
	"bytes"
	"path"
	"strings"
)

// language says how one line declares a name. It is a guess from the line
// alone, which is right for the declarations that people ask for by name.
type language struct {
	// keywords are followed by the name that they declare.
	keywords map[string]bool
	// modifiers may stand before a keyword.
	modifiers map[string]bool
	// methods says that a modifier, types, a name and "(" declare a method
	// (Java, C#); functions that a type, a name and "(" at the left margin
	// declare a function, and that a type is declared where its body is (C, C++).
	methods, functions bool
	// receiver says that "func (r *T) Name" declares Name (Go).
	receiver bool
	// define says that "#define NAME" declares a name.
	define bool
	// margin limits some keywords to the left margin, where they are not
	// local variables.
	margin map[string]bool
}

func wordset(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// prose is a language in which nothing is declared and most words are just words.
var prose = &language{}

var (
	rust = &language{
		keywords:  wordset("struct enum trait union fn mod type const static macro_rules"),
		modifiers: wordset("pub crate super in self async unsafe extern default const static mut C system"),
	}
	golang = &language{
		keywords: wordset("func type const var"),
		receiver: true,
		margin:   wordset("const var type"),
	}
	cLang = &language{
		keywords:  wordset("struct enum union class namespace concept typename"),
		modifiers: wordset("typedef static inline extern constexpr virtual template export"),
		functions: true,
		define:    true,
	}
	python = &language{
		keywords:  wordset("class def type"),
		modifiers: wordset("async"),
		margin:    wordset("type"),
	}
	javascript = &language{
		keywords:  wordset("class interface type enum function namespace const let var"),
		modifiers: wordset("export default async declare abstract const"),
		margin:    wordset("const let var type"),
	}
	jvm = &language{
		keywords:  wordset("class interface enum record object fun typealias trait def val annotation"),
		modifiers: wordset("public private protected internal abstract final static sealed open data inline suspend override operator infix lateinit const strictfp synchronized native default non-sealed companion value inner tailrec external annotation implicit lazy case"),
		methods:   true,
		margin:    wordset("val"),
	}
	csharp = &language{
		keywords:  wordset("class interface enum struct record namespace delegate"),
		modifiers: wordset("public private protected internal abstract static sealed partial readonly override virtual async extern unsafe new ref file required volatile const"),
		methods:   true,
	}
	ruby = &language{
		keywords:  wordset("class module def"),
		modifiers: wordset("private protected public private_class_method self"),
	}
	swift = &language{
		keywords:  wordset("class struct enum protocol func actor typealias extension associatedtype"),
		modifiers: wordset("public private fileprivate internal open static final override mutating nonmutating indirect async class"),
	}
	php = &language{
		keywords:  wordset("class interface trait enum function const namespace"),
		modifiers: wordset("public private protected abstract final static readonly"),
	}
	shell  = &language{keywords: wordset("function")}
	script = &language{ // Lua, Elixir, Zig, Julia …: the words they share
		keywords:  wordset("function fn def defp defmodule defmacro module struct class macro type const interface enum message service rpc"),
		modifiers: wordset("pub local export abstract mutable inline"),
		margin:    wordset("const type"),
	}
	plain = &language{} // a program or a configuration that declares nothing we know
)

var languages = map[string]*language{
	".rs": rust, ".go": golang,
	".c": cLang, ".h": cLang, ".cc": cLang, ".cpp": cLang, ".cxx": cLang, ".hh": cLang, ".hpp": cLang, ".hxx": cLang,
	".cu": cLang, ".cuh": cLang, ".metal": cLang, ".m": cLang, ".mm": cLang, ".cl": cLang, ".glsl": cLang, ".hlsl": cLang,
	".py": python, ".pyi": python, ".pyx": python,
	".js": javascript, ".jsx": javascript, ".mjs": javascript, ".cjs": javascript, ".ts": javascript, ".tsx": javascript,
	".mts": javascript, ".cts": javascript, ".vue": javascript, ".svelte": javascript,
	".java": jvm, ".kt": jvm, ".kts": jvm, ".scala": jvm, ".groovy": jvm,
	".cs": csharp, ".rb": ruby, ".rake": ruby, ".swift": swift, ".php": php,
	".sh": shell, ".bash": shell, ".zsh": shell,
	".lua": script, ".ex": script, ".exs": script, ".zig": script, ".jl": script, ".dart": jvm, ".proto": script,
	".md": prose, ".markdown": prose, ".mdx": prose, ".rst": prose, ".txt": prose, ".adoc": prose, ".asciidoc": prose,
	".org": prose, ".tex": prose, ".html": prose, ".htm": prose,
}

var proseNames = wordset("README LICENSE COPYING CHANGELOG CHANGES AUTHORS NEWS TODO CONTRIBUTING NOTICE")

func languageOf(file string) *language {
	if lang, ok := languages[strings.ToLower(path.Ext(file))]; ok {
		return lang
	}
	if proseNames[path.Base(file)] {
		return prose
	}
	return plain
}

// keywords are words of the languages above that name nothing. They are left
// out of every language alike: a word that is one somewhere says little
// elsewhere.
var keywords = wordset(`
abstract and any array async await bool boolean break byte case catch char chan class const constexpr continue
crate def default defer defined delete dict dyn elif else elsif end endif ensure enum except export extends extern
false final finally float fn for foreach from fun func function global goto if ifdef ifndef impl implements import
include inline int instanceof interface internal is lambda let list long loop macro_rules map match mod module mut
namespace new nil not null nullptr object of operator option out override package pass pragma print private
protected protocol pub public raise range readonly ref require rescue return sealed self select set short signed
sizeof static str string struct super switch template then this throw throws trait true try tuple type typedef
typename typeof undefined union unless unsafe unsigned until use using val var vec virtual void volatile when where
while with yield None True False Self Some String Option Result Vec Box usize isize u16 u32 u64 i16 i32 i64 f32 f64
`)

// declares returns the name that a line declares, nil if it declares none.
func (l *language) declares(line []byte) []byte {
	if l.keywords == nil {
		return nil
	}
	text := bytes.TrimLeft(line, " \t")
	atMargin := len(text) == len(line)
	if len(text) == 0 || comment(text) {
		return nil
	}
	if l.define && text[0] == '#' {
		if rest, ok := bytes.CutPrefix(bytes.TrimLeft(text[1:], " \t"), []byte("define ")); ok {
			return leadingName(bytes.TrimLeft(rest, " \t"))
		}
		return nil
	}
	if l.functions {
		text = skipTemplate(text)
	}
	modified := false
	for rest := text; ; {
		word := leadingName(rest)
		if len(word) == 0 {
			break
		}
		w, behind := string(word), rest[len(word):]
		if l.keywords[w] && (atMargin || !l.margin[w] || modified) {
			if name := l.declaredBehind(w, behind); name != nil && !(l.modifiers[w] && l.keywords[string(name)]) {
				if l.functions && w != "namespace" && !opensBody(behind[bytes.Index(behind, name)+len(name):]) {
					break // "struct foo *bar(...)": a use of the type
				}
				return name
			}
		}
		if !l.modifiers[w] {
			break
		}
		modified = true
		rest = skipToWord(behind)
	}
	switch {
	case l.methods && modified:
		return calledName(text)
	case l.functions && atMargin:
		if bytes.HasSuffix(bytes.TrimRight(text, " \t\r"), []byte(";")) {
			return nil // a prototype or a call
		}
		return calledName(text)
	}
	return nil
}

// comment recognises lines that begin as a comment in the languages above.
func comment(text []byte) bool {
	return bytes.HasPrefix(text, []byte("//")) || bytes.HasPrefix(text, []byte("/*")) ||
		bytes.HasPrefix(text, []byte("* ")) || bytes.HasPrefix(text, []byte("# ")) || bytes.HasPrefix(text, []byte("--"))
}

// declaredBehind returns the name behind a declaring keyword.
func (l *language) declaredBehind(keyword string, behind []byte) []byte {
	if keyword == "macro_rules" {
		behind = bytes.TrimPrefix(behind, []byte("!"))
	}
	if keyword == "function" {
		behind = bytes.TrimPrefix(behind, []byte("*")) // a generator
	}
	rest := bytes.TrimLeft(behind, " \t")
	if len(rest) == len(behind) {
		return nil // "func(" or "type:" is not a declaration
	}
	if l.receiver && keyword == "func" && len(rest) > 0 && rest[0] == '(' {
		end := bytes.IndexByte(rest, ')')
		if end < 0 {
			return nil
		}
		rest = bytes.TrimLeft(rest[end+1:], " \t")
	}
	name := leadingName(rest)
	for _, word := range []string{"mut", "self"} { // static mut NAME, def self.name
		if string(name) == word {
			rest = bytes.TrimLeft(rest[len(word):], " \t.")
			name = leadingName(rest)
		}
	}
	if len(name) == 0 {
		return nil
	}
	return name
}

// skipTemplate skips "template <typename T>" before what it is a template of.
func skipTemplate(text []byte) []byte {
	rest, ok := bytes.CutPrefix(text, []byte("template"))
	rest = bytes.TrimLeft(rest, " ")
	if !ok || len(rest) == 0 || rest[0] != '<' {
		return text
	}
	depth := 0
	for i, c := range rest {
		switch c {
		case '<':
			depth++
		case '>':
			if depth--; depth == 0 {
				return bytes.TrimLeft(rest[i+1:], " ")
			}
		}
	}
	return text
}

// opensBody reports whether what stands behind the name of a C type begins its
// definition.
func opensBody(behind []byte) bool {
	behind = bytes.TrimSpace(behind)
	if len(behind) == 0 {
		return true // the brace is on the next line
	}
	return behind[0] == '{' || behind[0] == ':' || behind[0] == '=' || bytes.HasPrefix(behind, []byte("final"))
}

// calledName returns the last name before the first "(": of "public static int
// size(Node n) {" it is size. There must be a type before it and no assignment
// or keyword that makes it a statement.
func calledName(text []byte) []byte {
	open := bytes.IndexByte(text, '(')
	if open < 0 || bytes.IndexByte(text[:open], '=') >= 0 {
		return nil
	}
	head := bytes.TrimRight(text[:open], " \t")
	start := len(head)
	for start > 0 && isNameByte(head[start-1]) {
		start--
	}
	name, before := head[start:], bytes.TrimSpace(head[:start])
	if len(name) == 0 || len(before) == 0 || name[0] >= '0' && name[0] <= '9' || before[len(before)-1] == '.' {
		return nil
	}
	switch string(leadingName(before)) {
	case "return", "else", "if", "while", "for", "switch", "new", "throw", "case", "goto", "using", "typedef", "":
		return nil
	}
	return name
}

func leadingName(s []byte) []byte {
	end := 0
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	if end == 0 || s[0] >= '0' && s[0] <= '9' {
		return nil
	}
	return s[:end]
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// skipToWord skips what may stand between modifiers: spaces, "(crate)", "<T>"
// and a quoted ABI.
func skipToWord(s []byte) []byte {
	for i, c := range s {
		if isNameByte(c) {
			return s[i:]
		}
		if !bytes.ContainsRune([]byte(" \t()<>\""), rune(c)) {
			return nil
		}
	}
	return nil
}
