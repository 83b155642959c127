// Wsgen gives a Go web project production-grade websockets in one command, as
// plain code that the user owns.
//
// The command turns arguments, or answers to questions, into options for
// package generator, which answers with a plan; the plan is shown or handed to
// package apply. Each verb has a file of its own, and nothing here decides what
// a generated file contains.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	// A run renders about a megabyte and ends: collecting garbage on the way
	// costs more time than it saves memory.
	debug.SetGCPercent(800)
	ctx, stop := interruptible(context.Background())
	code := run(ctx, os.Args[1:], processConsole())
	stop()
	os.Exit(code)
}

// interruptible returns a context that ends when the process is asked to stop.
// A signal that was ignored when the process started stays ignored, as nohup
// and shells that start background jobs want it.
//
// It also keeps a closed pipe on stdout or stderr from killing the process:
// writes then fail with EPIPE, and a project is not left half reported.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	var watched []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			watched = append(watched, s)
		}
	}
	if len(watched) == 0 {
		return context.WithCancel(ctx) // NotifyContext without signals means all of them
	}
	return signal.NotifyContext(ctx, watched...)
}
