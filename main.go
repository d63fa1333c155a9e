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

	"tracker/internal/cli"
)

func main() {
	log.SetOutput(io.Discard) // libraries log; errors come back as values
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
