package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"unicode/utf8"

	"tracker/db"
	"tracker/ingest/report"
	"tracker/internal/block"
	"tracker/internal/fact"
)

// An archive is what git cannot tell again, as JSON lines: one that says what
// it is, then the decisions by number, then the reports by name. The same
// database gives the same bytes, and a decision more is a line more.
const (
	archiveKind    = "tracker-archive"
	archiveVersion = 1
)

type archiveHead struct {
	Kind     string   `json:"kind"`
	Version  int      `json:"version"`
	Upstream string   `json:"upstream,omitempty"`
	Guessed  bool     `json:"guessed,omitempty"` // nobody chose Upstream
	Forks    []string `json:"forks,omitempty"`
}

type archiveDecision struct {
	Kind string `json:"kind"`
	fact.Decision
}

type archiveReport struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	RawID  []byte `json:"id_bytes,omitempty"` // of a path that is no UTF-8
	Source string `json:"source"`
	When   int64  `json:"when"`
	Day    string `json:"day,omitempty"`
	Text   string `json:"text"`
}

// ErrNoArchive says that a file is no archive that this tracker reads.
var ErrNoArchive = errors.New("not an archive of tracker's")

// Export writes the decisions and reports to w, also from a damaged database,
// and returns how many of each it wrote and what it could not read. A line is
// one call of Write. It fails as db.Rescue does.
func Export(ctx context.Context, store *db.Store, w io.Writer) (decisions, reports int, lost []string, err error) {
	r, err := store.Rescue(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	lines := []any{archiveHead{Kind: archiveKind, Version: archiveVersion, Upstream: r.Config.Upstream, Guessed: r.Config.Guessed, Forks: r.Config.Forks}}
	slices.SortFunc(r.Decisions, func(a, b fact.Decision) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range r.Decisions {
		lines = append(lines, archiveDecision{"decision", d})
	}
	slices.SortFunc(r.Reports, func(a, b fact.StoredReport) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range r.Reports {
		l := archiveReport{Kind: "report", ID: r.ID, Source: r.Source, When: r.When, Day: r.Day, Text: r.Text}
		if !utf8.ValidString(r.ID) {
			l.RawID = []byte(r.ID)
		}
		lines = append(lines, l)
	}
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			return 0, 0, nil, fmt.Errorf("write the archive: %w", err)
		}
	}
	return len(r.Decisions), len(r.Reports), r.Lost, nil
}

// Imported says what an Import did.
type Imported struct {
	Decisions int         // new ones
	Renumber  map[int]int // new ones whose number another one has here: what they are called now
	Undone    []int       // known ones that stood here and were taken back there
	Reports   int         // new ones
	Differ    []string    // reports that are here in another wording, which is kept
	Known     int         // decisions and reports that were here already
}

// Import adds an archive's decisions and reports to the database, which it makes
// if there is none, in one transaction. Nothing that is there is overwritten: a
// decision whose number another one has gets the next free number, a report
// that is there in another wording stays as it is. The next ingest judges anew.
func (in *Ingest) Import(ctx context.Context, r io.Reader, o Options) (*Imported, error) {
	head, decisions, reports, err := readArchive(r)
	if err != nil {
		return nil, err
	}
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	out := &Imported{Renumber: map[int]int{}}
	err = in.Store.Update(ctx, func(tx *db.Tx) error {
		if err := importDecisions(tx, decisions, out); err != nil {
			return err
		}
		if err := importReports(tx, reports, out); err != nil {
			return err
		}
		c, err := tx.Config()
		if err != nil {
			return err
		}
		if c.Upstream == "" && len(c.Forks) == 0 {
			c.Upstream, c.Guessed, c.Forks = head.Upstream, head.Guessed, head.Forks
		}
		if out.Decisions+len(out.Undone)+out.Reports > 0 {
			delete(c.Settings, basis)
		}
		return tx.SetConfig(c)
	})
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return out, nil
}

func importDecisions(tx *db.Tx, decisions []fact.Decision, out *Imported) error {
	here, err := tx.Decisions()
	if err != nil {
		return err
	}
	found := map[int]bool{} // of those here: the archive has them, too
	var fresh []*fact.Decision
	for i := range decisions {
		d := &decisions[i]
		at := slices.IndexFunc(here, func(h fact.Decision) bool { return h.ID == d.ID && !found[h.ID] && sameDecision(&h, d) })
		if at < 0 {
			at = slices.IndexFunc(here, func(h fact.Decision) bool { return !found[h.ID] && sameDecision(&h, d) })
		}
		if at < 0 {
			fresh = append(fresh, d)
			continue
		}
		h := &here[at]
		found[h.ID] = true
		if d.Undone == 0 || h.Undone != 0 {
			out.Known++
			continue
		}
		h.Undone = d.Undone
		if err := tx.PutDecision(h); err != nil {
			return err
		}
		out.Undone = append(out.Undone, h.ID)
	}
	// Those whose number is free keep it, so that few are renumbered.
	out.Decisions = len(fresh)
	var homeless []*fact.Decision
	for _, d := range fresh {
		if slices.ContainsFunc(here, func(h fact.Decision) bool { return h.ID == d.ID }) {
			homeless = append(homeless, d)
		} else if err := tx.RestoreDecision(d); err != nil {
			return err
		}
	}
	for _, d := range homeless {
		was := d.ID
		d.ID = 0
		if err := tx.PutDecision(d); err != nil {
			return err
		}
		out.Renumber[was] = d.ID
	}
	return nil
}

// sameDecision compares what was decided, by whom and when, not the number and
// not whether it was taken back.
func sameDecision(a, b *fact.Decision) bool {
	x, y := *a, *b
	for _, d := range []*fact.Decision{&x, &y} {
		d.ID, d.Undone = 0, 0
		if len(d.WaitsFor) == 0 {
			d.WaitsFor = nil
		}
	}
	return reflect.DeepEqual(x, y)
}

func importReports(tx *db.Tx, reports []fact.StoredReport, out *Imported) error {
	for i := range reports {
		r := &reports[i]
		held, err := tx.Report(r.ID)
		switch {
		case err != nil:
			return err
		case held == nil:
			if err := tx.PutReport(r); err != nil {
				return err
			}
			out.Reports++
		case held.Text == r.Text:
			out.Known++
		default:
			out.Differ = append(out.Differ, r.ID)
		}
	}
	return nil
}

// readArchive reads a whole archive before anything of it is stored.
func readArchive(r io.Reader) (head archiveHead, decisions []fact.Decision, reports []fact.StoredReport, err error) {
	dec := json.NewDecoder(r)
	if err := dec.Decode(&head); err != nil || head.Kind != archiveKind {
		return head, nil, nil, fmt.Errorf("import: %w", ErrNoArchive)
	}
	if head.Version != archiveVersion {
		return head, nil, nil, fmt.Errorf("import: %w: it has version %d and this one reads %d", ErrNoArchive, head.Version, archiveVersion)
	}
	ids := map[int]bool{}
	names := map[string]bool{}
	for n := 2; ; n++ {
		var line json.RawMessage
		if err := dec.Decode(&line); err == io.EOF {
			break
		} else if err != nil {
			return head, nil, nil, fmt.Errorf("import: entry %d: %w", n, err)
		}
		var kind struct{ Kind string }
		err := json.Unmarshal(line, &kind)
		switch {
		case err != nil:
		case kind.Kind == "decision":
			var d archiveDecision
			if err = json.Unmarshal(line, &d); err == nil {
				err = checkDecision(&d.Decision, ids)
			}
			decisions = append(decisions, d.Decision)
		case kind.Kind == "report":
			var a archiveReport
			if err = json.Unmarshal(line, &a); err == nil && (a.ID == "" || names[a.ID]) {
				err = fmt.Errorf("report %q has no name of its own", a.ID)
			}
			names[a.ID] = true
			reports = append(reports, a.report())
		default:
			err = fmt.Errorf("its kind is %q", kind.Kind)
		}
		if err != nil {
			return head, nil, nil, fmt.Errorf("import: entry %d: %w", n, err)
		}
	}
	slices.SortStableFunc(decisions, func(a, b fact.Decision) int { return cmp.Compare(a.ID, b.ID) })
	return head, decisions, reports, nil
}

// checkDecision refuses what mark could not have recorded.
func checkDecision(d *fact.Decision, ids map[int]bool) error {
	if d.ID <= 0 || ids[d.ID] {
		return fmt.Errorf("decision %d has no number of its own", d.ID)
	}
	ids[d.ID] = true
	about := 0
	for _, s := range []string{d.Commit, d.Path, d.Subject} {
		if s != "" {
			about++
		}
	}
	switch {
	case about != 1:
		return fmt.Errorf("decision %d names no commit, path or subject, or more than one", d.ID)
	case d.Accept != "" && (!slices.Contains(fact.FindingKinds, d.Accept) || d.Status != "" || d.Not != "" || d.As != "" || d.Subject != ""):
		return fmt.Errorf("decision %d accepts %q, or something else beside", d.ID, d.Accept)
	case d.Not == "" && d.Accept == "" && !slices.Contains(fact.Statuses, d.Status):
		return fmt.Errorf("decision %d has the status %q", d.ID, d.Status)
	}
	return nil
}

// report parses the text again: an archive holds what was said, not how this
// or an older tracker understood it.
func (a *archiveReport) report() fact.StoredReport {
	sum := sha256.Sum256([]byte(a.Text))
	r := fact.StoredReport{
		ID: a.ID, Source: a.Source, Blob: hex.EncodeToString(sum[:]), When: a.When, Day: a.Day, Text: a.Text,
		Report: *report.Parse(block.Strip([]byte(a.Text))),
	}
	if len(a.RawID) > 0 {
		r.ID = string(a.RawID)
	}
	return r
}
