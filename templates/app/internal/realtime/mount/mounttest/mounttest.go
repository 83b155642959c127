// Package mounttest checks that a router leads to what was mounted on it. It and
// the tests that use it are those of the template; no project gets them.
package mounttest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// Run serves h, behind middleware whose ResponseWriter can do nothing but be
// unwrapped, and checks what hub answers there.
func Run(t *testing.T, hub *realtime.Hub, h http.Handler) {
	t.Helper()
	s := httptest.NewServer(Unwrapping(h))
	t.Cleanup(s.Close)
	Check(t, hub, s.URL)
}

// Check asks the server at url for all that a mounted hub answers. It gives the
// hub a handler, so it comes before the first connection, and shuts it down.
func Check(t *testing.T, hub *realtime.Hub, url string) {
	t.Helper()
	hub.On("test/echo", func(_ context.Context, _ *realtime.Conn, ev *realtime.Event) (any, error) {
		var text string
		err := ev.Decode(&text)
		return text, err
	})

	c := transporttest.Dial(t, url+realtime.Route, nil)
	Greeted(t, c)
	c.Send(`{"event":"test/echo","ref":"1","data":"hi"}`)
	if got := c.ReadText(); got != `{"ref":"1","data":"hi"}` {
		t.Errorf("the answer is %s", got)
	}
	c.Close(1000, "bye")

	if resp, _ := get(t, url+realtime.Route); resp.StatusCode != http.StatusUpgradeRequired || resp.Header.Get("Upgrade") != "websocket" {
		t.Errorf("a plain GET is answered with %s and %v, want 426", resp.Status, resp.Header)
	}
	resp, script := get(t, url+realtime.Route+"/realtime.js")
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/javascript") || !strings.Contains(script, "export ") {
		t.Errorf("realtime.js is answered with %s, %v and %d bytes", resp.Status, resp.Header, len(script))
	}

	c = transporttest.Dial(t, url+realtime.Route, nil)
	Greeted(t, c)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gone := make(chan error, 1)
	go func() { gone <- hub.Shutdown(ctx) }()
	if code, _ := c.ExpectClose(); code != 1012 {
		t.Errorf("Shutdown closes with %d, want 1012", code)
	}
	if err := <-gone; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if resp, _ := get(t, url+realtime.Route); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("after Shutdown: %s and %v, want 503 with Retry-After", resp.Status, resp.Header)
	}
}

// Greeted reads the first event of a connection.
func Greeted(t *testing.T, c *transporttest.Client) {
	t.Helper()
	if m := c.ReadJSON(); m["event"] != "rt/hello" {
		t.Errorf("the first event is %v, want rt/hello", m)
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// Elsewhere answers what was not meant for the hub.
func Elsewhere(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "elsewhere", http.StatusTeapot)
}

// Unwrapping is middleware as many write it since there is
// http.ResponseController.
func Unwrapping(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&writer{hidden{w}}, r)
	})
}

// hidden hides what a ResponseWriter can do besides.
type hidden struct{ http.ResponseWriter }

type writer struct{ hidden }

func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
