package seeded

import "strconv"

// Checks is the value of rapid.checks for properties of which a case costs processes:
// n, and fewer under the race detector.
func Checks(n int) string { return strconv.Itoa(max(n/slower, 3)) }
