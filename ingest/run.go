package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// rules is raised whenever the same facts would be judged otherwise, so that
// the next ingest judges them anew.
const rules = 2

// Options say what an ingest is to read.
type Options struct {
	Upstream string        // upstream's ref; empty: as remembered, else by default
	Forks    []string      // the fork's refs or globs; empty: likewise
	Reports  []string      // files and folders of reports beside those in the fork
	Forget   []string      // reports, by ID or name, whose word counts no more
	Wait     time.Duration // how long to wait for another ingest
	Command  string        // as another process is told that we hold the lock
	Progress Progress      // may be nil
}

// Ingest is what an ingest works on.
type Ingest struct {
	Repo  *git.Repo
	Store *db.Store
	Index *index.Index
}

// Summary says what an ingest found.
type Summary struct {
	Views     []fact.View
	New       int            // commits read
	NewRange  map[string]int // upstream commits never seen before, by fork ref
	NewOwn    map[string]int // the fork's, likewise
	Reports   []ReportRead
	Forgotten []string                       // reports whose word counts no more
	Gone      []string                       // reports that the fork no longer has and that are kept
	Links     map[string][]fact.Link         // by fork ref
	Accounts  map[string][]fact.Account      // by fork ref
	Indexed   int                            // documents written to the index
	Warnings  []git.Warning                  // parts of commits that could not be read
	Copies    []Copy                         // given files that are not read for themselves
	Bad       []Unreadable                   // reports that could not be read
	Unknown   map[string][]fact.ReportCommit // by report: entries whose commit is nowhere
	Elapsed   time.Duration
	Changed   bool // false: nothing had moved and nothing was written
}

// Copy is a given file that says what a report tracked in the fork says.
type Copy struct{ Name, Of string }

// ReportRead is a report that the ingest took.
type ReportRead struct {
	fact.StoredReport
	New     bool // never read before, or changed since
	InFork  bool
	Commits int // upstream commits of the range that it speaks of
}

// Run carries out one ingest. Reports that cannot be read and blobs that are
// absent are returned in the summary and do not end it. Interrupted at any
// moment it leaves the state of the last finished ingest, and the commits read
// so far, which the next one need not read again.
func (in *Ingest) Run(ctx context.Context, o Options) (*Summary, error) {
	start := time.Now()
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return nil, err
	}
	defer lock.Release()

	before, err := in.before(ctx)
	if err != nil {
		return nil, err
	}
	heads, config, err := FindHeads(ctx, in.Repo, before.config, o.Upstream, o.Forks)
	if err != nil {
		return nil, err
	}
	// From here on there is a database, if only an empty one.
	if err := in.Store.Update(ctx, func(*db.Tx) error { return nil }); err != nil {
		return nil, err
	}
	sum := &Summary{Unknown: map[string][]fact.ReportCommit{}, NewRange: map[string]int{}, NewOwn: map[string]int{}}
	o.Progress.tell(StageGit, 0, 0)

	moved := before.moved(heads)
	var surveys []*survey
	if moved {
		for _, f := range heads.Forks {
			s, err := surveyFork(ctx, in.Repo, f, heads.Upstream)
			if err != nil {
				return nil, err
			}
			surveys = append(surveys, s)
		}
		// Reports and commits are read side by side: both only need the survey.
		group, gctx := errgroup.WithContext(ctx)
		group.Go(func() (err error) {
			sum.New, sum.Warnings, err = readCommits(gctx, in.Repo, in.Store, surveys, o.Progress)
			return err
		})
		group.Go(func() (err error) {
			for _, s := range surveys {
				if s.reports, err = findTracked(gctx, in.Repo, &s.view); err != nil {
					return err
				}
			}
			return nil
		})
		if err := group.Wait(); err != nil {
			return nil, err
		}
		for _, s := range surveys {
			sum.NewRange[s.view.Fork.Ref], sum.NewOwn[s.view.Fork.Ref] = s.newRange, s.newOwn
		}
	} else {
		for i := range before.views {
			surveys = append(surveys, &survey{view: before.views[i]})
		}
	}

	o.Progress.tell(StageReports, 0, 0)
	reports, err := in.reports(ctx, o, surveys, before, moved, sum)
	if err != nil {
		return nil, err
	}

	sum.Changed = moved || reports.changed || before.config.Settings[basis] != before.basis()
	if sum.Changed {
		o.Progress.tell(StageLinks, 0, 0)
		before.config = config
		if err := in.judge(ctx, surveys, reports.all, before.remember(), sum); err != nil {
			return nil, err
		}
	} else if err := in.recall(ctx, sum); err != nil {
		return nil, err
	}

	stats, err := in.Index.CatchUp(ctx, in.Store, func(done, total int) { o.Progress.tell(StageIndex, done, total) })
	if err != nil {
		return nil, err
	}
	sum.Indexed = stats.Documents
	sum.Elapsed = time.Since(start)
	return sum, nil
}

// state is what the last finished ingest left.
type state struct {
	config      db.Config
	views       []fact.View
	reports     map[string]fact.StoredReport
	decisionSeq int // grows with every mark and undo
}

func (in *Ingest) before(ctx context.Context) (*state, error) {
	s := &state{reports: map[string]fact.StoredReport{}}
	err := in.Store.Peek(ctx, func(tx *db.Tx) error {
		var err error
		if s.config, err = tx.Config(); err != nil {
			return err
		}
		if s.views, err = tx.Views(); err != nil {
			return err
		}
		reports, err := tx.Reports()
		if err != nil {
			return err
		}
		for _, r := range reports {
			s.reports[r.ID] = r
		}
		decisions, err := tx.Decisions()
		for _, d := range decisions {
			s.decisionSeq++
			if d.Undone != 0 {
				s.decisionSeq++
			}
		}
		return err
	})
	if errors.Is(err, db.ErrNothing) {
		err = nil
	}
	return s, err
}

// basis names the setting that says which rules and decisions the statuses
// rest on, so that nothing is judged again for nothing.
const basis = "basis"

func (s *state) basis() string { return fmt.Sprintf("rules %d, decisions %d", rules, s.decisionSeq) }

// remember is the configuration to store with a judgement.
func (s *state) remember() db.Config {
	c := s.config
	c.Settings = maps.Clone(c.Settings)
	if c.Settings == nil {
		c.Settings = map[string]string{}
	}
	c.Settings[basis] = s.basis()
	return c
}

// moved reports whether any ref stands elsewhere than the views say.
func (s *state) moved(h Heads) bool {
	if len(h.Forks) != len(s.views) {
		return true
	}
	for _, f := range h.Forks {
		if !slices.ContainsFunc(s.views, func(v fact.View) bool { return v.Fork == f && v.Upstream == h.Upstream }) {
			return true
		}
	}
	return false
}

// readReports are the reports known after an ingest has looked for them.
type readReports struct {
	all     []fact.StoredReport // in order of time
	changed bool
}

// reports reads the given reports and those in the fork, and adds those that
// earlier ingests read: what a person wrote is kept when its file goes.
func (in *Ingest) reports(ctx context.Context, o Options, surveys []*survey, before *state, moved bool, sum *Summary) (*readReports, error) {
	given, bad := givenReports(o.Reports, in.Repo.WorkTree())
	sum.Bad = bad
	found := given
	inFork := map[string]bool{}
	if moved {
		for _, s := range surveys {
			var changed map[string]time.Time
			err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
				changed, err = lastChanged(ctx, in.Repo, tx, &s.view, s.reports)
				return err
			})
			if err != nil {
				return nil, err
			}
			for _, t := range s.reports {
				inFork[t.path] = true
				found = append(found, stored(t.path, "fork", t.text, changed[t.path]))
			}
		}
	} else {
		for id, r := range before.reports {
			inFork[id] = r.Source == "fork"
		}
	}

	tracked := map[string]string{} // IDs by content
	for id, r := range before.reports {
		if inFork[id] {
			tracked[r.Blob] = id
		}
	}
	for _, r := range found {
		if r.Source == "fork" {
			tracked[r.Blob] = r.ID
		}
	}

	out := &readReports{}
	all := maps.Clone(before.reports)
	for _, name := range o.Forget {
		id, err := forgettable(all, inFork, name, in.Repo.WorkTree())
		if err != nil {
			return nil, err
		}
		delete(all, id)
		sum.Forgotten = append(sum.Forgotten, id)
		out.changed = true
	}
	seen := map[string]bool{}
	for _, r := range found {
		if of := tracked[r.Blob]; r.Source == "file" && of != "" && of != r.ID {
			sum.Copies = append(sum.Copies, Copy{Name: r.ID, Of: of})
			continue
		}
		if seen[r.ID] {
			continue // given by name and tracked, or tracked in two forks
		}
		seen[r.ID] = true
		old, known := all[r.ID]
		isNew := !known || old.Blob != r.Blob
		if isNew || old.Source != r.Source || old.When != r.When {
			all[r.ID] = r
			out.changed = true
		}
		sum.Reports = append(sum.Reports, ReportRead{StoredReport: r, New: isNew, InFork: inFork[r.ID]})
	}
	if moved {
		for id, r := range before.reports {
			if r.Source == "fork" && !inFork[id] {
				sum.Gone = append(sum.Gone, id)
			}
		}
		slices.Sort(sum.Gone)
	} else {
		for _, r := range before.reports {
			if r.Source == "fork" && !seen[r.ID] {
				sum.Reports = append(sum.Reports, ReportRead{StoredReport: r, InFork: true})
			}
		}
	}
	for _, r := range all {
		if _, err := os.Stat(filepath.FromSlash(r.ID)); r.Source == "file" && filepath.IsAbs(filepath.FromSlash(r.ID)) && errors.Is(err, fs.ErrNotExist) {
			sum.Gone = append(sum.Gone, r.ID)
		}
		out.all = append(out.all, r)
	}
	slices.Sort(sum.Gone)
	out.all = sortReports(out.all)
	slices.SortFunc(sum.Reports, func(a, b ReportRead) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// sortReports orders reports by time.
func sortReports(reports []fact.StoredReport) []fact.StoredReport {
	slices.SortFunc(reports, func(a, b fact.StoredReport) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.Report.Date, b.Report.Date), cmp.Compare(a.ID, b.ID))
	})
	return reports
}

// ErrNoReport says that no report of that name was read by name.
var ErrNoReport = errors.New("no such report was given by name")

// forgettable finds the report to be forgotten: one that was given by name, or
// one whose file the fork no longer has. One that the fork tracks would be found
// again.
func forgettable(all map[string]fact.StoredReport, inFork map[string]bool, name, workTree string) (string, error) {
	for _, id := range []string{filepath.ToSlash(name), reportID(name, workTree)} {
		if _, ok := all[id]; ok {
			if inFork[id] {
				return "", fmt.Errorf("forget %q: %w: the fork tracks it", name, ErrNoReport)
			}
			return id, nil
		}
	}
	return "", fmt.Errorf("forget %q: %w", name, ErrNoReport)
}

// recall fills the summary of an ingest that found nothing new.
func (in *Ingest) recall(ctx context.Context, sum *Summary) error {
	sum.Links, sum.Accounts = map[string][]fact.Link{}, map[string][]fact.Account{}
	said := map[string]int{}
	defer func() {
		for i := range sum.Reports {
			sum.Reports[i].Commits = said[sum.Reports[i].ID]
		}
	}()
	return in.Store.View(ctx, func(tx *db.Tx) error {
		views, err := tx.Views()
		if err != nil {
			return err
		}
		sum.Views = views
		for _, v := range views {
			if sum.Links[v.Fork.Ref], err = tx.Links(v.Fork.Ref); err != nil {
				return err
			}
			accounts, err := tx.Accounts(v.Fork.Ref)
			if err != nil {
				return err
			}
			sum.Accounts[v.Fork.Ref] = accounts
			for _, a := range accounts {
				for _, s := range a.Sources {
					said[s.Report]++
				}
			}
		}
		return nil
	})
}
