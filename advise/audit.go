package advise

import (
	"cmp"
	"slices"

	"tracker/ingest/audit"
	"tracker/internal/fact"
)

// Audit is the answer to `tracker audit`: what is wrong with the fork's picks, and with
// what reports say of them.
type Audit struct {
	As       AsOf      `json:"as_of"`
	Findings []Finding `json:"findings"`
	// Standing counts by severity what was asked for and stands, accepted findings left
	// out; Mended and Accepted are how many there are besides.
	Standing map[fact.Severity]int `json:"standing"`
	Mended   int                   `json:"mended"`
	Accepted int                   `json:"accepted"`
	Picks    int                   `json:"picks"` // links
	// NotCompared are picks that could not be compared with what git makes of them, in
	// whole or in part: something that they take is not in this repository, or the next
	// ingest has yet to replay them.
	NotCompared int `json:"not_compared"`
}

// Finding is one thing that an audit found.
type Finding struct {
	Kind       fact.FindingKind  `json:"kind"`
	Severity   fact.Severity     `json:"severity"`
	Fork       string            `json:"fork_commit"`
	Upstream   string            `json:"upstream_commit"`
	Subject    string            `json:"subject"` // of the fork's commit, or else of upstream's
	Report     string            `json:"report"`
	Line       int               `json:"line,omitempty"` // of the report
	Path       string            `json:"path"`
	Lines      int               `json:"lines"` // how many it is about
	Message    string            `json:"message"`
	Evidence   []FindingEvidence `json:"evidence"`
	MendedBy   string            `json:"mended_by,omitempty"`
	AcceptedBy int               `json:"accepted_by,omitempty"` // the number of the mark
	Accepted   string            `json:"accepted,omitempty"`    // the mark's reason

	fact fact.Finding
}

// FindingEvidence is what shows a finding.
type FindingEvidence struct {
	Commit string `json:"commit"`
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text,omitempty"`
}

// Stands reports whether it was neither mended nor accepted.
func (f *Finding) Stands() bool { return f.MendedBy == "" && f.AcceptedBy == 0 }

// AuditOptions narrow an audit.
type AuditOptions struct {
	// Commits and Reports are what to tell of; none: everything. Commits are full
	// hashes, the fork's or upstream's.
	Commits map[string]bool
	Reports map[string]bool
	All     bool // what was mended or accepted, too
}

// Audit tells what the last ingest found wrong with the picks, the worst first. more are
// findings from elsewhere, such as those about reports.
func (a *Asker) Audit(o AuditOptions, more ...fact.Finding) (*Audit, error) {
	all, err := a.findings(more)
	if err != nil {
		return nil, err
	}
	out := &Audit{As: a.AsOf(), Findings: []Finding{}, Standing: map[fact.Severity]int{}}
	for _, s := range fact.Severities {
		out.Standing[s] = 0
	}
	links, err := a.Links()
	if err != nil {
		return nil, err
	}
	out.Picks = len(links)
	if out.NotCompared, err = a.notCompared(links); err != nil {
		return nil, err
	}
	for i := range all {
		f := &all[i]
		if len(o.Commits)+len(o.Reports) > 0 && !o.Commits[f.Fork] && !o.Commits[f.Upstream] && !o.Reports[f.Report] {
			continue
		}
		switch {
		case f.MendedBy != "":
			out.Mended++
		case f.AcceptedBy != 0:
			out.Accepted++
		default:
			out.Standing[f.Severity]++
		}
		if o.All || f.Stands() {
			out.Findings = append(out.Findings, *f)
		}
	}
	return out, nil
}

// notCompared counts the picks that ought to be compared line by line, those that carry
// one commit and not with the same patch, and could not be.
func (a *Asker) notCompared(links []fact.Link) (int, error) {
	carries := map[string]int{}
	for i := range links {
		carries[links[i].Fork]++
	}
	n := 0
	for i := range links {
		l := &links[i]
		same := slices.ContainsFunc(l.Evidence, func(e fact.Evidence) bool { return e.Kind == fact.KindPatchID })
		if same || carries[l.Fork] > 1 {
			continue
		}
		merge := false
		for _, h := range []string{l.Fork, l.Upstream} {
			c, err := a.tx.Commit(h)
			if err != nil {
				return 0, err
			}
			merge = merge || c == nil || c.IsMerge()
		}
		if merge {
			continue
		}
		d, err := a.tx.Departure(l.Fork, l.Upstream)
		if err != nil {
			return 0, err
		}
		if d == nil || len(d.Unreadable) > 0 {
			n++
		}
	}
	return n, nil
}

// Worst returns how many findings stand that are at least as severe as a level.
func (a *Audit) Worst(level fact.Severity) int {
	n := 0
	for _, s := range fact.Severities[:slices.Index(fact.Severities, level)+1] {
		n += a.Standing[s]
	}
	return n
}

// FindingSum counts the findings that stand.
type FindingSum struct {
	High   int `json:"high"`
	Medium int `json:"medium"`
	Low    int `json:"low"`
	// Worst is the first of the most severe, nil if nothing stands.
	Worst *Finding `json:"worst,omitempty"`
}

// Any reports whether anything stands.
func (s *FindingSum) Any() bool { return s.High+s.Medium+s.Low > 0 }

func sumOf(list []Finding) FindingSum {
	var s FindingSum
	for i := range list {
		f := &list[i]
		if !f.Stands() {
			continue
		}
		if s.Worst == nil {
			s.Worst = f
		}
		switch f.Severity {
		case fact.High:
			s.High++
		case fact.Medium:
			s.Medium++
		case fact.Low:
			s.Low++
		}
	}
	return s
}

// findings are those of all branches, each once, and more, with the marks that accept
// them, the worst first.
func (a *Asker) findings(more []fact.Finding) ([]Finding, error) {
	var out []Finding
	seen := map[string]bool{}
	for i := range a.views {
		list, err := a.findingsOf(&a.views[i])
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			key := string(f.Kind) + "\x00" + f.Fork + "\x00" + f.Upstream + "\x00" + f.Path + "\x00" + f.Message
			if !seen[key] {
				seen[key] = true
				out = append(out, f)
			}
		}
	}
	list, err := a.worded(more)
	out = append(out, list...)
	slices.SortStableFunc(out, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(rank(&x), rank(&y)), cmp.Compare(x.Report, y.Report), cmp.Compare(x.Line, y.Line))
	})
	return out, err
}

// PickFindings are the findings about picks that stand and that nobody accepted, the
// worst first: those of a fork's branch, by its full name, or of all if it is empty.
func (a *Asker) PickFindings(fork string) ([]fact.Finding, error) {
	all, err := a.pickFindings()
	if i := slices.IndexFunc(a.views, func(v fact.View) bool { return v.Fork.Ref == fork }); err == nil && i >= 0 {
		all, err = a.findingsOf(&a.views[i])
	}
	var out []fact.Finding
	for i := range all {
		if all[i].Stands() {
			out = append(out, all[i].fact)
		}
	}
	return out, err
}

// rank orders findings: those that stand first, the worst first.
func rank(f *Finding) int {
	r := slices.Index(fact.Severities, f.Severity)
	if !f.Stands() {
		r += len(fact.Severities)
	}
	return r
}

// findingsOf are those of one branch.
func (a *Asker) findingsOf(v *fact.View) ([]Finding, error) {
	list, err := a.tx.Findings(v.Fork.Ref)
	if err != nil {
		return nil, err
	}
	return a.worded(list)
}

// worded adds what marks and commits tell of findings.
func (a *Asker) worded(list []fact.Finding) ([]Finding, error) {
	if len(list) == 0 {
		return nil, nil
	}
	decisions, err := a.tx.Decisions()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(decisions, fact.CompareDecisions)
	out := make([]Finding, len(list))
	for i := range list {
		f := &list[i]
		out[i] = Finding{
			Kind: f.Kind, Severity: f.Severity, Fork: f.Fork, Upstream: f.Upstream, Report: f.Report, Line: f.Line, Path: f.Path,
			Lines: f.Lines, Message: f.Message, Evidence: []FindingEvidence{}, MendedBy: f.Mended, fact: *f,
		}
		for _, e := range f.Evidence {
			out[i].Evidence = append(out[i].Evidence, FindingEvidence(e))
		}
		for k := range decisions {
			if d := &decisions[k]; audit.Accepts(d, f) { // the last one tells why
				out[i].AcceptedBy, out[i].Accepted = d.ID, d.Reason
			}
		}
		if about := cmp.Or(f.Fork, f.Upstream); about != "" {
			if out[i].Subject, err = a.Subject(about); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
