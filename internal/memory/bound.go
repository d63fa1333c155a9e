// Package memory trades the collector's time for room while much is read or
// built.
package memory

import "runtime/debug"

// Bound lets the heap grow to about bytes before garbage is collected in
// earnest, until the returned function is called. Without a limit the
// collector would run each time the heap has doubled, which is often while
// little is kept. What is mapped from files comes on top. It holds for the
// whole process; bounds nest, but must not overlap otherwise.
func Bound(bytes int64) (restore func()) {
	percent := debug.SetGCPercent(lazy)
	limit := debug.SetMemoryLimit(bytes)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// lazy is how many percent of what is kept may be garbage.
const lazy = 1000
