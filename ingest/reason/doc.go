// Package reason reads why somebody did not take a commit: what the words come
// to (Classify), and what they say is missing (Things). It is pure. The words
// are data, in reasons.tsv; a language more is a few lines more.
package reason
