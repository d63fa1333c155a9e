package verify

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"tracker/internal/fact"
)

// totals passes on what a report contradicts itself in, with what git says of it.
func (r *reading) totals() error {
	for _, c := range r.Report.Report.Findings {
		if c.Kind == fact.Unreadable || len(c.Lines) == 0 {
			continue
		}
		f := fact.Finding{Kind: fact.FindReportCount, Severity: fact.Medium, Line: c.Lines[0], Message: c.Message}
		switch c.Kind {
		case "status":
			f.Kind, f.Severity = fact.FindReportStatus, fact.Low
		case "method":
			f.Severity = fact.Low
		case "listed":
			if strings.Contains(c.Message, " integrated ") || strings.Contains(c.Message, " skipped ") {
				f.Message += r.inAllof()
			}
		}
		for _, l := range c.Lines[1:] {
			f.Evidence = append(f.Evidence, fact.FindingEvidence{Text: fmt.Sprintf("line %d, too", l)})
		}
		r.found(f)
	}
	return nil
}

// inAllof says how many of the commits that a report names were in the fork.
func (r *reading) inAllof() string {
	if len(r.Spoken) == 0 {
		return ""
	}
	in := 0
	for i := range r.Spoken {
		if len(r.Spoken[i].Then) > 0 {
			in++
		}
	}
	return fmt.Sprintf("; in the fork then: %d of the %d that it names (%.0f %%)",
		in, len(r.Spoken), 100*float64(in)/float64(len(r.Spoken)))
}

// taken are the picks of the commits that the report calls integrated, each once;
// told is false where git knows of none.
func (r *reading) taken() (picks []Pick, told bool) {
	seen := map[string]bool{}
	for i := range r.Report.Report.Commits {
		e := &r.Report.Report.Commits[i]
		if e.Status != fact.WordIntegrated {
			continue
		}
		at := slices.IndexFunc(r.Spoken, func(s Spoken) bool { return s.Entry == i })
		if at < 0 {
			return nil, false
		}
		list := r.Spoken[at].picks(e)
		if len(list) == 0 {
			return nil, false
		}
		p := list[len(list)-1]
		if !seen[p.Commit.Hash] {
			seen[p.Commit.Hash] = true
			picks = append(picks, p)
		}
	}
	return picks, len(picks) > 0
}

// clashes compares the number of conflicts that a report gives with what its picks
// met, and what those that it passed over would have met.
func (r *reading) clashes() error {
	picks, told := r.taken()
	if !told {
		return nil
	}
	commits, paths, places := 0, 0, 0
	var evidence []fact.FindingEvidence
	for i := range picks {
		list, told := picks[i].met()
		if !told {
			return nil
		}
		if len(list) > 0 {
			commits++
			evidence = append(evidence, replayed(&picks[i], list)...)
		}
		paths += len(list)
		for _, c := range list {
			places += max(1, len(c.Hunks))
		}
	}
	for _, c := range r.Report.Report.Claims {
		if c.Kind != "conflicts" && c.Kind != "resolved" {
			continue
		}
		right := []int{commits, paths, places}
		if slices.Contains(right, int(c.Value)) {
			continue
		}
		over, overPaths, err := r.passedOver()
		if err != nil {
			return err
		}
		if c.Kind == "conflicts" && (int(c.Value) == commits+over || int(c.Value) == paths+overPaths) {
			continue
		}
		f := fact.Finding{Kind: fact.FindReportCount, Severity: fact.Low, Line: c.Line, Evidence: evidence}
		what := "met"
		if c.Kind == "resolved" {
			what = "resolved"
		}
		f.Message = fmt.Sprintf("says %s %s; when the picks that it lists are replayed %d of %d conflict, in %s", count(int(c.Value), "conflict"), what, commits, len(picks), count(paths, "file"))
		if over > 0 {
			f.Message += fmt.Sprintf(", and %d of those that it passed over would have", over)
		}
		r.found(f)
	}
	return nil
}

// passedOver counts the commits that the report did not take and that conflict
// when they are picked, and the paths.
func (r *reading) passedOver() (commits, paths int, err error) {
	for i := range r.Spoken {
		s := &r.Spoken[i]
		e := &r.Report.Report.Commits[s.Entry]
		if e.Status != fact.WordSkipped && e.Status != fact.WordDeferred || len(s.Then) > 0 {
			continue
		}
		tried, err := r.History.Try(r.ctx, s.Upstream)
		if err != nil {
			return 0, 0, err
		}
		if tried != nil && tried.Result == fact.ResultConflict {
			commits++
			paths += len(tried.Conflicts)
		}
	}
	return commits, paths, nil
}

// changed are the words by which a number counts the files of the picks.
var changed = regexp.MustCompile(`(?i)\b(?:chang|modif)`)

// lines compares the lines that a report says were added and removed in all. A
// number that is less than half or more than twice of what git counts is taken to
// count something else.
func (r *reading) lines() error {
	picks, told := r.taken()
	if !told {
		return nil
	}
	var all, written, up size
	for i := range picks {
		a, w, told := r.size(picks[i].Commit.Files)
		if !told {
			return nil
		}
		all, written = all.plus(a), written.plus(w)
	}
	for i := range r.Spoken {
		if s := &r.Spoken[i]; r.Report.Report.Commits[s.Entry].Status == fact.WordIntegrated {
			u, _, _ := r.size(s.Upstream.Files)
			up = up.plus(u)
		}
	}
	right := map[string]func(size) int{
		"insertions": func(s size) int { return s.insertions },
		"deletions":  func(s size) int { return s.deletions },
		"files":      func(s size) int { return s.files },
	}
	for _, c := range r.Report.Report.Claims {
		of := right[c.Kind]
		if c.Kind == "lines" {
			r.net(c, picks, all, written)
		}
		if c.Kind == "files" && !changed.MatchString(c.Text) {
			continue // a sentence may count any files
		}
		if of == nil || c.Value < float64(of(all))/2 || c.Value > 2*float64(of(all)) {
			continue
		}
		counts := []size{all, written, up, {files: distinct(picks)}}
		is := func(s size) bool { return rounds(c.Value, float64(of(s))) }
		for _, name := range Algorithms[1:] {
			if slices.ContainsFunc(counts, is) {
				break
			}
			sum, err := r.sum(picks, name)
			if err != nil {
				return err
			}
			counts = append(counts, sum)
		}
		if slices.ContainsFunc(counts, is) {
			continue
		}
		f := fact.Finding{Kind: fact.FindReportFigure, Severity: fact.Low, Line: c.Line, Lines: of(all), Evidence: sizes(picks)}
		f.Message = fmt.Sprintf("says %s %s; the picks that it lists, %d, have %s", number(int(c.Value)), c.Kind, len(picks), number(of(all)))
		if of(written) != of(all) {
			f.Message += fmt.Sprintf(", %s without lock files and other generated ones", number(of(written)))
		}
		r.found(f)
	}
	return nil
}

// net tells of a gain or loss of lines that only generated files make. The claim
// may be about all picks or one; its number need not be exact.
func (r *reading) net(c fact.Claim, picks []Pick, all, written size) {
	near := func(n int) bool { return math.Abs(math.Abs(float64(n))-c.Value) <= c.Value/10 }
	blame := func(name string, all, written size) bool {
		if !near(all.net()) || all.net()*written.net() > 0 && 2*abs(written.net()) > abs(all.net()) {
			return false
		}
		f := fact.Finding{Kind: fact.FindReportFigure, Severity: fact.Medium, Line: c.Line, Lines: abs(all.net()), Evidence: sizes(picks)}
		f.Message = fmt.Sprintf("the %s lines are those of lock files and other generated ones: %s %+d lines with them, %+d without",
			number(int(c.Value)), name, all.net(), written.net())
		r.found(f)
		return true
	}
	if !strings.Contains(strings.ToLower(c.Text), "net") {
		for i := range picks {
			a, w, _ := r.size(picks[i].Commit.Files)
			if blame(fact.Short(picks[i].Commit.Hash)+" makes", a, w) {
				return
			}
		}
	}
	blame("the picks that it lists make", all, written)
}

// distinct counts the files that picks change, each once.
func distinct(picks []Pick) int {
	seen := map[string]bool{}
	for i := range picks {
		for _, f := range picks[i].Commit.Files {
			seen[f.Path] = true
		}
	}
	return len(seen)
}

func abs(n int) int { return max(n, -n) }

// sum adds picks up as an algorithm counts them; nothing if one cannot be told.
func (r *reading) sum(picks []Pick, algorithm string) (out size, err error) {
	var names []string
	for i := range picks {
		names = append(names, picks[i].Commit.Hash)
	}
	counted, err := r.History.Sizes(r.ctx, algorithm, names)
	if err != nil || len(counted) < len(names) {
		return out, err
	}
	for _, files := range counted {
		all, _, _ := r.size(files)
		out = out.plus(all)
	}
	return out, nil
}

// sizes is how large each pick is.
func sizes(picks []Pick) []fact.FindingEvidence {
	var out []fact.FindingEvidence
	for i := range picks {
		c := picks[i].Commit
		var s size
		for _, f := range c.Files {
			s = s.plus(size{f.Insertions, f.Deletions, 1})
		}
		out = append(out, fact.FindingEvidence{Commit: c.Hash, Text: fmt.Sprintf("+%d -%d", s.insertions, s.deletions)})
	}
	return out
}
