package esc_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	_ "tracker/internal/seeded"
	"tracker/render/esc"
)

func TestLine(t *testing.T) {
	for s, want := range map[string]string{
		"plain":                      "plain",
		"  two\n\n lines\tand  tab ": "two lines and  tab",
		"\x1b[2J\x07":                `\x1b[2J\x07`,
		"a\u0085b":                   `a\x85b`,
		"\u202egnp.exe":              `\u202egnp.exe`,
		"a\xffb":                     `a\xffb`,
		"tag\U000E0041":              `tag\U000e0041`,
		"x\u2028y\ufeff":             `x\u2028y\ufeff`,
		"می\u200cخواهم":              "می\u200cخواهم",
		"👩\u200d💻":                   "👩\u200d💻",
		"":                           "",
	} {
		if got := esc.Line(s); got != want {
			t.Errorf("Line(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestLineProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkLine(t, anyText().Draw(t, "s")) })
}

func FuzzLine(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkLine(t, s) })
}

func checkLine(t interface{ Fatalf(string, ...any) }, s string) {
	got := esc.Line(s)
	if !utf8.ValidString(got) {
		t.Fatalf("Line(%q) = %q is not UTF-8", s, got)
	}
	for _, r := range got {
		if esc.Hidden(r) {
			t.Fatalf("Line(%q) = %q holds the hidden %U", s, got, r)
		}
	}
	if again := esc.Line(got); again != got {
		t.Fatalf("Line(Line(%q)) = %q, not %q", s, again, got)
	}
}
