package index

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
	_ "tracker/internal/seeded"
)

// A moment is found by the terms of exactly the spans that it lies in.
func TestSpansHoldWhatLiesInThem(t *testing.T) {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		at := time.Date(rapid.SampledFrom([]int{1, 1969, 2023, 2024, 2025, 9999}).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")),
			rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		return at.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 3600, 86399}).Draw(t, "second")) * time.Second)
	})
	rapid.Check(t, func(t *rapid.T) {
		var from, to *time.Time
		if a := moment.Draw(t, "from"); rapid.Bool().Draw(t, "since") {
			from = &a
		}
		if b := moment.Draw(t, "to"); rapid.Bool().Draw(t, "until") {
			to = &b
		}
		s := spanOf(from, to)
		if len(s.names) > 2*(30+11) || len(s.seconds) > 2 {
			t.Fatalf("%v to %v takes %d names and %d parts of days", from, to, len(s.names), len(s.seconds))
		}
		for range 20 {
			at := moment.Draw(t, "at")
			spans, second := dateTerms(at.Unix())
			in := func(bounds [2]string, term string) bool { return bounds[0] <= term && term < bounds[1] }
			got := slices.ContainsFunc(spans, func(n string) bool { return slices.Contains(s.names, n) || in(s.years, n) && n[0] == 'y' }) ||
				slices.ContainsFunc(s.seconds, func(p [2]string) bool { return in(p, second) })
			want := (from == nil || !clamp(at).Before(*from)) && (to == nil || clamp(at).Before(*to))
			if got != want {
				t.Fatalf("%v between %v and %v: %v, want %v (%+v)", at, from, to, got, want, s)
			}
		}
	})
}

func TestMomentsAreSortedByTheirTerm(t *testing.T) {
	var last string
	for _, unix := range []int64{-1 << 60, -62135596800, -1, 0, 1, 1 << 31, 1 << 40, 1 << 60} {
		_, second := dateTerms(unix)
		if second < last {
			t.Errorf("%d is %q, before %q", unix, second, last)
		}
		last = second
	}
}
