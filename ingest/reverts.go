package ingest

import (
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// reverted maps each commit of a line of history (newest first) to the commit
// that reverts it and stands: one that is itself reverted does not count. A
// revert names its target by hash or, when that is lost, by the title it
// quotes; same also maps hashes under which a target is known elsewhere.
func reverted(history []*fact.Commit, same func(hash string) []string) map[string]string {
	place := map[string]int{}
	byTitle := map[string][]string{}
	for i, c := range history {
		place[c.Hash] = i
		byTitle[c.Subject] = append(byTitle[c.Subject], c.Hash)
	}
	find := func(prefix string) []string {
		if len(prefix) >= 40 {
			if _, ok := place[prefix]; ok {
				return []string{prefix}
			}
			return same(prefix)
		}
		var out []string
		for _, c := range history {
			if len(prefix) >= 7 && len(prefix) <= len(c.Hash) && c.Hash[:len(prefix)] == prefix {
				out = append(out, c.Hash)
			}
		}
		return out
	}
	by := map[string]string{}
	gone := map[string]bool{} // reverts that were reverted
	for i, c := range history {
		if gone[c.Hash] || !link.IsRevert(c.Subject, c.Body) && len(link.Reverted(c.Body)) == 0 {
			continue
		}
		var targets []string
		for _, h := range link.Reverted(c.Body) {
			targets = append(targets, find(h)...)
		}
		if len(targets) == 0 {
			// The newest older commit of that title.
			for _, h := range byTitle[link.RevertedSubject(c.Subject)] {
				if place[h] > i {
					targets = append(targets, h)
					break
				}
			}
		}
		for _, h := range targets {
			if place[h] > i {
				gone[h] = true
				by[h] = c.Hash
			}
		}
	}
	return by
}
