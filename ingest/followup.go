package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tracker/ingest/patch"
	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// shownFollowers is how many later commits of a kind open a decision again each
// by themselves; of more, the first are named and the others counted. What
// builds on a commit may be half of what follows, and says less.
var shownFollowers = map[string]int{fact.ByRevert: 1, fact.ByFix: 3, fact.ByName: 3, fact.ByBuildsOn: 1}

// followUps opens decisions again that a later commit of upstream speaks of: one
// that mends the commit, takes it back, names it, or builds on what only it
// brings. One that was itself decided against changes nothing.
func (w *watch) followUps(ctx context.Context, accounts []fact.Account) error {
	follow := map[string][]follower{}                     // by the commit that is spoken of
	for _, c := range slices.Backward(w.sides.upstream) { // oldest first
		for _, n := range c.sighted.names {
			for _, h := range w.named(n) {
				if h != c.Hash {
					follow[h] = append(follow[h], follower{c, n.kind(), n.words()})
				}
			}
		}
	}
	for h, by := range w.revertsUp {
		if c := w.sides.byHash[by]; c != nil {
			follow[h] = append(follow[h], follower{c, fact.ByRevert, ""})
		}
	}
	if err := w.builders(ctx, accounts, follow); err != nil {
		return err
	}
	for i := range accounts {
		a := &accounts[i]
		if !open(a) || len(follow[a.Commit]) == 0 {
			continue
		}
		m, err := w.moment(ctx, a.Ruling)
		if err != nil {
			return err
		}
		byCommit := map[string]bool{}
		var kept []follower
		for _, kind := range []string{fact.ByRevert, fact.ByFix, fact.ByName, fact.ByBuildsOn} {
			for _, f := range follow[a.Commit] {
				if f.kind != kind || byCommit[f.by.Hash] || w.idle(f.by.Hash) {
					continue
				}
				late, err := w.later(ctx, f.by, m)
				if err != nil {
					return err
				}
				if late {
					byCommit[f.by.Hash] = true
					kept = append(kept, f)
				}
			}
		}
		a.Reopenings = append(a.Reopenings, reopenedBy(kept)...)
	}
	return nil
}

// follower is a later commit that speaks of an earlier one.
type follower struct {
	by   *brief
	kind string
	what string // by what name, or what it builds on
}

func (n naming) kind() string {
	if n.fix {
		return fact.ByFix
	}
	return fact.ByName
}

func (n naming) words() string {
	if n.pr != 0 {
		return fmt.Sprintf("#%d", n.pr)
	}
	return n.hash
}

// named finds the upstream commits that a message means.
func (w *watch) named(n naming) []string {
	if n.pr != 0 {
		if list := w.known.byPR[n.pr]; len(list) == 1 {
			return list
		}
		return nil
	}
	if h := w.known.byHash(n.hash); w.known.upstream[h] {
		return []string{h}
	}
	return nil
}

// idle reports whether a later commit changes nothing because nobody will have
// it.
func (w *watch) idle(hash string) bool {
	a := w.accounts[hash]
	return a != nil && (a.Status == fact.Skipped || a.Status == fact.Reverted)
}

// later reports whether an upstream commit came after a moment.
func (w *watch) later(ctx context.Context, c *brief, m *moment) (bool, error) {
	tip := m.upstream
	if tip == "" {
		tip = m.atMost
	}
	if m.upstream == "" && (tip == "" || c.CommitDate.Unix() > m.when) {
		return c.CommitDate.Unix() > m.when, nil
	}
	newer, known := w.newer[tip]
	if !known {
		newer = map[string]bool{}
		found, err := w.in.Repo.Resolve(ctx, tip)
		if err != nil {
			return false, err
		}
		if !found[0].Found() { // force-pushed and pruned
			return c.CommitDate.Unix() > m.when, nil
		}
		err = w.in.Repo.RevList(ctx, []string{w.view.Upstream.Commit}, []string{tip}, func(hash string, _ int) { newer[hash] = true })
		if err != nil {
			return false, err
		}
		if w.newer == nil {
			w.newer = map[string]map[string]bool{}
		}
		w.newer[tip] = newer
	}
	return newer[c.Hash], nil
}

// reopenedBy words the reopenings that later commits give rise to.
func reopenedBy(list []follower) []fact.Reopening {
	var out []fact.Reopening
	count := map[string]int{}
	for _, f := range list {
		if count[f.kind]++; count[f.kind] > shownFollowers[f.kind] {
			continue
		}
		date := f.by.CommitDate.Format(time.RFC3339)
		does := map[string]string{
			fact.ByFix: "mends it", fact.ByRevert: "takes it back", fact.ByName: "speaks of it", fact.ByBuildsOn: "builds on its " + f.what,
		}[f.kind]
		out = append(out, fact.Reopening{
			Kind: f.kind, What: f.what, By: f.by.Hash, Date: date,
			Text: fmt.Sprintf("upstream's %s %q %s%s", fact.Short(f.by.Hash), f.by.Subject, does, on(date)),
		})
	}
	for kind, n := range count {
		if more := n - shownFollowers[kind]; more > 0 {
			last := len(out) - 1 - slices.IndexFunc(reversed(out), func(r fact.Reopening) bool { return r.Kind == kind })
			out[last].Text += fmt.Sprintf(", and %d more do", more)
		}
	}
	return out
}

func reversed[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// builders finds later commits that use a symbol which only one decided commit
// declares: no other of the range and none of the fork's own does, and nothing
// names it in the tree where the two histories part. Whoever decided by
// principle is not asked again for that.
func (w *watch) builders(ctx context.Context, accounts []fact.Account, follow map[string][]follower) error {
	definers := map[string][]string{} // by word, the range's commits that declare it
	users := map[string][]*brief{}
	for _, c := range slices.Backward(w.sides.upstream) {
		for _, word := range c.sighted.defines {
			definers[word] = append(definers[word], c.Hash)
		}
		for _, word := range c.sighted.adds {
			users[word] = append(users[word], c)
		}
	}
	for _, c := range w.sides.own {
		for _, word := range slices.Concat(c.sighted.defines, c.sighted.adds) {
			delete(users, word)
		}
	}
	byCommit := map[string][]string{}
	var words []string
	for word, list := range users {
		if len(definers[word]) != 1 || !reason.CodeLike(word) || len(word) < 6 {
			continue
		}
		a := w.accounts[definers[word][0]]
		if a == nil || !open(a) || !asksAgain(a.ReasonKind) || !slices.ContainsFunc(list, func(c *brief) bool { return c.Hash != a.Commit }) {
			continue
		}
		byCommit[a.Commit] = append(byCommit[a.Commit], word)
		words = append(words, word)
	}
	if len(words) == 0 || w.view.Base == "" {
		return nil
	}
	slices.Sort(words)
	old, err := w.in.Repo.FilesNaming(ctx, w.view.Base, words, patch.CodePathspecs)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return nil // what cannot be told is not claimed
	}
	known := map[string]bool{}
	if len(old) > 0 {
		err := w.in.Repo.ReadFiles(ctx, w.view.Base, old, maxPresent, func(_ string, content []byte) error {
			for _, word := range words {
				known[word] = known[word] || content == nil || hasWord(string(content), word)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	place := make(map[string]int, len(w.view.Range)) // newest first
	for i, h := range w.view.Range {
		place[h] = i
	}
	for commit, list := range byCommit {
		slices.Sort(list)
		var found []follower
		for _, word := range list {
			for _, c := range users[word] {
				if !known[word] && place[c.Hash] < place[commit] {
					found = append(found, follower{c, fact.ByBuildsOn, word})
				}
			}
		}
		// The first to build on it is the one to be named, by whatever word.
		slices.SortStableFunc(found, func(a, b follower) int { return cmp.Compare(place[b.by.Hash], place[a.by.Hash]) })
		follow[commit] = append(follow[commit], found...)
	}
	return nil
}

// hasWord reports whether a text has a name as a whole word, as git's search does.
func hasWord(text, name string) bool {
	inName := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '_' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] >= '0' && text[i] <= '9')
	}
	for at := 0; ; at++ {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		if at += i; !inName(at-1) && !inName(at+len(name)) {
			return true
		}
	}
}

// asksAgain reports whether a reason leaves open what later commits may change.
func asksAgain(k fact.ReasonKind) bool {
	return k == fact.Missing || k == fact.TooCostly || k == fact.OtherReason || k == ""
}
