package deps_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tracker/internal/gittest"
)

// write fills a repository with commits that edit a few files over and over, on
// branches that are merged, cleanly or by hand: what line provenance is made of.
// Lines recur, so that a file comes back to what it was.
func write(r *gittest.Repo, choose gittest.Choose) {
	w := &writer{repo: r, choose: choose, branches: map[string]map[string][]string{"main": {}}, branch: "main"}
	for range 3 + choose("commits", 18) {
		w.step()
	}
	r.WorkTree()
}

type writer struct {
	repo     *gittest.Repo
	choose   gittest.Choose
	branches map[string]map[string][]string // lines by path
	branch   string
	n        int
}

func (w *writer) files() map[string][]string { return w.branches[w.branch] }

func (w *writer) step() {
	names := w.names()
	if w.repo.Tip() != "" {
		switch w.choose("step", 8) {
		case 0:
			if len(names) < 4 {
				name := fmt.Sprintf("b%d", len(names))
				w.repo.Branch(name)
				w.branches[name] = clone(w.files())
				w.branch = name
				return
			}
		case 1, 2:
			w.branch = names[w.choose("branch", len(names))]
			w.repo.Checkout(w.branch)
		case 3:
			if other := names[w.choose("other", len(names))]; other != w.branch {
				w.merge(other)
				return
			}
		}
	}
	files := gittest.Files{}
	for range 1 + w.choose("files", 2) {
		w.edit(files)
	}
	w.n++
	w.repo.Commit(files, fmt.Sprintf("step %d", w.n))
}

func (w *writer) names() []string {
	return slices.Sorted(maps.Keys(w.branches))
}

func clone(m map[string][]string) map[string][]string {
	out := map[string][]string{}
	for k, v := range m {
		out[k] = slices.Clone(v)
	}
	return out
}

// edit changes one file: lines in, out or replaced at one or two places; at times
// it is made, renamed or removed.
func (w *writer) edit(files gittest.Files) {
	all := w.files()
	path := []string{"a.txt", "b.txt", "dir/c.txt"}[w.choose("path", 3)]
	if _, touched := files[path]; touched {
		return
	}
	lines, there := all[path]
	switch {
	case !there:
		for range 3 + w.choose("length", 12) {
			lines = append(lines, w.line())
		}
	case w.choose("fate", 12) == 0:
		delete(all, path)
		files[path] = gittest.Deleted
		return
	case w.choose("fate", 10) == 0:
		to := []string{"moved.txt", "dir/moved.txt"}[w.choose("to", 2)]
		_, touched := files[to]
		if _, taken := all[to]; !taken && !touched {
			delete(all, path)
			files[path] = gittest.Deleted
			path = to
		}
	}
	for range w.choose("places", 3) {
		at := w.choose("at", len(lines)+1)
		cut := min(w.choose("cut", 3), len(lines)-at)
		var put []string
		for range w.choose("put", 3) {
			put = append(put, w.line())
		}
		lines = slices.Concat(lines[:at], put, lines[at+cut:])
	}
	all[path] = lines
	files[path] = text(lines)
}

func (w *writer) line() string {
	if w.choose("fresh", 3) > 0 {
		w.n++
		return fmt.Sprintf("line %d of its own", w.n)
	}
	return []string{"}", "shared", "another shared line"}[w.choose("common", 3)]
}

func text(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// merge merges another branch. What conflicts takes the lines of both sides, and
// at times a line more.
func (w *writer) merge(other string) {
	ours, theirs := w.files(), w.branches[other]
	resolved := gittest.Files{}
	for _, path := range slices.Sorted(maps.Keys(theirs)) {
		lines := theirs[path]
		mine, there := ours[path]
		if there && text(mine) != text(lines) && w.choose("evil", 3) == 0 {
			both := slices.Concat(mine[:len(mine)/2], lines[len(lines)/2:], []string{fmt.Sprintf("merged %d", w.n)})
			resolved[path] = text(both)
			continue
		}
		if !there {
			resolved[path] = text(lines)
		} else {
			resolved[path] = text(mine)
		}
	}
	for path, lines := range ours {
		if _, ok := theirs[path]; !ok {
			resolved[path] = text(lines)
		}
	}
	if len(resolved) == 0 {
		return
	}
	w.n++
	w.repo.Commit(resolved, fmt.Sprintf("merge %d", w.n), gittest.Parent(w.repo.Git("rev-parse", other)))
	all := map[string][]string{}
	for path, content := range resolved {
		all[path] = strings.Split(content, "\n")
		if n := len(all[path]); n > 0 {
			all[path] = all[path][:n-1]
		}
	}
	w.branches[w.branch] = all
}
