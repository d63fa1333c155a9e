package git

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	idA   = "1111111111111111111111111111111111111111"
	idB   = "2222222222222222222222222222222222222222"
	logOf = idA + "\x00" + idB + "\x00A\x00a@b\x001700000000 +0100\x00C\x00c@d\x001700000001 -0230\x00Subject (#7)\x00Body\n\x00Key\x1fvalue\x1eOther\x1f\x00\x00\n" +
		":100644 100644 " + idA + " " + idB + " M\x00a b\x00:100644 000000 " + idA + " " + idB + " D\x00c\x00"
	diffOf = idA + "\x00:100644 100644 " + idA + " " + idB + " R090\x00a\x00b\x00\x00diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\n" +
		"index 1..2 100644\n--- a/a\n+++ b/b\n@@ -1,2 +1,3 @@ heading\n one\n-two\n+2\n+3\n\\ No newline at end of file\nend " + idA + "\n"
)

// What git prints is trusted least: it quotes the repository. A parser must
// end, must not panic, and must not keep what does not hold together.
func FuzzReadLog(f *testing.F) {
	f.Add([]byte(logOf))
	f.Add([]byte(logOf + logOf))
	f.Add([]byte(idA + "\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		readLog(bytes.NewReader(data), func(c *Commit) error {
			if !isFullHash(c.Hash) || len(c.Changes) != len(c.Files) {
				t.Errorf("kept %+v", c)
			}
			for _, date := range []time.Time{c.AuthorDate, c.CommitDate} {
				if _, err := date.MarshalJSON(); err != nil {
					t.Errorf("date %v: %v", date, err)
				}
			}
			return nil
		})
	})
}

func FuzzReadDiff(f *testing.F) {
	f.Add([]byte(diffOf))
	f.Add([]byte("end " + idA + "\n"))
	f.Add([]byte(strings.Replace(diffOf, "R090\x00a\x00", "T\x00", 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, _, err := newDiffReader(bytes.NewReader(data)).read(idA)
		if err != nil {
			return
		}
		for _, file := range files {
			added, removed := 0, 0
			for _, s := range file.Sections {
				for _, h := range s.Hunks {
					before, after := 0, 0
					for sign := range h.Lines() {
						switch sign {
						case '+':
							after++
							added++
						case '-':
							before++
							removed++
						case ' ':
							before++
							after++
						case '\\':
						default:
							t.Errorf("kept a line with sign %q", sign)
						}
					}
					if before != h.OldLines || after != h.NewLines {
						t.Errorf("a hunk of %d,%d lines says %d,%d", before, after, h.OldLines, h.NewLines)
					}
				}
			}
			if !file.Binary && (added != file.Insertions || removed != file.Deletions) {
				t.Errorf("%d,%d lines counted as %d,%d", added, removed, file.Insertions, file.Deletions)
			}
		}
	})
}

// Whoever writes a commit writes its message. What is read of it must be text
// that can be stored and said again, and must stand in it.
func FuzzMessage(f *testing.F) {
	f.Add([]byte("Add tiles (#12)"), []byte("Body\n\nSee merge request maps/tiles!7\n"), "Key\x1fvalue\x1eOther\x1f", "1700000000 +0100")
	f.Add([]byte("Merge pull request #9 from a/b"), []byte("Gr\xfc\xdfe"), "\x1f\x1e\x1f\x1f", "-1 -9999")
	f.Add([]byte("Revert \"x (!3)\" (!0000004) "), []byte("\x00\xff"), "K\x1f\x1f\x1eK", "99999999999999999999 +0060")
	f.Fuzz(func(t *testing.T, subject, body []byte, trailers, date string) {
		title, text := decode(subject), decode(body)
		for raw, s := range map[string]string{string(subject): title, string(body): text} {
			switch {
			case !utf8.ValidString(s):
				t.Errorf("decode(%q) = %q", raw, s)
			case utf8.ValidString(raw) && s != raw:
				t.Errorf("decode(%q) changed it to %q", raw, s)
			case !utf8.ValidString(raw) && utf8.RuneCountInString(s) != len(raw):
				t.Errorf("decode(%q) = %q: a byte was lost", raw, s)
			}
		}
		if pr := PullRequest(title, text); pr < 0 || pr > 999999999 || pr > 0 && !strings.Contains(title+text, strconv.Itoa(pr)) {
			t.Errorf("pull request %d of %q, %q", pr, title, text)
		}
		read := parseTrailers(trailers)
		var said strings.Builder
		for _, tr := range read {
			if tr.Key == "" {
				t.Errorf("a trailer without a key in %q", trailers)
			}
			said.WriteString(tr.Key + trailerValue + tr.Value + trailerEnd)
		}
		if again := parseTrailers(said.String()); !slices.Equal(again, read) {
			t.Errorf("%q is read as %+v, and that as %+v", trailers, read, again)
		}
		if at := parseDate(date); at.Unix() < 0 || at.Unix() > lastSecond {
			t.Errorf("date %q is %v", date, at)
		} else if _, err := at.MarshalJSON(); err != nil {
			t.Errorf("date %q: %v", date, err)
		}
	})
}

func TestReadLogRefusesWhatIsCutOff(t *testing.T) {
	whole := 0
	if err := readLog(strings.NewReader(logOf), func(c *Commit) error {
		whole++
		if c.PR != 7 || len(c.Files) != 2 || c.Files[0].Path != "a b" || len(c.Trailers) != 2 || c.Trailers[0].Value != "value" {
			t.Errorf("commit %+v", c)
		}
		return nil
	}); err != nil || whole != 1 {
		t.Fatalf("%d commits, %v", whole, err)
	}
	for _, cut := range []int{1, 40, 41, 90, strings.Index(logOf, "\n:") + 20, len(logOf) - 1} {
		if err := readLog(strings.NewReader(logOf[:cut]), func(*Commit) error { return nil }); err == nil {
			t.Errorf("cut at %d of %d: no error", cut, len(logOf))
		}
	}
}

func TestReadDiffRefusesWhatIsCutOff(t *testing.T) {
	files, _, err := newDiffReader(strings.NewReader(diffOf)).read(idA)
	if err != nil || len(files) != 1 || files[0].Insertions != 2 || files[0].Deletions != 1 || files[0].OldPath != "a" {
		t.Fatalf("%+v, %v", files, err)
	}
	for cut := range len(diffOf) {
		if _, _, err := newDiffReader(strings.NewReader(diffOf[:cut])).read(idA); err == nil {
			t.Errorf("cut at %d of %d: no error", cut, len(diffOf))
		}
	}
	if _, _, err := newDiffReader(strings.NewReader(diffOf)).read(idB); err == nil {
		t.Error("the answer for another commit was taken")
	}
}

func TestParseDate(t *testing.T) {
	for raw, want := range map[string]string{
		"1700000000 +0100":     "2023-11-14T23:13:20+01:00",
		"1700000000 -0230":     "2023-11-14T19:43:20-02:30",
		"1700000000 +0000":     "2023-11-14T22:13:20Z",
		"1700000000 +9999":     "2023-11-14T22:13:20Z",
		"99999999999999 +0000": "9999-12-30T23:59:59Z",
		"nonsense":             "1970-01-01T00:00:00Z",
		"-5 +0000":             "1970-01-01T00:00:00Z",
	} {
		if got := parseDate(raw).Format(time.RFC3339); got != want {
			t.Errorf("parseDate(%q) = %s, want %s", raw, got, want)
		}
	}
}

func TestVersionLess(t *testing.T) {
	for version, old := range map[string]bool{
		"2.39.0": false, "2.39.5 (Apple Git-154)": false, "2.45.1.windows.1": false, "3.0": false, "2.40.GIT": false,
		"2.38.9": true, "1.9": true, "2": true, "none": true, "": true,
	} {
		if got := versionLess(version, Oldest); got != old {
			t.Errorf("versionLess(%q) = %v, want %v", version, got, old)
		}
	}
}
