package md_test

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/esc"
	"tracker/render/internal/golden"
	"tracker/render/internal/sample"
	"tracker/render/md"
)

func TestIntegration(t *testing.T) {
	golden.Check(t, "integration.md", md.Integration(sample.Integration()))
}

func TestIntegrationOfNothing(t *testing.T) {
	golden.Check(t, "empty.md", md.Integration(&advise.Integration{Standing: advise.Standing{
		Fork:     fact.Ref{Ref: "refs/heads/main", Commit: sample.Hash("4f1c2aa")},
		Upstream: fact.Ref{Ref: "refs/remotes/upstream/main", Commit: sample.Hash("9e07d31")},
	}}))
}

func TestIntegrationWithoutAddresses(t *testing.T) {
	in := sample.Integration()
	in.UpstreamURL, in.ForkURL = "file:///home/me/tiles", ""
	got := md.Integration(in)
	for _, link := range []string{"](http", "](file", "](/"} {
		if bytes.Contains(got, []byte(link)) {
			t.Errorf("a link where no address is known: %s", link)
		}
	}
	if !bytes.Contains(got, []byte("`8e12f0b50`")) {
		t.Error("hashes without a link are not shown as code")
	}
}

func TestIntegrationAddressesAreChecked(t *testing.T) {
	for _, address := range []string{
		"javascript:alert(1)//", "https://user:secret@example.com/a", "https://example.com/a) [x](y", "http://a b", "ftp://example.com", "https:///x",
	} {
		in := sample.Integration()
		in.UpstreamURL = address
		if got := md.Integration(in); bytes.Contains(got, []byte("]("+address)) {
			t.Errorf("the address %q was believed", address)
		}
	}
}

func TestSameFactsSameBytes(t *testing.T) {
	want := md.Integration(sample.Integration())
	for range 20 {
		if got := md.Integration(sample.Integration()); !bytes.Equal(got, want) {
			t.Fatalf("the same facts gave two results:\n%s", md.Diff(want, got))
		}
	}
}

// One commit more upstream changes the checksum, the head's commit, the counts
// that it adds to, and its own line.
func TestOneMoreCommitChangesItsLine(t *testing.T) {
	in := sample.Integration()
	before := md.Integration(in)
	s := &in.Standing
	s.Total++
	s.Counts[fact.Pending]++
	s.Commits = append([]fact.Account{{
		Commit: sample.Hash("feed1234"), Subject: "Newest", Date: "2026-05-02T08:00:00Z", Status: fact.Pending,
	}}, s.Commits...)
	var removed, added []string
	for _, line := range strings.Split(md.Diff(before, md.Integration(in)), "\n") {
		if strings.HasPrefix(line, "-") {
			removed = append(removed, line)
		}
		if strings.HasPrefix(line, "+") {
			added = append(added, line)
		}
	}
	if len(removed) != 4 || len(added) != 5 || !strings.Contains(added[4], "Newest") {
		t.Errorf("removed %q\nadded %q", removed, added)
	}
}

func TestEveryCommitStandsOnce(t *testing.T) {
	in := sample.Integration()
	in.Questions, in.Conflicts, in.Rounds, in.Decisions = nil, nil, nil, nil
	got := string(md.Integration(in))
	for _, a := range in.Standing.Commits {
		rows := 0
		for _, line := range strings.Split(got, "\n") {
			own := strings.HasPrefix(line, "1. ["+a.Commit[:9]) ||
				strings.HasPrefix(line, "| "+a.Date[:10]+" | ["+a.Commit[:9])
			if own {
				rows++
			}
		}
		if rows != 1 {
			t.Errorf("%s (%s) has %d rows, not 1", a.Commit, a.Status, rows)
		}
	}
}

var (
	gfm = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote),
		goldmark.WithRendererOptions(renderer.WithUnsafe()))
	element = regexp.MustCompile(`<[^>]*>`)
	href    = regexp.MustCompile(`<a href="([^"]*)">`)
	allowed = strings.Fields(`<h2> </h2> <h3> </h3> <p> </p> <ul> </ul> <ol> </ol> <li> </li> <strong> </strong> <code> </code>
		<a> </a> <table> </table> <thead> </thead> <tbody> </tbody> <tr> </tr> <th> </th> <td> </td>`)
)

// view is what a reader sees of a block.
func view(t fataler, block []byte) (text string, links []string, page string) {
	var out bytes.Buffer
	if err := gfm.Convert(block, &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	page = out.String()
	comments := 0
	text = element.ReplaceAllStringFunc(page, func(tag string) string {
		switch {
		case strings.HasPrefix(tag, "<!-- tracker:"):
			comments++
		case href.MatchString(tag):
			links = append(links, html.UnescapeString(href.FindStringSubmatch(tag)[1]))
		case !slices.Contains(allowed, strings.Split(strings.TrimSuffix(tag, ">"), " id=")[0]+">"):
			t.Fatalf("the block renders %s", tag)
		}
		return ""
	})
	if comments != 2 {
		t.Fatalf("the block has %d comments, not its two markers", comments)
	}
	return html.UnescapeString(text), links, page
}

type fataler interface{ Fatalf(string, ...any) }

var anyText = rapid.OneOf(
	rapid.Just(sample.Hostile),
	rapid.StringOf(rapid.SampledFrom([]rune("ab1 `|\\<>()[]{}*_~&#!@:$.-+=\"'/wW\n\r\t\x1b\u202eé漢"))),
	rapid.SampledFrom([]string{"<!-- tracker:end -->", "www.example.com", "https://example.com/x", "a@b.example", "| --- |", "## h", "```"}),
)

// TestHostileWordsStayWords puts arbitrary text wherever words of others stand:
// it is all to be read, and nothing else comes of it.
func TestHostileWordsStayWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Integration()
		var all []string
		hostile := func(what string) string {
			s := anyText.Draw(t, what)
			all = append(all, s)
			return s
		}
		commits := in.Standing.Commits
		in.Standing.Commits = []fact.Account{commits[0], commits[4], commits[9]} // rendering all takes its time
		a := &in.Standing.Commits[1]
		a.Subject, a.Why, a.Reason = hostile("subject"), hostile("why"), hostile("reason")
		a.Sources[0].Disagrees = hostile("disagrees")
		in.Standing.Commits[2].Reason = hostile("reason deferred")
		in.Standing.Commits[2].WaitsFor = []string{"x " + hostile("waits") + " y"}
		in.Standing.Commits[0].Subject = hostile("pending")
		in.Rounds[0].Title, in.Rounds[1].Findings[0].Message = "x"+hostile("title"), hostile("finding")
		in.Rounds[1].Disagreements[0].Says = hostile("says")
		in.Decisions[0].Reason, in.Decisions[1].Path = hostile("decision"), "x"+hostile("glob")
		in.Conflicts[0].Path, in.Conflicts[0].Detail, in.Conflicts[0].Resolution = "x"+hostile("path"), hostile("detail"), hostile("resolution")
		in.Lessons[0].Text, in.Questions[0].Text = hostile("lesson"), hostile("question")
		in.Standing.Fork.Ref = "x" + hostile("ref")

		block := md.Integration(in)
		text, links, page := view(t, block)
		for _, link := range links {
			if !strings.HasPrefix(link, in.UpstreamURL+"/") && !strings.HasPrefix(link, in.ForkURL+"/") && !strings.HasPrefix(link, "docs/sync-2026-03.md") {
				t.Fatalf("the link %q leads elsewhere", link)
			}
		}
		// Words that stand next to each other may be folded at their ends only.
		text = squeeze(text)
		for _, s := range all {
			if want := squeeze(esc.Line(s)); !strings.Contains(text, want) {
				t.Fatalf("%q is not to be read in\n%s", want, block)
			}
		}
		if got, want := strings.Count(page, "<tr>"), 7; got != want {
			t.Fatalf("%d table rows, want %d", got, want)
		}
		if again, err := md.Splice(block, block, false); err != nil || !bytes.Equal(again, block) {
			t.Fatalf("the block does not find itself: %v", err)
		}
	})
}

// squeeze drops what rendering may change: backticks of code and white space.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "`", "")), "")
}

func TestRelativeLinks(t *testing.T) {
	for id, want := range map[string]string{
		"a b/c(d).md":             "](a%20b/c%28d%29.md)",
		"javascript:alert(1)":     "](./javascript:alert%281%29)",
		"//evil.example/x.md":     "](./evil.example/x.md)",
		"docs/50%|<x>.md":         "](docs/50%25%7C%3Cx%3E.md)",
		"a\\..\\b.md":             "](a%5C..%5Cb.md)",
		"line\nbreak\u202e[x].md": "](line%0Abreak%E2%80%AE%5Bx%5D.md)",
	} {
		in := sample.Integration()
		in.Rounds = []advise.Round{{ID: id, InFork: true, Title: "T"}}
		if got := string(md.Integration(in)); !strings.Contains(got, want) {
			t.Errorf("the report %q is not linked as %s:\n%s", id, want, got[strings.Index(got, "## The rounds"):])
		}
	}
}

func TestForges(t *testing.T) {
	for address, want := range map[string][2]string{
		"https://github.com/o/n":         {"/commit/", "/pull/207"},
		"https://gitlab.example.org/o/n": {"/commit/", "/-/merge_requests/207"},
		"https://codeberg.org/o/n":       {"/commit/", "/pulls/207"},
		"https://bitbucket.org/o/n":      {"/commits/", "/pull-requests/207"},
	} {
		in := sample.Integration()
		in.UpstreamURL = address
		got := string(md.Integration(in))
		for _, link := range []string{address + want[0] + in.Standing.Upstream.Commit, fmt.Sprintf("[#207](%s%s)", address, want[1])} {
			if !strings.Contains(got, link) {
				t.Errorf("%s: no %s", address, link)
			}
		}
	}
}

// Two reports that tell the same, as a copy of a report does, are two sources
// of one thing.
func TestWhatIsSaidTwiceStandsOnce(t *testing.T) {
	in := sample.Integration()
	lesson := in.Lessons[0]
	lesson.Report, lesson.Line = "notes/first round.md", 8
	in.Lessons = append(in.Lessons, lesson)
	in.Questions = append(in.Questions, advise.Question{Kind: "contradiction", Text: "told in its round", Source: "notes/first round.md:2"})
	again := in.Questions[1]
	again.Source = "notes/first round.md:3"
	in.Questions = append(in.Questions, again)
	met := in.Conflicts[1]
	met.Report, met.Line = "docs/sync-2026-03.md", 41
	in.Conflicts = append(in.Conflicts, met)
	got := string(md.Integration(in))
	for _, want := range []string{
		"- **2 things to settle**, below\n",
		"([sync-2026-03.md:38](docs/sync-2026-03.md?plain=1#L38), `first round.md:3`)\n",
		"- `Cargo.lock` conflicts: always accept theirs ([sync-2026-03.md:60](docs/sync-2026-03.md?plain=1#L60), `first round.md:8`)\n",
		"| accepted theirs | [sync-2026-03.md:41](docs/sync-2026-03.md?plain=1#L41), `first round.md:12` |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, once := range []string{"accepted theirs", "always accept theirs"} {
		if n := strings.Count(got, once); n != 1 {
			t.Errorf("%q stands %d times", once, n)
		}
	}
	if strings.Contains(got, "told in its round") {
		t.Error("a report's own contradiction is put to the maintainer")
	}
}

func TestFurtherForksFollow(t *testing.T) {
	in := sample.Integration()
	in.Standing.Forks = []advise.Standing{{
		Fork: fact.Ref{Ref: "refs/heads/stable", Commit: sample.Hash("57ab1e")}, Upstream: in.Standing.Upstream,
		Total: 12345, Unaccounted: 1, Counts: map[fact.Status]int{fact.Integrated: 12000, fact.Skipped: 344},
	}}
	got := string(md.Integration(in))
	want := "`stable` at [57ab1e000](https://github.com/fork/tiles/commit/57ab1e" + strings.Repeat("0", 34) + ") follows `upstream/main` at "
	_, second, ok := strings.Cut(got, want)
	if !ok {
		t.Fatalf("no %q", want)
	}
	for _, want := range []string{
		"; the two have no common commit.\n", "- **12 345 commits upstream, 1 unaccounted**\n",
		"- **12 000 in the fork**: 12 000 integrated\n", "- **344 decided against or put off**: 344 skipped\n", "- **Nothing pending**\n",
	} {
		if !strings.Contains(second, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestQuestionsSayWhyTheyAreAsked(t *testing.T) {
	for want, q := range map[string]advise.Question{
		"- **Two sources contradict each other**: `1234abcd5` A title — one says so, one not (LOG.md)\n": {Kind: "contradiction", Commit: "1234abcd5", Subject: "A title", Text: "one says so, one not", Source: "LOG.md"},
		"- **something\\_**: what now ([sync-2026-03.md](docs/sync-2026-03.md))\n":                       {Kind: "something_", Text: "what now", Source: "docs/sync-2026-03.md"},
		"- `1234abcd5` A title — what now\n":                                                             {Commit: "1234abcd5", Subject: "A title", Text: "what now"},
	} {
		in := sample.Integration()
		in.Questions = []advise.Question{q}
		if got := string(md.Integration(in)); !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestTablesAreSortedByDate(t *testing.T) {
	in := sample.Integration()
	for i, day := range []string{"2026-03-05T23:00:00-08:00", "2026-03-06T01:00:00+09:00", "2026-03-01T00:00:00Z", "2026-03-06T00:00:00Z"} {
		a := &in.Standing.Commits[i+3] // newest first in the range
		a.Status, a.Date, a.Subject = fact.Integrated, day, fmt.Sprintf("row %d", i)
	}
	var rows []string
	for _, line := range strings.Split(string(md.Integration(in)), "\n") {
		if _, row, ok := strings.Cut(line, ") row "); ok && strings.HasPrefix(line, "| 2026") {
			rows = append(rows, row[:1])
		}
	}
	if got := strings.Join(rows, " "); got != "2 0 3 1" {
		t.Errorf("the rows stand in the order %s, want 2 0 3 1: by the day shown, then as in the range", got)
	}
}

func TestOnlyHashesAndRequestsOfTheRangeAreLinked(t *testing.T) {
	in := sample.Integration()
	url := func(h string) string { return "[" + h[:9] + "](https://github.com/origin/tiles/commit/" + h + ")" }
	h := sample.Hash("8e12f0b5")
	for words, want := range map[string]string{
		"see 8e12f0b5.":     "see " + url(h) + ".",
		"see (8E12F0B) now": "see (" + url(h) + ") now",
		"see `8e12f0b5`!":   "see " + url(h) + "!",
		"see 8e12f0 now":    "see 8e12f0 now",
		"see 0badc0de now":  "see 0badc0de now",
		"fixes #207, #1":    "fixes [#207](https://github.com/origin/tiles/pull/207), #1",
		"see x8e12f0b5":     "see x8e12f0b5",
	} {
		in.Lessons = []advise.LessonFrom{{Text: words}}
		if got := string(md.Integration(in)); !strings.Contains(got, "\n- "+want+"\n") {
			t.Errorf("%q does not become %q", words, want)
		}
	}
	// Two commits that begin alike: naming both is naming none.
	in.Standing.Commits[0].Commit = "8e12f0b5" + strings.Repeat("1", 32)
	in.Lessons = []advise.LessonFrom{{Text: "see 8e12f0b5 now"}}
	if got := string(md.Integration(in)); !strings.Contains(got, "\n- see 8e12f0b5 now\n") {
		t.Error("an ambiguous hash is linked")
	}
}

func TestReportsOfOneNameAreToldApart(t *testing.T) {
	in := sample.Integration()
	in.Rounds = []advise.Round{
		{ID: "/home/me/a/SYNC.md"}, {ID: `C:\b\SYNC.md`}, {ID: "LOG.md", InFork: true}, {ID: "old/LOG.md", InFork: true},
	}
	got := string(md.Integration(in))
	for _, want := range []string{"### `a/SYNC.md`\n", "### `b/SYNC.md`\n", "### [LOG.md](LOG.md)\n", "### [old/LOG.md](old/LOG.md)\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got[strings.Index(got, "## The rounds"):])
		}
	}
	if strings.Contains(got, "/home/me") {
		t.Error("a path of this machine is shown")
	}
}

func BenchmarkIntegration(b *testing.B) {
	in := sample.Integration()
	one := in.Standing.Commits
	for len(in.Standing.Commits) < 11600 {
		for _, a := range one {
			a.Commit = fmt.Sprintf("%08x", len(in.Standing.Commits)) + a.Commit[8:]
			in.Standing.Commits = append(in.Standing.Commits, a)
		}
	}
	for b.Loop() {
		b.SetBytes(int64(len(md.Integration(in))))
	}
}
