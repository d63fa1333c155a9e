package advise

import (
	"context"
	"slices"
	"strings"

	"tracker/ingest/foresee"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// past answers from git what reports are held against.
type past struct {
	git    Git
	replay *git.Replay // nil until something is tried
	paths  map[string][]string
	tried  map[[2]string]*fact.Forecast
	sizes  map[[2]string][]fact.FileChange
}

func (p *past) close() {
	if p.replay != nil {
		p.replay.Close()
	}
}

// momentOf is the past as of one commit of the fork.
type momentOf struct {
	*past
	fork string
	tip  string // the fork's, now
}

func (m *momentOf) Sizes(ctx context.Context, algorithm string, commits []string) (map[string][]fact.FileChange, error) {
	if m.sizes == nil {
		m.past.sizes = map[[2]string][]fact.FileChange{}
	}
	out := map[string][]fact.FileChange{}
	var ask []string
	for _, c := range commits {
		files, known := m.sizes[[2]string{algorithm, c}]
		if !known {
			ask = append(ask, c)
		} else if files != nil {
			out[c] = files
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	found, err := m.git.Sizes(ctx, algorithm, ask...)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	for _, c := range ask {
		files := found[c] // nil behind an absent blob: it cannot be told
		m.sizes[[2]string{algorithm, c}] = files
		if files != nil {
			out[c] = files
		}
	}
	return out, nil
}

func (m *momentOf) Has(ctx context.Context, path string) (string, bool, error) {
	paths, known := m.paths[m.fork]
	if !known {
		var err error
		if paths, err = m.git.Paths(ctx, m.fork); err != nil {
			return "", false, ctx.Err()
		}
		if m.paths == nil {
			m.past.paths = map[string][]string{}
		}
		m.paths[m.fork] = paths
	}
	if _, found := slices.BinarySearch(paths, path); found {
		return path, true, nil
	}
	for _, p := range paths {
		if strings.HasSuffix(p, "/"+path) {
			return p, true, nil
		}
	}
	return "", true, nil
}

func (m *momentOf) Try(ctx context.Context, c *fact.Commit) (*fact.Forecast, error) {
	key := [2]string{m.fork, c.Hash}
	if f, known := m.tried[key]; known {
		return f, nil
	}
	if c.IsMerge() || m.fork == "" {
		return nil, nil
	}
	if m.replay == nil {
		var err error
		if m.past.replay, err = m.git.Replay(ctx); err != nil {
			return nil, err
		}
	}
	answers, err := m.replay.Ask(ctx, []git.Question{foresee.Pick(c, m.fork)})
	if err != nil {
		return nil, err
	}
	f := &fact.Forecast{Commit: c.Hash, Onto: m.fork, Result: foresee.Result(&answers[0])}
	for _, x := range answers[0].Conflicts {
		f.Conflicts = append(f.Conflicts, fact.Conflicted{Path: x.Path, Kind: x.Kind, Message: x.Message})
	}
	if f.Result == fact.ResultUnreadable {
		f = nil
	}
	if m.tried == nil {
		m.past.tried = map[[2]string]*fact.Forecast{}
	}
	m.tried[key] = f
	return f, nil
}

func (m *momentOf) Ignored(ctx context.Context, path string) (ignored, told bool, err error) {
	ignored, err = m.git.Ignored(ctx, m.fork, path)
	if err != nil {
		return false, false, ctx.Err()
	}
	return ignored, true, nil
}

func (m *momentOf) Find(ctx context.Context, name string) (hash string, own bool, err error) {
	hash, _, err = m.git.Commit(ctx, name)
	if err != nil || hash == "" {
		return "", false, err
	}
	own, err = m.git.IsAncestor(ctx, hash, m.tip)
	return hash, own, err
}
