package advise

import (
	"context"
	"slices"

	"tracker/ingest/foresee"
	"tracker/ingest/reuse"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// needs tells what upstream commits of one view need, and what of it the fork has.
// Records are read when they are asked for.
type needs struct {
	asker    *Asker
	view     *fact.View
	place    map[string]int // by commit of the range: 0 is the oldest
	order    []string       // the range, oldest first
	accounts map[string]*fact.Account
	known    map[string]*fact.Needs
	commits  map[string]*fact.Commit
	reverse  map[string][]string // who needs a commit; nil until it is asked for
	within   map[string]bool     // the commits that count as the fork's; nil: all that the view has
	edits    map[string]*fact.Edits
	memory   *reuse.Memory // of past conflicts; read by detach
	// detached says that all was read that will be asked for, and the database is
	// closed.
	detached bool
}

// detach reads all that picks onto a commit ask for, so that they need not keep the
// database open while they are carried out, which may take long.
func (n *needs) detach(ctx context.Context, onto string) error {
	for _, h := range n.order {
		if _, err := n.record(h); err != nil {
			return err
		}
		if _, err := n.commit(h); err != nil {
			return err
		}
	}
	accounts, err := n.asker.tx.Accounts(n.view.Fork.Ref)
	if err != nil {
		return err
	}
	for i := range accounts {
		n.accounts[accounts[i].Commit] = &accounts[i]
	}
	var hashes, exclude []string
	if n.view.Base != "" {
		exclude = []string{n.view.Base}
	}
	err = n.asker.git.Graph(ctx, []string{onto, n.view.Upstream.Commit}, exclude, func(hash string, _ []string) { hashes = append(hashes, hash) })
	if err != nil {
		return err
	}
	n.edits = make(map[string]*fact.Edits, len(hashes))
	for _, h := range hashes {
		if n.edits[h], err = n.asker.tx.Edits(h); err != nil {
			return err
		}
	}
	n.memory, err = n.asker.memory()
	n.detached = true
	return err
}

// memory is of all conflicts that were ever resolved.
func (a *Asker) memory() (*reuse.Memory, error) {
	replays, err := a.tx.Replays()
	if err != nil {
		return nil, err
	}
	return reuse.Remember(reuse.Pasts(replays)), nil
}

// restrict lets only those commits count as the fork's that a commit has beyond
// the base, where it is not the fork's tip. Where it is older than the base, what
// it lacks of upstream's before the base is of the range, too.
func (n *needs) restrict(ctx context.Context, onto string) error {
	if onto == "" || onto == n.view.Fork.Commit {
		return nil
	}
	n.within = map[string]bool{}
	var exclude []string
	if n.view.Base != "" {
		exclude = []string{n.view.Base}
	}
	git := n.asker.git
	if err := git.Graph(ctx, []string{onto}, exclude, func(hash string, _ []string) { n.within[hash] = true }); err != nil {
		return err
	}
	var older []string
	err := git.Graph(ctx, []string{n.view.Upstream.Commit}, []string{onto}, func(hash string, parents []string) {
		if _, ok := n.place[hash]; !ok && len(parents) < 2 {
			older = append(older, hash)
		}
	})
	if err != nil || len(older) == 0 {
		return err
	}
	slices.Reverse(older)
	n.order = append(older, n.order...) // the fork has them, so they descend from none of the range
	for i, h := range n.order {
		n.place[h] = i
	}
	return nil
}

func (a *Asker) needs(v *fact.View) *needs {
	n := &needs{
		asker: a, view: v, place: make(map[string]int, len(v.Range)), order: slices.Clone(v.Range),
		accounts: map[string]*fact.Account{}, known: map[string]*fact.Needs{}, commits: map[string]*fact.Commit{},
	}
	slices.Reverse(n.order)
	for i, h := range n.order {
		n.place[h] = i
	}
	return n
}

// inHistory reports whether a commit is of upstream's range, or of what counts as the
// fork's.
func (n *needs) inHistory(hash string) bool {
	_, inRange := n.place[hash]
	return inRange || n.within[hash]
}

// of returns what a commit needs; nothing where that was not found out.
func (n *needs) of(hash string) ([]fact.Need, error) {
	known, err := n.record(hash)
	if err != nil || known == nil {
		return nil, err
	}
	return known.List, nil
}

func (n *needs) record(hash string) (*fact.Needs, error) {
	if known, ok := n.known[hash]; ok {
		return known, nil
	}
	if n.detached {
		return nil, nil
	}
	known, err := n.asker.tx.Needs(hash)
	if err != nil {
		return nil, err
	}
	n.known[hash] = known
	return known, nil
}

func (n *needs) commit(hash string) (*fact.Commit, error) {
	if c, ok := n.commits[hash]; ok {
		return c, nil
	}
	if n.detached {
		return nil, nil
	}
	c, err := n.asker.tx.Commit(hash)
	if err != nil {
		return nil, err
	}
	n.commits[hash] = c
	return c, nil
}

func (n *needs) account(hash string) (*fact.Account, error) {
	if acc, ok := n.accounts[hash]; ok {
		return acc, nil
	}
	if n.detached {
		return nil, nil
	}
	acc, err := n.asker.tx.Account(n.view.Fork.Ref, hash)
	if err != nil {
		return nil, err
	}
	n.accounts[hash] = acc
	return acc, nil
}

// met reports whether the fork has what a need is for, and as which of its
// commits. What is older than the range it has anyway. Of a partial pick it has
// all but what was left out.
func (n *needs) met(need *fact.Need) (met bool, as []string, err error) {
	if _, inRange := n.place[need.To]; !inRange || n.within[need.To] {
		return true, []string{need.To}, nil
	}
	acc, err := n.account(need.To)
	if err != nil || acc == nil || !acc.Status.InFork() {
		return false, nil, err
	}
	if n.within != nil && len(acc.ForkCommits) > 0 && !slices.ContainsFunc(acc.ForkCommits, func(h string) bool { return n.within[h] }) {
		return false, nil, nil
	}
	if acc.Status == fact.Partial && slices.ContainsFunc(need.Where, func(w fact.NeedWhere) bool { return w.Path != "" && slices.Contains(acc.Left, w.Path) }) {
		return false, nil, nil
	}
	return true, acc.ForkCommits, nil
}

// requires reports whether a commit should not be taken without what the need is
// for: it would conflict, or use a name that is not there. What lock files say
// matters to a replay alone, for they are made anew.
func requires(need *fact.Need) bool {
	return !need.Lock && (need.Hard || need.Kind == fact.NeedSymbol)
}

// closure returns the commits that the given ones require and the fork lacks,
// directly and through others, without the given ones, oldest first. want tells
// which needs are followed.
func (n *needs) closure(of []string, want func(*fact.Need) bool) ([]string, error) {
	seen := map[string]bool{}
	for _, h := range of {
		seen[h] = true
	}
	var out []string
	for list := slices.Clone(of); len(list) > 0; {
		h := list[len(list)-1]
		list = list[:len(list)-1]
		wants, err := n.of(h)
		if err != nil {
			return nil, err
		}
		for i := range wants {
			need := &wants[i]
			if seen[need.To] || !want(need) {
				continue
			}
			met, _, err := n.met(need)
			if err != nil {
				return nil, err
			}
			if met {
				continue
			}
			seen[need.To] = true
			out = append(out, need.To)
			list = append(list, need.To)
		}
	}
	n.sort(out)
	return out, nil
}

// sort brings commits of the range into upstream's order, oldest first, which
// respects every need.
func (n *needs) sort(list []string) {
	slices.SortStableFunc(list, func(a, b string) int { return n.place[a] - n.place[b] })
}

// neededBy returns the commits of the range that need a commit, oldest first.
func (n *needs) neededBy(hash string) ([]string, error) {
	if n.reverse == nil {
		n.reverse = map[string][]string{}
		for _, h := range n.order {
			list, err := n.of(h)
			if err != nil {
				return nil, err
			}
			last := ""
			for i := range list { // all needs of one commit stand together
				if list[i].To != last {
					last = list[i].To
					n.reverse[last] = append(n.reverse[last], h)
				}
			}
		}
	}
	return n.reverse[hash], nil
}

// causes finds out why picks onto a commit conflict. It must be closed.
func (n *needs) causes(replay *git.Replay, onto string) *foresee.Causes {
	return &foresee.Causes{Facts: needFacts{n}, Replay: replay, Onto: onto, Upstream: n.view.Upstream.Commit, Base: n.view.Base, Memory: n.memory}
}

// needFacts are needs as package foresee asks for them.
type needFacts struct{ *needs }

func (f needFacts) Edits(hash string) (*fact.Edits, error) {
	if f.detached {
		return f.edits[hash], nil
	}
	return f.asker.tx.Edits(hash)
}

func (f needFacts) Needs(hash string) ([]fact.Need, error) { return f.of(hash) }

func (f needFacts) Met(hash, path string) (bool, error) {
	met, _, err := f.met(&fact.Need{To: hash, Where: []fact.NeedWhere{{Path: path}}})
	return met, err
}

func (f needFacts) Upstream(hash string) bool {
	_, ok := f.place[hash]
	return ok
}

func (f needFacts) Graph(ctx context.Context, include, exclude []string, fn func(hash string, parents []string)) error {
	return f.asker.git.Graph(ctx, include, exclude, fn)
}
