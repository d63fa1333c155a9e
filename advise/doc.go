// Package advise answers questions from stored facts. It reads the database
// and never writes; what it returns is plain data, ready for JSON or for
// package render, and carries the two commits that it is true of.
package advise
