package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tracker/db"
	"tracker/internal/cli"
	"tracker/internal/demo"
	"tracker/internal/fact"
	"tracker/internal/gittest"
)

// marked is the demo's fork with a finished ingest and a decision.
func marked(t *testing.T) (fork, dir string) {
	t.Helper()
	fork, err := demo.Build(t.Context(), filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "db")
	must(t, "-C", fork, "--db", dir, "ingest")
	must(t, "-C", fork, "--db", dir, "mark", "#107", "deferred", "--reason", "when the kiosks get a disk")
	return fork, dir
}

// says requires an exit code and that every one of the texts is on stderr.
func says(t *testing.T, code int, texts []string, args ...string) {
	t.Helper()
	got, out, errs := tracker(args...)
	if got != code {
		t.Errorf("tracker %q: exit %d, want %d\n%s%s", args, got, code, out, errs)
	}
	for _, text := range texts {
		if !strings.Contains(errs, text) {
			t.Errorf("tracker %q says\n%sand not %q", args, errs, text)
		}
	}
}

// damage changes the bytes of the database file.
func damage(t *testing.T, dir string, fn func([]byte) []byte) {
	t.Helper()
	path := db.At(dir).Path()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, fn(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "db")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// A damaged database is an error with a way out, and its marks come back if
// they can be read at all.
func TestDamagedDatabase(t *testing.T) {
	fork, whole := marked(t)
	want := answers(t, fork, whole)
	archive := must(t, "-C", fork, "--db", whole, "export")

	t.Run("a commit's page", func(t *testing.T) {
		dir := copyOf(t, whole)
		// The record of a commit: before its subject stands 6, the field's number.
		damage(t, dir, func(text []byte) []byte {
			field := []byte("\x06\x77Draw a scale bar (#112)")
			if !bytes.Contains(text, field) {
				t.Fatal("there is no such commit")
			}
			return bytes.ReplaceAll(text, field, append([]byte{0xff}, field[1:]...))
		})
		says(t, cli.ExitFailed, []string{"the database is damaged", "hint: tracker doctor"}, "-C", fork, "--db", dir, "show", "#112")
		says(t, cli.ExitFound, []string{"hint: tracker doctor --repair"}, "-C", fork, "--db", dir, "doctor")
		if got := must(t, "-C", fork, "--db", dir, "export"); got != archive {
			t.Errorf("exported\n%s\nwant\n%s", got, archive)
		}
		says(t, cli.ExitFailed, []string{"the database is damaged"}, "-C", fork, "--db", dir, "compact")
		out := must(t, "-C", fork, "--db", dir, "doctor", "--repair")
		if !strings.Contains(out, "made a new database with all marks and reports; the old one is") || !strings.Contains(out, "agree") {
			t.Errorf("repair says %s", out)
		}
		if got := answers(t, fork, dir); !slices.Equal(got, want) {
			t.Errorf("after the repair:\n%s\nwant\n%s", got, want)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "tracker.db.damaged-*")); len(kept) != 1 {
			t.Errorf("kept %q of the damaged database", kept)
		}
	})
	t.Run("a decision", func(t *testing.T) {
		dir := copyOf(t, whole)
		damage(t, dir, func(text []byte) []byte {
			reason := []byte("when the kiosks get a disk")
			for at := range text {
				if bytes.HasPrefix(text[at:], reason) {
					text[at-1] ^= 0xff // its length
				}
			}
			return text
		})
		code, out, errs := tracker("-C", fork, "--db", dir, "export")
		if code != cli.ExitUnread || !strings.Contains(errs, "could not be read: decision 1") || strings.Contains(out, "kiosks get a disk\",\"by") {
			t.Errorf("export: exit %d\n%s%s", code, errs, out)
		}
		says(t, cli.ExitFound, []string{"tracker export FILE", "decision 1"}, "-C", fork, "--db", dir, "doctor", "--repair")
		if kept, _ := filepath.Glob(filepath.Join(dir, "tracker.db.*")); len(kept) > 0 {
			t.Errorf("a mark that cannot be read was repaired away: %q", kept)
		}
		says(t, cli.ExitFailed, []string{"damaged", "hint: tracker doctor"}, "-C", fork, "--db", dir, "ingest")
	})
	for _, c := range []struct {
		name string
		cut  func([]byte) []byte
	}{
		// What people wrote stands in pages of the second quarter and behind.
		{"cut off", func(text []byte) []byte { return text[:len(text)/4] }},
		{"empty", func([]byte) []byte { return nil }},
		{"garbage", func(text []byte) []byte { return bytes.Repeat([]byte("garbage "), len(text)/8) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyOf(t, whole)
			damage(t, dir, c.cut)
			before, err := os.ReadFile(db.At(dir).Path())
			if err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"status"}, {"ingest"}, {"mark", "#112", "skipped", "--reason", "r"}, {"doctor"}, {"doctor", "--repair"}} {
				code, _, errs := tracker(append([]string{"-C", fork, "--db", dir}, args...)...)
				if c.name == "empty" && (code == cli.ExitNothing || args[0] == "ingest") {
					return // an empty file is a database that was never begun
				}
				if code == 0 || !strings.Contains(errs, "hint: ") || strings.Contains(errs, "goroutine") {
					t.Errorf("tracker %q: exit %d: %s", args, code, errs)
				}
			}
			if after, _ := os.ReadFile(db.At(dir).Path()); !bytes.Equal(before, after) {
				t.Error("a database that cannot be read was written to")
			}
		})
	}
}

func TestDamagedIndex(t *testing.T) {
	log.SetOutput(io.Discard) // as main does: bleve logs
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	fork, whole := marked(t)
	want := answers(t, fork, whole)
	segments, err := filepath.Glob(filepath.Join(whole, "index", "build-*", "store", "*"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, file := range append(segments, filepath.Join(whole, "index", "current")) {
		rel, _ := filepath.Rel(whole, file)
		for _, cut := range []int64{0, 2} {
			name := fmt.Sprintf("%s/%d", filepath.Base(file), cut)
			if cut > 0 {
				name = filepath.Base(file) + "/half"
			}
			t.Run(name, func(t *testing.T) {
				dir := copyOf(t, whole)
				info, err := os.Stat(file)
				if err != nil {
					t.Fatal(err)
				}
				size := int64(0)
				if cut > 0 {
					size = info.Size() / cut
				}
				if err := os.Truncate(filepath.Join(dir, rel), size); err != nil {
					t.Fatal(err)
				}
				// What is cut off may be of no use any more.
				code, _, errs := tracker("-C", fork, "--db", dir, "search", "TileStore")
				if code != 0 && (code != cli.ExitFailed || !strings.Contains(errs, "hint: tracker reindex builds it")) {
					t.Errorf("search: exit %d: %s", code, errs)
				}
				must(t, "-C", fork, "--db", dir, "ingest")
				if got := answers(t, fork, dir); !slices.Equal(got, want) {
					t.Errorf("after the next ingest:\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// readOnly makes a folder that this user cannot write to; root can everywhere.
func TestReadOnlyFolder(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 && !dropsTo(t) {
		t.Skip("this user may write everywhere")
	}
	fork, dir := marked(t)
	want := must(t, "-C", fork, "--db", dir, "status")
	locked := copyOf(t, dir)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, top := range []string{locked, empty} {
		err := filepath.WalkDir(top, func(p string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			mode := fs.FileMode(0o444)
			if e.IsDir() {
				mode = 0o555
			}
			defer os.Chmod(p, mode)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unlock(top) })
	}
	run := func(args ...string) (int, string, string) {
		t.Helper()
		cmd := asNobody(t, child(args...))
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), out.String(), errs.String()
	}
	if code, out, errs := run("-C", fork, "--db", locked, "status"); code != 0 || out != want {
		t.Errorf("a question needs no right to write: exit %d: %s%s", code, errs, out)
	}
	if code, _, errs := run("-C", fork, "--db", locked, "search", "TileStore"); code != 0 {
		t.Errorf("nor does a search: exit %d: %s", code, errs)
	}
	for _, args := range [][]string{
		{"-C", fork, "--db", locked, "mark", "#112", "skipped", "--reason", "r"},
		{"-C", fork, "--db", empty, "ingest"},
		{"-C", fork, "--db", filepath.Join(empty, "deeper"), "ingest"},
	} {
		if code, _, errs := run(args...); code != 1 || !strings.Contains(errs, "permission denied") || !strings.Contains(errs, "--db DIR") {
			t.Errorf("tracker %q: exit %d: %s", args, code, errs)
		}
	}
}

func unlock(top string) {
	_ = filepath.WalkDir(top, func(p string, _ fs.DirEntry, _ error) error { return os.Chmod(p, 0o777) })
}

func TestNewerFormat(t *testing.T) {
	fork, dir := marked(t)
	damage(t, dir, func(text []byte) []byte {
		// meta: the key "format", then CBOR's 3.
		found := 0
		for at := range text {
			if bytes.HasPrefix(text[at:], []byte("format\x03")) {
				text[at+len("format")] = 9
				found++
			}
		}
		if found == 0 {
			t.Fatal("the format was not found")
		}
		return text
	})
	for _, args := range [][]string{{"status"}, {"ingest"}, {"export"}, {"doctor"}, {"doctor", "--repair"}, {"compact"}} {
		says(t, cli.ExitFailed, []string{"format 9, but this tracker knows formats up to 3", "hint: use the tracker that wrote it"},
			append([]string{"-C", fork, "--db", dir}, args...)...)
	}
}

// Two ingests at once, and every command that writes: one works, the others
// name it and exit 11, or wait. Questions are answered all the while.
func TestOneAtATime(t *testing.T) {
	fork, dir := marked(t)
	want := must(t, "-C", fork, "--db", dir, "status")
	lock, err := db.At(dir).Lock(t.Context(), 0, "tracker ingest")
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "archive")
	must(t, "-C", fork, "--db", dir, "export", archive)
	for _, args := range [][]string{{"ingest"}, {"mark", "#112", "skipped", "--reason", "r"}, {"reindex"}, {"compact"}, {"import", archive}} {
		args = append([]string{"-C", fork, "--db", dir}, args...)
		start := time.Now()
		says(t, cli.ExitHeld, []string{fmt.Sprintf("in use by process %d (tracker ingest, since", os.Getpid()), "hint: wait for it, or try again with --wait 30s"}, args...)
		if took := time.Since(start); took > time.Second {
			t.Errorf("tracker %q took %s to say so", args, took)
		}
	}
	if got := must(t, "-C", fork, "--db", dir, "status"); got != want {
		t.Errorf("status meanwhile: %s", got)
	}
	must(t, "-C", fork, "--db", dir, "search", "TileStore")

	waited := make(chan int)
	go func() {
		code, _, _ := tracker("-C", fork, "--db", dir, "ingest", "--wait", "20s")
		waited <- code
	}()
	select {
	case code := <-waited:
		t.Errorf("--wait did not wait: exit %d", code)
	case <-time.After(300 * time.Millisecond):
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if code := <-waited; code != 0 {
		t.Errorf("after the wait: exit %d", code)
	}
}

// long is a repository that takes a while to ingest.
func long(t *testing.T, commits int) (dir string) {
	t.Helper()
	r := gittest.New(t)
	r.Commit(gittest.Files{"f0.go": "package f\n"}, "Begin")
	r.Branch("theirs")
	for i := range commits {
		r.Commit(gittest.Files{fmt.Sprintf("f%d.go", i%50): fmt.Sprintf("package f\n\nfunc Number%d() int { return %d }\n", i, i)}, fmt.Sprintf("Change number %d (#%d)", i, i+1))
	}
	r.SetRef("refs/remotes/upstream/main", r.Tip())
	r.Checkout("main")
	r.Commit(gittest.Files{"own.go": "package f\n"}, "Our own")
	r.WorkTree()
	return r.Dir
}

func TestLongIngest(t *testing.T) {
	notUnderRace(t)
	fork := long(t, 2000)
	t.Run("interrupt", func(t *testing.T) { testInterrupt(t, fork) })
	t.Run("questions", func(t *testing.T) { testQuestions(t, fork) })
}

// Questions asked while an ingest runs are answered at once, from the last that
// finished or, once it is there, the new one.
func testQuestions(t *testing.T, fork string) {
	dir := filepath.Join(t.TempDir(), "db")
	gitIn(t, fork, "update-ref", "refs/remotes/upstream/next", "refs/remotes/upstream/main")
	gitIn(t, fork, "update-ref", "refs/remotes/upstream/main", "refs/remotes/upstream/next~1950")
	must(t, "-C", fork, "--db", dir, "ingest")
	count := func() string { return must(t, "-C", fork, "--db", dir, "status", "--jq", "[.counts[]] | add") }
	if got := count(); got != "50\n" {
		t.Fatalf("%s commits before", got)
	}
	gitIn(t, fork, "update-ref", "refs/remotes/upstream/main", "refs/remotes/upstream/next")

	cmd := child("-C", fork, "--db", dir, "ingest")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var slowest time.Duration
	seen := map[string]int{}
	asked := 0
	for running := true; running; asked++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v: %s", err, errs.String())
			}
			running = false
		default:
		}
		start := time.Now()
		seen[strings.TrimSpace(count())]++
		must(t, "-C", fork, "--db", dir, "search", "Number7")
		slowest = max(slowest, time.Since(start))
	}
	if seen["50"] == 0 || seen["2000"] == 0 || len(seen) != 2 {
		t.Errorf("answers %v, want 50 before and 2000 after, and nothing between", seen)
	}
	if slowest > 3*time.Second {
		t.Errorf("a status and a search took %s", slowest)
	}
	t.Logf("%d times asked, answers %v, the slowest status and search %s", asked, seen, slowest)
}

// begun waits until an ingest holds its lock: before that a signal may come
// before anyone listens to it.
func begun(t *testing.T, dir string) {
	t.Helper()
	for range 1000 {
		if _, err := os.Stat(filepath.Join(dir, "ingest.lock")); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the ingest does not begin")
}

// Ctrl-C ends an ingest within a second, with 130, and what was finished stays.
func testInterrupt(t *testing.T, fork string) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt there")
	}
	start := time.Now()
	cmd := child("-C", fork, "--db", filepath.Join(t.TempDir(), "db"), "ingest")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(start)
	dir := filepath.Join(t.TempDir(), "db")
	interrupted := 0
	var slowest time.Duration
	for i := range 6 {
		cmd := child("-C", fork, "--db", dir, "ingest")
		interrupt := atTerminal(cmd)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		begun(t, dir)
		time.Sleep(whole * time.Duration(i+1) / 8)
		start := time.Now()
		if err := interrupt(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		took := time.Since(start)
		switch code := cmd.ProcessState.ExitCode(); {
		case code == 0: // it was done before
		case code != cli.ExitInterrupted || errs.String() != "tracker: interrupted; what was finished is kept, and tracker ingest goes on from here\n":
			t.Errorf("exit %d: %s", code, errs.String())
		default:
			interrupted++
			slowest = max(slowest, took)
			if took > time.Second {
				t.Errorf("took %s to stop", took)
			}
		}
		if i > 0 {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	}
	if interrupted < 2 {
		t.Errorf("only %d of 6 ingests were still running when they were interrupted", interrupted)
	}
	t.Logf("%d interrupted of an ingest of %s, the slowest stopped in %s", interrupted, whole, slowest)
	must(t, "-C", fork, "--db", dir, "ingest")
	must(t, "-C", fork, "--db", dir, "doctor")
}

// Several people mark and ask at once: no mark is lost.
func TestManyAtOnce(t *testing.T) {
	fork, dir := marked(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			cmd := child("-C", fork, "--db", dir, "mark", "--subject", fmt.Sprint("nothing like ", i), "skipped", "--reason", "r", "--wait", "60s")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	var list []fact.Decision
	err := db.At(dir).View(context.Background(), func(tx *db.Tx) (err error) {
		list, err = tx.Decisions()
		return err
	})
	if err != nil || len(list) != 9 {
		t.Errorf("%d marks, want 9: %v", len(list), err)
	}
	must(t, "-C", fork, "--db", dir, "doctor")
}
