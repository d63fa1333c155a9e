package cli_test

import (
	"strings"
	"testing"

	"tracker/internal/gittest"
)

// lined is a file of 30 lines, some of them others.
func lined(other map[int]string) string {
	var b strings.Builder
	for i := 1; i <= 30; i++ {
		line, ok := other[i]
		if !ok {
			line = strings.Repeat("i", i)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// Of a partial pick the part that was left out is not met, also where a need
// rests on the part that was taken as well.
func TestWhatAPartialPickLeftOutIsNeeded(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": lined(nil), "b": lined(nil)}, "Begin")
	r.Branch("theirs")
	u1 := r.Commit(gittest.Files{"a": lined(map[int]string{20: "one"}), "b": lined(map[int]string{10: "one"})}, "Change both")
	u2 := r.Commit(gittest.Files{"a": lined(map[int]string{20: "two"}), "b": lined(map[int]string{10: "two"})}, "Change both again")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"a": lined(map[int]string{20: "one"})}, "Change both\n\n(cherry picked from commit "+u1+")\n")
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest")
	wants := func(want string, args ...string) {
		t.Helper()
		if got := strings.TrimSpace(must(t, args...)); got != want {
			t.Errorf("tracker %q says\n%s\nand not\n%s", args, got, want)
		}
	}
	wants("partial", "status", u1, "--jq", ".commits[0].status")
	wants(u1, "deps", u2, "--jq", "[.edges[].to] | unique | .[]")
	wants(u1+" added clean\n"+u2+"  clean", "plan", u2, "--jq", `.steps[] | "\(.commit) \(if .added then "added" else "" end) \(.result)"`)
	wants("b prerequisite "+u1, "predict", u2, "--jq", `.commits[0].conflicts[] | "\(.path) \(.cause) \(.needs[0])"`)
	wants(u1, "plan", u1, "--jq", ".steps[].commit")
}

// What --onto names may lack upstream commits that the fork's tip has by a merge.
func TestOntoACommitOlderThanTheBase(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": lined(nil)}, "Begin")
	r.Branch("older")
	r.Branch("theirs")
	u1 := r.Commit(gittest.Files{"a": lined(map[int]string{10: "one"})}, "One")
	r.Branch("merged")
	r.Checkout("theirs")
	u2 := r.Commit(gittest.Files{"a": lined(map[int]string{10: "two"})}, "Two")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("older")
	r.Commit(gittest.Files{"old": "1\n"}, "Old")
	r.Checkout("main")
	r.Commit(gittest.Files{"own": "1\n"}, "Own")
	r.Merge("merged")
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest", "--upstream", "upstream/main", "--fork", "main", "--fork", "older")
	steps := `.steps[] | "\(.commit) \(.added) \(.result)"`
	if got, want := strings.TrimSpace(must(t, "plan", u2, "--onto", "older", "--jq", steps)), u1+" true clean\n"+u2+" false clean"; got != want {
		t.Errorf("the plan onto the older branch is\n%s\nand not\n%s", got, want)
	}
	if got, want := strings.TrimSpace(must(t, "plan", u2, "--jq", steps)), u2+" false clean"; got != want {
		t.Errorf("the plan is\n%s\nand not\n%s", got, want)
	}
	if got := strings.TrimSpace(must(t, "predict", u2, "--onto", "older", "--jq", ".commits[0].conflicts[0] | .cause, .needs[0]")); got != "prerequisite\n"+u1 {
		t.Errorf("the conflict is told to be of %q", got)
	}
}

// A merge of upstream's is nothing that the fork has: the error says what it is.
func TestDepsAndPlanOfAMerge(t *testing.T) {
	r := gittest.New(t)
	r.Commit(gittest.Files{"a": "1\n"}, "Begin")
	r.Branch("side")
	r.Commit(gittest.Files{"s": "1\n"}, "Side")
	r.Checkout("main")
	r.Branch("theirs")
	r.Commit(gittest.Files{"u": "1\n"}, "Theirs")
	merge := r.Merge("side")
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"own": "1\n"}, "Own")
	r.WorkTree()
	t.Chdir(r.Dir)
	must(t, "ingest")
	for _, command := range []string{"deps", "plan"} {
		says(t, 1, []string{"is a merge commit", "hint: name the commits that it brings: git log --no-merges " + merge[:9] + "^.." + merge[:9]}, command, merge)
	}
}
