// Package graph draws what commits need of each other: as a text in Graphviz's
// language, and as an SVG that needs no other program.
package graph
