package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/term"
)

// A console is the three streams of a run and the environment that says how to
// use them. Stdout carries what a program may want to read (lists, diffs,
// JSON), stderr all that is said to people.
type console struct {
	in     io.Reader
	out    *sink
	err    io.Writer
	getenv func(string) string
}

// processConsole is the console of this process.
func processConsole() *console {
	return newConsole(os.Stdin, os.Stdout, os.Stderr, os.Getenv)
}

func newConsole(in io.Reader, out, err io.Writer, getenv func(string) string) *console {
	return &console{in: in, out: newSink(out), err: err, getenv: getenv}
}

// colour reports whether w, a stream of the console, shows colours: it is a
// terminal that understands them and the user has not said no.
func (c *console) colour(w io.Writer) bool {
	return c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb" && isTerminal(w)
}

// isTerminal reports whether stream is a file that is connected to a terminal.
func isTerminal(stream any) bool {
	if s, ok := stream.(*sink); ok {
		stream = s.under
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// A sink is a buffered writer that remembers its first error, so that callers
// print without looking and the run asks once, at its end.
type sink struct {
	under io.Writer
	buf   *bufio.Writer
}

func newSink(w io.Writer) *sink { return &sink{under: w, buf: bufio.NewWriter(w)} }

// Write never fails; see close.
func (s *sink) Write(p []byte) (int, error) {
	_, _ = s.buf.Write(p)
	return len(p), nil
}

// close writes out what is left and returns the first error there was. A
// reader that has gone (`wsgen ... | head`) is no error: it has what it wanted.
func (s *sink) close() error {
	err := s.buf.Flush()
	if err == nil || readerGone(err) {
		return nil
	}
	return err
}

// readerGone reports whether a write failed because nobody reads the pipe.
func readerGone(err error) bool {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return true
	}
	var code syscall.Errno
	if runtime.GOOS == "windows" && errors.As(err, &code) {
		const brokenPipe, noData = 109, 232
		return code == brokenPipe || code == noData
	}
	return false
}

// A palette colours words for one stream, or leaves them plain.
type palette bool

func (p palette) paint(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p palette) red(s string) string    { return p.paint("31", s) }
func (p palette) green(s string) string  { return p.paint("32", s) }
func (p palette) yellow(s string) string { return p.paint("33", s) }
func (p palette) cyan(s string) string   { return p.paint("36", s) }
