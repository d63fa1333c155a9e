package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"

	"tracker/db"
	"tracker/ingest/audit"
	"tracker/ingest/patch"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// maxVersionsAudited is how many versions of a file are read to find which commit
// mended what a pick did to it.
const maxVersionsAudited = 40

// audit finds what is wrong with the picks of each view. A failure costs the findings
// and not the ingest: the summary says so.
func (in *Ingest) audit(ctx context.Context, verdicts []*verdict, sum *Summary) error {
	for _, v := range verdicts {
		err := in.Store.Peek(ctx, func(tx *db.Tx) error { return in.auditView(ctx, tx, v) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.findings, v.unaudited = nil, true // those of before are kept
			sum.Unaudited = fmt.Errorf("audit the picks of %q: %w", v.view.Fork.Ref, err)
		}
	}
	return nil
}

func (in *Ingest) auditView(ctx context.Context, tx *db.Tx, v *verdict) error {
	r := &auditRecords{tx: tx, commits: map[string]*fact.Commit{}, needs: map[string][]fact.Need{}, patches: map[string]*fact.Patch{}}
	b := &audit.Branch{
		Range: reversed(v.view.Range), Commit: r.commit, Needs: r.needsOf,
		Adds:         func(h string) []string { return r.patch(h).Adds },
		Defines:      func(h string) []string { return r.patch(h).Defines },
		RevertedFork: v.revertedFork, RevertedUp: v.revertedUp, Forecasts: map[string]fact.Forecast{},
		Generated: git.Generated, Output: git.BuildOutput, Code: patch.IsCode,
	}
	accounts := make(map[string]*fact.Account, len(v.accounts))
	for i := range v.accounts {
		accounts[v.accounts[i].Commit] = &v.accounts[i]
	}
	b.Account = func(h string) *fact.Account { return accounts[h] }
	for _, f := range v.forecasts {
		b.Forecasts[f.Commit] = f
	}
	at := map[string]int{}
	for i, h := range slices.Backward(v.view.Own) {
		at[h] = len(v.view.Own) - i
		if c := r.commit(h); c != nil && !c.IsMerge() {
			b.Own = append(b.Own, c)
		}
	}
	if err := r.picks(b, v.links); err != nil {
		return err
	}
	slices.SortStableFunc(b.Picks, func(x, y audit.Pick) int { return at[x.Link.Fork] - at[y.Link.Fork] })
	objects, err := in.Repo.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	tree := &forkTree{objects: objects, tip: v.view.Fork.Commit, own: b.Own, at: at, files: map[string]map[string]bool{}, text: map[string][]byte{}}
	if tree.declared, err = in.declared(ctx, tree.tip, audit.Words(b)); err != nil {
		return err
	}
	b.Tree = tree
	if b.Diffs, err = in.diffs(ctx, audit.Compared(b)); err != nil {
		return err
	}
	v.findings = audit.Find(b)
	if tree.err != nil {
		return tree.err
	}
	return r.err
}

// diffs reads what commits change, in the words of package audit.
func (in *Ingest) diffs(ctx context.Context, hashes []string) (map[string]map[string]audit.Diff, error) {
	out := map[string]map[string]audit.Diff{}
	if len(hashes) == 0 {
		return out, nil
	}
	changes, err := in.changes(ctx, hashes)
	for h, files := range changes {
		out[h] = make(map[string]audit.Diff, len(files))
		for path, c := range files {
			out[h][path] = audit.Diff{Added: c.added, Removed: c.removed, Hunks: c.hunks}
		}
	}
	return out, err
}

// declared tells which of some names something declares in the tree of a commit.
func (in *Ingest) declared(ctx context.Context, tip string, words []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(words) == 0 {
		return out, nil
	}
	paths, err := in.Repo.FilesNaming(ctx, tip, words, patch.CodePathspecs)
	if err != nil {
		return nil, err
	}
	err = in.Repo.ReadFiles(ctx, tip, paths, maxPresent, func(path string, content []byte) error {
		for _, w := range words {
			out[w] = out[w] || content == nil || patch.Declared(path, content, w, "") > 0
		}
		return nil
	})
	return out, err
}

// auditRecords reads records when they are asked for, and keeps the first error.
type auditRecords struct {
	tx      *db.Tx
	commits map[string]*fact.Commit
	needs   map[string][]fact.Need
	patches map[string]*fact.Patch
	err     error
}

func (r *auditRecords) commit(hash string) *fact.Commit {
	c, known := r.commits[hash]
	if !known && fact.IsHash(hash) {
		var err error
		if c, err = r.tx.Commit(hash); err != nil && r.err == nil {
			r.err = err
		}
		r.commits[hash] = c
	}
	return c
}

func (r *auditRecords) needsOf(hash string) []fact.Need {
	list, known := r.needs[hash]
	if !known {
		n, err := r.tx.Needs(hash)
		if err != nil && r.err == nil {
			r.err = err
		}
		if n != nil {
			list = n.List
		}
		r.needs[hash] = list
	}
	return list
}

// patch returns what is derived of a commit's diff, an empty one if that is not stored.
func (r *auditRecords) patch(hash string) *fact.Patch {
	p, known := r.patches[hash]
	if !known {
		var err error
		if p, err = r.tx.Patch(hash); err != nil && r.err == nil {
			r.err = err
		}
		if p == nil {
			p = &fact.Patch{}
		}
		r.patches[hash] = p
	}
	return p
}

// picks fills in the branch's picks by its links.
func (r *auditRecords) picks(b *audit.Branch, links []fact.Link) error {
	for i := range links {
		p := audit.Pick{Link: links[i], Fork: r.commit(links[i].Fork), Upstream: r.commit(links[i].Upstream)}
		if p.Fork == nil || p.Upstream == nil || p.Fork.IsMerge() || p.Upstream.IsMerge() || len(p.Fork.Parents) == 0 {
			continue
		}
		replays, err := r.tx.ReplayedOf(p.Fork.Hash)
		if err != nil {
			return err
		}
		for k := range replays {
			if replays[k].Upstream == p.Upstream.Hash {
				p.Replayed = &replays[k]
			}
		}
		if p.Departure, err = r.tx.Departure(p.Fork.Hash, p.Upstream.Hash); err != nil {
			return err
		}
		b.Picks = append(b.Picks, p)
	}
	return nil
}

// forkTree tells package audit of the fork's files. It reads each once and keeps the
// first error.
type forkTree struct {
	objects  *git.Objects
	tip      string
	own      []*fact.Commit // oldest first
	at       map[string]int
	files    map[string]map[string]bool // by commit, colon, path; nil where there is none
	text     map[string][]byte          // at the tip
	declared map[string]bool
	err      error
}

func (t *forkTree) read(rev, path string) []byte {
	if t.err != nil {
		return nil
	}
	var text []byte
	t.err = t.objects.Contents([]string{rev + ":" + path}, func(o git.Object, content io.Reader) error {
		if content == nil || o.Type != "blob" || o.Size > maxPresent {
			return nil
		}
		var err error
		text, err = io.ReadAll(content)
		return err
	})
	return text
}

func textSet(content []byte) map[string]bool {
	set := map[string]bool{}
	for text := range audit.Texts(content) {
		set[text] = true
	}
	return set
}

func (t *forkTree) File(path string) map[string]bool {
	name := t.tip + ":" + path
	set, known := t.files[name]
	if !known {
		t.text[path] = t.read(t.tip, path)
		if t.text[path] != nil {
			set = textSet(t.text[path])
		}
		t.files[name] = set
	}
	return set
}

func (t *forkTree) FileAt(commit, path string) map[string]bool {
	if commit == t.tip {
		return t.File(path)
	}
	name := commit + ":" + path
	set, known := t.files[name]
	if !known {
		if text := t.read(commit, path); text != nil {
			set = textSet(text)
		}
		t.files[name] = set
	}
	return set
}

func (t *forkTree) Exists(path string) bool {
	if t.err != nil {
		return false
	}
	found, err := t.objects.Info([]string{t.tip + ":" + path})
	t.err = err
	return err == nil && !found[0].Missing
}

func (t *forkTree) Versions(path, after string) []audit.Version {
	var changed []string
	for _, c := range t.own {
		if t.at[c.Hash] > t.at[after] && slices.ContainsFunc(c.Files, func(f fact.FileChange) bool { return f.Path == path || f.OldPath == path }) {
			changed = append(changed, c.Hash)
		}
	}
	var out []audit.Version
	for _, h := range changed[max(0, len(changed)-maxVersionsAudited):] {
		out = append(out, audit.Version{Commit: h, Lines: t.FileAt(h, path)})
	}
	return out
}

func (t *forkTree) Declared(name string) bool { return t.declared[name] }

func (t *forkTree) Names(path, name string) bool {
	t.File(path)
	return patch.Uses(path, t.text[path], name)
}
