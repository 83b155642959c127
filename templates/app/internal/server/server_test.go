package server

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// app returns the application with its default settings, logging to w.
func app(t *testing.T, w io.Writer) http.Handler {
	t.Helper()
	c, err := parse(vars{"LOG_LEVEL": "debug", "LOG_FORMAT": "json"})
	if err != nil {
		t.Fatal(err)
	}
	h, ws := New(c, NewLogger(w, c))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := ws.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return h
}

func get(h http.Handler, method, path string) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

func TestRoutes(t *testing.T) {
	h := app(t, io.Discard)
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/", 200},
		{"GET", "/healthz", 200},
		{"GET", "/readyz", 200},
		{"GET", "/wsgenroute", 426}, // a websocket, asked for as if it were a page
		{"GET", "/wsgenroute/realtime.js", 200},
		{"GET", "/nothing", 404},
		{"POST", "/", 405},
	} {
		if res := get(h, tt.method, tt.path); res.StatusCode != tt.status {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, res.StatusCode, tt.status)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := app(t, io.Discard)
	for _, path := range []string{"/", "/nothing", "/wsgenroute"} {
		res := get(h, "GET", path)
		for name, want := range map[string]string{
			"Content-Security-Policy":    "frame-ancestors 'none'",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy":         "camera=()",
			"Referrer-Policy":            "same-origin",
			"X-Content-Type-Options":     "nosniff",
		} {
			if got := res.Header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q, want %q in it", path, name, got, want)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy allows what is unsafe: %s", path, csp)
		}
	}
}

func TestNotReadyWhileStopping(t *testing.T) {
	c, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	h, ws := New(c, slog.New(slog.DiscardHandler))
	if err := ws.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/wsgenroute": 503} {
		if res := get(h, "GET", path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
}

// lines takes a log, line by line.
type lines chan []byte

func (l lines) Write(p []byte) (int, error) {
	l <- append([]byte(nil), p...)
	return len(p), nil
}

// next returns the next line with that message.
func (l lines) next(t *testing.T, msg string) map[string]any {
	t.Helper()
	for {
		select {
		case p := <-l:
			var line map[string]any
			if err := json.Unmarshal(p, &line); err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			if line["msg"] == msg {
				return line
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("nothing is logged as %q", msg)
		}
	}
}

func TestRequestLog(t *testing.T) {
	log := make(lines, 100)
	s := httptest.NewServer(app(t, log))
	defer s.Close()

	for _, tt := range []struct {
		path, level string
		status      float64
	}{
		{"/", "INFO", 200},
		{"/nothing", "INFO", 404},
		{"/healthz", "DEBUG", 200},
		{"/wsgenroute/realtime.js", "DEBUG", 200},
	} {
		res, err := http.Get(s.URL + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		line := log.next(t, "request")
		if line["path"] != tt.path || line["level"] != tt.level || line["status"] != tt.status {
			t.Errorf("logged %v, want %+v", line, tt)
		}
	}
	transporttest.Dial(t, s.URL+"/wsgenroute", nil)
	if line := log.next(t, "request"); line["status"] != 101.0 || line["level"] != "DEBUG" {
		t.Errorf("an upgrade is logged as %v", line)
	}
}

// Who is full, or stops, refuses on purpose: nobody has to be woken up for that.
func TestRefusalIsNotLoggedAsAFault(t *testing.T) {
	log := make(lines, 100)
	get(logged(slog.New(slog.NewJSONHandler(log, nil)), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	})), "GET", "/wsgenroute")
	if line := log.next(t, "request"); line["level"] != "INFO" {
		t.Errorf("logged %v", line)
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	log := make(lines, 100)
	logger := slog.New(slog.NewJSONHandler(log, nil))
	h := logged(logger, recovered(logger, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			io.WriteString(w, "half an ans")
		}
		panic("oh no")
	})))

	if res := get(h, "GET", "/"); res.StatusCode != 500 {
		t.Errorf("answered with %d, want 500", res.StatusCode)
	}
	if line := log.next(t, "panic"); line["value"] != "oh no" || !strings.Contains(line["stack"].(string), "server_test.go") {
		t.Errorf("logged %v", line)
	}
	if line := log.next(t, "request"); line["status"] != 500.0 || line["level"] != "ERROR" {
		t.Errorf("logged %v", line)
	}

	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("an answer that was cut off looks complete to the client")
		}
	}()
	get(h, "GET", "/late")
}
