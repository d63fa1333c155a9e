package ingest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tracker/ingest/reason"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// watch finds what has become of what skipped and deferred commits wait for, and
// which later commits of upstream speak of them; see docs/decisions.md. What
// came after the statement that decided them opens them again.
type watch struct {
	in        *Ingest
	sides     *sides
	view      *fact.View
	known     *names
	decisions []fact.Decision
	reports   []fact.StoredReport
	reverted  map[string]string // the fork's commits that were taken back
	revertsUp map[string]string // upstream's

	accounts map[string]*fact.Account
	moments  map[fact.Ruling]*moment
	writings map[writing]map[string]*brief
	reached  map[string]map[string]bool // see reach
	looks    map[lookKey]look
	trees    map[string]*tree
	newer    map[string]map[string]bool // upstream's commits since a tip
	failed   error                      // of a step that returns none
}

// open reports whether a decision may be opened again.
func open(a *fact.Account) bool {
	return a.Ruling != (fact.Ruling{}) && (a.Status == fact.Skipped || a.Status == fact.Deferred)
}

// want is one thing that one commit waits for.
type want struct {
	account *fact.Account
	wait    *fact.Wait
	thing   reason.Thing
	at      *moment
	able    []*brief // the fork's commits since, oldest first, that may have brought it
}

// run fills Waits, Reopenings and Reopened of the accounts.
func (w *watch) run(ctx context.Context, accounts []fact.Account) error {
	w.accounts = make(map[string]*fact.Account, len(accounts))
	for i := range accounts {
		w.accounts[accounts[i].Commit] = &accounts[i]
	}
	var wants []*want
	for i := range accounts {
		a := &accounts[i]
		if !open(a) {
			continue
		}
		parse := reason.ParseReported
		if a.Ruling.Mark != 0 {
			parse = reason.Parse
		}
		for j := range a.Waits {
			wants = append(wants, &want{account: a, wait: &a.Waits[j], thing: parse(a.Waits[j].What)})
		}
	}
	if err := w.arrivals(ctx, wants); err != nil {
		return err
	}
	for i := range accounts {
		if a := &accounts[i]; open(a) {
			a.Reopenings = append(a.Reopenings, arrived(a)...)
		}
	}
	if err := w.followUps(ctx, accounts); err != nil {
		return err
	}
	for i := range accounts {
		accounts[i].Reopened = len(accounts[i].Reopenings) > 0
	}
	return nil
}

// arrivals settles each want, those that git's trees must tell together.
func (w *watch) arrivals(ctx context.Context, wants []*want) error {
	var asked []*want
	for _, x := range wants {
		if x.thing.Kind == fact.ForCommit {
			if err := w.commit(ctx, x); err != nil {
				return err
			}
			continue
		}
		if slices.ContainsFunc(w.sides.own, func(c *brief) bool { return w.may(c, x.thing) }) {
			// What the fork had at the time is told by its tree then, so a commit
			// before it is as good a reason to look as one after.
			asked = append(asked, x)
		}
		if x.wait.Kind != fact.ForWords {
			x.wait.From = w.from(x)
		}
	}
	here := w.view.Fork.Commit
	if err := w.lookAll(ctx, here, asked); err != nil {
		return err
	}
	asked = slices.DeleteFunc(asked, func(x *want) bool {
		is, told := w.has(ctx, here, x)
		return told && !is
	})
	byMoment := map[string][]*want{}
	for _, x := range asked {
		var err error
		if x.at, err = w.moment(ctx, x.account.Ruling); err != nil {
			return err
		}
		for _, c := range slices.Backward(w.sides.own) {
			if !x.at.knew[c.Hash] && w.may(c, x.thing) {
				x.able = append(x.able, c)
			}
		}
		if x.at.fork != "" {
			byMoment[x.at.fork] = append(byMoment[x.at.fork], x)
		}
	}
	for commit, list := range byMoment {
		if err := w.lookAll(ctx, commit, list); err != nil {
			return err
		}
	}
	for _, x := range asked {
		if err := w.arrive(ctx, x); err != nil {
			return err
		}
	}
	return w.failed
}

// may reports whether one of the fork's commits may have brought a thing: its
// patch does, or its patch is not all known, or it merges another history.
func (w *watch) may(c *brief, t reason.Thing) bool {
	s := &c.sighted
	switch {
	case t.Kind == fact.ForWords:
		return false
	case w.merges(c):
		return true
	case t.Kind == fact.ForFile:
		return slices.ContainsFunc(s.brings, func(p string) bool { return isAt(p, t.Name) })
	}
	return s.blind || slices.Contains(s.defines, t.Name) || slices.Contains(s.adds, t.Name)
}

// merges reports whether a commit merges what is not the fork's own.
func (w *watch) merges(c *brief) bool {
	if !c.IsMerge() {
		return false
	}
	return slices.ContainsFunc(c.Parents[1:], func(p string) bool { return w.sides.byHash[p] == nil })
}

// arrive decides one want whose thing may have arrived: it is there now, and was
// not there when the ruling was made.
func (w *watch) arrive(ctx context.Context, x *want) error {
	now, told := w.has(ctx, w.view.Fork.Commit, x)
	brought := x.definer(w)
	if !told {
		now = brought != nil
	}
	if !now {
		return nil
	}
	then, told := false, x.at.fork != ""
	if told {
		then, told = w.has(ctx, x.at.fork, x)
	}
	if !told {
		// The tree of that time is gone: a commit since must have declared it.
		then = brought == nil
	}
	x.wait.From = nil
	if then {
		x.wait.State = fact.Before
		return nil
	}
	x.wait.State = fact.Arrived
	by := brought
	if by == nil || x.thing.Of != "" { // which of several it belongs to only the tree tells
		by = w.carrier(ctx, x)
	}
	if by != nil {
		x.wait.By, x.wait.Date = by.Hash, by.CommitDate.Format(time.RFC3339)
	}
	return w.failed
}

// definer is the first commit since the ruling that declares the symbol or adds
// the file and was not taken back.
func (x *want) definer(w *watch) *brief {
	for _, c := range x.able {
		if w.reverted[c.Hash] != "" || w.merges(c) {
			continue
		}
		if x.thing.Kind == fact.ForFile && len(c.sighted.brings) > 0 || slices.Contains(c.sighted.defines, x.thing.Name) {
			return c
		}
	}
	return nil
}

// carrier is the first of the other commits that may have brought the thing and
// in whose tree it stands, where it stands today.
func (w *watch) carrier(ctx context.Context, x *want) *brief {
	if x.thing.Kind == fact.ForFile {
		for _, c := range x.able {
			if is, _ := w.has(ctx, c.Hash, x); is {
				return c
			}
		}
		return nil
	}
	objects, err := w.in.Repo.Objects(ctx)
	if err != nil {
		w.fail(err)
		return nil
	}
	defer objects.Close()
	where := w.looks[lookKey{w.view.Fork.Commit, x.thing}].path
	for some := range slices.Chunk(x.able, 50) {
		names := make([]string, len(some))
		for i, c := range some {
			names[i] = c.Hash + ":" + where
		}
		at, found := -1, (*brief)(nil)
		err := objects.Contents(names, func(o git.Object, content io.Reader) error {
			at++
			if found != nil || content == nil || o.Type != "blob" || o.Size > maxPresent {
				return nil
			}
			text, err := io.ReadAll(content)
			if err == nil && declared(where, text, x.thing) {
				found = some[at]
			}
			return err
		})
		if w.fail(err); err != nil || found != nil {
			return found
		}
	}
	return nil
}

func (w *watch) fail(err error) {
	if w.failed == nil && err != nil {
		w.failed = fmt.Errorf("look for what decisions wait for: %w", err)
	}
}

// from lists the upstream commits of the range that would bring a thing.
func (w *watch) from(x *want) []string {
	var out []string
	for _, c := range w.sides.upstream {
		s := &c.sighted
		brings := slices.Contains(s.defines, x.thing.Name)
		if of := x.thing.Of; of != "" {
			brings = brings && (slices.Contains(s.defines, of) || slices.Contains(s.adds, of))
		}
		if x.thing.Kind == fact.ForFile {
			brings = slices.ContainsFunc(s.brings, func(p string) bool { return isAt(p, x.thing.Name) })
		}
		if !brings || c.Hash == x.account.Commit {
			continue
		}
		if a := w.accounts[c.Hash]; a != nil && !taken(a.Status) {
			out = append(out, c.Hash)
		}
	}
	return out
}

// taken reports whether a status says that the fork has the commit.
func taken(s fact.Status) bool {
	return s == fact.Integrated || s == fact.Adapted || s == fact.Partial
}

// arrived turns what has come into reopenings, what one commit brought together.
func arrived(a *fact.Account) []fact.Reopening {
	var out []fact.Reopening
	for _, x := range a.Waits {
		if x.State != fact.Arrived {
			continue
		}
		i := slices.IndexFunc(out, func(r fact.Reopening) bool { return r.By == x.By && r.Date == x.Date })
		if i >= 0 {
			out[i].What += ", " + x.What
		} else {
			out = append(out, fact.Reopening{Kind: fact.ByArrival, What: x.What, By: x.By, Date: x.Date})
		}
	}
	for i := range out {
		r := &out[i]
		switch {
		case r.By != "":
			r.Text = fmt.Sprintf("%s brought %s in%s", fact.Short(r.By), r.What, on(r.Date))
		case strings.Contains(r.What, ", "):
			r.Text = r.What + " have come in" + on(r.Date)
		default:
			r.Text = r.What + " has come in" + on(r.Date)
		}
	}
	return out
}

func on(date string) string {
	if len(date) < len(time.DateOnly) {
		return ""
	}
	return " on " + date[:len(time.DateOnly)]
}
