package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/gittest"
)

// recurring is a repository with two release branches of a fork, which have the same
// changes of their own. On the first, an upstream commit was picked that conflicts with
// these in two places, each resolved by hand. The current branch is the second.
func recurring(t *testing.T, opts ...gittest.InitOption) (r *gittest.Repo, upstream string) {
	r = gittest.New(t, opts...)
	r.Commit(gittest.Files{"a": lined(nil), "gone": "1\n"}, "Begin")
	r.Branch("one")
	r.Branch("theirs")
	upstream = r.Commit(gittest.Files{"a": lined(map[int]string{5: "theirs", 20: "theirs too"}), "gone": "2\n"}, "Change both places")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("one")
	r.Commit(gittest.Files{"a": lined(map[int]string{5: "ours", 20: "ours too"})}, "Own")
	r.CherryPick(upstream, gittest.Resolve(gittest.Files{"a": lined(map[int]string{5: "resolved", 20: "ours too\ntheirs too"})}))
	r.Checkout("main")
	r.Commit(gittest.Files{"a": lined(map[int]string{1: "elsewhere", 5: "ours", 20: "ours too"}), "gone": gittest.Deleted}, "Own, and more")
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest", "--upstream", "upstream/main", "--fork", "main", "--fork", "one")
	return r, upstream
}

// conflicting runs a git command that ends with a conflict.
func conflicting(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.org"}, args...)...).CombinedOutput(); err == nil {
		t.Fatalf("git %v does not conflict:\n%s", args, out)
	}
}

const suggestions = `.conflicts[] | "\(.path) \(.hunk) " + ([.suggestions[] | "\(.match) \(.how) \(.seen)/\(.of)"] | join(", "))`

func TestSuggestTheResolutionOfTheSameConflict(t *testing.T) {
	_, upstream := recurring(t)
	want := "a 1 exact manual 1/1, path manual 1/1, class manual 1/1\n" +
		"a 2 exact both 1/1, path manual 1/1, class manual 1/1\n" +
		"gone 0 "
	if got := must(t, "suggest", upstream, "--jq", suggestions); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("suggested is\n%s\nand not\n%s", got, want)
	}
	if got := must(t, "suggest", upstream, "--jq", ".conflicts[0].suggestions[0].text, .conflicts[1].suggestions[0].text"); got != "resolved\n\nours too\ntheirs too\n\n" {
		t.Errorf("the texts are %q", got)
	}
	if got := must(t, "predict", upstream, "--jq", `.commits[0].conflicts[0].suggestions | map(.match) | join(" ")`); got != "exact exact\n" {
		t.Errorf("predict suggests %q", got)
	}
	// The same is told of the conflict in progress, but for what is resolved already.
	for _, style := range []string{"merge", "diff3", "zdiff3"} {
		conflicting(t, "-c", "merge.conflictStyle="+style, "cherry-pick", upstream)
		if got := must(t, "suggest", "--jq", suggestions); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
			t.Errorf("%s: suggested in progress is\n%s\nand not\n%s", style, got, want)
		}
		if got := must(t, "suggest", "--jq", ".operation"); got != "cherry-pick\n" {
			t.Errorf("in progress is %q", got)
		}
		gitHere(t, "cherry-pick", "--abort")
	}
	conflicting(t, "cherry-pick", upstream)
	text, err := os.ReadFile("a")
	if err != nil {
		t.Fatal(err)
	}
	first := text[strings.Index(string(text), "<<<<<<<"):]
	first = first[:strings.Index(string(first), ">>>>>>>")]
	end := strings.Index(string(text), ">>>>>>>")
	end += strings.Index(string(text[end:]), "\n") + 1
	half := strings.Replace(string(text[:end]), string(first), "mine\n", 1)
	half = half[:strings.Index(half, ">>>>>>>")] + string(text[end:])
	if err := os.WriteFile("a", []byte(half), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := must(t, "suggest", "--jq", `.conflicts[] | "\(.path) \(.hunk) \(.line)"`); got != "a 2 20\ngone 0 null\n" {
		t.Errorf("of what is half resolved it says %q", got)
	}
	gitHere(t, "cherry-pick", "--abort")
}

func gitHere(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.org"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// Git resolves the conflict by what tracker put into its cache, whatever the style and
// the names of objects, and an entry that is there is left as it is.
func TestRerereResolvesTheSameConflict(t *testing.T) {
	notUnderRace(t)
	for name, c := range map[string]struct {
		style string
		opts  []gittest.InitOption
	}{
		"merge": {style: "merge"}, "diff3": {style: "diff3"}, "zdiff3": {style: "zdiff3"}, "sha256": {style: "merge", opts: []gittest.InitOption{gittest.SHA256}},
	} {
		t.Run(name, func(t *testing.T) {
			r, upstream := recurring(t, c.opts...)
			r.Git("config", "merge.conflictStyle", c.style)
			cache := filepath.Join(r.Dir, ".git", "rr-cache")
			dry := must(t, "rerere", "--dry-run", upstream, "--json")
			if _, err := os.Stat(cache); !os.IsNotExist(err) {
				t.Fatalf("a dry run made %s", cache)
			}
			var would, is struct {
				Creates bool
				Entries []struct{ ID, State, Path string }
				Left    []struct{ Path, Why string }
			}
			if err := json.Unmarshal([]byte(dry), &would); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(must(t, "rerere", upstream, "--json")), &is); err != nil {
				t.Fatal(err)
			}
			if len(would.Entries) != 1 || len(is.Entries) != 1 || would.Entries[0].ID != is.Entries[0].ID || !is.Creates {
				t.Fatalf("would be %+v, is %+v", would, is)
			}
			if len(is.Left) != 1 || is.Left[0].Path != "gone" {
				t.Errorf("left is %+v", is.Left)
			}
			r.Git("config", "rerere.autoUpdate", "true") // the folder alone switches rerere on
			conflicting(t, "cherry-pick", upstream)
			if got := gitHere(t, "ls-files", "-u"); strings.Contains(got, "\ta\n") {
				t.Errorf("a still conflicts:\n%s", got)
			}
			want := lined(map[int]string{1: "elsewhere", 5: "resolved", 20: "ours too\ntheirs too"})
			if got := gitHere(t, "show", ":a"); got != want {
				t.Errorf("git made\n%s\nof it", got)
			}
			gitHere(t, "cherry-pick", "--abort")
			post := filepath.Join(cache, is.Entries[0].ID, "postimage")
			if err := os.WriteFile(post, []byte("another\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			if got := must(t, "rerere", upstream, "--jq", ".entries[0].state"); got != "there\n" {
				t.Errorf("an entry that is there is %q", got)
			}
			if text, err := os.ReadFile(post); string(text) != "another\n" {
				t.Errorf("it became %q (%v)", text, err)
			}
		})
	}
}

// What git could not take apart, or finds otherwise in the work tree, is left.
func TestRerereLeavesWhatGitWouldNotKnowAgain(t *testing.T) {
	r, upstream := recurring(t)
	left := func(want string) {
		t.Helper()
		if got := must(t, "rerere", "--dry-run", upstream, "--jq", `.left[] | select(.path=="a") | .why`); !strings.Contains(got, want) {
			t.Errorf("left because %q, and not %q", got, want)
		}
	}
	if err := os.WriteFile(".gitattributes", []byte("a eol=crlf\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	left("attributes")
	if err := os.WriteFile(".gitattributes", []byte("a conflict-marker-size=9\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := must(t, "rerere", "--dry-run", upstream, "--jq", ".entries[0].before"); !strings.Contains(got, "\n<<<<<<<<<\n") || strings.Contains(got, "<<<<<<<<<<") {
		t.Errorf("with longer markers it is\n%s", got)
	}
	os.Remove(".gitattributes")
	r.Git("config", "core.autocrlf", "true")
	left("attributes")
	r.Git("config", "core.autocrlf", "false")
	r.Git("config", "rerere.enabled", "false")
	if got := must(t, "rerere", "--dry-run", upstream, "--jq", ".off"); got != "true\n" {
		t.Errorf("off is %q", got)
	}
}

// remet is a repository whose fork picked an upstream commit, of file f, that conflicts,
// and resolved it; upstream then took the change back and made it again, so that the next
// pick meets the same conflict.
func remet(t *testing.T, base, ours, theirs, resolved string, after func(r *gittest.Repo, pick string)) (r *gittest.Repo, again string) {
	t.Helper()
	r = gittest.New(t)
	r.Commit(gittest.Files{"f": base}, "Begin")
	r.Branch("theirs")
	upstream := r.Commit(gittest.Files{"f": theirs}, "Change")
	r.Commit(gittest.Files{"f": base}, "Take it back")
	again = r.Commit(gittest.Files{"f": theirs}, "Change again")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"f": ours}, "Own")
	pick := r.CherryPick(upstream, gittest.Resolve(gittest.Files{"f": resolved}), gittest.Message("Change\n\n(cherry picked from commit "+upstream+")\n"))
	after(r, pick)
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest", "--upstream", "upstream/main", "--fork", "main")
	return r, again
}

// Nothing is handed to git that leaves a doubt.
func TestRerereHandsOverWhatStandsAlone(t *testing.T) {
	notUnderRace(t)
	base, ours, theirs := lined(nil), lined(map[int]string{15: "ours"}), lined(map[int]string{15: "theirs"})
	const between = "{\n\tone\n\ttwo\n\tthree\n\tfour\n}\n"
	back := func(r *gittest.Repo, _ string) { r.Commit(gittest.Files{"f": ours}, "Own again") }
	for _, c := range []struct {
		name, base, ours, theirs, resolved string
		after                              func(r *gittest.Repo, pick string)
		why                                string
	}{
		{"as it was", base, ours, theirs, lined(map[int]string{15: "by hand"}), func(r *gittest.Repo, _ string) { r.Commit(gittest.Files{"other": "1\n"}, "Other") }, ""},
		{"markers", base, ours, theirs, lined(map[int]string{15: "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> 1234567 (Change)"}), back, "1 untried"},
		{"taken back", base, ours, theirs, lined(map[int]string{15: "bad"}), func(r *gittest.Repo, pick string) { r.Revert(pick) }, "taken back by"},
		{"changed again", base, ours, theirs, lined(map[int]string{15: "bad"}), back, "changed again"},
		{"with its neighbour", base, ours, theirs, lined(map[int]string{15: "by hand", 16: "too"}), back, "other lines"},
		{
			"at the end", "1\n2\nold", "1\n2\nours", "1\n2\ntheirs", "1\n2\nboth",
			func(r *gittest.Repo, _ string) { r.Commit(gittest.Files{"f": "1\n2\nours"}, "Own again") }, "other lines",
		},
		{
			// Which of the two the lines between belong to cannot be told.
			"two of a kind", "a\n" + between + "b\n" + between, "ours\n" + between + "ours\n" + between, "theirs\n" + between + "theirs\n" + between,
			"ours\n" + between + "theirs\n" + between + "ours\n" + between,
			func(r *gittest.Repo, _ string) { r.Commit(gittest.Files{"other": "1\n"}, "Other") }, "other lines",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, again := remet(t, c.base, c.ours, c.theirs, c.resolved, c.after)
			// What became of it changes the file, so that the same conflict is met where it was.
			got := must(t, "rerere", "--dry-run", "--jq", `.entries[].state, .left[].why, "\(.untried) untried"`, "--onto", "main^{/^Own$}", again)
			want := c.why
			if want == "" {
				want = "would be written"
			}
			if !strings.Contains(got, want) {
				t.Errorf("it says %q, and not %q", got, want)
			}
		})
	}
}

// What left the fork, or is denied to be a pick, teaches nothing any more.
func TestMemoryForgetsWhatIsNot(t *testing.T) {
	base, ours, theirs := lined(nil), lined(map[int]string{15: "ours"}), lined(map[int]string{15: "theirs"})
	var pick string
	r, again := remet(t, base, ours, theirs, lined(map[int]string{15: "by hand"}), func(r *gittest.Repo, p string) { pick = p })
	known := func(want string) {
		t.Helper()
		if got := must(t, "suggest", again, "--onto", "main^", "--jq", `"\(.known) " + ([.conflicts[].suggestions[].match] | join(" "))`); strings.TrimSpace(got) != want {
			t.Errorf("known is %q, and not %q", got, want)
		}
		count := strings.Fields(want)[0]
		if got := must(t, "conflicts", "--jq", ".conflicts | length"); strings.TrimSpace(got) != count {
			t.Errorf("%s conflicts are listed, and not %s", got, count)
		}
		if got := must(t, "search", "kind:conflict", "--jq", ".total"); strings.TrimSpace(got) != count {
			t.Errorf("%s conflicts are found, and not %s", got, count)
		}
	}
	known("1 exact path class")
	upstream := strings.TrimSpace(must(t, "conflicts", "--jq", ".conflicts[0].upstream"))
	must(t, "mark", upstream, "not", pick, "--reason", "it is not")
	known("0")
	must(t, "mark", "--undo", "1")
	known("1 exact path class")
	r.Git("reset", "--quiet", "--hard", "HEAD^")
	r.Git("commit", "--quiet", "--allow-empty", "-m", "Instead")
	must(t, "ingest")
	if got := must(t, "suggest", again, "--jq", ".known"); got != "0\n" {
		t.Errorf("of what is gone %s is known", got)
	}
}

// The sides of a rebase are turned, places of equal sides are told apart, and markers may
// be longer.
func TestSuggestInProgress(t *testing.T) {
	base, ours, theirs := lined(nil), lined(map[int]string{5: "ours", 25: "ours"}), lined(map[int]string{5: "theirs", 25: "theirs"})
	r, again := remet(t, base, ours, theirs, theirs, func(r *gittest.Repo, _ string) {
		r.Commit(gittest.Files{"f": ours}, "Own again")
	})
	const places = `.conflicts[] | "\(.hunk) \(.line) " + ([.suggestions[] | "\(.match) \(.how)"] | join(", "))`
	tell := func(want string) {
		t.Helper()
		if got := strings.TrimSpace(must(t, "suggest", "--jq", places)); got != want {
			t.Errorf("it says\n%s\nand not\n%s", got, want)
		}
	}
	if err := os.MkdirAll(filepath.Join(r.Dir, ".git", "info"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{7, 9} {
		if err := os.WriteFile(filepath.Join(r.Dir, ".git", "info", "attributes"), []byte("f conflict-marker-size="+strconv.Itoa(size)+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		conflicting(t, "cherry-pick", again)
		tell("1 5 exact theirs, path theirs, class theirs\n2 29 exact theirs, path theirs, class theirs")
		text, err := os.ReadFile("f")
		if err != nil {
			t.Fatal(err)
		}
		start := strings.Index(string(text), "<<<")
		end := strings.Index(string(text), ">>>")
		end += strings.Index(string(text[end:]), "\n") + 1
		if err := os.WriteFile("f", []byte(string(text[:start])+"mine\n"+string(text[end:])), 0o666); err != nil {
			t.Fatal(err)
		}
		tell("2 25 exact theirs, path theirs, class theirs")
		gitHere(t, "cherry-pick", "--abort")
	}
	// The fork's own commits onto upstream: theirs is the fork's side now.
	gitHere(t, "checkout", "-q", "-b", "rebased", "main")
	conflicting(t, "rebase", "--onto", again, "main~3", "rebased")
	tell("1 5 exact ours, path ours, class ours\n2 29 exact ours, path ours, class ours")
	gitHere(t, "rebase", "--abort")
	gitHere(t, "checkout", "-q", "main")
	if err := os.WriteFile(".gitattributes", []byte("f conflict-marker-size=9000000000000000000\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, "rerere", "--dry-run", again) // and does not make markers as long
}
