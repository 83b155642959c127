package e2e

import (
	"bytes"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should happen at once. It is long
// because a machine that compiles and runs browsers at the same time is slow.
const patience = 60 * time.Second

// An app is a running server program of a rendered project.
type app struct {
	t    testing.TB
	addr string // host:port
	cmd  *exec.Cmd
	log  *tee
	gone chan struct{} // closed when the process has ended
}

// start runs bin with nothing but env as its environment, and returns when it
// listens. It is killed at the end of the test, if it still runs.
func start(t testing.TB, bin string, env ...string) *app {
	t.Helper()
	a := &app{t: t, cmd: exec.Command(bin), log: newTee(), gone: make(chan struct{})}
	a.cmd.Env = append([]string{"ADDR=127.0.0.1:0", "LOG_LEVEL=debug", "LOG_FORMAT=text"}, env...)
	a.cmd.Stderr = a.log
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		a.cmd.Wait()
		close(a.gone)
	}()
	t.Cleanup(func() {
		a.kill()
		if t.Failed() {
			t.Logf("log of %s:\n%s", a.addr, a.log.tail(100))
		}
	})
	a.addr = a.announced("listening")
	return a
}

// announced returns the host:port that the log names: "listening on http://...".
func (a *app) announced(what string) string {
	a.t.Helper()
	match := a.log.wait(a.gone, regexp.MustCompile(what+` on http://([0-9.]+:[0-9]+)`))
	if match == "" {
		a.t.Fatalf("the server does not say what it is %s on:\n%s", what, a.log.tail(100))
	}
	return match
}

func (a *app) url(path string) string { return "http://" + a.addr + path }

// kill ends the process as a crash would, and waits for that.
func (a *app) kill() {
	a.cmd.Process.Kill() // it may have ended
	<-a.gone
}

// terminate asks the process to stop, as container runtimes do.
func (a *app) terminate() {
	a.t.Helper()
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		a.t.Fatal(err)
	}
}

// exitCode waits for the end of the process.
func (a *app) exitCode() int {
	a.t.Helper()
	select {
	case <-a.gone:
	case <-time.After(patience):
		a.t.Fatal("the server does not stop")
	}
	return a.cmd.ProcessState.ExitCode()
}

// runApp runs bin to its end.
func runApp(t testing.TB, bin string, env []string, args ...string) (exitCode int, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Env = env
	var b bytes.Buffer
	cmd.Stderr = &b
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), b.String()
}

// A tee keeps what is written to it, and lets others wait for it.
type tee struct {
	mu      sync.Mutex
	data    []byte
	written chan struct{} // closed by the next write
}

func newTee() *tee { return &tee{written: make(chan struct{})} }

func (w *tee) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.data = append(w.data, p...)
	close(w.written)
	w.written = make(chan struct{})
	return len(p), nil
}

// wait returns the first group of re as soon as it matches, and "" if end is
// closed before.
func (w *tee) wait(end <-chan struct{}, re *regexp.Regexp) string {
	timeout := time.After(patience)
	for ended := false; ; {
		w.mu.Lock()
		match, written := re.FindSubmatch(w.data), w.written
		w.mu.Unlock()
		if match != nil {
			return string(match[1])
		}
		if ended {
			return ""
		}
		select {
		case <-written:
		case <-end:
			ended = true // look once more
		case <-timeout:
			return ""
		}
	}
}

// tail returns the last lines.
func (w *tee) tail(lines int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := strings.SplitAfter(string(w.data), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "")
}
