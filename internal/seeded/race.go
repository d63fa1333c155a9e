//go:build race

package seeded

// slower is how many times fewer cases are drawn: the race detector looks at how code
// runs, and not at what comes out of it.
const slower = 4
