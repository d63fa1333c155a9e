package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Exit codes are part of the product's interface.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitUnread      = 3 // done, but some input could not be read
	ExitFound       = 4 // a check found something
	ExitNothing     = 10
	ExitHeld        = 11
	ExitInterrupted = 130
)

// Failure is an error with the exit code it stands for and what to do next.
type Failure struct {
	Code int
	Err  error  // nil when the command has said everything itself
	Hint string // true advice, or empty
}

func (f *Failure) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("exit %d", f.Code)
	}
	return f.Err.Error()
}

func (f *Failure) Unwrap() error { return f.Err }

func usage(hint, format string, args ...any) error {
	return &Failure{Code: ExitUsage, Err: fmt.Errorf(format, args...), Hint: hint}
}

func fail(hint, format string, args ...any) error {
	return &Failure{Code: ExitFailed, Err: fmt.Errorf(format, args...), Hint: hint}
}

// plainError is the reason of a file error without the operation and the name.
func plainError(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

var errIngestInterrupted = fmt.Errorf("ingest: %w", context.Canceled)

// Interrupted is the error of a command that was interrupted, by its arguments:
// of an ingest Report also says how it goes on.
func Interrupted(args []string) error {
	words := args[min(1, len(args)):]
	if chain := commandPath(newApp(&environment{}), words); len(chain) > 0 && chain[0].Name == "ingest" {
		return errIngestInterrupted
	}
	return context.Canceled
}

// Report prints an error as every command does and returns its exit code.
func Report(w io.Writer, err error) int {
	if err == nil {
		return ExitDone
	}
	if errors.Is(err, context.Canceled) {
		sentence := "interrupted; what was finished is kept"
		if errors.Is(err, errIngestInterrupted) {
			sentence += ", and tracker ingest goes on from here"
		}
		fmt.Fprintln(w, "tracker: "+sentence)
		return ExitInterrupted
	}
	f := explain(err)
	if f.Err != nil {
		fmt.Fprintf(w, "tracker: error: %s\n", oneLine(f.Err.Error()))
	}
	if f.Hint != "" {
		fmt.Fprintf(w, "tracker: hint: %s\n", f.Hint)
	}
	return f.Code
}
