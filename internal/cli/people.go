package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/term"
)

// resultsForPeople turns an answer of the index into what the terminal shows.
func resultsForPeople(query string, offset int, r *index.Result) *term.Results {
	out := &term.Results{Query: query, Note: r.Note, Offset: offset, Total: r.Total, TookMS: r.TookMS}
	for _, h := range r.Hits {
		hit := term.Hit{Kind: h.Kind, ID: h.ID, Title: h.Title, Status: h.Status, Score: h.Score}
		for i, f := range h.Fragments {
			fragment := term.Fragment{Text: f}
			if i < len(h.Marks) {
				fragment.Spans = h.Marks[i]
			}
			hit.Fragments = append(hit.Fragments, fragment)
		}
		out.Hits = append(out.Hits, hit)
	}
	return out
}

// summaryForPeople turns what an ingest found into what the terminal shows.
func summaryForPeople(sum *ingest.Summary) *term.Ingest {
	out := &term.Ingest{Documents: sum.Indexed, Replayed: sum.Replayed, Conflicted: sum.Conflicted, Seconds: sum.Elapsed.Seconds(), Next: []string{"tracker status", "tracker render md"}}
	for i, v := range sum.Views {
		if i == 0 {
			out.Refs = append(out.Refs, term.IngestRef{Ref: v.Upstream.Ref, New: sum.NewRange[v.Fork.Ref]})
		}
		out.Refs = append(out.Refs, term.IngestRef{Ref: v.Fork.Ref, New: sum.NewOwn[v.Fork.Ref]})
	}
	for _, r := range sum.Reports {
		out.Reports = append(out.Reports, term.IngestReport{ID: r.ID, New: r.New, Commits: r.Commits})
	}
	kinds := map[fact.Kind]int{}
	for _, v := range sum.Views {
		for _, l := range sum.Links[v.Fork.Ref] {
			out.Linked++
			kinds[l.Evidence[0].Kind]++
		}
	}
	for _, k := range fact.Kinds {
		if kinds[k] > 0 {
			out.Links = append(out.Links, term.KindCount{Kind: k, Count: kinds[k]})
		}
	}
	for _, w := range sum.Warnings {
		text := fmt.Sprintf("%s in %s", w.Path, short(w.Commit))
		if w.Path == "" {
			text = short(w.Commit)
		}
		out.Unreadable = append(out.Unreadable, fmt.Sprintf("%s (%s)", text, w.Kind))
	}
	slices.Sort(out.Unreadable)
	out.Findings = findings(sum)
	for _, r := range sum.Reopened {
		row := term.IngestNews{Word: "reopened", Commit: r.Account.Commit, Subject: r.Account.Subject, PR: r.Account.PR, Status: r.Account.Status}
		for _, n := range r.New {
			row.Notes = append(row.Notes, n.Text)
		}
		if s := render.Progress(&r.Account); s != "" {
			row.Notes = append(row.Notes, s)
		}
		out.News = append(out.News, row)
	}
	if n := len(sum.Reopened); n > 0 {
		what := "pick it, or decide anew: "
		if n > 1 {
			what = "pick what is open again, or decide anew: "
		}
		out.Next = append([]string{what + "tracker mark " + short(sum.Reopened[0].Account.Commit) + " skipped --reason TEXT"}, out.Next...)
	}
	for _, c := range sum.Covered {
		for _, a := range c.New {
			out.News = append(out.News, term.IngestNews{
				Word: "covered", Commit: a.Commit, Subject: a.Subject, PR: a.PR, Status: a.Status,
				Notes: []string{fmt.Sprintf("new under mark %d: %s is %s", c.Mark, c.Pattern, c.Status)},
			})
		}
	}
	return out
}

// findings are the contradictions of reports that were read anew: inside a
// report, against git, and names of commits that are nowhere. What could not be
// read is told apart from them.
func findings(sum *ingest.Summary) []term.IngestFinding {
	var out []term.IngestFinding
	fresh := map[string]bool{}
	for _, r := range sum.Reports {
		if !r.New {
			continue
		}
		fresh[r.ID] = true
		for _, f := range r.Report.Findings {
			if f.Kind == fact.Unreadable {
				continue
			}
			line := 0
			if len(f.Lines) > 0 {
				line = f.Lines[0]
			}
			out = append(out, term.IngestFinding{Report: r.ID, Line: line, Message: f.Message})
		}
		for _, f := range sum.Names[r.ID] {
			if f.Kind != "unknown-name" || len(sum.Unknown[r.ID]) == 1 {
				out = append(out, term.IngestFinding{Report: r.ID, Line: f.Lines[0], Message: f.Message})
			}
		}
		if nowhere := sum.Unknown[r.ID]; len(nowhere) > 1 {
			out = append(out, term.IngestFinding{Report: r.ID, Line: nowhere[0].Line, Message: unknownNames(nowhere)})
		}
	}
	for _, v := range sum.Views {
		for _, a := range sum.Accounts[v.Fork.Ref] {
			for _, s := range a.Sources {
				if s.Disagrees != "" && s.Status != string(fact.WordPending) && fresh[s.Report] {
					out = append(out, term.IngestFinding{Report: s.Report, Line: s.Line, Message: fmt.Sprintf("calls %s %s; %s", short(a.Commit), s.Status, s.Disagrees)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b term.IngestFinding) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// unknownNames says which commits a report names that neither side has.
func unknownNames(entries []fact.ReportCommit) string {
	var names []string
	seen := map[string]bool{}
	for _, e := range entries {
		if !seen[*e.Hash] {
			seen[*e.Hash] = true
			names = append(names, *e.Hash)
		}
	}
	shown := strings.Join(names[:min(len(names), 3)], ", ")
	if len(names) > 3 {
		shown += ", …"
	}
	return fmt.Sprintf("names %d commits of neither side: %s", len(names), shown)
}
