package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// Reports of the fork, as paths in it.
const (
	FirstReport  = "docs/sync-2026-01.md"
	SecondReport = "SYNC_LOG.md"
)

// Build makes upstream and its fork in two folders of dir, which is created,
// and returns the fork's.
func Build(ctx context.Context, dir string) (fork string, err error) {
	up, fork := filepath.Join(dir, "upstream"), filepath.Join(dir, "fork")
	if err := gittest.Build(ctx, up, func(r *gittest.Repo) { buildUpstream(r) }); err != nil {
		return "", fmt.Errorf("build the demo: %w", err)
	}
	if err := gittest.Build(ctx, fork, func(r *gittest.Repo) { buildFork(r, up) }); err != nil {
		return "", fmt.Errorf("build the demo: %w", err)
	}
	return fork, nil
}

// buildFork writes upstream's history and, from its first commit on, the
// fork's on branch main.
func buildFork(r *gittest.Repo, upstreamDir string) {
	r.Orphan("theirs")
	u := buildUpstream(r)
	r.Branch("main", u.base)

	// The fork's own work.
	r.Commit(gittest.Files{
		"fetch.go": edit(edit(fetchBase, "get(http.DefaultClient, address)", "get(limited, address)"),
			"const retries = 1\n", "const retries = 1\n\n// limited opens at most four connections: our server allows no more.\nvar limited = &http.Client{Transport: atMost(4)}\n"),
	}, "Open at most four connections")
	guard := r.Commit(gittest.Files{
		"view.go": edit(viewBase, "\tvar out []Place\n", "\tif v.Width*v.Height == 0 {\n\t\treturn []Place{}\n\t}\n\tvar out []Place\n"),
	}, "Guard against empty views")

	// The first round.
	bounds := r.CherryPick(u.bounds)
	style := r.CherryPick(u.style, gittest.Message("Survive an empty style sheet\n\nWe hit this with our own themes."))
	retries := r.CherryPick(u.retries, gittest.Resolve(gittest.Files{
		"fetch.go": "package atlas\n\nimport \"net/http\"\n\nconst retries = 3\n\n// limited opens at most four connections: our server allows no more.\nvar limited = &http.Client{Transport: atMost(4)}\n\n// fetch gets the bytes behind an address.\nfunc fetch(address string) ([]byte, error) {\n\tfor i := 0; i <= retries; i++ {\n\t\tdata, err := get(limited, address, i)\n\t\tif err == nil || !temporary(err) {\n\t\t\treturn data, err\n\t\t}\n\t\tpause(i)\n\t}\n\treturn nil, errGone\n}\n",
	}))
	preload := r.CherryPick(u.preload)
	s := fact.Short
	r.Commit(gittest.Files{FirstReport: fmt.Sprintf(firstReport,
		s(u.bounds), s(bounds), s(u.style), s(style), s(u.retries), s(retries), s(u.preload), s(preload),
		s(u.store), s(u.stream))}, "docs: what the January sync brought")

	// The second round.
	r.Revert(preload)
	r.CherryPick(u.empty)
	r.Commit(gittest.Files{SecondReport: fmt.Sprintf(secondReport,
		s(u.preload), s(u.empty), s(u.zero), s(guard), s(u.evict), s(u.scale))}, "docs: log of the February sync")

	r.Git("remote", "add", "upstream", upstreamDir)
	r.SetRef("refs/remotes/upstream/main", strings.TrimSpace(r.Git("rev-parse", "refs/heads/theirs")))
	r.Git("update-ref", "-d", "refs/heads/theirs")
}

// firstReport claims more than it lists.
const firstReport = `# Upstream sync, January

**Date**: 2026-01-06

Integrated 5/7 commits. **Total conflicts**: 1

## Integrated

### 1. ✅ %s - Include the last row and column of tiles (#101)

- **Hash in our branch**: %s
- **Conflict**: none

### 2. ✅ %s - Do not crash on an empty style sheet (#102)

- **Hash in our branch**: %s
- **Conflict**: none

### 3. ✅ %s - Retry three times, with a pause (#104)

- **Hash in our branch**: %s
- **Conflict**: ` + "`fetch.go`" + `
- **Resolution**: kept our limit of four connections, took their retries

### 4. ✅ %s - Preload the neighbours of a tile (#106)

- **Hash in our branch**: %s
- **Conflict**: none

## Skipped

### 1. ⏭️ %s - Keep tiles on disk: TileStore (#107)

- **Reason**: we have no writable disk on the kiosks
- **Recommendation**: look again when the kiosks get one

### 2. ⏭️ %s - Load tiles through the TileStore (#108)

- **Reason**: requires ` + "`TileStore`" + `
- **Missing Dependencies**:
  - ` + "`TileStore`" + ` (not in our tree)

## Lessons

- Conflicts in fetch.go: keep our connection limit, then take theirs
`

// secondReport is wrong about the preloading.
const secondReport = `# Sync log

## 2026-01-07

| Upstream | Subject | Status | Notes |
|---|---|---|---|
| %s | Preload the neighbours of a tile | ✅ integrated | since January |
| %s | Tell how full the cache is | ✅ integrated | clean |
| %s | Fix a crash on views without an area | ✅ integrated | our own guard in %s does it |
| %s | Evict old tiles from the TileStore | ⏸️ deferred | needs ` + "`TileStore`" + ` |
| %s | Draw a scale bar | ⏳ pending | next time |
`
