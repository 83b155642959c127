//go:build unix

package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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
