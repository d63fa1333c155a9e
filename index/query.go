package index

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tracker/internal/fact"
)

// QueryError says what is wrong with a query, in words for its writer.
type QueryError struct {
	Query   string
	Message string
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("search %q: %s", e.Query, e.Message)
}

// Fields are the names that may stand before a colon in a query.
var Fields = []string{
	"kind", "status", "reason", "author", "path", "since", "until", "pr", "hash", "introduces", "touches", "needs", "neededby",
	"group",
}

// Kinds are the values of the field kind.
var Kinds = []string{"commit", "report", "conflict", "pattern", "decision", "lesson", "dependency"}

// A query is clauses that must all hold; a clause is atoms of which one must.
//
//	query  = { clause }
//	clause = [ "-" ] atom { "OR" atom }      a negated clause has one atom
//	atom   = [ field ":" ] ( word | '"' words '"' )
//
// OR binds its neighbours, and AND between clauses may be left out: a b OR c
// is a and one of b, c.
type clause struct {
	not   bool
	atoms []atom
}

// atom is one thing to look for: text in quotes or not, or a field's value.
type atom struct {
	field  string // empty for text
	value  string
	quoted bool
	// from and to bound the dates of since (from) and until (to).
	from, to *time.Time
	// commits are those that a commit named by neededby requires.
	commits []string
}

// parseQuery reads a query. now is what relative dates count from.
func parseQuery(text string, now time.Time) ([]clause, error) {
	fail := func(format string, args ...any) ([]clause, error) {
		return nil, &QueryError{Query: text, Message: fmt.Sprintf(format, args...)}
	}
	var list []clause
	or := false // the word before was OR
	rest := text
	for {
		rest = strings.TrimLeft(rest, " \t\r\n")
		if rest == "" {
			break
		}
		var c clause
		if len(rest) > 1 && rest[0] == '-' && rest[1] != '-' && rest[1] != ' ' {
			c.not = true
			rest = rest[1:]
		}
		a, after, err := cutAtom(rest)
		if err != "" {
			return fail("%s", err)
		}
		rest = after
		if !a.quoted && !c.not && a.field == "" {
			if a.value == "AND" && len(list) > 0 && !or {
				continue
			}
			if a.value == "OR" && len(list) > 0 && !or {
				or = true
				continue
			}
		}
		if a.field != "" {
			if err := a.check(now); err != "" {
				return fail("%s", err)
			}
		} else if !a.searchable() {
			or = false
			continue
		}
		if or {
			last := &list[len(list)-1]
			if last.not || c.not {
				return fail("a negated word cannot be one side of OR")
			}
			last.atoms = append(last.atoms, a)
			or = false
			continue
		}
		c.atoms = []atom{a}
		list = append(list, c)
	}
	if len(list) == 0 {
		return fail("there is no word to look for")
	}
	if len(list) == 1 && list[0].not || !slices.ContainsFunc(list, func(c clause) bool { return !c.not }) {
		return fail("it says only what is not wanted")
	}
	return list, nil
}

// cutAtom takes an atom off the front of text, which is not empty.
func cutAtom(text string) (a atom, rest, err string) {
	if name, value, ok := cutField(text); ok {
		a.field, text = name, value
		if text == "" || text[0] == ' ' {
			return a, "", fmt.Sprintf("%s: wants a value", name)
		}
	}
	if text[0] == '"' {
		value, after, closed := strings.Cut(text[1:], `"`)
		if !closed {
			return a, "", "a quote is not closed"
		}
		a.value, a.quoted = value, true
		if a.field != "" && strings.TrimSpace(value) == "" {
			return a, "", fmt.Sprintf("%s: wants a value", a.field)
		}
		return a, after, ""
	}
	end := strings.IndexAny(text, " \t\r\n")
	if end < 0 {
		end = len(text)
	}
	a.value = text[:end]
	return a, text[end:], ""
}

// cutField splits "field:value". A word such as a::b, https://… or "fix: x" is
// none.
func cutField(text string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(text, ":")
	if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", "", false
	}
	if slices.Contains(Fields, name) {
		return name, value, value == "" || value[0] != ':'
	}
	if value == "" || strings.ContainsAny(value[:1], " \t\r\n:/\\") {
		return "", "", false
	}
	return name, value, true
}

// check reads the value of a field. What it returns is empty or says what is
// wrong with it.
func (a *atom) check(now time.Time) string {
	oneOf := func(values []string) string {
		a.value = strings.ToLower(a.value)
		if slices.Contains(values, a.value) {
			return ""
		}
		return fmt.Sprintf("%s: is one of %s, not %q", a.field, strings.Join(values, ", "), a.value)
	}
	switch a.field {
	case "kind":
		return oneOf(Kinds)
	case "status":
		var values []string
		for _, s := range fact.Statuses {
			values = append(values, string(s))
		}
		return oneOf(values)
	case "reason":
		var values []string
		for _, k := range fact.ReasonKinds {
			values = append(values, string(k))
		}
		return oneOf(values)
	case "since", "until":
		from, to, ok := parseDate(a.value, now)
		if !ok {
			return fmt.Sprintf("%s: wants a date such as 2026-03-31, 2026-03, 2026 or 30d, not %q", a.field, a.value)
		}
		if a.field == "since" {
			a.from = &from
		} else {
			a.to = &to
		}
	case "pr":
		n, err := strconv.Atoi(strings.TrimPrefix(a.value, "#"))
		if err != nil || n <= 0 {
			return fmt.Sprintf("pr: wants a number, not %q", a.value)
		}
		a.value = strconv.Itoa(n)
	case "hash":
		if !fact.IsHash(a.value) {
			return fmt.Sprintf("hash: wants at least four hexadecimal digits, not %q", a.value)
		}
		a.value = strings.ToLower(a.value)
	case "needs", "neededby":
		if !fact.IsHash(a.value) && !isPullRequest(a.value) {
			return fmt.Sprintf("%s: wants a commit: four hexadecimal digits or more, or a pull request such as #12, not %q", a.field, a.value)
		}
		a.value = strings.ToLower(a.value)
	case "introduces", "touches", "author", "path", "group":
		if len(parts(a.value)) == 0 {
			return fmt.Sprintf("%s: wants a word, not %q", a.field, a.value)
		}
	default:
		return fmt.Sprintf("there is no field %q; the fields are %s", a.field, strings.Join(Fields, ", "))
	}
	return ""
}

func isPullRequest(s string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "#"))
	return err == nil && n > 0 && s[0] == '#'
}

// searchable reports whether there is a word in text.
func (a *atom) searchable() bool { return len(parts(a.value)) > 0 }

// parseDate reads a day, month, year or an age in days, weeks, months or years, as
// the span [from, to). Days are UTC's.
func parseDate(s string, now time.Time) (from, to time.Time, ok bool) {
	for _, p := range []struct {
		layout              string
		years, months, days int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(p.layout, s); err == nil {
			return t, t.AddDate(p.years, p.months, p.days), true
		}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, t.Add(time.Second), true
	}
	if len(s) < 2 {
		return from, to, false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
	if err != nil {
		return from, to, false
	}
	ago := -int(n)
	switch s[len(s)-1] {
	case 'd':
		from = now.AddDate(0, 0, ago)
	case 'w':
		from = now.AddDate(0, 0, 7*ago)
	case 'm':
		from = now.AddDate(0, ago, 0)
	case 'y':
		from = now.AddDate(ago, 0, 0)
	default:
		return from, to, false
	}
	return from, from, true
}
