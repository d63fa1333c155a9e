package render_test

import (
	"testing"

	"tracker/internal/fact"
	"tracker/render"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1440: "1440", 9999: "9999", 10000: "10 000", 1234567: "1 234 567", -5: "-5"} {
		if got := render.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	if one, many := render.Count(1, "commit"), render.Count(11600, "commit"); one != "1 commit" || many != "11 600 commits" {
		t.Errorf("Count: %q, %q", one, many)
	}
}

func TestDays(t *testing.T) {
	for date, want := range map[string]string{
		"2026-04-09T23:30:00-02:00": "2026-04-09", "2026-04-09": "2026-04-09",
		"": "", "April 2026": "", "2026-13-01": "", "2026-04": "",
	} {
		if got := render.Day(date); got != want {
			t.Errorf("Day(%q) = %q, want %q", date, got, want)
		}
	}
	if got := render.UnixDay(1773100800); got != "2026-03-10" {
		t.Errorf("UnixDay = %q", got)
	}
	if got := render.UnixDay(0); got != "" {
		t.Errorf("UnixDay(0) = %q", got)
	}
}

func TestEveryStatusHasAMeaning(t *testing.T) {
	for _, s := range fact.Statuses {
		if render.Meaning(s) == "" {
			t.Errorf("%s has no meaning", s)
		}
	}
}

func TestRefName(t *testing.T) {
	for ref, want := range map[string]string{
		"refs/heads/main": "main", "refs/heads/a/b": "a/b", "refs/remotes/upstream/main": "upstream/main",
		"refs/tags/v1": "v1", "HEAD": "HEAD", "refs/notes/x": "refs/notes/x",
	} {
		if got := render.RefName(ref); got != want {
			t.Errorf("RefName(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestNewForge(t *testing.T) {
	for address, want := range map[string]render.Forge{
		"https://github.com/o/n/":        "https://github.com/o/n",
		"http://localhost:3000/o/n":      "http://localhost:3000/o/n",
		"https://user:pw@example.com/x":  "",
		"https://":                       "",
		"javascript:alert(1)":            "",
		"git@github.com:o/n":             "",
		"https://example.com/a)b":        "",
		"https://example.com/\x1b]8;;":   "",
		"https://example.com/\u202egnp/": "",
		"":                               "",
	} {
		if got := render.NewForge(address); got != want {
			t.Errorf("NewForge(%q) = %q, want %q", address, got, want)
		}
	}
}
