package ingest

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"tracker/internal/git"
)

// maxPresent is the size in bytes up to which a file of the fork is searched
// for a commit's lines.
const maxPresent = 8 << 20

// there is the least share of a file's changed lines that must stand in the
// fork for the change to be in.
const there = 0.9

// presence tells how much of an upstream commit stands in the fork's tree,
// however it came there.
type presence struct {
	ctx  context.Context
	repo *git.Repo
	fork string // commit
	memo map[string]standing
	err  error // the first that came up; everything after it is unknown
}

// standing is what of one commit stands in the fork.
type standing struct {
	whole float64            // over all files, -1 when nothing can be told
	files map[string]float64 // by path
}

// share returns which part of what the commit changes stands in the fork, -1
// when nothing can be told.
func (p *presence) share(hash string) float64 { return p.of(hash).whole }

// has reports whether the commit's change to one file stands in the fork.
func (p *presence) has(hash, path string) bool {
	s, known := p.of(hash).files[path]
	return known && s >= there
}

func (p *presence) of(hash string) standing {
	if s, ok := p.memo[hash]; ok {
		return s
	}
	if p.err != nil {
		return standing{whole: -1}
	}
	s, err := p.measure(hash)
	if err != nil {
		p.err = err
		return standing{whole: -1}
	}
	if p.memo == nil {
		p.memo = map[string]standing{}
	}
	p.memo[hash] = s
	return s
}

// changed are the lines that a commit changes in one file. Blank lines and
// lone punctuation do not count.
type changed struct {
	added, removed []string
	deleted        bool // the file itself
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

func (p *presence) measure(hash string) (standing, error) {
	files, err := p.changes(hash)
	if err != nil {
		return standing{}, err
	}
	paths := slices.Sorted(maps.Keys(files))
	s := standing{whole: -1, files: map[string]float64{}}
	hits, all := 0, 0
	err = p.repo.ReadFiles(p.ctx, p.fork, paths, maxPresent, func(path string, content []byte) error {
		h, n := files[path].weigh(content)
		if n > 0 {
			s.files[path] = float64(h) / float64(n)
		}
		hits, all = hits+h, all+n
		return nil
	})
	if all > 0 {
		s.whole = float64(hits) / float64(all)
	}
	return s, err
}

// changes reads what a commit changes in each of its files, generated ones
// left out.
func (p *presence) changes(hash string) (map[string]*changed, error) {
	files := map[string]*changed{}
	err := p.repo.Read(p.ctx, []string{hash}, []string{hash + "^@"}, 1, nil, func(d *git.Diff) error {
		for i := range d.Files {
			f := &d.Files[i]
			if f.Generated || len(f.Sections) == 0 {
				continue
			}
			c := &changed{deleted: f.Status == "D"}
			files[f.Path] = c
			for _, s := range f.Sections {
				for h := range s.Hunks {
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
				}
			}
		}
		return nil
	})
	return files, err
}
