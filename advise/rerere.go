package advise

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tracker/ingest/conflict"
	"tracker/ingest/foresee"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// ErrNoWorkTree says that a repository has no work tree, in which alone git conflicts.
var ErrNoWorkTree = errors.New("this repository has no work tree, and so no conflict for git to resolve")

// Reused is the answer to `tracker rerere`: past resolutions that git itself can apply.
type Reused struct {
	As   AsOf   `json:"as_of"`
	Onto string `json:"onto"` // full hash
	// Folder is git's cache of resolutions. Creates says that it is not there, and
	// that by making it git begins to use it; Off that the configuration forbids that.
	Folder  string       `json:"folder"`
	Creates bool         `json:"creates"`
	Off     bool         `json:"off"`
	DryRun  bool         `json:"dry_run"`
	Entries []CacheEntry `json:"entries"`
	Left    []CacheLeft  `json:"left"`
	// Untried is how many picks were not tried, because no conflict of any of their files
	// is known.
	Untried int `json:"untried"`
}

// What becomes of an entry.
const (
	EntryWritten = "written"
	EntryThere   = "there" // it was there before, and is left as it is
	// EntryBegun was there before, without a resolution: git met the conflict, and waits
	// for it. It is left as it is.
	EntryBegun = "there, unresolved"
	EntryWould = "would be written"
)

// CacheEntry is one file's conflict with its resolution.
type CacheEntry struct {
	ID      string   `json:"id"` // as git's rerere names it
	State   string   `json:"state"`
	Commit  string   `json:"commit"` // the pick that meets it, full hash
	Subject string   `json:"subject"`
	Path    string   `json:"path"`
	Hunks   int      `json:"hunks"`
	From    []string `json:"from"` // the past conflicts
	// Before and After are the file with its conflicts, and as it will be.
	Before string `json:"before"`
	After  string `json:"after"`
}

// CacheLeft is a conflict for which nothing is written, and why.
type CacheLeft struct {
	Commit string `json:"commit"`
	Path   string `json:"path"`
	Why    string `json:"why"`
}

// Reuser composes entries. It holds all that it takes of the database.
type Reuser struct {
	suggester *Suggester
	out       *Reused
	repo      *git.Repo
	cache     *git.Rerere
}

// Reuse prepares entries for the picks of commits (full hashes; none: all that are
// pending), each alone onto a commit, by default the fork's tip as of the last ingest.
func (a *Asker) Reuse(ctx context.Context, commits []string, fork, onto string) (*Reuser, error) {
	v, err := a.view(fork)
	if err != nil {
		return nil, err
	}
	if len(commits) == 0 {
		if commits, err = a.pending(v, a.needs(v)); err != nil {
			return nil, err
		}
	}
	r := &Reuser{out: &Reused{As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Onto: onto, Entries: []CacheEntry{}, Left: []CacheLeft{}}}
	if onto == "" {
		r.out.Onto = v.Fork.Commit
	}
	if len(commits) > 0 { // without any, it would be for the conflict in progress
		r.suggester, err = a.Suggest(ctx, commits, fork, r.out.Onto)
	} else {
		r.suggester = &Suggester{out: &Suggested{}}
	}
	return r, err
}

// reused is a file of which every place was resolved before.
type reused struct {
	answer int // its place among the questions
	path   string
	entry  CacheEntry
}

// Run composes the entries and writes them, unless dry. tell, which may be nil, is told
// how many of the picks are done.
func (r *Reuser) Run(ctx context.Context, repo *git.Repo, dry bool, tell func(done, total int)) (*Reused, error) {
	if repo.WorkTree() == "" {
		return nil, ErrNoWorkTree
	}
	cache, err := repo.Rerere(ctx)
	if err != nil {
		return nil, err
	}
	r.repo, r.cache = repo, cache
	r.out.Folder, r.out.Creates, r.out.Off, r.out.DryRun = cache.Folder, !cache.There && !cache.On, cache.Off, dry
	replay, err := repo.Replay(ctx)
	if err != nil {
		return nil, err
	}
	defer replay.Close()
	objects, err := replay.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	var found []reused
	r.narrow()
	questions := r.suggester.questions
	for start := 0; start < len(questions); start += pickBatch {
		if tell != nil {
			tell(start, len(questions))
		}
		end := min(start+pickBatch, len(questions))
		answers, err := replay.Ask(ctx, questions[start:end])
		if err != nil {
			return nil, err
		}
		for i := range answers {
			list, err := r.compose(objects, start+i, &answers[i])
			if err != nil {
				return nil, err
			}
			found = append(found, list...)
		}
	}
	if err := r.layOut(ctx, found); err != nil {
		return nil, err
	}
	for i := range r.out.Entries {
		e := &r.out.Entries[i]
		there, resolved := cache.Has(e.ID)
		switch {
		case there && resolved:
			e.State = EntryThere
		case there:
			e.State = EntryBegun
		case !dry:
			if err := cache.Put(e.ID, []byte(e.Before), []byte(e.After)); err != nil {
				return nil, fmt.Errorf("%w; %d of %d entries were written", err, i, len(r.out.Entries))
			}
			e.State = EntryWritten
		}
	}
	return r.out, nil
}

// narrow leaves out the commits that change no file of which a conflict is known: what is
// handed over was resolved in the same file.
func (r *Reuser) narrow() {
	s := r.suggester
	var commits []*fact.Commit
	var questions []git.Question
	for i, c := range s.commits {
		known := slices.ContainsFunc(c.Files, func(f fact.FileChange) bool {
			return s.memory.Knows(f.Path) || f.OldPath != "" && s.memory.Knows(f.OldPath)
		})
		if known {
			commits, questions = append(commits, c), append(questions, s.questions[i])
		}
	}
	r.out.Untried = len(s.commits) - len(commits)
	s.commits, s.questions = commits, questions
}

// pickBatch is how many picks are tried between two tellings of how far it has come.
const pickBatch = 16

// leave says why nothing is written for a conflict.
func (r *Reuser) leave(commit, path, why string) {
	r.out.Left = append(r.out.Left, CacheLeft{Commit: commit, Path: path, Why: why})
}

// compose finds the files of one pick of which every place was resolved before.
func (r *Reuser) compose(objects *git.Objects, at int, m *git.Merged) ([]reused, error) {
	var out []reused
	c := r.suggester.commits[at]
	for i := range m.Conflicts {
		x := &m.Conflicts[i]
		if slices.Contains(m.Unreadable, x.Path) {
			r.leave(c.Hash, x.Path, "a part of it is not in this repository")
			continue
		}
		merged, err := foresee.Taken(objects, m, x)
		if err != nil {
			return nil, err
		}
		if merged == nil {
			r.leave(c.Hash, x.Path, "a "+x.Kind+" conflict has no places that git's rerere could keep")
			continue
		}
		text, past, why := r.suggester.memory.Compose(x.Path, merged)
		if why == "" && merged.Hunks[len(merged.Hunks)-1].At == len(merged.Lines) {
			if unended, err := foresee.Unended(objects, x); err != nil {
				return nil, err
			} else if unended {
				why = "it conflicts at its end, where a side has no end of line"
			}
		}
		if why != "" {
			r.leave(c.Hash, x.Path, why)
			continue
		}
		e := CacheEntry{State: EntryWould, Commit: c.Hash, Subject: c.Subject, Path: x.Path, Hunks: len(merged.Hunks), After: string(text)}
		for _, p := range past {
			if !slices.Contains(e.From, p.ID) {
				e.From = append(e.From, p.ID)
			}
		}
		out = append(out, reused{answer: at, path: x.Path, entry: e})
	}
	return out, nil
}

// layOut writes the conflicts of files as git will in the work tree, in the style that
// the user has configured, by which rerere knows them again.
func (r *Reuser) layOut(ctx context.Context, found []reused) error {
	if len(found) == 0 {
		return nil
	}
	var paths []string
	var questions []git.Question
	place := map[int]int{}
	for i := range found {
		f := &found[i]
		paths = append(paths, f.path)
		if _, ok := place[f.answer]; !ok {
			place[f.answer] = len(questions)
			questions = append(questions, r.suggester.questions[f.answer])
		}
	}
	attributes, err := r.repo.Checkouts(ctx, paths, r.cache.EOL)
	if err != nil {
		return err
	}
	replay, err := r.repo.ReplayStyled(ctx, r.cache.Style)
	if err != nil {
		return err
	}
	defer replay.Close()
	answers, err := replay.Ask(ctx, questions)
	if err != nil {
		return err
	}
	objects, err := replay.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	for i := range found {
		f := &found[i]
		if attributes[f.path].Converted {
			r.leave(f.entry.Commit, f.path, "its attributes change it on the way to the work tree, where rerere looks")
			continue
		}
		merged, _, err := foresee.TakenAt(objects, &answers[place[f.answer]], f.path)
		if err != nil {
			return err
		}
		if merged == nil {
			r.leave(f.entry.Commit, f.path, "git lays it out in a way that is not understood")
			continue
		}
		text, id, ok := conflict.Preimage(merged, attributes[f.path].Marker, r.repo.NewHash())
		if !ok {
			r.leave(f.entry.Commit, f.path, "it has lines like conflict markers, at which rerere gives up")
			continue
		}
		f.entry.ID, f.entry.Before = id, string(text)
		at := slices.IndexFunc(r.out.Entries, func(e CacheEntry) bool { return e.ID == id })
		switch {
		case at < 0:
			r.out.Entries = append(r.out.Entries, f.entry)
		case r.out.Entries[at].After != f.entry.After || r.out.Entries[at].Path != f.path:
			r.leave(f.entry.Commit, f.path, "rerere keeps one resolution of the same conflict, and that is another pick's here")
		}
	}
	return nil
}

// Evaluate tells how good suggestions would have been for each past conflict with what
// was known before it: the answer to `tracker suggest --evaluate`.
func (a *Asker) Evaluate() ([]reuse.Table, error) {
	replays, err := a.tx.Replays()
	if err != nil {
		return nil, err
	}
	return reuse.Evaluate(reuse.Pasts(replays)), nil
}
