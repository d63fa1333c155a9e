package graph

import (
	"cmp"
	"slices"

	"tracker/advise"
)

// mostBoxes is how many commits a picture shows; with more nobody finds anything.
const mostBoxes = 150

// picture is what is drawn, by number: boxes in the order of the answer, and the
// arrows between them.
type picture struct {
	boxes   []box
	arrows  []tie  // those that are drawn
	implied []tie  // those that follow from them
	omitted int    // commits that there is no room for
	asked   string // what those are that are marked as asked for
}

// box is a commit.
type box struct {
	advise.Depends
	state state
	lines []string // the subject
}

// tie is an arrow between two boxes.
type tie struct {
	from, to int
	hard     bool
	reasons  []*advise.NeedEdge
}

// state is what the colour of a box says, and the name of its class.
type state string

const (
	asked   state = "asked"
	lacking state = "lacking"
	inFork  state = "in-fork"
)

// pictureOf decides what is drawn of an answer.
func pictureOf(d *advise.Dependencies, most int) *picture {
	p := &picture{asked: "asked for"}
	number := map[string]int{}
	add := func(c advise.Depends, s state) {
		if _, ok := number[c.Commit]; ok {
			return
		}
		number[c.Commit] = len(p.boxes)
		p.boxes = append(p.boxes, box{Depends: c, state: s})
	}
	for _, c := range d.Commits {
		switch {
		case c.Asked:
			add(c, asked)
		case c.Status.InFork():
			add(c, inFork)
		default:
			add(c, lacking)
		}
	}
	for i := range d.Edges {
		e := &d.Edges[i]
		if e.Lockfile {
			continue
		}
		add(advise.Depends{Commit: e.From}, lacking)
		if e.Met {
			add(advise.Depends{Commit: e.To}, inFork)
		} else {
			add(advise.Depends{Commit: e.To}, lacking)
		}
	}
	all := ties(d.Edges, number)
	p.keep(all, most)
	p.reduce()
	for i := range p.boxes {
		p.boxes[i].lines = wrapped(p.boxes[i].Subject, boxWidth-2*padding, mostLines)
	}
	return p
}

// ties joins all needs of one commit for another, which has a number. A commit
// needs none but older ones: what would close a circle is no need, and left out.
func ties(edges []advise.NeedEdge, number map[string]int) []tie {
	var out []tie
	at := map[[2]int]int{}
	for i := range edges {
		e := &edges[i]
		k := [2]int{number[e.From], number[e.To]}
		if e.Lockfile || k[0] == k[1] {
			continue
		}
		j, ok := at[k]
		if !ok {
			j = len(out)
			at[k] = j
			out = append(out, tie{from: k[0], to: k[1]})
		}
		out[j].hard = out[j].hard || e.Strength == "hard"
		out[j].reasons = append(out[j].reasons, e)
	}
	return withoutCircles(out, len(number))
}

// withoutCircles drops the ties that lead back to where a walk along the others
// came from.
func withoutCircles(list []tie, boxes int) []tie {
	leaving := make([][]int, boxes)
	for i, l := range list {
		leaving[l.from] = append(leaving[l.from], i)
	}
	const fresh, open, done = 0, 1, 2
	mark := make([]int, boxes)
	drop := make([]bool, len(list))
	type step struct{ box, next int }
	for b := range boxes {
		if mark[b] != fresh {
			continue
		}
		mark[b] = open
		for walk := []step{{box: b}}; len(walk) > 0; {
			s := &walk[len(walk)-1]
			if s.next == len(leaving[s.box]) {
				mark[s.box] = done
				walk = walk[:len(walk)-1]
				continue
			}
			i := leaving[s.box][s.next]
			s.next++
			switch to := list[i].to; mark[to] {
			case fresh:
				mark[to] = open
				walk = append(walk, step{box: to})
			case open:
				drop[i] = true
			}
		}
	}
	var out []tie
	for i, l := range list {
		if !drop[i] {
			out = append(out, l)
		}
	}
	return out
}

// keep drops the boxes that there is no room for, and the arrows at them: those
// that are farthest from the ones asked for stand back, then those that no arrow
// touches.
func (p *picture) keep(arrows []tie, most int) {
	p.arrows = arrows
	if len(p.boxes) <= most {
		return
	}
	near := make([][]int, len(p.boxes))
	for _, l := range arrows {
		near[l.from] = append(near[l.from], l.to)
		near[l.to] = append(near[l.to], l.from)
	}
	far := len(p.boxes)
	steps := make([]int, len(p.boxes))
	var walk []int
	for i := range p.boxes {
		steps[i] = far
		if p.boxes[i].state == asked {
			steps[i] = 0
			walk = append(walk, i)
		}
	}
	for ; len(walk) > 0; walk = walk[1:] {
		for _, n := range near[walk[0]] {
			if steps[n] == far {
				steps[n] = steps[walk[0]] + 1
				walk = append(walk, n)
			}
		}
	}
	order := make([]int, len(p.boxes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(steps[a], steps[b]), cmp.Compare(min(1, len(near[b])), min(1, len(near[a]))))
	})
	p.omitted = len(order) - most
	order = order[:most]
	slices.Sort(order)
	number := map[int]int{}
	var boxes []box
	for _, i := range order {
		number[i] = len(boxes)
		boxes = append(boxes, p.boxes[i])
	}
	p.boxes, p.arrows = boxes, nil
	for _, l := range arrows {
		from, kept := number[l.from]
		to, too := number[l.to]
		if kept && too {
			l.from, l.to = from, to
			p.arrows = append(p.arrows, l)
		}
	}
}

// reduce moves the arrows that follow from others to implied: where a leads to c
// over others too, by arrows that are at least as strong.
func (p *picture) reduce() {
	reach := func(hardOnly bool) func(a, c int) bool {
		next := make([][]int, len(p.boxes))
		for _, l := range p.arrows {
			if l.hard || !hardOnly {
				next[l.from] = append(next[l.from], l.to)
			}
		}
		to := make([][]bool, len(p.boxes)) // what a box leads to, itself among it
		var visit func(b int) []bool
		visit = func(b int) []bool {
			if to[b] == nil {
				to[b] = make([]bool, len(p.boxes))
				to[b][b] = true
				for _, n := range next[b] {
					for i, r := range visit(n) {
						to[b][i] = to[b][i] || r
					}
				}
			}
			return to[b]
		}
		return func(a, c int) bool {
			return slices.ContainsFunc(next[a], func(b int) bool { return b != c && visit(b)[c] })
		}
	}
	full, some := reach(true), reach(false)
	var kept []tie
	for _, l := range p.arrows {
		if l.hard && full(l.from, l.to) || !l.hard && some(l.from, l.to) {
			p.implied = append(p.implied, l)
		} else {
			kept = append(kept, l)
		}
	}
	p.arrows = kept
}
