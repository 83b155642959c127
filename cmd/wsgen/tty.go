package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
)

// A keyboard is the terminal's input as survey must get it. Survey reads keys
// and, where it has asked for the place of the cursor, the terminal's report
// from the same stream. It reads through buffers that it throws away after each
// report and each question, with all that was typed ahead in them; and while it
// waits for a report it does not see Ctrl-C. So Read
//
//   - gives the report, alone, when one was asked for;
//   - gives keys up to the end of an answer otherwise, and keeps what follows
//     for the next question;
//   - fails with errCancelled at a Ctrl-C, and when ctx ends.
//
// Windows has no such stream: there survey talks to the console, by Fd.
type keyboard struct {
	file  *os.File
	ctx   context.Context // of the question that is being asked
	typed []byte          // read, not taken yet
	owed  int             // reports that were asked for and did not come yet
}

// A display is the terminal's output; it tells the keyboard what was asked.
type display struct {
	*os.File
	keys *keyboard
}

const ctrlC = 3

var (
	reportQuery = []byte("\x1b[6n")
	reportForm  = regexp.MustCompile(`\x1b\[\d+;\d+R`)
)

func (d display) Write(p []byte) (int, error) {
	d.keys.owed += bytes.Count(p, reportQuery)
	return d.File.Write(p)
}

func (k *keyboard) Fd() uintptr { return k.file.Fd() }

func (k *keyboard) Read(p []byte) (int, error) {
	for {
		if bytes.IndexByte(k.typed, ctrlC) >= 0 {
			return 0, errCancelled
		}
		if from, to, ok := k.ready(); ok {
			n := copy(p, k.typed[from:to])
			k.typed = slices.Delete(k.typed, from, from+n)
			return n, nil
		}
		if err := k.wait(); err != nil {
			return 0, err
		}
	}
}

// ready finds what Read gives next in what was typed.
func (k *keyboard) ready() (from, to int, ok bool) {
	if k.owed > 0 {
		at := reportForm.FindIndex(k.typed)
		if at == nil {
			return 0, 0, false
		}
		k.owed--
		return at[0], at[1], true
	}
	if i := bytes.IndexAny(k.typed, "\r\n"); i >= 0 {
		return 0, i + 1, true
	}
	return 0, len(k.typed), len(k.typed) > 0
}

// wait reads what comes next. When the context ends first, the read is left
// behind; the process is about to end.
func (k *keyboard) wait() error {
	type input struct {
		data []byte
		err  error
	}
	done := make(chan input, 1)
	go func() {
		buf := make([]byte, 1024)
		n, err := k.file.Read(buf)
		done <- input{buf[:n], err}
	}()
	select {
	case in := <-done:
		k.typed = append(k.typed, in.data...)
		if len(in.data) > 0 {
			return nil
		}
		return in.err
	case <-k.ctx.Done():
		return errCancelled
	}
}
