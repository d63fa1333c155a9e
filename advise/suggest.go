package advise

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"tracker/ingest/conflict"
	"tracker/ingest/foresee"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// ErrNoConflict says that no conflict is in progress in the work tree.
var ErrNoConflict = errors.New("no conflict is in progress in this work tree")

// Suggested is the answer to `tracker suggest`: how the places of conflicts might be
// resolved, by how like ones were before.
type Suggested struct {
	As AsOf `json:"as_of"`
	// Onto is what picks are predicted onto, a full hash; empty for the conflict in
	// progress, of which Operation says what it is in the middle of.
	Onto      string `json:"onto,omitempty"`
	Operation string `json:"operation,omitempty"`
	Commit    string `json:"commit,omitempty"` // what is picked, merged or rebased, where git says it
	// Known is how many past conflicts there are to learn from.
	Known     int             `json:"known"`
	Conflicts []ConflictPlace `json:"conflicts"`
	// Resolved are the unmerged paths of which every place is resolved in the work tree,
	// and that are not staged yet.
	Resolved []string `json:"resolved,omitempty"`
	// Clean are those of the commits asked for that meet no conflict, each with what
	// comes of its pick.
	Clean []NoConflict `json:"clean,omitempty"`
}

// NoConflict is a commit without a conflict to resolve.
type NoConflict struct {
	Commit  string      `json:"commit"`
	Subject string      `json:"subject"`
	Result  fact.Result `json:"result"`
}

// ConflictPlace is one place of a conflict, with suggestions.
type ConflictPlace struct {
	Commit  string `json:"commit,omitempty"` // what is picked, full hash
	Subject string `json:"subject,omitempty"`
	Path    string `json:"path"`
	Kind    string `json:"kind"`
	Hunk    int    `json:"hunk"`           // of the path, from 1; 0: the path as a whole
	Line    int    `json:"line,omitempty"` // of its first marker in the file with markers
	ID      string `json:"id,omitempty"`   // that of the same two sides, as conflicts has it
	Ours    string `json:"ours"`
	Theirs  string `json:"theirs"`
	// Suggestions are the best first. Only exact ones can be taken over as they are.
	Suggestions []fact.Suggestion `json:"suggestions"`
}

// Suggester finds suggestions. It holds all that it takes of the database, which may
// be closed while it works.
type Suggester struct {
	memory    *reuse.Memory
	side      map[string]reuse.Side // whose a commit is
	out       *Suggested
	commits   []*fact.Commit
	questions []git.Question
}

// Suggest prepares suggestions for the picks of commits (full hashes), each alone onto
// a commit, by default the fork's tip as of the last ingest. Without commits they are
// for the conflict in progress in the work tree.
func (a *Asker) Suggest(ctx context.Context, commits []string, fork, onto string) (*Suggester, error) {
	v, err := a.view(fork)
	if err != nil {
		return nil, err
	}
	s := &Suggester{side: map[string]reuse.Side{}, out: &Suggested{As: AsOf{Fork: v.Fork, Upstream: v.Upstream}, Conflicts: []ConflictPlace{}}}
	past, err := a.pasts()
	if err != nil {
		return nil, err
	}
	s.memory = reuse.Remember(past)
	s.out.Known = s.memory.Len()
	for i := range a.views {
		for _, h := range a.views[i].Range {
			s.side[h] = reuse.TheirsUpstream
		}
		for _, h := range a.views[i].Own {
			s.side[h] = reuse.TheirsFork
		}
		s.side[a.views[i].Upstream.Commit] = reuse.TheirsUpstream
	}
	if len(commits) == 0 {
		return s, nil
	}
	if onto == "" {
		onto = v.Fork.Commit
	}
	s.out.Onto = onto
	for i, h := range commits {
		if slices.Contains(commits[:i], h) {
			continue
		}
		c, err := a.commit(ctx, h)
		if err != nil {
			return nil, err
		}
		if c.IsMerge() {
			s.out.Clean = append(s.out.Clean, NoConflict{h, c.Subject, fact.ResultMerge})
			continue
		}
		s.commits, s.questions = append(s.commits, c), append(s.questions, foresee.Pick(c, onto))
	}
	return s, nil
}

// Run finds them. It fails with ErrNoConflict where no commits were named and no
// conflict is in progress.
func (s *Suggester) Run(ctx context.Context, repo *git.Repo) (*Suggested, error) {
	replay, err := repo.Replay(ctx)
	if err != nil {
		return nil, err
	}
	defer replay.Close()
	if s.out.Onto == "" {
		return s.out, s.inProgress(ctx, repo, replay)
	}
	answers, err := replay.Ask(ctx, s.questions)
	if err != nil {
		return nil, err
	}
	objects, err := replay.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	for i := range answers {
		m, c := &answers[i], s.commits[i]
		if len(m.Conflicts) == 0 {
			s.out.Clean = append(s.out.Clean, NoConflict{c.Hash, c.Subject, foresee.Result(m)})
		}
		for j := range m.Conflicts {
			x := &m.Conflicts[j]
			places, err := foresee.Places(objects, s.memory, m, x)
			if err != nil {
				return nil, err
			}
			for k := range places {
				s.add(ConflictPlace{Commit: c.Hash, Subject: c.Subject, Path: x.Path, Kind: x.Kind}, &places[k])
			}
		}
	}
	return s.out, nil
}

// add puts a place into the answer.
func (s *Suggester) add(c ConflictPlace, p *reuse.Place) {
	c.Hunk, c.Line, c.ID, c.Ours, c.Theirs = p.Hunk, p.Line, p.ID, p.Ours, p.Theirs
	c.Suggestions = append([]fact.Suggestion{}, p.Suggestions...)
	s.out.Conflicts = append(s.out.Conflicts, c)
}

// inProgress asks for what conflicts in the work tree's index. The places are those
// of git's merge of the three versions there; those that the file in the work tree has
// no markers of any more are resolved, and left out.
func (s *Suggester) inProgress(ctx context.Context, repo *git.Repo, replay *git.Replay) error {
	if repo.WorkTree() == "" {
		return ErrNoWorkTree
	}
	unmerged, err := repo.Unmerged(ctx)
	if err != nil {
		return err
	}
	operation, commit := repo.InProgress()
	if len(unmerged) == 0 {
		return ErrNoConflict
	}
	s.out.Operation, s.out.Commit = operation, commit
	side := s.theirs(operation, commit)
	paths := make([]string, len(unmerged))
	for i := range unmerged {
		paths[i] = unmerged[i].Path
	}
	attributes, err := repo.Checkouts(ctx, paths, false)
	if err != nil {
		return err
	}
	questions := make([]git.Question, len(unmerged))
	for i := range unmerged {
		u := &unmerged[i]
		if questions[i], err = replay.Versions(u.Path, u.Base, u.Ours, u.Theirs); err != nil {
			return err
		}
	}
	answers, err := replay.Ask(ctx, questions)
	if err != nil {
		return err
	}
	objects, err := replay.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	for i := range unmerged {
		u := &unmerged[i]
		c := ConflictPlace{Commit: commit, Path: u.Path, Kind: kindOf(u)}
		merged, kind, err := foresee.TakenAt(objects, &answers[i], u.Path)
		if err != nil {
			return err
		}
		c.Kind = cmp.Or(kind, c.Kind)
		var hunks []conflict.Hunk
		if merged != nil {
			hunks = merged.Hunks
		}
		text, err := repo.ReadWorkFile(u.Path, maxWorkFile)
		if err != nil {
			return err
		}
		open := stillOpen(hunks, text, attributes[u.Path].Marker)
		places := s.memory.Suggest(u.Path, c.Kind, hunks, side)
		if len(hunks) > 0 && !slices.ContainsFunc(open, func(line int) bool { return line >= 0 }) {
			s.out.Resolved = append(s.out.Resolved, u.Path)
		}
		for k := range places {
			if len(hunks) > 0 {
				if places[k].Line = open[k]; open[k] < 0 {
					continue
				}
			}
			s.add(c, &places[k])
		}
	}
	return nil
}

// maxWorkFile is the size in bytes of a file in the work tree beyond which it is not
// looked for what is resolved in it.
const maxWorkFile = 16 << 20

// theirs says whose the second side is of what is in progress.
func (s *Suggester) theirs(operation, commit string) reuse.Side {
	if operation == "revert" || operation == "" {
		return reuse.TheirsUnknown
	}
	if side := s.side[commit]; side != reuse.TheirsUnknown || operation == "rebase" {
		return side
	}
	return reuse.TheirsUpstream // something newer than the last ingest, or applied by am
}

// stillOpen returns the line of each place's first marker in the file of the work tree,
// -1 for a place that it has none of any more, and 0 for all where it is laid out in
// another way.
func stillOpen(hunks []conflict.Hunk, text []byte, marker int) []int {
	lines := make([]int, len(hunks))
	if text == nil {
		return lines
	}
	m, ok := conflict.Parse(text, marker)
	if !ok {
		return lines
	}
	wanted := map[string]bool{}
	for _, h := range hunks {
		wanted[conflict.ID(h)] = true
	}
	there := map[string][]int{} // of equal places those that are left are the last
	known := 0
	for _, h := range m.Hunks {
		if id := conflict.ID(h); wanted[id] {
			there[id] = append(there[id], h.Line)
			known++
		}
	}
	if known < len(m.Hunks) {
		return lines // another style, or changed on the way
	}
	for i := len(hunks) - 1; i >= 0; i-- {
		id := conflict.ID(hunks[i])
		lines[i] = -1
		if list := there[id]; len(list) > 0 {
			lines[i], there[id] = list[len(list)-1], list[:len(list)-1]
		}
	}
	return lines
}

// kindOf words a conflict as git does where the merge of its versions does not tell.
func kindOf(u *git.Unmerged) string {
	switch {
	case u.Ours.ID == "" || u.Theirs.ID == "":
		return "modify/delete"
	case u.Base.ID == "":
		return "add/add"
	}
	return "content"
}
