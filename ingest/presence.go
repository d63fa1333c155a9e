package ingest

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"tracker/internal/git"
)

// maxPresent is the size in bytes up to which a file of the fork is searched
// for a commit's lines.
const maxPresent = 8 << 20

// presence tells how much of an upstream commit stands in the fork's tree,
// however it came there.
type presence struct {
	ctx  context.Context
	repo *git.Repo
	fork string // commit
	base string
	memo map[string]float64
	err  error
}

// share returns which share of the lines that the commit adds (or, if it only
// removes, of those it removes) stands (or is missing) in the files of that
// name in the fork. Blank lines and lone punctuation do not count. It returns
// -1 when nothing can be told.
func (p *presence) share(hash string) float64 {
	if s, ok := p.memo[hash]; ok || p.err != nil {
		return s
	}
	s, err := p.measure(hash)
	if err != nil {
		p.err = err
		return -1
	}
	if p.memo == nil {
		p.memo = map[string]float64{}
	}
	p.memo[hash] = s
	return s
}

func (p *presence) measure(hash string) (float64, error) {
	added, removed := map[string][][]byte{}, map[string][][]byte{}
	var paths []string
	var mu sync.Mutex
	err := p.repo.Read(p.ctx, []string{hash}, []string{hash + "^@"}, 1, nil, func(d *git.Diff) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range d.Files {
			f := &d.Files[i]
			if f.Generated {
				continue
			}
			for _, s := range f.Sections {
				for h := range s.Hunks {
					for sign, line := range s.Hunks[h].Lines() {
						if line = bytes.TrimSpace(line); len(line) < 4 {
							continue
						}
						switch sign {
						case '+':
							added[f.Path] = append(added[f.Path], bytes.Clone(line))
						case '-':
							removed[f.Path] = append(removed[f.Path], bytes.Clone(line))
						}
					}
				}
			}
			paths = append(paths, f.Path)
		}
		return nil
	})
	if err != nil {
		return -1, err
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	there, all, still, cut := 0, 0, 0, 0
	err = p.repo.ReadFiles(p.ctx, p.fork, paths, maxPresent, func(path string, content []byte) error {
		lines := map[string]bool{}
		for line := range bytes.Lines(content) {
			lines[string(bytes.TrimSpace(line))] = true
		}
		for _, l := range added[path] {
			if all++; lines[string(l)] {
				there++
			}
		}
		for _, l := range removed[path] {
			if cut++; lines[string(l)] {
				still++
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return -1, err
	case all > 0:
		return float64(there) / float64(all), nil
	case cut > 0:
		return float64(cut-still) / float64(cut), nil
	}
	return -1, nil
}
