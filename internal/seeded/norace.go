//go:build !race

package seeded

const slower = 1
