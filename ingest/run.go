package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tracker/db"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/memory"
)

// rules is raised whenever the same facts would be judged otherwise, so that
// the next ingest judges them anew.
const rules = 12

// readMemory bounds the heap while commits are read and judged. The pages of
// the database that are written come on top.
const readMemory = 220 << 20

// Options say what an ingest is to read.
type Options struct {
	Upstream string   // upstream's ref; empty: as remembered, else by default
	Forks    []string // the fork's refs or globs; empty: likewise
	Reports  []string // files and folders of reports beside those in the fork
	Forget   []string // reports, by ID or name, whose word counts no more
	// UpstreamMerges says whether upstream's merges are replayed, too; nil: as before.
	UpstreamMerges *bool
	Anew           bool          // list, judge and read what was unreadable again even if no ref moved
	Wait           time.Duration // how long to wait for another ingest
	Command        string        // as another process is told that we hold the lock
	Progress       Progress      // may be nil
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
	Forgotten []string                        // reports whose word counts no more
	Gone      []string                        // reports that the fork no longer has and that are kept
	Links     map[string][]fact.Link          // by fork ref
	Accounts  map[string][]fact.Account       // by fork ref
	Indexed   int                             // documents written to the index
	Warnings  []git.Warning                   // parts of commits that could not be read
	Copies    []Copy                          // given files that are not read for themselves
	Bad       []Unreadable                    // reports that could not be read
	Unknown   map[string][]fact.ReportCommit  // by report: entries whose commit is nowhere
	Names     map[string][]fact.ReportFinding // by report: names that git contradicts
	Reopened  []Reopened                      // decisions that are open again and were not before
	Covered   []Covered                       // what marks by pattern cover that they did not before
	Untried   error                           // why picks were not tried, nil if they were
	Unaudited error                           // why past picks were not audited, nil if they were
	// Replayed is how many past picks and merges were replayed, and Conflicted how many
	// files conflicted in them.
	Replayed, Conflicted int
	// Unreplayed is how many past picks and merges are left to the next ingest.
	Unreplayed int
	Elapsed    time.Duration
	Changed    bool // false: nothing had moved and nothing was written
	// Counterpart says that upstream is only guessed, and is the fork's own branch
	// on a remote, with no commit that the fork lacks.
	Counterpart bool
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
	if err := in.begin(ctx, o); err != nil {
		return nil, err
	}
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	// Reading makes much garbage and keeps little.
	defer memory.Bound(readMemory)()

	before, err := in.before(ctx)
	if err != nil {
		return nil, err
	}
	asked := o.UpstreamMerges != nil && before.mergesUpstream(*o.UpstreamMerges)
	heads, config, err := FindHeads(ctx, in.Repo, before.config, o.Upstream, o.Forks)
	if err != nil {
		return nil, err
	}
	// From here on there is a database, if only an empty one.
	if err := in.Store.Update(ctx, func(*db.Tx) error { return nil }); err != nil {
		return nil, err
	}
	sum := &Summary{Counterpart: heads.Counterpart, Unknown: map[string][]fact.ReportCommit{}, NewRange: map[string]int{}, NewOwn: map[string]int{}}
	o.Progress.tell(StageGit, 0, 0)

	anew := o.Anew || len(before.views) > 0 && before.config.Settings[edge] != in.Repo.Edge()
	if !anew {
		if anew, err = in.lacksEdits(ctx, before.views); err != nil {
			return nil, err
		}
	}
	moved := anew || before.moved(heads)
	var surveys []*survey
	if moved {
		for _, f := range heads.Forks {
			s, err := surveyFork(ctx, in.Repo, f, heads.Upstream, before.goOnFrom(f.Ref, heads.Upstream.Ref, anew))
			if err != nil {
				return nil, err
			}
			if anew {
				s.again = before.unread()
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
				if s.reports, err = findTracked(gctx, in.Repo, &s.view, before.reports); err != nil {
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
	shelf, err := in.reports(ctx, o, surveys, before, moved, sum)
	if err != nil {
		return nil, err
	}

	for _, r := range sum.Reports {
		if r.InFork {
			continue
		}
		if r.StoredReport.Seen = before.reports[r.ID].Seen; r.New {
			r.StoredReport.Seen = seenIn(surveys)
		}
		shelf.all[r.ID] = r.StoredReport
	}

	var views []*fact.View
	for _, s := range surveys {
		views = append(views, &s.view)
	}
	if err := in.needs(ctx, views, o.Progress); err != nil {
		return nil, err
	}

	chosen := config.Upstream != before.config.Upstream || config.Guessed != before.config.Guessed || !slices.Equal(config.Forks, before.config.Forks)
	sum.Changed = moved || chosen || asked || shelf.changed || before.config.Settings[basis] != before.basis() || before.config.Settings[unreplayed] != ""
	if sum.Changed {
		o.Progress.tell(StageLinks, 0, 0)
		before.config = config
		before.set(edge, in.Repo.Edge())
		reports := shelf.sorted()
		var settled map[string]map[string]*fact.Account
		if len(reports)+len(before.decisions) > 0 { // else there is nothing to be open again
			if settled, err = in.settled(ctx); err != nil {
				return nil, err
			}
		}
		for i := range reports {
			tie(&reports[i])
		}
		j := judgement{
			surveys: surveys, reports: reports, deleted: shelf.deleted, decisions: before.decisions, config: before.remember(),
			progress: o.Progress,
		}
		if err := in.judge(ctx, j, sum); err != nil {
			return nil, err
		}
		sum.news(settled, before.decisions)
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

// begin refuses a first ingest that has no refs to read before the lock makes a
// folder for it.
func (in *Ingest) begin(ctx context.Context, o Options) error {
	before, err := in.before(ctx)
	if err != nil || len(before.views) > 0 {
		return nil // a fault in the store is told when the lock is held
	}
	_, _, err = FindHeads(ctx, in.Repo, before.config, o.Upstream, o.Forks)
	return err
}

// state is what the last finished ingest left.
type state struct {
	config    db.Config
	views     []fact.View
	reports   map[string]fact.StoredReport
	decisions []fact.Decision
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
		s.decisions, err = tx.Decisions()
		return err
	})
	if errors.Is(err, db.ErrNothing) {
		err = nil
	}
	return s, err
}

// goOnFrom returns the view of a fork's branch to go on from, nil if all is to
// be listed.
func (s *state) goOnFrom(fork, upstream string, anew bool) *fact.View {
	if anew {
		return nil
	}
	for i := range s.views {
		if v := &s.views[i]; v.Fork.Ref == fork && v.Upstream.Ref == upstream {
			return v
		}
	}
	return nil
}

// basis names the setting that says which rules and decisions the statuses
// rest on, so that nothing is judged again for nothing.
const basis = "basis"

func (s *state) basis() string {
	seq := len(s.decisions) // grows with every mark and undo
	for _, d := range s.decisions {
		if d.Undone != 0 {
			seq++
		}
	}
	return fmt.Sprintf("rules %d.%d, decisions %d", rules, departureRules, seq)
}

// upstreamMerges names the setting that says that upstream's merges are replayed.
const upstreamMerges = "upstream-merges"

// mergesUpstream remembers whether upstream's merges are replayed, and reports
// whether that is new.
func (s *state) mergesUpstream(yes bool) bool {
	value := ""
	if yes {
		value = "yes"
	}
	if s.config.Settings[upstreamMerges] == value {
		return false
	}
	s.set(upstreamMerges, value)
	return true
}

// edge names the setting that says where a shallow clone's history ended, so
// that all is listed and read again when it was deepened.
const edge = "edge"

// set changes one setting.
func (s *state) set(name, value string) {
	s.config.Settings = maps.Clone(s.config.Settings)
	if s.config.Settings == nil {
		s.config.Settings = map[string]string{}
	}
	s.config.Settings[name] = value
}

// remember is the configuration to store with a judgement.
func (s *state) remember() db.Config {
	s.set(basis, s.basis())
	return s.config
}

// unread lists the commits of which a part could not be read.
func (s *state) unread() []string {
	var out []string
	for _, v := range s.views {
		out = append(out, v.Unread...)
	}
	return out
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
			place := make(map[string]int, len(v.Range))
			for i, h := range v.Range {
				place[h] = i
			}
			slices.SortFunc(accounts, func(a, b fact.Account) int { return place[a.Commit] - place[b.Commit] })
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
