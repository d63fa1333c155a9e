package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Data goes one way: git and reports → ingest → db → index → advise → render →
// cli. A room may import what stands behind its name here, and itself.
var allowed = map[string][]string{
	".":                 {"internal/cli"},
	"internal/fact":     {},
	"internal/block":    {},
	"internal/draft":    {"internal/fact", "internal/block"},
	"internal/seeded":   {},
	"internal/memory":   {},
	"internal/lines":    {},
	"internal/git":      {"internal/fact"},
	"internal/gittest":  {"internal/git"},
	"internal/demo":     {"internal/gittest", "internal/fact"},
	"ingest/report":     {"internal/fact", "internal/block", "internal/draft"},
	"ingest/patch":      {"internal/fact", "internal/git"},
	"ingest/link":       {"internal/fact"},
	"ingest/reason":     {"internal/fact"},
	"ingest/deps":       {"internal/fact"},
	"internal/pattern":  {"internal/fact", "internal/git"},
	"ingest/conflict":   {"internal/fact", "internal/lines"},
	"ingest/reuse":      {"internal/fact", "internal/pattern", "ingest/conflict"},
	"ingest/audit":      {"internal/fact", "internal/lines", "ingest/account", "ingest/conflict"},
	"ingest/foresee":    {"internal/fact", "internal/git", "internal/lines", "ingest/deps", "ingest/conflict", "ingest/reuse"},
	"ingest/account":    {"internal/fact", "ingest/reason"},
	"ingest/verify":     {"internal/fact", "ingest/reason"},
	"db":                {"internal/fact"},
	"index":             {"db", "internal/fact", "internal/memory", "internal/pattern"},
	"ingest":            {"db", "index", "internal/fact", "internal/git", "internal/block", "internal/lines", "internal/memory"},
	"doctor":            {"db", "index", "ingest", "internal/fact", "internal/git"},
	"advise":            {"db", "index", "ingest/audit", "ingest/conflict", "ingest/foresee", "ingest/reuse", "ingest/verify", "internal/draft", "internal/fact", "internal/git", "internal/lines", "internal/pattern"},
	"render":            {"advise", "ingest/reuse", "internal/fact", "internal/block", "internal/draft", "internal/pattern"},
	"serve":             {"advise", "index", "render", "internal/fact"},
	"internal/desktop":  {},
	"internal/pagetest": {},
	"internal/cli":      {"advise", "db", "doctor", "index", "ingest", "render", "serve", "internal/demo", "internal/desktop", "internal/fact", "internal/git", "internal/block", "internal/draft"},
	"internal/bench":    {"internal/cli", "internal/git", "internal/gittest", "internal/demo"},
}

// Only one room may know each of these, but for programs: git's has a room, and those of
// the person at the machine another.
var owners = map[string][]string{
	"go.etcd.io/bbolt":             {"db"},
	"github.com/blevesearch/bleve": {"index"},
	"github.com/urfave/cli":        {"internal/cli"},
	"github.com/alecthomas/chroma": {"render"},
	"net/http":                     {"serve"},
	"os/exec":                      {"internal/git", "internal/desktop"},
}

func TestLayering(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && path != "." && (strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") || e.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		room := roomOf(dir)
		if room == "" {
			t.Errorf("%s belongs to no room: say in this test what it may import", dir)
			return nil
		}
		seen[room] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			for lib, rooms := range owners {
				if name == "go.etcd.io/bbolt/errors" {
					continue // the words of bolt's errors, which bleve passes on
				}
				if (name == lib || strings.HasPrefix(name, lib+"/")) && !slices.Contains(rooms, room) {
					t.Errorf("%s imports %s, which only %v may", path, name, rooms)
				}
			}
			inner, ok := strings.CutPrefix(name, "tracker/")
			if !ok {
				continue
			}
			target := roomOf(inner)
			if target != room && !slices.Contains(allowed[room], target) && !within(target, allowed[room], room) {
				t.Errorf("%s imports %s, which %s may not", path, name, room)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 10 {
		t.Errorf("saw only %d rooms: the test looks in the wrong place", len(seen))
	}
}

// roomOf is the longest room name that dir lies in.
func roomOf(dir string) string {
	best := ""
	for room := range allowed {
		if (dir == room || strings.HasPrefix(dir, room+"/")) && len(room) > len(best) {
			best = room
		}
	}
	return best
}

// within lets a room use the rooms below one that it may import, or below itself.
func within(target string, list []string, room string) bool {
	for _, r := range append(list, room) {
		if strings.HasPrefix(target, r+"/") {
			return true
		}
	}
	return false
}
