package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/internal/gittest"
)

// compare holds every stored commit of the views against git: parents, people,
// dates, message, and the files with their letters and line counts. A commit of
// which a part could not be read is compared without its files.
func (b *bench) compare(t *testing.T, sum *ingest.Summary) {
	t.Helper()
	err := b.in.Store.View(t.Context(), func(tx *db.Tx) error {
		for _, v := range sum.Views {
			for _, hash := range slices.Concat(v.Range, v.Own) {
				c, err := tx.Commit(hash)
				if err != nil {
					return err
				}
				if c == nil {
					t.Errorf("%s is not stored", hash)
					continue
				}
				got := fmt.Sprintf("%s|%s|%s|%d|%s|%d|%s|%s", strings.Join(c.Parents, " "), c.Author.Name, c.Author.Email, c.AuthorDate.Unix(),
					c.Committer.Name, c.CommitDate.Unix(), c.Subject, strings.TrimRight(c.Body, "\n"))
				want := strings.TrimRight(b.Git("log", "-1", "--encoding=UTF-8", "--format=%P|%an|%ae|%at|%cn|%ct|%s|%b", hash), "\n")
				if got != want {
					t.Errorf("%s is\n%.300q\nand git says\n%.300q", hash, got, want)
				}
				if slices.Contains(v.Unread, hash) {
					continue
				}
				if got, want := filesOf(c), b.filesOf(hash, c.IsMerge()); !slices.Equal(got, want) {
					t.Errorf("%s (%s) changes\n%q\nand git says\n%q", hash, c.Subject, got, want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func filesOf(c *fact.Commit) []string {
	var out []string
	for _, f := range c.Files {
		lines := fmt.Sprintf("+%d-%d", f.Insertions, f.Deletions)
		if f.Binary {
			lines = "binary"
		}
		out = append(out, fmt.Sprintf("%s %s<%s %s", f.Status, f.Path, f.OldPath, lines))
	}
	slices.Sort(out)
	return out
}

func (b *bench) filesOf(hash string, merge bool) []string {
	if merge {
		return nil
	}
	flags := []string{"diff-tree", "-r", "--root", "--no-commit-id", "-M", "-l1000", "-z"}
	raw := strings.Split(b.Git(append(flags, "--raw", hash)...), "\x00")
	counts := map[string]string{}
	num := strings.Split(b.Git(append(flags, "--numstat", hash)...), "\x00")
	for i := 0; i < len(num) && num[i] != ""; i++ {
		f := strings.SplitN(num[i], "\t", 3)
		path := f[2]
		if path == "" { // a rename: old and new follow
			path = num[i+2]
			i += 2
		}
		counts[path] = "+" + f[0] + "-" + f[1]
		if f[0] == "-" {
			counts[path] = "binary"
		}
	}
	var out []string
	for i := 0; i+1 < len(raw) && raw[i] != ""; i += 2 {
		fields := strings.Fields(raw[i])
		letter, path, old := fields[4][:1], raw[i+1], ""
		if letter == "R" || letter == "C" {
			old, path = path, raw[i+2]
			i++
		}
		out = append(out, fmt.Sprintf("%s %s<%s %s", letter, path, old, counts[path]))
	}
	slices.Sort(out)
	return out
}

const (
	upstreamRef = "refs/remotes/upstream/main"
	mainRef     = "refs/heads/main"
)

// clone makes a clone of the repository, which need not have all of it.
func clone(t *testing.T, r *gittest.Repo, args ...string) *gittest.Repo {
	t.Helper()
	r.WorkTree()
	r.Git("config", "uploadpack.allowFilter", "true")
	c := *r
	c.Dir = filepath.Join(t.TempDir(), "clone")
	from := "file://" + filepath.ToSlash(r.Dir)
	r.Git(append(append([]string{"clone", "--quiet", "--no-checkout"}, args...), from, c.Dir)...)
	return &c
}

// ofClone are the refs as a clone has them.
var ofClone = ingest.Options{Upstream: "refs/remotes/origin/theirs", Forks: []string{"refs/remotes/origin/main"}}

// Everything that git can hold. Each case builds upstream's side on the branch
// theirs and the fork's on main; what is stored is compared with git.
func TestWhatGitCanHold(t *testing.T) {
	for _, c := range []struct {
		name  string
		opts  []gittest.InitOption
		build func(r *gittest.Repo)
		check func(t *testing.T, b *bench, sum *ingest.Summary)
	}{
		{name: "merges", build: func(r *gittest.Repo) {
			r.Branch("side")
			r.Commit(file(1), "On the side")
			r.Checkout("theirs")
			r.Commit(file(2), "Ahead")
			r.Merge("side")
		}, check: func(t *testing.T, _ *bench, sum *ingest.Summary) { wantView(t, sum, 2, 1) }},
		{name: "an octopus", build: func(r *gittest.Repo) {
			base := r.Tip()
			var arms []gittest.Option
			for i := range 4 {
				r.Branch(fmt.Sprint("arm", i), base)
				arms = append(arms, gittest.Parent(r.Commit(file(10+i), fmt.Sprint("Arm ", i))))
			}
			r.Checkout("theirs")
			r.Commit(gittest.Files{"f10.go": "merged\n"}, "Merge four arms", arms...)
		}, check: func(t *testing.T, _ *bench, sum *ingest.Summary) { wantView(t, sum, 4, 1) }},
		{name: "renames and copies", build: func(r *gittest.Repo) {
			r.Commit(nil, "Rename", gittest.Rename("f0.go", "deep/er/g0.go"))
			r.Commit(gittest.Files{"deep/er/g0.go": "package f\n\n// Value0 is number 0.\nconst Value0 = 0\n\nvar more int\n"}, "Rename and change", gittest.Rename("deep/er/g0.go", "h.go"))
			r.Commit(nil, "Copy", gittest.Copy("deep/er/g0.go", "copy.go"))
			r.Commit(gittest.Files{"h": "a folder takes its place\n", "copy.go": gittest.Deleted, "copy.go/in": "x\n"}, "File to folder")
		}},
		{name: "mode changes and links", build: func(r *gittest.Repo) {
			r.Commit(gittest.Files{"run": "#!/bin/sh\n"}, "A script")
			r.Commit(gittest.Files{"run": "#!/bin/sh\n"}, "Make it executable", gittest.Mode("run", "100755"))
			r.Commit(gittest.Files{"link": "run"}, "A link", gittest.Mode("link", "120000"))
			r.Commit(gittest.Files{"run": "link"}, "From file to link", gittest.Mode("run", "120000"))
			r.Commit(gittest.Files{"link": "#!/bin/sh\n"}, "From link to file")
		}},
		{name: "binaries", build: func(r *gittest.Repo) {
			r.Commit(gittest.Files{"image.png": "\x89PNG\x00\x01\x02", "empty": ""}, "A picture")
			r.Commit(gittest.Files{"image.png": "\x89PNG\x00\x03", "text": "a\x00b\n"}, "Another")
			r.Commit(gittest.Files{"image.png": gittest.Deleted}, "None")
		}},
		{name: "submodules", build: func(r *gittest.Repo) {
			r.Commit(gittest.Files{"lib": strings.Repeat("ab", 20), ".gitmodules": "[submodule \"lib\"]\n\tpath = lib\n\turl = ../lib\n"}, "A submodule", gittest.Mode("lib", "160000"))
			r.Commit(gittest.Files{"lib": strings.Repeat("cd", 20)}, "Move it on", gittest.Mode("lib", "160000"))
			r.Commit(gittest.Files{"lib": "now a file\n"}, "Replace it")
			r.Commit(gittest.Files{"lib": gittest.Deleted, ".gitmodules": gittest.Deleted}, "Remove it")
		}},
		{name: "odd paths", build: func(r *gittest.Repo) {
			files := gittest.Files{}
			for _, p := range []string{`quo"te`, `back\slash`, "new\nline", "co:lon", "tab\tbed", " leading", "trailing ", "日本語.go", "latin\xe9.go", "\xff\xfe", "-dash", "--", ":(glob)**", "a => b", "{a => b}/c", "esc\x1b[31m"} {
				files[p] = "one\n"
			}
			r.Commit(files, "Odd paths")
			for p := range files {
				files[p] = "one\ntwo\n"
			}
			r.Commit(files, "Change them")
			r.Commit(nil, "Rename", gittest.Rename("new\nline", "other\nline"), gittest.Rename("latin\xe9.go", "\xe9latin.go"))
		}},
		{name: "messages", build: func(r *gittest.Repo) {
			r.Commit(file(1), "Gr\xfc\xdfe aus K\xf6ln", gittest.Encoding("ISO-8859-1"), gittest.Author("J\xfcrgen", "j@example.org"))
			r.Commit(file(2), "\x8c\x88\x8e\x9a", gittest.Encoding("Shift_JIS"))
			r.Commit(file(3), "")
			r.Commit(file(4), "\n\n  \n")
			r.Commit(file(5), "Huge\n\n"+strings.Repeat("a line of the body\n", 1<<20/19))
			r.Commit(file(6), strings.Repeat("long subject ", 5000))
			r.Commit(file(7), "Two\nlines of subject\n\nBody\n\nSigned-off-by: A <a@b>\n")
			r.Commit(file(8), "Escapes \x1b[31mred\x1b[0m \x07 | bars | \x1f and \x1e")
			r.Commit(file(9), "Nobody", gittest.Author("", "nobody@example.org"))
		}},
		{name: "several roots", build: func(r *gittest.Repo) {
			r.Orphan("other")
			r.Commit(file(20), "Another beginning")
			r.Commit(file(21), "Its second")
			r.Checkout("theirs")
			r.Commit(gittest.Files{"f20.go": "joined\n"}, "Join two histories", gittest.Parent(r.Git("rev-parse", "refs/heads/other")))
		}, check: func(t *testing.T, _ *bench, sum *ingest.Summary) { wantView(t, sum, 2, 1) }},
		{name: "SHA-256", opts: []gittest.InitOption{gittest.SHA256}, build: func(r *gittest.Repo) {
			up := r.Commit(file(1), "Add (#1)", theirs)
			r.Checkout("main")
			r.CherryPick(up)
			r.Checkout("theirs")
		}, check: func(t *testing.T, b *bench, sum *ingest.Summary) {
			if len(sum.Views[0].Fork.Commit) != 64 || sum.Views[0].Counts[fact.Integrated] != 1 {
				t.Errorf("%+v", sum.Views[0])
			}
		}},
		{name: "a bare repository", opts: []gittest.InitOption{gittest.Bare}, build: func(r *gittest.Repo) {
			r.Commit(file(1), "Add", theirs)
		}, check: func(t *testing.T, _ *bench, sum *ingest.Summary) { wantView(t, sum, 1, 0) }},
		{name: "empty commits", build: func(r *gittest.Repo) {
			r.Commit(nil, "Nothing at all")
			r.Commit(file(1), "Something")
			r.Commit(nil, "Trigger the build")
		}},
		{name: "packed refs", build: func(r *gittest.Repo) {
			r.Commit(file(1), "Add")
			r.Git("tag", "-a", "-m", "a tag", "v1")
		}, check: func(t *testing.T, b *bench, _ *ingest.Summary) {
			b.Git("pack-refs", "--all", "--prune")
			b.Git("repack", "-adq")
			if sum := b.ingest(t, ingest.Options{}); sum.Changed {
				t.Error("packing moved something")
			}
			if sum := b.ingest(t, ingest.Options{Upstream: "v1"}); sum.Views[0].Upstream.Ref != "refs/tags/v1" {
				t.Errorf("upstream is %+v", sum.Views[0].Upstream)
			}
		}},
		{name: "replaced and grafted commits", build: func(r *gittest.Repo) {
			first := r.Commit(file(1), "First")
			second := r.Commit(file(2), "Second")
			r.Git("replace", second, first)
		}, check: func(t *testing.T, b *bench, sum *ingest.Summary) {
			wantView(t, sum, 2, 0)
			info := filepath.Join(b.Dir, ".git", "info")
			if err := os.MkdirAll(info, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(info, "grafts"), []byte(sum.Views[0].Upstream.Commit+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			again := newBench(t, b.Repo)
			wantView(t, again.ingest(t, ingest.Options{}), 2, 0)
		}},
		{name: "a detached HEAD", build: func(r *gittest.Repo) { r.Commit(file(1), "Add") }, check: func(t *testing.T, b *bench, _ *ingest.Summary) {
			b.Git("checkout", "--quiet", "--detach", mainRef)
			b.Git("commit", "--quiet", "--allow-empty", "-m", "On no branch")
			again := newBench(t, b.Repo)
			b.Git("checkout", "--quiet", "--detach", b.Git("rev-parse", "HEAD"))
			sum, err := again.in.Run(t.Context(), ingest.Options{Upstream: upstreamRef})
			if err != nil || sum.Views[0].Fork.Ref != "HEAD" || len(sum.Views[0].Range) != 1 {
				t.Errorf("%+v, %v", sum, err)
			}
		}},
		{name: "a linked work tree", build: func(r *gittest.Repo) { r.Commit(file(1), "Add") }, check: func(t *testing.T, b *bench, sum *ingest.Summary) {
			dir := filepath.Join(t.TempDir(), "linked")
			b.Git("worktree", "add", "--quiet", "-b", "release", dir, mainRef)
			repo, err := git.Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			in := &ingest.Ingest{Repo: repo, Store: db.At(t.TempDir()), Index: index.At(t.TempDir())}
			again, err := in.Run(t.Context(), ingest.Options{Upstream: upstreamRef})
			if err != nil || again.Views[0].Fork.Ref != "refs/heads/release" || !slices.Equal(again.Views[0].Range, sum.Views[0].Range) {
				t.Errorf("%+v, %v", again, err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t, c.opts...)
			r.Commit(file(0), "Begin", theirs)
			r.Branch("theirs")
			c.build(r)
			r.Checkout("theirs")
			r.SetRef(upstreamRef, r.Tip())
			r.Checkout("main")
			b := newBench(t, r)
			sum := b.ingest(t, ingest.Options{})
			b.compare(t, sum)
			if len(sum.Warnings) > 0 {
				t.Errorf("warnings: %+v", sum.Warnings)
			}
			if c.check != nil {
				c.check(t, b, sum)
			}
		})
	}
}

func wantView(t *testing.T, sum *ingest.Summary, upstream, merges int) {
	t.Helper()
	if v := sum.Views[0]; len(v.Range) != upstream || v.Merges != merges {
		t.Errorf("%d commits and %d merges upstream, want %d and %d", len(v.Range), v.Merges, upstream, merges)
	}
}

// A shallow clone has no history beyond its depth: what is there is accounted
// for, and what its first commits change is not made up from the whole tree.
func TestShallowClone(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 6)
	c := clone(t, r, "--depth=3", "--no-single-branch")
	b := newBench(t, c)
	sum := b.ingest(t, ofClone)
	v := sum.Views[0]
	if len(v.Range) != 3 || v.Range[0] != up[5] || v.Base != "" {
		t.Errorf("%+v", v)
	}
	if !slices.Contains(v.Unread, up[3]) || slices.Contains(v.Unread, up[4]) {
		t.Errorf("unread are %v, want the commit at the edge, %s, and no other of the range", v.Unread, up[3])
	}
	b.compare(t, sum)

	// The repository is opened by every command.
	fetch := func(args ...string) *ingest.Summary {
		t.Helper()
		c.Git(append([]string{"fetch", "--quiet"}, args...)...)
		repo, err := git.Open(t.Context(), c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		b.in.Repo = repo
		return b.ingest(t, ofClone)
	}
	sum = fetch("--deepen=1")
	if v := sum.Views[0]; len(v.Range) != 4 || slices.Contains(v.Unread, up[3]) || !slices.Contains(v.Unread, up[2]) {
		t.Errorf("one deeper: %+v", v)
	}
	b.compare(t, sum)
	if sum := b.ingest(t, ofClone); sum.Changed {
		t.Error("nothing moved, and all was judged again")
	}

	sum = fetch("--unshallow")
	if v := sum.Views[0]; len(v.Range) != 6 || v.Base == "" || len(v.Unread) > 0 {
		t.Errorf("with the whole history: %+v", v)
	}
	b.compare(t, sum)
}

// A partial clone lacks blobs, or trees too. Nothing is fetched; what cannot be
// read is named, and every commit is accounted for all the same.
func TestPartialClone(t *testing.T) {
	for _, filter := range []string{"blob:none", "blob:limit=40", "tree:0"} {
		t.Run(filter, func(t *testing.T) {
			r := gittest.New(t)
			up := upstreamOf(r, 4)
			r.CherryPick(up[0])
			r.Commit(gittest.Files{"NOTES.md": "Notes.\n"}, "Notes")
			c := clone(t, r, "--filter="+filter)
			b := newBench(t, c)
			objects := c.Git("count-objects", "-v")
			sum, err := b.in.Run(t.Context(), ofClone)
			if err != nil {
				t.Fatal(err)
			}
			b.ingest(t, ofClone)
			b.compare(t, sum)
			if len(sum.Warnings) == 0 || len(sum.Views[0].Unread) == 0 {
				t.Errorf("nothing is said of absent blobs: %+v", sum.Views[0])
			}
			if status(sum, up[0]) == "pending" { // same author, date and subject
				t.Errorf("the pick was not found without its blobs")
			}
			maybe := map[string]string{"blob:none": `"NOTES.md"`, "tree:0": "the fork's files"}[filter]
			if maybe != "" && (len(sum.Bad) != 1 || sum.Bad[0].Name != maybe) {
				t.Errorf("unread are %+v, and not %s, among which reports may be", sum.Bad, maybe)
			}
			if now := c.Git("count-objects", "-v"); now != objects {
				t.Errorf("objects were fetched: %s, before %s", now, objects)
			}

			// As the hint says; git itself may fetch what it needs on the way.
			fetch := exec.Command("git", "-C", c.Dir, "fetch", "--quiet", "--refetch", "--no-filter", "origin")
			if out, err := fetch.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			o := ofClone
			o.Anew = true
			sum = b.ingest(t, o)
			b.compare(t, sum)
			if status(sum, up[0]) != "integrated" || len(sum.Views[0].Unread) > 0 {
				t.Errorf("with its blobs the pick is %s; unread are %v", status(sum, up[0]), sum.Views[0].Unread)
			}
		})
	}
}

// What upstream or the fork threw away and git has pruned is history: the next
// ingest goes on, decisions about it are kept, and count again when it returns.
func TestPrunedHistory(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	picked := r.CherryPick(up[0])
	own := r.Commit(file(50), "Our own")
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	for _, h := range up[1:] {
		if _, _, err := b.in.Decide(t.Context(), fact.Decision{Commit: h, Status: fact.Skipped, Reason: "not ours"}, ingest.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	bundle := filepath.Join(t.TempDir(), "bundle")
	r.Git("bundle", "create", "--quiet", bundle, upstreamRef)
	r.Git("update-ref", upstreamRef, up[0])
	r.Git("update-ref", mainRef, picked)
	r.Git("update-ref", "-d", "refs/heads/theirs")
	r.Git("reflog", "expire", "--expire=now", "--all")
	r.Git("gc", "--quiet", "--prune=now")
	repo := b.in.Repo
	if found, err := repo.Resolve(t.Context(), up[2], own); err != nil || found[0].Found() || found[1].Found() {
		t.Fatalf("git still has them: %+v, %v", found, err)
	}
	r.Git("checkout", "--quiet", "--force", "main")
	sum := b.ingest(t, ingest.Options{})
	if status(sum, up[2]) != "not in the range" || status(sum, up[0]) != "integrated" {
		t.Errorf("%s, %s", status(sum, up[2]), status(sum, up[0]))
	}
	// A decision about another commit judges all of it without the lost objects.
	if _, _, err := b.in.Decide(t.Context(), fact.Decision{Subject: "nothing", Status: fact.Skipped, Reason: "r"}, ingest.Options{}); err != nil {
		t.Error(err)
	}
	err := b.in.Store.View(context.Background(), func(tx *db.Tx) error {
		list, err := tx.Decisions()
		if len(list) != 3 {
			t.Errorf("%d decisions, want 3", len(list))
		}
		c, cerr := tx.Commit(up[2])
		if c == nil {
			t.Error("a commit that git pruned is forgotten")
		}
		return errors.Join(err, cerr)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Git("fetch", "--quiet", bundle, "+"+upstreamRef+":"+upstreamRef)
	if sum := b.ingest(t, ingest.Options{}); status(sum, up[2]) != "skipped" || sum.New != 0 {
		t.Errorf("back again it is %s, and %d commits were read anew", status(sum, up[2]), sum.New)
	}
}

// Between two ingests git loses what the database still speaks of: a decision
// is recorded and judged all the same.
func TestDecisionAfterPruning(t *testing.T) {
	r := gittest.New(t)
	up := upstreamOf(r, 3)
	b := newBench(t, r)
	b.ingest(t, ingest.Options{})
	r.Git("update-ref", upstreamRef, up[0])
	r.Git("update-ref", "-d", "refs/heads/theirs")
	r.Git("reflog", "expire", "--expire=now", "--all")
	r.Git("gc", "--quiet", "--prune=now")
	if _, _, err := b.in.Decide(t.Context(), fact.Decision{Commit: up[2], Status: fact.Deferred, Reason: "later"}, ingest.Options{}); err != nil {
		t.Errorf("a mark on a commit that git has lost: %v", err)
	}
}

func TestReftable(t *testing.T) {
	r := gittest.New(t)
	version := strings.Split(strings.TrimPrefix(r.Git("version"), "git version "), ".")
	major, _ := strconv.Atoi(version[0])
	minor, _ := strconv.Atoi(version[1])
	if major < 2 || major == 2 && minor < 45 {
		t.Skipf("git %s does not know reftable", strings.Join(version, "."))
	}
	up := upstreamOf(r, 2)
	r.WorkTree()
	r.Git("refs", "migrate", "--ref-format=reftable")
	if sum := newBench(t, r).ingest(t, ingest.Options{}); status(sum, up[1]) != "pending" {
		t.Errorf("%+v", sum.Views)
	}
}
