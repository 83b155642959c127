//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// A session is wsgen on a terminal of its own: one pseudo-terminal, whose
// other end is an emulator that draws the screen and answers the questions
// that programs put to terminals.
type session struct {
	t       *testing.T
	cmd     *exec.Cmd
	master  *os.File
	screen  vt10x.Terminal
	drawn   chan struct{} // something new is on the screen
	stdout  bytes.Buffer
	ended   chan error
	startTo *term.State // the terminal's mode before wsgen
	slave   *os.File
}

// start runs wsgen in dir with stdin and stderr on a terminal of 80 columns and
// stdout in a buffer.
func start(t *testing.T, dir string, env []string, args ...string) *session {
	t.Helper()
	return startOn(t, true, dir, env, args...)
}

// startOn is start with a terminal that may not answer when it is asked where
// its cursor is.
func startOn(t *testing.T, answers bool, dir string, env []string, args ...string) *session {
	t.Helper()
	program, err := exec.LookPath("wsgen")
	if err != nil {
		t.Fatal(err)
	}
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); slave.Close() })
	if err := pty.Setsize(master, &pty.Winsize{Rows: 60, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, master: master, slave: slave, drawn: make(chan struct{}, 1), ended: make(chan error, 1)}
	var replies io.Writer = master
	if !answers {
		replies = io.Discard
	}
	s.screen = vt10x.New(vt10x.WithWriter(replies), vt10x.WithSize(80, 60))
	if s.startTo, err = term.GetState(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(program, args...)
	s.cmd.Dir = dir
	s.cmd.Env = append([]string{"TERM=xterm", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, &s.stdout, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	go s.draw()
	go func() { s.ended <- s.cmd.Wait() }()
	return s
}

// draw feeds the emulator until the terminal is closed. It never stops reading:
// a program whose question about the cursor is not answered waits for ever.
func (s *session) draw() {
	io.Copy(writerFunc(func(p []byte) (int, error) {
		n, err := s.screen.Write(p)
		select {
		case s.drawn <- struct{}{}:
		default:
		}
		return n, err
	}), s.master)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// patience is how long a test waits for what is sure to come.
const patience = 20 * time.Second

// see waits until text is on the screen.
func (s *session) see(text string) {
	s.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for !strings.Contains(s.screen.String(), text) {
		select {
		case <-s.drawn:
		case <-limit.C:
			s.t.Fatalf("no %q on the screen:\n%s", text, s.text())
		}
	}
}

// send types keys.
func (s *session) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.master, keys); err != nil {
		s.t.Fatal(err)
	}
}

// step waits for a question and answers it.
func (s *session) step(question, keys string) {
	s.t.Helper()
	s.see(question)
	s.send(keys)
}

// exit waits for the end and returns the exit code. The terminal must be in
// the mode that it was in before.
func (s *session) exit() int {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("wsgen did not end:\n%s", s.text())
	}
	now, err := term.GetState(int(s.slave.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if *now != *s.startTo {
		s.t.Error("the terminal is left in another mode")
	}
	return s.cmd.ProcessState.ExitCode()
}

// text is the screen without the blank at its ends.
func (s *session) text() string {
	var lines []string
	for _, line := range strings.Split(s.screen.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

const (
	enter     = "\r"
	down      = "\x1b[B"
	interrupt = "\x03" // Ctrl-C
)
