package term

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"tracker/internal/fact"
	"tracker/render"
)

// Ingest sums up one run of ingest.
type Ingest struct {
	Refs    []IngestRef
	Reports []IngestReport
	Links   []KindCount // links by the strongest kind of their evidence, in the order to show
	// Replayed is how many past picks and merges were replayed, and Conflicted how many
	// files conflicted in them.
	Replayed, Conflicted int
	Linked               int // links in all
	// Unreadable are warnings, one for each thing that could not be read.
	Unreadable []string
	Findings   []IngestFinding
	News       []IngestNews
	Documents  int // documents written to the index
	Seconds    float64
	// Next is what makes sense now: commands with their arguments.
	Next []string
}

// IngestRef is a ref that was read, with the commits that were new on it.
type IngestRef struct {
	Ref string
	New int
}

// IngestReport is a report that was read.
type IngestReport struct {
	ID      string
	New     bool // or changed since it was last read
	Commits int  // upstream commits that it names
}

// KindCount counts the links that rest on a kind of evidence.
type KindCount struct {
	Kind  fact.Kind
	Count int
}

// IngestFinding is a contradiction in a report, or between a report and git.
type IngestFinding struct {
	Report  string
	Line    int
	Message string
}

// IngestNews is a commit on whose decision the ingest bears: one that is open
// again, or that a mark by pattern covers now.
type IngestNews struct {
	Word    string // reopened or covered
	Commit  string
	Subject string
	PR      int
	Status  fact.Status
	Notes   []string
}

// A terminal shows this many reports and findings of an ingest.
const shownIngested = 8

// IngestSummary shows what an ingest read and found, and what to ask next.
func IngestSummary(w io.Writer, o Options, in *Ingest) error {
	p := newPrinter(w, o)
	var refs []span
	for i, r := range in.Refs {
		if i > 0 {
			refs = append(refs, own(" · ").in(dim))
		}
		refs = append(refs, from(render.RefName(r.Ref)).in(bold), own(" "+render.Number(r.New)+" new"))
	}
	p.field("git", append(refs, own(fmt.Sprintf("  %.1f s", in.Seconds)).in(dim))...)
	p.reports(in.Reports)
	links := render.Count(in.Linked, "link")
	var by []string
	for _, k := range in.Links {
		by = append(by, render.Number(k.Count)+" by "+string(k.Kind))
	}
	if len(by) > 0 {
		links += ": " + strings.Join(by, ", ")
	}
	p.field("links", from(links))
	if in.Replayed > 0 {
		past, what := "1 past pick or merge", "no conflict"
		if in.Replayed > 1 {
			past = render.Number(in.Replayed) + " past picks and merges"
		}
		if in.Conflicted > 0 {
			what = render.Count(in.Conflicted, "conflict") + " learned from: tracker conflicts"
		}
		p.field("replayed", own(past+", "+what))
	}
	if in.Documents > 0 {
		p.field("index", own(render.Count(in.Documents, "document")))
	}
	if n := len(in.Unreadable); n > 0 {
		p.field("unreadable", own(render.Number(n)+": ").in(red), own(list(in.Unreadable, 3)))
	}
	for i, f := range in.Findings {
		if p.o.TTY && i == shownIngested && len(in.Findings) > shownIngested+1 {
			p.field("", own("… and "+render.Number(len(in.Findings)-i)+" more: tracker render md").in(dim))
			break
		}
		at := f.Report
		if f.Line > 0 {
			at += ":" + strconv.Itoa(f.Line)
		}
		p.text(2, own("✗ ").in(red), from(at).in(bold), own("  "), from(f.Message))
	}
	for i, n := range in.News {
		if p.o.TTY && i == shownIngested && len(in.News) > shownIngested+1 {
			p.field("", own("… and "+render.Number(len(in.News)-i)+" more: tracker status").in(dim))
			break
		}
		p.account(n.Word, bold, &fact.Account{Commit: n.Commit, Subject: n.Subject, PR: n.PR, Status: n.Status}, n.Notes)
	}
	if len(in.Next) > 0 {
		p.text(6, own("next: ").in(dim), from(strings.Join(in.Next, " · ")))
	}
	return p.flush()
}

func (p *printer) reports(reports []IngestReport) {
	fresh := 0
	for _, r := range reports {
		if r.New {
			fresh++
		}
	}
	p.field("reports", own(fmt.Sprintf("%s read, %s new", render.Number(len(reports)), render.Number(fresh))))
	for i, r := range reports {
		if p.o.TTY && i == shownIngested && len(reports) > shownIngested+1 {
			p.field("", own("… and "+render.Number(len(reports)-i)+" more").in(dim))
			return
		}
		state := "unchanged"
		if r.New {
			state = "new"
		}
		p.field("", from(r.ID), own("  "+state+", "+render.Count(r.Commits, "commit")).in(dim))
	}
}
