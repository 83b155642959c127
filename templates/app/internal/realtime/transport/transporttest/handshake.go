package transporttest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// handshake is a right one, line by line.
var handshake = []string{
	"GET / HTTP/1.1",
	"Host: example.com",
	"Connection: Upgrade",
	"Upgrade: websocket",
	"Sec-WebSocket-Version: 13",
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
}

// with returns the handshake with other lines in the place of those that begin
// alike; one that ends with a colon takes the line out.
func with(lines ...string) string {
	out := append([]string(nil), handshake...)
	for _, line := range lines {
		name, value, isHeader := strings.Cut(line, ":")
		if !isHeader {
			out[0] = line
			continue
		}
		kept := out[:1:1]
		for _, old := range out[1:] {
			if !strings.HasPrefix(old, name+":") {
				kept = append(kept, old)
			}
		}
		if value != "" {
			for _, v := range strings.Split(value, "|") {
				kept = append(kept, name+":"+v)
			}
		}
		out = kept
	}
	return strings.Join(out, "\r\n") + "\r\n\r\n"
}

func (b backend) testHandshake(t *testing.T) {
	s := b.serve(t, setup{})
	for _, x := range []struct {
		name, request string
		status        int
		header        string // that the answer must have
	}{
		{"right", with(), 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{"case does not matter", with("Upgrade: WebSocket", "Connection: upgrade"), 101, ""},
		{"lists", with("Upgrade: h2c, websocket", "Connection: keep-alive, Upgrade"), 101, ""},
		{"lists over several lines", with("Connection: keep-alive| Upgrade"), 101, ""},
		{"plain GET", with("Upgrade:", "Connection:"), 426, "Upgrade: websocket"},
		{"no Upgrade", with("Upgrade:"), 426, "Connection: Upgrade"},
		{"no Connection", with("Connection:"), 426, "Upgrade: websocket"},
		{"other protocol", with("Upgrade: h2c"), 426, "Upgrade: websocket"},
		{"HTTP/1.0", with("GET / HTTP/1.0"), 426, "Upgrade: websocket"},
		{"POST", with("POST / HTTP/1.1"), 405, "Allow: GET"},
		{"old version", with("Sec-WebSocket-Version: 8"), 426, "Sec-WebSocket-Version: 13"},
		{"no version", with("Sec-WebSocket-Version:"), 426, "Sec-WebSocket-Version: 13"},
		{"no key", with("Sec-WebSocket-Key:"), 400, ""},
		{"short key", with("Sec-WebSocket-Key: c2hvcnQ="), 400, ""},
		{"key that is no base64", with("Sec-WebSocket-Key: ????????????????????????"), 400, ""},
		{"two keys", with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==| dGhlIHNhbXBsZSBub25jZQ=="), 400, ""},
		{"body", with("Content-Length: 2") + "hi", 400, ""},
	} {
		x := x
		t.Run(x.name, func(t *testing.T) {
			nc, br := raw(t, s.URL)
			io.WriteString(nc, x.request)
			resp, err := http.ReadResponse(br, nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != x.status {
				t.Errorf("answer %s, want %d", resp.Status, x.status)
			}
			if name, value, ok := strings.Cut(x.header, ": "); ok && resp.Header.Get(name) != value {
				t.Errorf("answer has %s: %q, want %q", name, resp.Header.Get(name), value)
			}
			if x.status == 101 {
				return
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || len(body) == 0 {
				t.Errorf("body %q, %v; want a word on what is wrong", body, err)
			}
			if resp.Close {
				return
			}
			// one answer, and the connection is as good as before
			io.WriteString(nc, with())
			if resp, err := http.ReadResponse(br, nil); err != nil || resp.StatusCode != 101 {
				t.Errorf("the next request on the connection: %v, %v", resp, err)
			}
		})
	}

	t.Run("over HTTP/2", func(t *testing.T) {
		s := b.serve(t, setup{
			config: func(s *httptest.Server) { s.EnableHTTP2 = true },
			start:  (*httptest.Server).StartTLS,
		})
		resp, err := s.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.ProtoMajor != 2 || resp.StatusCode != 426 {
			t.Errorf("answer %s %s, want HTTP/2.0 426", resp.Proto, resp.Status)
		}
	})

	t.Run("subprotocol", func(t *testing.T) {
		s := b.serve(t, setup{Options: transport.Options{Subprotocols: []string{"v2", "v1"}}})
		for _, x := range []struct {
			offered []string
			want    string
		}{
			{nil, ""},
			{[]string{"other"}, ""},
			{[]string{"v1"}, "v1"},
			{[]string{"v1, v2"}, "v2"},
			{[]string{"other", "v1"}, "v1"},
			{[]string{"V1"}, ""},
			{[]string{"v1,bearer.secret"}, "v1"},
		} {
			h := http.Header{}
			if x.offered != nil {
				h["Sec-Websocket-Protocol"] = x.offered
			}
			c := Dial(t, s.URL, h)
			_, answered := c.Response.Header["Sec-Websocket-Protocol"]
			if got := s.conn().Subprotocol(); got != x.want || c.Subprotocol() != x.want || answered != (x.want != "") {
				t.Errorf("offered %q: server has %q, client has %q, want %q", x.offered, got, c.Subprotocol(), x.want)
			}
		}
	})
}

// bare is what middleware does to a ResponseWriter: it hides what it can do.
type bare struct{ http.ResponseWriter }

type unwrappable struct{ bare }

func (w unwrappable) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (b backend) testHijack(t *testing.T) {
	t.Run("through middleware that only unwraps", func(t *testing.T) {
		s := b.serve(t, setup{wrap: func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h.ServeHTTP(unwrappable{bare{w}}, r)
			})
		}})
		echo(t, Dial(t, s.URL, nil))
	})

	t.Run("not through middleware that does not", func(t *testing.T) {
		s := b.serve(t, setup{wrap: func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(bare{w}, r) })
		}})
		_, resp, err := Dialer{}.Try(s.URL)
		if err != nil || resp.StatusCode != 501 {
			t.Fatalf("answer %v, %v; want 501", resp, err)
		}
		if err := <-s.refused; !strings.Contains(err.Error(), "transporttest.bare") {
			t.Errorf("error %q does not name the middleware's type", err)
		}
	})

	t.Run("keeps headers that were set before", func(t *testing.T) {
		s := b.serve(t, setup{wrap: func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "session=1")
				w.Header().Set("Content-Type", "text/html")
				h.ServeHTTP(w, r)
			})
		}})
		h := Dial(t, s.URL, nil).Response.Header
		if h.Get("Set-Cookie") != "session=1" || h.Get("Content-Type") != "" {
			t.Errorf("headers of the answer: %v", h)
		}
	})

	t.Run("keeps what comes with the handshake", func(t *testing.T) {
		s := b.serve(t, setup{Options: transport.Options{ReadLimit: 10 << 10}})
		large := strings.Repeat("x", 3000)
		early := append(MaskedFrame(Fin|OpText, []byte(large), 7), MaskedFrame(Fin|OpText, []byte("and more"), 8)...)
		c := Dialer{Early: early}.Dial(t, s.URL)
		if got := c.ReadText(); got != large {
			t.Errorf("echo of %d bytes, want %d", len(got), len(large))
		}
		if got := c.ReadText(); got != "and more" {
			t.Errorf("echo %q", got)
		}
		echo(t, c)
	})

	// The deadlines of http.Server are points in time. Left on the connection they
	// would end it when they pass.
	t.Run("clears the deadlines of http.Server", func(t *testing.T) {
		const timeout = 50 * time.Millisecond
		s := b.serve(t, setup{config: func(s *httptest.Server) {
			s.Config.ReadTimeout, s.Config.WriteTimeout = timeout, timeout
		}})
		c := Dial(t, s.URL, nil)
		<-time.After(2 * timeout)
		echo(t, c)
	})

	t.Run("TLS", func(t *testing.T) {
		s := b.serve(t, setup{start: (*httptest.Server).StartTLS})
		config := s.Client().Transport.(*http.Transport).TLSClientConfig
		d := Dialer{TLS: config}

		c := d.Dial(t, s.URL)
		conn := s.conn()
		echo(t, c)
		if pending, err := conn.TryWriteFrames(transport.AppendFrame(nil, transport.Text, []byte("kept"))); !pending || err != nil {
			t.Errorf("TryWriteFrames: %v, %v; want pending", pending, err)
		}
		if err := conn.WriteFrames(transport.AppendFrame(nil, transport.Text, []byte("behind it"))); err != nil {
			t.Error(err)
		}
		if a, b := c.ReadText(), c.ReadText(); a != "kept" || b != "behind it" {
			t.Errorf("got %q and %q", a, b)
		}
		c.Close(4001, "x")
		s.wantEnd(4001, "x")

		c = d.Dial(t, s.URL)
		s.conn().Close(transport.CloseRestart, "restart")
		wantClose(t, c, transport.CloseRestart, "restart")
		s.wantEnd(transport.CloseRestart, "restart")

		c = d.Dial(t, s.URL)
		s.conn()
		c.Drop()
		s.wantEnd(transport.CloseAbnormal, "")
	})
}

func echo(t *testing.T, c *Client) {
	t.Helper()
	c.Send("echo me")
	if got := c.ReadText(); got != "echo me" {
		t.Errorf("echo %q", got)
	}
}

// raw opens a connection without a handshake.
func raw(t *testing.T, url string) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(fmt.Errorf("dial: %w", err))
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(patience))
	return nc, bufio.NewReader(nc)
}
