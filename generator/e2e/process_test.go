package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Clients are told that the server comes back, and it ends with success.
func TestTerminationTellsEveryClient(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		clients := dialMany(t, a.addr, 50)
		a.terminate()
		for i, c := range clients {
			if code := c.closed(); code != 1012 {
				t.Errorf("client %d is closed with %d, want 1012", i, code)
			}
		}
		if code := a.exitCode(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
	})
}

// While the server waits for a client that does not answer, nobody new is let in.
func TestStoppingServerIsNotReady(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		_, r := upgraded(t, a.addr) // never answers the close frame
		a.terminate()
		if code := closeCode(t, r); code != 1012 {
			t.Errorf("closed with %d, want 1012", code)
		}
		if status, _ := fetch(t, a.url("/readyz")); status != http.StatusServiceUnavailable {
			t.Errorf("/readyz answers %d, want 503", status)
		}
		if status, _ := fetch(t, a.url("/ws")); status != http.StatusServiceUnavailable {
			t.Errorf("/ws answers %d, want 503", status)
		}
		if code := a.exitCode(); code != 0 {
			t.Errorf("exit code %d, want 0", code)
		}
	})
}

func TestTakenPort(t *testing.T) {
	skipIfShort(t)
	t.Parallel()
	bin := binary(t, servers[0])
	first := start(t, bin)
	code, stderr := runApp(t, bin, []string{"ADDR=" + first.addr})
	if code != 1 || !strings.Contains(stderr, first.addr) || !strings.Contains(stderr, "address already in use") || !strings.Contains(stderr, "ADDR=") {
		t.Errorf("exit code %d, want 1; stderr should say what is taken and what to do:\n%s", code, stderr)
	}
	if strings.Contains(stderr, "goroutine") {
		t.Errorf("stderr has a stack trace:\n%s", stderr)
	}
}

func TestBadSettingsAreReportedAllAtOnce(t *testing.T) {
	skipIfShort(t)
	t.Parallel()
	code, stderr := runApp(t, binary(t, servers[0]),
		[]string{"ADDR=nonsense", "RATE=-1", "MAX_CONNS=many", "ORIGINS=*"}, "-log-level=loud")
	if code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, want := range []string{"ADDR=nonsense", "RATE=-1", "MAX_CONNS=many", "ORIGINS=*", "-log-level=loud"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr does not name %s:\n%s", want, stderr)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	skipIfShort(t)
	t.Parallel()
	bin := binary(t, servers[0])
	a := start(t, bin)
	if code, stderr := runApp(t, bin, []string{"ADDR=" + a.addr}, "-healthcheck"); code != 0 {
		t.Errorf("a running server: exit code %d, want 0:\n%s", code, stderr)
	}
	a.terminate()
	a.exitCode()
	if code, stderr := runApp(t, bin, []string{"ADDR=" + a.addr}, "-healthcheck"); code != 1 || stderr == "" {
		t.Errorf("a stopped server: exit code %d, want 1, and a reason:\n%s", code, stderr)
	}
}

// waitUntil looks until ok returns true.
func waitUntil(t testing.TB, what string, ok func() bool) {
	t.Helper()
	if err := poll(ok); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func poll(ok func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			return fmt.Errorf("not so after %v", patience)
		}
	}
	return nil
}
