// Command tracker knows which upstream commits a fork has, in which form, and
// why it does not have the others. See the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"tracker/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
