// Package render turns answers into text for people. Its sub-packages write
// for one place each: md the file UPSTREAM_INTEGRATION.md, term the terminal;
// esc makes strings from repositories and reports safe for both. This package
// holds the words that all of them share.
//
// Rendering is pure: the same answer gives the same bytes, whatever the time,
// the machine or the order of a map. It knows neither bbolt, bleve nor git.
package render
