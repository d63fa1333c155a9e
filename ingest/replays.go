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
	// maxReplays is how many past picks and merges an ingest replays, the newest
	// first; the next one goes on.
	maxReplays = 500
	// replayBatch is how many are asked for at once.
	replayBatch = 256
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
}

// replays carries out anew the past picks and merges of the fork, at the commits
// that they were really made on, and stores what conflicted and how that was
// resolved. Each is replayed once. A failure costs the replays and not the ingest:
// the summary says so.
func (in *Ingest) replays(ctx context.Context, lib *library, links []fact.Link, sum *Summary) error {
	todo, err := in.unreplayed(ctx, lib, links)
	if err != nil || len(todo) == 0 {
		return err
	}
	if len(todo) > maxReplays {
		sum.Unreplayed = len(todo) - maxReplays
		todo = todo[:maxReplays]
	}
	if err := in.replayAll(ctx, lib.views, todo); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		sum.Untried = fmt.Errorf("replay past picks: %w", err)
	}
	return nil
}

// unreplayed lists the picks and merges of which no replay is stored, newest first.
// A pick with its original's patch id went through clean: the same lines stood
// around the same changes.
func (in *Ingest) unreplayed(ctx context.Context, lib *library, links []fact.Link) ([]pastPick, error) {
	var list []pastPick
	for _, l := range links {
		f, u := lib.commits[l.Fork], lib.commits[l.Upstream]
		samePatch := slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindPatchID })
		if f == nil || u == nil || samePatch || f.IsMerge() || u.IsMerge() || len(f.Parents) == 0 {
			continue
		}
		list = append(list, pastPick{
			fork: l.Fork, upstream: l.Upstream, parent: f.Parents[0], source: "pick",
			question: foresee.Pick(&u.Commit, f.Parents[0]),
		})
	}
	for _, v := range lib.views {
		for _, h := range v.Own {
			if c := lib.commits[h]; c != nil && len(c.Parents) == 2 {
				list = append(list, pastPick{
					fork: h, upstream: c.Parents[1], parent: c.Parents[0], source: "merge",
					question: git.Question{Onto: c.Parents[0], Commit: c.Parents[1], Merge: true},
				})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b pastPick) int {
		return lib.commits[b.fork].CommitDate.Compare(lib.commits[a.fork].CommitDate)
	})
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
	list = slices.DeleteFunc(list, func(p pastPick) bool {
		k := [2]string{p.fork, p.upstream}
		once := wanted[k]
		delete(wanted, k)
		return !once
	})
	return list, err
}

func (in *Ingest) replayAll(ctx context.Context, views []*fact.View, todo []pastPick) error {
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
	for batch := range slices.Chunk(todo, replayBatch) {
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
			r := fact.Replayed{Fork: batch[i].fork, Upstream: batch[i].upstream, Source: batch[i].source, Unreadable: answers[i].Unreadable}
			for j := range answers[i].Conflicts {
				c, err := resolved(objects, &batch[i], &answers[i], &answers[i].Conflicts[j])
				if err != nil {
					return err
				}
				r.Conflicts = append(r.Conflicts, *c)
			}
			found = append(found, r)
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

// resolved tells how a conflict was resolved in the fork's commit.
func resolved(objects *git.Objects, p *pastPick, m *git.Merged, x *git.MergeConflict) (*fact.PastConflict, error) {
	names := []string{x.Base.ID, x.Ours.ID, x.Theirs.ID, "", p.fork + ":" + x.Path}
	if x.Ours.ID != "" && x.Theirs.ID != "" && m.Tree != "" {
		names[3] = m.Tree + ":" + x.Path
	}
	text, ids, err := contents(objects, names)
	if err != nil {
		return nil, err
	}
	c := &fact.PastConflict{Path: x.Path, Kind: x.Kind}
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
	c.Hunks, c.Resolution, c.Whole = conflict.Resolve(&s)
	return c, nil
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
