// Package seeded makes the property tests of a package that imports it, from a
// test, draw the same cases in every run of CI, so that a change is judged by
// the same cases before and after it. Elsewhere each run draws new ones, and a
// case that fails there becomes a test of its own.
package seeded

import (
	"flag"
	"os"

	_ "pgregory.net/rapid" // registers the flag
)

func init() {
	if os.Getenv("CI") != "" {
		// The flag is rapid's own; without it a test would fail to compile.
		_ = flag.Set("rapid.seed", "20260105")
	}
}
