package html

import (
	"cmp"
	stdhtml "html"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/fact"
	"tracker/render/esc"
)

// Results are a server's answer to a search.
type Results struct {
	Query  string
	Bad    string // why the query makes no sense, empty if it does
	Note   string // why the answer is wider than the question, empty if it is not
	Total  int
	Offset int // hits left out before the first
	Hits   []Hit
	Facets []Facet
	Fields []string // that a query may name
}

// Hit is one document that matches.
type Hit struct {
	Kind, ID, Title, Status, Date string
	Report                        string // the report's ID, and a line in it
	Line                          int
	Marks                         [][2]int // byte ranges of Title that match
	Fragments                     []Fragment
}

// Fragment is a passage of a document, with the byte ranges that match.
type Fragment struct {
	Text  string
	Marks [][2]int
}

// Facet counts the hits by the values of a field.
type Facet struct {
	Field, Title string
	Counts       map[string]int
	Order        []string // of the values
}

type resultsBody struct {
	*Results
	First         int
	Before, After string // addresses
	Hits          []hitShown
	Facets        []facetShown
}

type hitShown struct {
	Kind, Name, Date string
	Status           fact.Status
	Address          string
	Title            template.HTML
	Fragments        []template.HTML
}

type facetShown struct {
	Title  string
	Values []facetValue
}

type facetValue struct {
	Name    string
	Count   int
	On      bool
	Address string
}

// Results returns the page that answers a search.
func (s *Site) Results(r *Results) ([]byte, error) {
	p := s.page("search")
	b := resultsBody{Results: r, First: r.Offset + 1}
	for i := range r.Hits {
		b.Hits = append(b.Hits, p.hit(&r.Hits[i]))
	}
	ask := func(query string, offset int) string {
		v := url.Values{"q": {query}}
		if offset > 0 {
			v.Set("from", strconv.Itoa(offset))
		}
		return "search?" + v.Encode()
	}
	for _, f := range r.Facets {
		shown := facetShown{Title: f.Title}
		for _, name := range f.Order {
			if n := f.Counts[name]; n > 0 {
				query, on := toggled(r.Query, f.Field+":"+name)
				shown.Values = append(shown.Values, facetValue{name, n, on, ask(query, 0)})
			}
		}
		b.Facets = append(b.Facets, shown)
	}
	if n := r.Offset + len(r.Hits); n < r.Total && len(r.Hits) > 0 {
		b.After = ask(r.Query, n)
	}
	if r.Offset > 0 {
		b.Before = ask(r.Query, max(0, r.Offset-max(len(r.Hits), 20)))
	}
	if err := p.write("search", frame{Title: cmp.Or(oneLine(r.Query), "Search"), Query: r.Query, Body: b}); err != nil {
		return nil, err
	}
	return visible(p.out.Bytes()), nil
}

// toggled adds a word to a query, or takes it out if it is there.
func toggled(query, word string) (out string, on bool) {
	words := strings.Fields(query)
	if i := slices.Index(words, word); i >= 0 {
		return strings.Join(slices.Delete(words, i, i+1), " "), true
	}
	return query + " " + word, false
}

func (p *page) hit(h *Hit) hitShown {
	s := p.site
	out := hitShown{Kind: h.Kind, Name: h.ID, Date: h.Date, Status: fact.Status(h.Status), Title: highlit(cmp.Or(h.Title, h.ID), h.Marks)}
	if address, ok := s.names.commits[h.ID]; ok {
		out.Address, out.Name = p.to(address), fact.Short(h.ID)
	} else if address, ok := s.names.reports[h.Report]; ok {
		out.Name = s.names.called[h.Report]
		out.Address = p.to(address) + s.at(h.Report, h.Line)
	} else if h.Kind == "decision" {
		out.Address = "index.html"
	} else if h.Kind == "commit" || h.Kind == "dependency" {
		out.Name = fact.Short(h.ID)
	}
	for _, f := range h.Fragments {
		out.Fragments = append(out.Fragments, highlit(f.Text, f.Marks))
	}
	return out
}

// highlit marks byte ranges of a text, in order; those that overlap or lie outside are
// ignored.
func highlit(text string, marks [][2]int) template.HTML {
	var b strings.Builder
	at := 0
	piece := func(s string) { b.WriteString(stdhtml.EscapeString(esc.Part(s))) }
	for _, m := range marks {
		if m[0] < at || m[1] <= m[0] || m[1] > len(text) {
			continue
		}
		piece(text[at:m[0]])
		b.WriteString("<mark>")
		piece(text[m[0]:m[1]])
		b.WriteString("</mark>")
		at = m[1]
	}
	piece(text[at:])
	return template.HTML(b.String())
}
