package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"

	"tracker/db"
	"tracker/ingest/conflict"
	"tracker/ingest/foresee"
	"tracker/internal/fact"
	"tracker/internal/git"
)

const (
	// maxReplays is how many past picks and merges of the fork an ingest replays, the
	// newest first; the next one goes on. Of upstream's merges, which are replayed on
	// request, it replays all.
	maxReplays = 500
	// replayBatch is how many are asked for at once.
	replayBatch = 512
	// maxConflicted is the size in bytes of a file beyond which the places of its
	// conflict are not looked at.
	maxConflicted = 4 << 20
)

// pastPick is a pick or merge to be replayed.
type pastPick struct {
	fork, upstream string
	parent         string // the fork commit's first parent
	question       git.Question
	source         string
	loose          bool         // see fact.Replayed
	commit         *fact.Commit // the fork commit; nil for a merge of upstream's, which is not stored
}

// replays carries out anew the past picks and merges of the fork, at the commits
// that they were really made on, and stores what conflicted and how that was
// resolved. Each is replayed once. A failure costs the replays and not the ingest:
// the summary says so.
// It returns the pairs that a replay may be stored of: all others are of commits that
// left the fork, or of links that do not stand.
func (in *Ingest) replays(ctx context.Context, lib *library, links []fact.Link, upstreamMerges bool, progress Progress, sum *Summary) (map[[2]string]bool, error) {
	all := ownReplays(lib, links)
	living := map[[2]string]bool{}
	live := func(list []pastPick) {
		for i := range list {
			living[[2]string{list[i].fork, list[i].upstream}] = true
		}
	}
	live(all)
	own, err := in.unreplayed(ctx, all)
	if err != nil {
		return nil, err
	}
	if len(own) > maxReplays {
		sum.Unreplayed = len(own) - maxReplays
		own = own[:maxReplays]
	}
	todo := own
	if upstreamMerges {
		merges, err := in.mergesUpstream(ctx, lib)
		if err != nil {
			return nil, err
		}
		live(merges)
		if merges, err = in.unreplayed(ctx, merges); err != nil {
			return nil, err
		}
		todo = append(todo, merges...)
	}
	if len(todo) == 0 {
		return living, nil
	}
	if err := in.replayAll(ctx, lib.views, todo, progress, sum); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		sum.Untried = fmt.Errorf("replay past picks: %w", err)
	}
	return living, nil
}

// ownReplays lists the picks and merges of the fork, newest first. A pick with its
// original's patch id went through clean: the same lines stood around the same
// changes.
func ownReplays(lib *library, links []fact.Link) []pastPick {
	carries := map[string]int{}
	for _, l := range links {
		carries[l.Fork]++
	}
	var list []pastPick
	for _, l := range links {
		f, u := lib.commits[l.Fork], lib.commits[l.Upstream]
		samePatch := slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindPatchID })
		if f == nil || u == nil || samePatch || f.IsMerge() || u.IsMerge() || len(f.Parents) == 0 {
			continue
		}
		list = append(list, pastPick{
			fork: l.Fork, upstream: l.Upstream, parent: f.Parents[0], source: fact.SourcePick, commit: &f.Commit,
			loose:    carries[l.Fork] > 1 || !slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return declares[e.Kind] }),
			question: foresee.Pick(&u.Commit, f.Parents[0]),
		})
	}
	for _, v := range lib.views {
		for _, h := range v.Own {
			if c := lib.commits[h]; c != nil && len(c.Parents) == 2 {
				p := pastMerge(h, c.Parents, fact.SourceMerge)
				p.commit = &c.Commit
				list = append(list, p)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b pastPick) int { return b.commit.CommitDate.Compare(a.commit.CommitDate) })
	return list
}

// declares are the kinds of evidence by which a fork commit is one commit's pick beyond
// its words: by its own declaration, its author's clock, or its diff.
var declares = map[fact.Kind]bool{
	fact.KindMarker: true, fact.KindPatchID: true, fact.KindDiffID: true, fact.KindAuthorDate: true, fact.KindSimilarity: true, fact.KindMark: true,
}

func pastMerge(hash string, parents []string, source string) pastPick {
	return pastPick{
		fork: hash, upstream: parents[1], parent: parents[0], source: source,
		question: git.Question{Onto: parents[0], Commit: parents[1], Merge: true},
	}
}

// mergesUpstream lists the merges of two in the ranges of all views, newest first.
func (in *Ingest) mergesUpstream(ctx context.Context, lib *library) ([]pastPick, error) {
	var list []pastPick
	for _, v := range lib.views {
		err := in.Repo.Graph(ctx, []string{v.Upstream.Commit}, []string{v.Fork.Commit}, func(hash string, parents []string) {
			if len(parents) == 2 {
				list = append(list, pastMerge(hash, parents, fact.SourceUpstreamMerge))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// unreplayed keeps those of which no replay is stored, each once.
func (in *Ingest) unreplayed(ctx context.Context, list []pastPick) ([]pastPick, error) {
	pairs := make([][2]string, len(list))
	for i := range list {
		pairs[i] = [2]string{list[i].fork, list[i].upstream}
	}
	wanted := map[[2]string]bool{}
	err := in.Store.Peek(ctx, func(tx *db.Tx) error {
		missing, err := tx.MissingReplayed(pairs)
		for _, p := range missing {
			wanted[p] = true
		}
		for i := range list { // how it departs may not be known, or by other rules
			if err == nil && list[i].source == "pick" && !wanted[pairs[i]] {
				var d *fact.Departure
				d, err = tx.Departure(list[i].fork, list[i].upstream)
				wanted[pairs[i]] = d == nil || d.Rules != departureRules
			}
		}
		return err
	})
	return slices.DeleteFunc(list, func(p pastPick) bool {
		k := [2]string{p.fork, p.upstream}
		once := wanted[k]
		delete(wanted, k)
		return !once
	}), err
}

func (in *Ingest) replayAll(ctx context.Context, views []*fact.View, todo []pastPick, progress Progress, sum *Summary) error {
	replay, err := in.Repo.Replay(ctx)
	if err != nil {
		return err
	}
	defer replay.Close()
	objects, err := replay.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	departing := &departing{in: in, views: views, replay: replay, objects: objects}
	done := 0
	for batch := range slices.Chunk(todo, replayBatch) {
		progress.tell(StageReplay, done, len(todo))
		done += len(batch)
		if err := in.nameMerges(ctx, batch); err != nil {
			return err
		}
		questions := make([]git.Question, len(batch))
		for i := range batch {
			questions[i] = batch[i].question
		}
		answers, err := replay.Ask(ctx, questions)
		if err != nil {
			return err
		}
		var found []fact.Replayed
		for i := range answers {
			c := batch[i].commit
			r := fact.Replayed{
				Fork: batch[i].fork, Upstream: batch[i].upstream, Source: batch[i].source, Unreadable: answers[i].Unreadable,
				Subject: c.Subject, Author: c.Author.Name, When: c.CommitDate.Unix(),
				Loose: batch[i].loose,
			}
			for j := range answers[i].Conflicts {
				c, err := resolved(objects, &batch[i], &answers[i], &answers[i].Conflicts[j], replay)
				if err != nil {
					return err
				}
				if c == nil {
					r.Unreadable = append(r.Unreadable, answers[i].Conflicts[j].Path)
					continue
				}
				r.Conflicts = append(r.Conflicts, *c)
			}
			found = append(found, r)
			sum.Replayed++
			sum.Conflicted += len(r.Conflicts)
		}
		departures, err := departing.of(ctx, batch, answers)
		if err != nil {
			return err
		}
		err = in.Store.Update(ctx, func(tx *db.Tx) error {
			for i := range found {
				if err := tx.PutReplayed(&found[i]); err != nil {
					return err
				}
			}
			for i := range departures {
				if err := tx.PutDeparture(&departures[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nameMerges reads the commits of the merges that are not stored.
func (in *Ingest) nameMerges(ctx context.Context, batch []pastPick) error {
	at := map[string]int{}
	var names []string
	for i := range batch {
		if batch[i].commit == nil {
			at[batch[i].fork] = i
			names = append(names, batch[i].fork)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return in.Repo.LogCommits(ctx, names, func(c *git.Commit) error {
		batch[at[c.Hash]].commit = &c.Commit
		return nil
	})
}

// resolved tells how a conflict was resolved in the fork's commit. It is nil where that
// cannot be told, because the file is absent in this repository.
func resolved(objects *git.Objects, p *pastPick, m *git.Merged, x *git.MergeConflict, replay *git.Replay) (*fact.PastConflict, error) {
	names := []string{x.Base.ID, x.Ours.ID, x.Theirs.ID, "", p.fork + ":" + x.Path}
	if x.Ours.ID != "" && x.Theirs.ID != "" && m.Tree != "" {
		names[3] = m.Marked(x)
	}
	text, ids, err := contents(objects, names)
	if err != nil {
		return nil, err
	}
	if ids[4] == "" {
		if there, err := replay.Has(p.fork, x.Path); err != nil || there {
			return nil, err
		}
	}
	// What is too large or absent is told by its name.
	for i := range text {
		if text[i] == nil && ids[i] != "" && i != 3 {
			text[i] = []byte("\x00" + ids[i])
			text[3] = nil
		}
	}
	s := conflict.Sides{
		Base: text[0], Ours: text[1], Theirs: text[2], Merged: text[3], Result: text[4],
		Marker: git.MarkerSize, Generated: git.Generated(x.Path),
	}
	c := conflict.Resolve(&s)
	c.Path, c.Kind = x.Path, x.Kind
	return &c, nil
}

// contents reads blobs by name. A text is nil if there is none, or it is too large;
// its id is empty if there is none.
func contents(objects *git.Objects, names []string) (text [][]byte, ids []string, err error) {
	text, ids = make([][]byte, len(names)), make([]string, len(names))
	var asked []string
	var at []int
	for i, n := range names {
		if n != "" {
			asked, at = append(asked, n), append(at, i)
		}
	}
	k := -1
	err = objects.Contents(asked, func(o git.Object, content io.Reader) error {
		k++
		if content == nil || o.Type != "blob" {
			return nil
		}
		ids[at[k]] = o.ID
		if o.Size > maxConflicted {
			return nil
		}
		data := make([]byte, o.Size)
		_, err := io.ReadFull(content, data)
		text[at[k]] = data
		return err
	})
	return text, ids, err
}
