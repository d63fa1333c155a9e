package index

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var now = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

// show words a parsed query: clauses are separated by spaces, atoms by |.
func show(clauses []clause) string {
	var out []string
	for _, c := range clauses {
		var atoms []string
		for _, a := range c.atoms {
			s := a.value
			switch {
			case a.from != nil:
				s = a.from.Format(time.RFC3339)
			case a.to != nil:
				s = a.to.Format(time.RFC3339)
			}
			if a.quoted {
				s = "'" + s + "'"
			}
			if a.field != "" {
				s = a.field + "=" + s
			}
			atoms = append(atoms, s)
		}
		s := strings.Join(atoms, "|")
		if c.not {
			s = "not(" + s + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestParseQuery(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"loader", "loader"},
		{"  two\twords ", "two words"},
		{`"a phrase" word`, "'a phrase' word"},
		{`"a""b"`, "'a' 'b'"},
		{"a OR b c", "a|b c"},
		{"a OR b OR c", "a|b|c"},
		{"a AND b", "a b"},
		{"OR a", "OR a"},
		{`a "OR" b`, "a 'OR' b"},
		{"a OR", "a"},
		{"a OR OR b", "a|OR b"},
		{"a -b", "a not(b)"},
		{`a -"b c"`, "a not('b c')"},
		{"a -kind:report", "a not(kind=report)"},
		{"--onto main", "--onto main"},
		{"a - b", "a b"},
		{"kind:COMMIT", "kind=commit"},
		{"status:skipped OR status:deferred", "status=skipped|status=deferred"},
		{"reason:Too-Costly", "reason=too-costly"},
		{`author:"A U Thor"`, "author='A U Thor'"},
		{"path:src/*.rs", "path=src/*.rs"},
		{"pr:#1707", "pr=1707"},
		{"pr:007", "pr=7"},
		{"hash:B0326FF7A", "hash=b0326ff7a"},
		{"introduces:Foo touches:bar", "introduces=Foo touches=bar"},
		{"since:2026-01-02", "since=2026-01-02T00:00:00Z"},
		{"until:2026-01-02", "until=2026-01-03T00:00:00Z"},
		{"until:2026-02", "until=2026-03-01T00:00:00Z"},
		{"until:2025", "until=2026-01-01T00:00:00Z"},
		{"since:30d", "since=2026-03-01T12:00:00Z"},
		{"since:1y", "since=2025-03-31T12:00:00Z"},
		{"mistralrs::Loader", "mistralrs::Loader"},
		{"https://example.org/x", "https://example.org/x"},
		{"fix: a thing", "fix: a thing"},
		{"C:\\x", "C:\\x"},
		{"→ word", "word"},
		{"path::Foo", "path::Foo"},
	} {
		got, err := parseQuery(c.in, now)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
		} else if show(got) != c.want {
			t.Errorf("%q: %s, want %s", c.in, show(got), c.want)
		}
	}
}

func TestParseQueryErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                "no word to look for",
		" → - ":           "no word to look for",
		`"open`:           "a quote is not closed",
		`""`:              "no word to look for",
		"-a":              "only what is not wanted",
		"-a -kind:commit": "only what is not wanted",
		"a OR -b":         "cannot be one side of OR",
		"-a OR b":         "cannot be one side of OR",
		"needle:x":        `no field "needle"; the fields are kind, status, reason, author, path, since, until, pr, hash, introduces, touches`,
		"kind:":           "kind: wants a value",
		"kind: commit":    "kind: wants a value",
		`path:""`:         "path: wants a value",
		"kind:thing":      `kind: is one of commit, report,`,
		"status:done":     "status: is one of integrated, adapted,",
		"reason:bored":    "reason: is one of not-applicable, superseded,",
		"pr:x":            "pr: wants a number",
		"pr:0":            "pr: wants a number",
		"hash:abc":        "at least four hexadecimal digits",
		"hash:xyzz":       "at least four hexadecimal digits",
		"since:friday":    "since: wants a date",
		"since:2026-13":   "since: wants a date",
		"until:d":         "until: wants a date",
		"author:-":        "author: wants a word",
	} {
		_, err := parseQuery(in, now)
		var q *QueryError
		if !errors.As(err, &q) || !strings.Contains(q.Message, want) || q.Query != in {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"EmbeddingLoader", `"a b" OR c -d`, "pr:12 since:3w", "path:a/*?.rs", "hash:0123456789abcdef", "kind:commit -status:skipped",
		"\x00", "日本語 OR \xff", `-"-"`, "a:b:c", "OR OR", "introduces:ſ", "K", strings.Repeat("a", 300), "İ", "#", "#12", "deadbeef0",
	} {
		f.Add(s)
	}
	_, x := corpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := x.Search(t.Context(), text, Options{Limit: 3, Now: now})
		var q *QueryError
		if errors.As(err, &q) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Total < len(r.Hits) || len(r.Hits) > 3 {
			t.Errorf("%d hits of %d", len(r.Hits), r.Total)
		}
		for _, h := range r.Hits {
			wellMarked(t, h.Title, h.TitleMarks)
			if len(h.Marks) != len(h.Fragments) {
				t.Errorf("%d marks for %d fragments", len(h.Marks), len(h.Fragments))
			}
			for i, s := range h.Fragments {
				wellMarked(t, s, h.Marks[i])
			}
		}
	})
}

// wellMarked fails unless marks are in order, apart, inside the text, and at
// the bounds of characters; and the text is fit for a terminal.
func wellMarked(t *testing.T, text string, marks [][2]int) {
	t.Helper()
	last := 0
	for _, m := range marks {
		if m[0] < last || m[1] <= m[0] || m[1] > len(text) {
			t.Fatalf("marks %v in %q", marks, text)
		}
		if utf8.ValidString(text) && !(utf8.ValidString(text[:m[0]]) && utf8.ValidString(text[m[0]:m[1]])) {
			t.Fatalf("marks %v split a character of %q", marks, text)
		}
		last = m[1]
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }) {
		t.Fatalf("control characters in %q", text)
	}
}

func TestOptions(t *testing.T) {
	_, x := corpus(t)
	var all []string
	for _, h := range find(t, x, "kind:commit").Hits {
		all = append(all, h.ID)
	}
	var paged []string
	for offset := 0; offset < len(all); offset += 4 {
		r, err := x.Search(t.Context(), "kind:commit", Options{Limit: 4, Offset: offset})
		if err != nil {
			t.Fatal(err)
		}
		if r.Total != len(all) {
			t.Errorf("at %d: %d in all, want %d", offset, r.Total, len(all))
		}
		for _, h := range r.Hits {
			paged = append(paged, h.ID)
		}
	}
	if fmt.Sprint(paged) != fmt.Sprint(all) {
		t.Errorf("pages %v, want %v", paged, all)
	}
	r, err := x.Search(t.Context(), "since:1d kind:commit", Options{Now: at.AddDate(0, 0, 2).Add(time.Hour)})
	if err != nil || r.Total != 7 {
		t.Errorf("since a day before: %+v, %v", r, err)
	}
}
