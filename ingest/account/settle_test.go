package account

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/internal/fact"
	_ "tracker/internal/seeded"
)

const (
	up1, up2 = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	own1     = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	own2     = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func input() Input {
	commits := map[string]*fact.Commit{}
	for _, h := range []string{up1, up2, own1, own2} {
		commits[h] = &fact.Commit{Hash: h, Subject: "subject of " + h[:2], Files: []fact.FileChange{{Path: "src/a.go"}}}
	}
	return Input{
		View:      &fact.View{Range: []string{up1}},
		Commit:    func(h string) *fact.Commit { return commits[h] },
		Testimony: map[string][]Testimony{},
		Present:   func(string) float64 { return -1 },
	}
}

func says(report string, when int64, w fact.Word, reason string) Testimony {
	return Testimony{Report: report, When: when, Entry: fact.ReportCommit{
		Status: w, Reason: reason, Line: 7, Statements: []fact.Statement{{Status: w, Line: 7}},
	}}
}

func only(t *testing.T, in Input) fact.Account {
	t.Helper()
	accounts := Settle(in)
	at := slices.IndexFunc(accounts, func(a fact.Account) bool { return a.Commit == up1 })
	if len(accounts) != len(in.View.Range) || at < 0 {
		t.Fatalf("%d accounts of %d", len(accounts), len(in.View.Range))
	}
	return accounts[at]
}

func TestStatus(t *testing.T) {
	pick := fact.Link{Fork: own1, Upstream: up1, Score: 1, Same: true, Why: "the very same patch"}
	differs := fact.Link{Fork: own1, Upstream: up1, Score: 1, Lines: 0.8}
	lacking := fact.Link{Fork: own2, Upstream: up1, Score: 1, Lines: 0.5, Left: []string{"b.go", "c.go"}}
	tests := []struct {
		name   string
		change func(*Input)
		want   fact.Status
		why    string
	}{
		{"nothing known", func(*Input) {}, fact.Pending, "nobody has decided"},
		{"same patch", func(in *Input) { in.Links = []fact.Link{pick} }, fact.Integrated, "the very same patch"},
		{"another patch", func(in *Input) { in.Links = []fact.Link{differs} }, fact.Adapted, ""},
		{"files left out", func(in *Input) { in.Links = []fact.Link{lacking} }, fact.Partial, "left out: b.go, c.go"},
		{"two commits carry it together", func(in *Input) { in.Links = []fact.Link{lacking, differs} }, fact.Adapted, "in 2 fork commits"},
		{"picked and reverted", func(in *Input) {
			in.Links, in.RevertedFork = []fact.Link{pick}, map[string]string{own1: own2}
		}, fact.Reverted, "was reverted by bbbbbbbbb"},
		{"reverted and picked again", func(in *Input) {
			again := pick
			again.Fork = own2
			in.Links, in.RevertedFork = []fact.Link{pick, again}, map[string]string{own1: "cccc"}
		}, fact.Integrated, ""},
		{"reverted upstream, never taken", func(in *Input) { in.RevertedUp = map[string]string{up1: up2} }, fact.Reverted, "never taken"},
		{"reverted upstream, but taken", func(in *Input) {
			in.Links, in.RevertedUp = []fact.Link{pick}, map[string]string{up1: up2}
		}, fact.Integrated, ""},
		{"takes back what was never taken", func(in *Input) { in.Takes = map[string][]string{up1: {up2}} }, fact.Empty, "does not have"},
		{"takes back what was taken", func(in *Input) {
			in.View.Range = []string{up2, up1}
			in.Takes = map[string][]string{up1: {own2, up2}}
			in.Links = []fact.Link{{Fork: own1, Upstream: up2, Why: "a pick"}}
		}, fact.Pending, ""},
		{"report skips", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("r.md", 1, fact.WordSkipped, "needs TileStore")}
		}, fact.Skipped, "skipped in r.md:7"},
		{"later report beats earlier", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordSkipped, ""), says("b.md", 2, fact.WordDeferred, "")}
		}, fact.Deferred, "deferred in b.md:7"},
		{"a later plan decides nothing", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordSkipped, ""), says("b.md", 2, fact.WordPending, "")}
		}, fact.Skipped, ""},
		{"only planned", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordPending, "")}
		}, fact.Pending, "planned in a.md:7"},
		{"git beats a report", func(in *Input) {
			in.Links = []fact.Link{pick}
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordSkipped, "")}
		}, fact.Integrated, ""},
		{"a report's word, refuted", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordIntegrated, "")}
			in.Present = func(string) float64 { return 0.1 }
		}, fact.Pending, "git shows no pick"},
		{"a report's word, its lines found", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordIntegrated, "")}
			in.Present = func(string) float64 { return 0.9 }
		}, fact.Adapted, "90 % of its lines"},
		{"a report names the fork's own commit", func(in *Input) {
			said := says("a.md", 1, fact.WordIntegrated, "")
			said.Own = []string{own1}
			in.Testimony[up1] = []Testimony{said}
		}, fact.Adapted, "which names aaaaaaaaa"},
		{"a report names a commit that shares nothing with it", func(in *Input) {
			said := says("a.md", 1, fact.WordIntegrated, "")
			said.Refuted = "names aaaaaaaaa, which shares no file with it"
			in.Testimony[up1] = []Testimony{said}
		}, fact.Pending, "but names aaaaaaaaa, which shares no file with it"},
		{"such a one, yet its lines are there", func(in *Input) {
			said := says("a.md", 1, fact.WordIntegrated, "")
			said.Refuted = "names aaaaaaaaa, which shares no file with it"
			in.Testimony[up1] = []Testimony{said}
			in.Present = func(string) float64 { return 0.9 }
		}, fact.Adapted, "90 % of its lines"},
		{"refuted word does not undo a skip", func(in *Input) {
			in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordSkipped, ""), says("b.md", 2, fact.WordIntegrated, "")}
		}, fact.Skipped, ""},
		{"a decision beats git", func(in *Input) {
			in.Links = []fact.Link{pick}
			in.Decisions = []fact.Decision{{ID: 3, Commit: up1, Status: fact.Deferred, Reason: "wait"}}
		}, fact.Deferred, "mark 3"},
		{"an undone decision does not", func(in *Input) {
			in.Links = []fact.Link{pick}
			in.Decisions = []fact.Decision{{ID: 3, Commit: up1, Status: fact.Deferred, Undone: 9}}
		}, fact.Integrated, ""},
		{"by path", func(in *Input) {
			in.Decisions = []fact.Decision{{ID: 1, Path: "src/", Status: fact.Skipped, Reason: "not ours"}}
		}, fact.Skipped, "mark 1"},
		{"by pattern, but git has it", func(in *Input) {
			in.Links = []fact.Link{lacking}
			in.Decisions = []fact.Decision{{ID: 1, Path: "src/", Status: fact.Skipped, Reason: "not ours"}, {ID: 2, Subject: "^subject", Status: fact.Deferred}}
		}, fact.Partial, "left out: b.go, c.go"},
		{"by pattern, but nothing of it is left", func(in *Input) {
			in.Takes = map[string][]string{up1: {up2}}
			in.Decisions = []fact.Decision{{ID: 1, Path: "src/", Status: fact.Skipped}}
		}, fact.Empty, "does not have"},
		{"by pattern, picked and taken back", func(in *Input) {
			in.Links, in.RevertedFork = []fact.Link{pick}, map[string]string{own1: own2}
			in.Decisions = []fact.Decision{{ID: 1, Path: "src/", Status: fact.Skipped}}
		}, fact.Skipped, "mark 1"},
		{"by name beats a later one by path", func(in *Input) {
			in.Decisions = []fact.Decision{{ID: 1, Commit: up1, Status: fact.Deferred}, {ID: 2, Path: "src/", Status: fact.Skipped}}
		}, fact.Deferred, "mark 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := input()
			tt.change(&in)
			a := only(t, in)
			if a.Status != tt.want || !strings.Contains(a.Why, tt.why) {
				t.Errorf("got %s (%s), want %s (… %s …)", a.Status, a.Why, tt.want, tt.why)
			}
		})
	}
}

func TestDisagreement(t *testing.T) {
	in := input()
	in.Links = []fact.Link{{Fork: own1, Upstream: up1, Same: true}}
	in.Testimony[up1] = []Testimony{says("a.md", 1<<40, fact.WordSkipped, "")}
	a := only(t, in)
	if len(a.Sources) != 1 || a.Sources[0].Disagrees != "it was in by then, as aaaaaaaaa" {
		t.Errorf("sources %+v", a.Sources)
	}

	in = input()
	in.Testimony[up1] = []Testimony{says("a.md", 1, fact.WordIntegrated, "")}
	if a := only(t, in); a.Sources[0].Disagrees == "" {
		t.Errorf("a claim without a pick is not contradicted: %+v", a.Sources)
	}
	in.Testimony[up1][0].Refuted = "names bbbbbbbbb, which shares no file with it"
	for _, links := range [][]fact.Link{nil, {{Fork: own1, Upstream: up1, Same: true}}} {
		in.Links = links
		if a := only(t, in); a.Sources[0].Disagrees != "names bbbbbbbbb, which shares no file with it" {
			t.Errorf("with %d links: %+v", len(links), a.Sources)
		}
	}

	// What a pattern says of a commit that the fork has is kept, and decides nothing.
	in.Decisions = []fact.Decision{{ID: 4, Path: "src/", Status: fact.Skipped, Reason: "not ours"}}
	if a := only(t, in); a.Status != fact.Integrated || a.Ruling.Mark != 0 || a.Sources[1].Mark != 4 {
		t.Errorf("%+v", a)
	}
}

func TestReasonTells(t *testing.T) {
	in := input()
	in.Testimony[up1] = []Testimony{
		says("a.md", 1, fact.WordSkipped, "Requires `EmbeddingLoader` infrastructure"),
		says("b.md", 2, fact.WordDeferred, "from Phase 3A"),
	}
	in.Testimony[up1][0].Entry.Missing = []string{"EmbeddingLoaderType"}
	a := only(t, in)
	if a.Status != fact.Deferred || a.Reason != "Requires `EmbeddingLoader` infrastructure" || !slices.Equal(a.WaitsFor, []string{"EmbeddingLoaderType"}) {
		t.Errorf("%s, reason %q, waits for %q", a.Status, a.Reason, a.WaitsFor)
	}
}

func TestMatchPath(t *testing.T) {
	for _, tt := range []struct {
		glob, path string
		want       bool
	}{
		{"metal/**", "metal/a/b.metal", true},
		{"metal/**", "src/metal/b.metal", false},
		{"**/metal/**", "src/metal/b.metal", true},
		{"**/metal/**", "metal/b.metal", true},
		{"metal/", "metal/a/b", true},
		{"metal/", "metallic/a", false},
		{"*.metal", "src/k/a.metal", true},
		{"src/*.go", "src/a/b.go", false},
		{"src/**/*.go", "src/b.go", true},
		{"src/[", "src/[", false},
	} {
		if got := MatchPath(tt.glob, tt.path); got != tt.want {
			t.Errorf("MatchPath(%q, %q) = %v", tt.glob, tt.path, got)
		}
	}
}

// Whatever links, reports and decisions say, each commit of the range gets
// exactly one known status and keeps every voice on it.
func TestEveryCommitIsAccountedFor(t *testing.T) {
	words := []fact.Word{fact.WordIntegrated, fact.WordSkipped, fact.WordDeferred, fact.WordPending, fact.WordConflict, fact.WordUnknown}
	rapid.Check(t, func(t *rapid.T) {
		in := input()
		in.View.Range = []string{up1, up2}
		voices := map[string]int{}
		for _, h := range in.View.Range {
			for i := range rapid.IntRange(0, 4).Draw(t, "reports") {
				in.Testimony[h] = append(in.Testimony[h], says(string(rune('a'+i)), rapid.Int64Range(0, 3).Draw(t, "when"), rapid.SampledFrom(words).Draw(t, "word"), ""))
				voices[h]++
			}
			if rapid.Bool().Draw(t, "link") {
				in.Links = append(in.Links, fact.Link{Fork: own1, Upstream: h, Same: rapid.Bool().Draw(t, "same"), Why: "some evidence"})
			}
			if rapid.Bool().Draw(t, "mark") {
				in.Decisions = append(in.Decisions, fact.Decision{ID: len(in.Decisions) + 1, Commit: h, Status: rapid.SampledFrom(fact.Statuses).Draw(t, "status")})
				voices[h]++
			}
		}
		accounts := Settle(in)
		if len(accounts) != 2 || accounts[0].Commit != up1 || accounts[1].Commit != up2 {
			t.Fatalf("accounts %+v", accounts)
		}
		for _, a := range accounts {
			if !slices.Contains(fact.Statuses, a.Status) || a.Why == "" {
				t.Fatalf("status %q, why %q", a.Status, a.Why)
			}
			if len(a.Sources) != voices[a.Commit] {
				t.Fatalf("%d sources, want %d", len(a.Sources), voices[a.Commit])
			}
		}
	})
}

// A mark's expression is asked of every commit: it is compiled once.
func TestPatternsAreCompiledOnce(t *testing.T) {
	c := &fact.Commit{Subject: "Docs: how to begin"}
	for pattern, want := range map[string]bool{"^docs?: .*(begin|start)$": true, "^ci: ": false, "(": false} {
		d := &fact.Decision{Subject: pattern}
		if got := Covers(d, c); got != want {
			t.Errorf("%q covers it: %v", pattern, got)
		}
		if n := testing.AllocsPerRun(100, func() { Covers(d, c) }); n > 4 {
			t.Errorf("%q allocates %v times a commit", pattern, n)
		}
	}
}
