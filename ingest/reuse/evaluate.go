package reuse

import (
	"slices"

	"tracker/internal/fact"
)

// Table says how good one sort of suggestion would have been.
type Table struct {
	Kind     fact.Match `json:"kind"`
	Asked    int        `json:"asked"`
	Answered int        `json:"answered"`
	Right    int        `json:"right"`
}

// Evaluate asks for every past conflict, given in order of time, what was known
// strictly before it, by the dates of the commits that resolved them. Exact and near matches are asked for every
// place, near ones where there is no exact one: right is an exact suggestion, the
// first, that is the very text that was committed there; and three near ones of which
// one is. By path and class every conflict is asked for once: right is the way that
// the file was resolved.
func Evaluate(past []Past) []Table {
	tables := []Table{{Kind: fact.MatchExact}, {Kind: fact.MatchNear}, {Kind: fact.MatchPath}, {Kind: fact.MatchClass}, {Kind: wholeFile}}
	m := New()
	for len(past) > 0 {
		now := 1
		for now < len(past) && past[now].When == past[0].When {
			now++
		}
		for i := range now {
			m.grade(&past[i], tables)
		}
		for i := range now {
			m.Learn(&past[i])
		}
		past = past[now:]
	}
	return tables
}

// wholeFile is the table of files that git could be handed.
const wholeFile = "file"

// grade adds the answers for one conflict to the tables.
func (m *Memory) grade(p *Past, tables []Table) {
	count := func(t *Table, answered, right bool) {
		t.Asked++
		if answered {
			t.Answered++
		}
		if right {
			t.Right++
		}
	}
	sure, asIs := true, !p.Beyond
	for i := range p.Hunks {
		h := &p.Hunks[i]
		s := &Sides{ID: h.ID, Path: p.Path, Ours: h.Ours, Theirs: h.Theirs}
		text, _, why := m.Sure(s)
		sure, asIs = sure && why == "", asIs && text == h.Result && !h.Cut
		exact := m.Exact(s)
		count(&tables[0], len(exact) > 0, len(exact) > 0 && exact[0].Text == h.Result && !h.Cut)
		if len(exact) > 0 {
			continue
		}
		near := m.Near(s)
		count(&tables[1], len(near) > 0, slices.ContainsFunc(near, func(n fact.Suggestion) bool { return n.Text == h.Result && !h.Cut }))
	}
	if len(p.Hunks) > 0 {
		count(&tables[4], sure, sure && asIs)
	}
	like := m.Like(p.Path, p.Kind, p.Source == fact.SourceUpstreamMerge, nil)
	for i, match := range []fact.Match{fact.MatchPath, fact.MatchClass} {
		at := slices.IndexFunc(like, func(s fact.Suggestion) bool { return s.Match == match })
		count(&tables[2+i], at >= 0, at >= 0 && like[at].How == p.Resolution)
	}
}
