package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// Cure is what mends a finding.
type Cure string

const (
	Nothing Cure = ""        // a note, or beyond repair: Do says what to do
	Reindex Cure = "reindex" // build the index anew
	Anew    Cure = "ingest"  // list and judge again
	Renew   Cure = "renew"   // a new database with the old one's testimony
)

// Finding is one thing that the examination noticed.
type Finding struct {
	Where string `json:"where"` // database, index or git
	// Wrong tells what is wrong from what is only worth knowing.
	Wrong bool   `json:"wrong"`
	What  string `json:"what"`
	Do    string `json:"do"`             // what the user can do, empty if nothing is needed
	Cure  Cure   `json:"cure,omitempty"` // what --repair does
}

// Wrong reports whether any of the findings is more than a note.
func Wrong(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Wrong })
}

const repair = "tracker doctor --repair"

// few is how many things of one sort are told one by one.
const few = 5

type examination struct {
	*ingest.Ingest
	findings []Finding
}

func (e *examination) wrong(where string, cure Cure, do, format string, args ...any) {
	e.findings = append(e.findings, Finding{Where: where, Wrong: true, What: fmt.Sprintf(format, args...), Do: do, Cure: cure})
}

func (e *examination) note(where, do, format string, args ...any) {
	e.findings = append(e.findings, Finding{Where: where, What: fmt.Sprintf(format, args...), Do: do})
}

// Examine returns what it noticed, nothing if all is sound. It changes nothing.
// It fails with db.ErrNothing if nothing has been ingested, with a *BusyError or
// *FormatError of db's, and if git does.
func Examine(ctx context.Context, in *ingest.Ingest) ([]Finding, error) {
	e := &examination{Ingest: in}
	if err := e.database(ctx); err != nil {
		return nil, err
	}
	if Wrong(e.findings) {
		return e.findings, nil // what rests on the database cannot be told
	}
	var views []fact.View
	var config db.Config
	var decisions []fact.Decision
	err := in.Store.View(ctx, func(tx *db.Tx) (err error) {
		if views, err = tx.Views(); err != nil {
			return err
		}
		if config, err = tx.Config(); err != nil {
			return err
		}
		if decisions, err = tx.Decisions(); err != nil {
			return err
		}
		for i := range views {
			if err := e.view(tx, &views[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := e.index(ctx); err != nil {
		return nil, err
	}
	if err := e.git(ctx, config, views, decisions); err != nil {
		return nil, err
	}
	return e.findings, nil
}

// database looks at the file by itself.
func (e *examination) database(ctx context.Context) error {
	var flaws []string
	err := e.Store.Check(ctx, func(f db.Flaw) { flaws = append(flaws, f.String()) })
	var corrupt *db.CorruptError
	switch {
	case errors.As(err, &corrupt):
		flaws = append(flaws, corrupt.Err.Error())
	case err != nil:
		return err
	case len(flaws) == 0:
		return nil
	}
	cure, do := Renew, repair
	r, err := e.Store.Rescue(ctx)
	switch {
	case errors.As(err, &corrupt):
		cure, do = Nothing, fmt.Sprintf("nothing in %q can be read: move it away, bring back a copy or run tracker ingest and tracker import with your last export", e.Store.Path())
	case err != nil:
		return err
	case len(r.Lost) > 0:
		cure, do = Nothing, fmt.Sprintf("tracker export FILE writes what can still be read of marks and reports, all but: %s; then move %q away, run tracker ingest and tracker import FILE", listed(r.Lost), e.Store.Path())
	}
	for _, f := range flaws[:min(len(flaws), few)] {
		e.wrong("database", cure, do, "%s", f)
	}
	if more := len(flaws) - few; more > 0 {
		e.wrong("database", cure, do, "%d more flaws of this kind", more)
	}
	return nil
}

// view looks whether the parts of one view speak of each other.
func (e *examination) view(tx *db.Tx, v *fact.View) error {
	ref := v.Fork.Ref
	absent, err := tx.MissingCommits(slices.Concat(v.Range, v.Own))
	if err != nil {
		return err
	}
	if len(absent) > 0 {
		e.wrong("database", Anew, repair, "%s: %d of %d commits are not stored: %s", ref, len(absent), len(v.Range)+len(v.Own), shorts(absent))
	}
	bare, err := tx.MissingPatches(v.Range) // the range has no merges
	if err != nil {
		return err
	}
	bare = slices.DeleteFunc(bare, func(h string) bool { return slices.Contains(absent, h) })
	if len(bare) > 0 {
		e.wrong("database", Renew, repair, "%s: the patches of %d commits are not stored: %s", ref, len(bare), shorts(bare))
	}

	up, own := set(v.Range), set(v.Own)
	links, err := tx.Links(ref)
	if err != nil {
		return err
	}
	var stray []string
	for _, l := range links {
		if !own[l.Fork] || !up[l.Upstream] {
			stray = append(stray, l.Fork)
		}
	}
	if len(stray) > 0 {
		e.wrong("database", Anew, repair, "%s: %d links name commits that are not in its lists: %s", ref, len(stray), shorts(stray))
	}
	accounts, err := tx.Accounts(ref)
	if err != nil {
		return err
	}
	counts := map[fact.Status]int{}
	stray = nil
	for _, a := range accounts {
		counts[a.Status]++
		if !up[a.Commit] {
			stray = append(stray, a.Commit)
		}
	}
	if len(accounts) != len(v.Range) || len(stray) > 0 {
		e.wrong("database", Anew, repair, "%s: %d accounts for %d upstream commits, %d of them for none of these", ref, len(accounts), len(v.Range), len(stray))
	}
	for _, s := range fact.Statuses {
		if counts[s] != v.Counts[s] {
			e.wrong("database", Anew, repair, "%s: %d commits are counted as %s, and %d are", ref, v.Counts[s], s, counts[s])
		}
	}
	return nil
}

// index looks whether the index has the documents that it should have.
func (e *examination) index(ctx context.Context) error {
	a, err := e.Index.Check(ctx, e.Store)
	if err != nil {
		return err
	}
	switch {
	case a.State != index.Current:
		e.wrong("index", Reindex, "tracker reindex", "the search index is %s", a.State)
	case len(a.Missing)+len(a.Extra) > 0:
		e.wrong("index", Reindex, "tracker reindex", "%d documents are missing from the search index and %d are too many: %s",
			len(a.Missing), len(a.Extra), listed(slices.Concat(a.Missing, a.Extra)))
	}
	return nil
}

// git compares with the repository: first what the next ingest will see, then
// whether the lists are true of the commits that they were made for.
func (e *examination) git(ctx context.Context, config db.Config, views []fact.View, decisions []fact.Decision) error {
	heads, _, err := ingest.FindHeads(ctx, e.Repo, config, "", nil)
	var gone *ingest.RefError
	switch {
	case errors.As(err, &gone), errors.Is(err, ingest.ErrNoUpstream), errors.Is(err, ingest.ErrNoFork), errors.Is(err, git.ErrNoCommit):
		e.wrong("git", Nothing, "name where it went: tracker ingest --upstream REF --fork REF", "%v", err)
	case err != nil:
		return err
	default:
		e.moved(heads, views)
	}
	for i := range views {
		if err := e.lists(ctx, &views[i]); err != nil {
			return err
		}
	}
	var names []string
	for _, d := range decisions {
		if d.Commit != "" && d.Undone == 0 {
			names = append(names, d.Commit)
		}
	}
	absent, err := e.absent(ctx, names)
	if err != nil {
		return err
	}
	if len(absent) > 0 {
		e.note("git", "", "marks speak of %d commits that are not in git any more, and are kept: %s", len(absent), shorts(absent))
	}
	return nil
}

func (e *examination) moved(heads ingest.Heads, views []fact.View) {
	for _, v := range views {
		at := slices.IndexFunc(heads.Forks, func(r fact.Ref) bool { return r.Ref == v.Fork.Ref })
		if at < 0 {
			e.note("git", "tracker ingest", "%s was ingested and is not looked at any more", v.Fork.Ref)
		} else if now := heads.Forks[at]; now.Commit != v.Fork.Commit {
			e.note("git", "tracker ingest", "%s is at %s, and was ingested at %s", now.Ref, fact.Short(now.Commit), fact.Short(v.Fork.Commit))
		}
	}
	if len(views) > 0 && views[0].Upstream != heads.Upstream {
		e.note("git", "tracker ingest", "%s is at %s, and was ingested at %s", heads.Upstream.Ref, fact.Short(heads.Upstream.Commit), fact.Short(views[0].Upstream.Commit))
	}
}

// lists compares a view's lists with git's.
func (e *examination) lists(ctx context.Context, v *fact.View) error {
	absent, err := e.absent(ctx, slices.Concat([]string{v.Fork.Commit, v.Upstream.Commit}, v.Range, v.Own))
	if err != nil {
		return err
	}
	if len(absent) > 0 {
		e.note("git", "tracker ingest", "%s: %d commits of the last ingest are not in git any more: %s", v.Fork.Ref, len(absent), shorts(absent))
		return nil
	}
	if err := e.readable(ctx, v); err != nil {
		return err
	}
	merges := 0
	var up, own []string
	err = e.Repo.RevList(ctx, []string{v.Upstream.Commit}, []string{v.Fork.Commit}, func(hash string, parents int) {
		if parents > 1 {
			merges++
		} else {
			up = append(up, hash)
		}
	})
	if err != nil {
		return err
	}
	err = e.Repo.RevList(ctx, []string{v.Fork.Commit}, []string{v.Upstream.Commit}, func(hash string, _ int) { own = append(own, hash) })
	if err != nil {
		return err
	}
	for _, l := range []struct {
		what      string
		git, here []string
	}{{"upstream commits", up, v.Range}, {"commits of the fork's own", own, v.Own}} {
		lacking, extra := difference(l.git, l.here), difference(l.here, l.git)
		if len(lacking)+len(extra) > 0 {
			e.wrong("git", Anew, repair, "%s: git lists %d %s and the database %d; it lacks %d and has %d that git does not list: %s",
				v.Fork.Ref, len(l.git), l.what, len(l.here), len(lacking), len(extra), shorts(slices.Concat(lacking, extra)))
		}
	}
	if merges != v.Merges {
		e.wrong("git", Anew, repair, "%s: git lists %d merges and the database %d", v.Fork.Ref, merges, v.Merges)
	}
	bases, err := e.Repo.MergeBases(ctx, v.Fork.Commit, v.Upstream.Commit)
	if err != nil {
		return err
	}
	if v.Base != "" || len(bases) > 0 {
		if !slices.Contains(bases, v.Base) {
			e.wrong("git", Anew, repair, "%s: the merge base is %s, and the database has %s", v.Fork.Ref, shorts(bases), fact.Short(v.Base))
		}
	}
	return nil
}

// readable finds the commits that could not be read in full and now can be.
func (e *examination) readable(ctx context.Context, v *fact.View) error {
	lacked := map[string]string{} // blob → commit
	var now []string
	err := e.Store.View(ctx, func(tx *db.Tx) error {
		for _, h := range v.Unread {
			p, err := tx.Patch(h)
			if err != nil || p == nil {
				return err
			}
			for _, blob := range p.Unreadable {
				lacked[blob] = h
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	blobs := slices.Sorted(maps.Keys(lacked))
	absent, err := e.absent(ctx, blobs)
	if err != nil {
		return err
	}
	for _, blob := range difference(blobs, absent) {
		if !slices.Contains(now, lacked[blob]) {
			now = append(now, lacked[blob])
		}
	}
	if len(now) > 0 {
		e.wrong("git", Anew, repair, "%s: %d commits were read without objects that git has by now: %s", v.Fork.Ref, len(now), shorts(now))
	}
	return nil
}

// absent returns those of the hashes that are not in git.
func (e *examination) absent(ctx context.Context, hashes []string) ([]string, error) {
	objects, err := e.Repo.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	found, err := objects.Info(hashes)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, o := range found {
		if o.Missing {
			out = append(out, o.Name)
		}
	}
	return out, nil
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// difference returns what is in a and not in b.
func difference(a, b []string) []string {
	has := set(b)
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return has[s] })
}

func shorts(hashes []string) string {
	list := make([]string, len(hashes))
	for i, h := range hashes {
		list[i] = fact.Short(h)
	}
	return listed(list)
}

// listed writes the first of a list.
func listed(list []string) string {
	text := strings.Join(list[:min(len(list), few)], ", ")
	if more := len(list) - few; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
