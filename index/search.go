package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"tracker/internal/fact"
)

// Options narrows a search down. The zero value asks for the first 20 hits.
type Options struct {
	Limit  int // 0: 20
	Offset int // how many of the best to leave out
	// Facets asks how many of the hits there are of each kind and status.
	Facets bool
	// Now is what relative dates count from; zero: the present.
	Now time.Time
}

// Result is the answer to a search.
type Result struct {
	Total  int     `json:"total"` // how many match, of which Hits are some
	TookMS float64 `json:"took_ms"`
	// Note says when the answer is wider than the question, because nothing
	// matched the question as it was put.
	Note string `json:"note,omitempty"`
	Hits []Hit  `json:"hits"`
	// Facets count the hits by kind and by status, if that was asked for.
	Facets *Facets `json:"facets,omitempty"`
}

// Facets are how many hits there are of each kind and status that has some.
type Facets struct {
	Kind   map[string]int `json:"kind"`
	Status map[string]int `json:"status"`
}

// Hit is one document that matches.
type Hit struct {
	Kind string `json:"kind"` // commit, report, lesson or decision
	// ID is the commit's full hash, REPORT:LINE of a passage or lesson, or mark:N of a decision.
	ID    string  `json:"id"`
	Title string  `json:"title"`
	Score float64 `json:"score"` // comparable within one answer only
	// Fragments are the lines that match best, at most three, or if none does
	// the reason for the status: plain text without control characters.
	Fragments []string `json:"fragments"`
	Status    string   `json:"status"`           // empty where there is none
	Side      string   `json:"side,omitempty"`   // of a commit: upstream, fork or both
	Author    string   `json:"author,omitempty"` // who wrote the commit, or decided
	Date      string   `json:"date,omitempty"`   // RFC 3339: the commit's, the report's, the decision's
	PR        int      `json:"pr,omitempty"`
	Report    string   `json:"report,omitempty"` // the report's ID
	// Line is where the report's matching line stands, from 1.
	Line int `json:"line,omitempty"`
	// TitleMarks and Marks are what to highlight in Title and in each of
	// Fragments: [start, end) in bytes.
	TitleMarks [][2]int   `json:"title_marks,omitempty"`
	Marks      [][][2]int `json:"marks,omitempty"`
}

// Search answers a query from the index as the last CatchUp left it. Every
// word must be found; if nothing has them all as they are, words that begin so
// are taken, and then documents that have some of them, and Note says so. It
// fails with ErrNone if there is no index that can answer, with ErrBusy if it
// cannot be read for two seconds, with a *QueryError if the query makes no
// sense.
func (x *Index) Search(ctx context.Context, text string, opt Options) (result *Result, err error) {
	start := time.Now()
	if opt.Limit <= 0 {
		opt.Limit = 20
	}
	if opt.Now.IsZero() {
		opt.Now = start
	}
	clauses, err := parseQuery(text, opt.Now)
	if err != nil {
		return nil, err
	}
	ix, err := x.openToRead()
	switch {
	case errors.Is(err, ErrNone), errors.Is(err, ErrBusy):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %v", ErrNone, err)
	}
	defer ix.Close()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, fmt.Errorf("%w: search %q: %v", ErrNone, text, r)
		}
	}()
	if s, err := stateOf(ix); err != nil || s.Schema != schema {
		return nil, fmt.Errorf("%w: it is of another version", ErrNone)
	}
	if err := resolve(ctx, ix, clauses); err != nil {
		return nil, fmt.Errorf("search %q: %w", text, err)
	}
	for _, w := range widenings(clauses) {
		found, err := ix.SearchInContext(ctx, request(w.query, opt))
		if err != nil {
			return nil, fmt.Errorf("search %q: %w", text, err)
		}
		result = &Result{Total: int(found.Total), Hits: []Hit{}}
		if found.Total == 0 {
			continue
		}
		result.Note = w.note
		if opt.Facets {
			if result.Facets, err = facets(ctx, ix, w.query); err != nil {
				return nil, fmt.Errorf("search %q: %w", text, err)
			}
		}
		marker := newMarker(clauses, w.open)
		for _, m := range found.Hits {
			hit, err := newHit(m.Fields[fieldCard], m.Score, marker)
			if err != nil {
				return nil, fmt.Errorf("search %q: %w", text, err)
			}
			if hit.Kind == "commit" && asksFor(clauses, dependency) {
				hit.Kind = dependency
			}
			result.Hits = append(result.Hits, hit)
		}
		break
	}
	result.TookMS = math.Round(float64(time.Since(start).Microseconds())/10) / 100
	return result, nil
}

// facets counts what a query finds, value by value. The fields have no columns that
// bleve's own facets could be read from, and are better without: a value is a list of
// documents, which is counted as fast as it is read.
func facets(ctx context.Context, ix bleve.Index, q query.Query) (*Facets, error) {
	count := func(field string, values []string) (map[string]int, error) {
		out := map[string]int{}
		for _, v := range values {
			found, err := ix.SearchInContext(ctx, bleve.NewSearchRequestOptions(query.NewConjunctionQuery([]query.Query{q, term(field, v)}), 0, 0, false))
			if err != nil {
				return nil, err
			}
			if found.Total > 0 {
				out[v] = int(found.Total)
			}
		}
		return out, nil
	}
	statuses := make([]string, len(fact.Statuses))
	for i, s := range fact.Statuses {
		statuses[i] = string(s)
	}
	f := &Facets{}
	var err error
	if f.Kind, err = count(fieldKind, Kinds); err != nil {
		return nil, err
	}
	f.Status, err = count(fieldStatus, statuses)
	return f, err
}

// asksFor reports whether a query wants a kind.
func asksFor(clauses []clause, kind string) bool {
	return slices.ContainsFunc(clauses, func(c clause) bool {
		return !c.not && slices.ContainsFunc(c.atoms, func(a atom) bool { return a.field == "kind" && a.value == kind })
	})
}

// maxNamed is how many commits an abbreviation or pull request may name.
const maxNamed = 100

// resolve looks up the commits that needs and neededby name, and what those require.
func resolve(ctx context.Context, ix bleve.Index, clauses []clause) error {
	for i := range clauses {
		for j := range clauses[i].atoms {
			a := &clauses[i].atoms[j]
			if a.field != "needs" && a.field != "neededby" {
				continue
			}
			q := prefix(fieldHash, a.value)
			if number, ok := strings.CutPrefix(a.value, "#"); ok {
				q = term(fieldPR, number)
			}
			found, err := ix.SearchInContext(ctx, request(q, Options{Limit: maxNamed}))
			if err != nil {
				return err
			}
			for _, m := range found.Hits {
				text, _ := m.Fields[fieldCard].(string)
				var c card
				if err := json.Unmarshal([]byte(text), &c); err != nil {
					return err
				}
				if a.field == "neededby" {
					a.commits = append(a.commits, c.Needs...)
				} else {
					a.commits = append(a.commits, c.ID)
				}
			}
		}
	}
	return nil
}

func request(q query.Query, opt Options) *bleve.SearchRequest {
	r := bleve.NewSearchRequestOptions(q, opt.Limit, opt.Offset, false)
	r.Fields = []string{fieldCard}
	r.SortBy([]string{"-_score", "-" + fieldSecond, "_id"})
	return r
}

// widening is one way to understand a query.
type widening struct {
	query query.Query
	note  string
	open  bool // words need only begin so
}

// widenings returns the ways to understand a query, strictest first.
func widenings(clauses []clause) []widening {
	words := 0
	for _, c := range clauses {
		if c.text() {
			words++
		}
	}
	list := []widening{{query: all(clauses, false)}}
	if words > 0 {
		list = append(list, widening{query: all(clauses, true), note: "nothing has these words whole; shown is what begins so", open: true})
	}
	if words > 1 {
		list = append(list, widening{query: some(clauses), note: "nothing has all of these words; shown is what has some"})
	}
	return list
}

// text reports whether a clause is wanted text, the part of a query that may
// be widened.
func (c *clause) text() bool {
	for _, a := range c.atoms {
		if a.field != "" {
			return false
		}
	}
	return !c.not
}

func (c *clause) query(open bool) query.Query {
	var list []query.Query
	for _, a := range c.atoms {
		if a.field != "" {
			list = append(list, fieldQuery(a))
		} else {
			list = append(list, textQuery(a, open && !a.quoted))
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return query.NewDisjunctionQuery(list)
}

// all wants every clause, and prefers what has the words side by side.
func all(clauses []clause, open bool) query.Query {
	q := query.NewBooleanQuery(nil, nil, nil)
	var phrase []string
	words := 0
	for i := range clauses {
		c := &clauses[i]
		if c.not {
			q.AddMustNot(c.query(false))
			continue
		}
		q.AddMust(c.query(open))
		if c.text() && len(c.atoms) == 1 {
			phrase = append(phrase, parts(c.atoms[0].value)...)
			words++
		}
	}
	if words > 1 {
		q.AddShould(best([]query.Query{
			tiered(query.NewPhraseQuery(phrase, fieldTitle), tierTitle),
			tiered(query.NewPhraseQuery(phrase, fieldReason), tierWhy),
			tiered(query.NewPhraseQuery(phrase, fieldSaid), tierText),
			tiered(query.NewPhraseQuery(phrase, fieldText), tierText),
			tiered(query.NewPhraseQuery(phrase, fieldParts), tierText),
		}))
	}
	return q
}

// some wants every field, and one of the words at least.
func some(clauses []clause) query.Query {
	q := query.NewBooleanQuery(nil, nil, nil)
	var words []query.Query
	for i := range clauses {
		c := &clauses[i]
		switch {
		case c.not:
			q.AddMustNot(c.query(false))
		case c.text():
			words = append(words, c.query(false))
		default:
			q.AddMust(c.query(false))
		}
	}
	q.AddMust(query.NewDisjunctionQuery(words))
	return q
}

func newHit(stored any, score float64, m *marker) (Hit, error) {
	text, _ := stored.(string)
	var c card
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return Hit{}, fmt.Errorf("read a stored document: %w", err)
	}
	hit := Hit{
		Kind: c.Kind, ID: c.ID, Title: plain(c.Title), Score: math.Round(score*1000) / 1000, Status: c.Status,
		Side: c.Side, Author: c.Author, Date: c.Date, PR: c.PR, Report: c.Report, Line: c.Line,
		Fragments: []string{},
	}
	hit.TitleMarks = m.marks(hit.Title)
	for _, f := range m.fragments(c.Texts) {
		if c.Kind == "report" && len(hit.Fragments) == 0 {
			hit.Line += f.line
		}
		hit.Fragments = append(hit.Fragments, f.text)
		hit.Marks = append(hit.Marks, f.marks)
	}
	if len(hit.Fragments) == 0 && c.Why != "" {
		why, _ := window(plain(c.Why), nil)
		hit.Fragments, hit.Marks = []string{why}, [][][2]int{{}}
	}
	return hit, nil
}

// plain makes text fit for one line of any output that escapes its own marks.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f && r <= 0xa0 || r == '\u2028' || r == '\u2029'
	}), " ")
}
