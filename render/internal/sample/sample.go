// Package sample makes answers about an invented fork, for the tests of the
// packages below render.
package sample

import (
	"strings"
	"time"

	"tracker/advise"
	"tracker/internal/fact"
)

// Hash makes a full hash of a few digits.
func Hash(short string) string { return short + strings.Repeat("0", 40-len(short)) }

// Hostile is a subject that tries to leave its place in a table, on a terminal
// and on GitHub.
const Hostile = "a|b `c` <script>alert(1)</script> [x](javascript:y) @octocat\r\n| d |\x1b[31m \u202egnp.exe <!-- tracker:end -->"

const report = "docs/sync-2026-03.md"

// Standing is where the fork stands: ten commits, at least one under each status.
func Standing() *advise.Standing {
	return &advise.Standing{
		Fork:     fact.Ref{Ref: "refs/heads/main", Commit: Hash("4f1c2aa")},
		Upstream: fact.Ref{Ref: "refs/remotes/upstream/main", Commit: Hash("9e07d31")},
		Base:     Hash("1a2b3c4"),
		BaseDate: "2026-03-02T10:00:00+01:00",
		Total:    10,
		Merges:   2,
		Counts: map[fact.Status]int{
			fact.Integrated: 1, fact.Adapted: 1, fact.Partial: 1, fact.Empty: 1,
			fact.Reverted: 1, fact.Skipped: 1, fact.Deferred: 2, fact.Pending: 2,
		},
		Commits: []fact.Account{
			{
				Commit: Hash("f77a0011"), Subject: "Stream large tiles (#231)", Author: "A. Author",
				Date: "2026-05-01T08:00:00Z", PR: 231, Status: fact.Pending, Why: "nobody has decided",
			},
			{
				Commit: Hash("90b1d7c2"), Subject: Hostile, Author: "Mallory \x07",
				Date: "2026-04-30T08:00:00Z", Status: fact.Pending, Why: "planned in " + report + ":50",
				Sources: []fact.Source{{Report: report, Status: "pending", Line: 50}},
			},
			{
				Commit: Hash("d41c09e3"), Subject: "Fix cache key of tiles", Author: "B. Author",
				Date: "2026-04-10T08:00:00Z", PR: 214, Status: fact.Deferred, Reopened: true,
				Why: "deferred in " + report + ":44", Reason: "needs `TileStore`", ReasonKind: fact.Missing, ReasonFrom: report + ":44",
				Ruling:   fact.Ruling{Report: report, Line: 44, When: 1775800000},
				WaitsFor: []string{"TileStore", "`TileCache`"},
				Waits: []fact.Wait{
					{What: "TileStore", Kind: fact.ForSymbol, State: fact.Arrived, By: Hash("c0ffee05"), Date: "2026-05-01T10:00:00Z"},
					{What: "`TileCache`", Kind: fact.ForSymbol, State: fact.Lacking, From: []string{Hash("f77a0011")}},
				},
				Reopenings: []fact.Reopening{{
					Kind: fact.ByArrival, What: "TileStore", By: Hash("c0ffee05"), Date: "2026-05-01T10:00:00Z",
					Text: "c0ffee050 brought TileStore in on 2026-05-01",
				}},
				Sources: []fact.Source{{Report: report, Status: "deferred", Reason: "needs `TileStore`", Line: 44}},
			},
			{
				Commit: Hash("77ab0124"), Subject: "Add `TileStore` (#201)", Author: "A. Author",
				Date: "2026-04-09T23:30:00-02:00", PR: 201, Status: fact.Integrated, ForkCommits: []string{Hash("c0ffee05")},
				Why: "the very same patch; same author and date",
			},
			{
				Commit: Hash("8e12f0b5"), Subject: "Draw tiles off the main thread (#207)", Author: "A. Author",
				Date: "2026-04-03T08:00:00Z", PR: 207, Status: fact.Partial, ForkCommits: []string{Hash("c09d7e16")},
				Why: "same author and date; 83 % of its lines; title changed", Left: []string{"render/tiles.go"},
				Sources: []fact.Source{{Report: report, Status: "integrated", Line: 38, Disagrees: "render/tiles.go was left out"}},
			},
			{
				Commit: Hash("5d1e0c47"), Subject: "Limit parallel fetches", Author: "C. Author",
				Date: "2026-04-02T08:00:00Z", Status: fact.Adapted, ForkCommits: []string{Hash("abcde018"), Hash("abcde029")},
				Why: "same title; 71 % of its lines; in 2 fork commits", Reason: "kept our limiter, see 8e12f0b5 and #207, not #1",
			},
			{
				Commit: Hash("0aa9e218"), Subject: "Remove debug print", Author: "C. Author",
				Date: "2026-04-01T08:00:00Z", Status: fact.Empty, Why: "nothing of it is left to apply",
			},
			{
				Commit: Hash("33333339"), Subject: "Try another allocator", Author: "C. Author",
				Date: "2026-03-20T08:00:00Z", Status: fact.Reverted, ForkCommits: []string{Hash("4444444a")},
				Why: "4444444a was reverted by 5555555b",
			},
			{
				Commit: Hash("6666666c"), Subject: "Drop Windows support", Author: "C. Author",
				Date: "2026-03-10T08:00:00Z", Status: fact.Skipped, Reason: "we ship for Windows", Why: "decided by M. (mark 3)",
				Sources: []fact.Source{{Mark: 3, Status: "skipped", Reason: "we ship for Windows"}},
			},
			{
				Commit: Hash("7777777d"), Subject: "Embed fonts (#199)", Author: "D. Author",
				Date: "2026-03-09T08:00:00Z", PR: 199, Status: fact.Deferred,
				Reason: "Requires `FontLoader` | not present", WaitsFor: []string{"`FontLoader`", "fonts/load.go", "a decision on licences"},
				Why:     "deferred in " + report + ":40",
				Sources: []fact.Source{{Report: report, Status: "deferred", Reason: "Requires `FontLoader` | not present", Line: 40}},
			},
		},
	}
}

// Findings are what the audit found of the fork's picks, one of each sort: standing,
// of no fork commit, of a report, mended and accepted.
func Findings() []advise.Finding {
	return []advise.Finding{
		{
			Kind: fact.FindLostForkLines, Severity: fact.High, Fork: Hash("c09d7e16"), Upstream: Hash("8e12f0b5"), Subject: "Draw tiles in a thread",
			Path: "render/loop.go", Lines: 5, Message: "the pick takes away 5 lines of the fork's own work (5d1e0c470), such as \"limit := 4 | 1\"",
			Evidence: []advise.FindingEvidence{
				{Commit: Hash("c09d7e15"), Path: "render/loop.go", Line: 12, Text: "limit := 4 | 1 " + Hostile}, {Commit: Hash("5d1e0c47")},
			},
		},
		{
			Kind: fact.FindPartialPick, Severity: fact.Medium, Upstream: Hash("7777777d"), Subject: "Embed fonts (#199)", Path: "fonts/load.go",
			Message: "it is deferred as a whole, and what it changes in fonts/load.go would apply", Evidence: []advise.FindingEvidence{},
		},
		{
			Kind: fact.FindReportCount, Severity: fact.Low, Report: report, Line: 31, Message: "says 12 of 15, and lists 11", Evidence: []advise.FindingEvidence{},
		},
		{
			Kind: fact.FindOrder, Severity: fact.High, Fork: Hash("c0ffee05"), Upstream: Hash("77ab0124"), Subject: "Add `TileStore`", Path: Hostile,
			Message: "the pick puts back what a newer one had replaced", Evidence: []advise.FindingEvidence{}, MendedBy: Hash("abcde018"),
		},
		{
			Kind: fact.FindBulk, Severity: fact.Medium, Fork: Hash("abcde029"), Subject: "Build", Path: "target/debug/x.o",
			Message: "the commit puts 1 file of build output into the history", Evidence: []advise.FindingEvidence{}, AcceptedBy: 7, Accepted: "kept " + Hostile,
		},
	}
}

// Integration is all that UPSTREAM_INTEGRATION.md tells of the fork.
func Integration() *advise.Integration {
	return &advise.Integration{
		Standing:    *Standing(),
		Findings:    Findings(),
		UpstreamURL: "https://github.com/origin/tiles",
		ForkURL:     "https://github.com/fork/tiles",
		Rounds: []advise.Round{
			{
				ID: "notes/first round.md", Title: "First round #", Date: "2026-03-12", Commits: 3,
				Words: map[fact.Word]int{fact.WordSkipped: 1, fact.WordIntegrated: 2},
			},
			{
				ID: report, InFork: true, Title: "Sync of March | second", Date: "2026-04-12", Commits: 4,
				Words: map[fact.Word]int{fact.WordIntegrated: 1, fact.WordDeferred: 2, fact.WordPending: 1},
				Findings: []fact.ReportFinding{
					{Kind: "count", Message: "says 12 of 15 commits were integrated, and lists 11", Lines: []int{31, 33}},
				},
				Disagreements: []advise.Disagreement{
					{Report: report, Line: 38, Commit: Hash("8e12f0b5"), Says: "integrated", Message: "render/tiles.go was left out"},
				},
			},
		},
		Decisions: []fact.Decision{
			{ID: 3, Commit: Hash("6666666c"), Status: fact.Skipped, Reason: "we ship for Windows", By: "M. Maintainer", At: 1773100800},
			{ID: 4, Path: "docs/**", Status: fact.Skipped, Reason: "our own documentation", At: 1773187200},
			{ID: 7, Path: "target/**", Accept: fact.FindBulk, Reason: "kept", By: "M. Maintainer", At: 1773187300},
			{ID: 8, Commit: Hash("c09d7e16"), Accept: fact.FindOrder, Reason: "newer is worse", At: 1773187300},
			{ID: 5, Commit: Hash("5d1e0c47"), Not: Hash("abcde03a"), By: "M. Maintainer", At: 1773187200},
		},
		Conflicts: []advise.ConflictMet{
			{
				Path: "render/loop.go", Detail: "the frame limiter", Commit: Hash("8e12f0b5"), Subject: "Draw tiles off the main thread (#207)",
				ForkCommit: Hash("c09d7e16"), Resolution: "kept ours, then their `argument`", Report: report, Line: 39,
			},
			{
				Path: "Cargo.lock", Commit: Hash("5d1e0c47"), Subject: "Limit parallel fetches",
				Resolution: "accepted theirs", Report: "notes/first round.md", Line: 12,
			},
		},
		Lessons: []advise.LessonFrom{
			{Text: "`Cargo.lock` conflicts: always accept theirs", Report: report, Line: 60},
			{Text: "# not a heading\n- nor a list", Report: "notes/first round.md", Line: 9},
		},
		Questions: []advise.Question{
			{
				Kind: "reopened", Commit: Hash("d41c09e3"), Subject: "Fix cache key of tiles",
				Text: "it waited for TileStore, which 77ab0124 brought in", Source: report + ":44",
			},
			{
				Kind: "disagreement", Commit: Hash("8e12f0b5"), Subject: "Draw tiles off the main thread (#207)",
				Text: "the report says integrated; git shows that render/tiles.go was left out", Source: report + ":38",
			},
		},
	}
}

// Story is what is known of the partial pick.
func Story() *advise.CommitStory {
	s := Standing()
	partial := s.Commits[4]
	when := time.Date(2026, 4, 3, 8, 0, 0, 0, time.UTC)
	return &advise.CommitStory{
		Kind: "commit",
		Side: "upstream",
		Commit: fact.Commit{
			Hash: partial.Commit, Author: fact.Person{Name: "A. Author", Email: "a@example.org"}, AuthorDate: when,
			Committer: fact.Person{Name: "A. Author"}, CommitDate: when.AddDate(0, 0, 1), Subject: partial.Subject, PR: 207,
			Files: []fact.FileChange{
				{Path: "render/loop.go", Status: "M", Insertions: 12, Deletions: 3},
				{Path: "render/tiles.go", Status: "A", Insertions: 41},
				{Path: "img/\x1b]0;x\x07.png", Status: "A", Binary: true},
				{Path: "gen/table.go", OldPath: "table.go", Status: "R", Generated: true, Insertions: 1, Deletions: 1},
			},
		},
		Account: &partial,
		Picks: []advise.Pick{{
			Link:  fact.Link{Fork: Hash("c09d7e16"), Upstream: partial.Commit, Left: partial.Left},
			Other: Hash("c09d7e16"), Subject: "Draw tiles in a thread", Author: "A. Author",
			Date: "2026-04-09T08:00:00Z", Why: partial.Why,
		}},
		Statements: []advise.StatementIn{
			{
				Report: report, Title: "Sync of March", Date: "2026-04-12", Disagrees: "render/tiles.go was left out",
				Entry: fact.ReportCommit{
					Status: fact.WordIntegrated, Line: 38, Resolution: "kept the fork's frame limiter, then added their new argument to the call below it",
					Conflicts: []fact.Conflict{{Path: "render/loop.go", Detail: "the frame limiter"}},
				},
			},
			{Report: "notes/first round.md", Entry: fact.ReportCommit{Status: fact.WordDeferred, Line: 7, Reason: "too large for this round"}},
		},
		Decisions:  []fact.Decision{{ID: 7, Commit: partial.Commit, Status: fact.Partial, Reason: "tiles come later", By: "M.", At: 1775000000}},
		RevertedBy: []string{Hash("12345670")},
		Defines:    []string{"TileThread", "drawTile"},
		Unreadable: []string{Hash("b10b")},
		As:         advise.AsOf{Fork: s.Fork, Upstream: s.Upstream},
	}
}

// Report is the second round's report.
func Report() *fact.StoredReport {
	hash, other := "8e12f0b5", "5d1e0c47"
	return &fact.StoredReport{
		ID: report, Source: "fork", When: 1775952000,
		Report: fact.Report{
			Title: "Sync of March", Date: "2026-04-12",
			Commits: []fact.ReportCommit{
				{
					Hash: &hash, Status: fact.WordIntegrated, ForkCommit: "c09d7e16", Subject: "Draw tiles off the main thread", PR: 207, Line: 38,
					Conflicts: []fact.Conflict{{Path: "render/loop.go", Detail: "the frame limiter"}}, Resolution: "kept ours",
					Impact: "frees the main thread", Insertions: 53, Deletions: 4,
				},
				{Hash: &other, Status: fact.WordIntegrated, Line: 39, Clean: true, Subject: Hostile},
				{Status: fact.WordSkipped, PR: 199, Subject: "Embed fonts", Reason: "Requires `FontLoader`", Missing: []string{"FontLoader"}, Recommendation: "with the next release", Line: 40},
			},
			Claims:    []fact.Claim{{Text: "integrated 12/15 commits", Kind: "integrated", Value: 12, Total: 15, Line: 31}},
			Lessons:   []fact.Note{{Text: "Cargo.lock: always theirs", Heading: "Lessons", Line: 60}},
			Checklist: []fact.ChecklistItem{{Text: "cargo check", State: "done", Line: 70}, {Text: "cargo test", State: "pending", Line: 71}},
			Steps:     []fact.Note{{Text: "Pick the fonts", Line: 80}},
			Methods:   []fact.Method{{Text: "Accept upstream", Kind: "theirs", Count: 1, Commits: []string{"5d1e0c47"}, Line: 55}},
			Findings:  []fact.ReportFinding{{Kind: "count", Message: "says 12 commits were integrated, and lists 2", Lines: []int{31, 38}}},
		},
	}
}
