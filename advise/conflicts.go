package advise

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"tracker/internal/fact"
	"tracker/internal/git"
)

// Conflicts are the answer to `tracker conflicts`: those that past picks and merges
// met, and what they have in common.
type Conflicts struct {
	As        AsOf       `json:"as_of"`
	Conflicts []Resolved `json:"conflicts"`
	Patterns  []Pattern  `json:"patterns"`
	// Replayed is how many picks and merges were replayed, clean ones too.
	Replayed   int `json:"replayed"`
	Unreadable int `json:"unreadable"` // paths of which a part is not here
}

// Resolved is one path in which a past pick or merge conflicted.
type Resolved struct {
	ID         string          `json:"id"` // the fork's commit, a colon, and the path
	Source     string          `json:"source"`
	Upstream   string          `json:"upstream"`
	Fork       string          `json:"fork"`
	Path       string          `json:"path"`
	Kind       string          `json:"kind"`
	Class      string          `json:"class"`
	Resolution fact.Resolution `json:"resolution"`
	Whole      bool            `json:"whole,omitempty"` // the file was taken whole, with what had merged by itself
	Hunks      []ResolvedHunk  `json:"hunks"`
	Subject    string          `json:"subject"`
	Author     string          `json:"author"`
	Date       string          `json:"date"` // when it was resolved, YYYY-MM-DD
	// Said is what reports tell of the same conflict.
	Said []ConflictMet `json:"said,omitempty"`
}

// ResolvedHunk is one place of it.
type ResolvedHunk struct {
	ID         string          `json:"id"`
	Resolution fact.Resolution `json:"resolution"`
	Line       int             `json:"line,omitempty"`
	Heading    string          `json:"heading,omitempty"`
	Base       string          `json:"base"`
	Ours       string          `json:"ours"`
	Theirs     string          `json:"theirs"`
	Result     string          `json:"result"`
	Cut        bool            `json:"cut,omitempty"`
}

// Pattern is what conflicts of one sort have in common.
type Pattern struct {
	Pattern     string                  `json:"pattern"` // a path, or a class of paths
	Of          string                  `json:"of"`      // path, class or kind
	Count       int                     `json:"count"`
	Resolutions map[fact.Resolution]int `json:"resolutions"`
	Warnings    []string                `json:"warnings"`
	Advice      string                  `json:"advice"`
	Conflicts   []string                `json:"conflicts"` // their IDs, newest first
}

// Conflicts lists past conflicts, newest first. glob narrows them to paths that match
// it, as a whole or in their last part; empty: all.
func (a *Asker) Conflicts(glob string) (*Conflicts, error) {
	out := &Conflicts{As: a.AsOf(), Conflicts: []Resolved{}, Patterns: []Pattern{}}
	said, err := a.conflictsSaid()
	if err != nil {
		return nil, err
	}
	err = a.tx.EachReplayed(func(r *fact.Replayed) error {
		if !a.InFork(r.Fork) {
			return nil // of a branch that is gone
		}
		out.Replayed++
		out.Unreadable += len(r.Unreadable)
		if len(r.Conflicts) == 0 {
			return nil
		}
		c, err := a.tx.Commit(r.Fork)
		if err != nil || c == nil {
			return err
		}
		for i := range r.Conflicts {
			x := &r.Conflicts[i]
			if glob != "" && !matches(glob, x.Path) {
				continue
			}
			res := Resolved{
				ID: fact.Short(r.Fork) + ":" + x.Path, Source: r.Source, Upstream: r.Upstream, Fork: r.Fork, Path: x.Path, Kind: x.Kind,
				Class: Class(x.Path), Resolution: x.Resolution, Whole: x.Whole, Hunks: []ResolvedHunk{},
				Subject: c.Subject, Author: c.Author.Name, Date: c.CommitDate.Format("2006-01-02"), Said: said[[2]string{r.Upstream, x.Path}],
			}
			for _, h := range x.Hunks {
				res.Hunks = append(res.Hunks, ResolvedHunk{h.ID, h.Resolution, h.Line, h.Heading, h.Base, h.Ours, h.Theirs, h.Result, h.Cut})
			}
			out.Conflicts = append(out.Conflicts, res)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out.Conflicts, func(x, y Resolved) int {
		return cmp.Or(cmp.Compare(y.Date, x.Date), cmp.Compare(x.Fork, y.Fork), cmp.Compare(x.Path, y.Path))
	})
	out.Patterns = patterns(out.Conflicts)
	return out, nil
}

// matches reports whether a glob means a path: the whole of it, its last part, or a
// folder that it is in.
func matches(glob, name string) bool {
	for _, s := range []string{name, path.Base(name)} {
		if ok, err := path.Match(glob, s); ok && err == nil {
			return true
		}
	}
	return strings.HasPrefix(name, strings.TrimSuffix(strings.TrimSuffix(glob, "**"), "/")+"/")
}

// conflictsSaid is what reports tell of conflicts, by upstream commit and path.
func (a *Asker) conflictsSaid() (map[[2]string][]ConflictMet, error) {
	reports, err := a.tx.Reports()
	if err != nil {
		return nil, err
	}
	out := map[[2]string][]ConflictMet{}
	for i := range a.views {
		accounts, err := a.tx.Accounts(a.views[i].Fork.Ref)
		if err != nil {
			return nil, err
		}
		at := newPlace(accounts)
		for j := range reports {
			r := &reports[j]
			for k := range r.Report.Commits {
				e := &r.Report.Commits[k]
				acc := at[entryOf{r.ID, k}]
				if acc == nil {
					continue
				}
				for _, c := range e.Conflicts {
					key := [2]string{acc.Commit, c.Path}
					met := ConflictMet{Path: c.Path, Detail: c.Detail, Commit: acc.Commit, Subject: acc.Subject, ForkCommit: e.ForkCommit, Resolution: e.Resolution, Report: r.ID, Line: e.Line}
					if !slices.Contains(out[key], met) {
						out[key] = append(out[key], met)
					}
				}
			}
		}
	}
	return out, nil
}

// Class is the sort of file that a path names, by which conflicts are alike.
func Class(name string) string {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	switch {
	case strings.HasSuffix(base, ".lock") || strings.HasPrefix(base, "package-lock") || base == "go.sum" || strings.HasSuffix(base, "-lock.yaml"):
		return "lock file"
	case git.Generated(name):
		return "generated"
	case strings.HasPrefix(name, ".github/") || strings.HasPrefix(base, ".gitlab-ci") || strings.HasPrefix(name, ".circleci/") || base == "Jenkinsfile":
		return "CI workflow"
	case manifests[base] || ext == ".csproj" || ext == ".gemspec" || ext == ".cabal":
		return "manifest"
	case ext == ".md" || ext == ".rst" || ext == ".txt" || ext == ".adoc" || strings.HasPrefix(name, "docs/") || strings.HasPrefix(name, "doc/"):
		return "docs"
	case inFolder(name, "test", "tests", "spec", "t", "testdata") || strings.HasSuffix(base, "_test.go") || strings.Contains(base, ".test.") || strings.HasPrefix(base, "test_"):
		return "tests"
	}
	return "code"
}

var manifests = map[string]bool{
	"Cargo.toml": true, "package.json": true, "go.mod": true, "pyproject.toml": true, "setup.py": true, "requirements.txt": true,
	"pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "Gemfile": true, "composer.json": true, "CMakeLists.txt": true,
	"Makefile": true, "meson.build": true, "mix.exs": true, "pubspec.yaml": true, "Package.swift": true,
}

func inFolder(name string, folders ...string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains(folders, part) {
			return true
		}
	}
	return false
}

// remake is how the file of a name is made anew by its own tool.
var remake = map[string]string{
	"Cargo.lock": "cargo update --workspace", "package-lock.json": "npm install --package-lock-only", "yarn.lock": "yarn install --mode update-lockfile",
	"pnpm-lock.yaml": "pnpm install --lockfile-only", "go.sum": "go mod tidy", "Gemfile.lock": "bundle lock", "poetry.lock": "poetry lock",
	"Pipfile.lock": "pipenv lock", "uv.lock": "uv lock", "composer.lock": "composer update --lock", "mix.lock": "mix deps.get",
	"flake.lock": "nix flake lock", "pubspec.lock": "dart pub get", "Podfile.lock": "pod install",
}

// leastPattern is how often a path must have conflicted to be a pattern of its own.
const leastPattern = 2

// patterns adds conflicts up by path, class and kind, those first that are met most.
func patterns(list []Resolved) []Pattern {
	byKey := map[[2]string]*Pattern{}
	var order [][2]string
	for i := range list {
		c := &list[i]
		for _, k := range [][2]string{{"path", c.Path}, {"class", c.Class}, {"kind", c.Kind}} {
			p := byKey[k]
			if p == nil {
				p = &Pattern{Pattern: k[1], Of: k[0], Resolutions: map[fact.Resolution]int{}, Warnings: []string{}}
				byKey[k] = p
				order = append(order, k)
			}
			p.Count++
			p.Resolutions[c.Resolution]++
			p.Conflicts = append(p.Conflicts, c.ID)
			if c.Whole {
				w := fmt.Sprintf("%s took the whole file as %s, with what had merged by itself on the other side", fact.Short(c.Fork), whose(c.Resolution))
				if !slices.Contains(p.Warnings, w) {
					p.Warnings = append(p.Warnings, w)
				}
			}
		}
	}
	var out []Pattern
	for _, k := range order {
		p := byKey[k]
		if k[0] == "path" && p.Count < leastPattern || k[1] == "" {
			continue
		}
		p.Advice = advice(p)
		out = append(out, *p)
	}
	rank := map[string]int{"path": 0, "class": 1, "kind": 2}
	slices.SortStableFunc(out, func(x, y Pattern) int {
		return cmp.Or(cmp.Compare(rank[x.Of], rank[y.Of]), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Pattern, y.Pattern))
	})
	return out
}

func whose(r fact.Resolution) string {
	if r == fact.ResolvedTheirs {
		return "upstream has it"
	}
	return "the fork had it"
}

// advice says what past conflicts come to, with its support.
func advice(p *Pattern) string {
	best := fact.Resolution("")
	for _, r := range fact.Resolutions {
		if p.Resolutions[r] > p.Resolutions[best] || best == "" && p.Resolutions[r] > 0 {
			best = r
		}
	}
	text := fmt.Sprintf("%s %d of %d", best, p.Resolutions[best], p.Count)
	if p.Of == "path" {
		if tool := remake[path.Base(p.Pattern)]; tool != "" {
			return fmt.Sprintf("make it anew: %s (so far: %s)", tool, text)
		}
	}
	if p.Pattern == "lock file" {
		return fmt.Sprintf("make it anew with its own tool (so far: %s)", text)
	}
	return text
}
