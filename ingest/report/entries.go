package report

import (
	"sort"
	"strings"

	"tracker/internal/fact"
)

// entry gathers what a report says of one commit.
type entry struct {
	fact.ReportCommit
	hash         string // "" while only a number or a title is known
	says         []say
	already      bool     // integrated, because the change was there already
	upstream     bool     // the text says that it is upstream's
	implied      []string // what its reason says is missing
	conflictText string   // a conflict that names no file
	failed       bool     // what was tried did not work
	why          whyRank  // where the reason comes from
}

// say is one statement with what is needed to weigh it.
type say struct {
	fact.Statement
	tier  tier
	visit int
}

// doc is a report as it is being read.
type doc struct {
	out     fact.Report
	entries []*entry
	byHash  map[string][]*entry // by the first minHash digits
	byPR    map[int]*entry
	byTitle map[string]*entry   // those that are known by title alone
	forks   map[string][]string // the fork's own commits, by the first minHash digits
	legend  map[string]ruling
	repo    map[string]string // owner/name → "upstream" or "fork"
	visit   int
	reverse bool // pairs stand in the order fork, upstream all through the report
	// drops says that what the report strikes out is not wanted: it strikes
	// out tasks that are open.
	drops bool
	lists []*numberedList
	// latest holds the commits of the paragraph before.
	latest []*entry
	// underConflict says that the table at hand is about conflicts.
	underConflict bool
}

// commit returns the entry for a hash; two names of which one begins the
// other are the same commit.
func (d *doc) commit(hash string, line int) *entry {
	key := hash[:minHash]
	for _, e := range d.byHash[key] {
		if samePrefix(e.hash, hash) {
			if len(hash) > len(e.hash) {
				e.hash = hash
			}
			return e
		}
	}
	e := &entry{hash: hash}
	e.Line = line
	d.byHash[key] = append(d.byHash[key], e)
	d.entries = append(d.entries, e)
	return e
}

func samePrefix(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}

// known returns the entry for a hash if the report has named it before.
func (d *doc) known(hash string) *entry {
	for _, e := range d.byHash[hash[:minHash]] {
		if samePrefix(e.hash, hash) {
			return e
		}
	}
	return nil
}

// pull returns the entry for a pull request: the commit that carries its
// number, or an entry without a hash.
func (d *doc) pull(number, line int) *entry {
	if e := d.byPR[number]; e != nil {
		return e
	}
	e := &entry{}
	e.PR, e.Line = number, line
	d.byPR[number] = e
	d.entries = append(d.entries, e)
	return e
}

// titled returns the entry for a commit that is known by its title alone; a
// commit that bears the title already is the same.
func (d *doc) titled(title string, line int) *entry {
	key := strings.ToLower(title)
	if e := d.byTitle[key]; e != nil {
		return e
	}
	e := &entry{}
	e.Subject, e.Line = title, line
	d.byTitle[key] = e
	d.entries = append(d.entries, e)
	return e
}

// name gives an entry that was known by number its hash.
func (d *doc) name(e *entry, hash string) *entry {
	if e.hash != "" || d.known(hash) != nil {
		return d.commit(hash, e.Line)
	}
	e.hash = hash
	d.byHash[hash[:minHash]] = append(d.byHash[hash[:minHash]], e)
	return e
}

// setPR records a commit's pull request.
func (d *doc) setPR(e *entry, number int) {
	if e.PR != 0 {
		return
	}
	e.PR = number
	if d.byPR[number] == nil {
		d.byPR[number] = e
	}
}

// isFork notes that a hash is the fork's own.
func (d *doc) isFork(hash string) {
	if key := hash[:minHash]; !d.ofFork(hash) {
		d.forks[key] = append(d.forks[key], hash)
	}
}

// ofFork reports whether a hash was noted as the fork's own.
func (d *doc) ofFork(hash string) bool {
	for _, f := range d.forks[hash[:minHash]] {
		if samePrefix(f, hash) {
			return true
		}
	}
	return false
}

// state adds a statement on a commit. Within one visit a statement of a
// higher tier replaces the one before.
func (d *doc) state(e *entry, word fact.Word, t tier, visit, line int, words string) {
	if word == "" {
		word = fact.WordUnknown
	}
	s := say{fact.Statement{Status: word, Line: line, Text: shorten(words, 160)}, t, visit}
	for i := len(e.says) - 1; i >= 0 && e.says[i].visit >= visit; i-- {
		if e.says[i].visit == visit {
			if t == e.says[i].tier && e.says[i].Status.Decides() && !word.Decides() {
				return
			}
			if t >= e.says[i].tier && (word != fact.WordUnknown || e.says[i].Status == fact.WordUnknown) {
				if e.says[i].Status == word {
					s.Statement = e.says[i].Statement
				}
				e.says[i] = s
			}
			return
		}
	}
	if n := len(e.says); n > 0 && e.says[n-1].Line == line && e.says[n-1].Status == word && e.says[n-1].tier == t {
		e.says[n-1].visit = visit
		return
	}
	e.says = append(e.says, s)
}

// settle works out the word of every commit and orders the result.
func (d *doc) settle() {
	kept := d.entries[:0]
	for _, e := range d.entries {
		if len(e.says) == 0 {
			continue
		}
		if e.hash != "" && d.ofFork(e.hash) && !e.upstream {
			continue
		}
		sort.SliceStable(e.says, func(i, j int) bool { return e.says[i].Line < e.says[j].Line })
		e.Status = finalWord(e.says)
		if e.hash == "" && e.Status == fact.WordUnknown {
			continue
		}
		if len(e.Missing) == 0 && e.Status != fact.WordIntegrated {
			e.Missing = e.implied
		}
		if len(e.Conflicts) == 0 {
			e.Conflict = e.conflictText
		}
		if e.failed && e.Status != fact.WordIntegrated {
			e.Resolution = ""
		}
		if e.conflictText != "" && e.Resolution == "" && len(e.Conflicts) == 0 && e.Reason == "" && e.Status != fact.WordIntegrated {
			e.Reason = e.conflictText
		}
		for _, s := range e.says {
			e.Statements = append(e.Statements, s.Statement)
		}
		if e.hash != "" {
			hash := e.hash
			e.Hash = &hash
		}
		if e.Conflicts == nil {
			e.Conflicts = []fact.Conflict{}
		}
		if e.Missing == nil {
			e.Missing = []string{}
		}
		kept = append(kept, e)
	}
	d.entries = kept
	d.out.Commits = make([]fact.ReportCommit, 0, len(kept))
	sort.SliceStable(d.entries, func(i, j int) bool { return d.entries[i].Line < d.entries[j].Line })
	for _, e := range d.entries {
		d.out.Commits = append(d.out.Commits, e.ReportCommit)
	}
}

// finalWord is the last statement that decides; what only follows from
// circumstances counts when nothing is said outright, and a plan or an open
// conflict only when nothing decides.
func finalWord(says []say) fact.Word {
	least := []tier{tierAbove, tierNone}
	for _, s := range says {
		if s.tier == tierStatus && s.Status == fact.WordPending {
			least = least[:1] // circumstances do not beat a status
		}
	}
	for _, least := range least {
		word := fact.Word("")
		for _, s := range says {
			if s.tier >= least && s.Status.Decides() {
				word = s.Status
			}
		}
		if word != "" {
			return word
		}
	}
	word := fact.WordUnknown
	for _, s := range says {
		if s.Status != fact.WordUnknown && (word != fact.WordPending || s.Status == fact.WordPending) {
			word = s.Status
		}
	}
	return word
}
