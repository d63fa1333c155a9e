package link

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"tracker/internal/fact"
)

// Claim is a pairing that a report states.
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

// Input is everything that Find judges by.
type Input struct {
	Upstream    []Commit // the range, oldest first
	Fork        []Commit // the fork's own commits, oldest first
	Claims      []Claim
	Corrections []Correction
	Without     []fact.Kind // judge as if these kinds did not exist
}

// search holds the lookups over one input.
type search struct {
	up, fork  map[string]*Commit
	upHashes  []string // sorted, for abbreviations
	byPatch   map[string][]*Commit
	byDiff    map[string][]*Commit
	byAuthor  map[string][]*Commit
	crowd     map[string]int // fork commits of one author at one second
	bySubject map[string][]*Commit
	byPR      map[int][]*Commit
	order     map[string]int // place in the range
	without   map[fact.Kind]bool
}

// authorKeys are an author at a second, once by address and once by name: a
// pick may carry a newer address of the same person.
func authorKeys(c *Commit) []string {
	return []string{
		fmt.Sprintf("<%s> %d", c.AuthorMail, c.AuthorDate),
		fmt.Sprintf("%s %d", c.AuthorName, c.AuthorDate),
	}
}

// many is how many fork commits of one author at one second are still taken
// for picks of one commit rather than for a script's.
const many = 3

// crowds tells how many commits of each side share f's or u's author and
// second. Where a script pinned the dates they tell nothing apart.
func (s *search) crowds(f, u *Commit) (up, fork int) {
	for _, k := range append(authorKeys(f), authorKeys(u)...) {
		up, fork = max(up, len(s.byAuthor[k])), max(fork, s.crowd[k])
	}
	return up, fork
}

// Find returns the links between the two sides, sorted by fork commit's age
// (oldest first), then by upstream commit's. Every link carries all the
// evidence that held for it.
func Find(in Input) []fact.Link {
	s := newSearch(in)
	claims := map[string]map[string]*Claim{} // by fork, then by upstream commit
	for i := range in.Claims {
		c := &in.Claims[i]
		if claims[c.Fork] == nil {
			claims[c.Fork] = map[string]*Claim{}
		}
		if claims[c.Fork][c.Upstream] == nil {
			claims[c.Fork][c.Upstream] = c
		}
	}
	denied := map[[2]string]bool{}
	corrections := lastWords(in.Corrections)
	for _, c := range corrections {
		denied[[2]string{c.Fork, c.Upstream}] = c.Not
	}

	var firm, open []fact.Link // declared, and to be assigned
	for i := range in.Fork {
		f := &in.Fork[i]
		declared := s.declared(f)
		seen := map[string]bool{}
		for _, u := range s.candidates(f, declared, claims[f.Hash]) {
			if seen[u.Hash] || denied[[2]string{f.Hash, u.Hash}] {
				continue
			}
			seen[u.Hash] = true
			l, ok := s.weigh(f, u, claims[f.Hash][u.Hash], declared[u.Hash])
			switch {
			case !ok:
			case declared[u.Hash] != "" && !s.without[fact.KindMarker]:
				firm = append(firm, l)
			default:
				open = append(open, l)
			}
		}
	}
	links := append(firm, s.assign(in, firm, open)...)
	links = s.correct(links, corrections)
	for i := range links {
		slices.SortStableFunc(links[i].Evidence, func(a, b fact.Evidence) int { return cmp.Compare(b.Score, a.Score) })
		links[i].Why = explain(links[i])
	}
	forkOrder := map[string]int{}
	for i := range in.Fork {
		forkOrder[in.Fork[i].Hash] = i
	}
	slices.SortFunc(links, func(a, b fact.Link) int {
		return cmp.Or(cmp.Compare(forkOrder[a.Fork], forkOrder[b.Fork]), cmp.Compare(s.order[a.Upstream], s.order[b.Upstream]))
	})
	return links
}

func newSearch(in Input) *search {
	s := &search{
		up: map[string]*Commit{}, fork: map[string]*Commit{},
		byPatch: map[string][]*Commit{}, byDiff: map[string][]*Commit{}, byAuthor: map[string][]*Commit{}, crowd: map[string]int{},
		bySubject: map[string][]*Commit{}, byPR: map[int][]*Commit{},
		order: map[string]int{}, without: map[fact.Kind]bool{},
	}
	for _, k := range in.Without {
		s.without[k] = true
	}
	for i := range in.Upstream {
		u := &in.Upstream[i]
		s.up[u.Hash] = u
		s.order[u.Hash] = i
		s.upHashes = append(s.upHashes, u.Hash)
		if u.PatchID != "" {
			s.byPatch[u.PatchID] = append(s.byPatch[u.PatchID], u)
		}
		if u.DiffID != "" {
			s.byDiff[u.DiffID] = append(s.byDiff[u.DiffID], u)
		}
		for _, k := range authorKeys(u) {
			s.byAuthor[k] = append(s.byAuthor[k], u)
		}
		if u.Subject != "" {
			s.bySubject[u.Subject] = append(s.bySubject[u.Subject], u)
		}
		if u.PR != 0 {
			s.byPR[u.PR] = append(s.byPR[u.PR], u)
		}
	}
	sort.Strings(s.upHashes)
	for i := range in.Fork {
		f := &in.Fork[i]
		s.fork[f.Hash] = f
		for _, k := range authorKeys(f) {
			s.crowd[k]++
		}
	}
	return s
}

// declared maps the upstream commits that f's message names as its origin to
// the words by which it names them. An abbreviation counts when it is unique.
func (s *search) declared(f *Commit) map[string]string {
	out := map[string]string{}
	for _, m := range f.Markers {
		i := sort.SearchStrings(s.upHashes, m)
		if i < len(s.upHashes) && strings.HasPrefix(s.upHashes[i], m) &&
			(i+1 == len(s.upHashes) || !strings.HasPrefix(s.upHashes[i+1], m)) {
			out[s.upHashes[i]] = m
		}
	}
	return out
}

// candidates returns the upstream commits that share at least one key with f,
// possibly repeated.
func (s *search) candidates(f *Commit, declared map[string]string, claims map[string]*Claim) []*Commit {
	var out []*Commit
	for h := range declared {
		out = append(out, s.up[h])
	}
	if f.PatchID != "" {
		out = append(out, s.byPatch[f.PatchID]...)
	}
	if f.DiffID != "" {
		out = append(out, s.byDiff[f.DiffID]...)
	}
	for _, k := range authorKeys(f) {
		out = append(out, s.byAuthor[k]...)
	}
	if f.Subject != "" {
		out = append(out, s.bySubject[f.Subject]...)
	}
	if f.PR != 0 {
		out = append(out, s.byPR[f.PR]...)
	}
	for h := range claims {
		if s.up[h] != nil {
			out = append(out, s.up[h])
		}
	}
	slices.SortFunc(out, func(a, b *Commit) int { return cmp.Compare(s.order[a.Hash], s.order[b.Hash]) })
	return out
}

// lastWords keeps the last correction of each pair.
func lastWords(corrections []Correction) []Correction {
	last := map[[2]string]int{}
	for i, c := range corrections {
		last[[2]string{c.Fork, c.Upstream}] = i
	}
	var out []Correction
	for i, c := range corrections {
		if last[[2]string{c.Fork, c.Upstream}] == i {
			out = append(out, c)
		}
	}
	return out
}

// correct applies what the user decided: a pairing that was denied is never
// made, one that was stated always is.
func (s *search) correct(links []fact.Link, corrections []Correction) []fact.Link {
	for _, c := range corrections {
		f, u := s.fork[c.Fork], s.up[c.Upstream]
		if c.Not || f == nil || u == nil {
			continue
		}
		mark := fact.Evidence{Kind: fact.KindMark, Score: scoreMark, Detail: fmt.Sprintf("mark %d", c.Mark)}
		at := slices.IndexFunc(links, func(l fact.Link) bool { return l.Fork == c.Fork && l.Upstream == c.Upstream })
		if at < 0 {
			l, _ := s.weigh(f, u, nil, s.declared(f)[u.Hash])
			links = append(links, l)
			at = len(links) - 1
		}
		links[at].Evidence = append(links[at].Evidence, mark)
		links[at].Score = scoreMark
	}
	return links
}
