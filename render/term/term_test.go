package term_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/internal/fact"
	_ "tracker/internal/seeded"
	"tracker/render/esc"
	"tracker/render/internal/golden"
	"tracker/render/internal/sample"
	"tracker/render/term"
)

// view is one way of showing one answer.
type view struct {
	name string
	show func(io.Writer, term.Options) error
}

// views are all that the package shows, of the invented fork.
func views() []view {
	standing := sample.Standing()
	moved := sample.Standing()
	moved.Moved = []advise.Move{
		{Ref: "refs/heads/main", Was: sample.Hash("4f1c2aa"), Now: sample.Hash("4f1c2ab")},
		{Ref: "refs/remotes/upstream/main", Was: sample.Hash("9e07d31")},
	}
	story := sample.Story()
	forkStory := &advise.CommitStory{
		Side: "fork", Commit: fact.Commit{Hash: sample.Hash("c09d7e16"), Subject: "Draw tiles in a thread", Author: fact.Person{Name: "A. Author"}},
		Picks: []advise.Pick{{Other: sample.Hash("8e12f0b5"), Subject: "Draw tiles off the main thread (#207)", Why: "same author and date; title changed"}},
	}
	stored := sample.Report()
	reportStory := &advise.ReportStory{
		Report:        *stored,
		Disagreements: []advise.Disagreement{{Report: stored.ID, Line: 38, Commit: sample.Hash("8e12f0b5"), Says: "integrated", Message: "render/tiles.go was left out"}},
		As:            advise.AsOf{Fork: standing.Fork, Upstream: standing.Upstream},
	}
	links := []term.LinkRow{
		{
			Link: fact.Link{Fork: sample.Hash("c0ffee05"), Upstream: sample.Hash("77ab0124"), Score: 1, Same: true,
				Evidence: []fact.Evidence{{Kind: fact.KindPatchID, Score: 1}, {Kind: fact.KindSubject, Score: .5}}},
			ForkSubject: "Add `TileStore`", UpstreamSubject: "Add `TileStore` (#201)",
		},
		{
			Link:            fact.Link{Fork: sample.Hash("c09d7e16"), Upstream: sample.Hash("90b1d7c2"), Score: 0.625, Evidence: []fact.Evidence{{Kind: fact.KindReport}}},
			UpstreamSubject: sample.Hostile,
		},
	}
	results := &term.Results{Query: "tile store", Total: 12, TookMS: 3.2, Hits: []term.Hit{
		{
			Kind: "commit", ID: sample.Hash("77ab0124"), Title: "Add `TileStore` (#201)", Status: "integrated", Score: 4.5,
			Fragments: []term.Fragment{{Text: "struct TileStore holds tiles;\nTileStore is shared", Spans: [][2]int{{7, 16}, {30, 39}}}},
		},
		{Kind: "report", ID: "docs/sync-2026-03.md:44", Title: sample.Hostile, Score: 1.25, Fragments: []term.Fragment{
			{Text: "needs \x1b[31mTileStore", Spans: [][2]int{{-1, 3}, {11, 20}, {12, 14}, {18, 99}}},
		}},
	}}
	in := sample.Integration()
	found := &advise.Audit{
		As: advise.AsOf{Fork: standing.Fork, Upstream: standing.Upstream}, Findings: sample.Findings(), Picks: 19, Mended: 1, Accepted: 1,
		Standing: map[fact.Severity]int{fact.High: 1, fact.Medium: 1, fact.Low: 1},
	}
	standing.Findings = advise.FindingSum{High: 1, Medium: 1, Low: 1, Worst: &found.Findings[0]}
	story.Findings = found.Findings[:1]
	ingest := &term.Ingest{
		Refs:       []term.IngestRef{{Ref: "refs/remotes/upstream/main", New: 38}, {Ref: "refs/heads/main", New: 61}},
		Reports:    []term.IngestReport{{ID: "docs/sync-2026-03.md", New: true, Commits: 4}, {ID: "SYNC_LOG.md", Commits: 11}},
		Links:      []term.KindCount{{Kind: fact.KindPatchID, Count: 11}, {Kind: fact.KindAuthorDate, Count: 8}},
		Linked:     19,
		Unreadable: []string{"blob b10b0000 (res/a.gif)"},
		Findings:   []term.IngestFinding{{Report: "SYNC_LOG.md", Line: 31, Message: "says 12 of 15 commits were integrated, and lists 11"}},
		Documents:  1204, Seconds: 0.42, Next: []string{"tracker status", "tracker render md"},
	}
	return []view{
		{"status", func(w io.Writer, o term.Options) error { return term.Status(w, o, standing) }},
		{"status-moved", func(w io.Writer, o term.Options) error { return term.Status(w, o, moved) }},
		{"accounts", func(w io.Writer, o term.Options) error { return term.Accounts(w, o, standing.Commits) }},
		{"commit", func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) }},
		{"commit-fork", func(w io.Writer, o term.Options) error { return term.Commit(w, o, forkStory) }},
		{"report", func(w io.Writer, o term.Options) error { return term.Report(w, o, reportStory) }},
		{"report-parse", func(w io.Writer, o term.Options) error {
			return term.ReportParse(w, o, "notes.md", &sample.Report().Report)
		}},
		{"links", func(w io.Writer, o term.Options) error { return term.Links(w, o, links) }},
		{"search", func(w io.Writer, o term.Options) error { return term.Search(w, o, results) }},
		{"decisions", func(w io.Writer, o term.Options) error { return term.Marks(w, o, marks(in.Decisions)) }},
		{"audit", func(w io.Writer, o term.Options) error { return term.Audit(w, o, found, false) }},
		{"ingest", func(w io.Writer, o term.Options) error { return term.IngestSummary(w, o, ingest) }},
	}
}

func TestViews(t *testing.T) {
	for _, v := range views() {
		for mode, o := range map[string]term.Options{
			"tty":  {TTY: true, Width: 80},
			"pipe": {},
		} {
			t.Run(v.name+"-"+mode, func(t *testing.T) {
				var out bytes.Buffer
				if err := v.show(&out, o); err != nil {
					t.Fatal(err)
				}
				golden.Check(t, v.name+"."+mode, out.Bytes())
			})
		}
	}
}

// Colour and links add escape sequences and change no word.
func TestColourIsNeverAlone(t *testing.T) {
	links := term.Options{TTY: true, Width: 80, Color: true, Hyperlinks: true,
		UpstreamURL: "https://github.com/origin/tiles", ForkURL: "https://github.com/fork/tiles"}
	for _, v := range views() {
		var bare, coloured bytes.Buffer
		if err := errors.Join(v.show(&bare, term.Options{TTY: true, Width: 80}), v.show(&coloured, links)); err != nil {
			t.Fatal(err)
		}
		text, sequences := strip(t, coloured.String())
		if text != bare.String() {
			t.Errorf("%s: colour changes the words\n%s\n%s", v.name, text, bare.String())
		}
		if sequences == 0 {
			t.Errorf("%s: no colour", v.name)
		}
	}
	var out bytes.Buffer
	if err := term.Accounts(&out, links, sample.Standing().Commits); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\x1b]8;;https://github.com/origin/tiles/commit/" + sample.Hash("8e12f0b5") + "\x1b\\",
		"\x1b]8;;https://github.com/fork/tiles/commit/" + sample.Hash("c09d7e16") + "\x1b\\",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no link %q", want)
		}
	}
}

// strip removes the sequences that tracker itself writes, and counts them.
func strip(t fataler, s string) (string, int) {
	var b strings.Builder
	n := 0
	for s != "" {
		var end string
		switch {
		case strings.HasPrefix(s, "\x1b["):
			end = "m"
		case strings.HasPrefix(s, "\x1b]8;;"):
			end = "\x1b\\"
		default:
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		i := strings.Index(s, end)
		if i < 0 {
			t.Fatalf("%q does not end", s)
		}
		s = s[i+len(end):]
		n++
	}
	return b.String(), n
}

type fataler interface{ Fatalf(string, ...any) }

// check fails on anything in the output that a terminal would obey, and on
// lines that are wider than it.
func check(t fataler, name, out string, o term.Options) {
	if o.Color || o.Hyperlinks {
		out, _ = strip(t, out)
	}
	if !utf8.ValidString(out) {
		t.Fatalf("%s: %q is not UTF-8", name, out)
	}
	cells := runewidth.Condition{EastAsianWidth: o.EastAsian, StrictEmojiNeutral: true}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if esc.Hidden(r) && !(r == '\t' && !o.TTY) {
				t.Fatalf("%s: the line %q holds %U", name, line, r)
			}
		}
		if width := cells.StringWidth(line); o.TTY && o.Width > 0 && width > o.Width {
			t.Fatalf("%s: the line %q is %d cells wide, not %d", name, line, width, o.Width)
		}
	}
}

var anyText = rapid.OneOf(
	rapid.Just(sample.Hostile),
	rapid.StringOf(rapid.SampledFrom([]rune("ab1 \n\r\t\x00\x07\x1b\x9b]8;\u202e\u2066\u200b\u200d\ufe0f\u0301é漢字🇩🇪👩💻#⃣…█"))),
	rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	rapid.StringMatching(`[a-z]{60,120}( [a-z]+){0,30}`),
)

func options(t *rapid.T) term.Options {
	return term.Options{
		TTY:        rapid.Bool().Draw(t, "tty"),
		Width:      rapid.OneOf(rapid.IntRange(2, 200), rapid.SampledFrom([]int{0, -1, 40, 80})).Draw(t, "width"),
		Color:      rapid.Bool().Draw(t, "color"),
		Hyperlinks: rapid.Bool().Draw(t, "hyperlinks"),
		EastAsian:  rapid.Bool().Draw(t, "east asian"),
		ForkURL:    "https://example.org/" + rapid.SampledFrom([]string{"f", "\x1b\\", "x y"}).Draw(t, "url"),
	}
}

// TestHostileWordsAreShown puts arbitrary text wherever words of others stand.
func TestHostileWordsAreShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := options(t)
		s := func(what string) string { return anyText.Draw(t, what) }
		note := []fact.Note{{Text: s("note"), Heading: s("heading"), Line: 3}}
		hash := s("hash")
		account := fact.Account{
			Commit: hash, Subject: s("subject"), Author: s("author"), Date: s("date"), PR: 5, Reopened: rapid.Bool().Draw(t, "reopened"),
			Status: rapid.SampledFrom(fact.Statuses).Draw(t, "status"), ForkCommits: []string{s("fork")}, Why: s("why"), Reason: s("reason"),
			WaitsFor: []string{s("waits")}, Left: []string{s("left"), s("left 2")},
			Sources: []fact.Source{{Report: s("report"), Status: s("says"), Line: 4, Disagrees: s("disagrees")}},
		}
		standing := sample.Standing()
		standing.Commits[0] = account
		standing.Fork.Ref, standing.BaseDate = s("ref"), s("base date")
		standing.Moved = []advise.Move{{Ref: s("moved"), Was: s("was"), Now: s("now")}}
		entry := fact.ReportCommit{
			Hash: &hash, Status: fact.Word(s("word")), ForkCommit: s("as"), Subject: s("title"), Resolution: s("resolution"), Reason: s("why not"),
			Missing: []string{s("missing")}, Recommendation: s("advice"), Impact: s("impact"), Conflicts: []fact.Conflict{{Path: s("path"), Detail: s("detail")}},
		}
		parsed := fact.Report{
			Title: s("report title"), Date: s("report date"), Commits: []fact.ReportCommit{entry}, Lessons: note, Steps: note,
			Claims:    []fact.Claim{{Text: s("claim"), Kind: s("kind"), Value: 1}},
			Checklist: []fact.ChecklistItem{{Text: s("box"), State: s("state")}},
			Methods:   []fact.Method{{Text: s("method"), Kind: s("method kind"), Commits: []string{s("of")}}},
			Findings:  []fact.ReportFinding{{Message: s("finding")}},
		}
		decision := fact.Decision{Commit: hash, Status: "skipped", Reason: s("decided"), By: s("by"), As: s("as it"), WaitsFor: []string{s("for")}, At: 5}
		story := sample.Story()
		story.Account, story.Decisions = &account, []fact.Decision{decision}
		story.Commit.Subject, story.Commit.Author.Name = account.Subject, account.Author
		story.Commit.Files[0] = fact.FileChange{Path: s("file"), OldPath: s("old"), Status: s("letter")}
		story.Picks[0].Subject, story.Picks[0].Why = s("pick"), s("pick why")
		story.Statements[0].Report, story.Statements[0].Entry, story.Statements[0].Disagrees = s("in"), entry, s("no")
		story.Defines, story.Unreadable = []string{s("defines")}, []string{s("blob")}
		fragment := s("fragment")
		spans := rapid.SliceOf(rapid.Custom(func(t *rapid.T) [2]int {
			return [2]int{rapid.IntRange(-2, 20).Draw(t, "from"), rapid.IntRange(-2, 20).Draw(t, "to")}
		})).Draw(t, "spans")

		for _, v := range []view{
			{"status", func(w io.Writer, o term.Options) error { return term.Status(w, o, standing) }},
			{"accounts", func(w io.Writer, o term.Options) error { return term.Accounts(w, o, standing.Commits) }},
			{"commit", func(w io.Writer, o term.Options) error { return term.Commit(w, o, story) }},
			{"parse", func(w io.Writer, o term.Options) error { return term.ReportParse(w, o, s("name"), &parsed) }},
			{"report", func(w io.Writer, o term.Options) error {
				return term.Report(w, o, &advise.ReportStory{Report: fact.StoredReport{ID: account.Sources[0].Report, Report: parsed},
					Disagreements: []advise.Disagreement{{Commit: hash, Says: account.Why, Message: account.Reason}}})
			}},
			{"links", func(w io.Writer, o term.Options) error {
				return term.Links(w, o, []term.LinkRow{{Link: fact.Link{Fork: hash, Upstream: account.Why, Evidence: []fact.Evidence{{Kind: fact.Kind(account.Reason)}}}, ForkSubject: account.Subject}})
			}},
			{"search", func(w io.Writer, o term.Options) error {
				return term.Search(w, o, &term.Results{Query: account.Why, Total: 9, Hits: []term.Hit{{Kind: account.Author, ID: hash, Title: account.Subject, Status: account.Reason,
					Fragments: []term.Fragment{{Text: fragment, Spans: spans}}}}})
			}},
			{"decisions", func(w io.Writer, o term.Options) error { return term.Marks(w, o, marks([]fact.Decision{decision})) }},
			{"ingest", func(w io.Writer, o term.Options) error {
				return term.IngestSummary(w, o, &term.Ingest{Refs: []term.IngestRef{{Ref: hash}}, Reports: []term.IngestReport{{ID: account.Why}}, Links: []term.KindCount{{Kind: fact.Kind(account.Author), Count: 2}},
					Unreadable: []string{account.Reason}, Findings: []term.IngestFinding{{Report: account.Why, Message: account.Subject}}, Next: []string{account.Reason}})
			}},
		} {
			var out bytes.Buffer
			if err := v.show(&out, o); err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			check(t, v.name, out.String(), o)
		}
	})
}

// Stories are wrapped: on a narrow terminal they have more lines, and the same
// words.
func TestNarrowTerminalsLoseNoWords(t *testing.T) {
	long := sample.Story()
	long.Account.Reason = strings.Repeat("averylongwordwithoutanyplacetobreak", 5) + " end"
	long.Commit.Subject = strings.Repeat("a long subject ", 10)
	long.Commit.Files[0].Path = strings.Repeat("漢字/é/", 30)
	for _, width := range []int{24, 40, 79, 120} {
		for _, v := range []view{
			{"long", func(w io.Writer, o term.Options) error { return term.Commit(w, o, long) }},
			{"commit", func(w io.Writer, o term.Options) error { return term.Commit(w, o, sample.Story()) }},
			{"report", func(w io.Writer, o term.Options) error {
				return term.ReportParse(w, o, "notes.md", &sample.Report().Report)
			}},
		} {
			var wide, narrow bytes.Buffer
			if err := errors.Join(v.show(&wide, term.Options{TTY: true}), v.show(&narrow, term.Options{TTY: true, Width: width})); err != nil {
				t.Fatal(err)
			}
			check(t, v.name, narrow.String(), term.Options{TTY: true, Width: width})
			squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if squeeze(wide.String()) != squeeze(narrow.String()) {
				t.Errorf("%s: %d cells lose words:\n%s", v.name, width, narrow.String())
			}
		}
	}
}

// A record of a list is one line with the same number of fields, whatever the
// words in it.
func TestRecordsStayRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText.Draw(t, "text")
		accounts := []fact.Account{{Commit: sample.Hash("1234567"), Subject: text, Why: text, Reason: text, Author: text}, sample.Standing().Commits[4]}
		var out bytes.Buffer
		if err := term.Accounts(&out, term.Options{}, accounts); err != nil {
			t.Fatalf("accounts: %v", err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines, not 2: %q", len(lines), out.String())
		}
		for _, line := range lines {
			if n := strings.Count(line, "\t"); n != 8 {
				t.Fatalf("%d tabs, not 8, in %q", n, line)
			}
		}
	})
}

func TestLongListsAreShortenedOnTerminalsOnly(t *testing.T) {
	s := sample.Standing()
	for i := range 40 {
		s.Commits = append(s.Commits, fact.Account{Commit: sample.Hash("abc0" + string(rune('a'+i%6)) + "7"), Subject: "One more", Status: fact.Pending})
	}
	s.Total, s.Counts[fact.Pending] = s.Total+40, s.Counts[fact.Pending]+40
	var tty, pipe bytes.Buffer
	if err := errors.Join(term.Status(&tty, term.Options{TTY: true, Width: 100}, s), term.Status(&pipe, term.Options{}, s)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(tty.String(), "… and 32 more: tracker search status:pending") {
		t.Errorf("the terminal's list is not shortened, or does not say how to see the rest:\n%s", tty.String())
	}
	if got := strings.Count(tty.String(), "One more"); got != 10 {
		t.Errorf("%d of the commits are shown, not 10", got)
	}
	if got := strings.Count(pipe.String(), "One more"); got != 40 {
		t.Errorf("%d of 40 commits are shown in a pipe", got)
	}
}

// The counts that do not add up are said to, in words.
func TestUnaccountedIsSaid(t *testing.T) {
	s := sample.Standing()
	s.Unaccounted = 3
	var out bytes.Buffer
	if err := term.Status(&out, term.Options{}, s); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "10 commits upstream, 3 unaccounted ✗") {
		t.Errorf("got %s", out.String())
	}
}

func TestDiffIsPassedOnInPipes(t *testing.T) {
	const diff = "@@ -1 +1 @@\n-a\x1b[31m\r\n+b\n\\ No newline at end of file\n"
	var pipe, tty bytes.Buffer
	if err := errors.Join(term.Diff(&pipe, term.Options{}, diff), term.Diff(&tty, term.Options{TTY: true, Width: 10, Color: true}, diff)); err != nil {
		t.Fatal(err)
	}
	if pipe.String() != diff {
		t.Errorf("the pipe got %q", pipe.String())
	}
	if want := "\x1b[36m@@ -1 +1 @@\x1b[0m\n\x1b[31m-a\\x1b[31m\x1b[0m\n\x1b[32m+b\x1b[0m\n\\ No newline at end of file\n"; tty.String() != want {
		t.Errorf("the terminal got %q, want %q", tty.String(), want)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriterErrorsAreReturned(t *testing.T) {
	for _, v := range views() {
		if err := v.show(broken{}, term.Options{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v, want the writer's error", v.name, err)
		}
	}
}

func TestDetectAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if o := term.Detect(w, func(string) string { return "" }); o.TTY || o.Color || o.Hyperlinks || o.Width != 0 {
		t.Errorf("a pipe is taken for %+v", o)
	}
}

// marks are decisions that cover one commit each.
func marks(decisions []fact.Decision) []advise.Mark {
	var list []advise.Mark
	for _, d := range decisions {
		list = append(list, advise.Mark{Decision: d, Covers: []advise.CoveredNow{{Commit: sample.Hash("d41c09e3"), Subject: sample.Hostile, Status: fact.Skipped}}})
	}
	return list
}

func TestMarkNamesWhatItCovers(t *testing.T) {
	m := marks([]fact.Decision{{ID: 4, Path: "metal/**", Status: fact.Skipped, Reason: "no Metal", At: 1775800000}})[0]
	for _, c := range []struct {
		tty  bool
		want string
	}{{true, "covers 1 commit"}, {true, "d41c09e30  skipped"}, {false, "4\tcovers\t" + sample.Hash("d41c09e3") + "\tskipped\ta|b"}, {false, "path:metal/**\tskipped\t\t\tno Metal\t\t\t1\n"}} {
		var out strings.Builder
		if err := term.Mark(&out, term.Options{TTY: c.tty, Width: 80}, &m); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%q is not in\n%s", c.want, out.String())
		}
	}
}
