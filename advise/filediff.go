package advise

import (
	"context"
	"slices"
	"strings"

	"tracker/advise/beside"
	"tracker/internal/git"
)

// Changes are what a commit's page shows of diffs.
type Changes struct {
	// Files are what the commit itself changes; none where that is not shown.
	Files []FileDiff
	// Beside puts picks beside their original, file by file, by the commit at the
	// other end.
	Beside map[string][]beside.File
}

// FileDiff is what a commit changes in one file, as much of it as is shown.
type FileDiff struct {
	Path  string
	Note  string // why no lines are shown, empty if some are
	Hunks []DiffHunk
	// Left is how many changed places are not shown, because there are too many.
	Left int
}

// DiffHunk is one changed place. Lines count from 1.
type DiffHunk struct {
	Old, New int // where it begins before and after
	Lines    []DiffLine
}

// DiffLine is one line of a hunk.
type DiffLine struct {
	Sign byte // ' ', '+' or '-'
	Text string
}

// What is shown of diffs is bounded: nobody reads more on a page, and pages are kept.
const (
	maxShownLines  = 400 // of a commit
	maxShownInFile = 200
	maxShownLine   = 400 // bytes of a line
	diffsAtOnce    = 64  // stories of which diffs are held at a time
)

// ReadChanges calls fn with what the stories' pages show of diffs, story by story; with nil
// where git has a commit no more, or nothing is shown.
func ReadChanges(ctx context.Context, repo Git, stories []*CommitStory, fn func(*CommitStory, *Changes) error) error {
	for chunk := range slices.Chunk(stories, diffsAtOnce) {
		var wanted []string
		seen := map[string]bool{}
		want := func(h string) {
			if !seen[h] {
				seen[h] = true
				wanted = append(wanted, h)
			}
		}
		for _, s := range chunk {
			own, picks := diffsOf(s)
			if own || len(picks) > 0 {
				want(s.Commit.Hash)
			}
			for _, p := range picks {
				want(p.Other)
			}
		}
		var diffs map[string]*git.Diff
		if len(wanted) > 0 {
			var err error
			if diffs, err = repo.Diffs(ctx, wanted...); err != nil {
				return err
			}
		}
		for _, s := range chunk {
			if err := fn(s, changesOf(s, diffs)); err != nil {
				return err
			}
		}
	}
	return nil
}

// diffsOf tells whether a commit's own diff is worth showing, and which of its picks
// beside it: what was picked, and what comes next and was tried. The same change is
// not shown twice.
func diffsOf(s *CommitStory) (own bool, picks []*Pick) {
	for i := range s.Picks {
		if p := &s.Picks[i]; !p.Link.Same && p.Subject != "" && len(picks) < besideAtMost {
			picks = append(picks, p)
		}
	}
	return s.Side == "upstream" && (len(s.Picks) > 0 || s.Outlook != nil), picks
}

// ChangesKey tells the Changes of stories apart: two with the same key have the same,
// whenever they are read, since commits never change. It is empty where nothing is
// shown, and nothing need be read.
func ChangesKey(s *CommitStory) string {
	own, picks := diffsOf(s)
	if !own && len(picks) == 0 {
		return ""
	}
	key := s.Commit.Hash
	if own {
		key += "+"
	}
	for _, p := range picks {
		key += " " + p.Other
	}
	return key
}

func changesOf(s *CommitStory, diffs map[string]*git.Diff) *Changes {
	own, picks := diffsOf(s)
	mine := diffs[s.Commit.Hash]
	if mine == nil {
		return nil
	}
	c := &Changes{Beside: map[string][]beside.File{}}
	if own {
		c.Files = shownDiff(mine)
	}
	for _, p := range picks {
		if original, pick := diffs[p.Link.Upstream], diffs[p.Link.Fork]; original != nil && pick != nil {
			c.Beside[p.Other] = beside.Compare(original, pick)
		}
	}
	return c
}

// shownDiff cuts a diff to what is shown of it.
func shownDiff(d *git.Diff) []FileDiff {
	room := maxShownLines
	var out []FileDiff
	for i := range d.Files {
		f := &d.Files[i]
		one := FileDiff{Path: f.Path}
		switch {
		case f.Unreadable:
			one.Note = "it could not be read: an object is not here"
		case f.Generated:
			one.Note = "made by a tool"
		case f.Binary:
			one.Note = "binary"
		default:
			room -= one.take(f, min(room, maxShownInFile))
		}
		out = append(out, one)
	}
	return out
}

// take adds hunks while there is room for their lines, and returns how many lines that
// were.
func (f *FileDiff) take(from *git.File, room int) int {
	used := 0
	for i := range from.Sections {
		for j := range from.Sections[i].Hunks {
			h := &from.Sections[i].Hunks[j]
			if used >= room {
				f.Left++
				continue
			}
			hunk := DiffHunk{Old: h.OldStart, New: h.NewStart}
			for sign, text := range h.Lines() {
				if sign == '\\' {
					continue
				}
				if used == room {
					f.Left++
					break
				}
				used++
				hunk.Lines = append(hunk.Lines, DiffLine{sign, cutLine(text)})
			}
			f.Hunks = append(f.Hunks, hunk)
		}
	}
	if used == 0 && f.Left > 0 {
		f.Note = "too long to be shown here"
	}
	return used
}

func cutLine(text []byte) string {
	text = []byte(strings.TrimSuffix(string(text[:min(len(text), maxShownLine+1)]), "\r"))
	if len(text) <= maxShownLine {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:maxShownLine]), "") + "…"
}
