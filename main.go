// Command tracker knows which upstream commits a fork has, in which form, and
// why it does not have the others. See the README.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tracker/internal/cli"
)

// grace is how long an interrupted command may take to end by itself.
const grace = 800 * time.Millisecond

func main() {
	log.SetOutput(io.Discard) // libraries log; errors come back as values
	// Interrupts are caught to the very end: a command that is done exits as done.
	stop := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		stop = append(stop, syscall.SIGHUP)
	}
	ctx, _ := signal.NotifyContext(context.Background(), stop...)
	// A long computation may not notice at once; the next ingest heals what is cut off.
	context.AfterFunc(ctx, func() {
		time.Sleep(grace)
		os.Exit(cli.Report(os.Stderr, cli.Interrupted(os.Args)))
	})
	code := cli.Main(ctx, os.Args, os.Stdout, os.Stderr)
	os.Exit(code)
}
