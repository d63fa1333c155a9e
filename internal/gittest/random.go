package gittest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Choose returns a number from 0 to n-1. In a property test it draws from the
// test's own source, so that what fails is made small:
//
//	func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) }
type Choose func(label string, n int) int

// oddPaths are names that a repository may hold and a parser may stumble over.
var oddPaths = []string{
	"main.go", "src/lib.rs", "src/deep/er/mod.rs", "README.md", "Cargo.lock", "a b.txt", "q\"uote.txt", "new\nline.txt",
	"co:lon.c", "tab\there.c", "back\\slash.c", "ünïcode.py", "latin\xe9.txt", "-dash.js", "end ", ":(glob)magic", "vendor/x/y.go",
	"diff --git a b", "end 1234", "@@ -1 +1 @@", "space /in/path .md",
}

var oddLines = []string{
	"alpha", "beta gamma", "\tindented", "}", "", "fn main() {", "+plus", "-minus", "--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@",
	"diff --git a/x b/x", "end 123", "\\ No newline at end of file", "trailing  ", "carriage\r", "0123456789abcdef0123456789abcdef01234567",
	"struct Widget;", "l\xe4tin", "日本語", "Binary files a and b differ", "index 1..2", strings.Repeat("long ", 300),
}

// Random fills a repository with commits: branches, merges, renames, copies,
// changes of mode and type, binary and empty files, submodules, odd paths and
// contents. It returns the commits in the order in which they were made; every
// branch keeps its ref.
func Random(r *Repo, choose Choose) []string {
	g := &generator{repo: r, choose: choose, trees: map[string]map[string]file{r.branch: {}}}
	var commits []string
	for range 1 + choose("commits", 7) {
		commits = append(commits, g.commit())
	}
	r.flush()
	return commits
}

// file is a file of the model, to know what can be changed.
type file struct{ content, mode string }

type generator struct {
	repo   *Repo
	choose Choose
	trees  map[string]map[string]file // by branch
}

// commit makes a commit, on a new branch or as a merge at times.
func (g *generator) commit() string {
	r := g.repo
	names := slices.Sorted(maps.Keys(g.trees))
	if r.Tip() != "" {
		switch g.choose("branching", 6) {
		case 0:
			tree := maps.Clone(g.trees[r.branch])
			r.Branch(fmt.Sprintf("b%d", len(names)))
			g.trees[r.branch] = tree
		case 1, 2:
			r.Checkout(names[g.choose("branch", len(names))])
		}
	}
	var opts []Option
	if g.choose("merge", 5) == 0 {
		other := names[g.choose("other", len(names))]
		if other != r.branch && r.tips[other] != "" && r.Tip() != "" {
			opts = append(opts, Parent(r.tips[other]))
		}
	}
	files := Files{}
	tree := g.trees[r.branch]
	touched := map[string]bool{}
	for range g.choose("changes", 5) {
		opts = append(opts, g.change(tree, files, touched)...)
	}
	return r.Commit(files, g.message(), opts...)
}

// change makes one change to a path that this commit has not touched yet.
func (g *generator) change(tree map[string]file, files Files, touched map[string]bool) []Option {
	var old []string
	for _, path := range slices.Sorted(maps.Keys(tree)) {
		if !touched[path] {
			old = append(old, path)
		}
	}
	fresh := oddPaths[g.choose("path", len(oddPaths))]
	_, exists := tree[fresh]
	free := !exists && !touched[fresh]
	put := func(path string, f file) []Option {
		touched[path] = true
		tree[path], files[path] = f, f.content
		return []Option{Mode(path, f.mode)}
	}
	if len(old) == 0 || g.choose("add", 3) == 0 {
		if !free {
			return nil
		}
		return put(fresh, g.file())
	}
	path := old[g.choose("old", len(old))]
	f := tree[path]
	switch g.choose("change", 6) {
	case 0:
		touched[path] = true
		delete(tree, path)
		files[path] = Deleted
		return nil
	case 1:
		if !free {
			return nil
		}
		touched[path] = true
		delete(tree, path)
		files[path] = Deleted
		return put(fresh, g.edit(f))
	case 2:
		if !free {
			return nil
		}
		return put(fresh, f)
	case 3:
		return put(path, g.file()) // perhaps of another type
	default:
		return put(path, g.edit(f))
	}
}

// file makes a new file of any type.
func (g *generator) file() file {
	switch g.choose("type", 10) {
	case 0:
		return file{"\x00binary\x01" + g.text(), "100644"}
	case 1:
		return file{"", "100644"}
	case 2:
		return file{"some/target", "120000"}
	case 3:
		return file{strings.Repeat(fmt.Sprint(1+g.choose("submodule", 8)), g.repo.digits), "160000"}
	case 4:
		return file{g.text(), "100755"}
	}
	return file{g.text(), "100644"}
}

// text makes some lines, perhaps without a newline at the end.
func (g *generator) text() string {
	var b strings.Builder
	for range g.choose("lines", 25) {
		b.WriteString(oddLines[g.choose("line", len(oddLines))] + "\n")
	}
	return b.String() + g.end()
}

func (g *generator) end() string {
	if g.choose("newline", 4) == 0 {
		return "no newline"
	}
	return ""
}

// edit changes some lines of a file, or its mode.
func (g *generator) edit(f file) file {
	if f.mode == "160000" || f.mode == "120000" {
		return g.file()
	}
	if g.choose("chmod", 5) == 0 {
		f.mode = map[string]string{"100644": "100755", "100755": "100644"}[f.mode]
		return f
	}
	lines := strings.SplitAfter(f.content, "\n")
	for range 1 + g.choose("edits", 3) {
		at := g.choose("at", len(lines))
		line := oddLines[g.choose("line", len(oddLines))] + "\n"
		if g.choose("insert", 2) == 0 {
			lines = slices.Insert(lines, at, line)
		} else {
			lines[at] = line
		}
	}
	f.content = strings.Join(lines, "") + g.end()
	return f
}

// message makes a message with what messages hold.
func (g *generator) message() string {
	subjects := []string{"Change things", "Fix (#12)", "Two\nlined subject", "", "  spaced  ", "Ümläut", "l\xe4tin", "Merge pull request #7 from x/y"}
	bodies := []string{
		"", "\n\nBody text.\n", "\n\nText\n\nSigned-off-by: A <a@b>\nReviewed-by: B\n", "\n\nKey: value\n  folded\nOther-key : x\n",
		"\n\nSee merge request group/name!34\n", "\n\nno trailer\n(cherry picked from commit 0123456789012345678901234567890123456789)\n",
	}
	return subjects[g.choose("subject", len(subjects))] + bodies[g.choose("body", len(bodies))]
}
