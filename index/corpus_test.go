package index

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/db"
	"tracker/internal/fact"
)

// The corpus is a small fork: upstream brings a feature, things that need it,
// and fixes that do not; a report tells of one round.

const forkRef = "refs/heads/fork"

var at = time.Date(2025, 11, 2, 12, 0, 0, 0, time.FixedZone("", -5*3600))

// hash makes a full object name out of the digits that matter.
func hash(digits string) string { return digits + strings.Repeat("0", 40-len(digits)) }

func corpusCommits() ([]fact.Commit, []fact.Patch) {
	type row struct {
		digits, subject, body string
		pr                    int
		paths                 []string
		defines, adds         []string
	}
	rows := []row{
		{"a3d3d473f", "Support embedding models: EmbeddingGemma (#1684)", "* Add most of the loader\n\n* Wire it up a bit", 1684,
			[]string{"mistralrs-core/src/pipeline/embedding.rs", "mistralrs-core/src/embedding_models/inputs_processor.rs"},
			[]string{"EmbeddingLoader", "EmbeddingLoaderBuilder", "EmbeddingLoaderType", "EmbeddingSpecificConfig"},
			append(manyNames(300), "EmbeddingLoader", "EmbeddingLoaderBuilder", "EmbeddingLoaderType", "EmbeddingSpecificConfig")},
		{"b0326ff7a", "Fix auto loader confusion (#1707)", "", 1707,
			[]string{"mistralrs-core/src/pipeline/auto.rs"}, nil, []string{"detect_loader"}},
		{"2b7dd90d4", "Fix embedding inputs processor in search + flash attn case (#1705)", "See also #1684.", 1705,
			[]string{"mistralrs-core/src/embedding_models/inputs_processor.rs"}, nil, []string{"flash_attn_case"}},
		{"77aa01234", "Use the embedding loader in the server", "The loader\nis built once.\n\nFixes: a3d3d473f", 0,
			[]string{"mistralrs-server/src/main.rs"}, nil, []string{"EmbeddingLoaderBuilder"}},
		{"0410d162c", "Fix cpu flash attn mask case (#1672)", "", 1672,
			[]string{"mistralrs-core/src/attention.rs"}, []string{"MaskInfo"}, []string{"MaskInfo", "clamp_index", "mask_offset"}},
		{"a92deee82", "Handle cpu dtype requirements for conv (#1650)", "Refactor of the vision models.", 1650,
			[]string{"Cargo.lock", "mistralrs-vision/src/conv.rs"}, nil, []string{"conv2d"}},
		{"b9974565b", "Patch clippy", "", 0, []string{"mistralrs-core/src/lib.rs"}, nil, nil},
		{"242c6b703", "Patch clippy", "", 0, []string{"mistralrs-quant/src/lib.rs"}, nil, nil},
	}
	var commits []fact.Commit
	var patches []fact.Patch
	for i, r := range rows {
		when := at.AddDate(0, 0, i)
		c := fact.Commit{
			Hash: hash(r.digits), Subject: r.subject, Body: r.body, PR: r.pr,
			Author: fact.Person{Name: "Eric Buehler", Email: "eric@example.org"}, AuthorDate: when,
			Committer: fact.Person{Name: "GitHub", Email: "noreply@example.org"}, CommitDate: when,
		}
		for _, p := range r.paths {
			c.Files = append(c.Files, fact.FileChange{Path: p, Status: "M"})
		}
		commits = append(commits, c)
		patches = append(patches, fact.Patch{Hash: c.Hash, Defines: r.defines, Adds: r.adds})
	}
	return commits, patches
}

func manyNames(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("helper%d", i))
	}
	return list
}

const reportID = "docs/phase2.md"

const reportText = `# Phase 2: Upstream Integration

## Integrated

### 1. 0410d162c - Fix cpu flash attn mask case (#1672)

- **Hash in our branch**: ` + "`938a17866`" + `
- **Conflict**: Trait visibility

## Skipped Commits (Feature Dependencies)

### 1. b0326ff7a - Fix auto loader confusion (#1707)

- **Reason**: Requires ` + "`EmbeddingLoader`" + ` infrastructure not present in current branch
- **Missing Dependencies**:
  - ` + "`EmbeddingLoaderBuilder`" + ` (not in the pipeline)

## Compilation

` + "```bash\n# cargo check\n```" + `
`

func corpusReport() fact.StoredReport {
	return fact.StoredReport{
		ID: reportID, Source: "fork", When: at.AddDate(0, 1, 0).Unix(), Text: reportText,
		Report: fact.Report{
			Title:   "Phase 2: Upstream Integration",
			Lessons: []fact.Note{{Text: "Regenerate Cargo.lock instead of merging it", Heading: "Lessons", Line: 30}},
		},
	}
}

func corpusAccounts() []fact.Account {
	var list []fact.Account
	commits, _ := corpusCommits()
	for _, c := range commits {
		a := fact.Account{Commit: c.Hash, Subject: c.Subject, Status: fact.Pending}
		switch fact.Short(c.Hash) {
		case "b0326ff7a":
			a.Status = fact.Skipped
			a.Reason = "Requires `EmbeddingLoader` infrastructure not present in current branch"
			a.WaitsFor = []string{"EmbeddingLoaderBuilder"}
			a.Sources = []fact.Source{{Report: reportID, Status: "skipped", Reason: a.Reason, Line: 13}}
		case "0410d162c":
			a.Status = fact.Adapted
			a.ForkCommits = []string{hash("938a17866")}
		}
		list = append(list, a)
	}
	return list
}

func corpusView() fact.View {
	commits, _ := corpusCommits()
	v := fact.View{Fork: fact.Ref{Ref: forkRef, Commit: hash("f0")}, Own: []string{hash("938a17866")}}
	for _, c := range commits {
		v.Range = append(v.Range, c.Hash)
	}
	return v
}

func fillCorpus(tx *db.Tx) error {
	commits, patches := corpusCommits()
	commits = append(commits,
		fact.Commit{Hash: hash("938a17866"), Subject: "Fix cpu flash attn mask case", CommitDate: at.AddDate(0, 1, 0)},
		fact.Commit{Hash: hash("dead00123"), Subject: "EmbeddingLoader in no view", CommitDate: at})
	for i := range commits {
		if err := tx.PutCommit(&commits[i]); err != nil {
			return err
		}
	}
	for i := range patches {
		if err := tx.PutPatch(&patches[i]); err != nil {
			return err
		}
	}
	r, v := corpusReport(), corpusView()
	if err := tx.PutReport(&r); err != nil {
		return err
	}
	if err := tx.PutView(&v); err != nil {
		return err
	}
	if err := tx.ReplaceAccounts(forkRef, corpusAccounts()); err != nil {
		return err
	}
	links := []fact.Link{{Fork: hash("938a17866"), Upstream: hash("0410d162c"), Score: 1}}
	if err := tx.ReplaceLinks(forkRef, links); err != nil {
		return err
	}
	d := fact.Decision{Commit: hash("2b7dd90d4"), Status: fact.Deferred, Reason: "until the vision work is done", At: at.Unix(), By: "Max"}
	if err := tx.PutDecision(&d); err != nil {
		return err
	}
	return tx.Finish(at)
}

// corpus returns a store that holds the corpus, and its index.
func corpus(t testing.TB) (*db.Store, *Index) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tracker")
	store := db.At(dir)
	change(t, store, fillCorpus)
	x := At(dir)
	if stats := catchUp(t, x, store); stats.Rebuilt != Missing {
		t.Fatalf("first catch-up: %+v", stats)
	}
	return store, x
}

// current is the folder of the index that counts.
func current(t testing.TB, x *Index) string {
	t.Helper()
	path, err := x.current()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func change(t testing.TB, store *db.Store, fn func(*db.Tx) error) {
	t.Helper()
	if err := store.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func catchUp(t testing.TB, x *Index, store *db.Store) Stats {
	t.Helper()
	stats, err := x.CatchUp(context.Background(), store, nil)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(x.Path())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 { // the index, and the file that names it
		t.Errorf("left behind: %v", entries)
	}
	return stats
}

func find(t testing.TB, x *Index, q string) *Result {
	t.Helper()
	r, err := x.Search(context.Background(), q, Options{Now: at.AddDate(0, 2, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// brief words a hit as the tests compare them.
func brief(h Hit) string {
	id := h.ID
	if h.Kind == "commit" {
		id = fact.Short(id)
	}
	return h.Kind + " " + id
}
