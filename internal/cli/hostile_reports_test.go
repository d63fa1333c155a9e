package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/internal/cli"
	"tracker/internal/demo"
)

// hostileReports are reports that nobody writes by hand, each with what is said
// of it when it cannot be read, or not whole. %s is the hash of a commit. size
// is that of the largest.
func hostileReports(less int) map[string][2]string {
	const whole, cutLine, cutText = "", ": only the first 16 kB of a line are read", ": only the first 4 MB are read"
	n := func(text string, times int) string { return strings.Repeat(text, times) }
	ladder := func(mark string, depth int) string {
		var b strings.Builder
		for i := range depth {
			b.WriteString(n(mark, i) + "- %s skipped: too deep\n")
		}
		return b.String()
	}
	return map[string][2]string{
		"raw-html":     {"<table><tr onclick=x()><td>%s</td><td>skipped</td></tr></table><script>alert(1)</script>\n" + n("<b onmouseover=x()>\n", 1e4), whole},
		"huge":         {"- %s skipped: at the top\n\n" + n("Nothing of note in this sentence, and nothing in the next.\n\n", 50<<20/60/less), cutText},
		"long-line":    {"- %s skipped " + n("word ", 1<<20/5) + "\n", cutLine},
		"lists":        {ladder("  ", 1000/less) + n(n(" ", 200)+"- %s skipped: too deep\n", 9000/less), whole},
		"one-list":     {n("- ", 10000) + "%s skipped\n", cutLine},
		"quotes":       {ladder(">", 1000/less) + n(n(">", 500)+"x\n", 1000), whole},
		"one-quote":    {n("> ", 10000) + "%s skipped\n", cutLine},
		"emphasis":     {"- %s skipped: " + n("*a **b ", 10000) + "\n", cutLine},
		"brackets":     {"- %s skipped: " + n("[", 7500) + n("]", 7500) + "\n" + n("[a](\n", 10000) + n("![\n", 10000), whole},
		"long-table":   {"| commit | status |\n|-|-|\n" + n("| %s | skipped |\n", 50000/less), whole},
		"wide-table":   {n("|a", 7000) + "|\n" + n("|-", 7000) + "|\n" + n("| %s |"+n("b|", 6900)+"\n", 20/less), whole},
		"many-hashes":  {"- %s skipped: first\n" + hashLines(20000/less), whole},
		"invalid-utf8": {n("# \xff\xfe\xc3\x28\n- %s \xed\xa0\x80 skipped: \xf5\n", 1000/less), whole},
		"nul":          {n("- %s skipped: a NUL \x00 here\n", 1000/less), whole},
		"no-text":      {n("\x00\x01\x02\x03\xfe\xff", 10000), ": not a text"},
		"escapes":      {n("- %s skipped: \x1b[2J\x1b]0;owned\x07 &#x1b;[31m \u202e\u009b\n", 1000/less), whole},
		"fences":       {n("```\n", 10001) + "- %s skipped\n", whole},
	}
}

func hashLines(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "- %010x skipped: nobody knows it\n", 0x1000000000+i*7919)
	}
	return b.String()
}

// Whatever stands in a report, it is read within seconds and in little memory,
// or named as what cannot be read, and the rest goes on.
func TestHostileReports(t *testing.T) {
	less := 1
	if testing.Short() || raceDetector {
		less = 10
	}
	fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	db, box := filepath.Join(t.TempDir(), "db"), t.TempDir()
	must(t, "-C", fork, "--db", db, "ingest")
	hash := strings.TrimSpace(must(t, "-C", fork, "--db", db, "status", "--jq", ".commits[] | select(.pr==112) | .commit"))
	run := func(args ...string) (code int, stdout, stderr string) {
		t.Helper()
		var out, errs strings.Builder
		cmd := exec.Command("tracker", args...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		start := time.Now()
		cmd.Run()
		// Generous: slow machines, the race detector, others on the same cores.
		if took := time.Since(start); took > time.Minute {
			t.Errorf("tracker %q took %v", args, took)
		}
		if mb := peak(cmd.ProcessState); mb > max(400, ownPeak()) && !raceDetector {
			t.Errorf("tracker %q took %d MB", args, mb)
		} else {
			t.Logf("%q: %v, %d MB", args[len(args)-1], time.Since(start).Round(time.Millisecond), mb)
		}
		for _, text := range []string{out.String(), errs.String()} {
			if strings.ContainsAny(text, "\x1b\x00\x07\u202e\u009b") || strings.Contains(text, "goroutine ") {
				t.Errorf("tracker %q shows what a terminal obeys, or a crash", args)
			}
		}
		return cmd.ProcessState.ExitCode(), out.String(), errs.String()
	}
	reports := hostileReports(less)
	if raceDetector {
		delete(reports, "huge")
	}
	for name, r := range reports {
		path := filepath.Join(box, name+".md")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(r[0], "%s", hash)), 0o666); err != nil {
			t.Fatal(err)
		}
		want := cli.ExitDone
		if r[1] != "" {
			want = cli.ExitUnread
		}
		start := time.Now()
		code, out, errs := tracker("report", "parse", path)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("report parse %s took %v", name, took)
		}
		if code != want || !strings.Contains(errs, r[1]) {
			t.Errorf("report parse %s: exit %d, want %d; it says %s", name, code, want, errs)
		}
		if name != "no-text" && name != "fences" && name != "one-list" && name != "one-quote" && !strings.Contains(out, hash[:9]) {
			t.Errorf("report parse %s does not show %s: %.300s", name, hash[:9], out)
		}
	}
	code, _, errs := run("-C", fork, "--db", db, "ingest", box)
	if code != cli.ExitUnread {
		t.Errorf("ingest: exit %d: %s", code, errs)
	}
	for name, r := range reports {
		if named := strings.Contains(errs, "/"+name+".md"); named != (r[1] != "") {
			t.Errorf("%s is named: %v; ingest says %s", name, named, errs)
		}
	}
	// The word of all of them counts, and every answer is still given.
	if got := must(t, "-C", fork, "--db", db, "status", hash, "--jq", ".commits[0] | .status, (.sources | length > 8)"); got != "skipped\ntrue\n" {
		t.Errorf("the status is %q", got)
	}
	for _, args := range [][]string{{"show", hash}, {"render", "md", "--output", "-"}, {"search", "deep"}, {"doctor"}, {"ingest"}} {
		if code, _, errs := run(append([]string{"-C", fork, "--db", db}, args...)...); code != 0 {
			t.Errorf("tracker %q: exit %d: %s", args, code, errs)
		}
	}
	source := []byte(must(t, "-C", fork, "--db", db, "render", "md", "--output", "-"))
	harmless(t, source, 13)
}
