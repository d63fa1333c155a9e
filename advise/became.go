package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tracker/ingest/reuse"
	"tracker/internal/fact"
)

// aftermath tells what became of resolutions: whether a later commit of the fork took
// them back, or changed the lines that they left. It follows a file from version to
// version by the names of its contents, and says nothing where that thread is lost.
type aftermath struct {
	asker *Asker
	after map[string][]string  // a view's own commits that touch a path, oldest first
	place map[string][2]int    // of a commit: its view, and its place in it, oldest first
	takes map[string][2]string // commits that were taken back: by which, and its subject
	edits map[string]*fact.Edits
}

// pasts are the conflicts of replays with what became of them, in order of time.
func (a *Asker) pasts() ([]reuse.Past, error) {
	replays, err := a.tx.Replays()
	if err != nil {
		return nil, err
	}
	later, err := a.aftermathOfAll()
	if err != nil {
		return nil, err
	}
	list := reuse.Pasts(replays)
	for i := range list {
		p := &list[i]
		r := fact.Replayed{Fork: p.Fork, When: p.When}
		if p.Became, err = later.of(&r, &p.PastConflict); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// aftermath reads the fork's own commits that touch the paths of replays.
func (a *Asker) aftermath(replays []fact.Replayed) (*aftermath, error) {
	m := &aftermath{asker: a, after: map[string][]string{}, place: map[string][2]int{}, takes: map[string][2]string{}, edits: map[string]*fact.Edits{}}
	paths := map[string]bool{}
	for i := range replays {
		for j := range replays[i].Conflicts {
			paths[replays[i].Conflicts[j].Path] = true
		}
	}
	if len(paths) == 0 {
		return m, nil
	}
	for v := range a.views {
		own := a.views[v].Own
		for i, h := range slices.Backward(own) {
			if _, known := m.place[h]; known {
				continue // of a branch before this one
			}
			m.place[h] = [2]int{v, len(own) - i}
			c, err := a.tx.Commit(h)
			if err != nil {
				return nil, err
			}
			if c == nil || c.IsMerge() {
				continue
			}
			if _, rest, ok := strings.Cut(c.Body, "This reverts commit "); ok {
				name, _, _ := strings.Cut(rest, ".")
				m.takes[strings.TrimSpace(name)] = [2]string{h, c.Subject}
			}
			for _, f := range c.Files {
				for _, path := range []string{f.Path, f.OldPath} {
					if paths[path] {
						m.after[path] = append(m.after[path], h)
					}
				}
			}
		}
	}
	return m, nil
}

// of tells what became of a resolved conflict of the fork's; empty where it stands, or
// cannot be told.
func (m *aftermath) of(r *fact.Replayed, c *fact.PastConflict) (string, error) {
	if by, ok := m.takes[r.Fork]; ok {
		return fmt.Sprintf("taken back by %s %q", fact.Short(by[0]), by[1]), nil
	}
	for i := range c.Hunks {
		h := &c.Hunks[i]
		by, err := m.changed(r.Fork, c.Path, h.Line-1, strings.Count(h.Result, "\n"))
		if err != nil || by == nil {
			if err != nil {
				return "", err
			}
			continue
		}
		days := int(by.CommitDate.Sub(time.Unix(r.When, 0)).Hours() / 24)
		when := fmt.Sprintf("%d days later", days)
		switch {
		case days <= 0:
			when = "on the same day"
		case days == 1:
			when = "a day later"
		}
		return fmt.Sprintf("changed again %s by %s %q", when, fact.Short(by.Hash), by.Subject), nil
	}
	return "", nil
}

// changed returns the first commit of the fork behind another that changes the given
// lines of a file, nil if none is known to.
func (m *aftermath) changed(fork, path string, from, count int) (*fact.Commit, error) {
	start, ok := m.place[fork]
	if !ok || count == 0 {
		return nil, nil
	}
	e, err := m.read(fork)
	if err != nil || e == nil {
		return nil, err
	}
	key := uint64(0)
	for i := range e.Files {
		if e.Files[i].Path == path {
			key = e.Files[i].To
		}
	}
	list := m.after[path]
	at, _ := slices.BinarySearchFunc(list, start, func(h string, p [2]int) int {
		q := m.place[h]
		return cmp.Or(cmp.Compare(q[0], p[0]), cmp.Compare(q[1], p[1]))
	})
	to := from + count
	for _, h := range list[at:] {
		if m.place[h][0] != start[0] || key == 0 {
			break
		}
		e, err := m.read(h)
		if err != nil {
			return nil, err
		}
		if e == nil || h == fork {
			continue
		}
		for i := range e.Files {
			f := &e.Files[i]
			if f.Before() != path || f.From != key || f.Whole {
				continue
			}
			shift, hit := 0, false
			for _, run := range f.Runs {
				end := run.Old + run.Removed
				hit = hit || run.Old < to && end > from
				if end <= from {
					shift += run.Added - run.Removed
				}
			}
			if hit {
				return m.asker.tx.Commit(h)
			}
			from, to, key, path = from+shift, to+shift, f.To, f.Path
			break
		}
	}
	return nil, nil
}

// read returns the edits of a commit, which are asked for many times.
func (m *aftermath) read(hash string) (*fact.Edits, error) {
	if e, known := m.edits[hash]; known {
		return e, nil
	}
	e, err := m.asker.tx.Edits(hash)
	m.edits[hash] = e
	return e, err
}
