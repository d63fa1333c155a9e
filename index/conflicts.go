package index

import (
	"fmt"
	"strings"
	"time"

	"tracker/db"
	"tracker/internal/fact"
	"tracker/internal/pattern"
)

const (
	// maxSide is how many bytes of each side of a place are searched.
	maxSide = 2 << 10
	// maxPlaces is how many places of a conflict are.
	maxPlaces = 16
)

func conflictPrefix(r *fact.Replayed) string    { return "conflict/" + r.Fork + "/" + r.Upstream + ":" }
func conflictID(r *fact.Replayed, i int) string { return conflictPrefix(r) + r.Conflicts[i].Path }
func patternID(p *pattern.Pattern) string       { return patternPrefix + p.Of + "/" + p.Pattern }

const patternPrefix = "pattern/"

// conflictEntries makes a document of each conflict that a replay met.
func conflictEntries(r *fact.Replayed) ([]entry, error) {
	var list []entry
	for i := range r.Conflicts {
		c := &r.Conflicts[i]
		k := card{
			Kind: "conflict", ID: fact.Short(r.Fork) + ":" + c.Path, Author: r.Author,
			Title: fmt.Sprintf("%s (%s), resolved %s", c.Path, c.Kind, c.Resolution),
			Date:  time.Unix(r.When, 0).UTC().Format(time.RFC3339),
			Why:   r.Subject,
		}
		if c.Whole {
			k.Title += ", the whole file"
		}
		var text []string
		for j := range c.Hunks[:min(len(c.Hunks), maxPlaces)] {
			h := &c.Hunks[j]
			sides := []string{h.Heading, start(h.Ours), start(h.Theirs)}
			if h.Resolution == fact.ResolvedManual {
				sides = append(sides, start(h.Result))
			}
			k.add("", sides...)
			text = append(text, sides...)
		}
		e, err := newEntry(conflictID(r, i), k, r.When, map[string]any{
			fieldTitle: "conflict " + string(c.Resolution) + " " + c.Kind, fieldFile: strings.ToLower(c.Path), fieldPaths: c.Path,
			fieldAuthor: r.Author, fieldNames: []string{r.Fork, r.Upstream}, fieldText: text, fieldSaid: r.Subject,
		})
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// start is the beginning of a text.
func start(text string) string {
	if len(text) > maxSide {
		return strings.ToValidUTF8(text[:maxSide], "")
	}
	return text
}

// patternEntries makes a document of what the conflicts of all replays have in common.
func patternEntries(tx *db.Tx) ([]entry, error) {
	replays, err := tx.Replays()
	if err != nil {
		return nil, err
	}
	patterns := pattern.Find(pattern.Of(replays))
	var list []entry
	for i := range patterns {
		p := &patterns[i]
		k := card{Kind: "pattern", ID: "pattern:" + p.Pattern, Title: p.Pattern + ": " + p.Advice}
		k.add("", p.Warnings...)
		e, err := newEntry(patternID(p), k, 0, map[string]any{
			fieldTitle: "pattern " + p.Advice, fieldPaths: p.Pattern, fieldFile: strings.ToLower(p.Pattern), fieldText: p.Warnings,
		})
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// applyConflicts writes the documents of replays anew, and the patterns with them, and
// deletes those that there are no longer.
func (w *writer) applyConflicts(tx *db.Tx, ids []string, replays map[[2]string]bool) error {
	kept, stale := map[string]bool{}, map[string]bool{}
	put := func(list []entry, err error) error {
		for _, e := range list {
			if err == nil {
				kept[e.id] = true
				err = w.put(e)
			}
		}
		return err
	}
	for pair := range replays {
		r, err := tx.Replayed(pair[0], pair[1])
		if err != nil {
			return err
		}
		if r == nil {
			r = &fact.Replayed{Fork: pair[0], Upstream: pair[1]}
		}
		stale[conflictPrefix(r)] = true
		if err := put(conflictEntries(r)); err != nil {
			return err
		}
	}
	if err := put(patternEntries(tx)); err != nil {
		return err
	}
	for _, id := range ids {
		prefix, _, _ := strings.Cut(id, ":")
		if !kept[id] && (stale[prefix+":"] || strings.HasPrefix(id, patternPrefix)) {
			if err := w.delete(id); err != nil {
				return err
			}
		}
	}
	return nil
}
