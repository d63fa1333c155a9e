package audit

import (
	"cmp"
	"slices"

	"tracker/internal/fact"
)

// Branch is all that the findings of one fork branch follow from.
type Branch struct {
	// Picks are the links of the branch, by the age of the fork's commits, oldest first.
	Picks []Pick
	// Own are the fork's own commits, oldest first, merges left out.
	Own []*fact.Commit
	// Range are upstream's commits that the fork's history lacks, oldest first.
	Range []string
	// Commit is one of either side, with its files; nil for any other.
	Commit  func(hash string) *fact.Commit
	Account func(upstream string) *fact.Account // nil for one that is not of the range
	Needs   func(upstream string) []fact.Need
	// RevertedFork and RevertedUp map a commit to the one of its own side that takes
	// it back, and stands.
	RevertedFork, RevertedUp map[string]string
	Forecasts                map[string]fact.Forecast
	// Adds are the identifiers that a commit's added lines have and its removed ones have
	// not; Defines those of them that an added line declares.
	Adds, Defines func(hash string) []string
	Tree          Tree
	// Diffs are what the commits that Compared lists change.
	Diffs map[string]map[string]Diff
	// Generated tells which files a program writes, Output those of them that a build
	// leaves behind, Code those that are programs.
	Generated, Output, Code func(path string) bool

	at, age map[string]int // of Own and Range
	linked  map[string][]*Pick
	carried map[string][]*Pick // by fork commit
}

// Pick is one link with what is known of it.
type Pick struct {
	Link      fact.Link
	Fork      *fact.Commit
	Upstream  *fact.Commit
	Replayed  *fact.Replayed  // nil if the patch is the same, or it was not replayed
	Departure *fact.Departure // likewise
}

// Diff is what a commit changes in a file: the lines that say something, without the
// white space around them.
type Diff struct {
	Added, Removed []string
	Hunks          [][]string // the added ones, by hunk
}

// Tree tells of the fork's files as they are now and have been.
type Tree interface {
	// File returns the texts of a file's lines at the fork's tip, or as one of its
	// commits left it; nil if there is no such file or it cannot be read.
	File(path string) map[string]bool
	FileAt(commit, path string) map[string]bool
	// Exists reports whether there is such a file at the fork's tip.
	Exists(path string) bool
	// Versions returns the texts of a file's lines in the fork's commits that changed
	// it after one of them, oldest first, or the newest of many.
	Versions(path, after string) []Version
	// Declared reports whether something in the fork's tip declares a name.
	Declared(name string) bool
	// Names reports whether a file at the fork's tip uses a name, outside comments.
	Names(path, name string) bool
}

// Version is a file as a commit left it.
type Version struct {
	Commit string
	Lines  map[string]bool
}

// Find returns what is wrong with the picks of a branch, the worst first. What was
// mended since says by which commit.
func Find(b *Branch) []fact.Finding {
	b.index()
	var out []fact.Finding
	for _, check := range []func(*Branch) []fact.Finding{
		lostForkLines, foreignLines, missingPrerequisite, partialPick, missedFollowUp, revertedUpstream,
		order, bulk, alteredPick, duplicatePick,
	} {
		out = append(out, check(b)...)
	}
	for i := range out {
		if f := &out[i]; f.Mended == "" && f.Fork != "" {
			f.Mended = b.RevertedFork[f.Fork]
		}
	}
	Sort(out, b.at)
	return out
}

// Sort brings findings into the order in which they are shown: what stands before what
// was mended, the worst first, of these by kind, those about most lines first, then by
// the age of the fork's commits as at has it.
func Sort(list []fact.Finding, at map[string]int) {
	rank := func(f *fact.Finding) int {
		r := slices.Index(fact.Severities, f.Severity)
		if f.Mended != "" {
			r += len(fact.Severities)
		}
		return r
	}
	slices.SortStableFunc(list, func(x, y fact.Finding) int {
		return cmp.Or(cmp.Compare(rank(&x), rank(&y)),
			cmp.Compare(slices.Index(fact.FindingKinds, x.Kind), slices.Index(fact.FindingKinds, y.Kind)), cmp.Compare(y.Lines, x.Lines),
			cmp.Compare(at[x.Fork], at[y.Fork]), cmp.Compare(x.Fork, y.Fork), cmp.Compare(x.Upstream, y.Upstream), cmp.Compare(x.Path, y.Path))
	})
}

func (b *Branch) index() {
	b.at, b.age = map[string]int{}, map[string]int{}
	for i, c := range b.Own {
		b.at[c.Hash] = i
	}
	for i, h := range b.Range {
		b.age[h] = i
	}
	b.linked, b.carried = map[string][]*Pick{}, map[string][]*Pick{}
	for i := range b.Picks {
		p := &b.Picks[i]
		b.linked[p.Link.Upstream] = append(b.linked[p.Link.Upstream], p)
		b.carried[p.Link.Fork] = append(b.carried[p.Link.Fork], p)
	}
}

// alone reports whether a fork commit carries one upstream commit and nobody else
// carries it: only then is it to be what git makes of the pick.
func (b *Branch) alone(p *Pick) bool { return len(b.carried[p.Link.Fork]) == 1 }

// own reports whether a commit is the fork's own work: one of its commits that carries
// nothing of upstream's.
func (b *Branch) own(hash string) bool {
	_, ok := b.at[hash]
	return ok && len(b.carried[hash]) == 0
}

// lacks reports whether a commit is upstream's and the fork has nothing of it.
func (b *Branch) lacks(hash string) bool {
	a := b.Account(hash)
	return a != nil && !a.Status.InFork()
}

// fate says why the fork had nothing of an upstream commit.
func (b *Branch) fate(hash string) string {
	switch a := b.Account(hash); {
	case a != nil && a.Status.InFork():
		return "took later"
	case a != nil && a.Status == fact.Reverted && len(b.linked[hash]) > 0:
		return "took back"
	}
	return "did not take"
}

// takenBy returns the fork's commit that first brought an upstream commit in; empty if
// none is known.
func (b *Branch) takenBy(upstream string) string {
	first := ""
	for _, p := range b.linked[upstream] {
		if b.RevertedFork[p.Link.Fork] == "" && (first == "" || b.at[p.Link.Fork] < b.at[first]) {
			first = p.Link.Fork
		}
	}
	return first
}
