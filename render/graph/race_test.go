//go:build race

package graph_test

// raced says that the tests run with the race detector, and slowly.
const raced = true
