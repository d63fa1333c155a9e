package advise

import (
	"slices"
	"testing"

	"tracker/internal/fact"
)

func TestPassage(t *testing.T) {
	s := &ReportStory{Report: fact.StoredReport{ID: "a.md", Text: "1\r\n2\r3\u20284\n5\n6\n7\n8\n9\n", Report: fact.Report{
		Commits: []fact.ReportCommit{{Line: 2}, {Line: 1, Statements: []fact.Statement{{Line: 1}, {Line: 5}}}},
		Lessons: []fact.Note{{Line: 5, Text: "x"}},
	}}, Disagreements: []Disagreement{{Line: 5}, {Line: 5, Report: "b.md"}, {Line: 4}}}
	for line, want := range map[int][]string{
		1: {"1", "2", "3", "4"},
		5: {"2", "3", "4", "5", "6", "7", "8"},
		9: {"6", "7", "8", "9"},
	} {
		p, lines := s.Passage(line)
		if lines != 9 || p == nil || !slices.Equal(p.Lines, want) || p.Lines[line-p.First] != want[slices.Index(want, string(rune('0'+line)))] {
			t.Errorf("line %d of %d: %+v, want %q", line, lines, p, want)
		}
	}
	p, _ := s.Passage(5)
	if len(p.Read.Commits) != 1 || p.Read.Commits[0].Line != 1 || len(p.Read.Lessons) != 1 || len(p.Disagreements) != 1 {
		t.Errorf("read are %+v, disagreements %+v", p.Read, p.Disagreements)
	}
	for _, line := range []int{-1, 0, 10} {
		if p, lines := s.Passage(line); p != nil || lines != 9 {
			t.Errorf("line %d: %+v", line, p)
		}
	}
}
