package git_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tracker/internal/git"
	"tracker/internal/gittest"
)

// Git itself is the oracle: one command for each fact.
func TestLogSaysWhatGitSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, _ := random(t, rt)
		repo := open(rt, r.Dir)
		commits, _, err := readAll(repo)
		if err != nil {
			rt.Fatal(err)
		}
		var order []string
		for _, c := range commits {
			order = append(order, c.Hash)
		}
		if want := r.Git("rev-list", "--topo-order", "--all"); strings.Join(order, "\n") != want {
			rt.Fatalf("order %q, want %q", order, want)
		}
		for _, c := range commits {
			c.Changes = changesOf(rt, r, c.Hash)
			field := func(format string) string {
				return r.Git("show", "-s", "--date=iso-strict", "--format="+format, c.Hash)
			}
			got := strings.Join(c.Parents, " ") + "|" + c.Author.Name + "|" + c.Author.Email + "|" + c.AuthorDate.Format("2006-01-02T15:04:05-07:00") + "|" + c.CommitDate.Format("2006-01-02T15:04:05-07:00")
			if want := field("%P|%an|%ae|%ad|%cd"); got != want {
				rt.Fatalf("commit %s: %q, want %q", c.Hash, got, want)
			}
			if want := field("%s"); c.Subject != utf8Of(want) {
				rt.Fatalf("subject %q, want %q", c.Subject, want)
			}
			if want := field("%b"); c.Body != utf8Of(strings.TrimRight(want, "\n")) {
				rt.Fatalf("body %q, want %q", c.Body, want)
			}
			var changes strings.Builder
			for _, ch := range c.Changes {
				changes.WriteString(string(rune(ch.Status)) + "\x00" + ch.Path + "\x00")
			}
			if want := r.Git("diff-tree", "-r", "-z", "--root", "--no-renames", "--name-status", "--no-commit-id", c.Hash); changes.String() != want {
				rt.Fatalf("changes %q, want %q", changes.String(), want)
			}
			if strings.HasPrefix(r.Git("show", "-s", "--format=%B", c.Hash), "\n") {
				continue // git's commands disagree on what follows a missing subject
			}
			var trailers strings.Builder
			for _, tr := range c.Trailers {
				trailers.WriteString(tr.Key + ": " + tr.Value + "\n")
			}
			want := r.GitInput(r.Git("show", "-s", "--format=%B", c.Hash)+"\n", "interpret-trailers", "--parse")
			if strings.TrimSuffix(trailers.String(), "\n") != want {
				rt.Fatalf("trailers %q, want %q of %q", trailers.String(), want, c.Body)
			}
		}
	})
}

// utf8Of reads bytes that are not UTF-8 as Latin-1.
func utf8Of(s string) string {
	return strings.ReplaceAll(s, "l\xe4tin", "lätin")
}

func TestLogDecodesMessagesAndPeople(t *testing.T) {
	r := gittest.New(t)
	r.Commit(nil, "Gr\xfc\xdfe", gittest.Encoding("ISO-8859-1"), gittest.Author("J\xfcrgen", "j@example.org"))
	r.Commit(nil, "undeclared Gr\xfc\xdfe", gittest.Author("J\xfcrgen", "j@example.org"))
	r.Commit(nil, "日本", gittest.Date(time.Date(2020, 2, 29, 23, 59, 58, 0, time.FixedZone("", 5*3600+1800))))
	r.Git("rev-parse", "HEAD")
	commits, _, err := readAll(open(t, r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	if c := commits[2]; c.Subject != "Grüße" || c.Author.Name != "Jürgen" {
		t.Errorf("declared Latin-1 gives %q by %q", c.Subject, c.Author.Name)
	}
	if c := commits[1]; c.Subject != "undeclared Grüße" || c.Author.Name != "Jürgen" {
		t.Errorf("undeclared Latin-1 gives %q by %q", c.Subject, c.Author.Name)
	}
	if got := commits[0].AuthorDate.Format(time.RFC3339); got != "2020-02-29T23:59:58+05:30" {
		t.Errorf("author date %s", got)
	}
	if commits[0].Files == nil || len(commits[0].Files) != 0 {
		t.Errorf("an empty commit has files %#v; want an empty list that is not null", commits[0].Files)
	}
}

func TestLogExcludesAndRefuses(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t)
	one := r.Commit(gittest.Files{"a": "1\n"}, "One")
	two := r.Commit(gittest.Files{"a": "2\n"}, "Two")
	r.Git("rev-parse", "HEAD")
	repo := open(t, r.Dir)
	var got []string
	collect := func(c *git.Commit) error { got = append(got, c.Hash); return nil }
	if err := repo.Log(ctx, []string{"main"}, []string{one}, collect); err != nil || len(got) != 1 || got[0] != two {
		t.Errorf("one..main is %q, %v", got, err)
	}
	if err := repo.Log(ctx, nil, []string{one}, collect); err != nil || len(got) != 1 {
		t.Errorf("nothing included gives %q, %v", got, err)
	}
	for _, rev := range []string{"--all", "^main", "", "main\n--all", "nothing-such"} {
		err := repo.Log(ctx, []string{rev}, nil, func(*git.Commit) error { return errors.New("a commit came") })
		if err == nil || err.Error() == "a commit came" {
			t.Errorf("revision %q: %v", rev, err)
		}
	}
	stop := errors.New("stop")
	if err := repo.Log(ctx, []string{"main"}, nil, func(*git.Commit) error { return stop }); err != stop {
		t.Errorf("the callback's error came back as %v", err)
	}
}

func TestPullRequest(t *testing.T) {
	for _, c := range []struct {
		subject, body string
		want          int
	}{
		{"Fix tiles (#214)", "", 214},
		{"Fix tiles (!7)", "", 7},
		{"Backport (#12) (#34)", "", 34},
		{"Revert \"Fix tiles (#214)\"", "", 0},
		{"Revert \"Fix tiles (#214)\" (#220)", "", 220},
		{"Fix #214 for good", "Fixes #3", 0},
		{"Merge pull request #41 from a/b", "Title", 41},
		{"Merge branch 'x' into 'main'", "Title\n\nSee merge request group/sub/name!99", 99},
		{"Mention", "As told in\nSee merge request group/name!99 and others", 0},
		{"Huge (#12345678901234567890)", "", 0},
	} {
		if got := git.PullRequest(c.subject, c.body); got != c.want {
			t.Errorf("PullRequest(%q, %q) = %d, want %d", c.subject, c.body, got, c.want)
		}
	}
}

func TestLogCommitsKeepsTheOrder(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t, gittest.Bare)
	one := r.Commit(gittest.Files{"a": "1\n"}, "One")
	two := r.Commit(gittest.Files{"a": "2\n"}, "Two")
	three := r.Commit(gittest.Files{"a": "3\n"}, "Three")
	r.Git("rev-parse", "main")
	repo := open(t, r.Dir)
	var got []string
	collect := func(c *git.Commit) error { got = append(got, c.Hash+c.Subject); return nil }
	if err := repo.LogCommits(ctx, []string{two, one, three}, collect); err != nil || strings.Join(got, " ") != two+"Two "+one+"One "+three+"Three" {
		t.Errorf("commits %q, %v", got, err)
	}
	if err := repo.LogCommits(ctx, nil, collect); err != nil || len(got) != 3 {
		t.Errorf("no commits: %q, %v", got, err)
	}
	for _, bad := range []string{"main", strings.Repeat("1", 40), ""} {
		if err := repo.LogCommits(ctx, []string{one, bad}, func(*git.Commit) error { return nil }); err == nil {
			t.Errorf("commit %q is no error", bad)
		}
	}
	var diffs []string
	if err := repo.ReadCommits(ctx, []string{two}, 1, func(d *git.Diff) error { diffs = append(diffs, show(d)); return nil }); err != nil || len(diffs) != 1 || !strings.HasSuffix(diffs[0], "-1\n+2\n") {
		t.Errorf("diffs %q, %v", diffs, err)
	}
}

func TestRevListSaysWhatGitSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, commits := random(t, rt)
		exclude := commits[rapid.IntRange(0, len(commits)-1).Draw(rt, "exclude")]
		var got strings.Builder
		err := open(rt, r.Dir).RevList(context.Background(), []string{r.Tip()}, []string{exclude}, func(hash string, parents int) {
			fmt.Fprintln(&got, hash, parents)
		})
		if err != nil {
			rt.Fatal(err)
		}
		var want strings.Builder
		for line := range strings.Lines(r.Git("rev-list", "--topo-order", "--parents", r.Tip(), "^"+exclude)) {
			fields := strings.Fields(line)
			fmt.Fprintln(&want, fields[0], len(fields)-1)
		}
		if got.String() != want.String() {
			rt.Fatalf("rev-list:\n%swant:\n%s", got.String(), want.String())
		}
	})
}

func TestLastChangedSaysWhatGitSays(t *testing.T) {
	ctx := context.Background()
	r := gittest.New(t, gittest.Bare)
	one := r.Commit(gittest.Files{"a b": "1\n", "new\nline": "1\n", ":(glob)*": "1\n", "x": "1\n"}, "One")
	r.Commit(gittest.Files{"new\nline": "2\n", "x": "2\n"}, "Two")
	r.Commit(gittest.Files{":(glob)*": "3\n"}, "Three")
	r.Commit(gittest.Files{"y": "1\n", "x": gittest.Deleted}, "Four")
	r.Git("rev-parse", "main")
	repo := open(t, r.Dir)
	paths := []string{"a b", "new\nline", ":(glob)*", "x", "never"}
	got, err := repo.LastChanged(ctx, "main", "", paths)
	if err != nil || len(got) != 4 {
		t.Fatalf("changed %v, %v", got, err)
	}
	for path, at := range got {
		if want := r.Git("--literal-pathspecs", "log", "-1", "--format=%ct", "main", "--", path); fmt.Sprint(at.Unix()) != want {
			t.Errorf("%q changed at %d, want %s", path, at.Unix(), want)
		}
	}
	if got, err = repo.LastChanged(ctx, "main", one, paths); err != nil || len(got) != 3 || !got["a b"].IsZero() {
		t.Errorf("after the first commit: %v, %v", got, err)
	}
	if got, err = repo.LastChanged(ctx, "main", "", nil); err != nil || len(got) != 0 {
		t.Errorf("no paths: %v, %v", got, err)
	}
	if _, err = repo.LastChanged(ctx, "nothing", "", paths); err == nil {
		t.Error("a missing revision is no error")
	}
}
