package index

import (
	"context"
	"math"
	"strings"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
)

// How an answer is ranked. bleve's own scores add up over fields and depend on
// how long a field is, so that a commit that introduces a symbol among a
// hundred others would come after a report that repeats its name. Here the
// place where a word is found decides first: each place is a tier, a word's
// score is its best tier plus a fraction below one (how many tiers it is
// found in, and bleve's score there), and the scores of words are added.
//
// To get that out of bleve's sum over a disjunction (which is multiplied by
// the share of clauses that matched), a match in tier n counts base^n, and the
// logarithm of the sum is taken. A word has up to 18 clauses; base is more than
// twice the square of that, so that a single match outweighs all of a lower tier.
const (
	tierPart  = 1 // a part of an identifier or path, a person
	tierText  = 2 // the message, a report's words, a hash or pull request that these name
	tierWhy   = 3 // the reason for a status
	tierAdds  = 4 // the patch introduces the identifier
	tierDef   = 5 // the patch defines it
	tierTitle = 6
	tierName  = 7 // it is the hash or pull request
	base      = 1024
)

// tiered gives a query's matches the score base^tier·(1+f), 0 ≤ f < 1 growing
// with bleve's own score.
func tiered(q query.Query, tier float64) query.Query {
	weight := math.Pow(base, tier)
	return query.NewCustomScoreQueryWithScorer(q, func(_ context.Context, d *search.DocumentMatch) (float64, error) {
		own := max(d.Score, 0)
		if math.IsNaN(own) {
			own = 0
		}
		return weight * (1 + own/(1+own)), nil
	}, nil, nil)
}

// best scores a match of any of the queries by their best tier.
func best(queries []query.Query) query.Query {
	any := query.NewDisjunctionQuery(queries)
	return query.NewCustomScoreQueryWithScorer(any, func(_ context.Context, d *search.DocumentMatch) (float64, error) {
		return math.Log(max(d.Score, 1)) / math.Log(base), nil
	}, nil, nil)
}

// unscored makes a query a mere filter.
func unscored(q query.Query) query.Query {
	return query.NewCustomScoreQueryWithScorer(q, func(context.Context, *search.DocumentMatch) (float64, error) {
		return 0, nil
	}, nil, nil)
}

func term(field, value string) query.Query {
	q := query.NewTermQuery(value)
	q.SetField(field)
	return q
}

func prefix(field, value string) query.Query {
	q := query.NewPrefixQuery(value)
	q.SetField(field)
	return q
}

// inText looks for adjacent parts in a field of words.
func inText(field string, parts []string) query.Query {
	if len(parts) == 1 {
		return term(field, parts[0])
	}
	return query.NewPhraseQuery(parts, field)
}

// textQuery looks for a word or a quoted phrase wherever text can be. With
// open the last part need only begin so.
func textQuery(a atom, open bool) query.Query {
	words := parts(a.value)
	title := float64(tierTitle)
	if len(words) > 1 && !a.quoted {
		// An identifier that is written out in a title comes after the place
		// that defines it.
		title = tierAdds
	}
	var list []query.Query
	places := []struct {
		field string
		tier  float64
	}{
		{fieldTitle, title}, {fieldReason, tierWhy}, {fieldSaid, tierText}, {fieldText, tierText},
		{fieldParts, tierPart}, {fieldPaths, tierPart}, {fieldAuthor, tierPart},
	}
	for _, p := range places {
		if open && len(words) == 1 {
			list = append(list, tiered(prefix(p.field, words[0]), p.tier))
		} else {
			list = append(list, tiered(inText(p.field, words), p.tier))
		}
	}
	if a.quoted {
		return best(list)
	}
	if name := strings.ToLower(a.value); strings.IndexFunc(name, func(r rune) bool { return !inWord(r) }) < 0 {
		look := term
		if open {
			look = prefix
		}
		list = append(list,
			tiered(look(fieldDefines, name), tierDef),
			tiered(look(fieldAdds, name), tierAdds),
			tiered(look(fieldRemoves, name), tierPart))
		if len(words) > 1 {
			// The whole word, above places where its parts merely follow each other.
			list = append(list, tiered(look(fieldTitle, name), tierTitle))
			for _, p := range places[1:4] {
				list = append(list, tiered(look(p.field, name), p.tier+0.2))
			}
		}
	}
	list = append(list, nameQueries(a.value)...)
	return best(list)
}

// nameQueries looks for what may be a hash or a pull request's number.
func nameQueries(word string) []query.Query {
	word = strings.ToLower(word)
	if number, marked := strings.CutPrefix(word, "#"); strings.Trim(number, "0123456789") == "" && number != "" {
		tier := float64(tierDef)
		if marked {
			tier = tierName
		}
		return append(pullQueries(number, tier), hashQueries(number, tierPart)...)
	}
	if !isHex(word) || len(word) < 4 {
		return nil
	}
	if len(word) < 7 && strings.Trim(word, "abcdef") == "" {
		return hashQueries(word, tierPart) // a word such as "added"
	}
	return hashQueries(word, tierName)
}

func pullQueries(number string, tier float64) []query.Query {
	return []query.Query{
		tiered(term(fieldPR, number), tier),
		tiered(term(fieldNames, "#"+number), min(tier, tierText)),
	}
}

// hashQueries looks for the commits of a hash or its beginning, and for texts
// that name them, be it by a shorter abbreviation.
func hashQueries(hash string, tier float64) []query.Query {
	if !isHex(hash) || len(hash) < 4 {
		return nil
	}
	named := []query.Query{prefix(fieldNames, hash)}
	for n := 7; n < len(hash); n++ {
		named = append(named, term(fieldNames, hash[:n]))
	}
	return []query.Query{
		tiered(prefix(fieldHash, hash), tier),
		tiered(query.NewDisjunctionQuery(named), min(tier, tierText)),
	}
}

// fieldQuery looks for a field's value.
func fieldQuery(a atom) query.Query {
	name := strings.ToLower(a.value)
	switch a.field {
	case "kind", "status":
		return unscored(term(a.field, a.value))
	case "reason":
		return unscored(term(fieldComesTo, a.value))
	case "author":
		return unscored(inText(fieldAuthor, parts(a.value)))
	case "path":
		if strings.ContainsAny(a.value, "*?") {
			q := query.NewWildcardQuery(wildcard(name))
			q.SetField(fieldFile)
			return unscored(q)
		}
		return unscored(inText(fieldPaths, parts(a.value)))
	case "since", "until":
		return unscored(spanOf(a.from, a.to).query())
	case "pr":
		return best(pullQueries(a.value, tierName))
	case "hash":
		return best(hashQueries(a.value, tierName))
	case "needs":
		return unscored(query.NewDisjunctionQuery(terms(fieldNeeds, a.commits)))
	case "neededby":
		return unscored(query.NewDisjunctionQuery(terms(fieldHash, a.commits)))
	case "group":
		if isHex(name) && len(name) >= 4 {
			return unscored(query.NewDisjunctionQuery([]query.Query{prefix(fieldGroup, name), prefix(fieldHash, name)}))
		}
		return unscored(inText(fieldFeature, parts(a.value)))
	case "introduces":
		return best([]query.Query{tiered(term(fieldDefines, name), tierDef), tiered(term(fieldAdds, name), tierAdds)})
	default: // touches
		return best([]query.Query{
			tiered(term(fieldDefines, name), tierDef), tiered(term(fieldAdds, name), tierAdds),
			tiered(term(fieldRemoves, name), tierWhy),
		})
	}
}

func terms(field string, values []string) []query.Query {
	out := []query.Query{query.NewMatchNoneQuery()}
	for _, v := range values {
		out = append(out, term(field, v))
	}
	return out
}

// wildcard puts a glob into bleve's terms: without a leading or trailing slash
// to anchor it, it may stand anywhere below.
func wildcard(glob string) string {
	if rest, anchored := strings.CutPrefix(glob, "/"); anchored {
		return rest
	}
	if strings.HasPrefix(glob, "*") {
		return glob
	}
	return "*" + glob
}
