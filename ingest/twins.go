package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tracker/db"
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// twinsOf are the fork's commits that are one and the same change as a commit
// that the user named: itself, and what a rebase or a pick to another of the
// fork's branches made of it. What was decided of one holds for all, so that
// nobody has to decide it twice.
type twinsOf map[string][]string

// meetTwins finds the twins of the fork commits that decisions name, also of
// those that the fork has no longer: a commit that was read once stays stored.
func (lib *library) meetTwins(ctx context.Context, store *db.Store, standing []fact.Decision) error {
	lib.same = twinsOf{}
	var named []string
	for _, d := range standing {
		if h := cmp.Or(d.Not, d.As); h != "" && !slices.Contains(named, h) {
			named = append(named, h)
		}
	}
	if len(named) == 0 {
		return nil
	}
	_, commits, err := loadCommits(ctx, store, named, loading{fork: true, links: true})
	if err != nil {
		return err
	}
	marks := map[string][]string{} // what tells a commit → the named ones
	for i := range commits {
		for _, m := range identity(&commits[i]) {
			marks[m] = append(marks[m], commits[i].Hash)
		}
	}
	for i := range lib.input.Fork {
		f := &lib.input.Fork[i]
		for _, m := range identity(f) {
			for _, h := range marks[m] {
				if !slices.Contains(lib.same[h], f.Hash) {
					lib.same[h] = append(lib.same[h], f.Hash)
				}
			}
		}
	}
	return nil
}

// identity are the marks of a commit that outlive a rebase: its patch-id, and
// its author at that second with its title.
func identity(c *link.Commit) []string {
	out := []string{fmt.Sprintf("%s <%s> %d %s", c.AuthorName, c.AuthorMail, c.AuthorDate, c.Subject)}
	if c.PatchID != "" {
		out = append(out, "patch "+c.PatchID)
	}
	return out
}

// twins returns a named fork commit and its twins.
func (lib *library) twins(named string) []string {
	if named == "" {
		return nil
	}
	if slices.Contains(lib.same[named], named) {
		return lib.same[named]
	}
	return append([]string{named}, lib.same[named]...)
}

// renamed returns the decisions as they are of one view: a fork commit that it
// does not have is called by the name of its twin there.
func (lib *library) renamed(standing []fact.Decision, s *sides) []fact.Decision {
	out := slices.Clone(standing)
	for i := range out {
		for _, name := range []*string{&out[i].As, &out[i].Not} {
			if *name == "" || s.byHash[*name] != nil {
				continue
			}
			if at := slices.IndexFunc(lib.same[*name], func(h string) bool { return s.byHash[h] != nil }); at >= 0 {
				*name = lib.same[*name][at]
			}
		}
	}
	return out
}
