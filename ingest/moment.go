package ingest

import (
	"context"
	"io"
	"slices"
	"strings"

	"tracker/ingest/link"
	"tracker/internal/fact"
	"tracker/internal/git"
)

// moment is what the fork and upstream were when a statement was made.
type moment struct {
	when     int64  // Unix seconds
	fork     string // commit, empty when no commit of that time is left
	upstream string // commit, empty when only the time is known
	atMost   string // upstream's commit at a later time, from when on all is news
	// knew holds the fork's own commits that were in it then.
	knew map[string]bool
}

// maxVersions is how many versions of a report are read to find when a line was
// first written.
const maxVersions = 200

// moment finds when a ruling was made. A mark knows which commits it was made
// at. A line of a report was written when the fork first had it: a report
// that is touched up later does not decide anew.
func (w *watch) moment(ctx context.Context, r fact.Ruling) (*moment, error) {
	if m := w.moments[r]; m != nil {
		return m, nil
	}
	m := &moment{when: r.When}
	var err error
	if r.Mark != 0 {
		w.markMoment(m, r.Mark)
	} else {
		err = w.lineMoment(ctx, m, r)
	}
	if err != nil {
		return nil, err
	}
	if m.fork == "" {
		m.fork = w.standAt(m.when)
	} else if w.sides.byHash[m.fork] == nil {
		// One that was rebased away may be gone for good.
		found, err := w.in.Repo.Resolve(ctx, m.fork)
		if err != nil {
			return nil, err
		}
		m.fork = found[0].Commit
	}
	m.knew = w.reach(m.fork)
	if w.moments == nil {
		w.moments = map[fact.Ruling]*moment{}
	}
	w.moments[r] = m
	return m, nil
}

func (w *watch) markMoment(m *moment, id int) {
	i := slices.IndexFunc(w.decisions, func(d fact.Decision) bool { return d.ID == id })
	if i < 0 {
		return
	}
	for _, s := range w.decisions[i].Views {
		if s.Fork.Ref == w.view.Fork.Ref {
			m.fork, m.upstream = s.Fork.Commit, s.Upstream
		}
	}
}

// lineMoment is when the fork first had a report's line. A report from elsewhere
// spoke on the day that it states, at the earliest.
func (w *watch) lineMoment(ctx context.Context, m *moment, r fact.Ruling) error {
	i := slices.IndexFunc(w.reports, func(s fact.StoredReport) bool { return s.ID == r.Report })
	if i < 0 {
		return nil
	}
	report := &w.reports[i]
	const day = 24 * 60 * 60
	if report.Source == "file" && m.when%day == day-1 && report.Day == report.Report.Date {
		m.when -= day - 1
	}
	line := lineAt(report.Text, r.Line)
	if report.Source == "file" {
		w.fileMoment(m, report)
	}
	if report.Source != "fork" || line == "" {
		return nil
	}
	written, err := w.written(ctx, report, m.when)
	if err != nil {
		return err
	}
	if first := written[line]; first != nil {
		m.fork, m.when = first.Hash, first.CommitDate.Unix()
	}
	return nil
}

// writing is a report as of a time.
type writing struct {
	report string
	until  int64
}

// written returns for the lines of a report the fork's commit that first had
// each, and from when on all versions up to a time have it. All lines are told
// at once: a report may decide thousands of commits.
func (w *watch) written(ctx context.Context, report *fact.StoredReport, until int64) (map[string]*brief, error) {
	key := writing{report.ID, until}
	if first, known := w.writings[key]; known {
		return first, nil
	}
	if w.writings == nil {
		w.writings = map[writing]map[string]*brief{}
	}
	first := map[string]*brief{}
	w.writings[key] = first
	versions := w.sides.versions(report.ID, until)
	if len(versions) == 0 {
		return first, nil
	}
	objects, err := w.in.Repo.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	names := make([]string, len(versions))
	for j, c := range versions {
		names[j] = c.Hash + ":" + report.ID
	}
	at, still := -1, linesOf(report.Text) // those that all versions read so far have
	err = objects.Contents(names, func(o git.Object, content io.Reader) error {
		at++
		if len(still) == 0 {
			return nil
		}
		if content == nil || o.Type != "blob" || o.Size > maxReport {
			clear(still)
			return nil
		}
		text, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		has := linesOf(string(text))
		for line := range still {
			if has[line] {
				first[line] = versions[at]
			} else {
				delete(still, line)
			}
		}
		return nil
	})
	return first, err
}

// fileMoment bounds when a report from elsewhere spoke by when it was first read:
// a file's time may be that of its last copy.
func (w *watch) fileMoment(m *moment, r *fact.StoredReport) {
	for _, s := range r.Seen {
		if s.Fork.Ref == w.view.Fork.Ref {
			m.atMost = s.Upstream
			if w.reach(w.standAt(m.when))[s.Fork.Commit] {
				m.fork = s.Fork.Commit
			}
		}
	}
}

// seenIn is where the surveyed branches stand.
func seenIn(surveys []*survey) []fact.Seen {
	var out []fact.Seen
	for _, s := range surveys {
		out = append(out, fact.Seen{Fork: s.view.Fork, Upstream: s.view.Upstream.Commit})
	}
	return out
}

// lineAt returns a line of a text, from 1, without the space around it.
func lineAt(text string, n int) string {
	for line := range strings.Lines(text) {
		if n--; n == 0 {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// linesOf returns the lines of a text without the space around them.
func linesOf(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(text) {
		out[strings.TrimSpace(line)] = true
	}
	return out
}

// standAt returns the commit at which the fork's branch stood at a time: the
// newest of its first parents that is not younger, or else where they began.
func (w *watch) standAt(when int64) string {
	for h := w.view.Fork.Commit; ; {
		c := w.sides.byHash[h]
		if c == nil || c.CommitDate.Unix() <= when {
			return h
		}
		if len(c.Parents) == 0 {
			return ""
		}
		h = c.Parents[0]
	}
}

// reach returns the fork's own commits that a commit has in its history, itself
// among them.
func (w *watch) reach(from string) map[string]bool {
	if out, known := w.reached[from]; known {
		return out
	}
	out := map[string]bool{}
	if w.reached == nil {
		w.reached = map[string]map[string]bool{}
	}
	w.reached[from] = out
	for todo := []string{from}; len(todo) > 0; {
		h := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		c := w.sides.byHash[h]
		if c == nil || out[h] {
			continue
		}
		out[h] = true
		todo = append(todo, c.Parents...)
	}
	return out
}

// versions are the fork's commits that changed a file up to a time, newest
// first, the latest of many.
func (s *sides) versions(path string, until int64) []*brief {
	var out []*brief
	for _, c := range s.own {
		if len(out) == maxVersions {
			break
		}
		if c.link != nil && c.link.CommitDate <= until && slices.ContainsFunc(c.link.Files, func(f link.File) bool { return f.Path == path }) {
			out = append(out, c)
		}
	}
	return out
}
