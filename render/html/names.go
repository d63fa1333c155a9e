package html

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
)

// names knows the address of every page, from the top of the site.
type names struct {
	commits  map[string]string // by full hash
	hashes   []string          // the same hashes, sorted
	prs      map[int]string    // the upstream commit of a pull request, where there is one
	reports  map[string]string // by ID
	called   map[string]string // what a report is called, by ID
	patterns map[[2]string]string
	groups   map[string]string // by the commit that they begin with
}

// shortName is how many digits of a hash name a page. Where two commits share them
// both are named in full.
const shortName = 12

func newNames(h *advise.History) *names {
	n := &names{
		commits: map[string]string{}, prs: map[int]string{}, reports: map[string]string{}, called: map[string]string{},
		patterns: map[[2]string]string{}, groups: map[string]string{},
	}
	count := map[string]int{}
	for _, s := range h.Stories {
		n.hashes = append(n.hashes, s.Commit.Hash)
		count[cut(s.Commit.Hash)]++
	}
	slices.Sort(n.hashes)
	several := map[int]bool{}
	for _, s := range h.Stories {
		name := cut(s.Commit.Hash)
		if count[name] > 1 {
			name = s.Commit.Hash
		}
		n.commits[s.Commit.Hash] = "commit/" + name + ".html"
		if pr := s.Commit.PR; pr > 0 && s.Side == "upstream" {
			if n.prs[pr] != "" {
				several[pr] = true
			}
			n.prs[pr] = s.Commit.Hash
		}
	}
	for pr := range several {
		delete(n.prs, pr)
	}
	used := map[string]bool{}
	for i := range h.Reports {
		r := &h.Reports[i].Report
		n.called[r.ID] = r.ID
		if r.Source != "fork" {
			n.called[r.ID] = last(r.ID) // a folder of somebody's machine means nothing to others
		}
		n.reports[r.ID] = "report/" + unique(used, strings.TrimSuffix(last(r.ID), ".md")) + ".html"
	}
	used = map[string]bool{}
	if h.Met != nil {
		for _, p := range h.Met.Patterns {
			n.patterns[[2]string{p.Of, p.Pattern}] = "pattern/" + unique(used, p.Of+"-"+p.Pattern) + ".html"
		}
	}
	for i := range h.Groups {
		root := h.Groups[i].Root
		name := cut(root)
		if count[name] > 1 {
			name = root
		}
		n.groups[root] = "group/" + name + ".html"
	}
	return n
}

func cut(hash string) string { return hash[:min(len(hash), shortName)] }

func last(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// unique turns a name into one that is good for a file on every system and that no
// other has, whatever case matters to.
func unique(used map[string]bool, name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	slug := strings.Trim(b.String(), "-")
	if slug == "" || reserved[strings.TrimRight(slug, "0123456789")] {
		slug = strings.TrimSuffix("page-"+slug, "-")
	}
	out := slug
	for i := 2; used[out]; i++ {
		out = slug + "-" + strconv.Itoa(i)
	}
	used[out] = true
	return out
}

// reserved are names that Windows keeps for devices, whatever follows the dot.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "com": true, "lpt": true}

// commit finds the commit that has a page and that a word names: a full hash, or at
// least seven digits that only one begins with.
func (n *names) commit(word string) (hash string, ok bool) {
	if len(word) < 7 || !fact.IsHash(word) {
		return "", false
	}
	word = strings.ToLower(word)
	i, _ := slices.BinarySearch(n.hashes, word)
	if i == len(n.hashes) || !strings.HasPrefix(n.hashes[i], word) {
		return "", false
	}
	if i+1 < len(n.hashes) && strings.HasPrefix(n.hashes[i+1], word) {
		return "", false
	}
	return n.hashes[i], true
}

// line is the mark of a line in a report's page.
func line(n int) string { return fmt.Sprintf("L%d", n) }
