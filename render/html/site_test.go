package html_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/advise/beside"
	"tracker/internal/fact"
	"tracker/internal/pagetest"
	"tracker/internal/pattern"
	_ "tracker/internal/seeded"
	"tracker/render/html"
	"tracker/render/internal/sample"
)

// history is an invented one, with a text of the caller's wherever a text comes from
// outside.
func history(text string) *advise.History {
	story := sample.Story()
	story.Commit.Subject, story.Commit.Body, story.Commit.Author.Name = text, text+"\n"+text, text
	story.Commit.Files[0].Path = text
	story.Account.Subject, story.Account.Reason, story.Account.WaitsFor, story.Account.Left = text, text, []string{text}, []string{text}
	story.Account.Waits = []fact.Wait{{What: text, State: fact.Lacking}}
	story.Statements[0].Entry.Resolution, story.Statements[0].Entry.Conflicts[0].Path = text, text
	story.Defines = []string{text}
	story.Lessons = []advise.LessonFrom{{Text: text, Report: text, Line: 3}}
	story.Needs = []advise.NeedEdge{{From: story.Commit.Hash, To: sample.Hash("90b1d7c2"), Kind: fact.NeedSymbol, Strength: "hard", Evidence: []fact.NeedWhere{{Path: text, Text: text}}}}
	story.FollowUps = []advise.FollowUp{{Commit: sample.Hash("90b1d7c2"), Subject: text, Status: fact.Pending, Why: text}}
	story.Group, story.GroupName = story.Commit.Hash, text
	story.Decisions[0].Reason, story.Decisions[0].By = text, text

	open := &advise.CommitStory{Kind: "commit", Side: "upstream", Commit: fact.Commit{Hash: sample.Hash("f77a0011"), Subject: text, PR: 231}}
	account := sample.Standing().Commits[0]
	open.Account = &account
	open.Outlook = &advise.Outlook{Forecast: fact.Forecast{Commit: open.Commit.Hash, Result: fact.ResultConflict, Conflicts: []fact.Conflicted{{
		Path: text, Kind: "content", ForkCommits: []string{sample.Hash("c09d7e16")}, Suggestions: []fact.Suggestion{{How: fact.ResolvedTheirs, Match: fact.MatchExact, Fork: sample.Hash("c09d7e16"), Seen: 1, Of: 1, Conflict: text, Text: text}},
	}}}}
	pick := &advise.CommitStory{Kind: "commit", Side: "fork", Commit: fact.Commit{Hash: sample.Hash("c09d7e16"), Subject: text}, Picks: []advise.Pick{{
		Link: fact.Link{Fork: sample.Hash("c09d7e16"), Upstream: story.Commit.Hash, Lines: 0.8, Evidence: []fact.Evidence{{Kind: fact.KindSubject, Score: 1, Detail: text}}}, Other: story.Commit.Hash, Subject: text, Why: text,
	}}}

	h := &advise.History{Integration: *sample.Integration(), Stories: []*advise.CommitStory{story, open, pick}}
	s := &h.Standing
	s.Fork.Ref, s.Upstream.Ref = "refs/heads/"+text, "refs/remotes/"+text
	s.Commits[0].Subject, s.Commits[0].Author = text, text
	s.Outlooks = map[string]*advise.Outlook{open.Commit.Hash: open.Outlook}
	h.Questions[0].Text = text
	h.Decisions[0].Reason, h.Decisions[1].Path = text, text
	h.Lessons[0].Text = text
	stored := *sample.Report()
	stored.Text = "# " + text + "\n\n" + text + "\n\n- 8e12f0b5 " + text + "\n\n| a | b |\n|---|---|\n| " + text + " | `8e12f0b5` |\n\n```\n" + text + "\n```\n"
	stored.Report.Title = text
	stored.Report.Commits[0].Subject = text
	h.Reports = []advise.ReportStory{{Kind: "report", Report: stored, Disagreements: []advise.Disagreement{{Report: stored.ID, Line: 5, Commit: story.Commit.Hash, Says: "integrated", Message: text}}}}
	h.Rounds[1].Title = text
	h.Met = &advise.Conflicts{Replayed: 3,
		Conflicts: []advise.Resolved{{ID: "x", Source: "pick", Upstream: story.Commit.Hash, Fork: pick.Commit.Hash, Path: text, Kind: "content", Class: "code", Resolution: fact.ResolvedManual, Whole: true, LostOurs: 3, Became: text,
			Hunks: []advise.ResolvedHunk{{ID: "1", Resolution: fact.ResolvedManual, Line: 3, Heading: text, Ours: text + "\n", Theirs: "two\nlines\n", Result: text + "\n"}},
			Said:  []advise.ConflictMet{{Path: text, Detail: text, Report: stored.ID, Line: 38}}, Subject: text, Date: "2026-04-09"}},
		Patterns: []pattern.Pattern{{Pattern: text, Of: "path", Count: 2, Resolutions: map[fact.Resolution]int{fact.ResolvedManual: 2}, Warnings: []string{text}, Advice: text},
			{Pattern: "code", Of: "class", Count: 1, Resolutions: map[fact.Resolution]int{fact.ResolvedManual: 1}}}}
	h.Groups = []advise.GroupStory{{Group: advise.Group{Name: text, Root: story.Commit.Hash, Commits: []string{story.Commit.Hash, open.Commit.Hash}, Why: text},
		Needs: &advise.Dependencies{Commits: []advise.Depends{{Commit: story.Commit.Hash, Subject: text, Asked: true}, {Commit: open.Commit.Hash, Subject: text}},
			Edges: []advise.NeedEdge{{From: open.Commit.Hash, To: story.Commit.Hash, Kind: fact.NeedLine, Strength: "hard"}}}}}
	h.Findings = []fact.Finding{
		{Kind: fact.FindLostForkLines, Severity: fact.High, Fork: pick.Commit.Hash, Upstream: story.Commit.Hash, Path: text, Lines: 3, Message: "41 lines of the fork are gone: " + text,
			Evidence: []fact.FindingEvidence{{Commit: pick.Commit.Hash, Path: text, Line: 2, Text: text}}},
		{Kind: fact.FindReportCount, Severity: fact.Low, Report: stored.ID, Line: 3, Message: text, Mended: pick.Commit.Hash},
	}
	return h
}

var changes = func(text string) *advise.Changes {
	return &advise.Changes{
		Files:  []advise.FileDiff{{Path: text, Hunks: []advise.DiffHunk{{Old: 1, New: 1, Lines: []advise.DiffLine{{Sign: ' ', Text: text}, {Sign: '-', Text: text}, {Sign: '+', Text: text}}}}, Left: 2}, {Path: "b", Note: "binary"}},
		Beside: map[string][]beside.File{sample.Hash("c09d7e16"): {{Path: text, Fate: beside.Changed, Hunks: []beside.Hunk{{Line: 1, Lines: []beside.Line{{In: beside.Both, Sign: "+", Text: text}, {In: beside.OnlyPick, Sign: "+", Text: text}}}}}}},
	}
}

// crawl reads a site's pages as a browser would.
func crawl(t pagetest.TB, s *html.Site, text string) map[string]*pagetest.Page {
	pages := pagetest.Crawl(t, func(name string) ([]byte, error) {
		if name == html.SearchData {
			return s.Search(), nil
		}
		if strings.HasPrefix(name, "assets/") {
			return html.Asset(name)
		}
		return s.Page(name, html.Draw(changes(text)))
	})
	for _, name := range s.Pages() {
		if pages[name] == nil {
			t.Errorf("nothing leads to %s", name)
		}
	}
	return pages
}

func TestPagesTellWhatIsKnown(t *testing.T) {
	s := html.New(history("some words"), html.Options{})
	pages := crawl(t, s, "x := 1")
	commit := "commit/" + sample.Hash("8e12f0b5")[:12] + ".html"
	open := "commit/" + sample.Hash("f77a0011")[:12] + ".html"
	for _, c := range []struct{ page, words string }{
		{"index.html", "10 upstream commits"},
		{"index.html", "0 unaccounted"},
		{"index.html", "41 lines of the fork are gone"},
		{commit, "41 lines of the fork are gone"},
		{commit, "git disagrees: render/tiles.go was left out"},
		{open, "reuse was resolved before, to upstream's side, in c09d7e16"},
		{"conflicts.html", "reuse was resolved before, to upstream's side, in c09d7e16"},
		{"findings.html", "mended by"},
		{"report/sync-2026-03.html", "git disagrees that 8e12f0b50 is integrated"},
		{"pattern/class-code.html", "1 conflict"},
	} {
		if p := pages[c.page]; p == nil || !strings.Contains(strings.Join(strings.Fields(p.Text), " "), c.words) {
			t.Errorf("%s does not say %q", c.page, c.words)
		}
	}
}

// Only what was met exactly so before is green; what cost the fork lines warns.
func TestAdviceStandsInItsColour(t *testing.T) {
	for class, s := range map[string]fact.Suggestion{
		"exact":  {Match: fact.MatchExact, How: fact.ResolvedTheirs, Seen: 1},
		"alike":  {Match: fact.MatchPath, How: fact.ResolvedTheirs, Seen: 2, Of: 2},
		"costly": {Match: fact.MatchClass, How: fact.ResolvedTheirs, Seen: 2, Of: 2, Lost: 1},
	} {
		h := history("words")
		s.Fork = sample.Hash("c09d7e16")
		h.Stories[1].Outlook.Conflicts[0].Suggestions = []fact.Suggestion{s}
		page, err := html.New(h, html.Options{}).Page("commit/"+sample.Hash("f77a0011")[:12]+".html", nil)
		if err != nil || !bytes.Contains(page, []byte(`class="sub reuse `+class+`"`)) {
			t.Errorf("%s: %v", class, err)
		}
	}
}

// The page of a large group lists all of it, and draws the part at its beginning below.
func TestALargeGroupIsDrawnInPart(t *testing.T) {
	h := history("words")
	g := &h.Groups[0]
	g.Needs = &advise.Dependencies{}
	for i := range 60 {
		hash := fmt.Sprintf("%040x", i+1)
		if i == 59 {
			hash = g.Root
		}
		g.Needs.Commits = append(g.Needs.Commits, advise.Depends{Commit: hash, Subject: "drawn", Asked: true})
		if i > 0 {
			g.Needs.Edges = append(g.Needs.Edges, advise.NeedEdge{From: fmt.Sprintf("%040x", i), To: hash, Kind: fact.NeedLine, Strength: "hard"})
		}
	}
	s := html.New(h, html.Options{})
	name := ""
	for _, n := range s.Pages() {
		if strings.HasPrefix(n, "group/") {
			name = n
		}
	}
	page, err := s.Page(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	if n := strings.Count(text, `<g class="commit `); n != 40 || !strings.Contains(text, "the 40 nearest of 60 are drawn") || strings.Contains(text, "asked for") {
		t.Errorf("%d commits are drawn, or it is not said", n)
	}
	if !strings.Contains(text, `data-commit="`+g.Root) {
		t.Error("the commit that begins the group is not drawn")
	}
	if strings.Index(text, "data-list=\"group\"") > strings.Index(text, `class="commit `) {
		t.Error("the drawing stands above the list")
	}
}

// What is left out between the lines of a pick and of its original is counted.
func TestLinesThatBothHaveAreCounted(t *testing.T) {
	c := changes("x := 1")
	for _, files := range c.Beside {
		files[0].Hunks[0].Before, files[0].After = 3, 1
	}
	page, err := html.New(history("words"), html.Options{}).Page("commit/"+sample.Hash("8e12f0b5")[:12]+".html", html.Draw(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"… 3 lines that both have … line 1", "… 1 line that both have"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Where there are no findings and no suggestions, nothing speaks of them.
func TestNothingIsShownOfWhatIsNot(t *testing.T) {
	h := history("words")
	h.Findings = nil
	h.Stories[1].Outlook.Conflicts[0].Suggestions = nil
	for name, p := range crawl(t, html.New(h, html.Options{}), "x") {
		if strings.Contains(p.Text, "Findings") || strings.Contains(p.Text, "reuse") {
			t.Errorf("%s speaks of findings or of suggestions", name)
		}
	}
}

var hostile = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, "[x](javascript:alert(1))", "![i](https://evil.example/i.png)",
	"<https://evil.example/>", "[a]: javascript:x\n[a]", "\x1b[31mred\x07", "\u202egnp.exe\u2066", "&#8238;x", "\x00\xff\xfe", "</textarea></style></script>", "--><!--",
	"[r](../../etc/passwd)", "[h](#L3)", "<details><summary>x", "| a | b |", "```\n</code></pre>", "javascript:alert(1)", "data:text/html,x", "//evil.example/x", "\u2028\u2029",
	"- [ ] task\n- [x] done", "<br><br/>", "x' + alert(1) + '", `\u003c/script>`, "{{.}}", "1. a\n2. b\n   ```go\n", "http://evil.example/\u202e", "mailto:a@b?x=<y>", "<a href=javascript:x>y</a>",
}

// No text gets out of its place, whatever it is.
func TestHostileTextStaysText(t *testing.T) {
	for _, text := range hostile {
		crawl(t, html.New(history(text), html.Options{}), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.Map(rapid.SliceOfN(rapid.SampledFrom(hostile), 1, 4), func(s []string) string { return strings.Join(s, "") }),
			rapid.StringOf(rapid.SampledFrom([]rune("ab1 `|\\<>()[]{}*_~&#!@:$.-+=\"'/wW\n\t\r\x1b\u202e\u200d\u0301é漢"))),
		).Draw(t, "text")
		crawl(failing{t}, html.New(history(text), html.Options{}), text)
	})
}

// failing lets a property fail as pagetest wants it to.
type failing struct{ *rapid.T }

func (f failing) Helper() {}

// The search's data is one call with one string, and what it says is what JSON.parse
// makes of it.
func TestSearchDataIsOneString(t *testing.T) {
	for _, text := range append(hostile, "'", `\'`, "\\", "\u2028'") {
		script := html.New(history(text), html.Options{}).Search()
		inner, ok := bytes.CutPrefix(script, []byte("tracker.data(JSON.parse('"))
		inner, end := bytes.CutSuffix(inner, []byte("'));\n"))
		if !ok || !end || bytes.ContainsAny(inner, "<>\n\u2028\u2029") {
			t.Fatalf("%q: %.200q", text, script)
		}
		var out []byte
		for i := 0; i < len(inner); i++ {
			if inner[i] == '\'' {
				t.Fatalf("%q: the string ends early: %q", text, inner[max(0, i-20):i+1])
			}
			if inner[i] == '\\' {
				i++
			}
			out = append(out, inner[i])
		}
		var data map[string]any
		if err := json.Unmarshal(out, &data); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	}
}

// The same history gives the same bytes.
func TestPagesAreTheSameEachTime(t *testing.T) {
	a, b := html.New(history("words"), html.Options{}), html.New(history("words"), html.Options{})
	for _, name := range a.Pages() {
		x, err := a.Page(name, html.Draw(changes("y")))
		if err != nil {
			t.Fatal(err)
		}
		if y, _ := b.Page(name, html.Draw(changes("y"))); !bytes.Equal(x, y) {
			t.Errorf("%s differs", name)
		}
	}
	if !bytes.Equal(a.Search(), b.Search()) {
		t.Error("what is searched differs")
	}
}
