//go:build unix

package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/demo"
	"tracker/internal/gittest"
	"tracker/internal/pagetest"
)

// crawled renders the pages of the repository at hand, and crawls all of them.
func crawled(t *testing.T) (dir string, pages map[string]*pagetest.Page) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "pages")
	must(t, "render", "html", "--output", dir)
	return dir, crawl(t, dir)
}

func crawl(t *testing.T, dir string) map[string]*pagetest.Page {
	t.Helper()
	pages := pagetest.Crawl(t, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) })
	var size, index int64
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, p)
		name = filepath.ToSlash(name)
		info, err := e.Info()
		if err != nil {
			return err
		}
		switch {
		case name == ".tracker-pages":
		case name == "assets/search.js":
			index = info.Size()
		case pages[name] == nil:
			t.Errorf("nothing leads to %s", name)
		case strings.HasSuffix(name, ".html"):
			size += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if index > size {
		t.Errorf("what is searched has %d bytes, the pages %d", index, size)
	}
	return pages
}

func TestPagesOfTheDemo(t *testing.T) {
	fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(fork)
	must(t, "ingest")
	must(t, "mark", "#112", "deferred", "--reason", "no designer yet, see #104", "--waits-for", "a designer")
	dir, pages := crawled(t)
	for name, want := range map[string][]string{
		"index.html":     {"13 upstream commits", "0 unaccounted", "What is next", "To settle"},
		"commits.html":   {"deferred", "integrated"},
		"conflicts.html": {"What they have in common"},
	} {
		for _, words := range want {
			if p := pages[name]; p == nil || !strings.Contains(strings.Join(strings.Fields(p.Text), " "), words) {
				t.Errorf("%s does not say %q", name, words)
			}
		}
	}
	// A second time brings the folder up to date: what is gone from it goes.
	stale := filepath.Join(dir, "commit", "0123456789ab.html")
	theirs := filepath.Join(dir, "commit", "mine.html")
	for _, name := range []string{stale, theirs} {
		if err := os.WriteFile(name, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	marker, err := os.OpenFile(filepath.Join(dir, ".tracker-pages"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = marker.WriteString("commit/0123456789ab.html\n../outside.html\n")
	}
	if err := errors.Join(err, marker.Close()); err != nil {
		t.Fatal(err)
	}
	must(t, "render", "html", "--output", dir)
	if _, err := os.Stat(stale); err == nil {
		t.Error("a page of an earlier time is still there")
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error("a page that tracker did not write is gone")
	}
}

// A folder that tracker has not marked is left alone, and one that it has can be
// written again, however far it came.
func TestFoldersOfPages(t *testing.T) {
	fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(fork)
	must(t, "ingest")
	put := func(name, text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(name, text string) {
		t.Helper()
		if got, err := os.ReadFile(name); err != nil || string(got) != text {
			t.Errorf("%s: %v, %.40q", filepath.Base(name), err, got)
		}
	}
	theirs := t.TempDir()
	for _, name := range []string{"index.html", "assets/search.js", "commit/a.html"} {
		put(filepath.Join(theirs, name), "mine")
	}
	if code, _, errs := tracker("render", "html", "--output", theirs); code != 1 || !strings.Contains(errs, "not empty") {
		t.Errorf("exit %d: %s", code, errs)
	}
	for _, name := range []string{"index.html", "assets/search.js", "commit/a.html"} {
		holds(filepath.Join(theirs, name), "mine")
	}
	if entries, _ := os.ReadDir(theirs); len(entries) != 3 {
		t.Errorf("a folder that was refused has %d entries", len(entries))
	}

	dir := filepath.Join(t.TempDir(), "pages")
	must(t, "render", "html", "--output", dir)
	marker, err := os.ReadFile(filepath.Join(dir, ".tracker-pages"))
	if err != nil {
		t.Fatal(err)
	}
	// Cut off at its beginning: the marker, half a page, and nothing else.
	cut := t.TempDir()
	put(filepath.Join(cut, ".tracker-pages"), string(marker))
	put(filepath.Join(cut, ".tracker-pages.part"), "track")
	put(filepath.Join(cut, "commits.html.part"), "<!doc")
	must(t, "render", "html", "--output", cut)
	crawl(t, cut)
	holds(filepath.Join(cut, ".tracker-pages"), string(marker))
	// And before that.
	before := t.TempDir()
	put(filepath.Join(before, ".tracker-pages.part"), "track")
	must(t, "render", "html", "--output", before)
	crawl(t, before)

	other := filepath.Join(t.TempDir(), "other")
	put(other, "mine")
	index := filepath.Join(dir, "index.html")
	if err := errors.Join(os.Remove(index), os.Link(other, index)); err != nil {
		t.Fatal(err)
	}
	must(t, "render", "html", "--output", dir)
	holds(other, "mine")
}

// Whatever a repository's names, messages and reports hold, in the pages it is text.
func TestPagesOfAHostileRepository(t *testing.T) {
	r, tr := hostileRepo(t)
	t.Chdir(r.Dir)
	db := filepath.Join(t.TempDir(), "db")
	if code, _, errs := tracker("--db", db, "ingest", "--fork", hostileFork, "--upstream", hostileUpstream); code != 0 && code != 3 {
		t.Fatalf("ingest: exit %d: %s", code, errs)
	}
	dir := filepath.Join(t.TempDir(), "pages")
	must(t, "--db", db, "render", "html", "--output", dir)
	pages := crawl(t, dir)
	if len(pages) < 20 {
		t.Errorf("only %d pages", len(pages))
	}
	if ran := tr.sprung(); len(ran) > 0 {
		t.Errorf("rendering ran %q", ran)
	}
}

// Long texts are cut, and what is left of them is harmless.
func TestPagesOfLongTexts(t *testing.T) {
	notUnderRace(t)
	r := gittest.New(t)
	long := strings.Repeat("a<b>\u202e", 1<<20/8)
	r.Commit(gittest.Files{"a.rs": "one\n"}, "Begin")
	r.Branch("theirs")
	var up []string
	up = append(up, r.Commit(gittest.Files{"a.rs": long + "\n"}, "A long line"))
	up = append(up, r.Commit(gittest.Files{"b.js": strings.Repeat("/*", 1<<19) + "\n"}, strings.Repeat("t", 1<<20)+"\n\n"+long))
	up = append(up, r.Commit(gittest.Files{"c/" + strings.Repeat("d", 200): "x\n"}, "A long name\n\n"+strings.Repeat("[x](", 1<<16)))
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.CherryPick(up[0], gittest.Resolve(gittest.Files{"a.rs": long + "mine\n"}))
	var report strings.Builder
	report.WriteString("# Sync\n\n")
	for _, h := range up {
		report.WriteString("- " + h[:10] + " skipped: " + long[:2000] + "\n")
	}
	report.WriteString("\n" + strings.Repeat("**a ", 1<<18) + "\n\n" + strings.Repeat(">", 1<<16) + " deep\n\n" + strings.Repeat("[", 1<<16) + "\n\n" + strings.Repeat("a[b](javascript:c) ", 1<<12) + "\n")
	r.Commit(gittest.Files{"SYNC.md": report.String()}, "Report")
	r.WorkTree()
	t.Chdir(r.Dir)
	if code, _, errs := tracker("ingest"); code != 0 && code != 3 {
		t.Fatalf("ingest: exit %d: %s", code, errs)
	}
	_, pages := crawled(t)
	for name, p := range pages {
		if len(p.Text) > 2<<20 {
			t.Errorf("%s has %d bytes of text", name, len(p.Text))
		}
	}
}

// TRACKER_PAGES names a folder that render html wrote: of a real fork, say.
func TestPagesOfAFolder(t *testing.T) {
	dir := os.Getenv("TRACKER_PAGES")
	if dir == "" {
		t.Skip("TRACKER_PAGES names no folder")
	}
	links := 0
	pages := crawl(t, dir)
	for _, p := range pages {
		links += len(p.Links)
	}
	t.Logf("%d files, %d links within them", len(pages), links)
}
