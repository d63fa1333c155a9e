package link

import (
	"slices"
	"strings"
	"testing"

	"tracker/internal/fact"
)

// Messages are whatever people and programs wrote. A marker, a revert and a
// title are read of what stands there: each hash is one that the message holds,
// and what is normalised once stays as it is.
func FuzzMessage(f *testing.F) {
	f.Add("Fix tiles (#12)", "(cherry picked from commit "+strings.Repeat("1a", 20)+")\n")
	f.Add("[release-1.2] UPSTREAM: 12: Fix tiles (cherry-pick of #12)", "commit 1a2b3c4d5e upstream.\n[ Upstream commit 1A2B3C4 ]\n")
	f.Add("Revert \"Revert \"Fix\"\"", "This reverts commit 1a2b3c4d, backported from https://a/commit/1a2b3c4d5e6f")
	f.Add("Reland \"x", "Backport-of: 1a2b3c4\norigin: upstream, commit:1a2b3c4\n\xff\xfe")
	f.Fuzz(func(t *testing.T, subject, body string) {
		message := subject + "\n\n" + body
		lower := strings.ToLower(message)
		for kind, hashes := range map[string][]string{
			"marker": Markers(message, nil), "pick": picked(message), "revert": Reverted(message),
		} {
			for _, h := range hashes {
				if !fact.IsHash(h) || len(h) < 7 || len(h) > 64 || !strings.Contains(lower, h) {
					t.Errorf("%s %q of %q", kind, h, message)
				}
			}
		}
		markers := Markers(message, nil)
		if slices.Sort(markers); len(slices.Compact(slices.Clone(markers))) != len(markers) {
			t.Errorf("markers %v twice", markers)
		}
		if title := RevertedSubject(subject); title != "" && (!IsRevert(subject, body) || !strings.Contains(subject, title)) {
			t.Errorf("%q reverts %q", subject, title)
		}
		if once := Normalise(subject); Normalise(once) != once {
			t.Errorf("%q is normalised to %q and that to %q", subject, once, Normalise(once))
		}
	})
}
