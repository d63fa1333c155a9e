package reuse

import (
	"bytes"

	"tracker/ingest/conflict"
	"tracker/internal/fact"
)

// Place is one place of a conflict, and how like ones were resolved before.
type Place struct {
	Hunk   int    // of the path, from 1; 0: the path as a whole
	Line   int    // of its first marker in the file with markers, from 1; 0 with Hunk
	ID     string // as fact.PastHunk has it
	Ours   string
	Theirs string
	// Suggestions are the best first: exact ones, else near ones; then by path and
	// by class.
	Suggestions []fact.Suggestion
}

// Suggest tells how each place of a conflict might be resolved. Without places, as
// where one side removed the file, it is told of the path as a whole.
func (m *Memory) Suggest(path, kind string, hunks []conflict.Hunk) []Place {
	if len(hunks) == 0 {
		return []Place{{Suggestions: m.Like(path, kind, nil)}}
	}
	out := make([]Place, len(hunks))
	for i := range hunks {
		h := &hunks[i]
		s := &Sides{ID: conflict.ID(*h), Path: path, Ours: string(bytes.Join(h.Ours, nil)), Theirs: string(bytes.Join(h.Theirs, nil))}
		list := m.Exact(s)
		if len(list) == 0 {
			list = m.Near(s)
		}
		list = append(list, m.Like(path, kind, s)...)
		for k := range list {
			list[k].Hunk = i + 1
		}
		out[i] = Place{Hunk: i + 1, Line: h.Line, ID: s.ID, Ours: s.Ours, Theirs: s.Theirs, Suggestions: list}
	}
	return out
}

// Best is the first suggestion of each place, without its text; of places that have
// none but by path or class, that of the first alone.
func Best(places []Place) []fact.Suggestion {
	out := []fact.Suggestion{}
	general := false
	for i := range places {
		if len(places[i].Suggestions) == 0 {
			continue
		}
		s := places[i].Suggestions[0]
		if s.Match == fact.MatchPath || s.Match == fact.MatchClass {
			if general {
				continue
			}
			general, s.Hunk = true, 0
		}
		s.Text = ""
		out = append(out, s)
	}
	return out
}

// Compose is a merged file with every place as it was resolved before, where all
// have an exact match that leaves no doubt: one way alone was ever taken, and nothing
// else of the file was changed with it. It says why not where it has none.
func (m *Memory) Compose(path, kind string, merged *conflict.Merged) (text []byte, used []fact.Suggestion, why string) {
	places := m.Suggest(path, kind, merged.Hunks)
	for i := range places {
		list := places[i].Suggestions
		switch {
		case len(list) == 0 || list[0].Match != fact.MatchExact:
			return nil, nil, "not every place was resolved before"
		case list[0].Seen != list[0].Of:
			return nil, nil, "a place was resolved in more than one way before"
		case list[0].Beyond:
			return nil, nil, "other lines of the file were changed along with a place"
		}
		used = append(used, list[0])
	}
	text = merged.Compose(func(i int) [][]byte { return [][]byte{[]byte(used[i].Text)} })
	return text, used, ""
}
