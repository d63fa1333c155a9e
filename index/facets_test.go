package index

import (
	"testing"

	"tracker/internal/fact"
)

// A facet says how many hits the query has with the field added.
func TestFacetsCountWhatTheFieldFinds(t *testing.T) {
	_, x := corpus(t)
	for _, q := range []string{"EmbeddingLoader", "clippy", "author:eric", "loader -kind:report", "nonsenseword embed"} {
		r, err := x.Search(t.Context(), q, Options{Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.Note != "" || r.Total == 0 {
			continue // a wider question is not what the field is added to
		}
		for _, kind := range Kinds {
			if with := find(t, x, q+" kind:"+kind); with.Note == "" && with.Total != r.Facets.Kind[kind] {
				t.Errorf("%s: %d of kind %s, and %d are found", q, r.Facets.Kind[kind], kind, with.Total)
			}
		}
		for _, s := range fact.Statuses {
			if with := find(t, x, q+" status:"+string(s)); with.Note == "" && with.Total != r.Facets.Status[string(s)] {
				t.Errorf("%s: %d that are %s, and %d are found", q, r.Facets.Status[string(s)], s, with.Total)
			}
		}
	}
}
