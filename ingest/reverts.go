package ingest

import "tracker/ingest/link"

// reverted maps each commit of a line of history (newest first) to the commit
// that reverts it and stands: one that is itself reverted does not count. A
// revert names its target by hash or, when that is lost, by the title it
// quotes. carriers adds the fork's commits that carry an upstream commit, for
// reverts that name upstream's hash.
func reverted(history []*brief, known *names, carriers map[string][]string) map[string]string {
	place := make(map[string]int, len(history))
	byTitle := map[string][]int{} // places, newest first
	for i, c := range history {
		place[c.Hash] = i
		byTitle[c.Subject] = append(byTitle[c.Subject], i)
	}
	by := map[string]string{}
	gone := map[string]bool{} // reverts that were reverted
	for i, c := range history {
		if gone[c.Hash] || !c.revert && len(c.reverts) == 0 {
			continue
		}
		var targets []string
		for _, name := range c.reverts {
			h := known.byHash(name)
			targets = append(targets, h)
			targets = append(targets, carriers[h]...)
		}
		if len(c.reverts) == 0 {
			for _, p := range byTitle[link.RevertedSubject(c.Subject)] {
				if p > i {
					targets = append(targets, history[p].Hash)
					break
				}
			}
		}
		for _, h := range targets {
			if p, ok := place[h]; ok && p > i {
				gone[h] = true
				by[h] = c.Hash
			}
		}
	}
	return by
}
