//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// The whole way: five questions, the project, and a command that makes the very
// same project without asking.
func TestSession(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, nil, "new")
	s.step("? Project name", "chat"+enter)
	s.step("? Module path (chat)", "example.com/chat"+enter)
	s.step("? Websocket server", down+enter)
	s.step("? Front end", enter)
	s.step("? Extras", " "+enter) // the first, docker, is on; leave it out
	s.see("The same again without questions:")
	if code := s.exit(); code != exitDone {
		t.Fatalf("exit %d\n%s", code, s.text())
	}
	if s.stdout.Len() > 0 {
		t.Errorf("stdout: %s", &s.stdout)
	}
	screen := s.text()
	mustHave(t, screen,
		"? Websocket server nhooyr\n", "? Front end vanilla\n", "? Extras github\n",
		"\n  cd chat\n  go run ./cmd/chat\n  open http://localhost:8080 in two windows and type in one\n")
	_, again, _ := strings.Cut(screen, "without questions:\n  ")
	if want := "wsgen new chat --module=example.com/chat --server=nhooyr --without=docker"; again != want {
		t.Fatalf("printed %q, want %q", again, want)
	}
	second := t.TempDir()
	cmd := exec.Command("wsgen", strings.Fields(again)[1:]...)
	cmd.Dir = second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", again, err, out)
	}
	if err := sameTree(filepath.Join(dir, "chat"), filepath.Join(second, "chat")); err != nil {
		t.Error(err)
	}
}

// A name that cannot be is asked for again, and so is one whose place is taken.
func TestWrongNameIsAskedAgain(t *testing.T) {
	dir := t.TempDir()
	mkdir(t, filepath.Join(dir, "full", "of"))
	s := start(t, dir, nil, "new", "+gws", "+api")
	s.step("? Project name", "fmt"+enter)
	s.step(`! the project name "fmt" is a package of the standard library`, "full"+enter)
	s.step("! directory ./full: not empty (1 entry)", "feed"+enter)
	s.step("? Module path (feed)", "not a path"+enter)
	s.step("! the module path", enter)
	s.step("? Extras", enter)
	s.see("  wsgen new feed --server=gws +api")
	if code := s.exit(); code != exitDone {
		t.Errorf("exit %d\n%s", code, s.text())
	}
	mustHave(t, s.text(), "connect a websocket client to ws://localhost:8080/ws\n")
}

// Ctrl-C at any question ends the run, and nothing was written.
func TestCtrlCAtEveryQuestion(t *testing.T) {
	answers := []struct{ question, keys string }{
		{"? Project name", "chat" + enter},
		{"? Module path", enter},
		{"? Websocket server", enter},
		{"? Front end", enter},
		{"? Extras", ""},
	}
	for i, last := range answers {
		t.Run(strings.TrimPrefix(last.question, "? "), func(t *testing.T) {
			dir := t.TempDir()
			s := start(t, dir, nil, "new")
			for _, a := range answers[:i] {
				s.step(a.question, a.keys)
			}
			s.step(last.question, interrupt)
			s.mustBeCancelled(dir)
		})
	}
}

// Who knows the questions types all answers at once, or pastes them: none is
// lost.
func TestTypedAhead(t *testing.T) {
	for range 5 { // what comes together is up to the machine
		dir := t.TempDir()
		s := start(t, dir, nil, "new")
		s.step("? Project name", "Feed"+enter+"feed"+enter+"example.com/R/feed"+enter+down+down+enter+down+enter+down+" "+enter)
		s.see("  wsgen new feed --module=example.com/R/feed --server=gws +api --without=github")
		if code := s.exit(); code != exitDone {
			t.Fatalf("exit %d\n%s", code, s.text())
		}
	}
}

// On a terminal that does not answer questions (a script that plays the user)
// survey waits, but Ctrl-C ends it.
func TestCtrlCOnADumbTerminal(t *testing.T) {
	dir := t.TempDir()
	s := startOn(t, false, dir, nil, "new")
	s.step("? Project name", "chat"+enter+interrupt)
	s.mustBeCancelled(dir)
}

// So does a signal, from whoever sends it; keys would not come as one, because
// the terminal is in raw mode then.
func TestSignalAtAQuestion(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		for _, at := range []string{"? Project name", "? Websocket server"} {
			t.Run(signal.String()+at, func(t *testing.T) {
				dir := t.TempDir()
				s := start(t, dir, nil, "new")
				if at != "? Project name" {
					s.step("? Project name", "chat"+enter)
					s.step("? Module path", enter)
				}
				s.see(at)
				if err := s.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				s.mustBeCancelled(dir)
			})
		}
	}
}

func (s *session) mustBeCancelled(dir string) {
	s.t.Helper()
	s.see("wsgen: cancelled; nothing was written")
	if code := s.exit(); code != exitInterrupted {
		s.t.Errorf("exit %d, want %d\n%s", code, exitInterrupted, s.text())
	}
	mustBeEmpty(s.t, dir)
}

// With ACCESSIBLE set the questions are lines of plain text, also on a terminal
// that can do no more.
func TestPlainSession(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, []string{"ACCESSIBLE=1", "TERM=dumb"}, "new")
	s.step("Project name: ", "chat\n")
	s.step("Module path (chat): ", "\n")
	s.step("  3  gws: ", "3\n")
	s.step("  2  none: ", "\n")
	s.step("numbers, or none (docker, github): ", "2\n")
	s.see("  wsgen new chat --server=gws --without=docker")
	if code := s.exit(); code != exitDone {
		t.Errorf("exit %d\n%s", code, s.text())
	}
}

func TestCtrlCInAPlainSession(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, []string{"ACCESSIBLE=1"}, "new")
	s.step("Project name: ", "chat\n")
	s.step("Module path (chat): ", interrupt)
	s.mustBeCancelled(dir)
}

// On a terminal nobody is asked either when the surroundings say that nobody is
// there, or when the name is given; and no escape sequence is sent to a
// terminal that was asked for none.
func TestNoQuestionsOnATerminal(t *testing.T) {
	for _, tt := range []struct {
		why  string
		env  []string
		args []string
	}{
		{"CI is set", []string{"CI=true"}, []string{"new"}},
		{"TERM is dumb (ACCESSIBLE=1 asks in plain lines)", []string{"TERM=dumb"}, []string{"new"}},
		{"--yes is given", nil, []string{"new", "--yes"}},
		{"--no-input is given", nil, []string{"new", "--no-input"}},
		{"--json is given", nil, []string{"new", "--json"}},
	} {
		dir := t.TempDir()
		s := start(t, dir, tt.env, tt.args...)
		s.see("fix: wsgen new NAME")
		if code := s.exit(); code != exitUsage {
			t.Errorf("%s: exit %d", tt.why, code)
		}
		mustHave(t, s.text(), "missing project name: not asking")
		if oneLine := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(oneLine, tt.why) {
			t.Errorf("no %q in %s", tt.why, oneLine)
		}
		mustBeEmpty(t, dir)
	}
}

func TestColourOnATerminal(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want bool
	}{{nil, true}, {[]string{"NO_COLOR=1"}, false}, {[]string{"TERM=dumb"}, false}} {
		s := start(t, t.TempDir(), tt.env, "nwe")
		s.see("did you mean")
		s.exit()
		red := s.screen.Cell(0, 0).FG != s.screen.Cell(9, 0).FG
		if red != tt.want {
			t.Errorf("%v: coloured %v, want %v", tt.env, red, tt.want)
		}
	}
}
