package reuse

import (
	"bytes"
	"slices"

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

// Side says whose the second side of a conflict is, theirs.
type Side string

const (
	TheirsUpstream Side = "upstream" // as in a pick and in a merge of upstream's
	TheirsFork     Side = "fork"     // as where the fork's commits are rebased
	TheirsUnknown  Side = ""
)

// Suggest tells how each place of a conflict might be resolved. Without places, as
// where one side removed the file, it is told of the path as a whole. What went most
// often is told by whose side was taken, and not at all where that is unknown.
func (m *Memory) Suggest(path, kind string, hunks []conflict.Hunk, side Side) []Place {
	like := func(s *Sides) []fact.Suggestion {
		if side == TheirsUnknown {
			return nil
		}
		list := m.Like(path, kind, false, s)
		for i := range list {
			if x := &list[i]; side == TheirsFork {
				x.How = swap(x.How)
				if s != nil {
					x.Text, _ = s.with(x.How)
				}
			}
		}
		return list
	}
	if len(hunks) == 0 {
		return []Place{{Suggestions: like(nil)}}
	}
	out := make([]Place, len(hunks))
	for i := range hunks {
		h := &hunks[i]
		s := &Sides{ID: conflict.ID(*h), Path: path, Ours: string(bytes.Join(h.Ours, nil)), Theirs: string(bytes.Join(h.Theirs, nil))}
		list := m.Exact(s)
		if len(list) == 0 {
			list = m.Near(s)
		}
		list = append(list, like(s)...)
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

// Compose is a merged file with every place as it was resolved before, where that
// leaves no doubt for any: see Sure. It says why not where it has none.
func (m *Memory) Compose(path string, merged *conflict.Merged) (text []byte, by []*Past, why string) {
	texts := make([][][]byte, len(merged.Hunks))
	for i := range merged.Hunks {
		h := &merged.Hunks[i]
		one, past, why := m.Sure(&Sides{ID: conflict.ID(*h), Path: path})
		if why != "" {
			return nil, nil, why
		}
		texts[i] = [][]byte{[]byte(one)}
		for _, p := range past {
			if !slices.Contains(by, p) {
				by = append(by, p)
			}
		}
	}
	return merged.Compose(func(i int) [][]byte { return texts[i] }), by, ""
}
