package esc

import (
	"fmt"
	"regexp"
	"strings"
)

// Text returns s as one line of Markdown that renders as exactly Line(s): no
// markup, HTML, link, mention or emoji comes of it. Words that GitHub makes
// something of after it has rendered the Markdown (addresses, @names, :emoji:,
// $math$) are put in code spans, where it leaves them alone. The result may
// stand anywhere in a line; in a table, pass the finished cell through Cell.
func Text(s string) string {
	var w writer
	w.words(Line(s), nil)
	return w.String()
}

// Prose is Text for sentences that people wrote with `code` in them: such spans
// stay code. Each word and each span is first offered to link, which returns
// Markdown to put in its place, or "" to leave it; link may be nil. The
// rendered text is Line(s), but for the backticks.
func Prose(s string, link func(word string) string) string {
	var w writer
	for s = Line(s); s != ""; {
		at := codeSpan.FindStringIndex(s)
		if at == nil {
			w.words(s, link)
			break
		}
		w.words(s[:at[0]], link)
		w.span(s[at[0]+1:at[1]-1], link)
		s = s[at[1]:]
	}
	return w.String()
}

// Code returns Line(s) as a code span.
func Code(s string) string {
	s = Line(s)
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if s[0] == '`' || s[len(s)-1] == '`' {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// Cell makes finished inline Markdown fit for a cell of a table.
func Cell(markdown string) string { return strings.ReplaceAll(markdown, "|", `\|`) }

// codeSpan matches what GitHub shows as code in subjects.
var codeSpan = regexp.MustCompile("`[^` ](?:[^`]*[^` ])?`")

// magic matches words that turn into something on GitHub, or in Markdown with
// its extensions, without any markup around them.
var magic = regexp.MustCompile(`(?i)@|://|www\.|mailto:|xmpp:|:[a-z0-9_+-]+:|\$`)

// startOfBlock matches what makes a heading, list, quote or rule of a line that
// begins with it. Whatever else does is escaped wherever it stands.
var startOfBlock = regexp.MustCompile(`^(?:([-+=#>])|(\d{1,9})([.)]))`)

// isBreak says where a word ends. An address or a path goes on over its
// slashes, dots and colons.
func isBreak(r rune) bool { return strings.ContainsRune(" \u00a0`|\\<>()[]{},;\"'", r) }

// writer puts pieces of one line together. Code is held back until what follows
// is known: two spans that touch would end up as none, and are joined.
type writer struct {
	out  strings.Builder
	code string
}

func (w *writer) String() string {
	w.flush()
	return startOfBlock.ReplaceAllString(w.out.String(), `$2\$1$3`)
}

func (w *writer) flush() {
	if w.code == "" {
		return
	}
	if before := w.out.String(); strings.Contains(w.code, "@") && local.MatchString(before[max(0, len(before)-2):]) {
		// A renderer may look for an address across the marks of a span.
		last := len(before) - 1
		w.out.Reset()
		fmt.Fprintf(&w.out, "%s&#%d;", before[:last], before[last])
	}
	w.out.WriteString(Code(w.code))
	w.code = ""
}

// local matches text that ends in what may stand before the @ of an address,
// and is not escaped.
var local = regexp.MustCompile("(?:^|[^\\\\])[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]$")

func (w *writer) markdown(s string) {
	w.flush()
	if strings.HasPrefix(s, "[") && strings.HasSuffix(w.out.String(), "!") {
		// "![" would begin an image.
		before := strings.TrimSuffix(w.out.String(), "!")
		w.out.Reset()
		w.out.WriteString(before + `\!`)
	}
	w.out.WriteString(s)
}

// span writes what stood between backticks.
func (w *writer) span(inner string, link func(string) string) {
	if link != nil {
		if linked := link(inner); linked != "" {
			w.markdown(linked)
			return
		}
	}
	w.code += inner
}

// words writes text, escaping each word and what stands between words.
func (w *writer) words(s string, link func(string) string) {
	for s != "" {
		n := strings.IndexFunc(s, isBreak)
		if n < 0 {
			n = len(s)
		}
		w.word(s[:n], link)
		s = s[n:]
		n = strings.IndexFunc(s, func(r rune) bool { return !isBreak(r) })
		if n < 0 {
			n = len(s)
		}
		w.between(s[:n])
		s = s[n:]
	}
}

func (w *writer) between(s string) {
	if s == "" {
		return
	}
	w.flush()
	for _, r := range s {
		if strings.ContainsRune("`\\<[]", r) {
			w.out.WriteByte('\\')
		}
		w.out.WriteRune(r)
	}
}

func (w *writer) word(s string, link func(string) string) {
	if s == "" {
		return
	}
	if link != nil {
		core := strings.TrimRight(s, ".:!?")
		if linked := link(core); core != "" && linked != "" {
			w.markdown(linked)
			s = s[len(core):]
		}
	}
	if magic.MatchString(s) {
		w.code += s
		return
	}
	w.flush()
	for i, r := range s {
		switch {
		case r == '*', r == '~',
			r == '_' && !(i > 0 && alphanumeric(s, i-1) && alphanumeric(s, i+1)),
			r == '&' && (alphanumeric(s, i+1) || strings.HasPrefix(s[i+1:], "#")):
			w.out.WriteByte('\\')
		}
		w.out.WriteRune(r)
	}
}

func alphanumeric(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	c := s[i]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
