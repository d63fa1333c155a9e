package link

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"tracker/internal/fact"
)

// Claim is a pairing that a report states. It counts for nothing where the two
// commits share nothing: see Shares.
type Claim struct {
	Fork, Upstream string // full hashes
	Report         string
	Line           int
}

// Correction is a pairing that the user decided: a pick that is, or is not.
type Correction struct {
	Fork, Upstream string
	Not            bool
	Mark           int // the decision's ID
}

// View is one of the fork's branches: what upstream has beyond it, and what it
// has beyond upstream. A link joins commits of one view.
type View struct {
	Range, Own []string // full hashes
}

// Input is everything that Find judges by.
type Input struct {
	Upstream    []Commit // the range, or those of all views, oldest first
	Fork        []Commit // the fork's own commits, oldest first
	Views       []View   // none: all commits are of one view
	Claims      []Claim
	Corrections []Correction
	Without     []fact.Kind // judge as if these kinds did not exist
}

// search holds the lookups over one input. Commits are known by their place on
// their side.
type search struct {
	up, fork     []Commit
	upAt, forkAt map[string]int32
	upHashes     []string // sorted, for abbreviations
	forkHashes   []string
	byPatch      map[string][]int32 // upstream commits, as in the next four
	byDiff       map[string][]int32
	byAuthor     map[string][]int32
	bySubject    map[string][]int32
	byPR         map[int][]int32
	crowd        map[string][]int32 // the fork's commits by author and second
	claims       map[int32]map[int32]*Claim
	denied       map[[2]int32]bool
	views        reach
	alike        *comparer
	habit        habit
	pairs        [][]pair  // by fork commit
	parts        [][]int32 // by fork commit, what it may be made of
	without      map[fact.Kind]bool
}

// pair is a fork commit and an upstream commit that it may have come from.
type pair struct {
	f, u   int32
	like   likeness
	marker string // by which f's message names u
}

// kin is how many upstream commits a fork commit is compared with for what the
// diffs and messages have in common.
const kin = 12

// idle is how many upstream commits may share a key (a title, a second) for it
// to lead from one commit to another: more share it than it tells apart.
const idle = 200

// Find returns the links between the two sides, sorted by fork commit's age
// (oldest first), then by upstream commit's. Every link carries all the
// evidence that held for it.
func Find(in Input) []fact.Link {
	s := newSearch(in)
	for f := range s.fork {
		s.alike.turn(&s.fork[f])
		s.pairs[f] = s.candidates(int32(f))
		s.parts[f] = s.alike.parts(func(u int32) bool { return s.may(int32(f), u) })
	}
	s.learn()
	var firm, open []bond // declared, and to be assigned
	for f := range s.pairs {
		for i := range s.pairs[f] {
			p := &s.pairs[f][i]
			l, ok := s.weigh(p)
			switch {
			case !ok:
			case p.marker != "" && !s.without[fact.KindMarker]:
				firm = append(firm, bond{p, l})
			default:
				open = append(open, bond{p, l})
			}
		}
	}
	bonds := s.correct(s.group(s.assign(firm, open)), in.Corrections)
	slices.SortFunc(bonds, func(a, b bond) int { return cmp.Or(cmp.Compare(a.f, b.f), cmp.Compare(a.u, b.u)) })
	var links []fact.Link
	for _, b := range bonds {
		l := b.link
		slices.SortStableFunc(l.Evidence, func(a, b fact.Evidence) int { return cmp.Compare(b.Score, a.Score) })
		l.Why = explain(l)
		links = append(links, l)
	}
	return links
}

func newSearch(in Input) *search {
	s := &search{
		up: in.Upstream, fork: in.Fork,
		upAt: make(map[string]int32, len(in.Upstream)), forkAt: make(map[string]int32, len(in.Fork)),
		byPatch: map[string][]int32{}, byDiff: map[string][]int32{}, byAuthor: map[string][]int32{},
		bySubject: map[string][]int32{}, byPR: map[int][]int32{}, crowd: map[string][]int32{},
		claims: map[int32]map[int32]*Claim{}, denied: map[[2]int32]bool{},
		alike: newComparer(in.Upstream, in.Fork), pairs: make([][]pair, len(in.Fork)), parts: make([][]int32, len(in.Fork)),
		without: map[fact.Kind]bool{},
	}
	for _, k := range in.Without {
		s.without[k] = true
	}
	for i := range s.up {
		u, at := &s.up[i], int32(i)
		s.upAt[u.Hash] = at
		s.upHashes = append(s.upHashes, u.Hash)
		if u.PatchID != "" {
			s.byPatch[u.PatchID] = append(s.byPatch[u.PatchID], at)
		}
		if u.DiffID != "" {
			s.byDiff[u.DiffID] = append(s.byDiff[u.DiffID], at)
		}
		for _, k := range authorKeys(u) {
			s.byAuthor[k] = append(s.byAuthor[k], at)
		}
		if u.Subject != "" {
			s.bySubject[u.Subject] = append(s.bySubject[u.Subject], at)
		}
		if u.PR != 0 {
			s.byPR[u.PR] = append(s.byPR[u.PR], at)
		}
	}
	for i := range s.fork {
		f, at := &s.fork[i], int32(i)
		s.forkAt[f.Hash] = at
		s.forkHashes = append(s.forkHashes, f.Hash)
		for _, k := range authorKeys(f) {
			s.crowd[k] = append(s.crowd[k], at)
		}
	}
	sort.Strings(s.upHashes)
	sort.Strings(s.forkHashes)
	s.views = s.reach(in.Views)
	for i := range in.Claims {
		c := &in.Claims[i]
		if f, u, ok := s.find(c.Fork, c.Upstream); ok && Shares(&s.fork[f], &s.up[u]) {
			if s.claims[f] == nil {
				s.claims[f] = map[int32]*Claim{}
			}
			if s.claims[f][u] == nil {
				s.claims[f][u] = c
			}
		}
	}
	for _, c := range in.Corrections { // the last word on a pair counts
		if f, u, ok := s.find(c.Fork, c.Upstream); ok {
			s.denied[[2]int32{f, u}] = c.Not
		}
	}
	return s
}

// find returns the places of two commits if both are in the input.
func (s *search) find(fork, upstream string) (f, u int32, ok bool) {
	f, known := s.forkAt[fork]
	u, ok = s.upAt[upstream]
	return f, u, ok && known
}

// abbreviated returns the one hash of a sorted list that begins with a prefix,
// "" if there is none or more than one.
func abbreviated(sorted []string, prefix string) string {
	i := sort.SearchStrings(sorted, prefix)
	if i == len(sorted) || !strings.HasPrefix(sorted[i], prefix) ||
		i+1 < len(sorted) && strings.HasPrefix(sorted[i+1], prefix) {
		return ""
	}
	return sorted[i]
}

// declared maps the upstream commits that f's message names as its origin to
// the words by which it names them. Where it names another of the fork's
// commits (a pick from branch to branch), what that one's message names counts.
func (s *search) declared(f int32) map[int32]string {
	var out map[int32]string
	seen := map[int32]bool{}
	var follow func(f int32, by string)
	follow = func(f int32, by string) {
		if seen[f] {
			return
		}
		seen[f] = true
		for _, m := range s.fork[f].Markers {
			name := by
			if name == "" {
				name = m
			}
			if h := abbreviated(s.upHashes, m); h != "" {
				if out == nil {
					out = map[int32]string{}
				}
				if out[s.upAt[h]] == "" {
					out[s.upAt[h]] = name
				}
			} else if h := abbreviated(s.forkHashes, m); h != "" {
				follow(s.forkAt[h], name)
			}
		}
	}
	follow(f, "")
	return out
}

// candidates returns the upstream commits that f, whose turn it is, may have
// come from, each once: those that share a key with it, and those that have
// most of their changed lines, identifiers or words in common with it.
func (s *search) candidates(f int32) []pair {
	c := &s.fork[f]
	declared := s.declared(f)
	var list []int32
	add := func(found []int32) {
		if len(found) <= idle {
			list = append(list, found...)
		}
	}
	for u := range declared {
		list = append(list, u)
	}
	for u := range s.claims[f] {
		list = append(list, u)
	}
	if c.PatchID != "" {
		add(s.byPatch[c.PatchID])
	}
	if c.DiffID != "" {
		add(s.byDiff[c.DiffID])
	}
	for _, k := range authorKeys(c) {
		add(s.byAuthor[k])
	}
	if c.Subject != "" {
		add(s.bySubject[c.Subject])
	}
	if c.PR != 0 {
		add(s.byPR[c.PR])
	}
	list = append(list, s.alike.nearest(kin, func(u int32) bool { return s.later(f, u) && s.may(f, u) })...)
	slices.Sort(list)
	var out []pair
	for _, u := range slices.Compact(list) {
		if s.may(f, u) {
			out = append(out, pair{f: f, u: u, like: s.alike.with(u), marker: declared[u]})
		}
	}
	return out
}

// may reports whether f and u can be linked at all. The revert of a commit
// shares its lines, its title and often its date.
func (s *search) may(f, u int32) bool {
	return s.views.meet(f, u) && s.fork[f].Revert == s.up[u].Revert && !s.denied[[2]int32{f, u}]
}

// later reports whether f can have been made from u as far as their dates tell.
func (s *search) later(f, u int32) bool {
	return s.fork[f].CommitDate+backdated >= s.up[u].AuthorDate
}

// correct applies what the user decided: a pairing that was denied is never
// made, one that was stated always is.
func (s *search) correct(bonds []bond, corrections []Correction) []bond {
	for _, c := range slices.Backward(corrections) {
		f, u, ok := s.find(c.Fork, c.Upstream)
		if c.Not || !ok || s.denied[[2]int32{f, u}] || !s.views.meet(f, u) {
			continue
		}
		at := slices.IndexFunc(bonds, func(b bond) bool { return b.f == f && b.u == u })
		if at < 0 {
			s.alike.turn(&s.fork[f])
			p := &pair{f: f, u: u, like: s.alike.with(u), marker: s.declared(f)[u]}
			l, _ := s.weigh(p)
			bonds = append(bonds, bond{p, l})
			at = len(bonds) - 1
		}
		l := &bonds[at].link
		if slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindMark }) {
			continue
		}
		l.Evidence = append(l.Evidence, markEvidence(c.Mark))
		l.Score = scoreMark
	}
	return bonds
}
