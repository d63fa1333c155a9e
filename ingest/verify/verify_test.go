package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/internal/fact"
)

// then is a fork as a test wants it to have been.
type then struct {
	sizes map[string][]fact.FileChange // by algorithm
	paths []string
	tried map[string]*fact.Forecast
	finds map[string]string

	ignored string
}

func (h *then) Sizes(_ context.Context, algorithm string, commits []string) (map[string][]fact.FileChange, error) {
	out := map[string][]fact.FileChange{}
	if files := h.sizes[algorithm]; files != nil {
		for _, c := range commits {
			out[c] = files
		}
	}
	return out, nil
}

func (h *then) Has(_ context.Context, path string) (string, bool, error) {
	for _, p := range h.paths {
		if same(p, path) {
			return p, true, nil
		}
	}
	return "", true, nil
}

func (h *then) Try(_ context.Context, c *fact.Commit) (*fact.Forecast, error) {
	return h.tried[c.Hash], nil
}

func (h *then) Ignored(_ context.Context, path string) (bool, bool, error) {
	return h.ignored == path, true, nil
}

func (h *then) Find(_ context.Context, name string) (string, bool, error) {
	return h.finds[name], false, nil
}

func hash(c byte) string { return strings.Repeat(string(c), 40) }

func text(s string) *string { return &s }

// round is a report on one commit, b…b picked as f…f, with a conflict in src/a.go
// that was resolved to upstream's side.
func round() (*Input, *then) {
	up := &fact.Commit{Hash: hash('b'), Subject: "Fix the reciever of all messages (#7)", Files: []fact.FileChange{{Path: "src/a.go", Insertions: 10, Deletions: 4}}}
	pick := &fact.Commit{Hash: hash('f'), Subject: up.Subject, Files: []fact.FileChange{
		{Path: "src/a.go", Insertions: 11, Deletions: 5}, {Path: "go.sum", Insertions: 300, Deletions: 200, Generated: true},
	}}
	h := &then{finds: map[string]string{}, tried: map[string]*fact.Forecast{}}
	in := &Input{
		Report: &fact.StoredReport{ID: "log.md", Text: "# Log\n\n" + hash('b')[:9] + "\n- 311 lines\n", Report: fact.Report{
			Commits: []fact.ReportCommit{{Hash: text(hash('b')[:9]), Status: fact.WordIntegrated, ForkCommit: hash('f')[:9], Line: 3}},
		}},
		Fork: hash('f'), History: h, Generated: func(p string) bool { return p == "go.sum" },
		Titles: map[string]string{up.Hash: up.Subject, hash('c'): "Another title of the range"},
		Spoken: []Spoken{{Upstream: up, Source: fact.Source{Status: "integrated", Line: 3}, Then: []Pick{{Commit: pick, Replay: &fact.Replayed{
			Conflicts: []fact.PastConflict{{Path: "src/a.go", Kind: "content", Resolution: fact.ResolvedTheirs}},
		}}}}},
	}
	return in, h
}

func TestFindings(t *testing.T) {
	entry := func(in *Input) *fact.ReportCommit { return &in.Report.Report.Commits[0] }
	notTaken := func(in *Input) {
		in.Spoken[0].Then, entry(in).ForkCommit = nil, ""
		entry(in).Status, in.Spoken[0].Source.Status = fact.WordSkipped, "skipped"
	}
	claim := func(in *Input, text, kind string, value float64) {
		in.Report.Report.Claims = append(in.Report.Report.Claims, fact.Claim{Text: text, Kind: kind, Value: value, Line: 4})
	}
	for name, c := range map[string]struct {
		change func(*Input, *then)
		want   string // "line kind severity message…", empty: nothing
	}{
		"nothing": {func(in *Input, _ *then) {}, ""},
		"not there": {func(in *Input, _ *then) {
			in.Spoken[0].Then, in.Spoken[0].Source.Disagrees = nil, "git shows no pick of it"
		}, "3 report-status medium calls bbbbbbbbb integrated, but git shows no pick of it"},
		"covered by another": {func(in *Input, _ *then) {
			in.Spoken[0].Then, in.Spoken[0].Source.Disagrees, entry(in).Reason = nil, "git shows no pick of it", "superseded by our own change"
		}, "3 report-status low calls bbbbbbbbb integrated, but git shows no pick of it"},
		"a part skipped and the rest there": {func(in *Input, _ *then) {
			in.Spoken[0].Source = fact.Source{Status: "skipped", Line: 4, Disagrees: "it was in by then, as fffffffff"}
			entry(in).Statements = []fact.Statement{{Status: fact.WordIntegrated, Line: 3}, {Status: fact.WordSkipped, Line: 4}}
		}, ""},
		"a part skipped": {func(in *Input, _ *then) {
			in.Spoken[0].Source = fact.Source{Status: "skipped", Line: 4, Disagrees: "it was in by then, as fffffffff"}
			in.Spoken[0].Then[0].Part = true
		}, ""},
		"the fork's name beside upstream's": {func(in *Input, _ *then) {
			in.Report.Names = []fact.ReportFinding{{Kind: "wrong-name", Message: "ffff is the fork's commit", Lines: []int{3}}}
		}, ""},
		"the fork's name alone": {func(in *Input, _ *then) {
			in.Report.Text = "# Log"
			in.Report.Names = []fact.ReportFinding{{Kind: "wrong-name", Message: "ffff is the fork's commit", Lines: []int{3}}}
		}, "3 report-name low ffff is the fork's commit"},
		"skipped and there": {func(in *Input, _ *then) {
			in.Spoken[0].Source = fact.Source{Status: "skipped", Line: 3, Disagrees: "it was in by then, as fffffffff"}
		}, "3 report-status medium calls bbbbbbbbb skipped, but it was in by then"},
		"no conflict": {func(in *Input, _ *then) { entry(in).Clean = true },
			"3 report-status medium says that bbbbbbbbb had no conflict; its pick fffffffff conflicts in src/a.go (content)"},
		"no conflict, truly": {func(in *Input, _ *then) {
			entry(in).Clean, in.Spoken[0].Then[0].Replay, in.Spoken[0].Then[0].Clean = true, nil, true
		}, ""},
		"no conflict, not known": {func(in *Input, _ *then) { entry(in).Clean, in.Spoken[0].Then[0].Replay = true, nil }, ""},
		"the conflict":           {func(in *Input, _ *then) { entry(in).Conflicts = []fact.Conflict{{Path: "a.go"}} }, ""},
		"another conflict": {func(in *Input, _ *then) { entry(in).Conflicts = []fact.Conflict{{Path: "src/b.go"}} },
			"3 report-conflict medium says that bbbbbbbbb conflicted in src/b.go; the replay of its pick fffffffff conflicts in src/a.go (content) instead"},
		"a conflict too few": {func(in *Input, _ *then) {
			r := in.Spoken[0].Then[0].Replay
			r.Conflicts = append(r.Conflicts, fact.PastConflict{Path: "go.sum", Kind: "content"})
			entry(in).Conflicts = []fact.Conflict{{Path: "src/a.go"}}
		}, "3 report-conflict low leaves out that the pick fffffffff of bbbbbbbbb conflicted in go.sum (content), too"},
		"a conflict that was none": {func(in *Input, _ *then) {
			entry(in).Conflicts, in.Spoken[0].Then[0].Replay, in.Spoken[0].Then[0].Clean = []fact.Conflict{{Path: "src/a.go"}}, nil, true
		}, "3 report-conflict medium says that bbbbbbbbb conflicted in src/a.go; its pick fffffffff goes through clean"},
		"another way of resolving": {func(in *Input, _ *then) {
			in.Report.Report.Methods = []fact.Method{{Kind: "manual", Commits: []string{hash('b')[:9]}, Line: 4}}
		}, "4 report-conflict low counts bbbbbbbbb among those resolved by hand; src/a.go was resolved to upstream's side"},
		"empty, and clean": {func(in *Input, h *then) {
			notTaken(in)
			entry(in).Reason = "empty commit, no changes to apply"
			h.tried[hash('b')] = &fact.Forecast{Result: fact.ResultClean}
		}, "3 report-status medium calls bbbbbbbbb empty, but it picks clean onto fffffffff and changes 1 file"},
		"empty, and conflicts": {func(in *Input, h *then) {
			notTaken(in)
			entry(in).Reason = "empty commit, no changes to apply"
			h.tried[hash('b')] = &fact.Forecast{Result: fact.ResultConflict, Conflicts: []fact.Conflicted{{Path: "src/a.go", Kind: "content"}}}
		}, "3 report-status medium calls bbbbbbbbb empty, but its pick onto fffffffff conflicts in src/a.go (content)"},
		"empty, truly": {func(in *Input, h *then) {
			notTaken(in)
			entry(in).Reason = "empty commit, no changes to apply"
			h.tried[hash('b')] = &fact.Forecast{Result: fact.ResultEmpty}
		}, ""},
		"the pick's lines":      {func(in *Input, _ *then) { entry(in).Insertions, entry(in).Deletions = 311, 205 }, ""},
		"without lock files":    {func(in *Input, _ *then) { entry(in).Insertions, entry(in).Deletions = 11, 5 }, ""},
		"the original's lines":  {func(in *Input, _ *then) { entry(in).Insertions, entry(in).Deletions = 10, 4 }, ""},
		"insertions alone":      {func(in *Input, _ *then) { entry(in).Insertions = 10 }, ""},
		"rounded":               {func(in *Input, _ *then) { entry(in).Insertions = 310 }, ""},
		"a part that is absent": {func(in *Input, _ *then) { entry(in).Insertions, in.Spoken[0].Upstream.Files[0].Unreadable = 7, true }, ""},
		"other lines": {func(in *Input, _ *then) { entry(in).Insertions, entry(in).Deletions = 311, 9 },
			"4 report-figure medium says 311 insertions and 9 deletions of fffffffff, which has 311 insertions and 205 deletions (its original has 10 insertions and 4 deletions), 11 insertions and 5 deletions without lock files"},
		"another algorithm": {func(in *Input, h *then) {
			entry(in).Insertions, entry(in).Deletions = 251, 155
			h.sizes = map[string][]fact.FileChange{"patience": {{Path: "src/a.go", Insertions: 11, Deletions: 5}, {Path: "go.sum", Insertions: 240, Deletions: 150}}}
		}, "3 report-figure medium 251 insertions and 155 deletions of fffffffff are counted with --diff-algorithm=patience; git's own way counts 311 insertions and 205 deletions, 11 insertions"},
		"files": {func(in *Input, _ *then) { entry(in).Impact = "4 files changed" },
			"3 report-figure medium says that fffffffff changes 4 files; it is 2, 1 without lock files"},
		"the title":           {func(in *Input, _ *then) { entry(in).Subject = "Fix the reciever of all messages" }, ""},
		"a title that is cut": {func(in *Input, _ *then) { entry(in).Subject = "Fix the reciever" }, ""},
		"a description":       {func(in *Input, _ *then) { entry(in).Subject = "All messages arrive" }, ""},
		"a title that is mended": {func(in *Input, _ *then) { entry(in).Subject = "Fix the receiver of all messages" },
			`3 report-name low changes the title of bbbbbbbbb, "Fix the reciever of all messages (#7)", to "Fix the receiver of all messages"`},
		"the title of another": {func(in *Input, _ *then) { entry(in).Subject = "Another title of the range" },
			"3 report-name medium gives bbbbbbbbb the title of ccccccccc"},
		"a copy that is gone": {func(in *Input, _ *then) { entry(in).ForkCommit = "1234567" },
			"3 report-name low names 1234567 as the pick of bbbbbbbbb; that is no commit of this repository, the pick is fffffffff"},
		"a copy elsewhere": {func(in *Input, h *then) { entry(in).ForkCommit, h.finds["1234567"] = "1234567", hash('1') },
			"3 report-name low names 1234567 as the pick of bbbbbbbbb; that is not in the fork's history"},
		"a file that is there": {func(in *Input, h *then) {
			notTaken(in)
			entry(in).Reason, h.paths = "File doesn't exist (src/new/a.go)", []string{"core/src/new/a.go"}
		}, "3 report-name medium says that src/new/a.go does not exist; the fork had it, at fffffffff"},
		"a file that is not": {func(in *Input, _ *then) { notTaken(in); entry(in).Reason = "File doesn't exist (src/new/a.go)" }, ""},
		"what a file lacks": {func(in *Input, h *then) {
			notTaken(in)
			entry(in).Reason, h.paths = "The file handle type does not exist in src/a.go", []string{"src/a.go"}
		}, ""},
		"a file that is not ignored": {func(in *Input, h *then) {
			entry(in).Conflicts, entry(in).Resolution, h.paths = []fact.Conflict{{Path: "src/a.go"}}, "added by force (file is in .gitignore)", []string{"src/a.go"}
		}, "3 report-name low says that src/a.go is in .gitignore; no rule of the fork's is about it, at fffffffff"},
		"a file that is ignored": {func(in *Input, h *then) {
			entry(in).Conflicts, entry(in).Resolution, h.paths = []fact.Conflict{{Path: "src/a.go"}}, "added by force (file is in .gitignore)", []string{"src/a.go"}
			h.ignored = "src/a.go"
		}, ""},
		"the report against itself": {func(in *Input, _ *then) {
			in.Report.Report.Findings = []fact.ReportFinding{{Kind: "listed", Message: "claims 2 commits integrated and lists 1", Lines: []int{4, 9}}}
		}, "4 report-count medium claims 2 commits integrated and lists 1; in the fork then: 1 of the 1 that it names (100 %)"},
		"a wrong hash": {func(in *Input, _ *then) {
			in.Report.Names = []fact.ReportFinding{{Kind: "unknown-name", Message: "abcd is a commit of neither side", Lines: []int{4}}}
		}, "4 report-name medium abcd is a commit of neither side"},
		"conflicts": {func(in *Input, _ *then) { claim(in, "1 conflict", "conflicts", 1) }, ""},
		"too many conflicts": {func(in *Input, _ *then) { claim(in, "3 conflicts", "conflicts", 3) },
			"4 report-count low says 3 conflicts met; when the picks that it lists are replayed 1 of 1 conflict, in 1 file"},
		"insertions in all": {func(in *Input, _ *then) { claim(in, "~300 insertions", "insertions", 300) }, ""},
		"wrong insertions in all": {func(in *Input, _ *then) { claim(in, "350 insertions", "insertions", 355) },
			"4 report-figure low says 355 insertions; the picks that it lists, 1, have 311, 11 without"},
		"a gain by lock files": {func(in *Input, _ *then) { claim(in, "Net change: 106", "lines", 106) },
			"4 report-figure medium the 106 lines are those of lock files and other generated ones: the picks that it lists make +106 lines with them, +6 without"},
		"lines of something else": {func(in *Input, _ *then) { claim(in, "5000 lines", "lines", 5000) }, ""},
	} {
		in, h := round()
		c.change(in, h)
		found, err := Findings(context.Background(), in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%d %s %s %s", f.Line, f.Kind, f.Severity, f.Message))
			if f.Report != "log.md" {
				t.Errorf("%s: a finding of the report %q", name, f.Report)
			}
		}
		switch {
		case c.want == "" && len(got) > 0, c.want != "" && len(got) != 1:
			t.Errorf("%s: found %d\n%s\nand not %q", name, len(got), strings.Join(got, "\n"), c.want)
		case c.want != "" && !strings.HasPrefix(got[0], c.want):
			t.Errorf("%s: found\n%s\nand not\n%s", name, got[0], c.want)
		}
	}
}

// What was said too early and is true since is mended, by the pick.
func TestMended(t *testing.T) {
	in, _ := round()
	s := &in.Spoken[0]
	s.Then, s.Since = nil, s.Then
	found, err := Findings(context.Background(), in)
	if err != nil || len(found) != 1 || found[0].Mended != hash('f') {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestRounds(t *testing.T) {
	for _, c := range []struct {
		stated, actual float64
		want           bool
	}{
		{1400, 1438, true}, {1400, 1350, true}, {1400, 1492, false}, {4000, 4008, true}, {120, 125, true}, {120, 126, false},
		{7, 7, true}, {7, 8, false}, {0, 1, false}, {0, 0, true}, {1.5, 1, false},
	} {
		if got := rounds(c.stated, c.actual); got != c.want {
			t.Errorf("rounds(%v, %v) = %v", c.stated, c.actual, got)
		}
	}
}

func TestSpelt(t *testing.T) {
	if got, want := spelt(1234567), []string{"1234567", "1,234,567", "1 234 567", "1.234.567"}; !slices.Equal(got, want) {
		t.Errorf("spelt = %q", got)
	}
}
