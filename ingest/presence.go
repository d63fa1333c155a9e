package ingest

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"tracker/internal/git"
)

// maxPresent is the size in bytes up to which a file of the fork is searched
// for a commit's lines.
const maxPresent = 8 << 20

// there is the least share of a file's changed lines that must stand in the
// fork for the change to be in.
const there = 0.9

// presence tells how much of upstream commits stands in the fork's tree,
// however it came there.
type presence map[string]standing

// standing is what of one commit stands in the fork.
type standing struct {
	whole float64            // over all files, -1 when nothing can be told
	files map[string]float64 // by path
}

// share returns which part of what the commit changes stands in the fork, -1
// when nothing can be told.
func (p presence) share(hash string) float64 {
	if s, ok := p[hash]; ok {
		return s.whole
	}
	return -1
}

// has reports whether the commit's change to one file stands in the fork.
func (p presence) has(hash, path string) bool {
	s, known := p[hash].files[path]
	return known && s >= there
}

// changed are the lines that a commit changes in one file. Blank lines and
// lone punctuation do not count.
type changed struct {
	added, removed []string
	hunks          [][]string // the added ones, by hunk
	deleted        bool       // the file itself
}

// weigh compares the lines with those of the fork's file (nil: there is none):
// the share of the added ones that stand there or, if none are added, of the
// removed ones that are gone.
func (c *changed) weigh(content []byte) (hit, all int) {
	if c.deleted {
		if content == nil {
			return 1, 1
		}
		return 0, 1
	}
	lines := map[string]bool{}
	for line := range bytes.Lines(content) {
		lines[string(bytes.TrimSpace(line))] = true
	}
	list, want := c.added, true
	if len(list) == 0 {
		list, want = c.removed, false
	}
	if content == nil {
		return 0, len(list)
	}
	for _, l := range list {
		if lines[l] == want {
			hit++
		}
	}
	return hit, len(list)
}

// presence measures upstream commits against the tree of a fork commit: one
// stream of git for what they change, one for the fork's files. Nothing can be
// told of a fork commit that git no longer has.
func (in *Ingest) presence(ctx context.Context, fork string, hashes []string) (presence, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	changes, err := in.changes(ctx, hashes)
	if err != nil {
		return nil, err
	}
	byPath := map[string][]string{} // the commits that change it
	for h, files := range changes {
		for path := range files {
			byPath[path] = append(byPath[path], h)
		}
	}
	type tally struct{ hits, all int }
	tallies := map[string]tally{}
	out := presence{}
	err = in.Repo.ReadFiles(ctx, fork, slices.Sorted(maps.Keys(byPath)), maxPresent, func(path string, content []byte) error {
		for _, h := range byPath[path] {
			hits, all := changes[h][path].weigh(content)
			if all == 0 {
				continue
			}
			if out[h].files == nil {
				out[h] = standing{whole: -1, files: map[string]float64{}}
			}
			out[h].files[path] = float64(hits) / float64(all)
			t := tallies[h]
			tallies[h] = tally{t.hits + hits, t.all + all}
		}
		return nil
	})
	if errors.Is(err, git.ErrNoCommit) {
		return nil, nil
	}
	for h, t := range tallies {
		s := out[h]
		s.whole = float64(t.hits) / float64(t.all)
		out[h] = s
	}
	return out, err
}

// changes reads what commits change in each of their files, generated ones left
// out.
func (in *Ingest) changes(ctx context.Context, hashes []string) (map[string]map[string]*changed, error) {
	out := map[string]map[string]*changed{}
	var mu sync.Mutex
	err := in.Repo.ReadCommits(ctx, hashes, 0, func(d *git.Diff) error {
		files := map[string]*changed{}
		for i := range d.Files {
			f := &d.Files[i]
			if f.Generated || len(f.Sections) == 0 {
				continue
			}
			c := &changed{deleted: f.Status == "D"}
			files[f.Path] = c
			for _, s := range f.Sections {
				for h := range s.Hunks {
					before := len(c.added)
					for sign, line := range s.Hunks[h].Lines() {
						if line = bytes.TrimSpace(line); len(line) < 4 {
							continue
						}
						switch sign {
						case '+':
							c.added = append(c.added, string(line))
						case '-':
							c.removed = append(c.removed, string(line))
						}
					}
					c.hunks = append(c.hunks, c.added[before:len(c.added):len(c.added)])
				}
			}
		}
		mu.Lock()
		defer mu.Unlock()
		out[d.Commit.Hash] = files
		return nil
	})
	return out, err
}
