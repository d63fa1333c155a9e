package db

import (
	"errors"
	"fmt"
	"time"
)

// ErrNothing says that no ingest has ever finished in the folder.
var ErrNothing = errors.New("nothing ingested yet")

// BusyError says that another process holds the database. What is not known of
// the holder is zero.
type BusyError struct {
	PID     int
	Command string
	Since   time.Time
}

func (e *BusyError) Error() string {
	if e.PID == 0 {
		return "the database is in use by another process"
	}
	by := fmt.Sprintf("process %d", e.PID)
	if e.Command != "" {
		by += " (" + e.Command
		if !e.Since.IsZero() {
			by += fmt.Sprintf(", since %s", time.Since(e.Since).Round(time.Second))
		}
		by += ")"
	}
	return "the database is in use by " + by
}

// FormatError says that the database was written by another version of
// tracker, whose format this one does not know.
type FormatError struct {
	Path  string
	Found uint64
	Known uint64 // the newest format that this version reads
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("open %q: format %d, but this tracker knows formats up to %d", e.Path, e.Found, e.Known)
}

// CorruptError says that the file is no database of tracker's, or a damaged
// one. All of it but the decisions can be had again by a new ingest.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("read %q: the database is damaged: %v", e.Path, e.Err)
}

func (e *CorruptError) Unwrap() error { return e.Err }

// WriteError says that a transaction could not be written, as on a full disk.
// The database is as it was before.
type WriteError struct {
	Path string
	Err  error // bbolt's, which may hide the system's
}

func (e *WriteError) Error() string { return fmt.Sprintf("write %q: %v", e.Path, e.Err) }

func (e *WriteError) Unwrap() error { return e.Err }
