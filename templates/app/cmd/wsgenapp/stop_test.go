package main

import (
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// All clients are told to come back, and the application ends without an error.
func TestStop(t *testing.T) {
	a := start(t)
	clients := []*client{a.dial(t), a.dial(t), a.dial(t)}
	a.stop()
	for i, c := range clients {
		if code, _ := c.ExpectClose(); code != 1012 {
			t.Errorf("client %d is closed with %d, want 1012", i, code)
		}
	}
	if err := a.wait(t); err != nil {
		t.Errorf("stopped with: %v", err)
	}
	if _, err := http.Get(a.url); err == nil {
		t.Error("the listener is still open")
	}
}

// No client can hold the stop up, or make a failure of it.
func TestStopWithoutTheClients(t *testing.T) {
	defer func(d time.Duration) { shutdownTimeout = d }(shutdownTimeout)
	shutdownTimeout = 200 * time.Millisecond
	a := start(t)
	a.dial(t) // never answers the close frame
	nc, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	io.WriteString(nc, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
	a.log.await(t, "/slow") // and the rest of the body never comes
	a.stop()
	if err := a.wait(t); err != nil {
		t.Errorf("stopped with: %v", err)
	}
	nc.SetReadDeadline(time.Now().Add(patience))
	if _, err := nc.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the request is still open")
	}
}

// process starts the application as a process of its own.
func process(t *testing.T, settings ...string) (*exec.Cmd, *logWatch) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(settings, "WSGENAPP_TEST_MAIN=1")...)
	log := newLogWatch()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, log
}

func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send signals to other processes")
	}
	t.Run("SIGTERM", func(t *testing.T) {
		cmd, log := process(t, "ADDR=127.0.0.1:0")
		a := &app{url: log.await(t, `listening on (http://[^"\s]+)`)}
		c := a.dial(t)
		cmd.Process.Signal(syscall.SIGTERM)
		if code, _ := c.ExpectClose(); code != 1012 {
			t.Errorf("closed with %d, want 1012", code)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("exits with %v, want 0\n%s", err, log)
		}
	})
	t.Run("second one", func(t *testing.T) {
		cmd, log := process(t, "ADDR=127.0.0.1:0")
		a := &app{url: log.await(t, `listening on (http://[^"\s]+)`)}
		a.dial(t) // never answers the close frame, so stopping takes a while
		cmd.Process.Signal(os.Interrupt)
		log.await(t, "stopping")
		exit := make(chan error, 1)
		go func() { exit <- cmd.Wait() }()
		for { // until the signal means what it does by default
			select {
			case err := <-exit:
				if err == nil {
					t.Error("waits for its clients although it was asked twice")
				}
				return
			default:
				cmd.Process.Signal(syscall.SIGTERM)
				runtime.Gosched()
			}
		}
	})
}

// A port that is taken is an error that says what to do, and exit code 1; a
// wrong setting is exit code 2.
func TestExitCodes(t *testing.T) {
	taken := strings.TrimPrefix(start(t).url, "http://")
	for _, tt := range []struct {
		name    string
		setting string
		code    int
		says    string
	}{
		{"taken port", "ADDR=" + taken, 1, "choose another address, say ADDR=127.0.0.1:"},
		{"wrong setting", "RATE=fast", 2, "wsgenapp: RATE=fast: want a number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd, log := process(t, tt.setting)
			err := cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != tt.code {
				t.Errorf("exits with %v, want %d", err, tt.code)
			}
			if !strings.Contains(log.String(), tt.says) {
				t.Errorf("says %q, want %q", log, tt.says)
			}
		})
	}
}

func TestHealthcheck(t *testing.T) {
	a := start(t)
	addr := strings.TrimPrefix(a.url, "http://")
	check := func() error {
		return run(t.Context(), []string{"-healthcheck", "-addr", addr}, noEnv, io.Discard, io.Discard)
	}
	if err := check(); err != nil {
		t.Errorf("a server that is well: %v", err)
	}
	a.stop()
	a.wait(t)
	if check() == nil {
		t.Error("a server that is gone is called well")
	}
}

func TestHelpAndVersion(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"-h"}, noEnv, &out, io.Discard); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out.String(), "MAX_MESSAGE") {
		t.Errorf("-h: %v\n%s", err, out.String())
	}
	out.Reset()
	if err := run(t.Context(), []string{"-version"}, noEnv, &out, io.Discard); err != nil || !strings.HasPrefix(out.String(), name+" ") {
		t.Errorf("-version: %v\n%s", err, out.String())
	}
}

// Profiles are served on a listener of their own, and only if asked for.
func TestProfiles(t *testing.T) {
	a := start(t, "PPROF_ADDR=127.0.0.1:0")
	for url, want := range map[string]int{
		a.log.await(t, `profiles on (http://[^"\s]+)`): 200,
		a.url + "/debug/pprof/":                        404,
	} {
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", url, res.StatusCode, want)
		}
	}
}

func noEnv(string) string { return "" }
