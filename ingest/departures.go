package ingest

import (
	"context"
	"slices"

	"tracker/db"
	"tracker/ingest/audit"
	"tracker/ingest/deps"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/lines"
)

// departureRules is raised whenever the same pick would depart otherwise, so that the
// next ingest compares it anew.
const departureRules = 3

// departing compares past picks with what git makes of them anew. Who wrote which
// line is found when the first line asks for it.
type departing struct {
	in      *Ingest
	views   []*fact.View
	replay  *git.Replay
	objects *git.Objects
	trace   *deps.Trace
}

// of returns how each pick of a batch departs from the answer to its question.
// Merges have none.
func (d *departing) of(ctx context.Context, batch []pastPick, answers []git.Merged) ([]fact.Departure, error) {
	var picks []int
	var pairs [][2]string
	for i := range batch {
		if batch[i].source == "pick" && answers[i].Tree != "" {
			picks, pairs = append(picks, i), append(pairs, [2]string{answers[i].Tree, batch[i].fork})
		}
	}
	changed, err := d.replay.Differences(ctx, pairs)
	if err != nil {
		return nil, err
	}
	var out []fact.Departure
	for k, i := range picks {
		dep, err := d.pick(ctx, &batch[i], &answers[i], changed[k])
		if err != nil {
			return nil, err
		}
		out = append(out, *dep)
	}
	for i := range batch {
		if batch[i].source == "pick" && answers[i].Tree == "" {
			out = append(out, fact.Departure{Fork: batch[i].fork, Upstream: batch[i].upstream, Rules: departureRules, Unreadable: answers[i].Unreadable})
		}
	}
	return out, nil
}

func (d *departing) pick(ctx context.Context, p *pastPick, m *git.Merged, changed []git.Changed) (*fact.Departure, error) {
	out := &fact.Departure{Fork: p.fork, Upstream: p.upstream, Rules: departureRules, Unreadable: m.Unreadable}
	var renamed [2]map[string]string // of the pick and of what it picks: old names by new ones
	for _, c := range changed {
		if git.Generated(c.Path) || !plainFile(c.Before) || !plainFile(c.After) || slices.Contains(m.Unreadable, c.Path) {
			continue
		}
		if renamed[0] == nil {
			if err := d.renames(ctx, p, &renamed); err != nil {
				return nil, err
			}
		}
		f, err := d.file(ctx, p, m, c, renamed)
		if err != nil {
			return nil, err
		}
		if f != nil {
			out.Files = append(out.Files, *f)
		}
	}
	return out, nil
}

// plainFile reports whether a stage is a file, or nothing.
func plainFile(s git.Stage) bool { return s.Mode == 0 || s.Mode&0o170000 == 0o100000 }

func (d *departing) renames(ctx context.Context, p *pastPick, renamed *[2]map[string]string) error {
	return d.in.Store.Peek(ctx, func(tx *db.Tx) error {
		for i, h := range []string{p.fork, p.upstream} {
			renamed[i] = map[string]string{}
			e, err := tx.Edits(h)
			if err != nil {
				return err
			}
			for k := 0; e != nil && k < len(e.Files); k++ {
				if f := &e.Files[k]; f.Old != "" {
					renamed[i][f.Path] = f.Old
				}
			}
		}
		return nil
	})
}

// file compares one file. It returns nil where nothing that says something departs, and
// where a side is absent here, no text or too large.
func (d *departing) file(ctx context.Context, p *pastPick, m *git.Merged, c git.Changed, renamed [2]map[string]string) (*fact.DepartedFile, error) {
	ours, base := c.Path, c.Path
	if old := renamed[1][c.Path]; old != "" {
		base = old
	}
	if old := renamed[0][c.Path]; old != "" {
		ours = old
	}
	baseName := ""
	if p.question.Parent != "" {
		baseName = p.question.Parent + ":" + base
	}
	names := []string{baseName, p.upstream + ":" + c.Path, p.parent + ":" + ours, c.Before.ID, c.After.ID}
	text, ids, err := contents(d.objects, names)
	if err != nil {
		return nil, err
	}
	for i := range text {
		if text[i] == nil && ids[i] != "" || isBinary(text[i]) || i > 2 && names[i] != "" && text[i] == nil {
			return nil, nil
		}
	}
	s := audit.Sides{Base: text[0], Theirs: text[1], Ours: text[2], Merged: text[3], Result: text[4], Marker: git.MarkerSize}
	found := audit.Depart(&s)
	f := &fact.DepartedFile{
		Path:       c.Path,
		Conflicted: slices.ContainsFunc(m.Conflicts, func(x git.MergeConflict) bool { return x.Path == c.Path }),
		Whole:      ids[1] != "" && ids[1] == ids[4] && ids[2] != "",
	}
	w := wording{f: f}
	sides := func(content []byte) [][]byte { return lines.Split(content) }
	mine, other, result := sides(text[2]), sides(text[1]), sides(text[4])
	if len(found.Gone)+len(found.Given)+len(found.Brought) > 0 {
		if err := d.begin(ctx); err != nil {
			return nil, err
		}
	}
	oursKey, theirsKey := fact.BlobKey(ids[2]), fact.BlobKey(ids[1])
	for _, g := range found.Gone {
		how, owner := fact.LinesGone, d.owner(p.parent, ours, oursKey, g.Line)
		if g.Cut && owner == "" {
			how = fact.LinesCut
			owner = d.between(p.upstream, c.Path, theirsKey, g.From, g.To)
		}
		w.add(how, owner, g.Line, mine[g.Line])
	}
	for _, g := range found.Given {
		how := fact.LinesGiven
		if g.Added {
			how = fact.LinesDropped
		}
		w.add(how, d.owner(p.parent, ours, oursKey, g.Line), g.Line, mine[g.Line])
	}
	for _, b := range found.Brought {
		how, owner := fact.LinesBrought, d.owner(p.upstream, c.Path, theirsKey, b.Line)
		if owner == "" {
			how = fact.LinesBack
			owner = d.between(p.parent, ours, oursKey, b.From, b.To)
		}
		w.add(how, owner, b.Line, other[b.Line])
	}
	for _, i := range found.Left {
		w.add(fact.LinesLeft, p.upstream, i, other[i])
	}
	for _, i := range found.New {
		w.add(fact.LinesNew, "", i, result[i])
	}
	if len(f.Lines) == 0 {
		return nil, nil
	}
	return f, nil
}

// isBinary reports whether a text is none, as git tells: it has a zero byte near its
// beginning.
func isBinary(text []byte) bool { return slices.Contains(text[:min(len(text), 8000)], 0) }

// wording gathers lines by how they depart and whose they are.
type wording struct{ f *fact.DepartedFile }

func (w *wording) add(how fact.DepartedHow, owner string, line int, content []byte) {
	i := slices.IndexFunc(w.f.Lines, func(l fact.Departed) bool { return l.How == how && l.Owner == owner })
	if i < 0 {
		i = len(w.f.Lines)
		w.f.Lines = append(w.f.Lines, fact.Departed{How: how, Owner: owner})
	}
	l := &w.f.Lines[i]
	l.Count++
	if len(l.Texts) < fact.MaxDepartedTexts {
		text := audit.Text(content)
		l.Lines = append(l.Lines, line+1)
		l.Texts = append(l.Texts, text[:min(len(text), fact.MaxDepartedText)])
	}
}

// begin reads who wrote what on both sides.
func (d *departing) begin(ctx context.Context) error {
	if d.trace != nil {
		return nil
	}
	h, err := d.in.history(ctx, d.views)
	if err != nil {
		return err
	}
	d.trace = deps.NewTrace()
	for part := range slices.Chunk(h.hashes, loadChunk) {
		err := d.in.Store.Peek(ctx, func(tx *db.Tx) error {
			for _, hash := range part {
				e, err := tx.Edits(hash)
				if err != nil {
					return err
				}
				d.trace.Add(hash, h.parents[hash], e)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// owner is who last touched a line, from 0, empty if nobody did since the base.
func (d *departing) owner(commit, path string, key uint64, line int) string {
	for _, o := range d.trace.Owners(commit, path, key, line, line+1) {
		return o.Commit
	}
	return ""
}

// between is who made the place what it is that lies between two lines: who wrote what
// stands there or removed what stood there, empty if nobody of the history did.
func (d *departing) between(commit, path string, key uint64, from, to int) string {
	for _, o := range d.trace.Owners(commit, path, key, from, to) {
		if o.Commit != "" {
			return o.Commit
		}
	}
	for _, h := range d.trace.Removers(commit, path, key, from, to) {
		return h
	}
	return ""
}
