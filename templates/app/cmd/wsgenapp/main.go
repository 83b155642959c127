// Command wsgenapp serves the application. -h lists its settings.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/wsgen/wsgen/templates/app/internal/server"
)

const name = "wsgenapp"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal stops gracefully, a second one at once

	switch err := run(ctx, os.Args[1:], os.Getenv, os.Stderr); {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(usageError)):
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// A usageError is the fault of who wrote the flags or the environment.
type usageError struct{ error }

// run does what the flags in args and the variables of env ask for: it serves
// until ctx ends and all clients are gone, unless they ask for something else.
// It logs to stderr.
func run(ctx context.Context, args []string, env func(string) string, stderr io.Writer) error {
	config, err := server.ParseConfig(name, args, env, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return usageError{err}
	case config.Version:
		_, err := fmt.Fprintln(stderr, version())
		return err
	case config.Healthcheck:
		return healthcheck(ctx, config.Addr)
	}
	return serve(ctx, config, server.NewLogger(stderr, config))
}
