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
	"strings"
	"syscall"

	"github.com/wsgen/wsgen/templates/app/internal/server"
)

const name = "wsgenapp"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal stops gracefully, a second one at once

	switch err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// A usageError is the fault of who wrote the flags or the environment. Each of
// its lines is one.
type usageError struct{ error }

func (e usageError) Error() string {
	return name + ": " + strings.ReplaceAll(e.error.Error(), "\n", "\n"+name+": ")
}

// run does what the flags in args and the variables of env ask for: it serves
// until ctx ends and all clients are gone, unless they ask for something else.
// It logs to stderr.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	config, err := server.ParseConfig(name, args, env, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return usageError{err}
	case config.Version:
		_, err := fmt.Fprintln(stdout, version())
		return err
	case config.Healthcheck:
		return healthcheck(ctx, config.Addr)
	}
	return serve(ctx, config, server.NewLogger(stderr, config))
}
