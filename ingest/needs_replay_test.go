package ingest

import (
	"context"
	"slices"
	"testing"

	"tracker/internal/fact"
	"tracker/internal/git"
)

// TestNeedsMakeConflictsClean picks commits of a real repository (see needsRepo)
// onto the commit where the range begins, with no change of a fork's in between:
// each alone, and those that conflict once more behind all that they need. It
// prints how many turn clean, by which needs are followed, and whether each
// kind of hard need is one: whether the commit conflicts without it.
func TestNeedsMakeConflictsClean(t *testing.T) {
	r := realNeeds(t)
	p := newPicker(r)
	defer p.replay.Close()
	measured := slices.DeleteFunc(r.measured(), func(h string) bool { return p.parents[h] == "" })
	alone := p.alone(measured)

	conflicting, named, hardNamed, undo := 0, 0, 0, 0
	var unnamed, falsely []string
	for i, h := range measured {
		strong := slices.ContainsFunc(r.needs[h], func(n fact.Need) bool { return n.Kind == fact.NeedLine || n.Kind == fact.NeedFile && n.Hard })
		hard := slices.ContainsFunc(r.needs[h], func(n fact.Need) bool { return n.Hard })
		switch {
		case !alone[i].Clean():
			conflicting++
			if strong {
				named++
			}
			if hard {
				hardNamed++
			} else {
				unnamed = append(unnamed, fact.Short(h))
			}
		case hard && alone[i].Empty:
			undo++
		case hard:
			falsely = append(falsely, fact.Short(h))
		}
	}
	t.Logf("%d of %d picks conflict alone; changed lines and created files name %d of them, hard needs %d (not %v)",
		conflicting, len(measured), named, hardNamed, unnamed)
	t.Logf("of those with a hard need %d come to nothing alone, for they undo what is not there, and %d apply: %v", undo, len(falsely), falsely)

	follow := []struct {
		name string
		want func(*fact.Need) bool
	}{
		{"lines and files", func(n *fact.Need) bool { return n.Hard && (n.Kind == fact.NeedLine || n.Kind == fact.NeedFile) }},
		{"… and deleted lines", func(n *fact.Need) bool { return n.Hard && n.Kind != fact.NeedContext }},
		{"all that is hard", func(n *fact.Need) bool { return n.Hard }},
		{"… and moved files", func(n *fact.Need) bool { return n.Hard || n.Kind == fact.NeedFile }},
		{"all context, too", func(n *fact.Need) bool { return n.Hard || n.Kind == fact.NeedContext }},
	}
	for _, f := range follow {
		clean, size, dirty := 0, 0, 0
		var still []string
		for i, h := range measured {
			if alone[i].Clean() {
				continue
			}
			closure := p.closure(h, f.want, nil)
			size += len(closure)
			last, conflicts := p.sequence(append(closure, h))
			dirty += conflicts
			if last.Clean() {
				clean++
			} else {
				still = append(still, fact.Short(h))
			}
		}
		t.Logf("%-20s %d of %d turn clean, with %.1f commits before them on average, %d of which conflict; still not: %v",
			f.name, clean, conflicting, float64(size)/float64(max(conflicting, 1)), dirty, still)
		if f.name == "all that is hard" && float64(clean) < 0.9*float64(conflicting) {
			t.Errorf("%d of %d turn clean", clean, conflicting)
		}
	}
	p.necessary(measured)
}

// picker picks commits of a range onto where it begins.
type picker struct {
	*needsRepo
	replay  *git.Replay
	parents map[string]string // of each commit with one
	place   map[string]int
}

func newPicker(r *needsRepo) *picker {
	p := &picker{needsRepo: r, parents: map[string]string{}, place: map[string]int{}}
	ctx := context.Background()
	err := r.Graph(ctx, []string{r.view.Upstream.Commit}, []string{r.view.Base}, func(hash string, parents []string) {
		if len(parents) == 1 {
			p.parents[hash] = parents[0]
		}
	})
	if err == nil {
		p.replay, err = r.Replay(ctx)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	for i, h := range r.order {
		p.place[h] = i
	}
	return p
}

// alone tells of each commit what comes of its pick by itself.
func (p *picker) alone(commits []string) []git.Merged {
	var questions []git.Question
	for _, h := range commits {
		questions = append(questions, git.Question{Onto: p.view.Base, Commit: h, Parent: p.parents[h]})
	}
	answers, err := p.replay.Ask(context.Background(), questions)
	if err != nil {
		p.t.Fatal(err)
	}
	return answers
}

// closure is what a commit needs, directly and through others, in upstream's
// order, without those that are left out.
func (p *picker) closure(of string, want func(*fact.Need) bool, without map[string]bool) []string {
	seen := map[string]bool{of: true}
	var out []string
	for list := []string{of}; len(list) > 0; {
		h := list[len(list)-1]
		list = list[:len(list)-1]
		for i := range p.needs[h] {
			n := &p.needs[h][i]
			if _, inRange := p.place[n.To]; !inRange || seen[n.To] || without[n.To] || !want(n) {
				continue
			}
			seen[n.To] = true
			out, list = append(out, n.To), append(list, n.To)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return p.place[a] - p.place[b] })
	return out
}

// sequence picks commits one after the other and tells what comes of the last
// one, and how many before it conflict.
func (p *picker) sequence(commits []string) (last git.Merged, conflicts int) {
	var picks []git.Question
	for _, h := range commits {
		picks = append(picks, git.Question{Commit: h, Parent: p.parents[h]})
	}
	err := p.replay.Sequence(context.Background(), p.view.Base, picks, func(i int, m *git.Merged, _ string) error {
		if last = *m; !m.Clean() && i < len(commits)-1 {
			conflicts++
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return last, conflicts
}

// necessary leaves out of what a commit needs, in turn, each commit that it
// needs for one reason alone, and those that need that one, and counts how often
// the commit conflicts then: always, if the rule that calls the need hard is right,
// and never for soft ones.
func (p *picker) necessary(commits []string) {
	const most = 60 // trials of each kind
	type rule struct {
		kind fact.NeedKind
		hard bool
	}
	trials, conflicts, nothing := map[rule]int{}, map[rule]int{}, map[rule]int{}
	odd := map[rule][]string{}
	for _, h := range commits {
		for to, n := range p.only(h) {
			k := rule{n.Kind, n.Hard}
			if trials[k] >= most {
				continue
			}
			without, ok := p.without(h, to)
			if !ok {
				continue
			}
			closure := p.closure(h, func(n *fact.Need) bool { return n.Hard || n.Kind == fact.NeedContext }, without)
			last, before := p.sequence(append(closure, h))
			if before > 0 {
				continue // it tells nothing
			}
			trials[k]++
			switch {
			case !last.Clean():
				conflicts[k]++
			case last.Empty:
				nothing[k]++
			}
			if last.Clean() == n.Hard && !last.Empty {
				odd[k] = append(odd[k], fact.Short(h)+"→"+fact.Short(to))
			}
		}
	}
	for _, kind := range fact.NeedKinds {
		for _, hard := range []bool{true, false} {
			if k := (rule{kind, hard}); trials[k] > 0 {
				p.t.Logf("%-12s hard %-5v without it %d of %d conflict and %d come to nothing; odd: %v", kind, hard, conflicts[k], trials[k], nothing[k], odd[k])
			}
		}
	}
}

// only are the commits that a commit needs for one reason alone.
func (p *picker) only(h string) map[string]fact.Need {
	out := map[string]fact.Need{}
	for i, n := range p.needs[h] {
		if _, inRange := p.place[n.To]; !inRange || p.parents[n.To] == "" {
			continue
		}
		same := func(o fact.Need) bool { return o.To == n.To && o.Kind != fact.NeedSymbol && o.Kind != fact.NeedMarker }
		if n.Kind == fact.NeedSymbol || n.Kind == fact.NeedMarker || i > 0 && same(p.needs[h][i-1]) || i+1 < len(p.needs[h]) && same(p.needs[h][i+1]) {
			continue
		}
		out[n.To] = n
	}
	return out
}

// without is a commit with all that need it. It is not ok if one of them is what
// the commit h needs for another reason.
func (p *picker) without(h, to string) (map[string]bool, bool) {
	out := map[string]bool{to: true}
	for _, later := range p.order[p.place[to]+1 : p.place[h]] {
		for i := range p.needs[later] {
			if n := &p.needs[later][i]; n.Hard && out[n.To] {
				out[later] = true
			}
		}
	}
	for _, n := range p.needs[h] {
		if n.To != to && n.Hard && out[n.To] {
			return nil, false
		}
	}
	return out, true
}
