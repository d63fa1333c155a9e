package ingest

import (
	"sort"
	"strings"

	"tracker/ingest/link"
	"tracker/internal/fact"
)

// names finds the commits that reports speak of.
type names struct {
	hashes    []string // of the range and the fork's own, sorted
	upstream  map[string]bool
	byPR      map[int][]string
	titled    []*brief            // upstream's commits
	bySubject map[string][]string // see subjects
	byWord    map[string][]string // titles, made when asked for
	carries   map[string][]string // fork commit → upstream commits it carries
}

func newNames() *names {
	return &names{upstream: map[string]bool{}, byPR: map[int][]string{}, carries: map[string][]string{}}
}

// add makes a commit known. Those of the range can also be named by pull
// request and title.
func (n *names) add(c *brief, upstream bool) {
	n.hashes = append(n.hashes, c.Hash)
	if !upstream {
		return
	}
	n.upstream[c.Hash] = true
	if c.PR != 0 {
		n.byPR[c.PR] = append(n.byPR[c.PR], c.Hash)
	}
	n.titled = append(n.titled, c)
}

// subjects maps the normalised titles of upstream's commits to their hashes.
// It is made when a title is asked for.
func (n *names) subjects() map[string][]string {
	if n.bySubject == nil {
		n.bySubject = make(map[string][]string, len(n.titled))
		for _, c := range n.titled {
			if subject := link.Normalise(c.Subject); subject != "" {
				n.bySubject[subject] = append(n.bySubject[subject], c.Hash)
			}
		}
	}
	return n.bySubject
}

func (n *names) done() { sort.Strings(n.hashes) }

// byHash returns the one commit whose hash begins with the abbreviation.
func (n *names) byHash(prefix string) string {
	prefix = strings.ToLower(prefix)
	i := sort.SearchStrings(n.hashes, prefix)
	if len(prefix) < 4 || i == len(n.hashes) || !strings.HasPrefix(n.hashes[i], prefix) ||
		i+1 < len(n.hashes) && strings.HasPrefix(n.hashes[i+1], prefix) {
		return ""
	}
	return n.hashes[i]
}

// entry returns the upstream commits of the range that a report's entry is
// about: by hash, by the fork commit that carries it, by pull request, by
// title. A hash that is in neither side is never explained by a weaker name.
func (n *names) entry(e *fact.ReportCommit) []string {
	if e.Hash != nil {
		h := n.byHash(*e.Hash)
		switch {
		case h == "":
			return nil
		case n.upstream[h]:
			return []string{h}
		}
		return n.carries[h]
	}
	if e.PR != 0 {
		if hs := n.byPR[e.PR]; len(hs) == 1 {
			return hs
		}
	}
	if e.Subject != "" {
		if h := n.byTitle(e.Subject); h != "" {
			return []string{h}
		}
	}
	return nil
}
