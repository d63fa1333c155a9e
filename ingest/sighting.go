package ingest

import (
	"context"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"tracker/db"
	"tracker/ingest/account"
	"tracker/ingest/patch"
	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// watchlist is what is looked out for while the commits are read, so that no
// patch is read a second time.
type watchlist struct {
	words   []string        // symbols, sorted when all are collected
	files   map[string]bool // the last part of paths
	folders []string        // with a slash at the end
	idle    bool            // nothing is decided, so nothing can be reopened
}

// empty reports whether no patch need be looked into.
func (w *watchlist) empty() bool {
	return w == nil || len(w.words)+len(w.files)+len(w.folders) == 0
}

// maxDefines is how many symbols of a decided commit are looked out for.
const maxDefines = 40

// watchlist collects what reports and decisions say is waited for, and what the
// commits declare that they decide: a later commit may build on it.
func (in *Ingest) watchlist(ctx context.Context, views []*fact.View, reports []fact.StoredReport, standing []fact.Decision) (*watchlist, error) {
	w := &watchlist{files: map[string]bool{}, idle: len(reports)+len(standing) == 0}
	defer w.sort()
	decided := map[string]bool{}
	for i := range reports {
		for _, e := range reports[i].Report.Commits {
			if e.Status != fact.WordSkipped && e.Status != fact.WordDeferred {
				continue
			}
			for _, m := range e.Missing {
				w.add(reason.ParseReported(m))
			}
			if e.Hash != nil {
				decided[*e.Hash] = true
			}
		}
	}
	for i := range standing {
		d := &standing[i]
		if d.Status == fact.Skipped || d.Status == fact.Deferred {
			for _, x := range account.WaitsFor(d) {
				w.add(reason.Parse(x))
			}
			decided[d.Commit] = true
		}
	}
	delete(decided, "")
	unnamed, err := in.unnamed(ctx, views, reports, standing)
	if err != nil {
		return nil, err
	}
	for _, h := range unnamed {
		decided[h] = true
	}
	if len(decided) == 0 {
		return w, nil
	}
	err = in.Store.Peek(ctx, func(tx *db.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(decided)) {
			hashes, err := tx.CommitsByPrefix(strings.ToLower(name), 2)
			if err != nil {
				return err
			}
			if len(hashes) != 1 {
				continue
			}
			p, err := tx.Patch(hashes[0])
			if err != nil {
				return err
			}
			if p == nil {
				continue
			}
			n := 0
			for _, word := range p.Defines {
				if reason.CodeLike(word) && n < maxDefines {
					w.addWord(word)
					n++
				}
			}
		}
		return nil
	})
	return w, err
}

// unnamed returns the upstream commits that are decided on without a hash: by a
// title or pull request in a report, or by a mark's pattern. Only for these are
// the commits read beforehand, without their patches.
func (in *Ingest) unnamed(ctx context.Context, views []*fact.View, reports []fact.StoredReport, standing []fact.Decision) ([]string, error) {
	var entries []*fact.ReportCommit
	for i := range reports {
		list := reports[i].Report.Commits
		for j := range list {
			if e := &list[j]; e.Hash == nil && (e.Status == fact.WordSkipped || e.Status == fact.WordDeferred) {
				entries = append(entries, e)
			}
		}
	}
	patterns := slices.DeleteFunc(slices.Clone(standing), func(d fact.Decision) bool {
		return d.Commit != "" || d.Status != fact.Skipped && d.Status != fact.Deferred || !asksAgain(d.ReasonKind)
	})
	if len(entries)+len(patterns) == 0 {
		return nil, nil
	}
	byPath := slices.ContainsFunc(patterns, func(d fact.Decision) bool { return d.Path != "" })
	var out []string
	for _, v := range views {
		commits, _, err := loadCommits(ctx, in.Store, v.Range, loading{files: byPath})
		if err != nil {
			return nil, err
		}
		known := newNames()
		for _, c := range commits {
			known.add(c, true)
			if slices.ContainsFunc(patterns, func(d fact.Decision) bool { return account.Covers(&d, &c.Commit) }) {
				out = append(out, c.Hash)
			}
		}
		known.done()
		for _, e := range entries {
			out = append(out, known.entry(e)...)
		}
	}
	return out, nil
}

func (w *watchlist) add(t reason.Thing) {
	switch t.Kind {
	case fact.ForSymbol:
		w.addWord(t.Name)
		if t.Of != "" {
			w.addWord(t.Of)
		}
	case fact.ForFile:
		if strings.HasSuffix(t.Name, "/") {
			w.folders = append(w.folders, t.Name)
		} else {
			w.files[path.Base(t.Name)] = true
		}
	}
}

func (w *watchlist) addWord(word string) { w.words = append(w.words, word) }

func (w *watchlist) sort() {
	slices.Sort(w.words)
	w.words = slices.Compact(w.words)
}

// sighting is what one commit has to do with what is looked out for.
type sighting struct {
	defines, adds []string // watched words
	brings        []string // paths of new files that have a watched name
	// blind says that the patch may bring more than is known of it: a part could
	// not be read, or it is larger than what is kept of it.
	blind bool
	names []naming
}

// naming is a commit that a message speaks of.
type naming struct {
	hash string // as written, empty when it is named by its pull request
	pr   int
	fix  bool // the line that names it speaks of a mistake in it
}

// patch notes what the patch brings.
func (s *sighting) patch(c *fact.Commit, p *fact.Patch, look *watchlist) {
	if look == nil {
		return
	}
	if p == nil {
		s.blind = true
		return
	}
	s.blind = slices.ContainsFunc(c.Files, func(f fact.FileChange) bool { return f.Unreadable && !f.Generated && patch.IsCode(f.Path) }) ||
		len(p.Adds) >= patch.MaxWords || len(p.Defines) >= patch.MaxDefines
	s.defines, s.adds = common(look.words, p.Defines), common(look.words, p.Adds)
	for _, f := range c.Files {
		if f.Status == "A" || f.Status == "R" || f.Status == "C" {
			if look.files[path.Base(f.Path)] || slices.ContainsFunc(look.folders, func(dir string) bool { return isAt(f.Path, dir) }) {
				s.brings = append(s.brings, f.Path)
			}
		}
	}
}

// common returns the words that two sorted lists share. Either may be long: a
// few decisions watch for little in large patches, thousands for more than any
// patch has.
func common(few, many []string) []string {
	var out []string
	if len(few) > len(many) {
		few, many = many, few
	}
	for _, w := range few {
		if _, found := slices.BinarySearch(many, w); found {
			out = append(out, w)
		}
	}
	return out
}

// isAt reports whether a path is what a file was called: the same, one whose end
// it is, or, for a folder, one in it.
func isAt(p, name string) bool {
	if strings.HasSuffix(name, "/") {
		return strings.HasPrefix(p, name) || strings.Contains(p, "/"+name)
	}
	return p == name || strings.HasSuffix(p, "/"+name)
}

var (
	pullName = regexp.MustCompile(`(?:^|[^\w&/])#(\d{1,9})\b`)
	aMistake = regexp.MustCompile(`(?i)\b(?:fix(?:es|ed|ing|up)?|follow[- ]?up|regress(?:ion|ed|es)?|bug|broke[n]?|breaks|introduced (?:in|by)|caused by|correct(?:s|ed)?)\b`)
)

// message notes the commits that an upstream commit's message speaks of.
func (s *sighting) message(c *fact.Commit, fork bool) {
	if fork || c.Body == "" && !strings.Contains(c.Subject, "#") && !hasHash(c.Subject) {
		return
	}
	for line := range strings.Lines(c.Subject + "\n" + c.Body) {
		fix := false
		note := func(n naming) {
			if n.pr != 0 && n.pr == c.PR {
				return
			}
			fix = fix || aMistake.MatchString(line)
			n.fix = fix
			s.names = append(s.names, n)
		}
		for w := range hashWords([]byte(line)) {
			note(naming{hash: strings.ToLower(string(w))})
		}
		if strings.Contains(line, "#") {
			for _, m := range pullName.FindAllStringSubmatch(line, -1) {
				note(naming{pr: reason.Parse("#" + m[1]).PR})
			}
		}
	}
}

func hasHash(s string) bool {
	for range hashWords([]byte(s)) {
		return true
	}
	return false
}
