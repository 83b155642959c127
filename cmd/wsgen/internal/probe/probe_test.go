package probe

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A server is gorilla/websocket with the care that a test wants of it.
type server struct {
	anyOrigin bool  // does not look at the Origin header
	limit     int64 // of a message; 0 for none
	silent    bool  // reads, and never answers
}

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{}
	if s.anyOrigin {
		up.CheckOrigin = func(*http.Request) bool { return true }
	}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetReadLimit(s.limit)
	for {
		kind, p, err := c.ReadMessage()
		if err != nil {
			return
		}
		if !s.silent {
			c.WriteMessage(kind, p)
		}
	}
}

// states probes h and returns the checks by name.
func states(t *testing.T, h http.Handler) map[string]Check {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := ParseURL(s.URL + "/ws")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]Check{}
	for _, c := range Run(t.Context(), u) {
		if c.Name == "" || c.Text == "" || all[c.Name].Name != "" {
			t.Errorf("%+v: a check has a name of its own, and says what it found", c)
		}
		all[c.Name] = c
	}
	return all
}

func want(t *testing.T, got map[string]Check, name string, state State, text string) {
	t.Helper()
	c, ok := got[name]
	if !ok || c.State != state || !strings.Contains(c.Text, text) {
		t.Errorf("%s: got %s %q, want %s with %q", name, c.State, c.Text, state, text)
	}
	if state != OK && state != Skip && c.Fix == "" && name != "handshake" {
		t.Errorf("%s: says what is wrong and not what to do", name)
	}
}

func TestGoodServer(t *testing.T) {
	got := states(t, server{limit: 1 << 16})
	want(t, got, "handshake", OK, "101")
	want(t, got, "plain GET", OK, "400")
	want(t, got, "origin", OK, "403")
	want(t, got, "two-way", OK, "answered")
	want(t, got, "ping", OK, "pong")
	want(t, got, "oversize", OK, "1009")
	want(t, got, "unmasked", OK, "1002")
	want(t, got, "close", OK, "1000")
}

func TestCarelessServer(t *testing.T) {
	t.Parallel()
	got := states(t, server{anyOrigin: true, silent: true})
	want(t, got, "origin", Warn, "every page")
	want(t, got, "two-way", Skip, "said nothing")
	want(t, got, "oversize", Warn, "4 GiB")
}

func TestNoWebsocket(t *testing.T) {
	for status, text := range map[int]string{404: "404", 200: "200", 500: "500"} {
		got := states(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "hello", status)
		}))
		want(t, got, "handshake", Fail, text)
		if !strings.Contains(got["handshake"].Text, "hello") || got["handshake"].Fix == "" {
			t.Errorf("%d: %+v", status, got["handshake"])
		}
		if len(got) != 2 {
			t.Errorf("%d: %d checks without a handshake", status, len(got))
		}
	}
}

// A 101 that some cache made up is none.
func TestWrongAccept(t *testing.T) {
	got := states(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Sec-WebSocket-Accept", "bm8=")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	want(t, got, "handshake", Fail, "Accept")
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u, err := ParseURL("ws://" + l.Addr().String())
	l.Close()
	if err != nil {
		t.Fatal(err)
	}
	all := Run(t.Context(), u)
	if all[0].State != Fail || !strings.Contains(all[0].Text, "cannot connect to 127.0.0.1:") {
		t.Errorf("got %+v", all[0])
	}
}

// A server that says nothing holds nobody up who does not want to wait.
func TestRunEndsWithItsContext(t *testing.T) {
	arrived := make(chan bool, 8)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-r.Context().Done()
	}))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	u, err := ParseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan []Check)
	go func() { done <- Run(ctx, u) }()
	<-arrived
	cancel()
	select {
	case <-done:
	case <-time.After(Limit):
		t.Error("still waiting")
	}
}

func TestParseURL(t *testing.T) {
	for in, want := range map[string]string{
		"ws://127.0.0.1:8080/ws": "ws://127.0.0.1:8080/ws",
		"https://example.com":    "wss://example.com/",
		"http://h/a?b=c":         "ws://h/a?b=c",
	} {
		if u, err := ParseURL(in); err != nil || u.String() != want {
			t.Errorf("%s: got %v, %v", in, u, err)
		}
	}
	for _, bad := range []string{"localhost:8080", "ftp://h", "ws:///ws", "", "\x00"} {
		if _, err := ParseURL(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
