package md_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tracker/advise"
	"tracker/internal/block"
	"tracker/internal/fact"
	"tracker/render/internal/sample"
	"tracker/render/md"
)

// ours and other are short ones: the properties below read them often.
var (
	ours  = md.Integration(short())
	other = func() []byte {
		in := short()
		in.Questions = nil
		return md.Integration(in)
	}()
)

func short() *advise.Integration {
	in := sample.Integration()
	commits := in.Standing.Commits
	in.Standing.Commits = []fact.Account{commits[0], commits[6]}
	in.Conflicts, in.Lessons, in.Decisions, in.Rounds = nil, nil, nil, nil
	return in
}

func TestSpliceNewFile(t *testing.T) {
	for _, existing := range []string{"", "\n \n"} {
		got, err := md.Splice([]byte(existing), ours, false)
		if err != nil || string(got) != "# Upstream integration\n\n"+string(ours) {
			t.Errorf("Splice(%q): %v\n%s", existing, err, got)
		}
	}
}

func TestSpliceReplacesItsBlockOnly(t *testing.T) {
	for _, c := range []struct{ before, after string }{
		{"", ""},
		{"# Ours\n\nWords | of *people*  \n\n", "\n\nMore words.\t\nNo line end"},
		{"\ufeff# Ours\n\n\n\n", "\n\n\n"},
		{"`<!-- tracker:begin -->` is how the block begins.\n", "\n  <!-- tracker:end --> ends it.\n"},
	} {
		file := c.before + strings.TrimSuffix(string(ours), "\n") + c.after
		got, err := md.Splice([]byte(file), other, false)
		if err != nil {
			t.Errorf("Splice(%q…): %v", c.before, err)
			continue
		}
		if want := c.before + strings.TrimSuffix(string(other), "\n") + c.after; string(got) != want {
			t.Errorf("%s", md.Diff([]byte(want), got))
		}
	}
}

func TestSpliceKeepsCRLF(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	file := crlf("# Ours\n\n" + string(ours) + "\nWords\n")
	got, err := md.Splice([]byte(file), other, false)
	if want := crlf("# Ours\n\n" + string(other) + "\nWords\n"); err != nil || string(got) != want {
		t.Errorf("replace: %v\n%q", err, got)
	}
	got, err = md.Splice([]byte(crlf("# Ours\n\nWords\n")), other, true)
	if want := crlf("# Ours\n\n" + string(other) + "\nWords\n"); err != nil || string(got) != want {
		t.Errorf("adopt: %v\n%q", err, got)
	}
}

func TestSpliceAdopts(t *testing.T) {
	for existing, want := range map[string]string{
		"Words of people\n":              "BLOCK\nWords of people\n",
		"# Title\nWords":                 "# Title\n\nBLOCK\nWords",
		"# Title\n\n\nWords\n":           "# Title\n\n\nBLOCK\nWords\n",
		"# Title":                        "# Title\n\nBLOCK",
		"---\nx: y\n---\n# Title\nWords": "---\nx: y\n---\n# Title\n\nBLOCK\nWords",
		"---\n\nWords\n":                 "BLOCK\n---\n\nWords\n",
		"## Section\n":                   "BLOCK\n## Section\n",
		"\ufeffWords\n":                  "\ufeffBLOCK\nWords\n",
	} {
		if _, err := md.Splice([]byte(existing), ours, false); !errors.Is(err, md.ErrNotOurs) {
			t.Errorf("Splice(%q) without adopt: %v, want ErrNotOurs", existing, err)
		}
		got, err := md.Splice([]byte(existing), ours, true)
		if want = strings.Replace(want, "BLOCK", string(ours), 1); err != nil || string(got) != want {
			t.Errorf("Splice(%q): %v\n%s", existing, err, md.Diff([]byte(want), got))
		}
	}
}

func TestSpliceRefuses(t *testing.T) {
	file := "# Ours\n\n" + string(ours) + "\nWords\n"
	at := func(old, new string) string {
		if !strings.Contains(file, old) {
			t.Fatalf("no %q in the block", old)
		}
		return strings.Replace(file, old, new, 1)
	}
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"a word changed":       {at("Remove debug print", "Remove the debug print"), md.ErrEdited},
		"a line added":         {at("## What is next", "I would begin with the tiles.\n\n## What is next"), md.ErrEdited},
		"checksum removed":     {at("sha256=", "sha="), md.ErrEdited},
		"two blocks":           {file + string(ours), md.ErrMarkers},
		"no end":               {at("\n<!-- tracker:end -->", ""), md.ErrMarkers},
		"no begin":             {at("<!-- tracker:begin", "<!-- begin"), md.ErrMarkers},
		"end first":            {"<!-- tracker:end -->\n" + at("\n<!-- tracker:end -->", ""), md.ErrMarkers},
		"an unfinished merge":  {at("## What is next", "<<<<<<< HEAD\n## What is next\n=======\n>>>>>>> theirs"), md.ErrConflictMarkers},
		"half of it left over": {file + ">>>>>>> theirs\r\n", md.ErrConflictMarkers},
	} {
		for _, adopt := range []bool{false, true} {
			got, err := md.Splice([]byte(c.file), other, adopt)
			if !errors.Is(err, c.want) || got != nil {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			} else if md.Hint(err) == "" {
				t.Errorf("%s: no hint", name)
			}
		}
	}
	_, err := md.Splice([]byte(at("Remove debug print", "x")), other, false)
	if want := "the block between tracker's markers was edited, lines 3 to "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v does not say where", err)
	}
}

// What formatters do to a table is no person's edit.
func TestSpliceForgivesFormatters(t *testing.T) {
	file := strings.ReplaceAll(string(ours), "| --- |", "|:-----|")
	file = strings.ReplaceAll(file, ":-----|", "-------|")
	file = strings.ReplaceAll(file, " |\n", "    |\n")
	file = strings.ReplaceAll(file, "\n\n", "\n\n\n")
	if got, err := md.Splice([]byte(file), ours, false); err != nil || !bytes.Equal(got, ours) {
		t.Errorf("%v", err)
	}
}

var peoplesLine = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "# Title", "---", "Words", "```", "<!-- a comment -->", "<!-- tracker:begin", " <!-- tracker:end -->", "=======", "| a | b |",
		"tracker:end -->", "\ufeff", "\r", "text <!-- tracker:end --> text", "    <!-- tracker:begin -->",
	}),
	rapid.StringOf(rapid.RuneFrom([]rune("ab #-<!>|\t\r é"))),
)

func document(t *rapid.T, name string) string {
	eol := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, name+" eol")
	s := strings.Join(rapid.SliceOfN(peoplesLine, 0, 8).Draw(t, name), eol)
	if s != "" && rapid.Bool().Draw(t, name+" ends") {
		s += eol
	}
	return s
}

// People's text around the block is kept byte for byte, and the block that was
// put there is found again.
func TestSplicePeoplesTextIsNeverLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := document(t, "before"), document(t, "after")
		if before != "" && !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		if after != "" {
			after = "\n" + after
		}
		file := before + strings.TrimSuffix(string(ours), "\n") + after
		got, err := md.Splice([]byte(file), other, false)
		if err != nil {
			t.Fatalf("Splice(%q): %v", file, err)
		}
		if !bytes.HasPrefix(got, []byte(before)) || !bytes.HasSuffix(got, []byte(after)) {
			t.Fatalf("people's text changed from %q … %q to\n%q", before, after, got)
		}
		middle := strings.ReplaceAll(string(got[len(before):len(got)-len(after)]), "\r\n", "\n")
		if middle != strings.TrimSuffix(string(other), "\n") {
			t.Fatalf("the block became\n%s", middle)
		}
		if again, err := md.Splice(got, other, false); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("the second time: %v", err)
		}
	})
}

func TestAdoptLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		existing := document(t, "existing")
		if strings.TrimSpace(existing) == "" {
			t.Skip("no file of a person")
		}
		checkSplice(t, []byte(existing), true)
	})
}

// checkSplice splices into any document: either it is refused, or what stands
// outside the block is what stood there, and doing it again changes nothing.
func checkSplice(t fataler, existing []byte, adopt bool) {
	kept := bytes.Clone(existing)
	got, err := md.Splice(existing, ours, adopt)
	if !bytes.Equal(existing, kept) {
		t.Fatalf("Splice changed its argument %q to %q", kept, existing)
	}
	if err != nil {
		if got != nil || md.Hint(err) == "" {
			t.Fatalf("Splice(%q): %v, with result %q", existing, err, got)
		}
		return
	}
	if again, err := md.Splice(got, ours, false); err != nil || !bytes.Equal(again, got) {
		t.Fatalf("Splice(%q) the second time: %v", existing, err)
	}
	if outside := words(block.Strip(got)); outside != words(block.Strip(existing)) && strings.TrimSpace(string(existing)) != "" {
		t.Fatalf("Splice(%q) kept %q", existing, outside)
	}
}

// words drops the white space, of which adopting may add some.
func words(text []byte) string { return strings.Join(strings.Fields(string(text)), "") }

func FuzzSplice(f *testing.F) {
	f.Add([]byte("# Title\n\nWords\n"), true)
	f.Add(append([]byte("# Title\n\n"), ours...), false)
	f.Add([]byte("<!-- tracker:begin sha256=e3b0c44298fc1c14 -->\r\n<!-- tracker:end -->\r"), false)
	f.Add([]byte("<!-- tracker:end -->\n<!-- tracker:begin -->\n<<<<<<< x\n"), true)
	f.Add([]byte("---\n\n---\n# x"), true)
	f.Add([]byte("---\n\n---\n    <!-- tracker:begin -->"), true)
	f.Fuzz(func(t *testing.T, existing []byte, adopt bool) { checkSplice(t, existing, adopt) })
}

func TestStripKeepsLinesAndPeoplesText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := document(t, "before"), document(t, "after")
		if before != "" && !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		doc := before + string(ours) + after
		got := string(block.Strip([]byte(doc)))
		if strings.Count(got, "\n") != strings.Count(doc, "\n") {
			t.Fatalf("Strip changed the number of lines")
		}
		blank := strings.Repeat("\n", strings.Count(string(ours), "\n"))
		if got != before+blank+after {
			t.Fatalf("Strip kept %q of %q and %q", got, before, after)
		}
	})
}
