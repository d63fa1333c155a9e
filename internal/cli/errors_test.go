package cli

import (
	"context"
	"io"
	"strings"
	"testing"
)

// A command that fails after an interrupt says that it was interrupted, whatever
// broke on the way; an ingest says how it goes on.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const plain, goesOn = "tracker: interrupted; what was finished is kept\n", "tracker: interrupted; what was finished is kept, and tracker ingest goes on from here\n"
	for line, want := range map[string]string{
		"report parse nosuch.md":        plain,
		"-C nosuch search ingest":       plain,
		"ingest -C nosuch":              goesOn,
		"-C nosuch ingest --upstream x": goesOn,
	} {
		var errs strings.Builder
		code := Main(ctx, append([]string{"tracker"}, strings.Fields(line)...), io.Discard, &errs)
		if code != ExitInterrupted || errs.String() != want {
			t.Errorf("tracker %s: exit %d: %s", line, code, errs.String())
		}
		if code := Main(t.Context(), append([]string{"tracker"}, strings.Fields(line)...), io.Discard, io.Discard); code != ExitFailed {
			t.Errorf("tracker %s: exit %d without an interrupt", line, code)
		}
	}
}
