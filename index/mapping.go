package index

import (
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// schema is the version of documents, fields and analysis together. A change
// to any of them must raise it, and every index is then built anew.
const schema = 8

// The fields of a document. Only card is stored: it holds what a hit shows.
const (
	fieldKind    = "kind"
	fieldStatus  = "status"
	fieldComesTo = "comes"   // what kind of reason it is
	fieldHash    = "hash"    // the commit's full object name
	fieldNames   = "names"   // object names that the texts name, and the other ends of links
	fieldPR      = "pr"      // decimal
	fieldFile    = "file"    // each path whole, in lower case
	fieldDate    = "date"    // year, month and day
	fieldSecond  = "second"  // the same to the second, to sort by
	fieldDefines = "defines" // identifiers, in lower case
	fieldAdds    = "adds"
	fieldRemoves = "removes"
	fieldNeeds   = "needs"   // the commits that it requires
	fieldGroup   = "group"   // the commit with which what it belongs to begins
	fieldFeature = "feature" // that one's title
	fieldParts   = "parts"   // the parts of all of these
	fieldAuthor  = "author"  // names and addresses of author and committer
	fieldTitle   = "title"
	fieldPaths   = "paths"  // the parts of each path
	fieldReason  = "reason" // the account's or decision's reason, and what it waits for
	fieldSaid    = "said"   // what reports say
	fieldText    = "text"   // the message
	fieldCard    = "card"
)

func newMapping() mapping.IndexMapping {
	field := func(analyzer string) *mapping.FieldMapping {
		return &mapping.FieldMapping{Type: "text", Index: true, Analyzer: analyzer, IncludeTermVectors: analyzer != keyword.Name}
	}
	doc := mapping.NewDocumentStaticMapping()
	for _, name := range []string{
		fieldKind, fieldStatus, fieldComesTo, fieldHash, fieldNames, fieldPR, fieldFile, fieldDate, fieldDefines, fieldAdds,
		fieldRemoves, fieldNeeds, fieldGroup,
	} {
		doc.AddFieldMappingsAt(name, field(keyword.Name))
	}
	for _, name := range []string{fieldParts, fieldPaths, fieldAuthor} {
		doc.AddFieldMappingsAt(name, field(partsAnalyzer))
	}
	for _, name := range []string{fieldTitle, fieldReason, fieldSaid, fieldText, fieldFeature} {
		doc.AddFieldMappingsAt(name, field(wordsAnalyzer))
	}
	doc.AddFieldMappingsAt(fieldSecond, &mapping.FieldMapping{Type: "text", Index: true, Analyzer: keyword.Name, DocValues: true})
	doc.AddFieldMappingsAt(fieldCard, &mapping.FieldMapping{Type: "text", Store: true})

	// bleve would otherwise walk over all fields for one that holds none of them.
	doc.AddSubDocumentMapping("_all", mapping.NewDocumentDisabledMapping())

	m := mapping.NewIndexMapping()
	m.DefaultMapping = doc
	m.DefaultAnalyzer = keyword.Name
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	m.ScoringModel = index.BM25Scoring
	return m
}
