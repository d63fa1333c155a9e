package ingest

import (
	"context"
	"fmt"
	"slices"

	"tracker/db"
	"tracker/ingest/link"
	"tracker/internal/fact"
)

// ownNamed are the fork's own commits by which an entry says that an upstream
// commit is in, the one that it is paired with and those that its reason names,
// as far as git shows that they have something to do with it. If the one that it
// is paired with has not, refuted says so.
func (in *Ingest) ownNamed(ctx context.Context, sides *sides, known *names, upstream string, e *fact.ReportCommit) (own []string, refuted string) {
	if e.Status != fact.WordIntegrated {
		return nil, ""
	}
	add := func(word string) (hash string, carries bool) {
		h := known.byHash(word)
		if h == "" || known.upstream[h] {
			return "", false
		}
		carries = slices.Contains(known.carries[h], upstream) || in.mayCarry(ctx, sides, h, upstream)
		if carries && !slices.Contains(own, h) {
			own = append(own, h)
		}
		return h, carries
	}
	if e.ForkCommit != "" {
		if h, carries := add(e.ForkCommit); h != "" && !carries {
			what := "no file"
			if in.shareFile(ctx, h, upstream) {
				what = "only generated files"
			}
			refuted = fmt.Sprintf("names %s, which shares %s with it", fact.Short(h), what)
		}
	}
	for w := range hashWords([]byte(e.Reason)) {
		add(string(w))
	}
	return own, refuted
}

// mayCarry reports whether a fork commit, or one that it merges, shares a file or
// lines with an upstream commit.
func (in *Ingest) mayCarry(ctx context.Context, sides *sides, fork, upstream string) bool {
	f, u := sides.byHash[fork], sides.byHash[upstream]
	if f == nil || u == nil {
		return false
	}
	if f.IsMerge() {
		return slices.ContainsFunc(sides.merged(f), func(h string) bool { return in.mayCarry(ctx, sides, h, upstream) })
	}
	if f.link == nil || u.link == nil || len(u.link.Files) == 0 {
		return in.shareFile(ctx, fork, upstream) // it changes generated files alone
	}
	return link.Shares(f.link, u.link)
}

// merged are the fork's own commits that a merge brings to its first parent,
// merges left out.
func (s *sides) merged(merge *brief) []string {
	seen := map[string]bool{}
	var out []string
	walk := func(from []string, keep bool) {
		for from = slices.Clone(from); len(from) > 0; {
			h := from[len(from)-1]
			from = from[:len(from)-1]
			b := s.byHash[h]
			if b == nil || seen[h] {
				continue
			}
			seen[h] = true
			if keep && !b.IsMerge() {
				out = append(out, h)
			}
			from = append(from, b.Parents...)
		}
	}
	walk(merge.Parents[:1], false)
	walk(merge.Parents[1:], true)
	return out
}

// shareFile reports whether two stored commits change a path in common, under
// either of its names.
func (in *Ingest) shareFile(ctx context.Context, a, b string) bool {
	share := false
	// What cannot be read is not shared; the commits were read a moment ago.
	_ = in.Store.Peek(ctx, func(tx *db.Tx) error {
		x, err := tx.Commit(a)
		if err != nil || x == nil {
			return err
		}
		y, err := tx.Commit(b)
		if err != nil || y == nil {
			return err
		}
		share = slices.ContainsFunc(x.Files, func(f fact.FileChange) bool {
			return slices.ContainsFunc(y.Files, func(g fact.FileChange) bool {
				return f.Path == g.Path || f.OldPath != "" && (f.OldPath == g.Path || f.OldPath == g.OldPath) || g.OldPath == f.Path
			})
		})
		return nil
	})
	return share
}
